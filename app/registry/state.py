"""The registry's part of the authenticated map: its keys, its values, and a view that collects changes.

Guarantees: reading is strict (what is stored is canonical); changes are collected in a `Draft` and reach nobody unless
they are taken, so a refused action leaves no trace.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from app.core.codec import decode_canonical, encode
from app.core.units import AccountAddress
from app.core.wire import registry_pb2 as wire

PARAMETERS_KEY = b"parameters"
SEATS_KEY = b"validators"
NONCES_KEY = b"nonces"


def account_key(address: bytes) -> bytes:
    """Where an account stands."""
    return b"account/" + address


def account_id_key(number: int) -> bytes:
    """Where the address of a numeric account ID stands."""
    return b"account-id/" + number.to_bytes(8, "big")


def key_owner_key(public_key: bytes) -> bytes:
    """Where the address of the account that a key belongs to stands; the key in canonical encoding."""
    return b"key/" + public_key


def chain_head_key(chain: bytes) -> bytes:
    """Where the newest record of a hash chain stands."""
    return b"chain/" + chain


def quota_key(address: bytes) -> bytes:
    """Where an account's spent points stand."""
    return b"quota/" + address


def proposal_key(proposal_id: bytes) -> bytes:
    """Where a proposal stands."""
    return b"proposal/" + proposal_id


class Values(Protocol):
    """Committed values of the map."""

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        ...


class Draft:
    """Values with changes on top. Nothing below is touched; `changes` is what would have to be written.

    What is read below is read once: as long as a draft lives, nobody changes the values beneath it.
    """

    def __init__(self, below: Values) -> None:
        self._below = below
        self._changes: dict[bytes, bytes] = {}
        self._read: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        """The value of `key` as changed here, or as it stands below."""
        changed = self._changes.get(key)
        if changed is not None:
            return changed
        if key not in self._read:
            self._read[key] = self._below.get(key)
        return self._read[key]

    def put(self, key: bytes, value: bytes) -> None:
        """Change a value."""
        self._changes[key] = value

    def take_over(self, other: "Draft") -> None:
        """Adopt the changes of a draft made on top of this one."""
        self._changes.update(other.changes)

    @property
    def changes(self) -> Mapping[bytes, bytes]:
        """Every changed key with its new value."""
        return self._changes


def read_parameters(values: Values) -> wire.Parameters:
    """The law's parameters."""
    data = values.get(PARAMETERS_KEY)
    if data is None:
        raise LookupError("state without parameters: genesis was not applied")
    return _decode_parameters(data)


def read_account(values: Values, address: bytes) -> wire.Account | None:
    """An account, or None."""
    data = values.get(account_key(address))
    return None if data is None else decode_account(data)


def read_key_owner(values: Values, public_key: bytes) -> AccountAddress | None:
    """Address of the account that a key (canonical encoding) belongs to, or None."""
    data = values.get(key_owner_key(public_key))
    return None if data is None else AccountAddress(data)


def read_chain_head(values: Values, chain: bytes) -> wire.ChainHead | None:
    """The newest record of a hash chain, or None when there is no such chain."""
    data = values.get(chain_head_key(chain))
    return None if data is None else decode_canonical(wire.ChainHead, data)


def read_quota_use(values: Values, address: bytes) -> wire.QuotaUse:
    """Points an account spent in the period it last spent in; zero for one that never did."""
    data = values.get(quota_key(address))
    return wire.QuotaUse() if data is None else decode_canonical(wire.QuotaUse, data)


def read_address_of_id(values: Values, number: int) -> AccountAddress | None:
    """Address of the account with a numeric ID, or None."""
    data = values.get(account_id_key(number)) if number < 2**63 else None
    return None if data is None else AccountAddress(data)


def read_seats(values: Values) -> Sequence[wire.Seat]:
    """The validators' seats, ascending by key; none where the genesis gave none. Never change what is returned."""
    data = values.get(SEATS_KEY)
    return () if data is None else _decode_seats(data).seats


def read_proposal(values: Values, proposal_id: bytes) -> wire.Proposal | None:
    """A proposal, or None."""
    data = values.get(proposal_key(proposal_id))
    return None if data is None else decode_canonical(wire.Proposal, data)


def read_nonce_head(values: Values) -> wire.NonceHead:
    """Digest and horizon of the newest NonceBlock; empty before the first."""
    data = values.get(NONCES_KEY)
    return wire.NonceHead() if data is None else decode_canonical(wire.NonceHead, data)


def write_account(draft: Draft, account: wire.Account) -> None:
    """Store an account with the look-ups by ID and by key."""
    draft.put(account_key(account.address), encode(account))
    draft.put(account_id_key(account.id), account.address)
    for entry in account.keys:
        draft.put(key_owner_key(encode(entry.key)), account.address)


def write_chain_head(draft: Draft, chain: bytes, head: wire.ChainHead) -> None:
    """Store the newest record of a hash chain."""
    draft.put(chain_head_key(chain), encode(head))


def write_seats(draft: Draft, seats: Sequence[wire.Seat]) -> None:
    """Store the seats, ascending by key."""
    draft.put(SEATS_KEY, encode(wire.Seats(seats=seats)))


def write_proposal(draft: Draft, proposal_id: bytes, proposal: wire.Proposal) -> None:
    """Store a proposal."""
    draft.put(proposal_key(proposal_id), encode(proposal))


def write_nonce_head(draft: Draft, head: wire.NonceHead) -> None:
    """Store the newest NonceBlock's digest and horizon."""
    draft.put(NONCES_KEY, encode(head))


def write_quota_use(draft: Draft, address: bytes, use: wire.QuotaUse) -> None:
    """Store spent points."""
    draft.put(quota_key(address), encode(use))


@lru_cache(maxsize=4096)
def decode_account(data: bytes) -> wire.Account:
    """Decode an account's canonical bytes. The result is shared: never change it."""
    return decode_canonical(wire.Account, data)


@lru_cache(maxsize=8)
def _decode_seats(data: bytes) -> wire.Seats:
    return decode_canonical(wire.Seats, data)


@lru_cache(maxsize=8)
def _decode_parameters(data: bytes) -> wire.Parameters:
    return decode_canonical(wire.Parameters, data)
