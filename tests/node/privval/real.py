"""A real CometBFT with one validator, the real signer, and a relay between them that writes down all that passes."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.core.codec import decode
from app.core.wire import comet_pb2 as comet
from app.core.wire import privval_pb2 as wire
from app.node.consensus.ed25519 import is_validator_signature
from app.node.delimited import delimited, read_delimited
from app.node.privval.dialer import MAX_MESSAGE_BYTES
from app.node.privval.request import Place, SigningRequest, proposal_request, vote_request
from tests.cometbft import cometbft

ROOT = Path(__file__).parents[3]
QUICK = {
    "CMT_CONSENSUS_TIMEOUT_PROPOSE": "500ms",
    "CMT_CONSENSUS_TIMEOUT_PREVOTE": "100ms",
    "CMT_CONSENSUS_TIMEOUT_PRECOMMIT": "100ms",
    "CMT_CONSENSUS_TIMEOUT_COMMIT": "20ms",
}
Process = asyncio.subprocess.Process


# ---- processes -----------------------------------------------------------------------------------------------------
def make_comet_home(folder: Path) -> Path:
    """The home of a chain's only validator."""
    subprocess.run([cometbft(), "init", "--home", str(folder)], check=True, capture_output=True)
    return folder


async def start(log: Path | None, *command: str) -> Process:
    """A process that writes to a log, or tells whoever reads its output."""
    output = subprocess.PIPE if log is None else os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=ROOT, env={**os.environ, **QUICK}
        )
    finally:
        if log is not None:
            os.close(output)


async def until_told(process: Process, words: str) -> bool:
    """Read its output until it says so; whether it did before it ended."""
    assert process.stdout is not None
    async for line in process.stdout:
        if words.encode() in line:
            return True
    return False


async def kill(process: Process) -> None:
    """End it where it stands, and wait until it is gone."""
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


async def start_comet(folder: Path, socket: Path | None, log: Path | None = None) -> Process:
    """CometBFT with its built-in application; it asks at `socket` for signatures, or signs by itself without one."""
    address = f"unix://{socket}" if socket else ""
    options = {
        "proxy_app": "kvstore",
        "priv_validator_laddr": address,
        "rpc.laddr": "",
        "p2p.laddr": "tcp://127.0.0.1:0",
    }
    flags = [f"--{name}={option}" for name, option in options.items()]
    return await start(log, str(cometbft()), "start", "--home", str(folder), *flags)


async def start_signer(home: Path, socket: Path, *more: str) -> Process:
    """`luopu signer`."""
    command = [
        sys.executable,
        "-m",
        "app",
        "signer",
        "--language",
        "en",
        "--home",
        str(home),
        "--connect",
        f"unix://{socket}",
    ]
    return await start(home.parent / "signer.log", *command, *more, "--until-stdin-closes")


# ---- between them --------------------------------------------------------------------------------------------------
Hook = Callable[[wire.Message], Awaitable[None]]


@dataclass
class Relay:
    """Stands between a signer and CometBFT, and knows every signature that ever left the signer."""

    near: Path
    far: Path
    chain_id: str
    public_key: bytes
    released: dict[Place, list[tuple[bytes, bytes]]] = field(default_factory=dict)
    """Place → every time that it was signed: the bytes and the signature."""
    on_question: Hook | None = None
    on_answer: Hook | None = None
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when CometBFT ends a connection."""
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def height(self) -> int:
        """The highest at which something was signed."""
        return max((place.height for place in self.released), default=0)

    async def until_height(self, height: int) -> None:
        """Wait until something is signed at that height."""
        async with self._news:
            await self._news.wait_for(lambda: self.height >= height)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve the signer's call."""
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(self.far)
        except OSError:  # CometBFT is not there
            writer.close()
            return
        questions = asyncio.create_task(self._pump_questions(far_reader, writer))
        answers = asyncio.create_task(self._pump_answers(reader, far_writer))
        await asyncio.wait({questions, answers}, return_when=asyncio.FIRST_COMPLETED)
        for task in (questions, answers):
            task.cancel()
        await asyncio.gather(questions, answers, return_exceptions=True)
        for side in (writer, far_writer):
            side.close()

    async def _pump_questions(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while (raw := await read_delimited(reader, MAX_MESSAGE_BYTES)) is not None:
                if self.on_question is not None:
                    await self.on_question(decode(wire.Message, raw))
                writer.write(delimited(raw))
                await writer.drain()
        self.hung_up.set()

    async def _pump_answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while (raw := await read_delimited(reader, MAX_MESSAGE_BYTES)) is not None:
                message = decode(wire.Message, raw)
                await self._note(message)
                if self.on_answer is not None:
                    await self.on_answer(message)
                writer.write(delimited(raw))
                await writer.drain()

    async def _note(self, message: wire.Message) -> None:
        vote, proposal = message.signed_vote_response.vote, message.signed_proposal_response.proposal
        if vote.signature:
            self._release(vote_request(self.chain_id, vote), vote)
        elif proposal.signature:
            self._release(proposal_request(self.chain_id, proposal), proposal)
        async with self._news:
            self._news.notify_all()

    def _release(self, request: SigningRequest, message: comet.Vote | wire.Proposal) -> None:
        assert is_validator_signature(self.public_key, request.sign_bytes, message.signature)
        self.released.setdefault(request.place, []).append((request.sign_bytes, message.signature))


@asynccontextmanager
async def relaying(relay: Relay) -> AsyncIterator[AsyncExitStack]:
    """The relay listens until left; the stack ends what the test starts."""
    server = await asyncio.start_unix_server(relay.take, relay.near)
    async with AsyncExitStack() as stack:
        yield stack
    server.close()
