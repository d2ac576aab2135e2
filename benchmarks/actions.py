"""For each kind of action, transactions that the law accepts one after the other, and those that must come before them."""

from collections.abc import Callable, Mapping
from itertools import count as counting

from google.protobuf.message import Message

from app.core.codec import encode
from app.core.hashing import sha256
from app.core.ids import derive_agreement, derive_grant, derive_held, derive_voucher
from app.core.keys import Algorithm, PublicKey
from app.core.proposal import derive_proposal
from app.core.record import derive_chain
from app.core.transaction import signing_digest
from app.core.wire import registry_pb2 as wire
from benchmarks.population import (
    BOOKKEEPER,
    DIVISIBLE,
    FIRST_USER,
    KEEPER,
    LAPSED,
    OPERATOR,
    PARTNER,
    REGULATOR,
    SECOND,
    UNIQUE,
    Sender,
    bytes_of,
)

FAR = 900_000
ORDER = wire.Order(document=bytes(32), authority="court")
Batch = tuple[list[bytes], list[bytes]]
"""What must come before, and what is measured."""
Maker = Callable[[Sender, int], Batch]
_names = counting(1)


def _each(make: Callable[[Sender, int], tuple[int, wire.Body]]) -> Maker:
    """Transactions that need nothing before them: (account that sends, its action) of the n-th."""

    def maker(sender: Sender, count: int) -> Batch:
        return [], [_raw(sender, *make(sender, place)) for place in range(count)]

    return maker


def _after(
    first: Callable[[int], tuple[int, wire.Body]],
    then: Callable[[wire.Body, int], tuple[int, wire.Body]],
) -> Maker:
    """Transactions each of which needs one of its own before it."""

    def maker(sender: Sender, count: int) -> Batch:
        before, after = [], []
        for place in range(count):
            account, action = first(place)
            body = sender.body(account, action)
            before.append(sender.raw(body, account))
            after.append(_raw(sender, *then(body, place)))
        return before, after

    return maker


def _raw(sender: Sender, account: int, action: wire.Body) -> bytes:
    return sender.raw(sender.body(account, action), account)


def _action(name: str, wish: Message) -> wire.Body:
    """A body with the action of that name."""
    body = wire.Body()
    getattr(body, name).CopyFrom(wish)
    return body


def _new_key() -> wire.NewKey:
    key = PublicKey(Algorithm.ED25519, bytes_of("new key", next(_names)))
    return wire.NewKey(key=key.to_wire(), label="new", possession=bytes(64))


def _user(place: int) -> int:
    return FIRST_USER + place % 1_000


def _record(sender: Sender, count: int) -> Batch:
    made = []
    for _ in range(count):
        body = sender.body(PARTNER, wire.Body())
        record = wire.EvidenceRecord(
            chain=derive_chain(body.sender, body.nonce),
            sequence=1,
            sha256=bytes_of("file", body.nonce),
            sm3=bytes_of("sm3", body.nonce),
            size=1_000,
            subject="benchmark",
            context_digest=bytes_of("context", body.nonce),
        )
        body.notarize.record.CopyFrom(record)
        made.append(sender.raw(body, PARTNER))
    return [], made


def _held(then: Callable[[wire.Body], wire.Body], generation: int) -> Maker:
    """Transactions about held ones: the partner asks for one checker in matters of agreements."""

    def maker(sender: Sender, count: int) -> Batch:
        asked = wire.SetThresholds(thresholds=[wire.Threshold(duty=wire.DUTY_AGREEMENT, checkers=1)])
        before, after = [_raw(sender, PARTNER, wire.Body(set_thresholds=asked))], []
        for _ in range(count):
            body = sender.body(PARTNER, wire.Body(open_agreement=_agreement()), FAR)
            before.append(sender.raw(body, PARTNER))
            after.append(sender.raw(sender.body(PARTNER, then(body)), PARTNER, generation))
        return before, after

    return maker


def _countersigning(body: wire.Body) -> wire.Body:
    held = derive_held(body.sender, body.nonce)
    return wire.Body(countersign=wire.Countersign(held=held, digest=signing_digest(encode(body))))


def _agreement() -> wire.OpenAgreement:
    document = sha256(b"agreement")
    return wire.OpenAgreement(
        sha256=document,
        sm3=document,
        size=1_000,
        subject="contract",
        context_digest=document,
        parties=[PARTNER, SECOND],
        deadline=FAR,
    )


def _confirmation(body: wire.Body) -> wire.Body:
    agreement = derive_agreement(body.sender, body.nonce)
    return wire.Body(confirm_agreement=wire.ConfirmAgreement(agreement=agreement, sha256=sha256(b"agreement")))


def _retraction(sender: Sender, count: int) -> Batch:
    before, after = [], []
    for _ in range(count):
        body = sender.body(PARTNER, wire.Body(open_agreement=_agreement()))
        before += [sender.raw(body, PARTNER), _raw(sender, PARTNER, _confirmation(body))]
        wish = wire.RetractConfirmation(agreement=derive_agreement(body.sender, body.nonce))
        after.append(_raw(sender, PARTNER, wire.Body(retract_confirmation=wish)))
    return before, after


def _application() -> wire.ApplyVoucher:
    name = f"gift {next(_names)}"
    terms = wire.Terms(name=name, product="gift", description=bytes(32), kind=wire.KIND_DIVISIBLE, cap=1_000)
    return wire.ApplyVoucher(terms=terms, legal=bytes(32))


def _applied(name: str, wish: Callable[[bytes], Message]) -> Maker:
    return _after(
        lambda _: (PARTNER, wire.Body(apply_voucher=_application())),
        lambda body, _: (OPERATOR, _action(name, wish(derive_voucher(body.sender, body.nonce)))),
    )


def _pieces(name: str, wish: Callable[[int], Message]) -> Maker:
    """Actions on the pieces of the divisible voucher, one piece each."""

    def maker(sender: Sender, count: int) -> Batch:
        first = wire.Split(voucher=DIVISIBLE, amounts=[5])
        before = [_raw(sender, FIRST_USER, wire.Body(split=first)) for _ in range(count)]
        return before, [_raw(sender, FIRST_USER, _action(name, wish(serial))) for serial in range(1, count + 1)]

    return maker


def _expiring(sender: Sender, count: int) -> Batch:
    """Free amounts cannot be allocated of what has lapsed: the holdings are there from the start."""
    return [], [
        _raw(sender, PARTNER, wire.Body(expire=wire.Expire(voucher=LAPSED, accounts=[_user(place)])))
        for place in range(count)
    ]


def _leg(place: int) -> wire.Transfer:
    return wire.Transfer(legs=[wire.Leg(voucher=DIVISIBLE, to=_user(place + 1), amount=1)])


def _proposal() -> wire.Body:
    cost = wire.NewSetting(setting=wire.SETTING_ACTION_COST, subject=16, value=10)
    wish = wire.Propose(document=bytes(32), deadline=FAR, settings=wire.Settings(settings=[cost]))
    return wire.Body(propose=wish)


def _turns(even: Callable[[int], wire.Body], odd: Callable[[int], wire.Body], who: int) -> Maker:
    return _each(lambda _, place: (who, even(place) if place % 2 == 0 else odd(place)))


KINDS: Mapping[str, Maker] = {
    "notarize": _record,
    "propose": _each(lambda *_: (BOOKKEEPER, _proposal())),
    "change_keys": _each(lambda _, place: (_user(place), wire.Body(change_keys=wire.ChangeKeys(add=[_new_key()])))),
    "set_thresholds": _each(lambda _, place: (_user(place), wire.Body(set_thresholds=wire.SetThresholds()))),
    "rename": _each(lambda _, place: (_user(place), wire.Body(rename=wire.Rename(name=f"name {next(_names)}")))),
    "countersign": _held(_countersigning, 1),
    "discard": _held(lambda body: wire.Body(discard=wire.Discard(held=derive_held(body.sender, body.nonce))), 0),
    "admit": _each(
        lambda *_: (
            OPERATOR,
            wire.Body(
                admit=wire.Admit(
                    party=wire.PARTY_PARTNER,
                    name=f"company {next(_names)}",
                    keys=[_new_key()],
                    agreement=bytes(32),
                    quota_points=1_000,
                )
            ),
        )
    ),
    "amend": _each(
        lambda *_: (
            OPERATOR,
            wire.Body(amend=wire.Amend(account=REGULATOR, quota_points=next(_names), agreement=bytes(32))),
        )
    ),
    "suspend": _turns(
        lambda _: wire.Body(suspend=wire.Suspend(account=REGULATOR, order=ORDER)),
        lambda _: wire.Body(resume=wire.Resume(account=REGULATOR, order=ORDER)),
        OPERATOR,
    ),
    "record_order": _each(
        lambda _, place: (PARTNER, wire.Body(record_order=wire.RecordOrder(account=_user(place), order=ORDER)))
    ),
    "enrol": _each(
        lambda *_: (
            PARTNER,
            wire.Body(enrol=wire.Enrol(key=_new_key(), level=wire.LEVEL_REAL_NAME, root=bytes_of(next(_names)))),
        )
    ),
    "certify": _each(
        lambda _, place: (
            SECOND,
            wire.Body(certify=wire.Certify(account=_user(place), level=wire.LEVEL_PHONE, root=bytes_of(next(_names)))),
        )
    ),
    "revoke_certification": _after(
        lambda place: (
            SECOND,
            wire.Body(certify=wire.Certify(account=_user(place), level=wire.LEVEL_ANONYMOUS, root=bytes(32))),
        ),
        lambda _, place: (
            SECOND,
            wire.Body(revoke_certification=wire.RevokeCertification(account=_user(place), reason=bytes(32))),
        ),
    ),
    "recognise": _each(
        lambda _, place: (
            PARTNER,
            wire.Body(
                recognise=wire.Recognise(partner=SECOND, least=(wire.LEVEL_REAL_NAME, wire.LEVEL_PHONE)[place % 2])
            ),
        )
    ),
    "reset_key": _each(
        lambda _, place: (
            PARTNER,
            wire.Body(
                reset_key=wire.ResetKey(
                    account=_user(place), key=_new_key(), application=bytes(32), authentication=bytes(32)
                )
            ),
        )
    ),
    "freeze": _turns(
        lambda place: wire.Body(freeze=wire.Freeze(account=_user(place), order=ORDER)),
        lambda place: wire.Body(unfreeze=wire.Unfreeze(account=_user(place - 1), order=ORDER)),
        PARTNER,
    ),
    "grant": _each(
        lambda _, place: (
            _user(place),
            wire.Body(grant=wire.Grant(grantee=PARTNER, holder=SECOND, scope=bytes(32), purpose="treatment")),
        )
    ),
    "withdraw_grant": _after(
        lambda place: (
            _user(place),
            wire.Body(grant=wire.Grant(grantee=PARTNER, holder=SECOND, scope=bytes(32), purpose="treatment")),
        ),
        lambda body, place: (
            _user(place),
            wire.Body(withdraw_grant=wire.WithdrawGrant(grant=derive_grant(body.sender, body.nonce))),
        ),
    ),
    "open_agreement": _each(lambda *_: (PARTNER, wire.Body(open_agreement=_agreement()))),
    "confirm_agreement": _after(
        lambda _: (PARTNER, wire.Body(open_agreement=_agreement())), lambda body, _: (PARTNER, _confirmation(body))
    ),
    "retract_confirmation": _retraction,
    "apply_voucher": _each(lambda *_: (PARTNER, wire.Body(apply_voucher=_application()))),
    "create_voucher": _applied("create_voucher", lambda voucher: wire.CreateVoucher(voucher=voucher)),
    "decline_voucher": _applied(
        "decline_voucher", lambda voucher: wire.DeclineVoucher(voucher=voucher, reason=bytes(32))
    ),
    "manage_voucher": _each(
        lambda _, place: (
            PARTNER,
            wire.Body(manage_voucher=wire.ManageVoucher(voucher=UNIQUE, accepted=[SECOND] if place % 2 else [])),
        )
    ),
    "allocate": _each(
        lambda _, place: (
            PARTNER,
            wire.Body(allocate=wire.Allocate(voucher=DIVISIBLE, legs=[wire.Allotment(to=_user(place), amount=1)])),
        )
    ),
    "transfer": _each(lambda _, place: (_user(place), wire.Body(transfer=_leg(place)))),
    "split": _each(lambda _, place: (_user(place), wire.Body(split=wire.Split(voucher=DIVISIBLE, amounts=[2])))),
    "merge": _pieces("merge", lambda serial: wire.Merge(voucher=DIVISIBLE, serials=[serial])),
    "redeem": _each(lambda _, place: (_user(place), wire.Body(redeem=wire.Redeem(voucher=DIVISIBLE, amount=1)))),
    "expire": _expiring,
    "supervise": _each(
        lambda _, place: (
            REGULATOR,
            wire.Body(
                supervise=wire.Supervise(
                    voucher=DIVISIBLE,
                    order=ORDER,
                    holder=wire.HolderMeasure(account=_user(place), frozen_amount=1 + place % 2),
                )
            ),
        )
    ),
    "attest_custody": _each(
        lambda *_: (
            PARTNER,
            wire.Body(attest_custody=wire.AttestCustody(voucher=DIVISIBLE, root=bytes(32), statement=bytes(32))),
        )
    ),
    "assign_custody": _each(
        lambda *_: (PARTNER, wire.Body(assign_custody=wire.AssignCustody(voucher=DIVISIBLE, custodian=SECOND)))
    ),
    "approve": _after(
        lambda _: (BOOKKEEPER, _proposal()),
        lambda body, _: (KEEPER, wire.Body(approve=wire.Approve(proposal=derive_proposal(body.sender, body.nonce)))),
    ),
}
"""Of every action but those that are measured in turns with another (`resume`, `unfreeze`)."""
