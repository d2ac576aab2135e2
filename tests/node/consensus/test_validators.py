"""Validator sets are well-formed or do not exist."""

import pytest

from app.core.errors import InvalidBlock
from app.core.wire import comet_pb2 as pb
from app.node.consensus.validators import MAX_TOTAL_POWER, Validator, ValidatorSet, ValidatorUpdate, derive_address
from tests.fakes.chain import make_key, make_validators

KEY = bytes(make_key("somebody").verify_key)


def wire_set() -> pb.ValidatorSet:
    return make_validators(3).set.to_wire()


def check_of(error: pytest.ExceptionInfo[InvalidBlock]) -> object:
    return error.value.facts["check"]


def test_the_order_is_power_falling_then_address_rising() -> None:
    members = make_validators(powers=[1, 5, 5, 5, 9]).set.validators
    assert [member.power for member in members] == [9, 5, 5, 5, 1]
    assert members[1].address < members[2].address < members[3].address


def test_the_order_given_does_not_matter() -> None:
    members = make_validators(powers=[3, 1, 2]).set
    again = ValidatorSet(reversed(members.validators))
    assert again == members
    assert again.hash == members.hash


def test_a_set_survives_the_wire() -> None:
    assert ValidatorSet.from_wire(wire_set()) == make_validators(3).set


def test_a_member_is_found_by_address() -> None:
    members = make_validators(3).set
    second = members.validators[1]
    assert members.by_address(second.address) == second
    assert members.index_of(second.address) == 1
    assert members.by_address(bytes(20)) is None
    assert members.index_of(bytes(20)) is None
    assert list(members) == list(members.validators)


def test_an_address_is_derived_from_the_key() -> None:
    assert Validator(KEY, 1).address == derive_address(KEY)
    assert ValidatorUpdate(KEY, 0).address == derive_address(KEY)


@pytest.mark.parametrize("power", [0, -1, -(2**63), 2**63, 2**70])
def test_a_power_outside_its_range_is_refused(power: int) -> None:
    with pytest.raises(InvalidBlock) as error:
        Validator(KEY, power)
    assert check_of(error) == "validator_power"


@pytest.mark.parametrize("power", [0, -1, -(2**63)])
def test_a_power_outside_its_range_is_refused_on_the_wire(power: int) -> None:
    untrusted = wire_set()
    untrusted.validators[0].voting_power = power
    with pytest.raises(InvalidBlock) as error:
        ValidatorSet.from_wire(untrusted)
    assert check_of(error) == "validator_power"


@pytest.mark.parametrize("powers", [[MAX_TOTAL_POWER, 1], [2**63 - 1], [2**62, 2**62, 2**62]])
def test_too_much_power_in_all_is_refused(powers: list[int]) -> None:
    with pytest.raises(InvalidBlock) as error:
        make_validators(powers=powers)
    assert check_of(error) == "total_voting_power"


def test_all_the_power_there_may_be_is_accepted() -> None:
    assert make_validators(powers=[MAX_TOTAL_POWER - 1, 1]).set.total_power == MAX_TOTAL_POWER


def test_an_address_that_does_not_follow_from_the_key_is_refused() -> None:
    untrusted = wire_set()
    untrusted.validators[0].address = untrusted.validators[1].address
    with pytest.raises(InvalidBlock) as error:
        ValidatorSet.from_wire(untrusted)
    assert check_of(error) == "validator_address"


def test_a_missing_address_is_refused() -> None:
    untrusted = wire_set()
    untrusted.validators[0].address = b""
    with pytest.raises(InvalidBlock) as error:
        ValidatorSet.from_wire(untrusted)
    assert check_of(error) == "validator_address"


@pytest.mark.parametrize("power", [10, 11])
def test_a_validator_who_stands_twice_is_refused(power: int) -> None:
    untrusted = wire_set()
    untrusted.validators.add().CopyFrom(untrusted.validators[0])
    untrusted.validators[-1].voting_power = power
    with pytest.raises(InvalidBlock) as error:
        ValidatorSet.from_wire(untrusted)
    assert check_of(error) == "validator_duplicate"


def test_nobody_is_no_set() -> None:
    with pytest.raises(InvalidBlock) as error:
        ValidatorSet.from_wire(pb.ValidatorSet())
    assert check_of(error) == "validator_count"


def test_more_validators_than_a_commit_may_have_are_refused() -> None:
    member = Validator(KEY, 1)
    with pytest.raises(InvalidBlock) as error:
        ValidatorSet([member] * 10_001)
    assert check_of(error) == "validator_count"


@pytest.mark.parametrize("key", [pb.PublicKey(), pb.PublicKey(secp256k1=bytes(33)), pb.PublicKey(ed25519=bytes(31))])
def test_other_keys_than_ed25519_are_refused(key: pb.PublicKey) -> None:
    untrusted = wire_set()
    untrusted.validators[0].pub_key.CopyFrom(key)
    with pytest.raises(InvalidBlock) as error:
        ValidatorSet.from_wire(untrusted)
    assert check_of(error) == "validator_key"


def test_a_total_that_is_not_the_sum_is_refused() -> None:
    untrusted = wire_set()
    untrusted.total_voting_power = 31
    with pytest.raises(InvalidBlock) as error:
        ValidatorSet.from_wire(untrusted)
    assert check_of(error) == "total_voting_power"
    untrusted.total_voting_power = 30
    assert ValidatorSet.from_wire(untrusted).total_power == 30


@pytest.mark.parametrize(("key", "power"), [(KEY, -1), (KEY, MAX_TOTAL_POWER + 1), (KEY[:31], 1)])
def test_an_update_that_cannot_be_is_refused(key: bytes, power: int) -> None:
    with pytest.raises(InvalidBlock):
        ValidatorUpdate(key, power)
