"""`luopu consortium` as typed: a consortium on one computer, and three companies from nothing to a running chain."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.consortium.folders import ConsortiumFolder, ValidatorFolder
from app.core.home import Home
from app.core.keys import encode_key_text
from app.wallet.keystore import load_keystore
from tests.cometbft import cometbft
from tests.fakes.consortium import Clerk
from tests.scenarios.network.network import free_address, until
from tests.scenarios.network.rpc import Rpc

ROOT = Path(__file__).parents[2]
CLERK = Clerk()


@dataclass(frozen=True)
class Answer:
    status: int
    document: dict[str, Any]
    words: str


async def begin(*arguments: str | Path, stdin: int | None = None, path: str | None = None) -> Process:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PATH": path or os.environ["PATH"]}
    environment.pop("LUOPU_COMETBFT", None)
    command = [sys.executable, "-m", "app", "consortium", *map(str, arguments)]
    return await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environment, stdin=stdin, stdout=PIPE, stderr=PIPE
    )


async def luopu(*arguments: str | Path, path: str | None = None) -> Answer:
    process = await begin(*arguments, "--json", path=path)
    out, err = await process.communicate()
    return Answer(process.returncode or 0, json.loads(out) if out.strip() else {}, err.decode())


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[tuple[Process, list[str]]]:
    """`luopu consortium start`, until left; its process and the URLs that it says are ready."""
    process = await begin("start", folder, "--cometbft", cometbft(), "--json", "--until-stdin-closes", stdin=PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        yield process, json.loads(line)["ready"]
    finally:
        process.stdin.close()
        await process.wait()


async def first_block(url: str) -> dict[str, Any]:
    """The first block, with the commit that made it final."""
    rpc = Rpc(url)
    try:

        async def is_made() -> bool:
            return await rpc.height() >= 1

        await until(is_made, 60)
        answer: dict[str, Any] = (await rpc.call("commit", height="1"))["signed_header"]
        return answer
    finally:
        await rpc.close()


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text("a good passphrase\n")
    return path


# ---- on one computer -------------------------------------------------------------------------------------------------
async def test_a_consortium_is_made_started_and_stopped(tmp_path: Path, passphrase: Path) -> None:
    folder = ConsortiumFolder(tmp_path / "联盟")
    made = await luopu(
        *("init", "--validators", "2", "--output", folder.root, "--name", "甲公司", "--chain-id", "luopu-walk"),
        *("--interval", "0.3s", "--address", free_address(), "--passphrase-file", passphrase),
    )
    assert made.status == 0, made.words
    assert (made.document["chain"], made.document["validators"]) == ("luopu-walk", 2)
    assert "甲公司" in folder.genesis.read_text()
    assert "记账方 2" in folder.genesis.read_text()
    load_keystore(folder.partner.keystore).unlock("a good passphrase").lock()
    async with started(folder.root) as (process, urls):
        assert urls == made.document["rpc"]
        await first_block(urls[1])
        if sys.platform != "win32":
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 30) == 0
    assert process.returncode == 0


async def test_its_end_of_input_ends_it(tmp_path: Path, passphrase: Path) -> None:
    folder = tmp_path / "联盟"
    await luopu(
        *("init", "--validators", "1", "-o", folder, "--address", free_address()),
        *("--passphrase-file", passphrase, "--partner-key", encode_key_text(CLERK.public_key)),
    )
    assert not ConsortiumFolder(folder).partner.keystore.exists()
    async with started(folder) as (process, urls):
        await first_block(urls[0])
    assert process.returncode == 0
    assert process.stderr is not None
    assert b"Traceback" not in await process.stderr.read()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("init", "-o", "{there}"), "folder-exists"),
        (("company", "-o", "{there}", "--name", "甲", "--address", "a:1"), "folder-exists"),
        (("company", "-o", "{new}", "--name", "甲", "--address", "a"), "bad-company"),
        (("init", "-o", "{new}", "--partner-key", "nonsense", "--passphrase-file", "{passphrase}"), "bad-key"),
        (("init", "-o", "{new}", "--validators", "1", "--name", "甲", "--name", "乙"), "usage"),
        (("init", "-o", "{new}", "--passphrase-file", "{there}"), "file-unreadable"),
        (("init", "-o", "{passphrase}/new", "--passphrase-file", "{passphrase}"), "file-unwritable"),
        (("start", "{there}", "--cometbft", "{new}"), "cometbft-missing"),
        (("start", "{there}", "--cometbft", "{cometbft}"), "usage"),
        (("genesis", "{passphrase}", "-o", "{new}", "--chain-id", "x", "--agreement", "{there}"), "bad-company"),
        (("configure", "{there}", "--genesis", "{new}", "--peer", "{new}"), "file-unreadable"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
async def test_what_cannot_be_done_is_said_and_leaves_nothing(
    tmp_path: Path, passphrase: Path, arguments: tuple[str, ...], code: str
) -> None:
    there = tmp_path / "there"
    there.mkdir()
    places = {"there": there, "new": tmp_path / "new", "passphrase": passphrase, "cometbft": cometbft()}
    answer = await luopu(*(argument.format(**places) for argument in arguments))
    assert answer.status != 0
    assert answer.document["error"]["code"] == code
    assert names_below(tmp_path) == {"there", "passphrase"}


def names_below(root: Path) -> set[str]:
    return {path.name for path in root.rglob("*")}


async def test_without_cometbft_one_is_told_how_to_get_it(tmp_path: Path) -> None:
    answer = await luopu("start", tmp_path, path=str(tmp_path))
    assert answer.document["error"]["code"] == "cometbft-missing"
    assert "go install github.com/cometbft/cometbft/cmd/cometbft@v0.39.4" in answer.document["error"]["hint"]


# ---- three companies -------------------------------------------------------------------------------------------------
class ThreeCompanies:
    """Their folders, as if each stood on a host of its own."""

    def __init__(self, root: Path, passphrase: Path) -> None:
        self.root = root
        self.passphrase = passphrase
        self.hosts = [f"{free_address().rpartition('.')[0]}.{number}" for number in (1, 2, 3, 4)]
        self.names = ["甲公司", "乙公司", "丙公司", "丁公司"]
        self.folders = [ValidatorFolder(root / name) for name in self.names]
        self.genesis = root / "genesis.json"
        self.operator = Home(root / "operator")

    async def make_keys(self) -> None:
        for name, host, folder in zip(self.names, self.hosts, self.folders, strict=True):
            await self.do("company", "-o", folder.root, "--name", name, "--address", f"{host}:26656")

    async def found(self) -> str:
        agreement = self.root / "agreement.pdf"
        agreement.write_bytes(b"what they signed")
        files = [folder.company for folder in self.folders]
        answer = await self.do(
            *("genesis", *files[:3], "--later", files[3], "-o", self.genesis, "--home", self.operator.root),
            *("--chain-id", "luopu-three", "--agreement", agreement),
            *("--partner", "子公司", encode_key_text(CLERK.public_key)),
        )
        return str(answer.document["fingerprint"])

    async def configure(self, number: int) -> Answer:
        host, folder = self.hosts[number], self.folders[number]
        return await self.do(
            *("configure", folder.root, "--genesis", self.genesis, "--interval", "0.3s"),
            *("--peer", *(other.company for other in self.folders[:3])),
            *("--listen", f"{host}:26656", "--rpc", f"{host}:26657", "--application", f"{host}:26658"),
        )

    def check_that_nothing_secret_is_public(self) -> None:
        for folder in self.folders:
            public = folder.company.read_text() + self.genesis.read_text()
            for path in (folder.validator_key, folder.node_key):
                assert json.loads(path.read_text())["priv_key"]["value"] not in public

    async def do(self, verb: str, *arguments: str | Path) -> Answer:
        passphrase = ("--passphrase-file", self.passphrase) if verb in {"company", "genesis"} else ()
        answer = await luopu(verb, *arguments, *passphrase)
        assert answer.status == 0, answer
        return answer


async def test_three_companies_go_from_nothing_to_a_running_chain_and_a_fourth_follows(
    tmp_path: Path, passphrase: Path
) -> None:
    companies = ThreeCompanies(tmp_path, passphrase)
    await companies.make_keys()
    fingerprint = await companies.found()
    companies.check_that_nothing_secret_is_public()
    answers = [await companies.configure(number) for number in range(4)]
    assert [answer.document["fingerprint"] for answer in answers] == [fingerprint] * 4
    assert [answer.document["seat"] for answer in answers] == [True, True, True, False]
    async with AsyncExitStack() as stack:
        running = [await stack.enter_async_context(started(folder.root)) for folder in companies.folders]
        urls = [url for _, (url,) in running]
        blocks = [await first_block(url) for url in urls]
        assert [block["header"] for block in blocks] == [blocks[0]["header"]] * 4
        assert len(blocks[0]["commit"]["signatures"]) == 3
