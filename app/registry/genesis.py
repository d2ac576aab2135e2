"""From the `app_state` of a genesis document to the first state, and back.

Strict: unknown or missing fields, wrong types, an address that does not follow from its key, a duplicate ID or key are
refused. A consortium that starts from a wrong document would never find out.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeVar

from app.core.codec import encode
from app.core.errors import BadGenesis, BadKey, DecodingError
from app.core.hashing import ACCOUNT_DOMAIN, sha256
from app.core.keys import Algorithm, PublicKey
from app.core.proposal import MAX_POWER, VALIDATOR_KEY_BYTES
from app.core.units import AccountAddress
from app.core.wire import registry_pb2 as wire
from app.registry.governance import MAX_SEATS
from app.registry.state import PARAMETERS_KEY, Draft, read_seats, write_account, write_seats

FORMAT = "luopu.registry.v1"
MAX_SAFE_INTEGER = 2**53 - 1
PARTIES = {
    "operator": wire.PARTY_OPERATOR,
    "bookkeeper": wire.PARTY_BOOKKEEPER,
    "partner": wire.PARTY_PARTNER,
    "user": wire.PARTY_USER,
    "regulator": wire.PARTY_REGULATOR,
}
PERMISSIONS = {
    "identity": wire.PERMISSION_IDENTITY,
    "evidence": wire.PERMISSION_EVIDENCE,
    "voucher": wire.PERMISSION_VOUCHER,
}
ACTIONS = {
    "notarize": wire.Body.NOTARIZE_FIELD_NUMBER,
    "propose": wire.Body.PROPOSE_FIELD_NUMBER,
    "approve": wire.Body.APPROVE_FIELD_NUMBER,
}
ALGORITHMS = {"ed25519": Algorithm.ED25519, "p256": Algorithm.P256}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GenesisAccount:
    """An account that exists from the start."""

    id: int
    name: str
    party: str
    keys: tuple[tuple[PublicKey, str], ...]
    """(key, label), at least one; the address follows from the first."""
    permissions: tuple[str, ...]
    agreement: bytes
    quota_points: int


@dataclass(frozen=True, slots=True)
class GenesisSeat:
    """A validator's seat from the start."""

    key: bytes
    """Ed25519 consensus key, 32 bytes."""
    power: int
    account: int
    """Numeric ID of the bookkeeper who answers for it."""


@dataclass(frozen=True, slots=True)
class GenesisParameters:
    """The law's parameters from the start; see `Parameters` in registry.proto."""

    validity_window: int = 600
    quota_period_seconds: int = 86_400
    quota_offset_seconds: int = 57_600
    """16:00 UTC: a day's quota is refilled at midnight in China."""
    action_costs: tuple[tuple[str, int], ...] = (("notarize", 10), ("propose", 10), ("approve", 10))
    bytes_per_point: int = 256
    max_transaction_bytes: int = 65_536


def derive_address(chain_id: str, first_key: PublicKey) -> AccountAddress:
    """The address of an account: SHA-256(domain ‖ 00 ‖ chain id ‖ 00 ‖ first key)[:20]. It outlives the key."""
    return AccountAddress(sha256(ACCOUNT_DOMAIN + chain_id.encode() + b"\x00" + first_key.encode())[:20])


def encode_app_state(
    chain_id: str,
    parameters: GenesisParameters,
    accounts: Sequence[GenesisAccount],
    seats: Sequence[GenesisSeat] = (),
) -> dict[str, object]:
    """The `app_state` of a new chain's genesis document. Without seats nobody can ever change the validators."""
    return {
        "format": FORMAT,
        "parameters": {
            "validity_window": parameters.validity_window,
            "quota_period_seconds": parameters.quota_period_seconds,
            "quota_offset_seconds": parameters.quota_offset_seconds,
            "action_costs": dict(parameters.action_costs),
            "bytes_per_point": parameters.bytes_per_point,
            "max_transaction_bytes": parameters.max_transaction_bytes,
        },
        "accounts": [_encode_account(chain_id, account) for account in accounts],
        "validators": [{"key": seat.key.hex(), "power": seat.power, "account": seat.account} for seat in seats],
    }


def initial_state(chain_id: str, untrusted_app_state: object) -> dict[bytes, bytes]:
    """Every key and value of the map at genesis.

    Raises:
        BadGenesis: with the reason.
    """
    document = _object("app_state", untrusted_app_state, {"format", "parameters", "accounts", "validators"})
    if document["format"] != FORMAT:
        raise BadGenesis(reason="format of app_state", expected=FORMAT, got=_shown(document["format"]))
    draft = Draft({})
    draft.put(PARAMETERS_KEY, encode(_decode_parameters(document["parameters"])))
    accounts = [_decode_account(chain_id, item) for item in _list("accounts", document["accounts"])]
    _check_distinct(accounts)
    for account in accounts:
        write_account(draft, account)
    if seats := _decode_seats(document["validators"], accounts):
        write_seats(draft, seats)
    return dict(draft.changes)


def check_seats(state: Mapping[bytes, bytes], validators: Mapping[bytes, int]) -> None:
    """The seats of a first state are the validators (key → power) of its genesis document.

    Raises:
        BadGenesis: they are others.
    """
    seats = {seat.key: int(seat.power) for seat in read_seats(state)}
    if seats and seats != dict(validators):
        raise BadGenesis(reason="validators of app_state", expected="those of the document")


def _encode_account(chain_id: str, account: GenesisAccount) -> dict[str, object]:
    names = {algorithm: name for name, algorithm in ALGORITHMS.items()}
    return {
        "id": account.id,
        "address": derive_address(chain_id, account.keys[0][0]).hex(),
        "name": account.name,
        "party": account.party,
        "keys": [
            {"algorithm": names[key.algorithm], "key": key.data.hex(), "label": label} for key, label in account.keys
        ],
        "permissions": list(account.permissions),
        "agreement": account.agreement.hex(),
        "quota_points": account.quota_points,
    }


def _decode_parameters(untrusted: object) -> wire.Parameters:
    names = {
        "validity_window",
        "quota_period_seconds",
        "quota_offset_seconds",
        "action_costs",
        "bytes_per_point",
        "max_transaction_bytes",
    }
    fields = _object("parameters", untrusted, names)
    costs = _object("action_costs", fields["action_costs"], set(ACTIONS))
    by_number = sorted((number, name) for name, number in ACTIONS.items())
    entries = [wire.ActionCost(action=number, points=_integer(name, costs[name], 0)) for number, name in by_number]
    return wire.Parameters(
        validity_window=_integer("validity_window", fields["validity_window"], 1),
        quota_period_seconds=_integer("quota_period_seconds", fields["quota_period_seconds"], 1),
        quota_offset_seconds=_integer("quota_offset_seconds", fields["quota_offset_seconds"], 0),
        action_costs=entries,
        bytes_per_point=_integer("bytes_per_point", fields["bytes_per_point"], 1),
        max_transaction_bytes=_integer("max_transaction_bytes", fields["max_transaction_bytes"], 512),
    )


def _decode_account(chain_id: str, untrusted: object) -> wire.Account:
    names = {"id", "address", "name", "party", "keys", "permissions", "agreement", "quota_points"}
    fields = _object("account", untrusted, names)
    keys = [_decode_key(item) for item in _list("keys", fields["keys"])]
    if not keys:
        raise BadGenesis(reason="an account without a key", got=_shown(fields["name"]))
    address = derive_address(chain_id, PublicKey.from_wire(keys[0].key))
    if _hex("address", fields["address"], 20) != address:
        raise BadGenesis(reason="address of an account", expected=address.hex(), got=str(fields["address"]))
    permissions = [_choice("permission", item, PERMISSIONS) for item in _list("permissions", fields["permissions"])]
    if len(set(permissions)) != len(permissions):
        raise BadGenesis(reason="a permission given twice", got=_shown(fields["name"]))
    return wire.Account(
        address=address,
        id=_integer("account id", fields["id"], 1),
        name=_text("account name", fields["name"]),
        party=_choice("party", fields["party"], PARTIES),
        keys=keys,
        permissions=sorted(permissions),
        agreement=_hex("agreement", fields["agreement"], 32),
        quota_points=_integer("quota_points", fields["quota_points"], 0),
    )


def _decode_key(untrusted: object) -> wire.AccountKey:
    fields = _object("key", untrusted, {"algorithm", "key", "label"})
    algorithm = _choice("algorithm", fields["algorithm"], ALGORITHMS)
    length = 32 if algorithm is Algorithm.ED25519 else 33
    key = PublicKey(algorithm, _hex("key", fields["key"], length))
    try:
        PublicKey.from_wire(key.to_wire())
    except (BadKey, DecodingError) as error:
        raise BadGenesis(reason="key of an account", got=str(error)) from error
    return wire.AccountKey(key=key.to_wire(), label=_text("key label", fields["label"]))


def _decode_seats(untrusted: object, accounts: Sequence[wire.Account]) -> list[wire.Seat]:
    bookkeepers = {account.id for account in accounts if account.party == wire.PARTY_BOOKKEEPER}
    seats = [_decode_seat(item, bookkeepers) for item in _list("validators", untrusted)]
    if len({seat.key for seat in seats}) != len(seats) or len(seats) > MAX_SEATS:
        raise BadGenesis(reason="validators of app_state", expected=f"at most {MAX_SEATS}, each key once")
    return sorted(seats, key=lambda seat: seat.key)


def _decode_seat(untrusted: object, bookkeepers: Set[int]) -> wire.Seat:
    fields = _object("validator", untrusted, {"key", "power", "account"})
    seat = wire.Seat(
        key=_hex("validator key", fields["key"], VALIDATOR_KEY_BYTES),
        power=_integer("voting power", fields["power"], 1),
        account=_integer("account of a validator", fields["account"], 1),
    )
    if seat.account not in bookkeepers:
        raise BadGenesis(reason="account of a validator", expected="a bookkeeper", got=str(seat.account))
    if seat.power > MAX_POWER:
        raise BadGenesis(reason="voting power", expected=f"at most {MAX_POWER}", got=str(seat.power))
    return seat


def _check_distinct(accounts: Sequence[wire.Account]) -> None:
    ids = [account.id for account in accounts]
    keys = [encode(entry.key) for account in accounts for entry in account.keys]
    if len(set(ids)) != len(ids):
        raise BadGenesis(reason="two accounts with one id")
    if len(set(keys)) != len(keys):
        raise BadGenesis(reason="one key in two places")


# ---- strict JSON values ------------------------------------------------------------------------------------------
def _object(name: str, untrusted: object, names: set[str]) -> Mapping[str, object]:
    if not isinstance(untrusted, Mapping) or set(untrusted) != names:
        got = ", ".join(sorted(map(str, untrusted))) if isinstance(untrusted, Mapping) else type(untrusted).__name__
        raise BadGenesis(reason=f"fields of {name}", expected=", ".join(sorted(names)), got=_shown(got))
    return untrusted


def _list(name: str, untrusted: object) -> Sequence[object]:
    if not isinstance(untrusted, list | tuple):
        raise BadGenesis(reason=name, expected="a list", got=type(untrusted).__name__)
    return untrusted


def _integer(name: str, untrusted: object, least: int) -> int:
    if type(untrusted) is not int or not least <= untrusted <= MAX_SAFE_INTEGER:
        raise BadGenesis(reason=name, expected=f"an integer from {least} to 2^53-1", got=_shown(untrusted))
    return untrusted


def _text(name: str, untrusted: object) -> str:
    try:
        length = len(untrusted.encode()) if isinstance(untrusted, str) else 0
    except UnicodeEncodeError:  # half of a surrogate pair
        length = 0
    if not isinstance(untrusted, str) or not 0 < length <= 256:
        raise BadGenesis(reason=name, expected="1 … 256 bytes of text", got=_shown(untrusted))
    return untrusted


def _hex(name: str, untrusted: object, length: int) -> bytes:
    try:
        value = bytes.fromhex(untrusted) if isinstance(untrusted, str) else b""
    except ValueError:
        value = b""
    if len(value) != length or value.hex() != untrusted:  # fromhex also takes capitals and spaces
        raise BadGenesis(reason=name, expected=f"{length} bytes in lower-case hex", got=_shown(untrusted))
    return value


def _choice(name: str, untrusted: object, choices: Mapping[str, T]) -> T:
    if not isinstance(untrusted, str) or untrusted not in choices:
        raise BadGenesis(reason=name, expected=", ".join(choices), got=_shown(untrusted))
    return choices[untrusted]


def _shown(untrusted: object) -> str:
    """What stands there, short enough for an error, and encodable."""
    return str(untrusted)[:200].encode(errors="replace").decode()
