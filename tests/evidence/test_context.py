"""The context document: one encoding, strict reading, and nothing on the clerk's machine stands in its way."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DecodingError, LuopuError, NotCanonical, OutOfRange
from app.evidence.context import Capture, Context, decode_context, make_context

SALT = bytes(range(16))
CAPTURE = Capture("经办 01", "desk-7", "Linux 6.1", "luopu 0.1.0", 1_790_000_000_000_000_000)
DOCUMENT = make_context(SALT, "合同.pdf", 7, CAPTURE, "application/pdf")

names = st.text(min_size=1, max_size=200).filter(lambda name: "/" not in name and "\0" not in name)


def test_a_context_says_what_was_put_in() -> None:
    assert decode_context(DOCUMENT) == Context(SALT, "合同.pdf", 7, "application/pdf", CAPTURE)
    assert decode_context(make_context(SALT, "a", 0, CAPTURE)) == Context(SALT, "a", 0, None, CAPTURE)


def test_the_bytes_are_canonical_and_say_whose_clock_it_was() -> None:
    assert DOCUMENT == (
        b'{"captured":{"by":"\xe7\xbb\x8f\xe5\x8a\x9e 01","local_clock_ns":"1790000000000000000","machine":"desk-7",'
        b'"program":"luopu 0.1.0","system":"Linux 6.1"},"file":{"media_type":"application/pdf",'
        b'"name":"\xe5\x90\x88\xe5\x90\x8c.pdf","size":"7"},"format":"luopu.context.v1",'
        b'"salt":"000102030405060708090a0b0c0d0e0f"}'
    )


@given(salt=st.binary(min_size=16, max_size=16), name=names, size=st.integers(0, 2**63 - 1), text=st.text())
def test_whatever_is_made_is_read_back(salt: bytes, name: str, size: int, text: str) -> None:
    captured = Capture(text, text, text, text, size)
    context = decode_context(make_context(salt, name, size, captured))
    assert (context.salt, context.file_name, context.file_size) == (salt, name, size)
    assert len(context.captured.by.encode()) <= 256


def test_names_that_are_no_unicode_and_odd_host_names_do_not_stop_anybody() -> None:
    captured = replace(CAPTURE, machine="host\n\u202e" + "长" * 300, local_clock_ns=-5)
    context = decode_context(make_context(SALT, "\udcff.pdf", 1, captured))
    assert context.file_name == "\ufffd.pdf"
    assert context.captured.machine.startswith("host\ufffd\ufffd长")
    assert context.captured.local_clock_ns == 0


@pytest.mark.parametrize("name", ["", "a/b", "a\0", "x" * 1025])
def test_a_name_that_no_file_has_is_refused(name: str) -> None:
    with pytest.raises(DecodingError):
        make_context(SALT, name, 1, CAPTURE)


@pytest.mark.parametrize("media_type", ["", "pdf", "a/b; c=d", "A/B", "a/" + "b" * 130])
def test_what_is_no_media_type_is_refused(media_type: str) -> None:
    with pytest.raises(DecodingError):
        make_context(SALT, "a", 1, CAPTURE, media_type)


def test_salt_and_size_have_their_ranges() -> None:
    with pytest.raises(OutOfRange):
        make_context(SALT[1:], "a", 1, CAPTURE)
    with pytest.raises(OutOfRange):
        make_context(SALT, "a", -1, CAPTURE)


def changed(path: str, value: object) -> bytes:
    document = json.loads(DOCUMENT)
    *parents, name = path.split(".")
    node = document
    for parent in parents:
        node = node[parent]
    if value is None:
        del node[name]
    else:
        node[name] = value
    return json.dumps(document, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "luopu.context.v2"),
        ("format", None),
        ("salt", "00" * 15),
        ("salt", "0A" * 16),
        ("salt", 7),
        ("file", []),
        ("file.name", "a/b"),
        ("file.name", ""),
        ("file.name", 7),
        ("file.path", "/home"),
        ("file.size", 7),
        ("file.size", "07"),
        ("file.size", "-7"),
        ("file.size", "9223372036854775808"),
        ("file.media_type", "pdf"),
        ("captured.by", "a\nb"),
        ("captured.by", "x" * 257),
        ("captured.by", None),
        ("captured.local_clock_ns", "１"),
        ("extra", "1"),
    ],
)
def test_a_field_that_is_not_as_it_should_be_is_refused(path: str, value: object) -> None:
    with pytest.raises(DecodingError):
        decode_context(changed(path, value))


@pytest.mark.parametrize(
    "document",
    [b" " + DOCUMENT, DOCUMENT + b"\n", DOCUMENT.replace(b'"7"', b'"\\u0037"'), DOCUMENT.replace(b":", b": ", 1)],
)
def test_another_spelling_of_the_same_is_refused(document: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode_context(document)


@pytest.mark.parametrize("document", [b"", b"null", b"[]", b"{}", b"\xff", b'{"a":1e5}', b"[" * 50, b'{"a":"\\ud800"}'])
def test_what_is_no_context_is_refused(document: bytes) -> None:
    with pytest.raises(DecodingError):
        decode_context(document)


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_decode_or_be_refused(document: bytes) -> None:
    try:
        decode_context(document)
    except LuopuError:
        return
    raise AssertionError(document)
