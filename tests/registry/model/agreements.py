"""Agreements that are final when every party has confirmed."""

from dataclasses import replace

from app.core.wire import registry_pb2 as wire
from tests.registry.model.case import Case, Done
from tests.registry.model.evidence import is_document
from tests.registry.model.things import Agreement, plain
from tests.registry.model.words import FAR, derived_id, is_ascending, is_count, is_id, sound


def open_agreement(case: Case) -> Done:
    """A document that several accounts are to confirm."""
    wish: wire.OpenAgreement = case.action
    parties = list(wish.parties)
    sound(is_document(wish))
    sound(2 <= len(parties) <= 64 and is_ascending(parties))
    sound(is_count(wish.deadline, case.height, case.height + FAR))
    for number in parties:
        case.book.member(number)
    found = derived_id("agreement", case.body.sender, case.body.nonce)
    sound(found not in case.book.agreements)
    case.book.agreements[found] = Agreement(case.me.id, plain(wish))
    return Done(found, found)


def _open(case: Case) -> Agreement:
    sound(is_id(case.action.agreement))
    sound(case.action.agreement in case.book.agreements, "unknown-agreement")
    agreement = case.book.agreements[case.action.agreement]
    sound(agreement.final == 0 and case.height <= agreement.terms.deadline, "agreement-closed")
    sound(case.me.id in agreement.terms.parties, "not-a-party")
    return agreement


def confirm_agreement(case: Case) -> Done:
    """A party confirms; the last one makes it final."""
    agreement = _open(case)
    sound(case.me.id not in agreement.confirmed, "already-confirmed")
    sound(case.action.sha256 == agreement.terms.sha256)
    confirmed = tuple(sorted([*agreement.confirmed, case.me.id]))
    is_last = set(confirmed) == set(agreement.terms.parties)
    if is_last:
        for number in agreement.terms.parties:
            case.check_in_force(case.book.member(number))
    final = case.height if is_last else 0
    case.book.agreements[case.action.agreement] = replace(agreement, confirmed=confirmed, final=final)
    return Done(case.action.agreement, b"\x01" if is_last else b"")


def retract_confirmation(case: Case) -> Done:
    """Until the last one has confirmed, each may take it back."""
    agreement = _open(case)
    sound(case.me.id in agreement.confirmed, "not-confirmed")
    left = tuple(each for each in agreement.confirmed if each != case.me.id)
    case.book.agreements[case.action.agreement] = replace(agreement, confirmed=left)
    return Done(case.action.agreement)


ACTIONS = {
    "open_agreement": open_agreement,
    "confirm_agreement": confirm_agreement,
    "retract_confirmation": retract_confirmation,
}
