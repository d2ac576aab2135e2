"""Every document that must not start a chain."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from app.core.errors import BadGenesis
from app.registry.acting import NUMBERS
from app.registry.genesis import (
    DUTY_NUMBERS,
    FORMAT,
    GenesisAccount,
    GenesisParameters,
    encode_app_state,
    initial_state,
)
from tests.registry.genesis_documents import Document, document, with_seats
from tests.registry.world import (
    ALPHA,
    BETA,
    CAST,
    CHAIN_ID,
    DUAL,
    IDLE,
    IRON,
    ed25519_key,
)


def at(*path: str | int) -> Callable[[Document], Any]:
    """What stands at this place of a document."""

    def find(changed: Document) -> Any:
        place: Any = changed
        for step in path:
            place = place[step]
        return place

    return find


ACCOUNT, KEY, RULES = ("accounts", 0), ("accounts", 0, "keys", 0), ("parameters",)
P256_KEY = ("accounts", 1, "keys", 0)
SEAT = ("validators", 0)
NOT_A_LIST = [None, {}, "[]", 1]
NOT_TEXT = ["", "x" * 257, "字" * 86, None, 1, ["x"], "\ud800", "name \udfff"]
NOT_A_NUMBER = [-1, 2**53, 2**63, 10**19, 1.0, "1", None, True, [1]]
NOT_HEX_32 = ["", "00" * 31, "00" * 33, "zz" * 32, "AB" * 32, "00 " * 32, "0x" + "00" * 31, None, 5, "\ud800" * 64]
COSTS = dict.fromkeys(NUMBERS, 1)
LEVELS = ("registered", "anonymous", "phone", "real-name", "certificate")
NOT_A_NAME = [*(" Alpha", "Alpha ", "Al\tpha", "Alphа", "Ａlpha", "Al/pha", "x" * 65, "BETA", "Beta", "beta")]
"""The fourth has a letter of another script; the last three are somebody else's."""
SPOILT: list[tuple[tuple[str | int, ...], list[object]]] = [
    (("format",), ["", "luopu.registry.v2", FORMAT + " ", None, 1, "\ud800"]),
    (("accounts",), NOT_A_LIST),
    (("parameters",), [None, [], {}, "x"]),
    ((*RULES, "validity_window"), [0, *NOT_A_NUMBER]),
    ((*RULES, "quota_period_seconds"), [0, *NOT_A_NUMBER]),
    ((*RULES, "quota_offset_seconds"), NOT_A_NUMBER),
    ((*RULES, "bytes_per_point"), [0, *NOT_A_NUMBER]),
    ((*RULES, "max_transaction_bytes"), [511, *NOT_A_NUMBER]),
    ((*RULES, "action_costs"), [None, [], {}, {"notarize": 1}, {**COSTS, "steal": 1}, {16: 1, 17: 1, 18: 1}]),
    ((*RULES, "action_costs", "notarize"), NOT_A_NUMBER),
    ((*RULES, "action_costs", "attest_custody"), NOT_A_NUMBER),
    ((*RULES, "level_points"), [None, [], {}, {"phone": 1}, dict.fromkeys([*LEVELS, "none"], 1)]),
    ((*RULES, "level_points", "certificate"), NOT_A_NUMBER),
    ((*RULES, "approval_numerator"), [0, 1, 3, 4, *NOT_A_NUMBER]),
    ((*RULES, "approval_denominator"), [0, 1, 2, 5, *NOT_A_NUMBER]),
    (ACCOUNT, [None, [], {}, "Alpha"]),
    ((*ACCOUNT, "id"), [0, 2, *NOT_A_NUMBER]),
    ((*ACCOUNT, "address"), ["00" * 20, BETA.address.hex(), ALPHA.address.hex().upper(), "", None]),
    ((*ACCOUNT, "name"), [*NOT_A_NAME, *NOT_TEXT]),
    ((*ACCOUNT, "thresholds"), [None, [], "", {"evidence": 2}, {"all": 1}, {1: 1}, {"keys": 0}, {"keys": True}]),
    ((*ACCOUNT, "thresholds"), [{"keys": "1"}, {"keys": 1.0}, {"keys": -1}, {"keys": 2**53}, {"keys": None}]),
    ((*ACCOUNT, "party"), ["", "Partner", "PARTY_PARTNER", 3, None, ["partner"], "\ud800"]),
    ((*ACCOUNT, "permissions"), [*NOT_A_LIST, ["Evidence"], [2], [None], ["evidence", "evidence"]]),
    ((*ACCOUNT, "agreement"), NOT_HEX_32),
    ((*ACCOUNT, "quota_points"), NOT_A_NUMBER),
    ((*ACCOUNT, "keys"), [*NOT_A_LIST, []]),
    (KEY, [None, [], {}, "key"]),
    ((*KEY, "algorithm"), ["", "ED25519", "p256", "sm2", 1, None]),
    ((*KEY, "key"), NOT_HEX_32),
    ((*KEY, "label"), NOT_TEXT),
    ((*KEY, "roles"), [*NOT_A_LIST, ["Maker"], [1], [None], ["maker", "maker"], ["maker", "clerk"]]),
    ((*P256_KEY, "key"), ["02" + "ff" * 32, "04" + "00" * 32, "00" * 33, "02" + "00" * 31, *NOT_HEX_32]),
    ((*P256_KEY, "algorithm"), ["ed25519"]),
    (("validators",), [*NOT_A_LIST, [[]], [None], ["seat"], [{}]]),
    ((*SEAT, "key"), [IRON.seats[0].key.hex(), "00" * 20, *NOT_HEX_32]),
    ((*SEAT, "power"), [0, 2**40 + 1, 2**53 - 1, *NOT_A_NUMBER]),
    ((*SEAT, "account"), [0, ALPHA.account.id, 99, *NOT_A_NUMBER]),
]
CASES = [(path, value) for path, values in SPOILT for value in values]
OBJECTS: list[tuple[str | int, ...]] = [
    *((), RULES, (*RULES, "action_costs"), (*RULES, "level_points"), ACCOUNT, KEY, SEAT),
]


def name_of(path: tuple[str | int, ...]) -> str:
    """A path as the id of a test."""
    return ".".join(map(str, path)) or "app_state"


@pytest.mark.parametrize(("path", "value"), CASES, ids=[f"{name_of(path)}={value!a:.24}" for path, value in CASES])
def test_a_wrong_value_cannot_start_a_chain(path: tuple[str | int, ...], value: object) -> None:
    changed = document()
    at(*path[:-1])(changed)[path[-1]] = value
    with pytest.raises(BadGenesis) as caught:
        initial_state(CHAIN_ID, changed)
    str(caught.value).encode()  # what is said about it can be written down


@pytest.mark.parametrize("path", OBJECTS, ids=name_of)
def test_an_unknown_or_missing_field_cannot_start_a_chain(path: tuple[str | int, ...]) -> None:
    for name in at(*path)(document()):
        changed = document()
        del at(*path)(changed)[name]
        with pytest.raises(BadGenesis):
            initial_state(CHAIN_ID, changed)
    for name in ("", "more", "\ud800"):
        changed = document()
        at(*path)(changed)[name] = 1
        with pytest.raises(BadGenesis) as caught:
            initial_state(CHAIN_ID, changed)
        str(caught.value).encode()


@pytest.mark.parametrize("value", [None, [], "{}", 1, True])
def test_what_is_no_object_cannot_start_a_chain(value: object) -> None:
    with pytest.raises(BadGenesis):
        initial_state(CHAIN_ID, value)


def test_the_document_of_another_chain_cannot_start_this_one() -> None:
    with pytest.raises(BadGenesis, match="address"):
        initial_state("another", document())


def test_one_key_in_two_accounts_or_twice_in_one_cannot_start_a_chain() -> None:
    twice = document()
    twice["accounts"][0]["keys"].append(deepcopy(twice["accounts"][0]["keys"][0]))
    shared = document()
    shared["accounts"][0]["keys"].append(deepcopy(shared["accounts"][1]["keys"][0]))
    again = document()
    again["accounts"].append(deepcopy(again["accounts"][0]) | {"id": 99})
    for changed in (twice, shared, again):
        with pytest.raises(BadGenesis, match="one key in two places"):
            initial_state(CHAIN_ID, changed)


def test_one_seat_too_many_or_one_key_in_two_seats_cannot_start_a_chain() -> None:
    twice = document()
    twice["validators"].append(twice["validators"][0] | {"power": 1, "account": IDLE.account.id})
    for changed in (twice, with_seats(101)):
        with pytest.raises(BadGenesis, match="validators"):
            initial_state(CHAIN_ID, changed)


@pytest.mark.parametrize(
    ("roles", "thresholds"),
    [
        ([["checker"], ["checker"], ["checker"]], {}),
        ([["maker"], ["maker"], ["maker"]], {}),
        ([["administrator"], ["checker"], ["administrator"]], {}),
        ([["maker", "administrator"], ["maker"], []], {"order": 2}),
        ([[], [], []], {"order": 3}),
        ([["checker"], ["checker"], []], {"order": 3}),
    ],
)
def test_an_account_whose_keys_do_not_suffice_for_its_duties_cannot_start_a_chain(
    roles: list[list[str]], thresholds: dict[str, int]
) -> None:
    changed = document()
    dual = changed["accounts"][CAST.index(DUAL)]
    for key, own in zip(dual["keys"], roles, strict=True):
        key["roles"] = own
    dual["thresholds"] = thresholds
    with pytest.raises(BadGenesis, match="keys of an account"):
        initial_state(CHAIN_ID, changed)


def test_as_many_checkers_beside_the_maker_as_the_keys_allow_can_start_a_chain() -> None:
    changed = document()
    dual = changed["accounts"][CAST.index(DUAL)]
    dual["keys"][1]["roles"], dual["thresholds"] = [], {"order": 2, "keys": 1}
    initial_state(CHAIN_ID, changed)
    dual["keys"][0]["roles"] = []
    dual["thresholds"] = dict.fromkeys(DUTY_NUMBERS, 2)
    initial_state(CHAIN_ID, changed)


def test_more_than_sixteen_keys_cannot_start_a_chain_and_sixteen_can() -> None:
    keys = [(ed25519_key(f"clerk {count}").public, f"{count}") for count in range(17)]
    for count in (16, 17):
        account = GenesisAccount(1, "Many", "partner", tuple(keys[:count]), (), bytes(32), 0)
        written = encode_app_state(CHAIN_ID, GenesisParameters(), [account])
        if count == 16:
            initial_state(CHAIN_ID, written)
        else:
            with pytest.raises(BadGenesis, match="keys of an account"):
                initial_state(CHAIN_ID, written)


def test_the_order_of_keys_matters_since_the_address_follows_from_the_first() -> None:
    changed = document()
    changed["accounts"][0]["keys"].reverse()
    with pytest.raises(BadGenesis, match="address"):
        initial_state(CHAIN_ID, changed)
