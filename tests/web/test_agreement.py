"""The page in real Chromium and the program's own verifier, side by side: the same verdict, at the same step."""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import decode_genesis
from app.reserve.verify import verify_proof
from tests.fakes.reserves import custodian_at_work, owed_to
from tests.web.browser import Browser, browsing
from tests.web.cheats import CHEATS, SOUND
from tests.web.conftest import PAGE, ROOT
from tests.web.papers import Paper, pretty

COUNT = 1_000
AT_ONCE = 100
SCRIPT = """
const [cases] = arguments;
return cases.map(({ paper, genesis, account }) => {
  const report = window.verifyReserve(paper, genesis, account);
  return [report.verdict, report.verdict === "refuted" ? report.error.step : null];
});
"""
Outcome = tuple[str, str | None]
Damage = Callable[[random.Random, Any], None]


@dataclass(frozen=True)
class Case:
    """A paper, and what its reader brings."""

    paper: str
    genesis: str | None
    account: str | None = None

    def judged(self) -> Outcome:
        """By the program."""
        trust = None if self.genesis is None else decode_genesis(self.genesis.encode())
        report = verify_proof(self.paper.encode(), trust, self.account)
        failed = [step.name for step in report.steps if not step.passed and not step.skipped]
        return report.verdict.value, failed[0] if failed else None


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as browser:
        browser.open(PAGE)
        yield browser


def judged_by_page(browser: Browser, cases: Sequence[Case]) -> list[Outcome]:
    found: list[Outcome] = []
    for at in range(0, len(cases), AT_ONCE):
        asked = [vars(case) for case in cases[at : at + AT_ONCE]]
        found += [(verdict, step) for verdict, step in browser.run(SCRIPT, asked)]
    return found


def differences(browser: Browser, cases: Sequence[Case]) -> list[str]:
    pairs = zip(cases, judged_by_page(browser, cases), strict=True)
    return [
        f"page {theirs}, program {ours}: {case.paper[:2_000]}"
        for case, theirs in pairs
        if theirs != (ours := case.judged())
    ]


# ---- papers of a real chain --------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def papers() -> tuple[str, list[str]]:
    """A genesis document, and papers of three publications: many users, unique pieces, one user."""
    return asyncio.run(_published())


async def _published() -> tuple[str, list[str]]:
    dice = random.Random(20_251)
    async with custodian_at_work() as bank:
        many = owed_to([dice.choice((0, 1, dice.randrange(1_000_000))) for _ in range(400)])
        rice = await bank.papers(bank.issue(int(many.balances.sum()) + 5), many, padding=7)
        tickets = await bank.papers(
            bank.issue(60, kind=wire.KIND_UNIQUE, name="Ticket", decimals=0), owed_to([1] * 60, serials=range(1, 61))
        )
        alone = await bank.papers(bank.issue(99, name="Alone"), owed_to([99]))
        found = [*rice.papers(), *tickets.papers(), *alone.papers()]
        return bank.stage.consortium.genesis_bytes.decode(), [paper.decode() for paper in found]


# ---- damage ------------------------------------------------------------------------------------------------------------
def _leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts stand in a document."""
    if isinstance(value, str):
        yield place
        return
    for name in value if isinstance(value, dict) else range(len(value)):
        yield from _leaves(value[name], (*place, name))


def _container(document: Any, place: tuple[Any, ...]) -> Any:
    for name in place[:-1]:
        document = document[name]
    return document


def change_a_character(dice: random.Random, document: Any) -> None:
    place = dice.choice([place for place in _leaves(document) if place != ("format",)])
    holder, name = _container(document, place), place[-1]
    text = holder[name] or "0"
    at = dice.randrange(len(text))
    holder[name] = text[:at] + dice.choice("0123456789abcdefABZ+/=") + text[at + 1 :]


def change_a_number(dice: random.Random, document: Any) -> None:
    numbers = [place for place in _leaves(document) if _container(document, place)[place[-1]].isdigit()]
    place = dice.choice(numbers)
    holder, name = _container(document, place), place[-1]
    holder[name] = str(max(0, int(holder[name]) + dice.choice((-1, 1, 2**32, 2**64, 2**128))))


def change_the_path(dice: random.Random, document: Any) -> None:
    path: list[str] = document["path"]
    at = dice.randrange(len(path) + 1)
    step = f"{dice.randrange(256):02x}{dice.randbytes(32).hex()}{dice.randrange(2**20):032x}"
    chance = dice.randrange(4)
    if chance == 0 or not path:
        path.insert(at, step)
    elif chance == 1:
        path.append(path[-1])
    elif chance == 2:
        path.pop(min(at, len(path) - 1))
    else:
        path.reverse()


def leave_something_out(dice: random.Random, document: Any) -> None:
    lists = [document["path"], document["snapshot"]["proofs"], document["publication"]["log_path"]]
    chosen = dice.choice(lists)
    if chosen:
        chosen.pop(dice.randrange(len(chosen)))


def say_nothing(dice: random.Random, document: Any) -> None:
    place = dice.choice(list(_leaves(document)))
    _container(document, place)[place[-1]] = ""


DAMAGES: tuple[Damage, ...] = (
    change_a_character,
    change_a_character,
    change_a_number,
    change_the_path,
    leave_something_out,
    say_nothing,
)


def mixed_up(dice: random.Random, paper: str, other: str) -> str:
    """A paper with one part of another."""
    document, donor = json.loads(paper), json.loads(other)
    name = dice.choice([name for name in document if name != "format"])
    document[name] = donor[name]
    return canonical(document)


def canonical(document: Any) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def a_case(dice: random.Random, genesis: str, papers: Sequence[str]) -> Case:
    """Half of them true, the others damaged in some way; now and then without a genesis, or for somebody."""
    paper = dice.choice(papers)
    account = dice.choice((None, None, json.loads(paper)["user"]["account"], str(dice.randrange(30_000))))
    if dice.random() < 0.5:
        if dice.random() < 0.2:
            paper = mixed_up(dice, paper, dice.choice(papers))
        else:
            document = json.loads(paper)
            dice.choice(DAMAGES)(dice, document)
            paper = canonical(document)
    return Case(paper, None if dice.random() < 0.1 else genesis, account)


# ---- the two, side by side ---------------------------------------------------------------------------------------------
def test_the_page_and_the_program_agree_on_a_thousand_random_papers(
    browser: Browser, papers: tuple[str, list[str]]
) -> None:
    genesis, made = papers
    dice = random.Random(6)
    cases = [a_case(dice, genesis, made) for _ in range(COUNT)]
    assert differences(browser, cases) == []
    verdicts = [case.judged()[0] for case in cases]
    assert min(verdicts.count(each) for each in ("valid", "refuted", "not-enough-trust")) > COUNT // 30


@pytest.mark.parametrize("name", [*SOUND, *CHEATS])
def test_the_page_and_the_program_agree_on_every_paper_made_by_hand(browser: Browser, name: str) -> None:
    paper = SOUND[name] if name in SOUND else CHEATS[name][0]
    case = Case(paper.encode().decode(), pretty(Paper().genesis))
    assert differences(browser, [case]) == []


ATTACKS = ("test_attacks.py", "test_attacks_custody.py", "test_attacks_publication.py", "test_collusion.py")


def test_the_page_and_the_program_agree_on_every_attack(browser: Browser, tmp_path: Path) -> None:
    """Those of the program's own tests, which write down each paper that they judge."""
    files = [str(ROOT / "tests" / "reserve" / name) for name in ATTACKS]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *files]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PAPERS": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2_000:]
    cases = [Case(**json.loads(path.read_bytes())) for path in sorted(tmp_path.iterdir())]
    assert len(cases) > 100
    assert differences(browser, cases) == []
