"""Actions of identity: certifications, recognition, keys reset, freezing, access."""

from dataclasses import replace

from app.core.wire import registry_pb2 as wire
from tests.registry.model.book import number8
from tests.registry.model.case import Case, Done
from tests.registry.model.keys import reset
from tests.registry.model.matrix import IDENTITY, OPERATOR, PARTNER, USER, check_operable
from tests.registry.model.things import AccessGrant, Account, Certification, Recognition
from tests.registry.model.words import (
    address_of,
    derived_id,
    is_digest,
    is_id,
    is_later,
    is_name,
    is_order,
    is_text,
    sound,
)

MOST_CERTIFICATIONS = 16


def _certification(case: Case) -> Certification:
    wish = case.action
    sound(1 <= wish.level <= 5 and is_digest(wish.root) and is_later(wish.expires_ns, case.now))
    return Certification(case.me.id, wish.level, wish.root, wish.expires_ns, wish.answers)


def enrol(case: Case) -> Done:
    """A new user."""
    wish: wire.Enrol = case.action
    certification = _certification(case)
    if wish.name:
        sound(is_name(wish.name))
        case.check_name_free(wish.name)
    key = case.check_new_key(wish.key)
    address = address_of(case.block.chain_id, key.key)
    account = Account(address, 0, wish.name, USER, (key,), partner=case.me.id, certifications=(certification,))
    check_operable(account)
    account = replace(account, id=case.next_number())
    case.book.put_account(account)
    return Done(number8(account.id), number8(account.id))


def certify(case: Case) -> Done:
    """A partner says what it knows of a user."""
    certification = _certification(case)
    account = case.user(case.action.account)
    case.check_in_force(account)
    others = [each for each in account.certifications if each.partner != case.me.id]
    sound(len(others) < MOST_CERTIFICATIONS, "limit-reached")
    together = sorted([*others, certification], key=lambda each: each.partner)
    case.change(account, certifications=tuple(together))
    return Done(number8(account.id))


def revoke_certification(case: Case) -> Done:
    """A partner takes back what it said."""
    sound(is_digest(case.action.reason))
    account = case.user(case.action.account)
    others = tuple(each for each in account.certifications if each.partner != case.me.id)
    sound(others != account.certifications, "no-such-certification")
    case.change(account, certifications=others)
    return Done(number8(account.id))


def recognise(case: Case) -> Done:
    """A partner takes another's word, from some level on."""
    wish: wire.Recognise = case.action
    sound(0 <= wish.least <= 5)
    other = case.book.member(wish.partner)
    sound(other.party == PARTNER, "wrong-party")
    sound(other.id != case.me.id)
    place = case.me.address, other.id
    if wish.least == 0:
        sound(place in case.book.recognitions, "no-such-certification")
        del case.book.recognitions[place]
    else:
        case.check_in_force(other)
        case.book.recognitions[place] = Recognition(wish.least)
    return Done(number8(other.id))


def reset_key(case: Case) -> Done:
    """A user who lost its keys is given a new one."""
    wish: wire.ResetKey = case.action
    sound(is_digest(wish.application) and is_digest(wish.authentication))
    account = case.user(wish.account)
    sound(account.partner == case.me.id, "not-your-user")
    case.check_in_force(account)
    check_operable(reset(case, account, case.check_new_key(wish.key)))
    return Done(number8(account.id))


def _stands_in(case: Case, partner: int) -> bool:
    """The operator does it, because the partner may do nothing, or nothing of the kind."""
    account = case.book.member(partner)
    return case.me.party == OPERATOR and (account.stop is not None or IDENTITY not in account.permissions)


def freeze(case: Case) -> Done:
    """On an order, a user may do nothing any more."""
    sound(is_order(case.action.order))
    account = case.user(case.action.account)
    certifies = case.me.id in {each.partner for each in account.certifications}
    sound(certifies or _stands_in(case, account.partner), "not-your-user")
    sound(account.stop is None, "already-stopped")
    case.change(account, stop=case.stop(case.action.order.document))
    return Done(number8(account.id))


def unfreeze(case: Case) -> Done:
    """On an order, it may again."""
    sound(is_order(case.action.order))
    account = case.user(case.action.account)
    if account.stop is None:
        sound(False, "not-stopped")
    else:
        sound(account.stop.by == case.me.id or _stands_in(case, account.stop.by), "not-your-user")
    case.change(account, stop=None)
    return Done(number8(account.id))


def grant(case: Case) -> Done:
    """A user lets one partner have data that another keeps."""
    wish: wire.Grant = case.action
    sound(is_digest(wish.scope) and is_text(wish.purpose, 512) and is_later(wish.expires_ns, case.now))
    for number in (wish.grantee, wish.holder):
        partner = case.book.member(number)
        sound(partner.party == PARTNER, "wrong-party")
        case.check_in_force(partner)
    place = case.me.address, derived_id("grant", case.body.sender, case.body.nonce)
    sound(place not in case.book.grants)
    case.book.grants[place] = AccessGrant(
        wish.grantee, wish.holder, wish.scope, wish.purpose, wish.expires_ns, case.height
    )
    return Done(place[1], place[1])


def withdraw_grant(case: Case) -> Done:
    """A user takes that back."""
    sound(is_id(case.action.grant))
    place = case.me.address, case.action.grant
    sound(place in case.book.grants, "unknown-grant")
    given = case.book.grants[place]
    sound(given.withdrawn == 0, "grant-over")
    case.book.grants[place] = replace(given, withdrawn=case.height)
    return Done(place[1])


ACTIONS = {
    "enrol": enrol,
    "certify": certify,
    "revoke_certification": revoke_certification,
    "recognise": recognise,
    "reset_key": reset_key,
    "freeze": freeze,
    "unfreeze": unfreeze,
    "grant": grant,
    "withdraw_grant": withdraw_grant,
}
