"""A custodian at its counter: a hall in which the bank keeps vouchers for users, and what is typed about its reserves."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from app.core.units import Hash32
from tests.cli.answer import Answer
from tests.cli.hall import Hall, open_hall
from tests.fakes.consortium import FakeConsortium
from tests.fakes.registry import make_registry

HELD = "100"
CUSTODIAN = "bank"


class Counter:
    """The hall, with words for what custodians and their users do there."""

    def __init__(self, hall: Hall, consortium: FakeConsortium) -> None:
        self.hall = hall
        self.genesis = hall.folder / "genesis.json"
        self.genesis.write_bytes(consortium.genesis_bytes)
        self.users: dict[str, int] = {}

    async def settle(self, name: str) -> None:
        """Somebody's home gets its genesis document."""
        home = await asyncio.to_thread(self.hall.home, name)
        home.genesis.write_bytes(self.genesis.read_bytes())

    async def grain(self, *more: str, held: str = HELD) -> str:
        """A voucher of which the bank holds some for its users; the id."""
        voucher = await self.hall.voucher("Grain", *(more or ("--decimals", "2")))
        await self.hall.do("issuer", "voucher", "allocate", voucher, f"{CUSTODIAN}={held}")
        await self.hall.pass_blocks(1)  # what was allocated can be proved now
        return voucher

    def owed(self, shares: dict[str, str], name: str = "owed.csv", head: str = "account,amount") -> Path:
        """A list of what is owed to whom."""
        return self.hall.file(name, "\n".join([head, *(f"{who},{what}" for who, what in shares.items())]) + "\n")

    async def say(self, *words: str | Path, who: str = CUSTODIAN, status: int = 0) -> dict[str, Any]:
        """Something typed behind `luopu reserve`, and what a program is told."""
        answer = await self.hall.type(who, "reserve", *words, "--json")
        assert answer.status == status, answer.said + answer.complained
        return answer.document

    async def code(self, *words: str | Path, who: str = CUSTODIAN, status: int = 1) -> str:
        """Something that fails; with which code."""
        return str((await self.say(*words, who=who, status=status))["error"]["code"])

    async def make(self, voucher: str, shares: dict[str, str], *more: str | Path) -> str:
        """A snapshot that covers all; its id."""
        return str((await self.say("make", voucher, self.owed(shares), *more))["id"])

    async def publish(self, snapshot: str, *more: str | Path, as_json: bool = True) -> Answer:
        """The publication of a snapshot, and a block after it."""
        submit = self.hall.node.submit

        async def and_a_block(raw: bytes) -> Hash32:
            landed = await submit(raw)
            await self.hall.pass_blocks(1)
            return landed

        self.hall.node.submit = and_a_block  # type: ignore[method-assign]
        try:
            words = ("--json",) if as_json else ()
            return await self.hall.type(CUSTODIAN, "reserve", "publish", snapshot, *more, *words)
        finally:
            self.hall.node.submit = submit  # type: ignore[method-assign]

    async def published(self, voucher: str, shares: dict[str, str], *more: str | Path) -> str:
        """A snapshot that stands on the chain; its id."""
        snapshot = await self.make(voucher, shares, *more)
        answer = await self.publish(snapshot)
        assert answer.status == 0, answer.said + answer.complained
        return snapshot

    async def paper(self, snapshot: str, who: str, folder: str = "papers") -> Path:
        """The proof of one user."""
        target = self.hall.folder / folder
        (path,) = (await self.say("paper", snapshot, who, "--output", target))["papers"]
        return Path(path)

    async def verify(self, *words: str | Path, who: str = "stranger") -> Answer:
        """What somebody with a genesis document, and nothing else, is told."""
        return await self.hall.type(who, "reserve", "verify", *words, sign=False)

    async def verdicts(self, *words: str | Path, who: str = "stranger") -> tuple[int, list[Any]]:
        """Exit status and verdicts."""
        answer = await self.verify(*words, "--json", who=who)
        return answer.status, [each["verdict"] for each in answer.document["papers"]]


@asynccontextmanager
async def open_counter(folder: Path) -> AsyncIterator[Counter]:
    """A custodian, three users, and an issuer who knows both."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    consortium = make_registry()
    async with open_hall(folder, consortium) as hall:
        counter = Counter(hall, consortium)
        for name in (CUSTODIAN, "issuer"):
            await counter.settle(name)
        for name in ("ann", "bob", "cy"):
            counter.users[name] = await hall.enrol("issuer", name)
        await hall.do("issuer", "recognise", CUSTODIAN, "--least", "phone")
        yield counter


def altered(paper: Path, **fields: str) -> Path:
    """A copy of a proof whose share says something else."""
    document = json.loads(paper.read_text(encoding="utf-8"))
    document["leaf"] |= fields
    copy = paper.with_name(f"altered-{paper.name}")
    copy.write_text(json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")), encoding="utf-8")
    return copy
