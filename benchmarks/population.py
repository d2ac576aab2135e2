"""A chain's state with many users: accounts, certifications and holdings as the law would have left them.

Keys are random bytes, which decode as Ed25519 keys; nothing is signed with them. Everything follows from a seed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import shake_256

from app.core.codec import encode
from app.core.ids import derive_address
from app.core.keys import Algorithm, PublicKey
from app.core.transaction import SignatureEntry, encode_transaction
from app.core.wire import registry_pb2 as wire
from app.registry.draft import Draft
from app.registry.genesis import GenesisAccount, GenesisParameters, GenesisSeat, encode_app_state, initial_state
from app.registry.places import HOLDINGS, RECOGNITIONS, VOUCHERS, number
from app.registry.state import write_new_account, write_next_account

CHAIN_ID = "luopu-registry"
START_NS = 1_700_000_000_000_000_000
PLENTY = 2**50
OPERATOR, BOOKKEEPER, PARTNER, SECOND, REGULATOR, KEEPER = 1, 2, 3, 4, 5, 6
"""The second bookkeeper has the greater seat: what the first proposes, it decides."""
FIRST_USER = 7
BALANCE = 2**40
CHUNK = 10_000
"""Users in one piece of writes."""
DIVISIBLE, UNIQUE, LAPSED = (bytes([kind]) * 16 for kind in (1, 2, 3))
"""Vouchers that exist from the start; the last has expired."""
LAPSED_HOLDERS = 1_000
"""As many users hold some of it."""


def bytes_of(*parts: object, count: int = 32) -> bytes:
    """Bytes that follow from anything."""
    return shake_256(repr(parts).encode()).digest(count)


def key_of(account: int, generation: int = 0) -> PublicKey:
    """An account's key."""
    return PublicKey(Algorithm.ED25519, bytes_of("key", account, generation))


def address_of(account: int) -> bytes:
    """An account's address."""
    return derive_address(CHAIN_ID, key_of(account))


def first_state() -> dict[bytes, bytes]:
    """One organisation of each sort, and a second partner."""
    parties = ("operator", "bookkeeper", "partner", "partner", "regulator", "bookkeeper")
    levels = ("registered", "anonymous", "phone", "real-name", "certificate")
    accounts = [
        GenesisAccount(
            id=account,
            name=f"{party} {account}",
            party=party,
            keys=((key_of(account), "clerk"), (key_of(account, 1), "second clerk")),
            permissions=("identity", "evidence", "voucher") if party == "partner" else (),
            agreement=bytes(32),
            quota_points=PLENTY,
        )
        for account, party in enumerate(parties, start=OPERATOR)
    ]
    parameters = GenesisParameters(level_points=tuple((level, PLENTY) for level in levels), validity_window=1_000_000)
    seats = [GenesisSeat(bytes_of("seat", who), power, who) for who, power in ((BOOKKEEPER, 10), (KEEPER, 30))]
    return initial_state(CHAIN_ID, encode_app_state(CHAIN_ID, parameters, accounts, seats))


def users(count: int) -> Iterator[Mapping[bytes, bytes | None]]:
    """What so many users add to the state, in pieces: account, number, key, and a holding for each."""
    for start in range(FIRST_USER, FIRST_USER + count, CHUNK):
        draft = Draft({})
        for account in range(start, min(start + CHUNK, FIRST_USER + count)):
            address = address_of(account)
            write_new_account(draft, _user(account, address))
            HOLDINGS.write(draft, wire.Holding(amount=BALANCE), address, DIVISIBLE)
        yield draft.changes


def vouchers(user_count: int) -> Mapping[bytes, bytes | None]:
    """Vouchers of the partner, whose users the second partner's recognition lets in, and the next account's number."""
    draft = Draft({})
    for voucher, kind in ((DIVISIBLE, wire.KIND_DIVISIBLE), (UNIQUE, wire.KIND_UNIQUE), (LAPSED, wire.KIND_DIVISIBLE)):
        terms = wire.Terms(name=f"voucher {voucher[0]}", product="service", description=bytes(32), kind=kind, cap=2**62)
        if voucher == LAPSED:
            terms.expires_ns = 1
        issued = BALANCE * user_count if voucher == DIVISIBLE else BALANCE
        created = wire.VOUCHER_STATE_CREATED
        stored = wire.Voucher(issuer=PARTNER, state=created, terms=terms, legal=bytes(32), issued=issued)
        VOUCHERS.write(draft, stored, voucher)
    for account in range(FIRST_USER, FIRST_USER + min(user_count, LAPSED_HOLDERS)):
        HOLDINGS.write(draft, wire.Holding(amount=1), address_of(account), LAPSED)
    recognition = wire.Recognition(least=wire.LEVEL_REAL_NAME)
    RECOGNITIONS.write(draft, recognition, address_of(PARTNER), number(SECOND))
    write_next_account(draft, FIRST_USER + user_count)
    return draft.changes


def _user(account: int, address: bytes) -> wire.Account:
    certification = wire.Certification(partner=PARTNER, level=wire.LEVEL_REAL_NAME, root=bytes_of("root", account))
    return wire.Account(
        address=address,
        id=account,
        party=wire.PARTY_USER,
        keys=[wire.AccountKey(key=key_of(account).to_wire(), label="own")],
        partner=PARTNER,
        certifications=[certification],
    )


@dataclass
class Sender:
    """Makes transactions that nobody signed: the check of signatures is left out of what is measured."""

    valid_until: int = 500_000
    count: int = field(default=0)

    def body(self, account: int, action: wire.Body, hold_until: int = 0) -> wire.Body:
        """A body with an action and the next nonce."""
        self.count += 1
        body = wire.Body(
            chain_id=CHAIN_ID,
            sender=address_of(account),
            nonce=bytes_of("nonce", self.count, count=16),
            valid_until=self.valid_until,
            hold_until=hold_until,
        )
        body.MergeFrom(action)
        return body

    def raw(self, body: wire.Body, account: int, generation: int = 0) -> bytes:
        """The transaction's bytes, with 64 bytes where the signature stands."""
        return encode_transaction(encode(body), [SignatureEntry(key_of(account, generation), bytes(64))])
