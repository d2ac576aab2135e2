"""A reserve proof made by hand from docs/formats/reserve.md and the .proto files: a small chain, a custodian, five users.

Nothing of the program's own reserve proofs is used, so that the page is not only tested with what its sister makes.
"""

import base64
import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import rfc8785

from app.core.wire import comet_pb2 as comet
from app.core.wire import registry_pb2 as registry
from tests.web.blocks import BEGINNING, BLOCK_SECONDS, CHAIN, Member, genesis, light_block, members
from tests.web.keys import Key, ed25519_key, p256_key
from tests.web.trees import Leaf, absence, digest, log_path, log_root, map_root, named, state_proof, sum_tree, u64

VOUCHER = bytes(range(16))
HEIGHT = 12
PUBLISHED = 14
CUSTODIAN = 7
BALANCES = (150, 2_000, 0, 349, 1)
SERIALS = (3, 5, 8, 13, 21)
Change = Callable[[Any], None]


def address_of(name: str) -> bytes:
    return sha256(name.encode()).digest()[:20]


def base(bytes_: bytes) -> str:
    return base64.b64encode(bytes_).decode()


@dataclass(frozen=True)
class Paper:
    """What is put into the file. Every field may be replaced; what follows from it follows."""

    unique: bool = False
    validators: Sequence[Member] = field(default_factory=lambda: members("a", "b", "c", "d"))
    flags: Sequence[int] = ()
    light: Sequence[comet.LightBlock] = ()
    maker: Key = field(default_factory=lambda: ed25519_key("maker"))
    approvers: Sequence[Key] = ()
    held: bytes = b""
    user: int = 0
    balances: Sequence[int] = BALANCES
    kept: tuple[tuple[int, int], ...] = ((CUSTODIAN, 2_500),)
    absent: tuple[int, ...] = ()
    result: int = 2_500
    published: int = PUBLISHED
    seconds_later: int | None = None
    liar: bool = False
    """What is in `absent` is held all the same."""
    claimed: Sequence[Member] | None = None
    """Whom the blocks name as their validators, where these are not the ones that sign."""
    change_header: Change = lambda header: None
    change_state: Change = lambda state: None
    change_fact: Change = lambda fact: None
    change_body: Change = lambda body: None
    change_entry: Change = lambda entry: None
    change_transaction: Change = lambda transaction: None
    change_file: Change = lambda file: None

    @property
    def genesis(self) -> dict[str, Any]:
        return genesis(members("a", "b", "c", "d"))

    # ---- the state after block H -------------------------------------------------------------------------------------
    def state(self) -> dict[bytes, bytes]:
        kind = registry.KIND_UNIQUE if self.unique else registry.KIND_DIVISIBLE
        terms = registry.Terms(name="米票", product="rice", kind=kind, decimals=0 if self.unique else 2, cap=10_000)
        voucher = registry.Voucher(issuer=2, state=registry.VOUCHER_STATE_CREATED, terms=terms)
        pairs: dict[bytes, Any] = {b"voucher/" + VOUCHER: voucher}
        keys = [registry.AccountKey(key=key.message) for key in (self.maker, *self.approvers)]
        for number, balance in self.kept:
            address = address_of(f"account {number}")
            name = "粮仓" if number == CUSTODIAN else f"store {number}"
            pairs[b"account/" + address] = registry.Account(address=address, id=number, name=name, keys=keys)
            if self.liar or number not in self.absent:
                packed = balance if self.unique else balance // 3
                pairs[b"holding/" + address + VOUCHER] = registry.Holding(
                    amount=balance - packed, packed=packed, pieces=1
                )
        for serial in SERIALS if self.unique else ():
            pairs[b"piece/" + VOUCHER + u64(serial)] = registry.Piece(
                owner=address_of(f"account {CUSTODIAN}"), amount=1
            )
        for other in range(5):
            pairs[b"something/%d" % other] = registry.PublicKey(data=b"else")
        self.change_state(pairs)
        return {key: value.SerializeToString() for key, value in pairs.items()}

    def proofs(self, state: dict[bytes, bytes]) -> list[str]:
        keys, hidden = [b"voucher/" + VOUCHER], list[bytes]()
        for number, _ in self.kept:
            address = address_of(f"account {number}")
            keys += [b"account/" + address, b"holding/" + address + VOUCHER]
            hidden += [keys[-1]] if number in self.absent else []
        if self.unique:
            keys.append(b"piece/" + VOUCHER + u64(SERIALS[self.user]))
        return [base(absence(state, key) if key in hidden else state_proof(state, key)) for key in keys]

    # ---- what was counted --------------------------------------------------------------------------------------------
    def header(self) -> dict[str, Any]:
        accounts = [
            {
                "account": str(number),
                "address": address_of(f"account {number}").hex(),
                "balance": str(0 if number in self.absent else balance),
            }
            for number, balance in self.kept
        ]
        fingerprint = named("luopu.genesis.v1", rfc8785.dumps(self.genesis))
        header = {
            "format": "luopu.reserve.header.v1",
            "chain_id": CHAIN,
            "genesis_fingerprint": fingerprint.hex(),
            "voucher": VOUCHER.hex(),
            "kind": "unique" if self.unique else "divisible",
            "height": str(HEIGHT),
            "block_hash": sha256(b"block %d" % HEIGHT).hexdigest(),
            "custodian": {"account": str(CUSTODIAN), "address": address_of(f"account {CUSTODIAN}").hex()},
            "key": self.maker.text,
            "accounts": accounts,
            "previous": {"sequence": "0", "root": ""},
        }
        self.change_header(header)
        return header

    def leaves(self) -> list[Leaf]:
        leaves = []
        for at, balance in enumerate(self.balances):
            number, address = 100 + at, address_of(f"user {at}")
            uid = named("luopu.reserve.user.v1", CHAIN.encode(), b"\0", u64(number), address)
            place = digest(b"place", uid)
            if self.unique:
                place = named("luopu.reserve.serial.v1", VOUCHER, u64(SERIALS[at]))
            leaves.append(Leaf(place, uid, digest(b"salt", uid), 1 if self.unique else balance))
        return leaves

    # ---- what stands on the chain ------------------------------------------------------------------------------------
    def transaction(self, fact: registry.AttestCustody) -> registry.Transaction:
        body = registry.Body(chain_id=CHAIN, sender=address_of(f"account {CUSTODIAN}"), nonce=bytes(16), valid_until=99)
        if self.held:
            body.countersign.CopyFrom(registry.Countersign(held=self.held, digest=bytes(32)))
        else:
            body.attest_custody.CopyFrom(fact)
            body.approvers.extend(key.message for key in self.approvers)
        self.change_body(body)
        raw = body.SerializeToString()
        signers = [self.maker] if self.held else [self.maker, *self.approvers]
        signed = named("luopu.transaction.v1", raw)
        signatures = [registry.Signature(key=key.message, signature=key.sign(signed)) for key in signers]
        transaction = registry.Transaction(body=raw, signatures=signatures)
        self.change_transaction(transaction)
        return transaction

    def entry(self, fact: registry.AttestCustody, transaction: bytes) -> bytes:
        later = BLOCK_SECONDS * (self.published - HEIGHT - 1) if self.seconds_later is None else self.seconds_later
        entry = registry.LogEntry(
            transaction_hash=digest(transaction),
            height=self.published,
            time_ns=(BEGINNING + (HEIGHT + 1) * BLOCK_SECONDS + later) * 10**9,
            sender=address_of(f"account {CUSTODIAN}"),
            signer=self.maker.message.SerializeToString(),
            approvers=[key.message.SerializeToString() for key in self.approvers],
            held=self.held,
            result=u64(self.result),
            attest_custody=fact.SerializeToString(),
        )
        self.change_entry(entry)
        return entry.SerializeToString()

    def anchor(self, height: int, log: tuple[int, bytes], root: bytes) -> str:
        app_hash = named("luopu.state.v1", u64(log[0]), log[1], root)
        return base(
            light_block(height, app_hash, self.validators, flags=self.flags, claimed=self.claimed).SerializeToString()
        )

    def file(self) -> dict[str, Any]:
        header, leaves, state = self.header(), self.leaves(), self.state()
        own = leaves[self.user]
        (top, total), path = sum_tree(leaves, own)
        header_digest = named("luopu.reserve.header.v1", rfc8785.dumps(header))
        root = digest(b"\2", header_digest, top, total.to_bytes(16, "big"))
        others = [number for number, _ in self.kept if number != CUSTODIAN]
        fact = registry.AttestCustody(voucher=VOUCHER, root=root, total=total, statement=header_digest, accounts=others)
        self.change_fact(fact)
        transaction = self.transaction(fact).SerializeToString()
        before = [b"entry %d" % at for at in range(6)]
        after = [*before, self.entry(fact, transaction), b"one more"]
        file = {
            "format": "luopu.reserve.v1",
            "header": header,
            "user": {"account": str(100 + self.user), "address": address_of(f"user {self.user}").hex()},
            "leaf": {
                "balance": str(own.balance),
                "position": own.position.hex(),
                "salt": own.salt.hex(),
                "serial": str(SERIALS[self.user]) if self.unique else "",
            },
            "path": path,
            "snapshot": {
                **_roots(before, state),
                "proofs": self.proofs(state),
                "anchor": self.anchor(HEIGHT + 1, (len(before), log_root(before)), map_root(state)),
            },
            "publication": {
                **_roots(after, {}),
                "transaction": base(transaction),
                "entry": base(after[len(before)]),
                "log_index": str(len(before)),
                "log_path": [base(step) for step in log_path(after, len(before))],
                "anchor": self.anchor(self.published + 1, (len(after), log_root(after)), map_root({})),
            },
            "light_blocks": [base(block.SerializeToString()) for block in self.light],
        }
        copied = copy.deepcopy(file)
        self.change_file(copied)
        return copied

    def encode(self) -> bytes:
        return rfc8785.dumps(self.file())

    def but(self, **changes: Any) -> "Paper":
        return replace(self, **changes)


def _roots(entries: Sequence[bytes], state: dict[bytes, bytes]) -> dict[str, str]:
    return {"log_size": str(len(entries)), "log_root": log_root(entries).hex(), "map_root": map_root(state).hex()}


def pretty(document: dict[str, Any]) -> str:
    """As people keep it: not canonical, and with its own words as they are."""
    return json.dumps(document, indent=2, ensure_ascii=False)


CHECKED = {"maker": p256_key("maker"), "approvers": (ed25519_key("checker"),)}
