"""Light blocks over real HTTP: from honest peers, from our own RPC, from silent, slow and lying ones."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from app.core.errors import InvalidBlock, NodeUnreachable, NotFound, PeerMisbehaved
from app.core.units import Height
from app.core.wire import comet_pb2 as pb
from app.node.consensus import rpcjson
from app.node.consensus.attack import CommonPoint, attack_evidence
from app.node.engine.engine import EmbeddedEngine
from app.node.sync import light_provider, peer
from app.node.sync.light import LightClient, LightOptions
from app.node.sync.light_panel import Panel
from app.node.sync.light_provider import RpcLightProvider
from app.node.sync.peer import RpcPeer, open_session
from tests.fakes.chain import INTERVAL, START, FakeBlock, make_genesis, make_light_chain, make_validators
from tests.fakes.consortium import FakeConsortium, MovedClock
from tests.fakes.light import MemoryTrust, fork, light_peer
from tests.fakes.network import FakePeer, send_endlessly, send_gzipped, send_half, send_instead, send_nothing, serving

LENGTH = 12
OLD, NEW = make_validators(4, seed="old"), make_validators(130, seed="new")


@dataclass
class Clients:
    """Providers and clients over one HTTP session."""

    session: object

    def provider(self, source: FakePeer | str) -> RpcLightProvider:
        url = source if isinstance(source, str) else source.url
        return RpcLightProvider(RpcPeer(url, self.session))  # type: ignore[arg-type]

    def client(self, *sources: FakePeer | str, root: object = None, now: int = START + 3600 * 10**9) -> LightClient:
        primary, *witnesses = map(self.provider, sources)
        return LightClient(
            root or make_genesis(OLD),  # type: ignore[arg-type]
            Panel(primary, witnesses),
            MemoryTrust(),
            lambda _: None,
            MovedClock(now, step=0),
            LightOptions(patience=0.0),
        )


@pytest.fixture(scope="module")
def chain() -> list[FakeBlock]:
    """Four validators hand over to a hundred and thirty at height 7: two pages."""
    return make_light_chain(LENGTH, {1: OLD, 7: NEW})


@pytest.fixture
async def clients() -> AsyncIterator[Clients]:
    async with open_session() as session:
        yield Clients(session)


async def test_a_light_client_over_http(chain: list[FakeBlock], clients: Clients) -> None:
    async with light_peer(chain) as primary, light_peer(chain) as witness:
        client = clients.client(primary, witness)
        path = await client.verify_to()
        assert path[-1].header == chain[-1].header
        assert path[-1].trusted.validators == NEW.set
        assert witness.asked == {"commit": 1, "validators": 2}  # the newest block and both pages of its validators
        assert primary.asked["validators"] == 3  # each set once
        assert await client.verify_backwards(Height(2)) == chain[1].header


async def test_our_own_rpc_serves_light_clients(
    consortium: FakeConsortium, engine: EmbeddedEngine, clients: Clients
) -> None:
    async with serving(engine) as one, serving(engine) as two:
        now = engine.store.durable_tip.time_ns + INTERVAL
        client = clients.client(one, two, root=consortium.genesis, now=now)
        path = await client.verify_to()
        assert path[-1].trusted.hash == engine.store.durable_tip.block_hash
        assert path[-1].header.app_hash
        with pytest.raises(NotFound):
            await client.verify_to(Height(engine.store.durable_tip.height + 1))
        assert client.panel.dismissed == []


@pytest.mark.usefixtures("impatient")
async def test_a_silent_peer_is_unreachable_and_another_takes_its_place(
    chain: list[FakeBlock], clients: Clients
) -> None:
    async with light_peer(chain) as silent, light_peer(chain) as one, light_peer(chain) as two:
        silent.transports["commit"] = send_nothing(silent)
        client = clients.client(silent, one, two)
        assert (await client.verify_to())[-1].header == chain[-1].header
        assert client.panel.primary.name == one.url
        assert client.panel.dismissed == []


async def test_a_peer_that_is_slow_with_every_piece_meets_the_deadline_for_the_whole(
    chain: list[FakeBlock], clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "REQUEST_SECONDS", 60.0)
    monkeypatch.setattr(light_provider, "LIGHT_BLOCK_SECONDS", 0.2)
    async with light_peer(chain) as slow:
        slow.transports["validators"] = send_nothing(slow)
        with pytest.raises(NodeUnreachable, match="no light block in time"):
            await clients.provider(slow).light_block(Height(3))


@pytest.mark.parametrize("method", ["commit", "validators"])
async def test_answers_that_cannot_be(chain: list[FakeBlock], clients: Clients, method: str) -> None:
    for transport in (send_instead(b"{}"), send_instead(b"[" * 100_000), send_gzipped, send_endlessly):
        async with light_peer(chain) as liar:
            liar.transports[method] = transport
            with pytest.raises(PeerMisbehaved):
                await clients.provider(liar).light_block(Height(3))
    async with light_peer(chain) as cut:
        cut.transports[method] = send_half
        with pytest.raises(NodeUnreachable):
            await clients.provider(cut).light_block(Height(3))


async def test_another_height_than_asked_is_a_lie(chain: list[FakeBlock], clients: Clients) -> None:
    async with light_peer(chain) as liar:
        honest = liar.answers["commit"]
        liar.answers["commit"] = lambda _: honest({"height": "4"})
        with pytest.raises(PeerMisbehaved, match="another block"):
            await clients.provider(liar).light_block(Height(3))
        assert liar.asked["validators"] == 0


async def test_other_validators_than_the_header_names_are_a_lie(chain: list[FakeBlock], clients: Clients) -> None:
    async with light_peer(chain) as liar:
        honest = liar.answers["validators"]
        liar.answers["validators"] = lambda params: honest({**params, "height": "9"})
        with pytest.raises(PeerMisbehaved, match="other validators"):
            await clients.provider(liar).light_block(Height(3))


async def test_a_height_that_a_peer_does_not_have_is_no_lie(chain: list[FakeBlock], clients: Clients) -> None:
    async with light_peer(chain) as honest:
        with pytest.raises(NotFound):
            await clients.provider(honest).light_block(Height(LENGTH + 1))


async def test_a_lying_peer_is_dismissed_over_http_too(chain: list[FakeBlock], clients: Clients) -> None:
    strangers = make_light_chain(LENGTH, make_validators(4, seed="stranger"))
    async with light_peer(strangers) as liar, light_peer(chain) as one, light_peer(chain) as two:
        client = clients.client(liar, one, two)
        assert (await client.verify_to())[-1].header == chain[-1].header
        ((name, error),) = client.panel.dismissed
        assert name == liar.url
        assert isinstance(error, InvalidBlock)


async def test_evidence_is_handed_on_as_comet_bft_takes_it(chain: list[FakeBlock], clients: Clients) -> None:
    taken: list[object] = []
    forged = fork(chain, 5, 1)
    evidence = attack_evidence(forged[-1].untrusted, chain[4].untrusted, CommonPoint.of_genesis(make_genesis(OLD)))
    async with light_peer(chain) as honest:
        honest.answers["broadcast_evidence"] = lambda params: taken.append(params["evidence"]) or {"hash": "00"}
        await clients.provider(honest).report(evidence)
        del honest.answers["broadcast_evidence"]
        with pytest.raises(PeerMisbehaved):
            await clients.provider(honest).report(evidence)
    (told,) = taken
    block = pb.Block.FromString(chain[0].block.SerializeToString())
    block.evidence.evidence.append(evidence)
    assert told == rpcjson.encode_block(block)["evidence"]["evidence"][0]
    decoded = rpcjson.decode_block(rpcjson.encode_block(block)).evidence.evidence[0]
    assert decoded.light_client_attack_evidence.common_height == 5
    assert len(decoded.light_client_attack_evidence.byzantine_validators) == 4
