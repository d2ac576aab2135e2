"""Papers and people after the process was killed at any step: both are there or neither, and nothing stays behind."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.core.ports import Randomness
from app.wallet.keystore import Cost
from app.wallet.papers import Papers
from app.wallet.vault import Vault
from tests.wallet.forking import Writer, forking
from tests.wallet.paper_people import CONTENTS, PASSPHRASE, PLAN, lay_out, named_by, person_of, sha256_of

PROGRAM = Path(__file__).with_name("papers_writer.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
STEPS = 400
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a writer to kill it")


@pytest.fixture(scope="module")
def writer() -> Iterator[Writer]:
    """The program that forks writers."""
    with forking(PROGRAM, ENVIRONMENT) as process:
        yield process


def killed_at(writer: Writer, folder: Path, step: int) -> list[str]:
    """Let a writer run until that step; what it told."""
    assert writer.stdin is not None
    assert writer.stdout is not None
    print(folder, step, file=writer.stdin, flush=True)
    told = []
    while (line := writer.stdout.readline()) != "ended\n":
        assert line, "the program that forks writers has died"
        told.append(line.strip())
    return told


def whom(done: int) -> set[int]:
    """Who is there when so much of the plan was done."""
    there: set[int] = set()
    for what, number in PLAN[:done]:
        there = there | {number} if what == "keep" else there - {number}
    return there


def check(folder: Path, told: list[str], randomness: Randomness) -> None:
    """What was told was done, the next step wholly or not at all; afterwards there is no paper that nobody names."""
    with closing(Vault.open(folder / "vault.db", PASSPHRASE, randomness=randomness)) as vault:
        papers = Papers(vault)
        roots = {person_of(number).root: number for number in (1, 2, 3)}
        there = {roots[kept.person.root]: kept for kept in vault.search("")}
        done = len([line for line in told if line != "done"])
        assert there.keys() in (whom(done), whom(done + 1))
        for kept in there.values():
            for material in kept.person.materials:
                target = folder / "copy"
                papers.save(kept.id, material.digests.sha256, target, replaces=True)
                assert target.read_bytes() == CONTENTS[material.file_name.removesuffix(".pdf")]
        last = named_by(4, ("form",))
        papers.keep(last, {sha256_of("form"): folder / "form.pdf"})
        named = {each for person in (last, *(kept.person for kept in there.values())) for each in person.materials}
        found = {path.name for path in papers.folder.iterdir()}
        assert found == {papers._name(material) for material in named} | {"turn"}


def test_killed_at_every_step_nothing_is_half_done(
    tmp_path: Path, writer: Writer, randomness: Randomness, cheap: Cost
) -> None:
    for step in range(1, STEPS):
        folder = tmp_path / str(step)
        folder.mkdir()
        lay_out(folder)
        Vault.create(folder / "vault.db", PASSPHRASE, randomness=randomness, cost=cheap).close()
        told = killed_at(writer, folder, step)
        check(folder, told, randomness)
        if told and told[-1] == "done":
            break
    assert told[-1] == "done"
    assert step > 40
