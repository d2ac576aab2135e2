"""What a client reads of the registry is what the node's verified state holds."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.client.members import ActivityEntry
from app.client.node import NodeClient
from app.client.registry import RegistryReader, every
from app.core.codec import encode
from app.core.errors import DecodingError, LuopuError, NotFound, UsageError
from app.core.transaction import signing_digest
from app.core.wire import registry_pb2 as wire
from app.registry.places import AGREEMENTS, CUSTODIES, GRANTS, HELD, HOLDINGS, PIECES, VOUCHERS, number
from app.registry.state import read_account, read_account_of_id
from tests.fakes.network import make_node, serving_desk
from tests.fakes.registry import ANN, BANK, BOB, CY, DUAL, ISSUER, REASON, SHOP, Stage


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage().play()


@pytest.fixture
async def reader(stage: Stage) -> AsyncIterator[RegistryReader]:
    async with (
        make_node(stage.consortium, [], store=stage.engine.store) as node,
        serving_desk(node) as endpoint,
        NodeClient(lambda: endpoint) as client,
    ):
        yield RegistryReader(client)


async def test_an_account_is_the_state_s_message(reader: RegistryReader, stage: Stage) -> None:
    state = stage.engine.store.state
    for clerk in stage.clerks.values():
        expected = read_account(state, clerk.address)
        assert expected is not None
        view = await reader.account(clerk.address)
        assert view.account == expected
        assert view == await reader.account(int(expected.id)) == await reader.account_of_name(expected.name)
        assert view.names[int(expected.id)].name == expected.name


async def test_level_quota_and_force_are_told(reader: RegistryReader) -> None:
    ann, cy = await reader.account(ANN), await reader.account(CY)
    assert (ann.level, ann.counting, ann.is_in_force) == ("real-name", (ISSUER, BANK), True)
    assert (ann.quota.points, ann.quota.left) == (1_000, 1_000 - ann.quota.spent)
    assert (cy.level, cy.is_in_force, cy.account.stop.by) == ("anonymous", False, BANK)
    assert cy.names[BANK].name == "bank"


async def test_all_pages_together_are_everything(reader: RegistryReader) -> None:
    numbers = [view.account.id async for view in every(lambda cursor: reader.accounts(cursor=cursor, limit=2))]
    assert numbers == [1, 2, 3, 4, 5, 6, 11, ANN, BOB, CY, 15]
    users = [view.account.id async for view in every(lambda cursor: reader.accounts("user", cursor=cursor, limit=1))]
    assert users == [ANN, BOB, CY]
    page = await reader.users(BANK, limit=2)
    assert ([view.account.id for view in page.items], page.next) == ([ANN, BOB], BOB)
    assert [view.account.id for view in (await reader.users(BANK, cursor=page.next)).items] == [CY]


async def test_what_belongs_to_an_account_is_the_state_s(reader: RegistryReader, stage: Stage) -> None:
    state, address = stage.engine.store.state, {each: clerk.address for each, clerk in stage.clerks.items()}
    versions = (await reader.terms(SHOP)).items
    assert [(each.version, each.agreement) for each in versions][1:] == [(2, REASON)]
    (recognition,) = (await reader.recognitions(ISSUER)).items
    assert (recognition.partner, recognition.recognition.least) == (BANK, wire.LEVEL_PHONE)
    for page in (await reader.grants(ANN), await reader.grants_to(BANK)):
        assert {each.id: each.grant for each in page.items} == {
            id_: GRANTS.read(state, address[ANN], id_) for id_ in (stage.ids["grant"], stage.ids["withdrawn"])
        }
        assert [(each.user, each.is_in_force) for each in page.items if each.id == stage.ids["grant"]] == [(ANN, True)]
    (custody,) = (await reader.custody(BANK)).items
    assert custody.custody == CUSTODIES.read(state, address[BANK], custody.voucher)


async def test_what_waits_is_decoded_from_its_own_bytes(reader: RegistryReader, stage: Stage) -> None:
    (held,) = (await reader.held(DUAL)).items
    stored = HELD.read(stage.engine.store.state, stage.clerks[DUAL].address, held.id)
    assert stored is not None
    assert (held.body_bytes, encode(held.body), held.digest) == (stored.body, stored.body, signing_digest(stored.body))
    assert (held.action, held.maker, held.missing) == ("apply_voucher", stage.clerks[DUAL].public_key, 1)


async def test_vouchers_holdings_and_pieces_are_the_state_s(reader: RegistryReader, stage: Stage) -> None:
    state, points = stage.engine.store.state, stage.ids["points"]
    view = await reader.voucher(points)
    assert (view.id, view.voucher, view.outstanding) == (points, VOUCHERS.read(state, points), 145)
    assert {each.id async for each in every(lambda cursor: reader.vouchers(cursor=cursor, limit=2))} == {
        stage.ids[name] for name in ("points", "tickets", "declined", "applied", "double")
    }
    assert {each.id for each in (await reader.vouchers(ISSUER, "created")).items} == {points, stage.ids["tickets"]}
    (holding,) = (await reader.holdings(BOB)).items
    assert holding.holding == HOLDINGS.read(state, stage.clerks[BOB].address, points)
    assert holding.voucher == view
    holders = {
        each.account: each.holding
        async for each in every(lambda cursor: reader.holders(points, cursor=cursor, limit=1))
    }
    assert holders[BOB] == holding.holding
    assert sum(each.amount + each.packed for each in holders.values()) == view.outstanding
    (piece,) = (await reader.pieces(BOB)).items
    assert piece.piece == PIECES.read(state, points, number(piece.serial))
    assert piece == await reader.piece(points, 3) == (await reader.pieces(BOB, points)).items[0]


async def test_agreements_are_the_state_s(reader: RegistryReader, stage: Stage) -> None:
    expected = [stage.ids["open"], stage.ids["final"]]
    views = [view async for view in every(lambda cursor: reader.agreements(ANN, cursor=cursor, limit=1))]
    assert [view.id for view in views] == expected
    assert [view.agreement for view in views] == [AGREEMENTS.read(stage.engine.store.state, id_) for id_ in expected]
    assert [view.is_open for view in views] == [True, False]
    assert await reader.agreement(expected[0]) == views[0]


async def test_every_entry_is_the_log_s(reader: RegistryReader, stage: Stage) -> None:
    seen: dict[int, ActivityEntry] = {}
    for account in stage.clerks:
        async for entry in every(lambda cursor: reader.activity(account, cursor=cursor, limit=7)):  # noqa: B023
            seen[entry.index] = entry
    log = [wire.LogEntry.FromString(data) for data in stage.engine.store.state.log.entries()]
    assert sorted(seen) == list(range(len(log)))
    for index, expected in enumerate(log):
        entry, fact = seen[index], str(expected.WhichOneof("fact"))
        assert encode(entry.fact) == getattr(expected, fact)
        assert (entry.height, entry.time_ns, entry.transaction_hash) == (
            expected.height,
            expected.time_ns,
            expected.transaction_hash,
        )
        assert entry.signer.key.encode() == expected.signer
        assert [each.key.encode() for each in entry.approvers] == list(expected.approvers)
        assert (entry.partner, entry.held, entry.result) == (expected.partner, expected.held, expected.result)
        assert (entry.agreement.digest, entry.agreement.version) == (expected.agreement, expected.agreement_version)
        sender = read_account_of_id(stage.engine.store.state, entry.sender)
        assert sender is not None
        assert sender.address == expected.sender


async def test_orders_are_told(reader: RegistryReader, stage: Stage) -> None:
    orders = [
        each.action async for each in every(lambda cursor: reader.orders_on_account(SHOP, cursor=cursor, limit=1))
    ]
    assert orders == ["record_order", "resume", "suspend"]
    about = (await reader.orders_on_voucher(stage.ids["points"])).items
    assert [each.action for each in about] == ["supervise", "supervise"]


async def test_parameters_are_those_in_force(reader: RegistryReader) -> None:
    parameters = await reader.parameters()
    assert (parameters.validity_window, parameters.action_costs["rename"], parameters.level_points["phone"]) == (
        700,
        77,
        222,
    )
    assert (parameters.stopped_actions, parameters.law_version) == (("rename",), 1)
    assert parameters.upgrade is not None
    assert parameters.upgrade.version == 2


async def test_what_is_not_there_is_not_found(reader: RegistryReader) -> None:
    for question in (
        reader.account(99),
        reader.account(bytes(20)),
        reader.account_of_name("no body / ?#%"),
        reader.voucher(bytes(16)),
        reader.piece(bytes(16), 1),
        reader.agreement(bytes(16)),
        reader.users(99),
        reader.orders_on_voucher(bytes(16)),
    ):
        with pytest.raises(NotFound):
            await question
    with pytest.raises(UsageError):
        await reader.accounts("pirate")


# ---- a node that answers something else ------------------------------------------------------------------------------
class Liar(NodeClient):
    """Answers as told."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    async def ask(self, path: str, body: bytes | None = None) -> Any:
        return self.answer


ENTRY = {
    "index": 1,
    "height": 1,
    "time_ns": 1,
    "transaction_hash": "",
    "action": "rename",
    "fact": {"name": "x"},
    "sender": 1,
    "signer": {"key": f"ed25519:{'00' * 31}01", "label": ""},
    "approvers": [],
    "partner": 0,
    "agreement": {"digest": "", "version": 1, "since": 0},
    "held": "",
    "result": "",
    "data": "",
}
PAGE = {"height": 1, "next": None, "named": [], "activity": [ENTRY]}
LIES: list[dict[str, Any]] = [
    {**PAGE, "height": "1"},
    {**PAGE, "next": []},
    {**PAGE, "named": [{"id": 1}]},
    {**PAGE, "activity": [{**ENTRY, "action": "conjure"}]},
    {**PAGE, "activity": [{**ENTRY, "fact": {"nome": "x"}}]},
    {**PAGE, "activity": [{**ENTRY, "fact": None}]},
    {**PAGE, "activity": [{**ENTRY, "signer": {"key": "ed25519:00", "label": ""}}]},
    {**PAGE, "activity": [{**ENTRY, "action": "change_keys", "fact": {"revoke": ["ed25519:00"]}}]},
    {**PAGE, "activity": [{**ENTRY, "sender": True}]},
]


@pytest.mark.parametrize("lie", LIES)
async def test_anything_else_is_an_error(lie: dict[str, Any]) -> None:
    with pytest.raises(DecodingError):
        await RegistryReader(Liar(lie)).activity(1)


async def test_the_answer_that_the_lies_were_made_of_is_one() -> None:
    page = await RegistryReader(Liar(PAGE)).activity(1)
    assert page.items[0].fact == wire.Rename(name="x")


async def test_what_waits_must_be_a_body() -> None:
    key = ENTRY["signer"]["key"]  # type: ignore[index]
    held = {"id": "00", "bytes": "AAAA", "maker": key, "approvers": [], "missing": 0, "open": True}
    with pytest.raises(LuopuError) as caught:
        await RegistryReader(Liar({"height": 1, "next": None, "named": [], "held": [held]})).held(1)
    assert isinstance(caught.value, DecodingError)
