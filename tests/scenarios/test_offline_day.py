"""A day without a network: a maker drafts and signs, a checker signs with a key on a token, and whatever is killed on
the way, one transaction lands.

Real commands in processes of their own, a real node that is cut off from a real consortium, a real token (SoftHSM). Each
command is killed at every write that it makes lasting (`fdatasync`; in the campaign also at every write, rename, removal and
packet), each time beginning with homes as they were, and then typed again.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

import pytest

from app.children import Child, start_child
from app.cli.work import open_outbox
from app.client.node import NodeClient
from app.core.home import Home
from app.wallet.approval_file import look_through
from app.wallet.entry import Entry, State
from app.wiring.node import load_endpoint, save_peers
from tests.conftest import require
from tests.hsm.conftest import PIN, SoftHsm, soft_hsm
from tests.scenarios.command import ROOT, Answer, luopu
from tests.scenarios.test_kill import may_trace
from tests.scenarios.town import ALPHA, BLOCK_SECONDS, PASSPHRASE, _found, home_of, make_home

__all__ = ["soft_hsm"]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks processes to kill them")
CALLS = ("fdatasync",)
MORE_CALLS = (*CALLS, "unlink", "pwrite64", "fsync", "/^rename", "sendto")
MOST_STEPS = 400


class Network:
    """The consortium, as far as anybody can reach it: always at one address."""

    def __init__(self, home: Home) -> None:
        self._home, self._port, self._child = home, _free_port(), None

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        """It can be reached."""
        words = ["--interval", BLOCK_SECONDS, "--port", str(self._port)]
        self._child: Child | None = await start_child(self._home, "sandbox", words)

    async def cut(self) -> None:
        """Nobody reaches it."""
        if self._child is not None:
            await self._child.stop()
            self._child = None


@dataclass
class Company:
    """A partner with two desks, and a node that may lose its network."""

    root: Path
    network: "Network"
    client: NodeClient
    passphrase: Path
    pin: Path

    def home(self, name: str) -> Home:
        return home_of(self.root, name)

    def types(self, home: Home, *words: str | Path) -> Answer:
        """Type a command."""
        return luopu(*words, "--home", home.root)

    def keys(self, name: str) -> tuple[str, ...]:
        """How a desk opens its key."""
        return ("--passphrase-file", str(self.passphrase)) if name == "maker" else ("--pin-file", str(self.pin))


@pytest.fixture
async def company(tmp_path: Path, soft_hsm: SoftHsm) -> AsyncIterator[Company]:
    """Alpha wants a checker for evidence, whose key is on a token."""
    require(shutil.which("strace") is not None, "strace is not installed")
    require(may_trace(), "strace may not trace here")
    soft_hsm.insert_new("复核")
    async with _running(tmp_path / "company") as made:
        await asyncio.to_thread(_begin, made, soft_hsm.path)
        yield made


@asynccontextmanager
async def _running(root: Path) -> AsyncIterator[Company]:
    network, node = Network(_found(root)), home_of(root, "own-node")
    node.root.mkdir()
    shutil.copy(home_of(root, "node").genesis, node.genesis)
    passphrase, pin = root / "passphrase", root / "pin"
    passphrase.write_text(f"{PASSPHRASE}\n")
    pin.write_text(f"{PIN}\n")
    save_peers(node, [network.url])
    await network.mend()
    try:
        child = await start_child(node, "node", [])
        try:
            async with NodeClient(lambda: load_endpoint(node)) as client:
                await client.wait_for_height(1)
                yield Company(root, network, client, passphrase, pin)
        finally:
            await child.stop()
    finally:
        await network.cut()


def _free_port() -> int:
    with closing(socket(AF_INET, SOCK_STREAM)) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _begin(company: Company, module: str) -> None:
    """The checker's key is made on the token and registered, and evidence wants a checker from then on."""
    maker, checker, node = company.home("maker"), company.home("checker"), company.home("own-node")
    company.home(ALPHA).root.rename(maker.root)
    make_home(checker, node)
    for home in (maker, checker):
        home.node.mkdir(exist_ok=True)
        shutil.copy(node.node_endpoint, home.node_endpoint)
    pin, passphrase = company.keys("checker"), company.keys("maker")
    card = company.root / "checker.card"
    token = ("token", "generate", "复核", "--algorithm", "p256", "--label", "复核 02", *pin)
    done = [
        company.types(checker, "token", "accept", module),
        company.types(checker, *token),
        company.types(checker, "token", "card", "复核 02", "--role", "checker", "--output", card, *pin, *passphrase),
        company.types(maker, "account", "keys", "add", card, *passphrase),
        company.types(maker, "account", "threshold", "evidence=1", *passphrase),
    ]
    assert [answer.status for answer in done] == [0] * len(done), [answer.words for answer in done if answer.status]


# ---- killed at every step --------------------------------------------------------------------------------------------
def killed_at_every_step(
    home: Home, words: list[str], calls: tuple[str, ...], check: Callable[[Home, Answer], None]
) -> int:
    """Kill a command at each of its calls, begin each time with the home as it was, type it again after each, and check. The
    home is as it was, afterwards. How often it was killed."""
    before = home.root.with_name(f"{home.root.name}.before")
    shutil.copytree(home.root, before)
    kills = 0
    for call in calls:
        for when in range(1, MOST_STEPS):
            _put_back(home, before)
            if not _was_killed([*words, "--home", str(home.root)], call, when):
                break
            kills += 1
            check(home, luopu(*words, "--home", home.root))
    _put_back(home, before)
    shutil.rmtree(before)
    return kills


def _put_back(home: Home, before: Path) -> None:
    shutil.rmtree(home.root)
    shutil.copytree(before, home.root)


def _was_killed(words: list[str], call: str, when: int) -> bool:
    """Run a command so that the system kills it at the `when`th of these calls; whether it came so far. A driver's process
    counts its own calls, and may be killed as well."""
    harm = ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={when}"]
    command = ["strace", "-f", "-qq", "-o", os.devnull, *harm, sys.executable, "-m", "app", *words, "--json"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=120, check=False)
    return done.returncode in {-9, 137}


def own(home: Home) -> list[Entry]:
    """What the home has signed; its log of approvals is whole."""
    with closing(open_outbox(home)) as outbox:
        look_through(outbox).check()
        return [entry for entry in outbox.recent(100) if entry.is_own and entry.action == "notarize"]


async def land(company: Company, calls: tuple[str, ...], file: Path) -> int:
    """The whole day; how often something was killed."""
    maker, checker = company.home("maker"), company.home("checker")
    request = maker.root / "入库.request"
    await company.network.cut()

    def handed_over(home: Home, answer: Answer) -> None:
        assert answer.document.get("state") == "waiting" or answer.document.get("records"), answer
        (entry,) = own(home)
        assert (entry.state, len(entry.missing)) == (State.WAITING, 1)
        assert request.exists()

    def signed(home: Home, answer: Answer) -> None:
        assert answer.status != 0, "nobody could take it"
        (entry,) = own(home)
        assert (entry.is_sendable, entry.missing) == (True, ())

    def became_final(home: Home, answer: Answer) -> None:
        assert answer.status == 0, answer.words
        (entry,) = own(home)
        assert entry.state is State.FINAL

    def type_and_check(home: Home, words: list[str], check: Callable[[Home, Answer], None]) -> None:
        check(home, luopu(*words, "--home", home.root))

    drafting = [
        *("notarize", str(file), "--subject", "入库", "--approver", "复核 02", "--request", str(request)),
        *company.keys("maker"),
    ]
    kills = await asyncio.to_thread(killed_at_every_step, maker, drafting, calls, handed_over)
    await asyncio.to_thread(type_and_check, maker, drafting, handed_over)
    countersigning = ["sign-request", str(request), "--key", "复核 02", *company.keys("checker")]
    offline = [*countersigning, "--no-wait"]
    kills += await asyncio.to_thread(killed_at_every_step, checker, offline, calls, signed)
    await asyncio.to_thread(type_and_check, checker, offline, signed)
    await company.network.mend()
    kills += await asyncio.to_thread(killed_at_every_step, checker, countersigning, calls, became_final)
    await asyncio.to_thread(type_and_check, checker, countersigning, became_final)
    return kills


async def check_one_landed(company: Company) -> None:
    """The chain has one record of the account, and it is the maker's."""
    (entry,) = own(company.home("maker"))
    assert entry.signed is not None
    account = await company.client.account_of_key(entry.signed.maker)
    assert account is not None
    (record,) = await company.client.records(account.address)
    assert record.record_digest == entry.record_digest


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "报告.txt"
    file.write_text("合格\n")
    return file


async def test_killed_at_every_lasting_write_of_a_day_without_a_network_one_transaction_lands(
    company: Company, report: Path
) -> None:
    assert await land(company, CALLS, report) >= 15
    await check_one_landed(company)


@pytest.mark.campaign
@pytest.mark.timeout(3_000)
async def test_killed_at_every_write_and_packet_of_a_day_without_a_network_one_transaction_lands(
    company: Company, report: Path
) -> None:
    assert await land(company, MORE_CALLS, report) >= 60
    await check_one_landed(company)
