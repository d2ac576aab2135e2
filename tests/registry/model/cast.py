"""A consortium for the two laws: every party, every permission, makers and checkers, and quotas that run out."""

from typing import Any

from app.core.keys import Algorithm, PublicKey
from app.registry.genesis import GenesisAccount, GenesisParameters, GenesisSeat, encode_app_state
from tests.registry.model.dice import digest, make_key
from tests.registry.model.matrix import NUMBERS

CHAIN_ID = "luopu-model"
SECOND = 1_000_000_000
START = 1_749_999_600 * SECOND
PARAMETERS = GenesisParameters(
    validity_window=10,
    quota_period_seconds=60,
    quota_offset_seconds=7,
    action_costs=tuple((name, number % 5) for name, number in NUMBERS.items()),
    bytes_per_point=100,
    max_transaction_bytes=8_192,
    level_points=(("registered", 50), ("anonymous", 80), ("phone", 130), ("real-name", 400), ("certificate", 500)),
    approval_numerator=3,
    approval_denominator=5,
)
IDENTIFIERS = 18
"""Partners that certify: more than an account may have certifications of."""
ALL = ("evidence", "identity", "voucher")
CLERKS = (("maker",), ("checker",), ("checker", "maker"), ("administrator",), ("checker",))


def app_state() -> dict[str, Any]:
    """The genesis document's `app_state`."""
    accounts = [
        _account(1, "Operator", "operator"),
        _account(2, "Regulator", "regulator", roles=CLERKS, thresholds=(("order", 1),)),
        *(_account(10 + number, f"Bookkeeper {number}", "bookkeeper") for number in range(4)),
        _account(14, "Witness", "bookkeeper", ("evidence",), roles=CLERKS, thresholds=(("governance", 1), ("keys", 1))),
        _account(20, "Issuer", "partner", ALL),
        _account(
            21, "Careful", "partner", ALL, roles=CLERKS, thresholds=(("identity", 1), ("voucher", 2), ("order", 1))
        ),
        _account(22, "Poor", "partner", ALL, quota=60),
        _account(23, "Witnesses", "partner", ("evidence",), roles=((), ()), thresholds=(("evidence", 1),)),
        _account(24, "Purse", "partner"),
        *(
            _account(30 + number, f"Identifier {number}", "partner", _permissions(number))
            for number in range(IDENTIFIERS)
        ),
    ]
    powers = (10, 10, 6, 9)
    seats = [
        GenesisSeat(make_key(f"seat {number}")[1][-32:], power, 10 + number) for number, power in enumerate(powers)
    ]
    seats.append(GenesisSeat(make_key("seat more")[1][-32:], 5, 14))
    return dict(encode_app_state(CHAIN_ID, PARAMETERS, accounts, seats))


def _permissions(number: int) -> tuple[str, ...]:
    return (("identity",), ALL[:2], ALL[1:], ALL)[number % 4]


def _account(
    number: int,
    name: str,
    party: str,
    permissions: tuple[str, ...] = (),
    *,
    roles: tuple[tuple[str, ...], ...] = ((), ()),
    thresholds: tuple[tuple[str, int], ...] = (),
    quota: int = 1_000_000,
) -> GenesisAccount:
    keys = tuple(_public(f"{name} {index}") for index in range(len(roles)))
    labelled = tuple((key, f"clerk {index}") for index, key in enumerate(keys))
    return GenesisAccount(
        number, name, party, labelled, permissions, digest(f"agreement {name}"), quota, roles, thresholds
    )


def _public(name: str) -> PublicKey:
    algorithm, data = make_key(name)
    return PublicKey(Algorithm(algorithm), data)
