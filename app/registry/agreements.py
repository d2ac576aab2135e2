"""Agreements of several parties about one document (多方确认证明, white paper 3.4.2).

Guarantees: the parties are fixed when it is opened; until the last one has confirmed, each may take its confirmation back;
from then on nothing changes it. Who confirms says which document it saw.
"""

from app.core.codec import encode
from app.core.ids import derive_agreement
from app.core.refusals import (
    AgreementClosed,
    AlreadyConfirmed,
    BadAction,
    NotAParty,
    NotConfirmed,
    UnknownAgreement,
)
from app.core.text import check_text
from app.core.units import check_hash32
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import check_in_force, read_member
from app.registry.acted import Acted
from app.registry.checking import check_ascending, check_deadline, check_id, check_number, fields_checked
from app.registry.context import Context
from app.registry.places import AGREEMENTS, copy_of

MIN_PARTIES, MAX_PARTIES = 2, 64
FINAL = b"\x01"


def open_agreement(context: Context) -> Acted:
    """Put a document before its parties. Who opens need not be one, and has not confirmed by it.

    Raises:
        BadAction: a field is wrong, or the id is taken.
        UnknownMember: a party has no account.
    """
    wish, agreement_id = context.body.open_agreement, derive_agreement(context.body.sender, context.body.nonce)
    with fields_checked():
        _check_fields(context, wish)
    for account_id in wish.parties:
        read_member(context.draft, account_id)
    if AGREEMENTS.read(context.draft, agreement_id) is not None:  # a nonce is free again once it has expired
        raise BadAction(field="agreement", expected="a new one", got=agreement_id.hex())
    AGREEMENTS.write(context.draft, wire.Agreement(opener=context.sender.id, terms=wish), agreement_id)
    return Acted("open_agreement", encode(wish), agreement_id, agreement_id)


def confirm_agreement(context: Context) -> Acted:
    """Confirm a document; with the last confirmation the agreement is final.

    Raises:
        BadAction: not the id of an agreement, or another document.
        UnknownAgreement, AgreementClosed, NotAParty, AlreadyConfirmed: there is nothing for the sender to confirm.
        AccountSuspended, AccountFrozen: it would be final, and a party is not in force.
    """
    wish, sender = context.body.confirm_agreement, context.sender
    agreement = _read_open(context, wish.agreement)
    if sender.id in agreement.confirmed:
        raise AlreadyConfirmed(agreement=wish.agreement.hex(), account=int(sender.id))
    if wish.sha256 != agreement.terms.sha256:
        raise BadAction(field="sha256", expected=agreement.terms.sha256.hex(), got=wish.sha256.hex())
    agreement.confirmed[:] = sorted([*agreement.confirmed, sender.id])
    if agreement.confirmed == agreement.terms.parties:
        _check_parties(context, agreement)
        agreement.final = context.height
    AGREEMENTS.write(context.draft, agreement, wish.agreement)
    return Acted("confirm_agreement", encode(wish), wish.agreement, FINAL if agreement.final else b"")


def retract_confirmation(context: Context) -> Acted:
    """Take a confirmation back while others are missing.

    Raises:
        BadAction: not the id of an agreement.
        UnknownAgreement, AgreementClosed, NotAParty, NotConfirmed: there is nothing for the sender to take back.
    """
    wish, sender = context.body.retract_confirmation, context.sender
    agreement = _read_open(context, wish.agreement)
    if sender.id not in agreement.confirmed:
        raise NotConfirmed(agreement=wish.agreement.hex(), account=int(sender.id))
    agreement.confirmed.remove(sender.id)
    AGREEMENTS.write(context.draft, agreement, wish.agreement)
    return Acted("retract_confirmation", encode(wish), wish.agreement)


def _check_fields(context: Context, wish: wire.OpenAgreement) -> None:
    check_hash32("sha256", wish.sha256)
    check_hash32("sm3", wish.sm3)
    check_number("file size", wish.size)
    check_text("subject", wish.subject)
    check_hash32("context digest", wish.context_digest)
    check_ascending("parties", wish.parties, MIN_PARTIES, MAX_PARTIES)
    check_deadline("deadline", wish.deadline, context.height)


def _read_open(context: Context, agreement_id: bytes) -> wire.Agreement:
    """A copy of an agreement that is still open to the sender."""
    with fields_checked():
        check_id("agreement", agreement_id)
    agreement = AGREEMENTS.read(context.draft, agreement_id)
    if agreement is None:
        raise UnknownAgreement(agreement=agreement_id.hex())
    if agreement.final or context.height > agreement.terms.deadline:
        raise AgreementClosed(agreement=agreement_id.hex(), deadline=int(agreement.terms.deadline))
    if context.sender.id not in agreement.terms.parties:
        raise NotAParty(agreement=agreement_id.hex(), account=int(context.sender.id))
    return copy_of(agreement)


def _check_parties(context: Context, agreement: wire.Agreement) -> None:
    """Every party is in force, in the order of their numbers."""
    for account_id in agreement.terms.parties:
        check_in_force(read_member(context.draft, account_id))
