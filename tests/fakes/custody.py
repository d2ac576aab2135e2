"""A chain whose custodians may lie: partners that hold vouchers, what they want to publish, validators that may collude.

No node, no clock and no waiting: each call makes blocks. What is honest goes through the law; what a majority of colluding
validators writes is put there with `Consortium.tamper` and its like.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.client.reserve.papers import Ground
from app.core.codec import encode
from app.core.hashing import sha256
from app.core.ids import derive_held, derive_voucher
from app.core.keys import PublicKey
from app.core.refusals import Refused
from app.core.transaction import SignatureEntry, encode_transaction, signing_digest
from app.core.units import AccountAddress, Hash32, Height, Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import encode_genesis
from app.registry.context import Environment
from app.registry.genesis import GenesisAccount, GenesisParameters, encode_app_state
from app.registry.law import apply_block
from app.reserve.header import DIVISIBLE, UNIQUE, AccountName, Kept, ReserveHeader
from app.reserve.proof import Publication, SnapshotProof
from tests.fakes.evidence import AGREEMENT, START_NS, ClerkKey, Consortium, validator_set

BANK, ISSUER, OPERATOR, SHOP, FIRST_OF_MORE = 10_001, 10_002, 10_003, 10_004, 10_010
CAP, QUOTA = 2**63 - 1, 10**9
REASON = sha256(b"reason")
KINDS = {wire.KIND_DIVISIBLE: DIVISIBLE, wire.KIND_UNIQUE: UNIQUE}


@dataclass
class CustodyChain(Consortium):
    """The clerk is the bank's, `other` the issuer's; the shop is a partner that may keep vouchers for the bank."""

    shop: ClerkKey = field(default_factory=lambda: ClerkKey(4))
    more: int = 0
    """Partners beside those, numbered from `FIRST_OF_MORE`."""
    threshold: int = 0
    """How many checkers the bank needs for what it does with vouchers."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._count = 0
        for partner in (BANK, SHOP, *range(FIRST_OF_MORE, FIRST_OF_MORE + self.more)):
            self.do(ISSUER, recognise=wire.Recognise(partner=partner, least=wire.LEVEL_PHONE))

    # ---- who --------------------------------------------------------------------------------------------------------
    def key(self, number: int) -> ClerkKey:
        """The first key of an account."""
        if number >= FIRST_OF_MORE:
            return ClerkKey(number)
        return {BANK: self.clerk, ISSUER: self.other, OPERATOR: self.operator, SHOP: self.shop}[number]

    def account(self, number: int) -> AccountName:
        """Number and address."""
        return AccountName(number, AccountAddress(self.address(self.key(number))))

    # ---- what they do -----------------------------------------------------------------------------------------------
    def body(self, number: int, *, hold_until: int = 0, approvers: Sequence[ClerkKey] = (), **action: Any) -> wire.Body:
        """An action of an account, not signed yet."""
        self._count += 1
        return wire.Body(
            chain_id=self.body_chain_id or self.chain_id,
            sender=self.account(number).address,
            nonce=sha256(b"body %d" % self._count)[:16],
            valid_until=self.height + 100,
            hold_until=hold_until,
            approvers=[each.public_key.to_wire() for each in approvers],
            **action,
        )

    def do(self, number: int, **action: Any) -> wire.Body:
        """An action in a block of its own."""
        body = self.body(number, **action)
        self.add_block([signed(body, self.key(number))])
        return body

    def refusal(self, number: int, **action: Any) -> Refused | None:
        """Why the law would refuse an action in the next block; nothing is changed."""
        raw = signed(self.body(number, **action), self.key(number))
        environment = Environment(self.chain_id, Height(self.height + 1), Nanoseconds(START_NS))
        return apply_block(self.state, self, [raw], environment).receipts[0].refusal

    def issue(
        self, amounts: Mapping[int, int], kind: wire.Kind = wire.KIND_DIVISIBLE, *, is_created: bool = True
    ) -> bytes:
        """A voucher of which the accounts hold so much."""
        decimals = 2 if kind == wire.KIND_DIVISIBLE else 0
        terms = wire.Terms(name="Grain", product="rice", description=REASON, kind=kind, decimals=decimals, cap=CAP)
        body = self.do(ISSUER, apply_voucher=wire.ApplyVoucher(terms=terms, legal=REASON))
        voucher = derive_voucher(body.sender, body.nonce)
        if is_created:
            self.create(voucher)
            legs = [wire.Allotment(to=to, amount=amount) for to, amount in amounts.items()]
            self.do(ISSUER, allocate=wire.Allocate(voucher=voucher, legs=legs))
        return voucher

    def create(self, voucher: bytes) -> None:
        """What the operator does with a voucher that was applied for."""
        self.do(OPERATOR, create_voucher=wire.CreateVoucher(voucher=voucher))

    def assign(self, number: int, voucher: bytes, custodian: int) -> None:
        """Let a holding count for a custodian."""
        self.do(number, assign_custody=wire.AssignCustody(voucher=voucher, custodian=custodian))

    # ---- what they show ---------------------------------------------------------------------------------------------
    def survey(
        self, voucher: bytes, custodian: int = BANK, others: Sequence[int] = (), serial: int | None = None
    ) -> Ground:
        """The honest ground of a snapshot as of the newest block; makes the block that shows it."""
        height = Height(self.height)
        accounts = sorted(self.account(number) for number in (custodian, *others))
        snapshot = self.show(height, state_keys(voucher, accounts, serial))
        terms = wire.Voucher.FromString(self.state.get(b"voucher/" + voucher) or b"").terms
        before = wire.Custody.FromString(self.state.get(b"custody/" + self.account(custodian).address + voucher) or b"")
        header = ReserveHeader(
            chain_id=self.chain_id,
            genesis_fingerprint=self.genesis.fingerprint,
            voucher=voucher,
            kind=KINDS[terms.kind],
            height=height,
            block_hash=Hash32(self.blocks[height].header.last_block_id.hash),
            custodian=self.account(custodian),
            key=self.key(custodian).public_key,
            accounts=tuple(Kept(each, self.held(each, voucher)) for each in accounts),
            previous_sequence=before.sequence,
            previous_root=before.root,
        )
        return Ground(header, snapshot, (), terms)

    def show(self, height: Height, keys: Sequence[bytes]) -> SnapshotProof:
        """State proofs of keys after a block; makes the block that shows it."""
        proofs = self.state.prove_keys(keys, height)
        while self.height <= height:
            self.add_block()
        return SnapshotProof(proofs[0].roots, tuple(each.commitment for each in proofs), self.light_block(height + 1))

    def held(self, account: AccountName, voucher: bytes) -> int:
        """All that an account holds of a voucher."""
        holding = wire.Holding.FromString(self.state.get(b"holding/" + account.address + voucher) or b"")
        return int(holding.amount + holding.packed)

    def attest(self, header: ReserveHeader, root: bytes, total: int, number: int = BANK, **changes: Any) -> Publication:
        """Publish whatever somebody wants to be published; changes are of fields of the action."""
        action = attestation(header, root, total, **changes)
        return self.publication(signed(self.body(number, attest_custody=action), self.key(number)))

    def publication(self, transaction: bytes) -> Publication:
        """Put a transaction into a block, and show where its log entry stands."""
        self.add_block([transaction])
        self.add_block()
        return self.published(transaction, len(self.entries) - 1, Height(self.height - 1))

    def published(self, transaction: bytes, index: int, height: Height) -> Publication:
        """What shows the log entry at `index`."""
        proof = self.state.prove_entry(index, height)
        return Publication(
            transaction, self.entries[index], index, tuple(proof.path), proof.roots, self.light_block(height + 1)
        )

    def countersigned(self, action: wire.AttestCustody, checker: ClerkKey) -> Publication:
        """The bank's maker brings it, the checker lets it take effect."""
        body = self.body(BANK, hold_until=self.height + 50, attest_custody=action)
        self.add_block([signed(body, self.clerk)])
        wish = wire.Countersign(held=derive_held(body.sender, body.nonce), digest=signing_digest(encode(body)))
        return self.publication(signed(self.body(BANK, countersign=wish), checker))

    def _make_genesis(self) -> bytes:
        accounts = [
            _partner(BANK, (self.clerk, *self.checkers), self.threshold),
            _partner(ISSUER, (self.other,)),
            GenesisAccount(OPERATOR, "operator", "operator", _keys((self.operator,)), (), AGREEMENT, QUOTA),
            _partner(SHOP, (self.shop,)),
            *(_partner(FIRST_OF_MORE + each, (ClerkKey(FIRST_OF_MORE + each),)) for each in range(self.more)),
        ]
        app_state = encode_app_state(self.chain_id, GenesisParameters(), accounts)
        return encode_genesis(self.chain_id, Nanoseconds(START_NS), list(validator_set(self.members(1))), app_state)


def state_keys(voucher: bytes, accounts: Sequence[AccountName], serial: int | None = None) -> list[bytes]:
    """Of the map, in the order of docs/formats/reserve.md."""
    keys = [b"voucher/" + voucher]
    for each in accounts:
        keys += [b"account/" + each.address, b"holding/" + each.address + voucher]
    return keys if serial is None else [*keys, b"piece/" + voucher + serial.to_bytes(8, "big")]


def attestation(header: ReserveHeader, root: bytes, total: int, **changes: Any) -> wire.AttestCustody:
    """The publication of a snapshot; changes are of fields."""
    fields: dict[str, Any] = {
        "voucher": header.voucher,
        "root": root,
        "total": total,
        "statement": header.digest,
        "accounts": header.others,
    }
    return wire.AttestCustody(**(fields | changes))


def signed(body: wire.Body, *keys: ClerkKey) -> bytes:
    """A transaction with signatures by these keys, in this order."""
    raw = encode(body)
    digest = signing_digest(raw)
    return encode_transaction(raw, [SignatureEntry(each.public_key, each.sign(digest)) for each in keys])


def _partner(number: int, keys: Sequence[ClerkKey], threshold: int = 0) -> GenesisAccount:
    thresholds = (("voucher", threshold),) if threshold else ()
    permissions = ("identity", "evidence", "voucher")
    return GenesisAccount(
        number, f"partner {number}", "partner", _keys(keys), permissions, AGREEMENT, QUOTA, (), thresholds
    )


def _keys(keys: Sequence[ClerkKey]) -> tuple[tuple[PublicKey, str], ...]:
    return tuple((key.public_key, f"{number:02}") for number, key in enumerate(keys, 1))
