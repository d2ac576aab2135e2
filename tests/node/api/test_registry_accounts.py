"""The API about accounts: everything told follows from real blocks, and stands at the height that the answer names."""

import base64
from collections.abc import AsyncIterator

import aiohttp
import pytest

from app.core.plain import message_of, plain_of
from app.core.transaction import decode_body, signing_digest
from app.core.wire import registry_pb2 as wire
from tests.fakes.consortium import AGREEMENT
from tests.fakes.registry import ANN, BANK, BOB, CY, DUAL, ISSUER, OPERATOR, REASON, SHOP, Stage
from tests.node.api.asking import Asker, asking

USERS = {ANN: "real-name", BOB: "real-name", CY: "anonymous"}


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage().play()


@pytest.fixture
async def asker(stage: Stage, session: aiohttp.ClientSession) -> AsyncIterator[Asker]:
    async with asking(stage, session) as asker:
        yield asker


async def test_an_account_is_told_by_number_by_address_and_by_name(asker: Asker, stage: Stage) -> None:
    told = await asker.told(f"/v1/accounts/{ANN}")
    assert told == await asker.told(f"/v1/accounts/{stage.clerks[ANN].address.hex()}")
    assert told == await asker.told("/v1/names/Ann")
    assert told["height"] == stage.height
    account = message_of(wire.Account, told["account"])
    assert (account.id, account.name, account.party, account.partner) == (ANN, "ann", wire.PARTY_USER, ISSUER)
    assert (told["level"], told["counting"], told["in_force"]) == ("real-name", [ISSUER, BANK], True)
    assert told["quota"]["points"] == 1_000
    assert told["quota"]["spent"] > 0
    assert {each["id"]: each["name"] for each in told["named"]} == {ISSUER: "issuer", BANK: "bank", ANN: "ann"}


async def test_what_does_not_count_is_not_told_as_if_it_did(asker: Asker) -> None:
    told = await asker.told(f"/v1/accounts/{CY}")
    assert (told["level"], told["counting"], told["in_force"]) == ("anonymous", [BANK], False)
    assert told["account"]["stop"]["by"] == BANK
    assert (await asker.told(f"/v1/accounts/{SHOP}"))["level"] == "none"


async def test_a_user_s_key_has_the_quota_of_its_level(asker: Asker, stage: Stage) -> None:
    key = stage.clerks[BOB].public_key.encode().hex()
    assert (await asker.told(f"/v1/keys/{key}"))["quota"]["points"] == 1_000


async def test_accounts_are_listed_by_number_and_by_party(asker: Asker) -> None:
    everybody = (await asker.told("/v1/accounts"))["accounts"]
    numbers = [each["account"]["id"] for each in everybody]
    assert numbers == [1, 2, 3, 4, 5, 6, 11, ANN, BOB, CY, 15]
    assert await asker.pages("/v1/accounts", "accounts", "after") == everybody
    users = [each for each in everybody if each["account"]["party"] == "user"]
    assert {each["account"]["id"]: each["level"] for each in users} == USERS
    assert await asker.pages("/v1/accounts?party=user", "accounts", "after") == users
    assert (await asker.told("/v1/accounts?party=user&after=13"))["accounts"] == users[2:]


async def test_a_partner_s_users_are_whom_it_certifies(asker: Asker) -> None:
    bank = await asker.pages(f"/v1/accounts/{BANK}/users", "accounts", "after")
    assert [each["account"]["id"] for each in bank] == [ANN, BOB, CY]
    issuer = (await asker.told(f"/v1/accounts/{ISSUER}/users"))["accounts"]
    assert [each["account"]["id"] for each in issuer] == [ANN]
    assert (await asker.told(f"/v1/accounts/{SHOP}/users"))["accounts"] == []


async def test_every_version_of_a_legal_agreement_is_told(asker: Asker, stage: Stage) -> None:
    terms = await asker.pages(f"/v1/accounts/{SHOP}/terms", "terms", "after")
    assert [(each["version"], each["agreement"]) for each in terms] == [(1, AGREEMENT.hex()), (2, REASON.hex())]
    assert terms[0]["since"] == 0 < terms[1]["since"] < stage.height
    assert (await asker.told(f"/v1/accounts/{ANN}/terms"))["terms"] == []


async def test_what_waits_for_approvals_is_told_with_its_bytes(asker: Asker, stage: Stage) -> None:
    answer = await asker.told(f"/v1/accounts/{DUAL}/held")
    (held,) = answer["held"]
    data = base64.b64decode(held["bytes"])
    body = decode_body(data)
    assert held["id"] == stage.ids["held"].hex()
    assert (held["action"], body.apply_voucher.terms.name) == ("apply_voucher", "Waits")
    assert held["body"] == plain_of(body)
    assert held["digest"] == signing_digest(data).hex()
    assert held["maker"] == f"ed25519:{stage.clerks[DUAL].public_key.data.hex()}"
    assert (held["approvers"], held["missing"], held["open"]) == ([], 1, True)
    assert await asker.pages(f"/v1/accounts/{DUAL}/held", "held", "after") == [held]


async def test_recognitions_that_stand_are_told(asker: Asker) -> None:
    answer = await asker.told(f"/v1/accounts/{ISSUER}/recognitions")
    assert answer["recognitions"] == [{"partner": BANK, "recognition": {"least": "phone"}}]
    assert [each["id"] for each in answer["named"]] == [BANK]
    assert await asker.pages(f"/v1/accounts/{ISSUER}/recognitions", "recognitions", "after") == answer["recognitions"]


async def test_grants_are_told_to_who_gave_and_who_was_given_them(asker: Asker, stage: Stage) -> None:
    given = (await asker.told(f"/v1/accounts/{ANN}/grants"))["grants"]
    assert {each["id"]: each["in_force"] for each in given} == {
        stage.ids["grant"].hex(): True,
        stage.ids["withdrawn"].hex(): False,
    }
    assert {(each["user"], each["grant"]["grantee"], each["grant"]["purpose"]) for each in given} == {
        (ANN, BANK, "a loan")
    }
    taken = await asker.pages(f"/v1/grants?grantee={BANK}", "grants", "before")
    assert [each["id"] for each in taken] == [stage.ids["withdrawn"].hex(), stage.ids["grant"].hex()]
    assert sorted(taken, key=str) == sorted(given, key=str)
    assert await asker.pages(f"/v1/accounts/{ANN}/grants", "grants", "after") == given


async def test_the_newest_attestation_of_a_custodian_is_told(asker: Asker, stage: Stage) -> None:
    (told,) = await asker.pages(f"/v1/accounts/{BANK}/custody", "custody", "after")
    assert told["voucher"] == stage.ids["points"].hex()
    assert (told["custody"]["total"], told["custody"]["balance"], told["custody"]["sequence"]) == (50, 50, 1)


# ---- pages -----------------------------------------------------------------------------------------------------------
async def test_a_page_ends_before_it_is_too_large(asker: Asker, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 0  # the first is told whatever its size
    monkeypatch.setattr("app.node.api.registry.MAX_PAGE_BYTES", size)
    answer = await asker.told("/v1/accounts")
    assert [each["account"]["id"] for each in answer["accounts"]] == [OPERATOR]
    assert answer["next"] == OPERATOR


async def test_a_limit_is_bounded(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.node.api.question.MAX_PAGE", 2)
    for limit in ("3", "999999", "2"):
        answer = await asker.told(f"/v1/accounts?limit={limit}")
        assert ([each["account"]["id"] for each in answer["accounts"]], answer["next"]) == ([1, 2], 2)
    assert len((await asker.told("/v1/accounts?limit=1"))["accounts"]) == 1


# ---- whatever is asked -----------------------------------------------------------------------------------------------
LISTS = ["", "/users", "/terms", "/held", "/recognitions", "/grants", "/custody", "/holdings", "/pieces"]
LISTS += ["/agreements", "/activity", "/orders"]


@pytest.mark.parametrize("rest", LISTS)
async def test_nobody_s_lists_are_not_found(asker: Asker, rest: str) -> None:
    for name, status in (("99", 404), ("00" * 20, 404), ("0", 404), ("ab", 404), ("9" * 18, 404), ("zz", 400)):
        got, answer = await asker.get(f"/v1/accounts/{name}{rest}")
        assert (got, set(answer["error"])) == (status, {"code", "facts"})


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/accounts?party=pirate", 400),
        ("/v1/accounts?after=-1", 400),
        ("/v1/accounts?limit=many", 400),
        (f"/v1/accounts/{DUAL}/held?after=00", 400),
        (f"/v1/accounts/{DUAL}/held?after=xyz", 400),
        (f"/v1/accounts/{DUAL}/held?after={'00' * 16}", 200),
        (f"/v1/accounts/{ISSUER}/users?after={'9' * 18}", 200),
        ("/v1/names/nobody", 404),
        ("/v1/names/%2e%2e%2f", 404),
        ("/v1/names/%FF", 404),
        ("/v1/grants", 400),
        ("/v1/grants?grantee=99", 404),
        (f"/v1/grants?grantee={BANK}&before=00", 400),
        (f"/v1/grants?grantee={BANK}&before={'00' * 44}", 200),
    ],
)
async def test_a_question_without_an_answer_is_a_typed_error(asker: Asker, path: str, status: int) -> None:
    got, answer = await asker.get(path)
    assert got == status
    assert status == 200 or set(answer["error"]) == {"code", "facts"}
