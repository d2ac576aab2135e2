"""The registry's part of the authenticated map: parameters, accounts, seats, chains, quota. The rest: `app.registry.places`.

Guarantees: reading is strict: what is stored is canonical.
"""

from collections.abc import Sequence
from functools import lru_cache

from app.core.codec import decode_canonical, encode
from app.core.text import name_key
from app.core.units import AccountAddress
from app.core.wire import registry_pb2 as wire
from app.registry.draft import Draft, Values
from app.registry.places import number

PARAMETERS_KEY = b"parameters"
SEATS_KEY = b"validators"
NONCES_KEY = b"nonces"
NEXT_ACCOUNT_KEY = b"next-account"


def account_key(address: bytes) -> bytes:
    """Where an account stands."""
    return b"account/" + address


def account_id_key(account_id: int) -> bytes:
    """Where the address of a numeric account ID stands."""
    return b"account-id/" + number(account_id)


def key_owner_key(public_key: bytes) -> bytes:
    """Where the address of the account that a key belongs to, or once did, stands; the key in canonical encoding."""
    return b"key/" + public_key


def name_owner_key(name: str) -> bytes:
    """Where the address of the account that a name is reserved to stands."""
    return b"name/" + name_key(name).encode()


def chain_head_key(chain: bytes) -> bytes:
    """Where the newest record of a hash chain stands."""
    return b"chain/" + chain


def quota_key(address: bytes) -> bytes:
    """Where an account's spent points stand."""
    return b"quota/" + address


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
    """Address of the account that a key (canonical encoding) belongs to, or once did, or None."""
    data = values.get(key_owner_key(public_key))
    return None if data is None else AccountAddress(data)


def read_name_owner(values: Values, name: str) -> AccountAddress | None:
    """Address of the account that a name is reserved to, or None."""
    data = values.get(name_owner_key(name))
    return None if data is None else AccountAddress(data)


def read_chain_head(values: Values, chain: bytes) -> wire.ChainHead | None:
    """The newest record of a hash chain, or None when there is no such chain."""
    data = values.get(chain_head_key(chain))
    return None if data is None else decode_canonical(wire.ChainHead, data)


def read_quota_use(values: Values, address: bytes) -> wire.QuotaUse:
    """Points an account spent in the period it last spent in; zero for one that never did."""
    data = values.get(quota_key(address))
    return wire.QuotaUse() if data is None else decode_canonical(wire.QuotaUse, data)


def read_address_of_id(values: Values, account_id: int) -> AccountAddress | None:
    """Address of the account with a numeric ID, or None."""
    data = values.get(account_id_key(account_id)) if account_id < 2**63 else None
    return None if data is None else AccountAddress(data)


def read_account_of_id(values: Values, account_id: int) -> wire.Account | None:
    """The account with a numeric ID, or None."""
    address = read_address_of_id(values, account_id)
    return None if address is None else read_account(values, address)


def read_next_account(values: Values) -> int:
    """Numeric ID of the next account."""
    data = values.get(NEXT_ACCOUNT_KEY)
    if data is None:
        raise LookupError("state without a next account: genesis was not applied")
    return int.from_bytes(data, "big")


def read_seats(values: Values) -> Sequence[wire.Seat]:
    """The validators' seats, ascending by key; none where the genesis gave none. Never change what is returned."""
    data = values.get(SEATS_KEY)
    return () if data is None else _decode_seats(data).seats


def read_nonce_head(values: Values) -> wire.NonceHead:
    """Digest and horizon of the newest NonceBlock; empty before the first."""
    data = values.get(NONCES_KEY)
    return wire.NonceHead() if data is None else decode_canonical(wire.NonceHead, data)


def write_parameters(draft: Draft, parameters: wire.Parameters) -> None:
    """Store the law's parameters; in force from the next block."""
    draft.put(PARAMETERS_KEY, encode(parameters))


def write_next_account(draft: Draft, account_id: int) -> None:
    """Store the numeric ID of the next account."""
    draft.put(NEXT_ACCOUNT_KEY, number(account_id))


def write_account(draft: Draft, account: wire.Account) -> None:
    """Store an account as it has become; its number, name and keys are found already."""
    draft.put(account_key(account.address), encode(account))


def write_new_account(draft: Draft, account: wire.Account) -> None:
    """Store a new account with the look-ups by number, by name and by key."""
    write_account(draft, account)
    draft.put(account_id_key(account.id), account.address)
    if account.name:
        reserve_name(draft, account.name, account.address)
    for entry in account.keys:
        reserve_key(draft, entry.key, account.address)


def reserve_name(draft: Draft, name: str, address: bytes) -> None:
    """Let a name be the account's for ever."""
    draft.put(name_owner_key(name), address)


def reserve_key(draft: Draft, key: wire.PublicKey, address: bytes) -> None:
    """Let a key be the account's for ever."""
    draft.put(key_owner_key(encode(key)), address)


def write_chain_head(draft: Draft, chain: bytes, head: wire.ChainHead) -> None:
    """Store the newest record of a hash chain."""
    draft.put(chain_head_key(chain), encode(head))


def write_seats(draft: Draft, seats: Sequence[wire.Seat]) -> None:
    """Store the seats, ascending by key."""
    draft.put(SEATS_KEY, encode(wire.Seats(seats=seats)))


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
