"""JSON from outside: bounded, plain, and never an exception but ours."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import DecodingError
from app.core.strictjson import MAX_BYTES, MAX_DEPTH, decode_json

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=30,
)


@settings(deadline=None)
@given(VALUES, st.booleans())
def test_every_plain_value_comes_back(value: object, ascii_only: bool) -> None:
    assert decode_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=60) | st.text('[]{}",:\\ud80919e.-+NaIfintrl \t\n', max_size=80).map(str.encode))
def test_anything_else_is_a_decoding_error(raw: bytes) -> None:
    try:
        value = decode_json(raw)
    except DecodingError:
        return
    json.dumps(value, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "raw",
    [
        *("", " ", "{", "[1,]", "{'a':1}", "[1] 2", "// x\n1", "undefined", "01", "+1", "[1 2]", '"\t"', '"\\x41"'),
        *("1.0", "1e3", "1E3", "-0.0", "NaN", "Infinity", "-Infinity", "[1.5]", '{"a": NaN}'),
        *('{"a":1,"a":1}', '[{"b":{"a":1,"a":2}}]', '{"a":1,"\\u0061":2}'),
        *("123456789012345678901", "-12345678901234567890", "9" * 5_000),
        *('"\\ud800"', '"\\udfff x"', '["\\udc00\\ud800"]', '{"\\uD800": 1}', '"\\ud800\\u0041"'),
    ],
    ids=lambda raw: raw[:24] or "empty",
)
def test_what_is_not_plain_json_is_refused(raw: str) -> None:
    with pytest.raises(DecodingError) as caught:
        decode_json(raw.encode())
    assert caught.value.facts["kind"] == "JSON"
    str(caught.value).encode()


@pytest.mark.parametrize("raw", [b"\xff", b'"\xe5\xad"', b'"\xed\xa0\x80"', b'\xef\xbb\xbf"x"', '"x"'.encode("utf-16")])
def test_what_is_not_utf8_is_refused(raw: bytes) -> None:
    with pytest.raises(DecodingError):
        decode_json(raw)


def test_pairs_of_surrogates_and_written_backslashes_are_text_like_any_other() -> None:
    assert decode_json(rb'"\ud83d\ude00"') == "\U0001f600"
    assert decode_json(rb'"\\ud800"') == r"\ud800"


def test_numbers_of_twenty_characters_pass() -> None:
    assert decode_json(b"18446744073709551615") == 2**64 - 1
    assert decode_json(b"-9223372036854775808") == -(2**63)
    assert decode_json(b"[0, -0]") == [0, 0]


# ---- bounds ---------------------------------------------------------------------------------------------------------
def test_one_byte_above_the_limit_is_refused_before_anything_is_read() -> None:
    assert decode_json(b'"' + b"x" * 8 + b'"', max_bytes=10) == "x" * 8
    with pytest.raises(DecodingError) as caught:
        decode_json(b"\xff" * 11, max_bytes=10)
    assert caught.value.facts == {"kind": "JSON", "expected": "at most 10 bytes", "got": 11}


def test_without_a_limit_of_its_own_a_document_has_the_general_one() -> None:
    with pytest.raises(DecodingError, match="at most"):
        decode_json(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_nesting_is_allowed_up_to_the_limit_and_no_further(opening: str, closing: str) -> None:
    levels = MAX_DEPTH // len(closing)
    decode_json((opening * levels + "1" + closing * levels).encode())
    with pytest.raises(DecodingError, match="nesting"):
        decode_json(("[" + opening * levels + "1" + closing * levels + "]").encode())


def test_nesting_that_would_exhaust_the_stack_is_refused() -> None:
    for raw in (b"[" * 1_000_000, b'{"a":' * 200_000, b"[" * 500_000 + b"]" * 500_000):
        with pytest.raises(DecodingError, match="nesting"):
            decode_json(raw)


def test_many_brackets_side_by_side_are_no_nesting() -> None:
    assert decode_json(b"[" + b"[]," * 999 + b"{}]") == [[]] * 999 + [{}]


def test_brackets_in_text_are_no_nesting() -> None:
    texts = ["[" * 100, '"[' * 100, "\\[" * 100, '\\"[{' * 50, "]" * 100]
    assert decode_json(json.dumps([texts, *[[]] * 40]).encode()) == [texts, *[[]] * 40]


def test_nesting_behind_text_with_brackets_is_counted() -> None:
    with pytest.raises(DecodingError, match="nesting"):
        decode_json(b'["]]]]]]]]",' + b"[" * 40 + b"]" * 41)


@pytest.mark.parametrize("piece", [b'\\"', b"\\", b'"', b"\\\\", b'\\"[', b'"[', b'",'])
def test_a_text_without_end_costs_no_more_than_its_length(piece: bytes) -> None:
    """The square of this length would take hours."""
    with pytest.raises(DecodingError):
        decode_json(b"[" + b"[]," * 40 + b'"' + piece * 1_000_000)


@settings(deadline=None, max_examples=200)
@given(VALUES, st.integers(1, 6))
def test_the_depth_that_is_counted_is_the_depth_there_is(value: object, limit: int) -> None:
    raw = json.dumps([value, *[[]] * 40] if limit > 1 else value).encode()
    depth = depth_of(json.loads(raw))
    brackets = raw.count(b"[") + raw.count(b"{")
    try:
        decode_json(raw, max_depth=limit)
    except DecodingError:
        assert depth > limit
    else:
        assert depth <= limit or brackets <= limit


def depth_of(value: object) -> int:
    """Levels of lists and objects."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth_of, inner), default=0)
