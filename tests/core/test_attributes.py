"""Attributes under one root: single ones are shown, the others stay hidden, and nothing of either can be changed."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.attributes import (
    MAX_ATTRIBUTES,
    Attribute,
    Disclosure,
    attribute_root,
    check_disclosure,
    commitment,
    disclose,
)
from app.core.errors import InvalidProof, OutOfRange
from app.core.hashing import EMPTY_HASH
from app.core.merkle import root
from app.core.units import Hash32


def salt(name: object) -> bytes:
    return sha256(f"salt {name}".encode()).digest()[:16]


def made(*pairs: tuple[str, str]) -> list[Attribute]:
    return [Attribute(name, value, salt(name)) for name, value in pairs]


PERSON = made(
    ("姓名", "王小明"), ("birthday", "1990-05-04"), ("city", "成都"), ("phone", "138 0000 0000"), ("id", "5101…")
)
ROOT = attribute_root(PERSON)
IDENTITY = disclose(PERSON, ["姓名", "city"])

WORDS = st.text("abcdefghij 山川日月", min_size=1, max_size=12)
MANY = st.dictionaries(WORDS, WORDS, min_size=1, max_size=12).map(lambda pairs: made(*pairs.items()))


@st.composite
def disclosures(draw: st.DrawFn) -> tuple[Hash32, list[Attribute], Disclosure]:
    """A root, all that is under it, and some of it disclosed."""
    attributes = draw(MANY)
    names = draw(st.sets(st.sampled_from([each.name for each in attributes]), min_size=1))
    return attribute_root(attributes), attributes, disclose(attributes, names)


def refused(attributes_root: bytes, disclosure: Disclosure) -> None:
    with pytest.raises((InvalidProof, OutOfRange)):
        check_disclosure(attributes_root, disclosure)


def with_leaf(disclosure: Disclosure, index: int, leaf: Attribute | Hash32) -> Disclosure:
    leaves = list(disclosure.leaves)
    leaves[index] = leaf
    return Disclosure(tuple(leaves))


# ---- the root ----------------------------------------------------------------------------------------------------
def test_a_commitment_is_what_the_format_says() -> None:
    name, value, secret = "姓名".encode(), "王小明".encode(), salt("姓名")
    expected = b"luopu.attribute.v1\x00"
    for part in (name, value, secret):
        expected += bytes([0, 0, 0, len(part)]) + part
    assert commitment(PERSON[0]) == sha256(expected).digest()


def test_the_root_is_over_the_commitments_by_name() -> None:
    order = sorted(PERSON, key=lambda each: each.name.encode())
    assert [each.name for each in order] == ["birthday", "city", "id", "phone", "姓名"]
    assert root([commitment(each) for each in order]) == ROOT
    assert attribute_root([]) == EMPTY_HASH


@given(MANY, st.randoms(use_true_random=False))
def test_the_order_in_which_attributes_are_given_does_not_matter(attributes: list[Attribute], random: object) -> None:
    shuffled = list(attributes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert attribute_root(shuffled) == attribute_root(attributes)


def test_nothing_moves_between_name_value_and_salt() -> None:
    seen = {
        commitment(Attribute(*each))
        for each in [("ab", "c", bytes(16)), ("a", "bc", bytes(16)), ("abc", "", bytes(16)), ("ab", "c", bytes(17))]
    }
    assert len(seen) == 4


@pytest.mark.parametrize(
    "attributes",
    [
        [PERSON[0], replace(PERSON[1], name=PERSON[0].name)],
        [PERSON[0], replace(PERSON[1], salt=PERSON[0].salt)],
        [replace(PERSON[0], name="")],
        [replace(PERSON[0], name="x" * 65)],
        [replace(PERSON[0], name="a\u202eb")],
        [replace(PERSON[0], value="x" * 4_097)],
        [replace(PERSON[0], value="a\x00b")],
        [replace(PERSON[0], salt=bytes(15))],
        [replace(PERSON[0], salt=bytes(65))],
        made(*((f"name {index}", "x") for index in range(65))),
    ],
)
def test_attributes_must_be_sound(attributes: Sequence[Attribute]) -> None:
    with pytest.raises(OutOfRange):
        attribute_root(attributes)
    with pytest.raises(OutOfRange):
        disclose(attributes, [attributes[0].name])


def test_the_bounds() -> None:
    largest = [Attribute(f"{index:064}", "x" * 4_096, index.to_bytes(64, "big")) for index in range(MAX_ATTRIBUTES)]
    disclosure = disclose(largest, [each.name for each in largest])
    assert check_disclosure(attribute_root(largest), disclosure) == tuple(largest)


# ---- disclosing --------------------------------------------------------------------------------------------------
@given(disclosures())
def test_exactly_what_was_asked_for_is_shown(case: tuple[Hash32, list[Attribute], Disclosure]) -> None:
    attributes_root, attributes, disclosure = case
    shown = check_disclosure(attributes_root, disclosure)
    assert shown == disclosure.shown
    assert set(shown) <= set(attributes)
    assert disclosure.total == len(attributes)


def test_one_must_be_shown_and_known() -> None:
    with pytest.raises(OutOfRange):
        disclose(PERSON, [])
    with pytest.raises(OutOfRange, match="surname"):
        disclose(PERSON, ["city", "surname"])
    assert disclose(PERSON, ["city", "city"]).shown == (PERSON[2],)


@given(disclosures(), st.data())
def test_what_is_hidden_leaves_no_trace_but_its_commitment(
    case: tuple[Hash32, list[Attribute], Disclosure], data: st.DataObject
) -> None:
    """Were a hidden value another, under the same commitment, no leaf of the disclosure would differ."""
    _, attributes, disclosure = case
    hidden = [each for each in attributes if each not in disclosure.shown]
    leaves = [leaf for leaf in disclosure.leaves if not isinstance(leaf, Attribute)]
    assert len(leaves) == len(hidden)
    for each in hidden:
        assert commitment(each) in leaves
        guess = replace(each, salt=data.draw(st.binary(min_size=16, max_size=16)))
        assert (commitment(guess) in leaves) == (guess.salt == each.salt)


def test_the_same_value_of_two_people_looks_different() -> None:
    assert commitment(Attribute("city", "成都", bytes(16))) != commitment(Attribute("city", "成都", salt("other")))


# ---- checking ----------------------------------------------------------------------------------------------------
@given(disclosures(), st.data())
def test_nothing_that_is_shown_can_be_changed(
    case: tuple[Hash32, list[Attribute], Disclosure], data: st.DataObject
) -> None:
    attributes_root, _, disclosure = case
    index = data.draw(st.sampled_from([i for i, leaf in enumerate(disclosure.leaves) if isinstance(leaf, Attribute)]))
    leaf = disclosure.leaves[index]
    assert isinstance(leaf, Attribute)
    field = data.draw(st.sampled_from(["name", "value", "salt"]))
    other = data.draw(st.binary(min_size=16, max_size=20) if field == "salt" else WORDS)
    if other != getattr(leaf, field):
        refused(attributes_root, with_leaf(disclosure, index, replace(leaf, **{field: other})))


@given(disclosures(), st.data())
def test_nothing_that_is_hidden_can_be_changed(
    case: tuple[Hash32, list[Attribute], Disclosure], data: st.DataObject
) -> None:
    attributes_root, _, disclosure = case
    index = data.draw(st.integers(0, disclosure.total - 1))
    refused(attributes_root, with_leaf(disclosure, index, Hash32(data.draw(st.binary(min_size=32, max_size=32)))))


@given(disclosures(), st.data())
def test_nothing_can_be_added_left_out_or_moved(
    case: tuple[Hash32, list[Attribute], Disclosure], data: st.DataObject
) -> None:
    attributes_root, _, disclosure = case
    leaves = list(disclosure.leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    refused(attributes_root, Disclosure((*leaves[:index], *leaves[index + 1 :])))
    refused(attributes_root, Disclosure((*leaves[:index], Hash32(bytes(32)), *leaves[index:])))
    refused(attributes_root, Disclosure((*leaves, leaves[index])))
    if len(leaves) > 1:
        refused(attributes_root, Disclosure((leaves[-1], *leaves[:-1])))


def test_inner_nodes_do_not_pass_for_commitments() -> None:
    """A tree of three with its first two folded into one is another tree: how many there are is part of what is shown."""
    three = sorted(PERSON[1:4], key=lambda each: each.name)
    first, second, last = (commitment(each) for each in three)
    inner = Hash32(sha256(b"\x01" + sha256(b"\x00" + first).digest() + sha256(b"\x00" + second).digest()).digest())
    refused(attribute_root(three), Disclosure((inner, three[2])))
    assert check_disclosure(attribute_root(three), Disclosure((first, second, three[2]))) == (three[2],)
    assert last == commitment(three[2])


def test_another_root_is_refused() -> None:
    with pytest.raises(InvalidProof) as caught:
        check_disclosure(attribute_root(PERSON[1:]), IDENTITY)
    assert caught.value.facts["check"] == "root of the attributes"
    for wrong in (b"", ROOT[:31], ROOT + b"\x00"):
        with pytest.raises(OutOfRange):
            check_disclosure(wrong, IDENTITY)


@pytest.mark.parametrize(
    "leaves",
    [
        (),
        tuple(commitment(each) for each in PERSON),
        (*IDENTITY.leaves[:2], Hash32(bytes(31)), *IDENTITY.leaves[3:]),
        (IDENTITY.leaves[4], *IDENTITY.leaves[1:4], IDENTITY.leaves[1]),
        (*IDENTITY.leaves, *[Hash32(bytes(32))] * 60),
        (*IDENTITY.leaves[:4], replace(PERSON[0], salt=b"")),
    ],
)
def test_what_cannot_be_a_disclosure_is_refused_whatever_the_root(leaves: tuple[Attribute | Hash32, ...]) -> None:
    found = root([commitment(leaf) if isinstance(leaf, Attribute) else leaf for leaf in leaves])
    with pytest.raises(OutOfRange):
        check_disclosure(found, Disclosure(leaves))


# ---- printing ----------------------------------------------------------------------------------------------------
def test_nothing_of_a_person_is_printed() -> None:
    for printed in (repr(PERSON[0]), str(PERSON), f"{IDENTITY!r}", str([IDENTITY])):
        assert "王小明" not in printed
        assert "成都" not in printed
        assert PERSON[0].salt.hex() not in printed
        assert "salt" not in printed
