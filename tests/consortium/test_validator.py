"""Validators under their supervisor: real CometBFT, first with an application compiled into it, then with ours."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.consortium import supervisor
from app.consortium.folders import ConsortiumFolder, ValidatorFolder, find_validators
from app.consortium.making import configure, load_company
from app.consortium.onecomputer import Plan, make_consortium
from app.consortium.supervisor import Fallen, Notice, Risen, running_validators
from app.consortium.validator import Validator
from app.core.errors import ProcessFailed, StoreInUse, UsageError
from tests.cometbft import cometbft
from tests.scenarios.network.network import QUICK, free_address, until
from tests.scenarios.network.rpc import Rpc

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="validators belong on Linux or macOS")
NAMES = ("甲公司", "乙公司")


def make(
    root: Path, application: str | None = None, *, names: tuple[str, ...] = NAMES, empty_seconds: float = 0.3
) -> list[Validator]:
    """Validators that share a computer."""
    plan = Plan(
        names=names,
        chain_id="luopu-test",
        partner="合作方",
        first_address=free_address(),
        interval_seconds=0.3,
        empty_seconds=empty_seconds,
    )
    make_consortium(root, plan, QUICK)
    folder = ConsortiumFolder(root)
    numbers = range(1, len(names) + 1)
    companies = [load_company(folder.validator(number).company) for number in numbers]
    for number in numbers:
        settings = plan.settings(number, companies)
        settings = replace(settings, application=application or settings.application)
        configure(folder.validator(number), folder.genesis, settings)
    return [Validator(found, cometbft()) for found in find_validators(root)]


@asynccontextmanager
async def asked(validator: Validator) -> AsyncIterator[Rpc]:
    rpc = Rpc(validator.rpc_url)
    try:
        yield rpc
    finally:
        await rpc.close()


async def wait_for_height(validator: Validator, height: int) -> None:
    async with asked(validator) as rpc:

        async def has_it() -> bool:
            return await rpc.height() >= height

        await until(has_it, 30)


class Notices:
    """What the supervisor tells."""

    def __init__(self) -> None:
        self.told: list[Notice] = []
        self._news: asyncio.Queue[Notice] = asyncio.Queue()

    def __call__(self, notice: Notice) -> None:
        self.told.append(notice)
        self._news.put_nowait(notice)

    async def next(self, kind: type[Notice]) -> Notice:
        while not isinstance(notice := await asyncio.wait_for(self._news.get(), 60), kind):
            pass
        return notice


def pids(validators: list[Validator]) -> list[int]:
    return [process.pid for validator in validators for process in validator.processes]


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "SHORTEST_PAUSE", 0.05)


# ---- started, ended --------------------------------------------------------------------------------------------------
async def test_they_answer_when_they_are_ready_and_nothing_is_left_afterwards(tmp_path: Path) -> None:
    validators = make(tmp_path / "联盟")
    async with running_validators(validators, Notices()):
        for validator in validators:
            async with asked(validator) as rpc:
                assert (await rpc.call("status"))["node_info"]["moniker"] == validator.name
        running = pids(validators)
        assert len(running) == 4
        assert [os.getsid(pid) for pid in running] == running, "Ctrl+C would reach them before the supervisor ends them"
        await wait_for_height(validators[0], 1)
    assert not any(map(is_there, running))
    for validator in validators:
        said = {name: (validator.folder.logs / f"{name}.log").read_text() for name in ("abci", "cometbft")}
        assert "Traceback" not in said["abci"]
        # had the application gone first, CometBFT would have said so
        assert "connection terminated" not in said["cometbft"]


async def test_a_second_supervisor_is_told_and_the_first_goes_on(tmp_path: Path) -> None:
    validators = make(tmp_path / "联盟")
    async with running_validators(validators, Notices()):
        second = [Validator(validator.folder, cometbft()) for validator in validators]
        with pytest.raises(StoreInUse):
            async with running_validators(second, Notices()):
                raise AssertionError
        assert pids(second) == []
        await wait_for_height(validators[0], 2)


async def test_one_that_cannot_start_says_why_and_ends_the_attempts_of_the_others(tmp_path: Path) -> None:
    validators = make(tmp_path / "联盟", "kvstore")
    key = validators[1].folder.node_key
    key.write_text("{}")
    with pytest.raises(ProcessFailed) as caught:
        async with running_validators(validators, Notices()):
            raise AssertionError
    assert caught.value.facts["process"] == "cometbft"
    assert str(caught.value.facts["reason"]).startswith("panic: ")
    assert pids(validators) == []


async def test_an_application_that_is_not_ours_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    validators = make(tmp_path / "联盟")
    monkeypatch.setattr("app.consortium.validator.own_command", lambda: ["/bin/echo"])
    with pytest.raises(ProcessFailed) as caught:
        await validators[0].start()
    assert caught.value.facts["process"] == "abci"
    assert pids(validators) == []


@pytest.mark.parametrize("text", ["", "[rpc]\n", "proxy_app = 5", 'proxy_app = "kvstore"\nrpc = 5', "nonsense"])
def test_a_configuration_that_says_too_little_is_refused(tmp_path: Path, text: str) -> None:
    folder = ValidatorFolder(tmp_path)
    folder.config.parent.mkdir()
    folder.config.write_text(text)
    with pytest.raises(UsageError):
        Validator(folder, Path("cometbft"))


# ---- fallen ----------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("short_pause")
@pytest.mark.parametrize("name", ["abci", "cometbft"])
async def test_one_that_falls_is_started_again_and_this_is_said(tmp_path: Path, name: str) -> None:
    validators, notices = make(tmp_path / "联盟"), Notices()
    async with running_validators(validators, notices):
        await wait_for_height(validators[0], 1)
        before = pids(validators)
        victim = next(process for process in validators[0].processes if process.name == name)
        os.kill(victim.pid, signal.SIGKILL)
        fallen = await notices.next(Fallen)
        assert isinstance(fallen, Fallen)
        assert (fallen.validator, fallen.reason) == ("validator1", f"{name}: signal 9")
        assert await notices.next(Risen) == Risen("validator1")
        assert set(pids(validators)) & set(before) == set(before[2:])  # the other was left alone
        async with asked(validators[0]) as rpc:
            height = await rpc.height()
        await wait_for_height(validators[1], height + 1)  # both are needed for a block
    assert not any(map(is_there, [*before, *pids(validators)]))


@pytest.mark.usefixtures("short_pause")
async def test_the_pause_grows_while_one_keeps_falling(tmp_path: Path) -> None:
    validators, notices = make(tmp_path / "联盟", "kvstore"), Notices()
    async with running_validators(validators, notices):
        key = validators[1].folder.node_key
        content = key.read_bytes()
        key.write_text("{}")
        os.kill(pids(validators)[1], signal.SIGKILL)
        told = [await notices.next(Fallen) for _ in range(3)]
        pauses = [notice.pause for notice in told if isinstance(notice, Fallen)]
        assert pauses == [0.05, 0.1, 0.2]
        assert isinstance(told[1], Fallen)
        assert isinstance(told[1].reason, ProcessFailed)
        key.write_bytes(content)
        await notices.next(Risen)


# ---- orphaned --------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere CometBFT ends when its application's socket closes")
@pytest.mark.parametrize("application", [None, "kvstore"], ids=["ours", "compiled in"])
async def test_none_outlives_a_killed_supervisor(tmp_path: Path, application: str | None) -> None:
    # one that is quiet: a program that says something into a pipe that nobody reads any more ends anyway
    validators = make(tmp_path / "联盟", application, names=("甲公司",), empty_seconds=3600)
    program = f"""
import asyncio
from pathlib import Path
from app.consortium.folders import find_validators
from app.consortium.supervisor import running_validators
from app.consortium.validator import Validator

async def main():
    validators = [Validator(found, Path({str(cometbft())!r})) for found in find_validators(Path({str(tmp_path / "联盟")!r}))]
    async with running_validators(validators, print):
        print(*(process.pid for validator in validators for process in validator.processes), flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert parent.stdout is not None
    running = [int(word) for word in (await parent.stdout.readline()).split()]
    assert len(running) == (1 if application else 2)
    await wait_until_quiet(validators[0].folder.logs / "cometbft.log")
    assert all(map(is_there, running))
    os.kill(parent.pid, signal.SIGKILL)
    await parent.wait()

    async def are_gone() -> bool:
        return not any(map(is_there, running))

    await until(are_gone, 20)
    async with running_validators(validators, Notices()):  # the folders are free
        pass


def size_of(file: Path) -> int:
    return file.stat().st_size


async def wait_until_quiet(log: Path) -> None:
    """Wait until a log has not grown for a second."""
    sizes: list[int] = []

    async def is_quiet() -> bool:
        sizes.append(size_of(log))
        return len(sizes) > 20 and sizes[-1] == sizes[-20] > 0

    await until(is_quiet, 30)


async def test_a_program_whose_parent_is_gone_already_does_not_start(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("Linux only")
    note = tmp_path / "started"
    orphan = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.consortium.lifeline", str(2**22 + 1), "/usr/bin/touch", str(note)
    )
    assert await orphan.wait() == 3
    assert not note.exists()
