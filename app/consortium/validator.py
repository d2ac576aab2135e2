"""One validator: the application, and CometBFT that talks to it. Started and ended in the right order.

Guarantees: after `start` CometBFT's RPC answers; when `start` fails or is given up, nothing runs. The application is there
before CometBFT starts and is the last to end, so that CometBFT never sees it go.
"""

import asyncio
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

from app.children import own_command, read_ready
from app.consortium.configuration import reachable
from app.consortium.folders import ValidatorFolder
from app.consortium.logs import BoundedLog
from app.consortium.processes import Process, start_process, with_lifeline
from app.core.errors import DecodingError, ProcessFailed, UsageError

APPLICATION, CONSENSUS = "abci", "cometbft"
STOP_SECONDS = 15.0
TOGETHER_SECONDS = 1.0
ASK_SECONDS = 0.1
ANSWER_SECONDS = 5.0
MAX_CONFIG_BYTES = 1024 * 1024


class Validator:
    """The two processes of one validator."""

    def __init__(self, folder: ValidatorFolder, cometbft: Path, options: Sequence[str] = ()) -> None:
        """Read the configuration; `options` are for `luopu abci`.

        Raises:
            UsageError: it cannot be read, or names no place for RPC or the application.
        """
        self.folder = folder
        self.application: Process | None = None
        self.consensus: Process | None = None
        self._cometbft = cometbft
        self._options = options
        document = _load_config(folder.config)
        self._application_address = _text(document, "proxy_app", folder.config)
        self.rpc_url = reachable(_rpc_address(document, folder.config))

    @property
    def name(self) -> str:
        """Name of its folder."""
        return self.folder.root.name

    @property
    def processes(self) -> list[Process]:
        """Those that have been started and not yet been ended."""
        return [process for process in (self.application, self.consensus) if process is not None]

    async def start(self) -> None:
        """Start the application, then CometBFT, and wait until its RPC answers.

        Raises:
            ProcessFailed: one of them ended.
            LuopuError: the application said why it cannot start.
        """
        try:
            if "://" in self._application_address:  # else it is compiled into CometBFT
                await self._start_application()
            await self._start_consensus()
        except BaseException:
            await self.stop()
            raise

    async def ended(self) -> str:
        """Wait until one of the processes ends by itself; which one, and how."""
        waiting = {asyncio.create_task(process.wait()): process for process in self.processes}
        try:
            done, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if others:  # one falls with the other: who fell first may be noticed second
                done |= (await asyncio.wait(others, timeout=TOGETHER_SECONDS))[0]
        finally:
            for task in waiting:
                task.cancel()
        first = min(done, key=lambda task: waiting[task].name == CONSENSUS)  # it ends when its application does
        return f"{waiting[first].name}: {_how(first.result())}"

    async def stop(self) -> None:
        """End CometBFT, then the application."""
        if self.consensus is not None:
            self.consensus.terminate()
            await self.consensus.end(STOP_SECONDS)
            self.consensus = None
        if self.application is not None:
            self.application.close_input()
            await self.application.end(STOP_SECONDS)
            self.application = None

    async def _start_application(self) -> None:
        home = self.folder.application
        command = [*own_command(), APPLICATION, "--home", str(home.root), "--listen", self._application_address]
        self.application = await self._start_process(
            APPLICATION, [*command, "--json", "--until-stdin-closes", *self._options]
        )
        try:
            read_ready(await self.application.first_line())
        except (ValueError, DecodingError) as error:
            self.application.close_input()
            self.application.listen()
            await self.application.end(STOP_SECONDS)
            raise _failed(self.application) from error
        self.application.listen()

    async def _start_consensus(self) -> None:
        command = [str(self._cometbft), "start", "--home", str(self.folder.root)]
        self.consensus = await self._start_process(CONSENSUS, with_lifeline(command))
        self.consensus.listen()
        ending = asyncio.create_task(self.ended())
        answering = asyncio.create_task(_wait_for_answer(self.rpc_url))
        try:
            done, _ = await asyncio.wait({ending, answering}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
            answering.cancel()
        if ending in done:
            raise _failed(next(process for process in self.processes if not process.is_running))

    async def _start_process(self, name: str, command: Sequence[str]) -> Process:
        log = BoundedLog(self.folder.logs / f"{name}.log")
        try:
            return await start_process(name, command, log)
        except OSError as error:
            raise ProcessFailed(process=name, reason=error.strerror, log=str(log.path)) from error


async def _wait_for_answer(rpc_url: str) -> None:
    """Wait until CometBFT answers, however long it first repeats old blocks to its application."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        while True:
            try:
                async with session.get(f"{rpc_url}/status") as response:
                    if response.status == 200:
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(ASK_SECONDS)


def _failed(process: Process) -> ProcessFailed:
    reason = process.log.last_words() or "no answer"
    return ProcessFailed(process=process.name, reason=reason, log=str(process.log.path))


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


# ---- configuration -------------------------------------------------------------------------------------------------
def _load_config(path: Path) -> Mapping[str, object]:
    try:
        with path.open("rb") as file:
            return tomllib.loads(file.read(MAX_CONFIG_BYTES).decode())
    except (OSError, ValueError) as error:
        raise UsageError(argument="config.toml", reason=str(error), path=str(path)) from error


def _rpc_address(document: Mapping[str, object], path: Path) -> str:
    section = document.get("rpc")
    return _text(section if isinstance(section, dict) else {}, "laddr", path)


def _text(document: Mapping[str, object], name: str, path: Path) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise UsageError(argument="config.toml", reason=f"{name} is missing", path=str(path))
    return value
