"""Whatever is done to bytes or structure of a paper: a verdict, never an exception, never valid with another meaning."""

import base64
import json
from functools import cache
from typing import Any

import pytest
import rfc8785
from google.protobuf.message import DecodeError, Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.verification import Verdict
from app.core.wire import comet_pb2, ics23_pb2
from app.core.wire import registry_pb2 as wire
from app.reserve.proof import decode_proof
from tests.reserve.forge import TruePaper, judge, paper_of_a_piece, paper_of_amounts

FUZZ = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KINDS = st.sampled_from(["amounts", "a piece"])


@cache
def true_paper(kind: str) -> TruePaper:
    return {"amounts": paper_of_amounts, "a piece": paper_of_a_piece}[kind]()


def check(true: TruePaper, data: bytes) -> None:
    """Whatever the file is: a verdict with all steps; valid only if it says what the true one says."""
    for trust in (true.chain.genesis, None):
        report = judge(data, trust)
        assert len(report.steps) == 10
        assert [step.number for step in report.steps] == list(range(1, 11))
        assert (report.error is None) == (report.verdict is Verdict.VALID)
        if report.error is not None:
            assert str(report.error)
            assert report.error.facts.get("check") != "understanding", report.error
        if report.verdict is Verdict.VALID:
            assert said(data) == said(true.data)


def said(data: bytes) -> tuple[object, ...]:
    """All that a paper says; light blocks only lead to it."""
    paper = decode_proof(data)
    return paper.header, paper.user, paper.leaf, paper.path, paper.snapshot, paper.publication


EDITS = st.lists(
    st.tuples(st.sampled_from(["flip", "drop", "insert", "copy", "zero"]), st.floats(0, 1), st.integers(0, 255)),
    min_size=1,
    max_size=5,
)


def edited(data: bytes, changes: list[tuple[str, float, int]]) -> bytes:
    changed = bytearray(data)
    for kind, where, value in changes:
        place = int(where * max(0, len(changed) - 1))
        if kind == "flip":
            changed[place : place + 1] = bytes([value])
        elif kind == "drop":
            del changed[place : place + value]
        elif kind == "insert":
            changed[place:place] = bytes([value]) * (value % 5 + 1)
        elif kind == "copy":
            changed[place:place] = changed[place - value : place]
        else:
            changed[place : place + value] = bytes(value)
    return bytes(changed)


@FUZZ
@given(KINDS, EDITS)
def test_edited_bytes_of_the_file(kind: str, changes: list[tuple[str, float, int]]) -> None:
    true = true_paper(kind)
    check(true, edited(true.data, changes))


@FUZZ
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    check(true_paper("amounts"), data)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.text(max_size=40)
    | st.binary(max_size=60).map(lambda data: data.hex())
    | st.binary(max_size=60).map(lambda data: base64.b64encode(data).decode())
    | st.integers(0, 2**130).map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Everything in a document, branches too."""
    found = [path] if path else []
    if isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            found += places(each, (*path, name))
    return found


def put(document: Any, path: tuple[str | int, ...], value: Any) -> bytes | None:
    """The canonical document with another value somewhere; None where that has no canonical JSON."""
    place = document
    for each in path[:-1]:
        place = place[each]
    place[path[-1]] = value
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeError):
        return None


@FUZZ
@given(KINDS, st.data())
def test_any_value_in_any_place(kind: str, data: st.DataObject) -> None:
    true = true_paper(kind)
    document = json.loads(true.data)
    where = data.draw(st.sampled_from(places(document)))
    changed = put(document, where, data.draw(JSON))
    if changed is not None:
        check(true, changed)


@FUZZ
@given(KINDS, st.data())
def test_a_value_of_one_place_in_another(kind: str, data: st.DataObject) -> None:
    true = true_paper(kind)
    document = json.loads(true.data)
    here, there = (data.draw(st.sampled_from(places(document))) for _ in range(2))
    value = json.loads(true.data)
    for each in there:
        value = value[each]
    changed = put(document, here, value)
    if changed is not None:
        check(true, changed)


@FUZZ
@given(KINDS, st.data())
def test_edited_bytes_inside_a_part(kind: str, data: st.DataObject) -> None:
    true = true_paper(kind)
    where = data.draw(st.sampled_from(PARTS[kind]))
    _, raw = part(true, where)
    changed = put(json.loads(true.data), where, base64.b64encode(edited(raw, data.draw(EDITS))).decode())
    assert changed is not None
    check(true, changed)


# ---- messages inside ---------------------------------------------------------------------------------------------------
MESSAGES: dict[str, type[Message]] = {
    "anchor": comet_pb2.LightBlock,
    "light_blocks": comet_pb2.LightBlock,
    "transaction": wire.Transaction,
    "entry": wire.LogEntry,
    "proofs": ics23_pb2.CommitmentProof,
}
PARTS: dict[str, list[tuple[str | int, ...]]] = {
    kind: [
        path
        for path in places(json.loads(true_paper(kind).data))
        if any(each in MESSAGES for each in path)
        and (path[-1] in {"anchor", "transaction", "entry"} or isinstance(path[-1], int))
    ]
    for kind in ("amounts", "a piece")
}


def fields(message: Message, way: tuple[tuple[str, int], ...] = ()) -> list[tuple[tuple[str, int], ...]]:
    """Every field that is set in a message and in those inside it: names, and indexes of repeated ones (-1: not repeated)."""
    found = []
    for field, value in message.ListFields():
        items = enumerate(value) if field.is_repeated else [(-1, value)]
        for index, item in items:
            here = (*way, (field.name, index))
            found += fields(item, here) if isinstance(item, Message) else [here]
    return found


def change_field(message: Message, way: tuple[tuple[str, int], ...], pick: int) -> None:
    """Another value for one field: of a number beside it, of bytes with one bit or one byte more or less, or none."""
    for name, index in way[:-1]:
        message = getattr(message, name) if index < 0 else getattr(message, name)[index]
    name, index = way[-1]
    value = getattr(message, name) if index < 0 else getattr(message, name)[index]
    if isinstance(value, bytes | str):
        raw = value if isinstance(value, bytes) else value.encode()
        place = pick % max(1, len(raw))
        options = [raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :] if raw else b"x", raw + b"x", raw[1:], b""]
        other: Any = options[pick % 4]
        other = other if isinstance(value, bytes) else other.decode("utf-8", "replace")
    elif isinstance(value, bool):
        other = not value
    else:
        other = (value + 1, value - 1, 0, value + 2)[pick % 4]
    if index < 0:
        setattr(message, name, other)
    else:
        getattr(message, name)[index] = other


@pytest.mark.parametrize("kind", ["amounts", "a piece"])
def test_every_field_of_every_message_inside(kind: str) -> None:
    """One after the other, in the one encoding of messages: nothing that is in a paper may be another."""
    true, count = true_paper(kind), 0
    for where in PARTS[kind]:
        name, raw = part(true, where)
        for way in fields(MESSAGES[name].FromString(raw)):
            for pick in (count % 4, count % 4 + 5):
                message = MESSAGES[name].FromString(raw)
                try:
                    change_field(message, way, pick + 4 * (count % 9))
                except ValueError:  # an enum or a number that would not fit
                    continue
                changed = put(json.loads(true.data), where, base64.b64encode(encode(message)).decode())
                assert changed is not None
                count += 1
                if name == "light_blocks":  # a signature beyond those that are enough is not looked at
                    check(true, changed)
                elif changed != true.data:
                    assert judge(changed, true.chain.genesis).verdict is Verdict.REFUTED, (where, way, pick)
    assert count > 400


def part(true: TruePaper, where: tuple[str | int, ...]) -> tuple[str, bytes]:
    """A message inside the paper, and the name of the field that it is in."""
    value = json.loads(true.data)
    for each in where:
        value = value[each]
    return next(str(each) for each in reversed(where) if isinstance(each, str)), base64.b64decode(value)


def test_messages_in_another_encoding_are_refused() -> None:
    """Unknown fields, defaults that are written, fields in another order: each is refused in each part."""
    for kind in ("amounts", "a piece"):
        true = true_paper(kind)
        for where in PARTS[kind]:
            _, raw = part(true, where)
            for other in (raw + b"\xa2\x1f\x01x", raw + b"\x90\x1f\x00", b"\xa2\x1f\x00" + raw, raw + raw):
                changed = put(json.loads(true.data), where, base64.b64encode(other).decode())
                assert changed is not None
                report = judge(changed, true.chain.genesis)
                assert (report.verdict, report.steps[0].passed) == (Verdict.REFUTED, False), where


@FUZZ
@given(KINDS, st.data())
def test_any_message_in_a_part(kind: str, data: st.DataObject) -> None:
    """Bytes that decode as some message."""
    true = true_paper(kind)
    where = data.draw(st.sampled_from(PARTS[kind]))
    shape = MESSAGES[part(true, where)[0]]
    try:
        message = shape.FromString(data.draw(st.binary(max_size=40)))
    except DecodeError:
        return
    changed = put(json.loads(true.data), where, base64.b64encode(encode(message)).decode())
    assert changed is not None
    check(true, changed)
