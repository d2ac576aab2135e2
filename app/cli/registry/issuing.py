"""`luopu voucher`: apply, create, decline, manage, allocate, let lapse, attest and assign custody (white paper 3.4.3)."""

from collections.abc import Mapping

from google.protobuf.message import Message

from app.cli.registry.session import Doer, Maker, Session, units_of
from app.core.wire import registry_pb2 as wire


async def apply(session: Session) -> Message:
    """What the issuer asks the operator to create."""
    given = session.given
    terms = wire.Terms(
        name=given.name,
        product=given.product,
        description=await session.digest(given.description),
        kind=given.kind,
        decimals=given.decimals,
        opens_ns=given.opens,
        closes_ns=given.closes,
        bound=given.bound,
        max_transfers=given.max_transfers,
        expires_ns=given.expires,
        accepted=await session.numbers(given.accept),
    )
    terms.cap = units_of(given.cap, terms)
    return wire.ApplyVoucher(terms=terms, legal=await session.digest(given.legal))


async def create(session: Session) -> Message:
    """The operator agrees."""
    return wire.CreateVoucher(voucher=session.given.voucher)


async def decline(session: Session) -> Message:
    """It does not."""
    return wire.DeclineVoucher(voucher=session.given.voucher, reason=await session.digest(session.given.reason))


async def manage(session: Session) -> Message:
    """Whose users may hold it from now on."""
    return wire.ManageVoucher(voucher=session.given.voucher, accepted=await session.numbers(session.given.accept))


async def allocate(session: Session) -> Message:
    """From the issuer to holders."""
    given, terms = session.given, await session.terms(session.given.voucher)
    legs = [
        wire.Allotment(to=await session.number(leg.to), amount=units_of(leg.what.amount, terms)) for leg in given.legs
    ]
    return wire.Allocate(voucher=given.voucher, legs=legs)


async def expire(session: Session) -> Message:
    """What has expired goes."""
    given = session.given
    return wire.Expire(voucher=given.voucher, accounts=await session.numbers(given.account), serials=given.serials)


async def attest(session: Session) -> Message:
    """How what this account holds is shared among its users."""
    given = session.given
    return wire.AttestCustody(
        voucher=given.voucher,
        root=given.root,
        total=units_of(given.total, await session.terms(given.voucher)),
        statement=await session.digest(given.statement),
        accounts=await session.numbers(given.account),
    )


async def assign_custody(session: Session) -> Message:
    """What this account holds counts for a custodian, or for itself again."""
    given = session.given
    custodian = 0 if given.custodian is None else await session.number(given.custodian)
    return wire.AssignCustody(voucher=given.voucher, custodian=custodian)


QUESTIONS: Mapping[str, Doer] = {}
DEEDS: Mapping[str, Maker] = {
    "voucher apply": apply,
    "voucher create": create,
    "voucher decline": decline,
    "voucher manage": manage,
    "voucher allocate": allocate,
    "voucher expire": expire,
    "voucher attest": attest,
    "voucher assign-custody": assign_custody,
}
