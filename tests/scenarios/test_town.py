"""Everybody at their own desks: a user is enrolled, certified, gets a voucher and hands it on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.core.ids import derive_voucher
from app.core.wire import registry_pb2 as wire
from app.ui.desk import PersonWish
from tests.scenarios.town import ALPHA, NUMBERS, OPERATOR, Town, running_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path) as made:
        yield made


async def enrol(town: Town, name: str) -> int:
    """Let the first partner enrol somebody by real name; the new account's number."""
    partner = await town.desk(ALPHA)
    attributes = (("name", f"张{name}"), ("id-number", "330102199001011234"))
    wish = PersonWish(await town.card(name), 0, f"张{name}", "", attributes, wire.LEVEL_REAL_NAME, 0, False, (), "")
    deed = await partner.prepare_person(wish)
    assert deed.reasons == ()
    await partner.sign_deed(deed.deed_id)
    outcome = await partner.wait_for_outcome(deed.deed_id)
    return int.from_bytes(outcome.data, "big")  # type: ignore[union-attr]


async def test_a_voucher_goes_from_application_to_redemption_between_people_who_were_enrolled(town: Town) -> None:
    ming, hong = await enrol(town, "ming"), await enrol(town, "hong")
    people = await (await town.desk(ALPHA)).people_of(ming)
    assert [person.person.name for person in people] == ["张ming"]

    terms = wire.Terms(name="早餐券", product="早餐一份", description=bytes(32), kind=wire.KIND_DIVISIBLE, cap=100)
    applied = await town.do(ALPHA, apply_voucher=wire.ApplyVoucher(terms=terms, legal=bytes(32)))
    voucher = applied.data
    assert len(voucher) == len(derive_voucher(b"", b""))
    await town.do(OPERATOR, create_voucher=wire.CreateVoucher(voucher=voucher))
    await town.do(ALPHA, allocate=wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=ming, amount=10)]))
    leg = wire.Leg(voucher=voucher, to=hong, amount=4)
    await town.do("ming", transfer=wire.Transfer(legs=[leg]))
    await town.do("hong", redeem=wire.Redeem(voucher=voucher, amount=1))

    registry = (await town.desk("hong")).registry
    view = await registry.voucher(voucher)
    assert (view.outstanding, view.voucher.redeemed) == (9, 1)
    assert {holder.account: holder.holding.amount for holder in (await registry.holders(voucher)).items} == {
        ming: 6,
        hong: 3,
    }
    assert view.voucher.issuer == NUMBERS[ALPHA]


async def test_a_transfer_to_somebody_nobody_certified_is_refused_before_anything_is_signed(town: Town) -> None:
    ming = await enrol(town, "ming")
    deed = await (await town.desk("ming")).prepare(
        wire.Body(transfer=wire.Transfer(legs=[wire.Leg(voucher=bytes(16), to=ming, amount=1)]))
    )
    assert [reason.code for reason in deed.reasons] == ["unknown-voucher"]
