"""Who finds what on the log: an entry concerns its sender and everybody whom its fact names, directly or by an id."""

from collections.abc import Iterable

import pytest

from app.core.codec import decode, encode
from app.core.facts import KINDS, FactKind
from app.core.wire import registry_pb2 as wire
from app.node.store.concerned import _FACTS, stage_fact
from app.node.store.keys import number
from app.node.store.map import VALUES
from app.node.store.staging import Staging
from tests.fakes.keyvalue import MemoryKeyValue
from tests.fakes.registry import ANN, BOB, BOOKKEEPER, CY, DUAL, ISSUER, OPERATOR, REGULATOR, SHOP, Stage

FARM = 15


@pytest.fixture(scope="module")
def stage() -> Stage:
    stage = Stage().play()
    stage.engine.admit(stage.clerks[ISSUER].notarize(stage.height + 9))
    stage.engine.produce()
    return stage


def facts_at(stage: Stage, indexes: Iterable[int]) -> list[str]:
    store = stage.engine.store
    return [str(decode(wire.LogEntry, store.entry(index) or b"").WhichOneof("fact")) for index in indexes]


def activity(stage: Stage, account: int, address: bytes = b"", before: int | None = None, limit: int = 99) -> list[int]:
    address = address or stage.clerks[account].address
    return stage.engine.store.find.activity(address, account, before, limit)


EXPECTED = {
    SHOP: ["amend", "record_order", "resume", "suspend", "recognise", "recognise"],
    CY: ["freeze", "revoke_certification", "certify", "enrol"],
    REGULATOR: ["supervise", "record_order"],
    DUAL: ["hold", "apply_voucher", "hold"],
    BOOKKEEPER: ["proposal", "proposal", "proposal"],
    BOB: [
        *("supervise", "redeem", "transfer", "redeem", "merge", "split", "transfer"),
        *("open_agreement", "confirm_agreement", "open_agreement", "enrol"),
    ],
    ANN: [
        *("withdraw_grant", "grant", "grant", "transfer", "allocate", "transfer", "allocate"),
        *("confirm_agreement", "open_agreement", "confirm_agreement", "confirm_agreement", "open_agreement"),
        *("certify", "enrol"),
    ],
}


@pytest.mark.parametrize("account", EXPECTED)
def test_an_account_finds_what_it_did_and_what_concerns_it_newest_first(stage: Stage, account: int) -> None:
    found = activity(stage, account)
    assert found == sorted(found, reverse=True)
    assert facts_at(stage, found) == EXPECTED[account]


def test_an_issuer_finds_what_is_done_with_its_vouchers_and_its_own_records(stage: Stage) -> None:
    facts = facts_at(stage, activity(stage, ISSUER))
    assert facts[0] == "evidence_record"
    assert facts.count("redeem") == 2
    assert {"create_voucher", "decline_voucher", "attest_custody", "confirm_agreement", "withdraw_grant"} <= set(facts)
    assert "transfer" not in facts


def test_who_was_admitted_finds_its_admission(stage: Stage) -> None:
    assert facts_at(stage, activity(stage, FARM, bytes(20))) == ["admit"]


def test_whoever_can_look_at_the_whole_log_finds_the_same(stage: Stage) -> None:
    """Each sender finds its own entries, all of them, and none twice."""
    store = stage.engine.store
    senders = [decode(wire.LogEntry, entry).sender for entry in store.state.log.entries()]
    for account, clerk in stage.clerks.items():
        found = activity(stage, account, limit=999)
        own = [index for index, sender in enumerate(senders) if sender == clerk.address]
        assert set(own) <= set(found)
        assert len(set(found)) == len(found)


def test_page_by_page_everything_is_seen_once(stage: Stage) -> None:
    for account in stage.clerks:
        whole, found, before = activity(stage, account), [], None
        while page := activity(stage, account, before=before, limit=2):
            found += page
            before = page[-1]
        assert found == whole


def test_orders_are_found_by_whom_and_what_they_are_about(stage: Stage) -> None:
    find = stage.engine.store.find
    assert facts_at(stage, find.orders_on_account(SHOP, None, 9)) == ["record_order", "resume", "suspend"]
    assert facts_at(stage, find.orders_on_account(CY, None, 9)) == ["freeze"]
    assert facts_at(stage, find.orders_on_account(BOB, None, 9)) == ["supervise"]
    both = find.orders_on_voucher(stage.ids["points"], None, 9)
    assert facts_at(stage, both) == ["supervise", "supervise"]
    assert find.orders_on_voucher(stage.ids["points"], both[0], 9) == both[1:]
    assert find.orders_on_voucher(stage.ids["tickets"], None, 9) == []
    assert find.orders_on_account(OPERATOR, None, 9) == []


# ---- facts that the stage does not show ------------------------------------------------------------------------------
VOUCHER, AGREEMENT, PROPOSAL = (bytes([value]) * 16 for value in (1, 2, 3))
SENDER, OWNER = bytes([9]) * 20, bytes([8]) * 20
STATE = {
    b"voucher/" + VOUCHER: wire.Voucher(issuer=70),
    b"agreement/" + AGREEMENT: wire.Agreement(opener=71, terms=wire.OpenAgreement(parties=[72, 73])),
    b"proposal/" + PROPOSAL: wire.Proposal(proposer=OWNER),
    b"piece/" + VOUCHER + number(5): wire.Piece(owner=OWNER, end=wire.PIECE_END_LAPSED),
}
CASES = [
    ("unfreeze", wire.Unfreeze(account=80), b"", {80}, set()),
    ("reset_key", wire.ResetKey(account=80), b"", {80}, set()),
    ("approval", wire.Approve(proposal=PROPOSAL), b"", set(), {OWNER}),
    ("proposal", wire.Propose(validator=wire.Seat(account=81)), b"", {81}, set()),
    ("retract_confirmation", wire.RetractConfirmation(agreement=AGREEMENT), b"", {71}, set()),
    ("confirm_agreement", wire.ConfirmAgreement(agreement=AGREEMENT), b"\x01", {71, 72, 73}, set()),
    ("expire", wire.Expire(voucher=VOUCHER, accounts=[80, 82], serials=[5, 6]), b"", {80, 82}, {OWNER}),
    ("supervise", wire.Supervise(voucher=VOUCHER, cap=9), b"", {70}, set()),
    ("attest_custody", wire.AttestCustody(voucher=VOUCHER, accounts=[80, 82]), number(9), {70, 80, 82}, set()),
    ("assign_custody", wire.AssignCustody(voucher=VOUCHER, custodian=80), b"", {70, 80}, set()),
    ("assign_custody", wire.AssignCustody(voucher=VOUCHER), number(82), {70, 82}, set()),
    ("enrol", wire.Enrol(), number(83), {83}, set()),
    ("enrol", wire.Enrol(), b"short", set(), set()),
    ("redeem", wire.Redeem(voucher=bytes(16)), b"", set(), set()),  # of a voucher that is not there
    ("merge", wire.Merge(voucher=VOUCHER), b"", set(), set()),
    ("hold", wire.Body(transfer=wire.Transfer(legs=[wire.Leg(to=80)])), b"", set(), set()),
]


@pytest.mark.parametrize(("fact", "message", "result", "numbers", "addresses"), CASES)
def test_a_fact_concerns(
    fact: str, message: wire.Unfreeze, result: bytes, numbers: set[int], addresses: set[bytes]
) -> None:
    staging = Staging(MemoryKeyValue())
    for key, value in STATE.items():
        staging.put(VALUES + key, encode(value))
    staged = len(staging)
    stage_fact(staging, 7, wire.LogEntry(sender=SENDER, result=result, **{fact: encode(message)}))  # type: ignore[arg-type]
    found = [key for key, _ in staging.scan(b"i", b"j")]
    expected = {b"ib" + address + number(7) for address in {SENDER, *addresses}}
    expected |= {b"in" + number(each) + number(7) for each in numbers}
    about = [key for key in found if key[:2] in {b"id", b"ie", b"ik", b"il"}]
    assert set(found) - set(about) == expected
    assert len(staging) == staged + len(found)


def test_every_fact_that_names_an_account_is_thought_of() -> None:
    """Of the actions left out, none has a field with the number of another account but the list that a voucher accepts."""
    naming = {name.split(".")[0] for name, kind in KINDS.items() if kind is FactKind.ACCOUNT}
    kinds = {kind.DESCRIPTOR.name for kind, _ in _FACTS.values()}
    parts = {"Seat": "Propose", "Allotment": "Allocate", "Leg": "Transfer", "HolderMeasure": "Supervise"}
    assert {parts.get(name, name) for name in naming} - kinds == {"Terms", "ManageVoucher"}
