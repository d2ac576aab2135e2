"""From the `app_state` of a genesis document to the first state, and back.

Strict: unknown or missing fields, wrong types, an address that does not follow from its key, a duplicate ID or key are
refused. A consortium that starts from a wrong document would never find out.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeVar

from app.core.codec import encode
from app.core.errors import BadGenesis, BadKey, DecodingError, OutOfRange
from app.core.ids import derive_address
from app.core.keys import Algorithm, PublicKey
from app.core.proposal import MAX_POWER, VALIDATOR_KEY_BYTES
from app.core.refusals import KeysImpossible
from app.core.text import MAX_LABEL_BYTES, check_name, check_text, name_key
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import LEVELS, PARTIES, USER
from app.registry.acting import NUMBERS
from app.registry.approvals import DUTIES, ROLES, check_operable
from app.registry.changes import MAX_SEATS
from app.registry.draft import Draft
from app.registry.places import TERMS, number
from app.registry.rules import PERMISSIONS, permissions_for
from app.registry.state import read_seats, write_new_account, write_next_account, write_parameters, write_seats

FORMAT = "luopu.registry.v1"
MAX_SAFE_INTEGER = 2**53 - 1
DEFAULT_COST = 10
PARTY_NUMBERS: Mapping[str, int] = {name: party for party, name in PARTIES.items() if party != USER}
"""Users come later: a partner has to certify them."""
PERMISSION_NUMBERS = {name: permission for permission, name in PERMISSIONS.items()}
LEVEL_NUMBERS: Mapping[str, int] = {name: level for level, name in LEVELS.items() if level}
DUTY_NUMBERS = {name: duty for duty, name in DUTIES.items()}
ROLE_NUMBERS = {name: role for role, name in ROLES.items()}
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
    roles: tuple[tuple[str, ...], ...] = ()
    """Of each key, in the order of `keys`; none given: every key has every role."""
    thresholds: tuple[tuple[str, int], ...] = ()
    """(duty, how many checkers)."""


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

    validity_window: int = 201_600
    """A week at a block every three seconds, so that a desk can work without a network (docs/adr/0019)."""
    quota_period_seconds: int = 86_400
    quota_offset_seconds: int = 57_600
    """16:00 UTC: a day's quota is refilled at midnight in China."""
    action_costs: tuple[tuple[str, int], ...] = ()
    """Of actions that do not cost `DEFAULT_COST` points."""
    bytes_per_point: int = 256
    max_transaction_bytes: int = 65_536
    level_points: tuple[tuple[str, int], ...] = (
        ("registered", 50),
        ("anonymous", 100),
        ("phone", 200),
        ("real-name", 1_000),
        ("certificate", 2_000),
    )
    """Of a user in each period, by its level."""
    approval_numerator: int = 2
    approval_denominator: int = 3
    """More than this share of the seats' power decides."""


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
            "action_costs": dict.fromkeys(NUMBERS, DEFAULT_COST) | dict(parameters.action_costs),
            "bytes_per_point": parameters.bytes_per_point,
            "max_transaction_bytes": parameters.max_transaction_bytes,
            "level_points": dict(parameters.level_points),
            "approval_numerator": parameters.approval_numerator,
            "approval_denominator": parameters.approval_denominator,
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
    write_parameters(draft, _decode_parameters(document["parameters"]))
    accounts = [_decode_account(chain_id, item) for item in _list("accounts", document["accounts"])]
    _check_distinct(accounts)
    for account in accounts:
        write_new_account(draft, account)
        if account.agreement_version:
            version = wire.AgreementVersion(agreement=account.agreement)
            TERMS.write(draft, version, account.address, number(account.agreement_version))
    write_next_account(draft, max((int(account.id) for account in accounts), default=0) + 1)
    if seats := _decode_seats(document["validators"], accounts):
        write_seats(draft, seats)
    return {key: value for key, value in draft.changes.items() if value is not None}


def check_seats(state: Mapping[bytes, bytes], validators: Mapping[bytes, int]) -> None:
    """The seats of a first state are the validators (key → power) of its genesis document.

    Raises:
        BadGenesis: they are others.
    """
    seats = {seat.key: int(seat.power) for seat in read_seats(state)}
    if seats and seats != dict(validators):
        raise BadGenesis(reason="validators of app_state", expected="those of the document")


def _encode_account(chain_id: str, account: GenesisAccount) -> dict[str, object]:
    roles = account.roles or ((),) * len(account.keys)
    names = {algorithm: name for name, algorithm in ALGORITHMS.items()}
    return {
        "id": account.id,
        "address": derive_address(chain_id, account.keys[0][0]).hex(),
        "name": account.name,
        "party": account.party,
        "keys": [
            {"algorithm": names[key.algorithm], "key": key.data.hex(), "label": label, "roles": list(own)}
            for (key, label), own in zip(account.keys, roles, strict=True)
        ],
        "permissions": list(account.permissions),
        "agreement": account.agreement.hex(),
        "quota_points": account.quota_points,
        "thresholds": dict(account.thresholds),
    }


def _decode_parameters(untrusted: object) -> wire.Parameters:
    names = {
        *("validity_window", "quota_period_seconds", "quota_offset_seconds", "action_costs", "bytes_per_point"),
        *("max_transaction_bytes", "level_points", "approval_numerator", "approval_denominator"),
    }
    fields = _object("parameters", untrusted, names)
    costs = _object("action_costs", fields["action_costs"], set(NUMBERS))
    by_number = sorted((number, name) for name, number in NUMBERS.items())
    entries = [wire.ActionCost(action=number, points=_integer(name, costs[name], 0)) for number, name in by_number]
    numerator = _integer("approval_numerator", fields["approval_numerator"], 1)
    denominator = _integer("approval_denominator", fields["approval_denominator"], 1)
    if not denominator <= 2 * numerator < 2 * denominator:
        raise BadGenesis(reason="approving share", expected="from one half to below the whole")
    return wire.Parameters(
        validity_window=_integer("validity_window", fields["validity_window"], 1),
        quota_period_seconds=_integer("quota_period_seconds", fields["quota_period_seconds"], 1),
        quota_offset_seconds=_integer("quota_offset_seconds", fields["quota_offset_seconds"], 0),
        action_costs=entries,
        bytes_per_point=_integer("bytes_per_point", fields["bytes_per_point"], 1),
        max_transaction_bytes=_integer("max_transaction_bytes", fields["max_transaction_bytes"], 512),
        level_points=_decode_level_points(fields["level_points"]),
        approval_numerator=numerator,
        approval_denominator=denominator,
    )


def _decode_level_points(untrusted: object) -> list[wire.LevelPoints]:
    fields = _object("level_points", untrusted, set(LEVEL_NUMBERS))
    return [
        wire.LevelPoints(
            level=level,  # type: ignore[arg-type]
            points=_integer(name, fields[name], 0),
        )
        for name, level in sorted(LEVEL_NUMBERS.items(), key=lambda pair: pair[1])
    ]


def _decode_account(chain_id: str, untrusted: object) -> wire.Account:
    names = {"id", "address", "name", "party", "keys", "permissions", "agreement", "quota_points", "thresholds"}
    fields = _object("account", untrusted, names)
    keys = [_decode_key(item) for item in _list("keys", fields["keys"])]
    if not keys:
        raise BadGenesis(reason="an account without a key", got=_shown(fields["name"]))
    address = derive_address(chain_id, PublicKey.from_wire(keys[0].key))
    if _hex("address", fields["address"], 20) != address:
        raise BadGenesis(reason="address of an account", expected=address.hex(), got=str(fields["address"]))
    party = _choice("party", fields["party"], PARTY_NUMBERS)
    permissions = _numbers("permission", fields["permissions"], PERMISSION_NUMBERS)
    if not permissions_for(party).keys() >= set(permissions):
        raise BadGenesis(reason="permissions of an account", got=_shown(fields["permissions"]))
    account = wire.Account(
        address=address,
        id=_integer("account id", fields["id"], 1),
        name=_name(fields["name"]),
        party=party,  # type: ignore[arg-type]
        keys=keys,
        permissions=permissions,  # type: ignore[arg-type]
        agreement=_hex("agreement", fields["agreement"], 32),
        quota_points=_integer("quota_points", fields["quota_points"], 0),
        agreement_version=1,
        thresholds=_decode_thresholds(fields["thresholds"]),
    )
    try:
        check_operable(account)
    except KeysImpossible as error:
        raise BadGenesis(reason="keys of an account", got=str(error)) from error
    return account


def _decode_key(untrusted: object) -> wire.AccountKey:
    fields = _object("key", untrusted, {"algorithm", "key", "label", "roles"})
    algorithm = _choice("algorithm", fields["algorithm"], ALGORITHMS)
    length = 32 if algorithm is Algorithm.ED25519 else 33
    key = PublicKey(algorithm, _hex("key", fields["key"], length))
    try:
        PublicKey.from_wire(key.to_wire())
    except (BadKey, DecodingError) as error:
        raise BadGenesis(reason="key of an account", got=str(error)) from error
    roles = _numbers("role", fields["roles"], ROLE_NUMBERS)
    return wire.AccountKey(key=key.to_wire(), label=_label(fields["label"]), roles=roles)  # type: ignore[arg-type]


def _decode_thresholds(untrusted: object) -> list[wire.Threshold]:
    given = untrusted if isinstance(untrusted, Mapping) else {}
    if not isinstance(untrusted, Mapping) or not given.keys() <= DUTY_NUMBERS.keys():
        raise BadGenesis(reason="thresholds", expected=", ".join(DUTY_NUMBERS), got=_shown(untrusted))
    thresholds = [
        wire.Threshold(duty=duty, checkers=_integer(name, given[name], 1))
        for name, duty in DUTY_NUMBERS.items()
        if name in given
    ]
    return sorted(thresholds, key=lambda each: each.duty)


def _numbers(what: str, untrusted: object, choices: Mapping[str, int]) -> list[int]:
    """Names as their numbers, ascending, each once."""
    numbers = [_choice(what, item, choices) for item in _list(f"{what}s", untrusted)]
    if len(set(numbers)) != len(numbers):
        raise BadGenesis(reason=f"a {what} given twice", got=_shown(untrusted))
    return sorted(numbers)


def _label(untrusted: object) -> str:
    try:
        return check_text("key label", _text("key label", untrusted), most=MAX_LABEL_BYTES)
    except OutOfRange as error:
        raise BadGenesis(reason="key label", expected=str(error.facts["expected"]), got=_shown(untrusted)) from error


def _name(untrusted: object) -> str:
    try:
        return check_name(_text("account name", untrusted))
    except OutOfRange as error:
        raise BadGenesis(reason="account name", expected=str(error.facts["expected"]), got=_shown(untrusted)) from error


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
    if len({name_key(account.name) for account in accounts}) != len(accounts):
        raise BadGenesis(reason="one name for two accounts")


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
