"""Actions of admission, and orders against members."""

from app.core.wire import registry_pb2 as wire
from tests.registry.model.book import number8
from tests.registry.model.case import Case, Done
from tests.registry.model.matrix import BOOKKEEPER, EVIDENCE, OPERATOR, PARTNER, REGULATOR, USER, check_operable
from tests.registry.model.things import Account, AgreementVersion, Threshold, plain
from tests.registry.model.words import (
    address_of,
    is_ascending,
    is_count,
    is_digest,
    is_name,
    is_order,
    is_threshold_list,
    sound,
)


def admit(case: Case) -> Done:
    """A new organisation."""
    wish: wire.Admit = case.action
    sound(wish.party in {BOOKKEEPER, PARTNER, REGULATOR})
    sound(is_name(wish.name))
    sound(1 <= len(wish.keys) <= 16 and len({plain(each.key) for each in wish.keys}) == len(wish.keys))
    sound(_are_permissions(wish.permissions, wish.party))
    sound(is_digest(wish.agreement) and is_count(wish.quota_points))
    sound(is_threshold_list(wish.thresholds))
    case.check_name_free(wish.name)
    keys = tuple(map(case.check_new_key, wish.keys))
    account = Account(
        address=address_of(case.block.chain_id, keys[0].key),
        id=case.next_number(),
        name=wish.name,
        party=wish.party,
        keys=keys,
        permissions=tuple(wish.permissions),
        agreement=wish.agreement,
        quota_points=wish.quota_points,
        agreement_version=1,
        thresholds=tuple(Threshold(each.duty, each.checkers) for each in wish.thresholds),
    )
    check_operable(account)
    case.book.put_account(account)
    case.book.terms[account.address, 1] = AgreementVersion(wish.agreement, case.height)
    return Done(number8(account.id), number8(account.id))


def _are_permissions(permissions: object, party: int) -> bool:
    listed = list(permissions)  # type: ignore[call-overload]
    return is_ascending(listed) and set(listed) <= ({1, 2, 3} if party == PARTNER else {EVIDENCE})


def amend(case: Case) -> Done:
    """What was agreed with an organisation changes."""
    wish: wire.Amend = case.action
    account = case.book.member(wish.account)
    sound(account.party != USER, "wrong-party")
    if wish.name:
        sound(is_name(wish.name))
        case.check_name_free(wish.name, account.address)
    sound(_are_permissions(wish.permissions, account.party))
    sound(is_count(wish.quota_points))
    sound(not wish.agreement or is_digest(wish.agreement))
    account = case.change(
        account,
        name=wish.name or account.name,
        permissions=tuple(wish.permissions),
        quota_points=wish.quota_points,
    )
    if wish.agreement:
        version = account.agreement_version + 1
        case.change(account, agreement=wish.agreement, agreement_version=version)
        case.book.terms[account.address, version] = AgreementVersion(wish.agreement, case.height)
    return Done(number8(account.id))


def suspend(case: Case) -> Done:
    """On an order, an organisation may do nothing any more."""
    account = _suspendable(case)
    sound(account.stop is None, "already-stopped")
    case.change(account, stop=case.stop(case.action.order.document))
    return Done(number8(account.id))


def resume(case: Case) -> Done:
    """On an order, it may again."""
    account = _suspendable(case)
    sound(account.stop is not None, "not-stopped")
    case.change(account, stop=None)
    return Done(number8(account.id))


def _suspendable(case: Case) -> Account:
    sound(is_order(case.action.order))
    account = case.book.member(case.action.account)
    sound(account.party in {BOOKKEEPER, PARTNER, REGULATOR}, "wrong-party")
    return account


def record_order(case: Case) -> Done:
    """An order that changes nothing here."""
    sound(is_order(case.action.order))
    account, me = case.book.member(case.action.account), case.me
    certifies = account.party == USER and me.id in {each.partner for each in account.certifications}
    sound(me.party in {OPERATOR, REGULATOR} or certifies, "not-your-user")
    return Done(number8(account.id))


ACTIONS = {"admit": admit, "amend": amend, "suspend": suspend, "resume": resume, "record_order": record_order}
