"""A chain with issuers, banks, users and authorities on it; every step is a signed transaction in a block of its own.

After every block all vouchers are counted anew, and a refused transaction must have changed nothing but quota and nonces.
"""

import re
from dataclasses import replace
from hashlib import sha256 as plain_sha256
from typing import Any

from app.core.ids import derive_voucher
from app.core.refusals import Refused
from app.core.wire import registry_pb2 as wire
from app.registry.context import Context
from app.registry.draft import Draft
from app.registry.law import Receipt, rehearse
from app.registry.places import ASSIGNMENTS, CUSTODIES, HOLDINGS, PIECES, RECOGNITIONS, VOUCHERS, number
from app.registry.state import read_account, read_account_of_id, read_parameters, write_account, write_new_account
from app.registry.vouchers.explaining import explain_transfer
from tests.registry.vouchers.conserved import check_conserved
from tests.registry.world import (
    PARAMETERS,
    SECOND,
    Chain,
    Key,
    Member,
    ed25519_key,
    make_body,
    member,
    nonce,
    refusal,
    sign,
)

TOP = 2**63 - 1


def partner(account_id: int, name: str, *permissions: str, party: str = "partner") -> Member:
    """An organisation with one key and points enough."""
    return member(account_id, name, ed25519_key(name), permissions=permissions, quota=10**9, party=party)


OPERATOR = partner(1, "Operator", party="operator")
REGULATOR = partner(2, "Regulator", party="regulator")
BOOKKEEPER = partner(3, "Bookkeeper", party="bookkeeper")
ISSUER = partner(4, "Issuer", "identity", "voucher")
BANK = partner(5, "Bank", "identity")
"""The issuer recognises it from the level real-name on."""
NOTARY = partner(6, "Notary", "identity")
"""The issuer recognises it from the level certificate on."""
RIVAL = partner(7, "Rival", "identity", "voucher")
"""Nobody recognises it."""
ORGANISATIONS = (OPERATOR, REGULATOR, BOOKKEEPER, ISSUER, BANK, NOTARY, RIVAL)
ANN, BEN, CAT, DAN = 101, 102, 103, 104
"""Users: Ann and Ben with real names by the issuer, Cat by the bank, Dan at level phone by the issuer."""
NOBODY = 999
SETTINGS = replace(
    PARAMETERS,
    max_transaction_bytes=65_536,
    action_costs=(),
    level_points=tuple((level, 10**9) for level in ("registered", "anonymous", "phone", "real-name", "certificate")),
)


def digest(name: object) -> bytes:
    """32 bytes that follow from anything."""
    return plain_sha256(f"digest {name}".encode()).digest()


UNKNOWN = digest("nothing")[:16]
"""Id of a voucher that there is not."""


def order(name: object = "order") -> wire.Order:
    """A sound order."""
    return wire.Order(document=digest(name), authority="Court", reference="No. 1")


def terms(**changes: Any) -> wire.Terms:
    """Sound terms of a divisible voucher."""
    sound = {
        "name": "Rice",
        "product": "1 kg of rice",
        "description": digest("description"),
        "kind": wire.KIND_DIVISIBLE,
        "decimals": 2,
        "cap": 1_000,
    }
    return wire.Terms(**(sound | changes))


def unique_terms(**changes: Any) -> wire.Terms:
    """Sound terms of a voucher with serials."""
    return terms(**({"kind": wire.KIND_UNIQUE, "decimals": 0} | changes))


class Stage:
    """The chain, moved on one transaction at a time."""

    def __init__(self, *more: Member) -> None:
        organisations = (*ORGANISATIONS, *more)
        self.chain = Chain(organisations, SETTINGS)
        self.keys: dict[int, Key] = {each.account.id: each.keys[0] for each in organisations}
        self._count = 0
        for user, certifier, level in (
            (ANN, ISSUER, wire.LEVEL_REAL_NAME),
            (BEN, ISSUER, wire.LEVEL_REAL_NAME),
            (CAT, BANK, wire.LEVEL_REAL_NAME),
            (DAN, ISSUER, wire.LEVEL_PHONE),
        ):
            self.add_user(user, (certifier, level))
        self.recognise(ISSUER, BANK, wire.LEVEL_REAL_NAME)
        self.recognise(ISSUER, NOTARY, wire.LEVEL_CERTIFICATE)

    # ---- the state, changed without the law ------------------------------------------------------------------------
    def add_user(self, user: int, *certified: tuple[Member, int], expires_ns: int = 0) -> int:
        """A user, with its certifications ascending by partner."""
        key = ed25519_key(f"user {user}")
        account = wire.Account(
            address=digest(f"user {user}")[:20],
            id=user,
            party=wire.PARTY_USER,
            keys=[wire.AccountKey(key=key.public.to_wire())],
            partner=certified[0][0].account.id if certified else ISSUER.account.id,
        )
        for certifier, level in certified:
            account.certifications.add(
                partner=certifier.account.id,
                level=wire.Level.ValueType(level),
                root=digest("root"),
                expires_ns=expires_ns,
            )
        draft = Draft(self.chain.values)
        write_new_account(draft, account)
        self.chain.write(draft.changes)
        self.keys[user] = key
        return user

    def change(self, account_id: int, **changes: Any) -> None:
        """Change fields of an account; `stopped=True` suspends or freezes it, `certifications=()` takes all away."""
        draft, account = Draft(self.chain.values), wire.Account()
        account.CopyFrom(self.account(account_id))
        for name, value in changes.items():
            account.ClearField("stop" if name == "stopped" else name)
            if name == "stopped":
                if value:
                    account.stop.CopyFrom(wire.Stop(document=digest("stop"), by=1, height=1))
            else:
                account.MergeFrom(wire.Account(**{name: value}))
        write_account(draft, account)
        self.chain.write(draft.changes)

    def recognise(self, who: Member, whom: Member, least: int) -> None:
        """Let a partner recognise another; with level 0, no longer."""
        key = RECOGNITIONS.key(who.address, number(whom.account.id))
        if least:
            recognition = wire.Recognition(least=wire.Level.ValueType(least))
            self.chain.write({key: recognition.SerializeToString()})
        else:
            self.chain.write({key: None})

    # ---- transactions ----------------------------------------------------------------------------------------------
    @property
    def now(self) -> int:
        """Block time of the next block."""
        return self.chain.environment().time_ns

    def go_to(self, time_ns: int) -> None:
        """Let the next block have this time."""
        self.chain.time_ns = time_ns - 3 * SECOND

    def send(self, sender: int | Member, action: Any) -> Receipt:
        """Put a signed transaction into a block of its own."""
        account_id = sender if isinstance(sender, int) else sender.account.id
        before = self._things()
        data = sign(self.body(account_id, action), self.keys[account_id])
        self._count += 1
        receipt = self.chain.block(data).receipts[0]
        check_conserved(self.chain.values)
        if receipt.refusal is not None:
            assert self._things() == before
        return receipt

    def body(self, account_id: int, action: Any) -> wire.Body:
        """The body of the sender's next transaction."""
        body = make_body(BANK, nonce(self._count), valid_until=self.chain.height + 5)
        body.sender = self.account(account_id).address
        name = name_of(action)
        getattr(body, name).CopyFrom(action)
        getattr(body, name).SetInParent()
        return body

    def do(self, sender: int | Member, action: Any) -> Receipt:
        """Put a transaction on the chain that must be accepted; its log entry is the action itself."""
        receipt = self.send(sender, action)
        assert receipt.refusal is None, receipt.refusal
        entry = wire.LogEntry.FromString(receipt.entry)
        assert entry.WhichOneof("fact") == name_of(action)
        assert getattr(entry, name_of(action)) == action.SerializeToString(deterministic=True)
        return receipt

    def refuse(self, kind: type[Refused], sender: int | Member, action: Any, **facts: object) -> dict[str, object]:
        """A transaction that must be refused so; its facts, of which some may be given."""
        found = refusal(self.send(sender, action), kind)
        assert {name: found.get(name) for name in facts} == facts
        return found

    def explain(self, sender: int | Member, transfer: wire.Transfer) -> list[tuple[str, object]]:
        """Code and leg of every reason why a transfer would fail."""
        return [(reason.code, reason.facts.get("leg")) for reason in self.reasons(sender, transfer)]

    def reasons(self, sender: int | Member, transfer: wire.Transfer) -> tuple[Refused, ...]:
        """Every reason why a transfer would fail; there is one exactly where the law refuses."""
        account_id = sender if isinstance(sender, int) else sender.account.id
        draft, body = Draft(self.chain.values), self.body(account_id, transfer)
        context = Context(
            draft,
            self.chain.environment(),
            read_parameters(draft),
            lambda *_: False,
            body,
            (),
            self.account(account_id),
        )
        found = explain_transfer(context)
        assert not draft.changes
        first = rehearse(self.chain.values, self.chain.environment(), body, lambda *_: False)
        assert (first is None) == (not found)
        if first is not None:
            assert (type(first), first.facts) in [(type(each), each.facts) for each in found]
        return found

    # ---- vouchers --------------------------------------------------------------------------------------------------
    def applied(self, wish: wire.Terms | None = None, issuer: Member = ISSUER) -> bytes:
        """A voucher that is applied for."""
        receipt = self.do(issuer, wire.ApplyVoucher(terms=wish or terms(), legal=digest("legal")))
        assert receipt.data == derive_voucher(issuer.address, nonce(self._count - 1))
        return receipt.data

    def created(self, wish: wire.Terms | None = None, issuer: Member = ISSUER, **given: int) -> bytes:
        """A voucher that is created, of which users ("ann", …) were given so much."""
        voucher = self.applied(wish, issuer)
        self.do(OPERATOR, wire.CreateVoucher(voucher=voucher))
        for name, amount in given.items():
            self.give(voucher, {"ann": ANN, "ben": BEN, "cat": CAT, "bank": 5, "issuer": 4}[name], amount)
        return voucher

    def give(self, voucher: bytes, to: int, amount: int) -> Receipt:
        """Allocate."""
        issuer = self.voucher(voucher).issuer
        return self.do(issuer, wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=to, amount=amount)]))

    def supervise(self, sender: int | Member, voucher: bytes, name: object = "order", **measure: Any) -> Receipt:
        """Carry an order out."""
        return self.do(sender, wire.Supervise(voucher=voucher, order=order(name), **measure))

    # ---- what stands in the map ------------------------------------------------------------------------------------
    def account(self, account_id: int) -> wire.Account:
        """An account by its number."""
        account = read_account_of_id(self.chain.values, account_id)
        assert account is not None
        return account

    def voucher(self, voucher: bytes) -> wire.Voucher:
        """A voucher."""
        found = VOUCHERS.read(self.chain.values, voucher)
        assert found is not None
        return found

    def out(self, voucher: bytes) -> tuple[int, int, int]:
        """Issued, redeemed, lapsed."""
        found = self.voucher(voucher)
        return int(found.issued), int(found.redeemed), int(found.lapsed)

    def holding(self, owner: int, voucher: bytes) -> wire.Holding | None:
        """What stands about a holding."""
        return HOLDINGS.read(self.chain.values, self.account(owner).address, voucher)

    def held(self, owner: int, voucher: bytes) -> tuple[int, int, int]:
        """Free amount, number of pieces, and what they are worth."""
        found = self.holding(owner, voucher) or wire.Holding()
        return int(found.amount), int(found.pieces), int(found.packed)

    def piece(self, voucher: bytes, serial: int) -> wire.Piece:
        """A piece."""
        found = PIECES.read(self.chain.values, voucher, number(serial))
        assert found is not None
        return found

    def owner(self, voucher: bytes, serial: int) -> int:
        """Number of the account that owns a piece."""
        account = read_account(self.chain.values, self.piece(voucher, serial).owner)
        assert account is not None
        return int(account.id)

    def custody(self, owner: Member, voucher: bytes) -> wire.Custody | None:
        """The newest snapshot."""
        return CUSTODIES.read(self.chain.values, owner.address, voucher)

    def assigned(self, owner: Member, voucher: bytes) -> wire.Assignment | None:
        """For whom a holding counts, where not for its own account."""
        return ASSIGNMENTS.read(self.chain.values, owner.address, voucher)

    def _things(self) -> dict[bytes, bytes]:
        """Everything but what every transaction changes."""
        return {key: data for key, data in self.chain.values.items() if not key.startswith((b"quota/", b"nonces"))}


def name_of(action: Any) -> str:
    """Name of an action in a body."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", action.DESCRIPTOR.name).lower()


def leg(voucher: bytes, to: int, amount: int = 0, serials: Any = ()) -> wire.Leg:
    """A leg of a transfer."""
    return wire.Leg(voucher=voucher, to=to, amount=amount, serials=serials)


def transfer(voucher: bytes, to: int, amount: int = 0, serials: Any = ()) -> wire.Transfer:
    """A transfer of one leg."""
    return wire.Transfer(legs=[leg(voucher, to, amount, serials)])
