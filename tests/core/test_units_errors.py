"""Ranges at the door, and the one tree of errors."""

import copy
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import errors, refusals, walleterrors
from app.core.errors import DecodingError, LuopuError, OutOfRange
from app.core.refusals import REFUSALS, QuotaSpent, Refused, WrongChain
from app.core.units import INT64_MAX, UINT64_MAX, check_address, check_hash32, check_int64, check_length


def kinds(root: type[LuopuError] = LuopuError) -> list[type[LuopuError]]:
    """Every error of the program, the law's refusals among them."""
    found = [root]
    for kind in root.__subclasses__():
        found += kinds(kind)
    return [kind for kind in found if kind.__module__ in (errors.__name__, refusals.__name__, walleterrors.__name__)]


# ---- units ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("value", [0, 1, INT64_MAX])
def test_a_number_in_range_is_returned(value: int) -> None:
    assert check_int64("number", value) == value


@pytest.mark.parametrize(
    ("value", "least"), [(-1, 0), (INT64_MAX + 1, 0), (UINT64_MAX, 0), (0, 1), (-(2**63), 0), (4, 5)]
)
def test_a_number_out_of_range_is_refused_with_its_name(value: int, least: int) -> None:
    with pytest.raises(OutOfRange) as caught:
        check_int64("height", value, least=least)
    assert caught.value.facts == {"field": "height", "expected": f"{least} … 2^63-1", "got": value}


@given(st.binary(max_size=64))
def test_a_length_fits_exactly_or_not_at_all(value: bytes) -> None:
    assert check_length("field", value, len(value)) is value
    for other in (len(value) - 1, len(value) + 1):
        with pytest.raises(OutOfRange) as caught:
            check_length("field", value, other)
        assert caught.value.facts == {"field": "field", "expected": f"{other} bytes", "got": f"{len(value)} bytes"}


@pytest.mark.parametrize(
    ("check", "length"),
    [(check_address, 20), (lambda value: check_hash32("digest", value), 32)],
    ids=["address", "digest"],
)
def test_addresses_and_digests_have_one_length(check: Callable[[bytes], bytes], length: int) -> None:
    assert check(bytes(length)) == bytes(length)
    for other in (0, length - 1, length + 1, 64):
        with pytest.raises(OutOfRange):
            check(bytes(other))


# ---- errors ---------------------------------------------------------------------------------------------------------
def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in kinds()]
    assert len(set(codes)) == len(codes)
    assert all(code == code.lower() and " " not in code for code in codes)


def test_every_refusal_has_a_number_of_its_own_above_the_general_one() -> None:
    found = [kind for kind in kinds(Refused) if kind is not Refused]
    assert sorted(REFUSALS) == sorted(kind.number for kind in found)
    assert len(REFUSALS) == len(found)
    assert all(kind.number > Refused.number for kind in found)
    assert all(REFUSALS[kind.number] is kind for kind in found)


def test_the_numbers_in_blocks_never_change() -> None:
    """They are part of the results that headers commit to."""
    assert {number: kind.__name__ for number, kind in REFUSALS.items() if number <= 16} == {
        2: "Malformed",
        3: "WrongChain",
        4: "Expired",
        5: "TooFarAhead",
        6: "Replayed",
        7: "UnknownAccount",
        8: "BadSignature",
        9: "NotYourKey",
        10: "NotPermitted",
        11: "QuotaSpent",
        12: "TooLarge",
        13: "ChainForked",
        14: "UnknownChain",
        15: "NotChainOwner",
        16: "BadAction",
    }


def test_an_error_is_one_line_of_facts() -> None:
    assert str(WrongChain(expected="a", got="b")) == "wrong chain: expected a, got b"
    assert str(QuotaSpent(expected=5, got=0)) == "quota spent: expected 5, got 0"
    assert str(DecodingError()) == "not decodable"
    assert str(OutOfRange(field=None, got_so_far=1)) == "out of range: got so far 1"


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_error_survives_copying_and_pickling_with_its_facts(kind: type[LuopuError]) -> None:
    error = kind(expected="x", got=5, reason=None)
    for copied in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(copied) is kind
        assert copied.facts == error.facts
        assert str(copied) == str(error)
