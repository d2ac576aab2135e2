"""What the desk's API tells of seats and proposals is what the law would count in the next block."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from app.client.node import Endpoint
from app.core.codec import encode
from app.core.hashing import sha256
from app.core.proposal import derive_proposal
from app.core.wire import registry_pb2 as wire
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from tests.fakes.consortium import FakeConsortium, make_consortium, make_engine
from tests.fakes.council import FIRST_BOOKKEEPER, Council, make_council
from tests.fakes.network import make_node, serving, serving_desk


@pytest.fixture
def council() -> Council:
    return make_council()


@pytest.fixture
def consortium(council: Council) -> FakeConsortium:
    return council.consortium


@pytest.fixture
async def node(consortium: FakeConsortium, engine: EmbeddedEngine) -> AsyncIterator[NodeService]:
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        yield node


@pytest.fixture
async def desk(node: NodeService) -> AsyncIterator[Endpoint]:
    async with serving_desk(node) as endpoint:
        yield endpoint


class Asker:
    """Asks the desk after the node has followed."""

    def __init__(self, node: NodeService, engine: EmbeddedEngine, council: Council, endpoint: Endpoint) -> None:
        self.node, self.engine, self.council, self.endpoint = node, engine, council, endpoint

    async def get(self, session: aiohttp.ClientSession, path: str) -> tuple[int, Any]:
        await self.node.follower.step()
        headers = {"Authorization": f"Bearer {self.endpoint.token}"}
        async with session.get(self.endpoint.url + path, headers=headers) as response:
            return response.status, await response.json()

    def propose(self, number: int, power: int, *, by: int = 0, blocks: int = 9) -> bytes:
        """A proposal in a block of its own; its id."""
        clerk, height = self.council.clerks[by], self.engine.store.tip.height
        nonce = clerk.nonce()
        seat = wire.Seat(key=self.council.key(number), power=power, account=FIRST_BOOKKEEPER + number)
        wish = wire.Propose(document=sha256(b"reasons"), deadline=height + blocks, validator=seat)
        self._land(by, wire.Body(nonce=nonce, propose=wish))
        return derive_proposal(clerk.address, nonce)

    def approve(self, proposal: bytes, by: int) -> None:
        """An approval in a block of its own."""
        self._land(by, wire.Body(nonce=self.council.clerks[by].nonce(), approve=wire.Approve(proposal=proposal)))

    def _land(self, by: int, body: wire.Body) -> None:
        clerk = self.council.clerks[by]
        body.chain_id, body.sender, body.valid_until = clerk.chain_id, clerk.address, self.engine.store.tip.height + 9
        self.engine.admit(clerk.sign_body(encode(body)))
        self.engine.produce()


@pytest.fixture
def asker(node: NodeService, engine: EmbeddedEngine, council: Council, desk: Endpoint) -> Asker:
    return Asker(node, engine, council, desk)


def bookkeeper(number: int) -> dict[str, object]:
    return {"id": FIRST_BOOKKEEPER + number, "name": f"bookkeeper {number}"}


async def test_the_seats_are_told_with_who_answers_for_them(
    asker: Asker, council: Council, session: aiohttp.ClientSession
) -> None:
    status, answer = await asker.get(session, "/v1/council")
    assert (status, answer["total_power"], answer["needed_power"], answer["proposals"]) == (200, 40, 27, [])
    expected = sorted((council.key(number).hex(), 10, FIRST_BOOKKEEPER + number) for number in range(4))
    assert [(seat["key"], seat["power"], seat["account"]["id"]) for seat in answer["seats"]] == expected


async def test_a_proposal_is_told_from_the_first_approval_to_the_one_that_decides(
    asker: Asker, council: Council, session: aiohttp.ClientSession
) -> None:
    proposal = asker.propose(4, 7)
    _, answer = await asker.get(session, "/v1/council")
    (told,) = answer["proposals"]
    assert told == {
        "id": proposal.hex(),
        "proposer": bookkeeper(0),
        "document": sha256(b"reasons").hex(),
        "deadline": 9,
        "change": {
            "kind": "validator",
            "key": council.key(4).hex(),
            "power": 7,
            "account": bookkeeper(4),
            "power_now": 0,
        },
        "approved_by": [bookkeeper(0)],
        "approving_power": 10,
        "needed_power": 27,
        "decided": False,
        "open": True,
    }
    assert await asker.get(session, f"/v1/proposals/{proposal.hex()}") == (200, told)
    asker.approve(proposal, 1)
    _, told = await asker.get(session, f"/v1/proposals/{proposal.hex()}")
    assert (told["approving_power"], told["open"], told["decided"]) == (20, True, False)
    assert {account["id"] for account in told["approved_by"]} == {FIRST_BOOKKEEPER, FIRST_BOOKKEEPER + 1}
    asker.approve(proposal, 2)
    _, told = await asker.get(session, f"/v1/proposals/{proposal.hex()}")
    assert (told["open"], told["decided"], told["change"]["power_now"]) == (False, True, 7)
    _, answer = await asker.get(session, "/v1/council")
    assert len(answer["seats"]) == 5
    assert (answer["height"], answer["total_power"], answer["needed_power"]) == (3, 47, 32)


async def test_a_proposal_is_open_until_the_last_block_in_which_an_approval_counts(
    asker: Asker, engine: EmbeddedEngine, session: aiohttp.ClientSession
) -> None:
    proposal = asker.propose(4, 7, blocks=3)
    for is_open in (True, True, False):
        _, told = await asker.get(session, f"/v1/proposals/{proposal.hex()}")
        assert told["open"] is is_open
        engine.produce()


async def test_the_latest_deadlines_come_first_and_no_more_than_asked_for(
    asker: Asker, session: aiohttp.ClientSession
) -> None:
    first, second, third = asker.propose(4, 7, blocks=5), asker.propose(5, 7, blocks=50), asker.propose(4, 8, blocks=20)
    for path, expected in [("", [second, third, first]), ("?limit=2", [second, third]), ("?limit=0", [])]:
        _, answer = await asker.get(session, f"/v1/council{path}")
        assert [told["id"] for told in answer["proposals"]] == [proposal.hex() for proposal in expected]


async def test_a_bookkeeper_is_named_by_id_and_nobody_else_is(asker: Asker, session: aiohttp.ClientSession) -> None:
    assert await asker.get(session, f"/v1/bookkeepers/{FIRST_BOOKKEEPER}") == (200, bookkeeper(0))
    for number in ("2", "99", str(10**17)):  # a partner, and nobody
        status, answer = await asker.get(session, f"/v1/bookkeepers/{number}")
        assert (status, answer["error"]["code"]) == (404, "not-found")


async def test_a_vote_is_no_record(
    asker: Asker, node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium, session: aiohttp.ClientSession
) -> None:
    asker.approve(asker.propose(4, 7), 1)
    engine.admit(consortium.clerk.notarize(engine.store.tip.height + 9))
    engine.produce()
    for index in ("0", "1"):
        status, answer = await asker.get(session, f"/v1/records/{index}")
        assert (status, answer["error"]) == (404, {"code": "not-found", "facts": {"what": "record", "name": index}})
    assert (await asker.get(session, "/v1/records/2"))[1]["index"] == 2
    records = (await asker.get(session, f"/v1/accounts/{consortium.clerk.address.hex()}/records"))[1]["records"]
    assert [record["index"] for record in records] == [2]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/v1/proposals/{'00' * 16}", 404),
        ("/v1/proposals/00", 404),
        ("/v1/proposals/xyz", 400),
        ("/v1/council?limit=-1", 400),
        ("/v1/council?limit=x", 400),
        (f"/v1/council?limit={'9' * 18}", 200),
        ("/v1/bookkeepers/-1", 400),
        (f"/v1/bookkeepers/{'9' * 40}", 400),
    ],
)
async def test_a_question_without_an_answer_is_a_typed_error(
    asker: Asker, session: aiohttp.ClientSession, path: str, status: int
) -> None:
    got, answer = await asker.get(session, path)
    assert got == status
    assert status == 200 or set(answer["error"]) == {"code", "facts"}


async def test_a_chain_without_seats_says_so(session: aiohttp.ClientSession) -> None:
    consortium = make_consortium()
    async with serving(make_engine(consortium)) as url, make_node(consortium, [url]) as node:
        await node.follower.step()
        async with serving_desk(node) as endpoint:
            headers = {"Authorization": f"Bearer {endpoint.token}"}
            async with session.get(f"{endpoint.url}/v1/council", headers=headers) as response:
                answer = await response.json()
    assert (answer["seats"], answer["total_power"], answer["proposals"]) == ([], 0, [])
