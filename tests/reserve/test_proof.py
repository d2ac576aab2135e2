"""A paper has one encoding; every field of a true one that is changed is found out, at the step that says so."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import rfc8785
from google.protobuf.message import DecodeError

from app.core.errors import DecodingError, LuopuError, NotCanonical
from app.core.units import Hash32
from app.core.verification import Verdict
from app.core.wire import comet_pb2 as pb
from app.reserve.proof import (
    MAX_PROOF_BYTES,
    Leaf,
    PathStep,
    ProofForm,
    ReserveProof,
    decode_proof,
    encode_proof,
)
from app.reserve.verify import STEPS
from tests.reserve.forge import TruePaper, failed, judge, paper_of_a_piece, paper_of_amounts

Path = tuple[str | int, ...]


@cache
def true_paper(kind: str) -> TruePaper:
    return {"amounts": paper_of_amounts, "a piece": paper_of_a_piece}[kind]()


@pytest.fixture(params=["amounts", "a piece"])
def true(request: pytest.FixtureRequest) -> TruePaper:
    return true_paper(request.param)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text in a document, and where it is."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    else:
        for index, each in enumerate(value):
            yield from leaves(each, (*path, index))


def changed(data: bytes, path: Path, value: object) -> bytes:
    """The document with another value somewhere."""
    document = place = json.loads(data)
    for each in path[:-1]:
        place = place[each]
    place[path[-1]] = value
    return rfc8785.dumps(document)


# ---- one encoding ------------------------------------------------------------------------------------------------------
def test_true_papers_are_valid_and_need_all_that_is_in_them(true: TruePaper) -> None:
    report = judge(true.data, true.chain.genesis)
    assert (report.verdict, report.error) == (Verdict.VALID, None)
    assert true.paper.light_blocks
    assert len(true.paper.path) >= 2
    without = replace(true.paper, light_blocks=())
    assert judge(without, true.chain.genesis).verdict is Verdict.NOT_ENOUGH_TRUST


def test_what_is_encoded_is_decoded_again(true: TruePaper) -> None:
    assert decode_proof(true.data) == true.paper
    assert encode_proof(decode_proof(true.data)) == true.data
    assert rfc8785.dumps(json.loads(true.data)) == true.data


def test_many_papers_of_one_form_are_those_that_are_encoded_alone(true: TruePaper) -> None:
    paper = true.paper
    form = ProofForm(paper.header, paper.publication, paper.light_blocks)
    for number in range(5):
        user = replace(paper.user, number=number + 1)
        leaf = Leaf(paper.leaf.balance, Hash32(bytes([number]) * 32), paper.leaf.salt, paper.leaf.serial)
        path = tuple(PathStep(depth, Hash32(bytes([depth]) * 32), 2**128 - 1 - depth) for depth in range(number))
        other = replace(paper.snapshot, commitments=paper.snapshot.commitments[: number % 2 + 1])
        expected = encode_proof(replace(paper, user=user, leaf=leaf, path=path, snapshot=other))
        steps = b"".join(bytes([step.depth]) + step.hash + step.sum.to_bytes(16, "big") for step in path)
        assert form.encode(user, leaf, steps, other) == expected
        assert rfc8785.dumps(json.loads(expected)) == expected


def test_fields_of_the_format(true: TruePaper) -> None:
    document = json.loads(true.data)
    assert sorted(document) == sorted(
        ["format", "header", "user", "leaf", "path", "snapshot", "publication", "light_blocks"]
    )
    assert sorted(document["leaf"]) == ["balance", "position", "salt", "serial"]
    assert sorted(document["snapshot"]) == ["anchor", "log_root", "log_size", "map_root", "proofs"]
    assert {len(step) for step in document["path"]} == {98}
    step, given = true.paper.path[0], document["path"][0]
    assert (int(given[:2], 16), given[2:66], int(given[66:], 16)) == (step.depth, step.hash.hex(), step.sum)


SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "a blank": lambda data: data.replace(b'","', b'", "', 1),
    "a line behind": lambda data: data + b"\n",
    "a blank before": lambda data: b" " + data,
    "a byte-order mark": lambda data: b"\xef\xbb\xbf" + data,
    "indented": lambda data: json.dumps(json.loads(data), indent=1).encode(),
    "another order": lambda data: json.dumps(dict(reversed(json.loads(data).items())), separators=(",", ":")).encode(),
    "an escape": lambda data: data.replace(b'"format"', b'"\\u0066ormat"', 1),
    "an escape in a value": lambda data: data.replace(b"luopu.reserve.v1", b"luopu\\u002ereserve.v1", 1),
    "a name twice": lambda data: data.replace(b'{"format"', b'{"format":"luopu.reserve.v1","format"', 1),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "half a pair": lambda data: data.replace(b"luopu.reserve.v1", b"\\ud800", 1),
    "a NaN": lambda data: data.replace(b'"luopu.reserve.v1"', b"NaN", 1),
    "a float": lambda data: data.replace(b'"luopu.reserve.v1"', b"1.0", 1),
    "a comment": lambda data: data + b"//",
    "two documents": lambda data: data + data,
    "cut short": lambda data: data[:-1],
    "a zero byte": lambda data: data + b"\0",
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_another_spelling_is_refused(true: TruePaper, name: str) -> None:
    spelled = SPELLINGS[name](true.data)
    assert spelled != true.data
    with pytest.raises((DecodingError, NotCanonical)):
        decode_proof(spelled)
    assert failed(judge(spelled, true.chain.genesis)) == "format"


def test_every_object_has_its_fields_and_no_other(true: TruePaper) -> None:
    def objects(value: Any, path: Path = ()) -> Iterator[Path]:
        if isinstance(value, dict):
            yield path
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            if not isinstance(each, str):
                yield from objects(each, (*path, name))

    document = json.loads(true.data)
    found = list(objects(document))
    assert len(found) >= 8
    for path in found:
        inside = document
        for each in path:
            inside = inside[each]
        for other in (
            *({name: inside[name] for name in inside if name != gone} for gone in inside),
            inside | {"x": ""},
        ):
            data = changed(true.data, path, other) if path else rfc8785.dumps(other)
            assert failed(judge(data, true.chain.genesis)) == "format"


def test_a_value_of_another_type_is_refused_anywhere(true: TruePaper) -> None:
    for path, value in leaves(json.loads(true.data)):
        for other in (None, True, 7, [], [value], {}, {"": value}):
            assert failed(judge(changed(true.data, path, other), true.chain.genesis)) == "format", path
    for path in (
        ("path",),
        ("light_blocks",),
        ("snapshot", "proofs"),
        ("publication", "log_path"),
        ("header", "accounts"),
    ):
        for other in (None, "", {}, 0, [None], [[]], [0]):
            assert failed(judge(changed(true.data, path, other), true.chain.genesis)) == "format", path


def test_a_paper_is_at_most_a_mebibyte(true: TruePaper) -> None:
    room = MAX_PROOF_BYTES - len(changed(true.data, ("light_blocks",), [""])) + 2
    small, large = (changed(true.data, ("light_blocks",), ["A" * size]) for size in (room // 4 * 4 - 4, room + 8))
    assert len(small) <= MAX_PROOF_BYTES < len(large)
    reports = [judge(data, true.chain.genesis) for data in (small, large)]
    assert [failed(report) for report in reports] == ["format", "format"]
    assert reports[1].error is not None
    assert reports[1].error.facts["expected"] == f"at most {MAX_PROOF_BYTES} bytes"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("leaf", "balance"), str(2**128)),
        (("leaf", "position"), "00" * 31),
        (("leaf", "salt"), "00" * 33),
        (("leaf", "salt"), "0G" * 32),
        (("leaf", "serial"), "0"),
        (("leaf", "serial"), str(2**64)),
        (("path", 0), "00" * 48),
        (("path", 0), "00" * 50),
        (("path",), ["00" * 49] * 257),
        (("user", "account"), "0"),
        (("user", "account"), str(2**64)),
        (("user", "address"), "00" * 21),
        (("snapshot", "log_size"), str(2**63)),
        (("snapshot", "log_root"), ""),
        (("publication", "log_index"), str(2**63)),
        (("publication", "log_index"), "-0"),
        (("publication", "log_size"), str(2**63)),
        (("publication", "log_path", 0), base64.b64encode(bytes(31)).decode()),
        (("publication", "log_path", 0), base64.b64encode(bytes(33)).decode()),
        (("publication", "anchor"), ""),
        (("publication", "transaction"), ""),
        (("publication", "entry"), ""),
        (("snapshot", "anchor"), ""),
        (("format",), "luopu.reserve.v2"),
    ],
)
def test_a_field_out_of_its_range_is_refused(true: TruePaper, path: Path, value: object) -> None:
    assert failed(judge(changed(true.data, path, value), true.chain.genesis)) == "format"


def test_a_divisible_voucher_has_no_serial_and_a_unique_one_has_one() -> None:
    amounts, piece = true_paper("amounts"), true_paper("a piece")
    for true, serial in ((amounts, "1"), (amounts, "0"), (piece, "")):
        assert failed(judge(changed(true.data, ("leaf", "serial"), serial), true.chain.genesis)) == "format"
    for balance in ("0", "2"):
        assert failed(judge(changed(piece.data, ("leaf", "balance"), balance), piece.chain.genesis)) == "format"


# ---- every field ---------------------------------------------------------------------------------------------------------
EXPECTED: dict[tuple[str, ...], set[str]] = {
    ("format",): {"format"},
    ("header", "format"): {"format"},
    ("header", "chain_id"): {"format", "trust-root"},
    ("header", "genesis_fingerprint"): {"publication"},  # nothing to trust it by, and not what was published
    ("header", "voucher"): {"tree", "custody"},
    ("header", "kind"): {"format"},
    ("header", "height"): {"snapshot"},
    ("header", "block_hash"): {"snapshot"},
    ("header", "custodian"): {"format"},
    ("header", "key"): {"format", "custody"},
    ("header", "accounts"): {"format", "custody"},
    ("header", "previous"): {"format", "publication"},
    ("user",): {"publication"},
    ("leaf", "balance"): {"format", "publication"},
    ("leaf", "position"): {"tree", "publication"},
    ("leaf", "salt"): {"publication"},
    ("leaf", "serial"): {"format", "tree"},
    ("path",): {"tree", "publication"},
    ("snapshot", "log_size"): {"custody"},
    ("snapshot", "log_root"): {"custody"},
    ("snapshot", "map_root"): {"custody"},
    ("snapshot", "proofs"): {"format", "custody"},
    ("snapshot", "anchor"): {"format", "finality"},
    ("publication", "transaction"): {"format", "signature"},
    ("publication", "entry"): {"format", "publication"},
    ("publication", "log_index"): {"publication"},
    ("publication", "log_size"): {"publication"},
    ("publication", "log_path"): {"format", "publication"},
    ("publication", "log_root"): {"publication"},
    ("publication", "map_root"): {"publication"},
    ("publication", "anchor"): {"format", "finality"},
    ("light_blocks",): {"format", "finality"},
}
NUMBERS = {"account", "balance", "height", "sequence", "serial", "log_size", "log_index"}
BASE64 = {"anchor", "transaction", "entry", "proofs", "log_path", "light_blocks"}


def expected_of(path: Path) -> set[str]:
    names = tuple(each for each in path if isinstance(each, str))
    return EXPECTED.get(names[:1]) or EXPECTED[names[:2]]


def others(path: Path, value: str) -> Iterator[str]:
    """Other values of the same shape."""
    name = next(each for each in reversed(path) if isinstance(each, str))
    if name in NUMBERS:
        number = int(value or "0")
        yield from (str(each) for each in {number + 1, max(number - 1, 1), number + 2**32, 2**63 - 1} - {number})
    elif name == "chain_id":
        yield from (value + "x", value[:-1], value.upper())
    elif name in BASE64:
        yield from others_of_bytes(base64.b64decode(value))
    elif name == "key":
        yield from (value.replace("25519", "25518"), value[:-1], value[:8] + flip_hex(value[8:], 3))
    elif name in {"format", "kind"}:
        yield from (value + "x", value[:-1], "unique" if value == "divisible" else "divisible")
    else:
        yield from (flip_hex(value, place) for place in range(0, len(value), 5))


def others_of_bytes(data: bytes) -> Iterator[str]:
    """Some byte of every stretch another, and lengths changed."""
    for place in range(0, len(data), 1 + len(data) // 40):
        changed_byte = data[place] ^ (1 << place % 8)
        yield base64.b64encode(data[:place] + bytes([changed_byte]) + data[place + 1 :]).decode()
    for other in (data[:-1], data + b"\0", data + data, data[1:], b"\0" * len(data)):
        yield base64.b64encode(other).decode()


def flip_hex(value: str, place: int) -> str:
    digit = "0123456789abcdef"[int(value[place], 16) ^ 1]
    return value[:place] + digit + value[place + 1 :]


def texts(kind: str) -> list[tuple[Path, str]]:
    return list(leaves(json.loads(true_paper(kind).data)))


def is_unread(one: str, other: str) -> bool:
    """Whether light blocks differ in nothing but the last of four signatures, which is not looked at: three are enough."""
    blocks = [pb.LightBlock(), pb.LightBlock()]
    for block, text in zip(blocks, (one, other), strict=True):
        try:
            block.ParseFromString(base64.b64decode(text))
            last = block.signed_header.commit.signatures[3]
        except (DecodeError, IndexError):
            return False
        last.signature = last.signature and bytes(len(last.signature))
        last.timestamp.nanos = 0
    return blocks[0] == blocks[1]


@pytest.mark.parametrize("kind", ["amounts", "a piece"])
@pytest.mark.parametrize("part", sorted(EXPECTED), ids=".".join)
def test_a_true_paper_with_one_field_changed_is_refuted_where_it_should_be(kind: str, part: tuple[str, ...]) -> None:
    true, count = true_paper(kind), 0
    for path, value in texts(kind):
        names = tuple(each for each in path if isinstance(each, str))
        if names[: len(part)] != part:
            continue
        for other in others(path, value):
            data = changed(true.data, path, other)
            assert data != true.data
            report = judge(data, true.chain.genesis)
            if part == ("light_blocks",) and is_unread(value, other):
                continue
            assert report.verdict is Verdict.REFUTED, (path, other)
            assert failed(report) in expected_of(path), (path, other, report.error)
            assert isinstance(report.error, LuopuError)
            assert report.error.facts.get("check") != "understanding", (path, other)
            count += 1
    assert count


def test_every_field_of_the_papers_is_among_those() -> None:
    for kind in ("amounts", "a piece"):
        for path, _ in texts(kind):
            assert expected_of(path) <= set(STEPS)


def test_whatever_is_missing_of_a_list_or_too_much_in_it(true: TruePaper) -> None:
    document = json.loads(true.data)
    for path in (("path",), ("snapshot", "proofs"), ("publication", "log_path"), ("header", "accounts")):
        items = document
        for each in path:
            items = items[each]
        for other in (items[1:], items[:-1], [*items, items[-1]], items[::-1], []):
            if other == items:
                continue
            report = judge(changed(true.data, path, other), true.chain.genesis)
            assert failed(report) in expected_of(path), path


def test_papers_of_two_snapshots_cannot_be_mixed() -> None:
    """Every part of one in the place of the other's."""
    one, other = true_paper("amounts"), true_paper("a piece")
    document = json.loads(other.data)
    for name in ("header", "user", "leaf", "path", "snapshot", "publication"):
        report = judge(changed(one.data, (name,), document[name]), one.chain.genesis)
        assert report.verdict is Verdict.REFUTED, name


def test_decoding_alone_judges_nothing(true: TruePaper) -> None:
    """A paper that is false in every digest is still read."""
    paper = decode_proof(changed(true.data, ("leaf", "salt"), "00" * 32))
    assert isinstance(paper, ReserveProof)
    assert paper.leaf.salt == bytes(32)
