"""From a genesis document to the first state: what it holds."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import BadGenesis
from app.core.ids import derive_address
from app.core.strictjson import decode_json
from app.node.consensus.validators import Validator, ValidatorSet
from app.registry.acting import NUMBERS
from app.registry.genesis import (
    DUTY_NUMBERS,
    PARTY_NUMBERS,
    PERMISSION_NUMBERS,
    ROLE_NUMBERS,
    GenesisAccount,
    GenesisParameters,
    check_seats,
    encode_app_state,
    initial_state,
)
from app.registry.places import TERMS, number
from app.registry.state import (
    account_id_key,
    account_key,
    key_owner_key,
    name_owner_key,
    read_account,
    read_key_owner,
    read_name_owner,
    read_next_account,
    read_parameters,
    read_seats,
)
from tests.registry.genesis_documents import document, with_seats
from tests.registry.naive import NaiveChain
from tests.registry.world import (
    ALPHA,
    BETA,
    CAST,
    CHAIN_ID,
    DUAL,
    JADE,
    PAIR,
    PARAMETERS,
    ed25519_key,
    p256_key,
    seat_key,
)


# ---- what it means --------------------------------------------------------------------------------------------------
def test_an_address_follows_from_chain_and_first_key() -> None:
    key = ed25519_key("address").public
    data = b"luopu.account.v1\x00" + b"chain" + b"\x00" + b"\x08\x01\x12\x20" + key.data
    assert derive_address("chain", key) == sha256(data).digest()[:20]


def test_one_key_has_another_address_on_another_chain_and_another_key_another_address() -> None:
    first, second = ed25519_key("address").public, p256_key("address").public
    assert len({derive_address(chain, key) for chain in ("one", "two") for key in (first, second)}) == 4


def test_the_first_state_is_what_the_naive_twin_makes_of_the_document() -> None:
    assert initial_state(CHAIN_ID, document()) == NaiveChain(CHAIN_ID, document()).state()


def test_an_account_is_found_by_address_id_name_and_every_key() -> None:
    values = initial_state(CHAIN_ID, document())
    for each in CAST:
        account = read_account(values, each.address)
        assert account is not None
        assert account.name == each.account.name
        assert values[account_id_key(each.account.id)] == each.address
        assert read_name_owner(values, each.account.name.upper()) == each.address
        assert [entry.label for entry in account.keys] == [label for _, label in each.account.keys]
        for key in each.keys:
            assert read_key_owner(values, key.public.encode()) == each.address
    assert read_account(values, bytes(20)) is None
    assert read_key_owner(values, ed25519_key("nobody").public.encode()) is None


def test_the_state_holds_nothing_else() -> None:
    values = initial_state(CHAIN_ID, document())
    expected = {b"parameters", b"validators", b"next-account"}
    for each in CAST:
        expected |= {account_key(each.address), account_id_key(each.account.id), name_owner_key(each.account.name)}
        expected |= {TERMS.key(each.address, number(1))}
        expected |= {key_owner_key(key.public.encode()) for key in each.keys}
    assert set(values) == expected


def test_the_parameters_are_those_of_the_document() -> None:
    rules = read_parameters(initial_state(CHAIN_ID, document()))
    assert (rules.validity_window, rules.quota_period_seconds, rules.quota_offset_seconds) == (10, 60, 0)
    assert (rules.bytes_per_point, rules.max_transaction_bytes) == (64, 2048)
    assert [cost.action for cost in rules.action_costs] == sorted(NUMBERS.values())
    assert [cost.points for cost in rules.action_costs] == [10, 20, 3] + [10] * (len(NUMBERS) - 3)
    assert [(each.level, each.points) for each in rules.level_points] == [
        *((1, 50), (2, 100), (3, 200), (4, 1_000), (5, 2_000)),
    ]
    assert (rules.approval_numerator, rules.approval_denominator) == (2, 3)
    assert (list(rules.stopped_actions), rules.HasField("upgrade")) == ([], False)


def test_each_agreement_is_the_first_version_and_numbers_go_on_behind_the_highest() -> None:
    values = initial_state(CHAIN_ID, document())
    for each in CAST:
        account = read_account(values, each.address)
        version = TERMS.read(values, each.address, number(1))
        assert account is not None
        assert version is not None
        assert (account.agreement_version, version.agreement, version.height) == (1, each.account.agreement, 0)
    assert read_next_account(values) == PAIR.account.id + 1
    assert read_next_account(initial_state(CHAIN_ID, document() | {"accounts": [], "validators": []})) == 1


def test_roles_and_thresholds_are_kept_in_order() -> None:
    changed = document()
    dual = changed["accounts"][CAST.index(DUAL)]
    dual["thresholds"] = {"governance": 1, "evidence": 2, "access": 1}
    dual["keys"][0]["roles"] = ["checker", "administrator", "maker"]
    stored = read_account(initial_state(CHAIN_ID, changed), DUAL.address)
    assert stored is not None
    assert [(each.duty, each.checkers) for each in stored.thresholds] == [(1, 2), (5, 1), (9, 1)]
    assert [list(key.roles) for key in stored.keys] == [[1, 2, 3], [2], [1, 2]]


def test_the_seats_are_those_of_the_document_whatever_their_order() -> None:
    changed = document()
    changed["validators"].reverse()
    seats = read_seats(initial_state(CHAIN_ID, changed))
    assert {seat.key: (seat.power, seat.account) for seat in seats} == {
        seat.key: (seat.power, seat.account) for each in CAST for seat in each.seats
    }
    assert [seat.key for seat in seats] == sorted(seat.key for seat in seats)
    assert initial_state(CHAIN_ID, changed) == initial_state(CHAIN_ID, document())


def test_a_chain_may_begin_without_seats_and_keeps_nothing_for_them() -> None:
    changed = document() | {"validators": []}
    values = initial_state(CHAIN_ID, changed)
    assert list(read_seats(values)) == []
    assert b"validators" not in values
    assert values == NaiveChain(CHAIN_ID, changed).state()


def test_a_hundred_seats_of_the_greatest_power_may_begin_a_chain() -> None:
    values = initial_state(CHAIN_ID, with_seats(100, power=2**40))
    assert len(read_seats(values)) == 100
    ValidatorSet(Validator(seat.key, seat.power) for seat in read_seats(values))  # within what CometBFT bears


def test_a_document_survives_json_and_the_order_of_accounts_does_not_matter() -> None:
    written = json.dumps(document()).encode()
    assert initial_state(CHAIN_ID, decode_json(written)) == initial_state(CHAIN_ID, document())
    turned = document()
    turned["accounts"].reverse()
    assert initial_state(CHAIN_ID, turned) == initial_state(CHAIN_ID, document())


def test_the_limits_of_a_number_are_taken() -> None:
    changed = document()
    changed["accounts"][0]["quota_points"] = 2**53 - 1
    changed["accounts"][0]["id"] = 2**53 - 1
    changed["accounts"][1]["quota_points"] = 0
    changed["parameters"]["validity_window"] = 1
    changed["parameters"]["action_costs"]["notarize"] = 0
    changed["parameters"]["max_transaction_bytes"] = 512
    changed["accounts"][0]["name"] = "字" * 63 + "x"
    changed["parameters"]["level_points"]["phone"] = 0
    changed["parameters"] |= {"approval_numerator": 1, "approval_denominator": 2}
    initial_state(CHAIN_ID, changed)
    changed["parameters"] |= {"approval_numerator": 2**53 - 2, "approval_denominator": 2**53 - 1}
    initial_state(CHAIN_ID, changed)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_sound_account_comes_back_from_the_state(data: st.DataObject) -> None:
    party = data.draw(st.sampled_from(sorted(PARTY_NUMBERS)))
    permissions = sorted(PERMISSION_NUMBERS) if party == "partner" else ["evidence"]
    account = GenesisAccount(
        id=data.draw(st.integers(1, 2**53 - 1)),
        name=data.draw(st.from_regex(r"[A-Za-z0-9_.&'()（）·一-龥-]([A-Za-z0-9 -]{0,60}[字-])?", fullmatch=True)),
        party=party,
        keys=tuple((key.public, "标签") for key in data.draw(st.permutations([*ALPHA.keys, *BETA.keys])))[:3],
        permissions=tuple(data.draw(st.lists(st.sampled_from(permissions), unique=True))),
        agreement=data.draw(st.binary(min_size=32, max_size=32)),
        quota_points=data.draw(st.integers(0, 2**53 - 1)),
        roles=(tuple(data.draw(st.permutations(sorted(ROLE_NUMBERS)))), (), ("checker",)),
        thresholds=tuple(data.draw(st.dictionaries(st.sampled_from(sorted(DUTY_NUMBERS)), st.integers(1, 2))).items()),
    )
    written = encode_app_state(CHAIN_ID, GenesisParameters(), [account])
    values = initial_state(CHAIN_ID, written)
    stored = read_account(values, derive_address(CHAIN_ID, account.keys[0][0]))
    assert stored is not None
    assert (stored.id, stored.name, stored.party) == (account.id, account.name, PARTY_NUMBERS[account.party])
    assert [entry.key.data for entry in stored.keys] == [key.data for key, _ in account.keys]
    assert list(stored.permissions) == sorted(PERMISSION_NUMBERS[name] for name in account.permissions)
    assert (stored.agreement, stored.quota_points) == (account.agreement, account.quota_points)
    assert [list(entry.roles) for entry in stored.keys] == [[1, 2, 3], [], [2]]
    thresholds = {DUTY_NUMBERS[name]: checkers for name, checkers in account.thresholds}
    assert [(each.duty, each.checkers) for each in stored.thresholds] == sorted(thresholds.items())
    assert values == NaiveChain(CHAIN_ID, written).state()


@pytest.mark.parametrize("party", ["operator", "bookkeeper", "regulator"])
def test_permissions_that_only_partners_may_have_are_given_to_nobody_else(party: str) -> None:
    for permission in ("identity", "voucher"):
        account = replace(ALPHA.account, party=party, permissions=("evidence", permission))
        with pytest.raises(BadGenesis, match="permissions of an account"):
            initial_state(CHAIN_ID, encode_app_state(CHAIN_ID, GenesisParameters(), [account]))


def test_the_default_parameters_can_start_a_chain() -> None:
    initial_state(CHAIN_ID, encode_app_state(CHAIN_ID, GenesisParameters(), [ALPHA.account]))
    assert GenesisParameters() != PARAMETERS


# ---- the same validators as the document's ---------------------------------------------------------------------------
POWERS = {seat.key: seat.power for each in CAST for seat in each.seats}


def test_seats_that_are_the_document_s_validators_are_in_order() -> None:
    check_seats(initial_state(CHAIN_ID, document()), POWERS)
    check_seats(initial_state(CHAIN_ID, document()), dict(reversed(POWERS.items())))


def test_without_seats_any_validators_are_in_order() -> None:
    check_seats(initial_state(CHAIN_ID, document() | {"validators": []}), POWERS)
    check_seats(initial_state(CHAIN_ID, document() | {"validators": []}), {})


@pytest.mark.parametrize(
    "validators",
    [
        {},
        dict(list(POWERS.items())[1:]),
        POWERS | {seat_key("more"): 1},
        POWERS | {JADE.seats[0].key: 11},
        {(seat_key("other") if key == JADE.seats[0].key else key): power for key, power in POWERS.items()},
    ],
    ids=["none", "one less", "one more", "another power", "another key"],
)
def test_seats_that_are_not_the_document_s_validators_cannot_start_a_chain(validators: dict[bytes, int]) -> None:
    with pytest.raises(BadGenesis, match="validators"):
        check_seats(initial_state(CHAIN_ID, document()), validators)
