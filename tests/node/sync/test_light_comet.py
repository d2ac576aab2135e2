"""The light client against a real CometBFT: its chain is verified, and it takes the evidence of forgeries as its own."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app.core.errors import LightClientAttack
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus import rpcjson
from app.node.consensus.attack import AttackKind
from app.node.consensus.hashes import header_hash
from app.node.consensus.predicates import block_time
from app.node.consensus.validators import ValidatorSet
from app.node.consensus.verifier import UntrustedBlock
from app.node.sync.light import DEFAULT_LIGHT_OPTIONS, LightClient, LightOptions
from app.node.sync.light_panel import Panel
from app.node.sync.light_provider import LightProvider, RpcLightProvider
from app.node.sync.peer import RpcPeer, open_session
from app.wiring.system import SystemClock
from tests.fakes.chain import FakeValidators, sign_commit
from tests.fakes.consortium import FakeConsortium, make_consortium
from tests.fakes.light import MemoryTrust
from tests.node.abci.comet import Comet, comet, wait_until

POWERS = (1_000, 10, 10, 10)
"""The first runs; the others are away, and forge."""


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium(POWERS, start=SystemClock().now() - 60_000_000_000)


@pytest.fixture
async def real(consortium: FakeConsortium, tmp_path: Path) -> AsyncIterator[Comet]:
    async with comet(tmp_path / "comet", consortium) as node:
        await node.start()
        await node.reach(8)
        yield node


Forge = Callable[[pb.Header], object]


class Forger:
    """Shows the real chain, but at one height a block of its own, signed with validators' keys."""

    name = "forger"

    def __init__(self, real: LightProvider, height: int, forge: Forge, signers: FakeValidators, round_: int) -> None:
        self._real = real
        self._height = height
        self._forge = forge
        self._signers = signers
        self._round = round_
        self.reported: list[pb.Evidence] = []

    async def light_block(self, height: Height | None) -> UntrustedBlock:
        honest = await self._real.light_block(height)
        if honest.header.height != self._height:
            return honest
        header = pb.Header()
        header.CopyFrom(honest.header)
        self._forge(header)
        header.validators_hash = self._signers.set.hash
        target = pb.BlockID(hash=header_hash(header), part_set_header=pb.PartSetHeader(total=1, hash=bytes(32)))
        time = Nanoseconds(block_time(header) + 1_000_000)
        commit = sign_commit(
            self._signers,
            self._height,
            target,
            chain_id=header.chain_id,
            time=time,
            round_=honest.signed_header.commit.round + self._round,
        )
        return UntrustedBlock(pb.SignedHeader(header=header, commit=commit), self._signers.set)

    async def report(self, evidence: pb.Evidence) -> None:
        self.reported.append(evidence)


def client_of(
    consortium: FakeConsortium,
    primary: LightProvider,
    witness: LightProvider,
    *,
    options: LightOptions = DEFAULT_LIGHT_OPTIONS,
    kept: list[pb.EvidenceList] | None = None,
) -> LightClient:
    def keep(encoded: bytes) -> None:
        assert kept is not None
        kept.append(pb.EvidenceList.FromString(encoded))

    return LightClient(consortium.genesis, Panel(primary, [witness]), MemoryTrust(), keep, SystemClock(), options)


async def evidence_in_blocks(node: Comet, first: int) -> list[pb.Evidence]:
    """All evidence that the chain has taken from a height on."""
    found: list[pb.Evidence] = []
    for height in range(first, await node.height() + 1):
        answer = await node.ask("block", height=str(height))
        found += rpcjson.decode_block(answer["block"]).evidence.evidence  # type: ignore[arg-type]
    return found


async def test_a_real_chain_is_verified_by_skipping_and_every_height(consortium: FakeConsortium, real: Comet) -> None:
    async with open_session() as session:
        one, two = (RpcLightProvider(RpcPeer(real.url, session)) for _ in range(2))
        path = await client_of(consortium, one, two).verify_to()
        assert len(path) == 1
        newest = path[-1].height
        client = client_of(consortium, one, two, options=LightOptions(sequential=True))
        stepped = await client.verify_to(newest)
        assert [verified.height for verified in stepped] == list(range(1, newest + 1))
        assert stepped[-1] == path[-1]
        assert await client.verify_backwards(Height(2)) == stepped[1].header


def equivocate(header: pb.Header) -> None:
    header.data_hash = bytes(32)


def go_mad(header: pb.Header) -> None:
    header.app_hash = b"forged state" + bytes(20)


async def attack_on(
    consortium: FakeConsortium, real: Comet, forge: Forge, *, members: int = 4, round_: int = 0
) -> tuple[LightClientAttack, list[pb.EvidenceList]]:
    """A forged block at height 7 is shown by the primary; the witness is the real node."""
    everybody, kept = consortium.validators, list[pb.EvidenceList]()
    signers = FakeValidators(ValidatorSet(everybody.set.validators[:members]), everybody.keys[:members])
    async with open_session() as session:
        witness = RpcLightProvider(RpcPeer(real.url, session))
        client = client_of(consortium, Forger(witness, 7, forge, signers, round_), witness, kept=kept)
        with pytest.raises(LightClientAttack) as caught:
            await client.verify_to(Height(7))
    return caught.value, kept


@pytest.mark.parametrize(
    ("forge", "members", "kind"),
    [(equivocate, 4, AttackKind.EQUIVOCATION), (go_mad, 4, AttackKind.LUNATIC), (go_mad, 1, AttackKind.LUNATIC)],
    ids=["equivocation", "lunatic", "lunatic with a set of its own"],
)
async def test_comet_bft_takes_the_evidence_into_a_block(
    consortium: FakeConsortium, real: Comet, forge: Forge, members: int, kind: AttackKind
) -> None:
    attack, kept = await attack_on(consortium, real, forge, members=members)
    assert attack.facts["kind"] == kind.value

    async def taken() -> bool:
        return bool(await evidence_in_blocks(real, 8))

    await wait_until(taken, lambda: real.node_log[-3000:])
    (evidence,) = await evidence_in_blocks(real, 8)
    assert evidence == kept[0].evidence[0]
    told = evidence.light_client_attack_evidence
    assert told.common_height == (1 if kind is AttackKind.LUNATIC else 7)
    assert len(told.byzantine_validators) == (1 if kind is AttackKind.EQUIVOCATION else members)
    height = await real.height()
    assert await real.reach(height + 2) > height  # the chain goes on


async def test_amnesia_is_kept_and_not_told_for_comet_bft_would_choke_on_it(
    consortium: FakeConsortium, real: Comet
) -> None:
    attack, kept = await attack_on(consortium, real, equivocate, round_=1)
    assert attack.facts["kind"] == AttackKind.AMNESIA.value
    assert len(kept) == 1
    height = await real.height()
    assert await real.reach(height + 3) > height
    assert await evidence_in_blocks(real, 8) == []
