"""One value has one encoding, and every field its type, length and range."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.document import MAX_DEPTH, Fields, decode_document, encode_document, to_base64, to_base64_list
from app.core.errors import DecodingError, NotCanonical

VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def field(value: object) -> Fields:
    return Fields("paper", {"x": value}, {"x"})


def is_refused(read: Callable[[], object]) -> bool:
    try:
        read()
    except DecodingError as error:
        return str(error.facts["reason"]).startswith("x: ")
    return False


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_what_is_encoded_is_decoded_again(document: dict[str, object]) -> None:
    assert decode_document("paper", encode_document("paper", document), 10_000) == document


ASCII = st.characters(max_codepoint=0x7F)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.text(ASCII, max_size=8)
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.floats(-1e30, 1e30),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(ASCII, max_size=4), inner, max_size=3),
        max_leaves=8,
    )
)
@example({"a": 1.0, "b": 1e21, "c": -0.0})
@example({"\x7f": '\x00\x1f"\\/\b\f\n\r\t\x7f'})
def test_the_fast_encoding_is_that_of_the_rfc(document: Any) -> None:
    assert encode_document("paper", {"x": document}) == rfc8785.dumps({"x": document})


@pytest.mark.parametrize(
    "data",
    [
        b'{ "a":"1"}',
        b'{"a":"1"}\n',
        b'{"b":"1","a":"2"}',
        b'{"\\u0061":"1"}',
        b'{"a":"\\u00e9"}',
        b'["1", "2"]',
        '{"\ufb33":"","\U0001f600":""}'.encode(),  # by UTF-16 the other one comes first
        b'"\\/"',
    ],
)
def test_another_spelling_is_not_canonical(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode_document("paper", data, 100)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a":"1","a":"1"}',
        b"1.5",
        b"1",
        b'{"a":-0}',
        b"[9007199254740993]",
        b"NaN",
        b"\xff",
        b'"\\ud800"',
        b"[" * 40 + b"]" * 40,
    ],
)
def test_what_is_no_json_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(DecodingError):
        decode_document("paper", data, 100)


def test_length_and_depth_have_bounds() -> None:
    assert decode_document("paper", b'["1"]', 5) == ["1"]
    with pytest.raises(DecodingError):
        decode_document("paper", b'["1"]', 4)
    decode_document("paper", b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, 1_000)
    with pytest.raises(DecodingError):
        decode_document("paper", b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), 1_000)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", b"bytes", {1: 2}, {1, 2}], ids=repr)
def test_what_has_no_canonical_json_cannot_be_encoded(value: object) -> None:
    with pytest.raises(DecodingError):
        encode_document("paper", {"x": value})


@pytest.mark.parametrize(
    "value", [None, [], "x", 1, {}, {"x": 1, "y": 2}, {"y": 1}, {"x": 1, "z": 1, "w": 2}], ids=repr
)
def test_fields_are_those_that_there_are_and_no_others(value: object) -> None:
    with pytest.raises(DecodingError):
        Fields("paper", value, {"x"}, frozenset({"w"}))


def test_optional_fields_may_be_missing() -> None:
    for value, has in (({"x": 1}, False), ({"x": 1, "w": 2}, True)):
        assert Fields("paper", value, {"x"}, frozenset({"w"})).has("w") == has


@pytest.mark.parametrize(("value", "is_good"), [("0", True), ("7", True), (str(2**63 - 1), True), (str(2**63), False)])
def test_numbers_are_decimal_text_in_their_range(value: str, is_good: bool) -> None:
    assert is_refused(lambda: field(value).number("x")) != is_good


@pytest.mark.parametrize(
    "value",
    ["", "-1", "+1", "01", "1.0", "1e3", " 1", "1 ", "٣", "１", "0x1", "9" * 40, "1\n", 1, True, None, ["1"]],
    ids=repr,
)
def test_numbers_in_another_spelling_are_refused(value: object) -> None:
    assert is_refused(lambda: field(value).number("x", most=10**60))


def test_numbers_have_a_least_and_a_most() -> None:
    assert [is_refused(lambda n=n: field(str(n)).number("x", least=3, most=5)) for n in (2, 3, 5, 6)] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("value", ["0", "0000", "0A", "0g", " 0", "", 7, None, ["00"]], ids=repr)
def test_hex_has_its_length_and_small_letters(value: object) -> None:
    assert field("0a").hex("x", 1) == b"\x0a"
    assert is_refused(lambda: field(value).hex("x", 1))


@pytest.mark.parametrize(
    "value", ["AA", "AB==", "AA==\n", "AA= =", "A===", "AAA", "-_8=", "AA==AA==", "é", 7, None], ids=repr
)
def test_base64_has_one_spelling(value: object) -> None:
    assert field("AA==").base64("x") == b"\0"
    assert is_refused(lambda: field(value).base64("x"))
    assert is_refused(lambda: field([value]).base64_list("x"))


@given(st.lists(st.binary(max_size=9), max_size=5))
def test_lists_of_bytes(items: list[bytes]) -> None:
    texts = to_base64_list(items)
    assert texts == [base64.b64encode(item).decode() for item in items] == [to_base64(item) for item in items]
    assert field(texts).base64_list("x") == tuple(items)
    assert field([item.hex() for item in [b"12", b"34"]]).hex_list("x", 2, 2) == (b"12", b"34")


@pytest.mark.parametrize("value", [["00"] * 3, ["0"], ["0A"], [7], [None], ["0000"], "00", {}, None], ids=repr)
def test_lists_of_hex_have_their_bounds(value: object) -> None:
    assert is_refused(lambda: field(value).hex_list("x", 1, 2))


@pytest.mark.parametrize("value", ["", {}, None, 7])
def test_a_list_is_a_list(value: object) -> None:
    assert is_refused(lambda: field(value).base64_list("x"))
    assert is_refused(lambda: field(value).objects("x", {"y"}, 2))


def test_objects_inside() -> None:
    first, second = field([{"y": "1"}, {"y": "2"}]).objects("x", {"y"}, 2)
    assert (first.number("y"), second.number("y")) == (1, 2)
    assert field({"y": "3"}).nested("x", {"y"}).number("y") == 3
    assert is_refused(lambda: field([{"y": "1"}] * 3).objects("x", {"y"}, 2))
    for wrong in ({"z": "1"}, {}, [], "y", None):
        with pytest.raises(DecodingError, match="paper: x"):
            field(wrong).nested("x", {"y"})
        with pytest.raises(DecodingError, match="paper: x"):
            field([wrong]).objects("x", {"y"}, 2)


def test_texts_flags_and_constants() -> None:
    assert field("汉").text("x", 3) == "汉"
    for value in ("汉字", "", 7, None, ["a"]):
        assert is_refused(lambda value=value: field(value).text("x", 3))
    assert field("").text("x", 3, least_bytes=0) == ""
    assert field(True).flag("x")
    for flag in (1, 0, "true", None):
        assert is_refused(lambda flag=flag: field(flag).flag("x"))
    field("this").constant("x", "this")
    for other in ("that", "this ", None, ["this"]):
        assert is_refused(lambda other=other: field(other).constant("x", "this"))
