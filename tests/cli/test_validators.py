"""`luopu validators` as bookkeepers type it, each in a home of their own, at a node that follows their chain."""

import asyncio
import base64
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from nacl.pwhash import argon2id

from app.cli.validators_parser import validator_key
from app.client.node import Endpoint
from app.core.hashing import sha256
from app.core.home import Home
from app.core.keys import Algorithm
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from app.wallet.keystore import Cost, create_keystore
from tests.cli.answer import Answer
from tests.fakes.consortium import Clerk, block_at, make_engine
from tests.fakes.council import FIRST_BOOKKEEPER, Council, make_council
from tests.fakes.network import make_node, serving, serving_desk

ROOT = Path(__file__).parents[2]
PASSPHRASE = "correct horse battery"
REASONS = "会议纪要\n"


class KeyOf:
    """Randomness that makes a keystore hold a clerk's key."""

    def __init__(self, clerk: Clerk) -> None:
        self._seeds = [sha256(clerk.name.encode())]

    def random_bytes(self, count: int) -> bytes:
        return self._seeds.pop() if self._seeds else os.urandom(count)


class Chamber:
    """The bookkeepers' homes, a node for them all, and a block for each transaction."""

    def __init__(
        self, folder: Path, council: Council, engine: EmbeddedEngine, node: NodeService, endpoint: Endpoint
    ) -> None:
        self.folder, self.council, self.engine, self.node, self._endpoint = folder, council, engine, node, endpoint
        self.reasons, self.passphrase = folder / "minutes.txt", folder / "passphrase"
        self.reasons.write_text(REASONS, encoding="utf-8")
        self.passphrase.write_text(PASSPHRASE + "\n")
        self._submit = node.submit
        self.submitted = asyncio.Event()
        self.taking = True

    def home(self, clerk: Clerk) -> Home:
        """A home with the clerk's key, made when it is first asked for."""
        home = Home(self.folder / clerk.name)
        if not home.keystore.exists():
            home.wallet.mkdir(parents=True)
            home.node.mkdir()
            document = {"url": self._endpoint.url, "token": self._endpoint.token}
            home.node_endpoint.write_text(json.dumps(document))
            cost = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
            algorithm, randomness = Algorithm.ED25519, KeyOf(clerk)
            create_keystore(
                home.keystore, PASSPHRASE, algorithm=algorithm, label="01", randomness=randomness, cost=cost
            )
        return home

    async def submit(self, raw: bytes) -> bytes:
        """In the place of the node's own: a block follows at once, or no answer ever."""
        self.submitted.set()
        if not self.taking:
            await asyncio.Event().wait()
        transaction_hash = await self._submit(raw)
        self.engine.produce()
        await self.node.follower.step()
        return transaction_hash

    async def start(self, clerk: Clerk, *arguments: str | Path, language: str = "en") -> asyncio.subprocess.Process:
        home = await asyncio.to_thread(self.home, clerk)
        command = ["validators", "--home", str(home.root), "--language", language, *map(str, arguments)]
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", *command, cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )

    async def luopu(self, clerk: Clerk, *arguments: str | Path, language: str = "en") -> Answer:
        """`luopu validators …` in the clerk's home."""
        process = await self.start(clerk, *arguments, language=language)
        said, complained = await process.communicate()
        return Answer(process.returncode or 0, said.decode(), complained.decode())

    def proposal(self, number: int = 4, power: int = 10, *more: str | Path) -> list[str | Path]:
        """What is typed to propose a validator's power."""
        key, account = self.council.key(number).hex(), str(FIRST_BOOKKEEPER + number)
        what: Sequence[str | Path] = [
            "--key",
            key,
            "--power",
            str(power),
            "--account",
            account,
            "--document",
            self.reasons,
        ]
        return ["propose", *what, "--passphrase-file", self.passphrase, *more]

    def consent(self, proposal: str, *more: str) -> list[str | Path]:
        return ["approve", proposal, "--passphrase-file", self.passphrase, *more]

    @property
    def transactions(self) -> int:
        """In all blocks."""
        store = self.engine.store
        return sum(len(block_at(store, height).data.txs) for height in range(1, store.tip.height + 1))


@pytest.fixture
async def chamber(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chamber]:
    council = make_council()
    engine = make_engine(council.consortium)
    async with serving(engine) as url, make_node(council.consortium, [url]) as node, serving_desk(node) as endpoint:
        await node.follower.step()
        chamber = Chamber(tmp_path, council, engine, node, endpoint)
        monkeypatch.setattr(node, "submit", chamber.submit)
        yield chamber


async def test_three_bookkeepers_of_four_give_a_seat_and_the_list_shows_every_step(chamber: Chamber) -> None:
    first, second, third, fourth = chamber.council.clerks[:4]
    answer = await chamber.luopu(first, *chamber.proposal(), "--deadline", "500", "--json")
    assert answer.status == 0, answer.complained
    voted = answer.document
    assert (voted["state"], voted["action"], voted["proposal"]["approving_power"]) == ("final", "propose", 10)
    proposal = voted["proposal"]["id"]

    listed = (await chamber.luopu(second, "--json")).document
    assert [(seat["power"], seat["account"]["id"]) for seat in listed["seats"]].count((10, FIRST_BOOKKEEPER)) == 1
    (shown,) = listed["proposals"]
    assert shown == voted["proposal"]
    assert (shown["document"], shown["deadline"]) == (sha256(REASONS.encode()).hex(), 500)
    assert (shown["open"], shown["needed_power"]) == (True, 27)

    assert (await chamber.luopu(second, *chamber.consent(proposal))).status == 0
    decided = (await chamber.luopu(third, *chamber.consent(proposal), "--json")).document["proposal"]
    assert (decided["decided"], decided["open"], decided["power_now"]) == (True, False, 10)

    listed = (await chamber.luopu(fourth, "--json")).document
    assert chamber.council.key(4).hex() in {seat["key"] for seat in listed["seats"]}
    late = await chamber.luopu(fourth, *chamber.consent(proposal), "--json")
    assert (late.status, late.document["error"]["code"]) == (1, "proposal-closed")
    assert chamber.transactions == 3


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_who_consents_sees_the_id_he_signs_apart_from_what_the_node_says_of_it(
    chamber: Chamber, language: str
) -> None:
    first, second = chamber.council.clerks[:2]
    proposal = (await chamber.luopu(first, *chamber.proposal(1, 0), "--json")).document["proposal"]["id"]
    said = (await chamber.luopu(second, *chamber.consent(proposal), language=language)).said
    signed, told = said.split("your node" if language == "en" else "本机节点核验", 1)
    assert proposal in signed
    assert chamber.council.key(1).hex() not in signed
    told, outcome = told.split(proposal, 1)
    for fact in (chamber.council.key(1).hex(), sha256(REASONS.encode()).hex(), "bookkeeper 1 12", "10 → 0"):
        assert fact in told
    assert ("open" if language == "en" else "表决中") in outcome


async def test_who_proposes_sees_every_field_of_what_he_signs(chamber: Chamber) -> None:
    key = base64.b64encode(chamber.council.key(4)).decode()
    arguments = [key if word == chamber.council.key(4).hex() else word for word in chamber.proposal(4, 77)]
    answer = await chamber.luopu(chamber.council.clerks[0], *arguments, "--deadline", "321")
    signed, told = answer.said.split("according to your node")
    for fact in (chamber.council.key(4).hex(), "77", "15", sha256(REASONS.encode()).hex(), "321", "luopu-test"):
        assert fact in signed
    assert "bookkeeper 4 15" in told


async def test_a_command_that_was_killed_is_repeated_and_votes_once(chamber: Chamber) -> None:
    first = chamber.council.clerks[0]
    chamber.taking = False
    process = await chamber.start(first, *chamber.proposal())
    await chamber.submitted.wait()
    process.kill()
    await process.communicate()
    chamber.taking = True
    nothing: list[str | Path] = [
        "--passphrase-file",
        chamber.folder / "no such file",
    ]  # nothing is signed, so nobody asks for it
    answer = await chamber.luopu(first, *chamber.proposal(), *nothing)
    assert answer.status == 0, answer.complained
    assert "signed before" in answer.said
    assert chamber.transactions == 1
    assert len((await chamber.luopu(first, "--json")).document["proposals"]) == 1


async def test_without_a_seat_or_with_a_wrong_passphrase_nothing_is_signed(chamber: Chamber) -> None:
    wrong = chamber.folder / "wrong"
    wrong.write_text("not the passphrase\n")
    first, outsider = chamber.council.clerks[0], chamber.council.clerks[4]
    refused: list[tuple[Clerk, list[str | Path], str]] = [
        (outsider, [], "not-permitted"),
        (chamber.council.consortium.clerk, [], "not-permitted"),
        (Clerk("stranger"), [], "unknown-account"),
        (first, ["--passphrase-file", wrong], "wrong-passphrase"),
        (first, ["--account", "2"], "bad-action"),
        (first, ["--document", chamber.folder / "missing"], "file-unreadable"),
    ]
    for clerk, more, code in refused:
        answer = await chamber.luopu(clerk, *chamber.proposal(), *more, "--json")
        assert (answer.status, answer.document["error"]["code"]) == (1, code)
        assert answer.document["error"]["sentence"]
    assert not chamber.submitted.is_set()


@pytest.mark.parametrize(
    "write",
    [
        bytes.hex,
        lambda key: f"ed25519:{key.hex()}",  # as company.json does
        lambda key: base64.b64encode(key).decode(),  # as CometBFT does
    ],
    ids=["hex", "text", "base64"],
)
def test_a_key_is_understood_as_it_is_written_elsewhere(write: Callable[[bytes], str]) -> None:
    for name in map(str, range(50)):
        assert validator_key(write(sha256(name.encode()))) == sha256(name.encode())


@pytest.mark.parametrize(
    "more",
    [
        ["--key", "00"],
        ["--key", "é" * 44],
        ["--power", "-1"],
        ["--power", str(2**40 + 1)],
        ["--account", "0"],
        ["--deadline", "1000001"],
        ["--deadline", "0"],
    ],
)
async def test_what_cannot_be_is_not_understood(chamber: Chamber, more: list[str]) -> None:
    assert (await chamber.luopu(chamber.council.clerks[0], *chamber.proposal(), *more)).status == 2


async def test_an_id_that_is_none_is_not_understood_and_an_unknown_one_is_said(chamber: Chamber) -> None:
    first = chamber.council.clerks[0]
    assert (await chamber.luopu(first, *chamber.consent("abc"))).status == 2
    answer = await chamber.luopu(first, *chamber.consent("00" * 16), "--json")
    assert (answer.status, answer.document["error"]["code"]) == (1, "unknown-proposal")
