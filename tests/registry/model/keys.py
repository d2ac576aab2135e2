"""Actions on an account's own keys, and what waits for approvals."""

from dataclasses import replace

from tests.registry.model.book import number8
from tests.registry.model.case import Case, Done
from tests.registry.model.matrix import check_operable
from tests.registry.model.things import Account, AccountKey, Held, Key, RetiredKey, Threshold, plain
from tests.registry.model.words import body_digest, is_id, is_name, is_threshold_list, sound


def change_keys(case: Case) -> Done:
    """Revoke, then add."""
    wish, me = case.action, case.me
    sound((wish.add or wish.revoke) and len(wish.add) <= 16)
    revoked: list[Key] = [plain(each) for each in wish.revoke]
    own = {each.key for each in me.keys}
    sound(len(set(revoked)) == len(revoked) and own.issuperset(revoked), "key-not-of-account")
    left = tuple(each for each in me.keys if each.key not in revoked)
    me = case.change(me, keys=left, retired=retired(case, me, revoked))
    for new in wish.add:
        me = case.change(me, keys=(*me.keys, case.check_new_key(new)))
    check_operable(me)
    return Done(number8(me.id))


def retired(case: Case, account: Account, lost: list[Key]) -> tuple[RetiredKey, ...]:
    """The keys that an account lost in the newest block in which it lost any."""
    if not lost:
        return account.retired
    earlier = tuple(each for each in account.retired if each.height == case.height)
    return (*earlier, *(RetiredKey(key, case.height) for key in lost))


def set_thresholds(case: Case) -> Done:
    """How many checkers must sign beside the maker, for each duty."""
    wish = case.action.thresholds
    sound(is_threshold_list(wish))
    check_operable(case.change(case.me, thresholds=tuple(Threshold(each.duty, each.checkers) for each in wish)))
    return Done(number8(case.me.id))


def rename(case: Case) -> Done:
    """A new name; the old one stays reserved."""
    sound(is_name(case.action.name))
    case.check_name_free(case.action.name, case.me.address)
    case.change(case.me, name=case.action.name)
    return Done(number8(case.me.id))


def countersigned(case: Case, checker: Key) -> Held:
    """The held transaction that a countersigning may be added to."""
    wish = case.action
    sound(is_id(wish.held))
    sound((case.body.sender, wish.held) in case.book.held, "unknown-held")
    held = case.book.held[case.body.sender, wish.held]
    sound(wish.digest == body_digest(held.body))
    sound(case.height <= type(case.body).FromString(held.body).hold_until, "held-closed")
    sound(checker not in (held.maker, *held.approvers), "already-signed")
    return held


def discard(case: Case) -> Done:
    """What waits, is given up."""
    sound(is_id(case.action.held))
    place = case.body.sender, case.action.held
    sound(place in case.book.held, "unknown-held")
    del case.book.held[place]
    return Done(case.action.held)


def reset(case: Case, account: Account, key: AccountKey) -> Account:
    """A new key takes the place of all, and no threshold is left."""
    lost = retired(case, account, [each.key for each in account.keys])
    return case.change(replace(account, thresholds=()), keys=(key,), retired=lost)


ACTIONS = {"change_keys": change_keys, "set_thresholds": set_thresholds, "rename": rename, "discard": discard}
