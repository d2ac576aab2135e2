"""The commands of VERIFY.txt, typed as a stranger would, with no program of ours."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.core.hashing import sha256
from app.core.keys import Algorithm
from app.core.merkle import inclusion_path, inner_hash, root_of_hashes
from app.evidence import instructions as module
from app.evidence.bundle import make_bundle
from app.evidence.instructions import _der_head, _places, _sides, instructions, is_instructions
from app.evidence.names import entry_name
from app.evidence.parts import decode_parts
from tests.conftest import require
from tests.fakes.evidence import FILE_NAME, ORIGINAL, ClerkKey, Consortium, MadeEvidence, make_evidence

COMMAND, EXPECTED = "  $ ", "  → "
FIRST_EDITION = (
    "1910d49192cb343c5d7af6f90afe1d8ff083c48c98e97eef7e7838a09ff1d5dc",
    "b37711f71520ac6b035b32c70cf43ecec58ca7dcae02e42bfa549137273a930b",
)
"""Digests of the text without its values, for a signer with either algorithm."""
TOOLS = ("unzip", "sha256sum", "openssl", "od", "grep")


def steps_of(text: str) -> list[tuple[str, str]]:
    """(command, what it must print), the latter empty where it prints nothing."""
    steps: list[tuple[str, str]] = []
    for line in text.splitlines():
        if line.startswith(COMMAND):
            steps.append((line.removeprefix(COMMAND), ""))
        elif line.startswith(EXPECTED):
            steps[-1] = (steps[-1][0], line.removeprefix(EXPECTED))
    return steps


def unpack(made: MadeEvidence, tmp_path: Path) -> Path:
    """The folder that a stranger has after `unzip`."""
    require(all(shutil.which(tool) for tool in TOOLS), f"one of {', '.join(TOOLS)} is missing")
    target, folder = tmp_path / "bundle.asice", tmp_path / "unpacked"
    make_bundle(made.proof, None if made.proof.file.detached else made.source(tmp_path), target)
    subprocess.run(["unzip", "-q", target, "-d", folder], check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    return folder


def differing(folder: Path, shell: str) -> list[str]:
    """Type all commands; those that printed something else."""
    wrong = []
    for command, expected in steps_of((folder / "VERIFY.txt").read_text(encoding="utf-8")):
        done = subprocess.run([shell, "-c", command], cwd=folder, capture_output=True, text=True, check=False)
        if expected not in done.stdout.split() and done.stdout.strip() != expected:
            wrong.append(command)
    return wrong


def shell_or_skip(shell: str) -> str:
    require(shutil.which(shell) is not None, f"{shell} is missing")
    return shell


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_every_command_prints_what_it_should(tmp_path: Path, shell: str, algorithm: Algorithm) -> None:
    made = make_evidence(records=2, company=4, consortium=Consortium(clerk=ClerkKey(1, algorithm)))
    folder = unpack(made, tmp_path)
    steps = steps_of((folder / "VERIFY.txt").read_text(encoding="utf-8"))
    assert len(steps) > 20
    assert made.consortium.state.app_hash.hex() in [expected for _, expected in steps]
    assert differing(folder, shell_or_skip(shell)) == []


@pytest.mark.parametrize(
    "name", ["it's $(touch pwned) `touch pwned`.pdf", "-rf", "node.bin", " . ", "a\nb", "\u202egpj.exe", "con.txt"]
)
def test_a_file_name_cannot_turn_into_a_command(tmp_path: Path, name: str) -> None:
    made = make_evidence(records=1, company=0, file_name=name)
    folder = unpack(made, tmp_path)
    assert differing(folder, shell_or_skip("sh")) == []
    assert (folder / entry_name(name)).read_bytes() == ORIGINAL
    assert not (folder / "pwned").exists()


@pytest.mark.parametrize("file", [FILE_NAME, "record.bin", "context.json", "transaction.bin", "entry.bin"])
def test_a_changed_file_is_seen_by_hand(tmp_path: Path, file: str) -> None:
    folder = unpack(make_evidence(), tmp_path)
    data = bytearray((folder / file).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / file).write_bytes(data)
    assert differing(folder, shell_or_skip("sh")) != []


def test_a_detached_original_is_named(tmp_path: Path) -> None:
    made = make_evidence(detached=True)
    folder = unpack(made, tmp_path)
    (folder / entry_name(made.proof.file.name)).write_bytes(ORIGINAL)
    assert differing(folder, shell_or_skip("sh")) == []


@pytest.mark.parametrize("size", range(1, 20))
def test_the_way_up_the_log_is_the_one_that_the_tree_takes(size: int) -> None:
    leaves = [sha256(bytes([number])) for number in range(size)]
    for index in range(size):
        path, node = inclusion_path(leaves, index), leaves[index]
        sides = list(_sides(index, size))
        assert len(sides) == len(path)
        for sibling, is_left in zip(path, sides, strict=True):
            node = inner_hash(sibling, node) if is_left else inner_hash(node, sibling)
        assert node == root_of_hashes(leaves)


def test_a_place_outside_the_log_ends_too() -> None:
    for index, size in ((0, 0), (5, 0), (9, 3), (2**63 - 1, 2**63 - 1), (2**63 - 1, 1)):
        assert len(list(_sides(index, size))) <= 64


@pytest.mark.parametrize(
    ("number", "head"),
    [
        (b"\x01" * 32, "0220"),
        (b"\x80" + bytes(31), "022100"),
        (bytes(31) + b"\x7f", "0201"),
        (bytes(31) + b"\x80", "020200"),
    ],
)
def test_integers_are_written_as_der_wants_them(number: bytes, head: str) -> None:
    encoded, zeros = _der_head(number)
    assert encoded.hex() == head
    assert encoded[1] == len(encoded) - 2 + 32 - zeros


def test_the_places_in_the_transaction_are_right() -> None:
    parts = decode_parts(make_evidence().proof)
    start, length, signature = _places(parts)
    raw = parts.transaction.raw
    assert raw[start : start + length] == parts.transaction.body_bytes
    assert raw[signature : signature + 64] == parts.transaction.signatures[0].signature


def test_an_older_edition_stays_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = decode_parts(make_evidence().proof)
    old = instructions(parts)
    monkeypatch.setattr(module, "EDITIONS", (*module.EDITIONS, lambda _: b"better words"))
    assert instructions(parts) == b"better words"
    assert is_instructions(old, parts)
    assert not is_instructions(old + b" ", parts)


@pytest.mark.parametrize(
    ("algorithm", "digest"), list(zip(Algorithm, FIRST_EDITION, strict=True)), ids=["ed25519", "p256"]
)
def test_an_edition_never_changes(algorithm: Algorithm, digest: str) -> None:
    """Bundles out there carry this text and are compared with it. Add an edition instead."""
    made = make_evidence(consortium=Consortium(clerk=ClerkKey(1, algorithm)))
    text = module.EDITIONS[0](decode_parts(made.proof)).decode()
    words = re.sub(
        r"(?m)[0-9a-f]{16,}|'[A-Za-z0-9+/=]{8,}'|\\\d{3}\\\d{3}[\\\d]*|-?[+c] \+?\d+|: [\dTZ:.-]+$", "#", text
    )
    assert hashlib.sha256(words.encode()).hexdigest() == digest
