"""A hall with a counter for each member of a registry: real commands, each in a home of its own, at one real node."""

import asyncio
import io
import json
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from nacl.pwhash import argon2id

from app.__main__ import main
from app.client.node import Endpoint
from app.core.hashing import sha256
from app.core.home import Home
from app.core.keys import Algorithm
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from app.wallet.keystore import Cost, create_keystore
from tests.cli.answer import Answer
from tests.fakes.consortium import FakeConsortium, block_at, make_engine
from tests.fakes.network import make_node, serving, serving_desk
from tests.fakes.registry import make_registry

ROOT = Path(__file__).parents[2]
PASSPHRASE = "correct horse battery"
SECONDS = 60.0
ORDER = ("--authority", "第一法院", "--reference", "2025-7")


class KeyOf:
    """Randomness that makes a keystore hold the key of a clerk with this name."""

    def __init__(self, name: str) -> None:
        self._seeds = [sha256(name.encode())]

    def random_bytes(self, count: int) -> bytes:
        return self._seeds.pop() if self._seeds else os.urandom(count)


class Hall:
    """Homes, files, one node for all of them, and a block for each transaction."""

    def __init__(self, folder: Path, engine: EmbeddedEngine, node: NodeService, endpoint: Endpoint) -> None:
        self.folder, self.engine, self.node, self._endpoint = folder, engine, node, endpoint
        self.passphrase = self.file("passphrase", f"{PASSPHRASE}\n")
        self._submit = node.submit
        self.submitted = 0
        self.taking = True
        self.checking = True
        """Whether what the law would refuse is kept out of the blocks."""
        self.came = asyncio.Event()
        """Something was handed in, whether it is taken or not."""

    # ---- things ----------------------------------------------------------------------------------------------------
    def home(self, name: str) -> Home:
        """Somebody's home with the key that follows from the name, made when it is first asked for."""
        home = Home(self.folder / "homes" / name)
        if not home.keystore.exists():
            home.wallet.mkdir(parents=True)
            home.node.mkdir()
            document = {"url": self._endpoint.url, "token": self._endpoint.token}
            home.node_endpoint.write_text(json.dumps(document))
            cost = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
            create_keystore(
                home.keystore, PASSPHRASE, algorithm=Algorithm.ED25519, label=name, randomness=KeyOf(name), cost=cost
            )
        return home

    def file(self, name: str, text: str) -> Path:
        """A document."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, name: str) -> str:
        """What stands in a file of the hall."""
        return (self.folder / name).read_text(encoding="utf-8")

    def has(self, name: str) -> bool:
        """Whether there is such a file or folder, from the hall or from a home in it."""
        return (self.folder / name).exists()

    @property
    def height(self) -> int:
        """Of the newest block."""
        return self.engine.store.tip.height

    @property
    def transactions(self) -> int:
        """In all blocks."""
        return sum(len(block_at(self.engine.store, height).data.txs) for height in range(1, self.height + 1))

    async def submit(self, raw: bytes) -> bytes:
        """In the place of the node's own: a block follows at once, or no answer ever."""
        self.came.set()
        if not self.taking:
            await asyncio.Event().wait()
        try:
            if not self.checking:
                self.engine._mempool._waiting[sha256(raw)] = raw
                return sha256(raw)
            transaction_hash = await self._submit(raw)
            self.submitted += 1
        finally:
            await self.pass_blocks(1)  # of what is refused too: it is tried again at later heights
        return transaction_hash

    async def pass_blocks(self, count: int) -> None:
        """So many blocks go by."""
        for _ in range(count):
            self.engine.produce()
        await self.node.follower.step()

    # ---- commands --------------------------------------------------------------------------------------------------
    async def type(self, name: str, *words: str | Path, language: str = "en", sign: bool = True) -> Answer:
        """What somebody types, and what is said to it."""
        home = await asyncio.to_thread(self.home, name)
        return await self.type_at(home, *words, language=language, sign=sign)

    async def type_at(self, home: Home, *words: str | Path, language: str = "en", sign: bool = True) -> Answer:
        """The same at a home as it is, which may lack a key or a node."""
        command = [*map(str, words), "--home", str(home.root), "--language", language]
        if sign:
            command += ["--passphrase-file", str(self.passphrase)]
        said, complained = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(complained):
            status = await asyncio.wait_for(_in_a_thread(command), SECONDS)
        return Answer(status, said.getvalue(), complained.getvalue())

    async def start(self, name: str, *words: str | Path) -> asyncio.subprocess.Process:
        """The same in a process of its own, which can be killed."""
        home = await asyncio.to_thread(self.home, name)
        command = [*map(str, words), "--home", str(home.root), "--passphrase-file", str(self.passphrase)]
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", *command, cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )

    async def do(self, name: str, *words: str | Path) -> dict[str, Any]:
        """Something that must come to its end, in a final block; what a program is told."""
        answer = await self.type(name, *words, "--json")
        assert answer.status == 0, answer.said + answer.complained
        document = answer.document
        assert document["state"] == "final"
        assert document["height"] == self.height
        return document

    async def ask(self, name: str, *words: str | Path) -> dict[str, Any]:
        """A question; what a program is told."""
        answer = await self.type(name, *words, "--json", sign=False)
        assert answer.status == 0, answer.said + answer.complained
        return answer.document

    async def refused(self, name: str, *words: str | Path) -> str:
        """Something that is refused before anything is signed; the code of the first reason."""
        before = self.submitted
        answer = await self.type(name, *words, "--json")
        assert answer.status == 1, answer.said + answer.complained
        assert self.submitted == before
        assert answer.document["error"]["sentence"]
        return str(answer.document["error"]["code"])

    async def misspelt(self, name: str, *words: str | Path, sign: bool = True) -> bool:
        """Whether it is not understood."""
        return (await self.type(name, *words, sign=sign)).status == 2

    async def card(self, name: str, *more: str) -> str:
        """Somebody's key card."""
        answer = await self.type(name, "account", "card", *more, "--json")
        assert answer.status == 0, answer.said + answer.complained
        return str(answer.document["card"])

    async def enrol(self, partner: str, name: str, level: str = "real-name") -> int:
        """A user by its name on the chain; the new number."""
        words = ("--card", await self.card(name), "--name", name, "--level", level)
        return int((await self.do(partner, "enrol", *words))["came"]["account"])

    async def voucher(self, name: str, *more: str | Path, issuer: str = "issuer", cap: str = "1000") -> str:
        """A voucher that the operator has created; its id."""
        paper = self.file("terms.txt", f"terms of {name}")
        words = ("--product", "rice", "--description", paper, "--legal", paper, "--cap", cap)
        kind = () if "--unique" in more else ("--divisible",)
        applied = await self.do(issuer, "voucher", "apply", name, *words, *kind, *more)
        await self.do("operator", "voucher", "create", applied["came"]["voucher"])
        return str(applied["came"]["voucher"])


async def _in_a_thread(command: list[str]) -> int:
    """Run a command beside the node's loop. One that never ends fails its test, and holds up nobody else."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def run() -> None:
        try:
            status = main(command)
        except SystemExit as end:  # of the parser
            status = int(end.code or 0)
        with suppress(RuntimeError):  # the test is over
            loop.call_soon_threadsafe(lambda: ended.done() or ended.set_result(status))

    threading.Thread(target=run, daemon=True).start()
    return await ended


@asynccontextmanager
async def open_hall(folder: Path, consortium: FakeConsortium | None = None) -> AsyncIterator[Hall]:
    """A hall at the beginning of a chain, with the parties of `tests.fakes.registry`."""
    consortium = consortium or make_registry()
    engine = make_engine(consortium)
    async with serving(engine) as url, make_node(consortium, [url]) as node, serving_desk(node) as endpoint:
        await node.follower.step()
        hall = Hall(folder, engine, node, endpoint)
        node.submit = hall.submit  # type: ignore[method-assign]
        yield hall
