"""Approvals and keys in words: whom something waits for, who may sign what, how many must."""

import pytest
from nacl.signing import SigningKey

from app.client.members import HeldView
from app.client.model import Final
from app.core.errors import LuopuError
from app.core.keys import Algorithm, PublicKey, encode_key_text
from app.core.refusals import ApprovalsMissing, VoucherExpired
from app.core.wire import registry_pb2 as wire
from app.ui.desk import DeedView, RequestView
from app.ui.present.approvals import (
    checker_choices,
    checkers_of,
    count_waiting,
    duties_of,
    duty_meaning,
    duty_name,
    held_chip,
    held_detail,
    held_facts,
    held_frame,
    hold_sentence,
    is_asked,
    key_name,
    key_rows,
    missing_count,
    request_chip,
    request_detail,
    request_file_name,
    roles_of,
    threshold_sentence,
)
from app.ui.present.deeds import deed_receipt, needs_approval
from app.ui.present.language import Words

NOW = 1_795_000_000_000_000_000


def key_of(seed: int) -> PublicKey:
    return PublicKey(Algorithm.ED25519, bytes(SigningKey(bytes([seed]) * 32).verify_key))


ANN, BEN, EVE = key_of(1), key_of(2), key_of(3)
ANNS, BENS, EVES = map(encode_key_text, (ANN, BEN, EVE))


def account(
    *keys: tuple[PublicKey, str, list[wire.Role]], party: wire.Party = wire.PARTY_PARTNER, **more: object
) -> wire.Account:
    listed = [wire.AccountKey(key=key.to_wire(), label=label, roles=roles) for key, label, roles in keys]
    return wire.Account(id=10_001, party=party, keys=listed, **more)  # type: ignore[arg-type]


OFFICE = account((ANN, "经办 01", [wire.ROLE_MAKER]), (BEN, "复核 01", [wire.ROLE_CHECKER]), (EVE, "", []))


def held(*, maker: PublicKey = ANN, approvers: tuple[PublicKey, ...] = (), is_open: bool = True) -> HeldView:
    body = wire.Body(hold_until=900, freeze=wire.Freeze(account=7, order=wire.Order(authority="法院")))
    return HeldView(bytes(16), body, body.SerializeToString(), maker, approvers, 1, is_open, {})


def request(*, for_me: bool = False) -> RequestView:
    return RequestView("ab" * 32, "reset_key", (ANNS,), (BENS,), for_me, not for_me, 900)


def deed(*reasons: LuopuError, held_id: bytes = b"", action: str = "freeze") -> DeedView:
    return DeedView("id", action, (), "x", 1, 1, 9, NOW, 0, (), bytes(32), reasons, held_id)


# ---- whom it waits for -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("view", "own", "asked"),
    [
        (held(), BENS, True),
        (held(), EVES, True),
        (held(), ANNS, False),
        (held(maker=EVE), ANNS, False),
        (held(approvers=(BEN,)), BENS, False),
        (held(is_open=False), BENS, False),
        (held(), encode_key_text(key_of(9)), False),
    ],
)
def test_only_a_checker_that_has_not_signed_is_asked(view: HeldView, own: str, asked: bool) -> None:
    assert is_asked(view, OFFICE, own) == asked


def test_the_badge_counts_both_ways_of_asking() -> None:
    assert count_waiting([held(), held(approvers=(BEN,))], [request(for_me=True), request()], OFFICE, BENS) == 2


def test_what_waits_says_for_whom(english: Words) -> None:
    assert held_chip(held(), OFFICE, BENS, english).text == "waits for me"
    assert held_chip(held(), OFFICE, ANNS, english).text == "waits for others"
    assert held_chip(held(is_open=False), OFFICE, BENS, english).text == "too late to approve"
    assert request_chip(request(for_me=True), english).text == "waits for me"
    assert request_chip(request(), english).text == "waits for others"


def test_what_waits_is_described_by_its_own_bytes(english: Words) -> None:
    facts = {fact.label: fact.value for fact in held_facts(held(), english)}
    assert "7" in facts["account"]
    assert any("法院" in value for value in facts.values())
    frame = {fact.label: fact.value for fact in held_frame(held(), OFFICE, None, NOW, english)}
    assert "经办 01" in frame["Made by"]
    assert frame["Approved by"] == "nobody yet"
    assert frame["Until"] == "height 900"
    assert "1 approval missing" in held_detail(held(), OFFICE, None, NOW, english)


def test_a_request_says_who_has_signed_and_who_must(english: Words) -> None:
    detail = request_detail(request(), OFFICE, None, NOW, english)
    assert detail.index("经办 01") < detail.index("复核 01")
    assert request_file_name(request()) == "reset-key-abababab.luopu-request"


# ---- keys ------------------------------------------------------------------------------------------------------------
def test_keys_stand_with_label_roles_and_which_is_mine(english: Words) -> None:
    rows = key_rows(OFFICE, BENS, english)
    assert [row.is_mine for row in rows] == [False, True, False]
    assert rows[0].roles == "maker"
    assert rows[2].roles == "every role"
    assert rows[2].name.startswith("ed25519:")


def test_two_keys_of_one_label_are_told_apart(english: Words) -> None:
    office = account((ANN, "经办 01", []), (BEN, "经办 01", []))
    assert key_name(office, ANNS, english) != key_name(office, BENS, english)
    assert "no longer" in key_name(office, EVES, english)


def test_roles_and_who_can_check() -> None:
    assert roles_of(OFFICE, EVES) == {wire.ROLE_MAKER, wire.ROLE_CHECKER, wire.ROLE_ADMINISTRATOR}
    assert roles_of(OFFICE, ANNS) == {wire.ROLE_MAKER}
    assert [text for _, text in checker_choices(OFFICE, EVES)] == [BENS]


# ---- how many must sign ----------------------------------------------------------------------------------------------
def test_thresholds_are_offered_for_what_the_account_may_do() -> None:
    partner = account(permissions=[wire.PERMISSION_IDENTITY])
    assert duties_of(partner) == [wire.DUTY_IDENTITY, wire.DUTY_VOUCHER, wire.DUTY_KEYS, wire.DUTY_ORDER]
    assert duties_of(account(party=wire.PARTY_BOOKKEEPER)) == [wire.DUTY_KEYS, wire.DUTY_GOVERNANCE]
    kept = account(party=wire.PARTY_REGULATOR, thresholds=[wire.Threshold(duty=wire.DUTY_EVIDENCE, checkers=2)])
    assert wire.DUTY_EVIDENCE in duties_of(kept)  # else it would be lost without a word
    assert checkers_of(kept, wire.DUTY_EVIDENCE) == 2
    assert checkers_of(kept, wire.DUTY_KEYS) == 0


def test_every_duty_has_a_name_and_a_sentence(words: Words) -> None:
    duties = [duty for duty in wire.Duty.values() if duty]
    assert len({duty_meaning(duty, words) for duty in duties}) == len(duties)
    assert len({duty_name(duty, words) for duty in duties}) == len(duties)


def test_how_many_sign_is_said_in_words(english: Words) -> None:
    assert threshold_sentence(0, english) == "One key is enough"
    assert threshold_sentence(2, english) == "2 checkers beside the maker"


# ---- what is drafted -------------------------------------------------------------------------------------------------
def test_approvals_are_offered_where_nothing_else_is_in_the_way(english: Words) -> None:
    missing = ApprovalsMissing(account=1, expected=2)
    assert needs_approval(deed(missing))
    assert not needs_approval(deed(missing, VoucherExpired()))
    assert not needs_approval(deed())
    assert missing_count(deed(missing)) == 2
    assert hold_sentence(deed(missing), 7, english).startswith("2 colleagues must approve this")


def test_what_only_waits_is_never_said_to_be_in_force(words: Words, english: Words) -> None:
    done = Final(52, NOW, 3, b"h" * 16)
    assert "In force" not in deed_receipt(deed(held_id=b"h" * 16), done, NOW, english).sentence
    assert "In force" in deed_receipt(deed(held_id=b"g" * 16), done, NOW, english).sentence
    assert not deed_receipt(deed(), ApprovalsMissing(expected=1), NOW, words).is_final


def test_a_new_account_s_number_is_told(english: Words) -> None:
    done = Final(52, NOW, 3, (10_007).to_bytes(8, "big"))
    assert "10007" in deed_receipt(deed(action="enrol"), done, NOW, english).sentence
    assert "10007" not in deed_receipt(deed(action="freeze"), done, NOW, english).sentence
