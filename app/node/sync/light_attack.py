"""From two sides that contradict each other to evidence that is kept, told, and raised."""

import asyncio
import logging
from collections.abc import Callable

from app.core.errors import InvalidBlock, LightClientAttack, NodeError
from app.core.units import Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.attack import (
    CommonPoint,
    attack_evidence,
    attack_kind,
    encode_attack,
    signed_both,
    without_bad_votes,
)
from app.node.consensus.hashes import header_hash
from app.node.consensus.verifier import Options, UntrustedBlock
from app.node.sync.light_provider import LightProvider
from app.node.sync.light_witness import Divergence, find_divergence

_log = logging.getLogger(__name__)


async def settle_attack(
    divergence: Divergence,
    primary: LightProvider,
    witness: LightProvider,
    keep: Callable[[bytes], None],
    options: Options,
    now: Nanoseconds,
) -> LightClientAttack:
    """Keep the evidence against either side, tell each side of the other's block, and say what happened.

    The witness may be the one who is wrong, so its path is searched for the first block that the primary contradicts, too:
    evidence that the chain takes must begin where both sides still agreed. What is known already is kept before that.
    """
    common = divergence.anchor.common
    against_primary = _evidence(divergence.ours, divergence.theirs, common)
    against_witness = _evidence(divergence.theirs, divergence.ours, common)
    await asyncio.to_thread(keep, encode_attack((against_primary, against_witness)))
    try:
        reverse = await find_divergence(divergence.anchor, divergence.path, divergence.ours, primary, options, now)
    except (NodeError, InvalidBlock) as error:
        _log.warning("light client, %s explains its block no further: %s", primary.name, error)
    else:
        closer = _evidence(reverse.ours, reverse.theirs, reverse.anchor.common)
        if closer != against_witness:
            against_witness = closer
            await asyncio.to_thread(keep, encode_attack((against_primary, against_witness)))
    await _report(witness, against_primary)
    await _report(primary, against_witness)
    return _describe(divergence)


def _evidence(conflicting: UntrustedBlock, opposed: UntrustedBlock, common: CommonPoint) -> pb.Evidence:
    return attack_evidence(without_bad_votes(conflicting), without_bad_votes(opposed), common)


async def _report(receiver: LightProvider, evidence: pb.Evidence) -> None:
    """Tell a provider; one that does not listen changes nothing.

    Evidence that names nobody, as of amnesia, is not told: CometBFT 0.39.4 takes it into its pool and from then on proposes
    blocks that every node refuses, itself included (types/evidence.go turns "nobody" from nil into an empty list).
    """
    if not evidence.light_client_attack_evidence.byzantine_validators:
        return
    try:
        await receiver.report(evidence)
    except NodeError as error:
        _log.warning("light client, %s does not take the evidence: %s", receiver.name, error)


def _describe(divergence: Divergence) -> LightClientAttack:
    ours, theirs = without_bad_votes(divergence.ours), without_bad_votes(divergence.theirs)
    guilty = signed_both(ours, theirs)
    return LightClientAttack(
        height=ours.header.height,
        expected=header_hash(ours.header).hex(),
        got=header_hash(theirs.header).hex(),
        kind=attack_kind(ours, theirs).value,
        common_height=divergence.anchor.common.height,
        validators=", ".join(member.address.hex() for member in guilty) or None,
    )
