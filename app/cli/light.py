"""`luopu light`: one header, verified from a root of trust and confirmed by witnesses; no chain is followed, no node needed.

Exit status: 0 verified, 1 not (what was wrong is said), 2 wrong use.
"""

import argparse
import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from app.cli.output import Speaker
from app.core.errors import OutOfRange
from app.core.home import Home
from app.core.messages import clean
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2
from app.node.consensus.attack import without_bad_votes
from app.node.consensus.bisection import Path as LightPath
from app.node.consensus.hashes import header_hash
from app.node.consensus.predicates import block_time
from app.node.consensus.time import encode_time
from app.node.sync.light import DEFAULT_VERIFICATION, LightClient, LightOptions
from app.node.sync.light_trust import PinnedBlock, TrustRoot
from app.wiring.light import light_client
from app.wiring.stores import load_genesis


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: a header, the blocks that lead to it, and how many of how many signed it, as checked here."""

    header: comet_pb2.Header
    path: LightPath
    """Empty where the header was reached backwards, by the chain of hashes."""

    @property
    def signers(self) -> tuple[int, int] | None:
        """Validators with a good vote, and all; None where no commit was looked at."""
        if not self.path:
            return None
        votes = without_bad_votes(self.path[-1].block).signed_header.commit.signatures
        return sum(vote.block_id_flag == comet_pb2.BLOCK_ID_FLAG_COMMIT for vote in votes), len(votes)


def run_light(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Verify a header and show it."""
    asyncio.run(_run(arguments, home, speaker))
    return 0


async def _run(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> None:
    verification = replace(DEFAULT_VERIFICATION, trusting_period=arguments.trusting_period)
    options = LightOptions(verification, sequential=arguments.sequential)
    async with light_client(home, _root(arguments, home), arguments.peer, arguments.witness, options) as client:
        verified = await _verify(client, arguments.height)
    _show(speaker, client, verified, witnesses=len(arguments.witness))
    speaker.answer(_as_json(client, verified))


def _root(arguments: argparse.Namespace, home: Home) -> TrustRoot:
    if arguments.trust is not None:
        return PinnedBlock(*arguments.trust)
    return load_genesis(Path(arguments.genesis) if arguments.genesis else home.genesis)[0]


async def _verify(client: LightClient, height: Height | None) -> Verified:
    """Forwards, or backwards where an earlier run went beyond."""
    try:
        path = await client.verify_to(height)
    except OutOfRange:
        if height is None:
            raise
        return Verified(await client.verify_backwards(height), ())
    return Verified(path[-1].header, path)


def _show(speaker: Speaker, client: LightClient, verified: Verified, *, witnesses: int) -> None:
    header, signers = verified.header, verified.signers
    shown = {
        speaker.words("network"): clean(header.chain_id),
        speaker.words("block-time"): f"{speaker.words('height', height=header.height)}  {_time(header)}",
        speaker.words("block-hash"): header_hash(header).hex(),
        speaker.words("state-root"): header.app_hash.hex(),
        speaker.words("light-path"): speaker.words("light-blocks", count=len(verified.path)),
        speaker.words("witnesses"): speaker.words("confirmed" if witnesses else "no-witnesses"),
    }
    if signers is not None:
        shown[speaker.words("finality")] = speaker.words("signers", signed=signers[0], total=signers[1])
    speaker.pairs(shown)
    for name, error in client.panel.dismissed:
        speaker.say(speaker.words("dismissed", peer=name, reason=clean(str(error))))


def _as_json(client: LightClient, verified: Verified) -> dict[str, object]:
    header, signers = verified.header, verified.signers
    return {
        "chain_id": header.chain_id,
        "height": header.height,
        "hash": header_hash(header).hex(),
        "app_hash": header.app_hash.hex(),
        "time_ns": str(block_time(header)),
        "signed": None if signers is None else signers[0],
        "validators": None if signers is None else signers[1],
        "path": [block.height for block in verified.path],
        "primary": client.panel.primary.name,
        "witnesses": [witness.name for witness in client.panel.witnesses],
        "dismissed": {name: error.code for name, error in client.panel.dismissed},
    }


def _time(header: comet_pb2.Header) -> str:
    """Block time in UTC, to the second."""
    time = block_time(header)
    return encode_time(Nanoseconds(time - time % 1_000_000_000))
