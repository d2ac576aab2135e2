"""A suspended partner (3.7): what it may still do, and what others may still do with it and with its users."""

import pytest
from google.protobuf.message import Message

from app.core.refusals import (
    AccountSuspended,
    AlreadyStopped,
    NotYourUser,
    Refused,
)
from app.core.wire import registry_pb2 as wire
from app.registry.places import number
from tests.registry.people import (
    ACTIONS,
    BANK,
    BOOKS,
    CLINIC,
    GUARD,
    OPERATOR,
    ORDER,
    SHOP,
    Anybody,
    Person,
    Town,
    certify,
    digest,
    empty,
    enrolment,
    freeze,
    new_key,
    resume,
    revoke,
    suspend,
    unfreeze,
)
from tests.registry.world import ed25519_key, first_record, nonce

SPARE = ed25519_key("spare")
TERMS = wire.Terms(name="Ticket", product="a seat", description=bytes(32), kind=wire.KIND_DIVISIBLE, cap=100)


class Stage:
    """The bank has done all that it may, and is suspended."""

    def __init__(self) -> None:
        self.town = town = Town()
        town.do(BANK, wire.ChangeKeys(add=[new_key(SPARE)]))
        self.wang = wang = town.enrol("wang")
        self.frozen = town.enrol("frozen")
        town.do(BANK, freeze(self.frozen))
        town.do(CLINIC, certify(wang))
        town.do(CLINIC, wire.Recognise(partner=3, least=wire.LEVEL_PHONE))
        town.do(BANK, wire.Recognise(partner=4, least=wire.LEVEL_REGISTERED))
        self.access = town.do(wang, wire.Grant(grantee=3, holder=4, scope=bytes(32))).data
        self.agreement, self.other = (self.open(wang, deadline) for deadline in (900, 901))
        for agreement in (self.agreement, self.other):
            town.do(BANK, wire.ConfirmAgreement(agreement=agreement, sha256=bytes(32)))
        self.confirmed = self.open(wang, 902)
        town.do(wang, wire.ConfirmAgreement(agreement=self.confirmed, sha256=bytes(32)))
        self.applied = town.do(BANK, wire.ApplyVoucher(terms=TERMS, legal=bytes(32))).data
        self.voucher = town.do(BANK, wire.ApplyVoucher(terms=TERMS, legal=bytes(32))).data
        self.shops = town.do(SHOP, wire.ApplyVoucher(terms=TERMS, legal=bytes(32))).data
        for each in (self.voucher, self.shops):
            town.do(OPERATOR, wire.CreateVoucher(voucher=each))
        town.do(CLINIC, wire.AssignCustody(voucher=self.shops, custodian=3))
        legs = [wire.Allotment(to=wang.number, amount=20), wire.Allotment(to=4, amount=20)]
        town.do(BANK, wire.Allocate(voucher=self.voucher, legs=legs))
        town.do(wang, wire.Split(voucher=self.voucher, amounts=[5]))
        town.do(OPERATOR, suspend(BANK))

    def open(self, wang: Person, deadline: int) -> bytes:
        wish = wire.OpenAgreement(
            sha256=bytes(32), sm3=bytes(32), context_digest=bytes(32), parties=[3, wang.number], deadline=deadline
        )
        return self.town.do(wang, wish).data


def others(stage: Stage) -> dict[str, list[tuple[Anybody, Message, type[Refused] | None]]]:
    """For each action, what others still do with the suspended partner, its users and its vouchers."""
    wang, voucher = stage.wang, stage.voucher
    record = wire.Notarize(record=first_record(wang.address, nonce("record")))
    stays = AccountSuspended
    leg = wire.Leg(voucher=voucher, to=4, amount=1)
    return {
        # its users act on, where another partner certifies them
        "notarize": [(wang, record, None)],
        "change_keys": [(wang, wire.ChangeKeys(add=[new_key(ed25519_key("new"))]), None)],
        "set_thresholds": [(wang, wire.SetThresholds(), None)],
        "rename": [(wang, wire.Rename(name="A"), None)],
        # the operator deals with it, and in its place with its users
        "amend": [(OPERATOR, wire.Amend(account=3, permissions=[1], quota_points=1, agreement=digest("v2")), None)],
        "suspend": [(OPERATOR, suspend(BANK), AlreadyStopped)],
        "resume": [(OPERATOR, resume(BANK), None)],
        "record_order": [
            (OPERATOR, wire.RecordOrder(account=3, order=ORDER), None),
            (GUARD, wire.RecordOrder(account=wang.number, order=ORDER), None),
        ],
        "freeze": [(OPERATOR, freeze(wang), None), (CLINIC, freeze(wang), None)],
        "unfreeze": [(OPERATOR, unfreeze(stage.frozen), None), (CLINIC, unfreeze(stage.frozen), NotYourUser)],
        # other partners serve its users, but do not take its place
        "certify": [(CLINIC, certify(wang, "certificate"), None)],
        "revoke_certification": [(CLINIC, revoke(wang), None)],
        "reset_key": [(CLINIC, reset(wang), NotYourUser)],
        "recognise": [
            (CLINIC, wire.Recognise(partner=3, least=wire.LEVEL_REGISTERED), stays),
            (CLINIC, wire.Recognise(partner=3), None),
        ],
        # nothing new is granted to it; what was granted is taken back
        "grant": [
            (wang, wire.Grant(grantee=3, holder=4, scope=bytes(32)), stays),
            (wang, wire.Grant(grantee=4, holder=3, scope=bytes(32)), stays),
        ],
        "withdraw_grant": [(wang, wire.WithdrawGrant(grant=stage.access), None)],
        # agreements with it are not final before it is back
        "open_agreement": [
            (
                wang,
                wire.OpenAgreement(
                    sha256=bytes(32), sm3=bytes(32), context_digest=bytes(32), parties=[3, 4], deadline=900
                ),
                None,
            )
        ],
        "confirm_agreement": [(wang, wire.ConfirmAgreement(agreement=stage.agreement, sha256=bytes(32)), stays)],
        "retract_confirmation": [(wang, wire.RetractConfirmation(agreement=stage.confirmed), None)],
        # its vouchers stand still
        "create_voucher": [(OPERATOR, wire.CreateVoucher(voucher=stage.applied), stays)],
        "decline_voucher": [(OPERATOR, wire.DeclineVoucher(voucher=stage.applied, reason=bytes(32)), None)],
        "transfer": [(wang, wire.Transfer(legs=[leg]), stays)],
        "split": [(wang, wire.Split(voucher=voucher, amounts=[1]), stays)],
        "merge": [(wang, wire.Merge(voucher=voucher, serials=[1]), stays)],
        "redeem": [(wang, wire.Redeem(voucher=voucher, amount=1), stays)],
        "attest_custody": [
            (CLINIC, wire.AttestCustody(voucher=voucher, root=bytes(32), total=1, statement=bytes(32)), stays)
        ],
        "assign_custody": [
            (CLINIC, wire.AssignCustody(voucher=voucher, custodian=5), stays),
            (CLINIC, wire.AssignCustody(voucher=stage.shops, custodian=3), None),
            (CLINIC, wire.AssignCustody(voucher=stage.shops), None),
        ],
        "supervise": [
            (OPERATOR, wire.Supervise(voucher=voucher, order=ORDER, cap=200), None),
            (GUARD, wire.Supervise(voucher=voucher, order=ORDER, flow=wire.FlowMeasure(flow=wire.FLOW_FROZEN)), None),
        ],
        # nobody else is concerned
        "admit": [(OPERATOR, admission(), None)],
        "enrol": [(CLINIC, enrolment(ed25519_key("li")), None)],
        "propose": [(BOOKS, wire.Propose(document=bytes(32), deadline=900, emergency=EMERGENCY), None)],
        # only the account itself ever does these
        **{action: [] for action in OWN},
    }


OWN = ("manage_voucher", "allocate", "expire", "apply_voucher", "countersign", "discard", "approve")
EMERGENCY = wire.Emergency(actions=[wire.Body.NOTARIZE_FIELD_NUMBER])


def reset(who: Person) -> wire.ResetKey:
    return wire.ResetKey(
        account=who.number, key=new_key(ed25519_key("new")), application=bytes(32), authentication=bytes(32)
    )


def admission() -> wire.Admit:
    return wire.Admit(party=wire.PARTY_PARTNER, name="Next", keys=[new_key(ed25519_key("next"))], agreement=bytes(32))


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize("action", ACTIONS)
def test_what_others_still_do(stage: Stage, action: str) -> None:
    table = others(stage)
    assert sorted(table) == sorted(ACTIONS)
    for who, wish, kind in table[action]:
        name = "record" if action == "notarize" else None
        assert wire.Body.DESCRIPTOR.fields_by_name[action].message_type == type(wish).DESCRIPTOR
        if kind is None:
            receipt = stage.town.try_(who, wish, name=name)
            assert receipt.code == 0, receipt.refusal
        else:
            stage.town.refused(kind, who, wish, name=name)


@pytest.mark.parametrize("action", ACTIONS)
def test_what_it_does_itself(stage: Stage, action: str) -> None:
    """Whatever it is, and however well it would have been done before: nothing but revoking a key."""
    wishes = [wish for _, wish, _ in others(stage)[action]] or [empty(action)]
    for wish in wishes:
        assert stage.town.refused(AccountSuspended, BANK, wish)["order"] == digest("order").hex()


def test_it_revokes_a_key(stage: Stage) -> None:
    wish = wire.ChangeKeys(revoke=[SPARE.public.to_wire()])
    receipt = stage.town.try_(BANK, wish)
    assert (receipt.code, receipt.data) == (0, number(3))


def test_all_of_it_goes_on_when_it_is_resumed() -> None:
    stage = Stage()
    stage.town.do(OPERATOR, resume(BANK))
    for wishes in others(stage).values():
        for who, wish, kind in wishes:
            if kind is AccountSuspended:
                assert stage.town.try_(who, wish).code == 0, wish
