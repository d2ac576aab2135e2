"""An account's own keys and thresholds (white paper 3.1 密钥管理, 经办/复核).

Guarantees: a key enters an account only if it was never any account's and its holder signed that it wants to be this
chain's; a key that was revoked signs nothing from the next transaction on; the account can still act afterwards.
"""

from collections.abc import Collection, Sequence

from app.core.codec import encode
from app.core.errors import BadKey, OutOfRange
from app.core.ids import possession_digest
from app.core.keys import PublicKey
from app.core.refusals import BadAction, KeyTaken, NotYourKey, PossessionNotShown
from app.core.text import MAX_LABEL_BYTES, check_text
from app.core.wire import registry_pb2 as wire
from app.registry.acted import Acted
from app.registry.approvals import DUTIES, MAX_CHECKERS, MAX_KEYS, ROLES, check_operable
from app.registry.checking import check_ascending, check_number, fields_checked
from app.registry.context import Context
from app.registry.places import copy_of, number
from app.registry.state import read_key_owner, reserve_key, write_account


def change_keys(context: Context) -> Acted:
    """Revoke keys, then add keys.

    Raises:
        BadAction: neither is asked for, or a new key's fields are wrong.
        NotYourKey: one to be revoked is not the account's, or named twice.
        KeyTaken, PossessionNotShown: see `check_new_key`.
        KeysImpossible: the account could no longer act.
    """
    wish, account = context.body.change_keys, copy_of(context.sender)
    if not wish.add and not wish.revoke:
        raise BadAction(field="keys", expected="at least one to add or to revoke")
    if (
        len(wish.add) > MAX_KEYS
    ):  # before each is asked to show that somebody holds it, which costs far more than points
        raise BadAction(field="keys to add", expected=f"at most {MAX_KEYS}", got=len(wish.add))
    _revoke(account, wish.revoke)
    retire(account, wish.revoke, context.height)
    for each in wish.add:
        account.keys.append(check_new_key(context, each))
        reserve_key(context.draft, each.key, account.address)  # at once, so that it cannot be added twice
    check_operable(account)
    write_account(context.draft, account)
    return Acted("change_keys", encode(wish), number(account.id))


def set_thresholds(context: Context) -> Acted:
    """How many checkers must sign beside the maker, for each class of action.

    Raises:
        BadAction: not ascending by duty, an unknown duty, or a number of checkers that cannot be.
        KeysImpossible: the account's keys do not suffice for it.
    """
    wish, account = context.body.set_thresholds, copy_of(context.sender)
    with fields_checked():
        check_thresholds(wish.thresholds)
    del account.thresholds[:]
    account.thresholds.extend(wish.thresholds)
    check_operable(account)
    write_account(context.draft, account)
    return Acted("set_thresholds", encode(wish), number(account.id))


def check_new_key(context: Context, untrusted: wire.NewKey) -> wire.AccountKey:
    """The account's entry of a new key.

    Raises:
        BadAction: not a key, or its label or roles are wrong.
        KeyTaken: it belongs to an account, or once did.
        PossessionNotShown: its holder did not sign for it.
    """
    with fields_checked():
        key = _key_of(untrusted.key)
        check_text("label of a key", untrusted.label, most=MAX_LABEL_BYTES)
        check_known("roles", untrusted.roles, ROLES)
    if read_key_owner(context.draft, key.encode()) is not None:
        raise KeyTaken(key=key.data.hex())
    if not context.is_signed(key, possession_digest(context.environment.chain_id, key), untrusted.possession):
        raise PossessionNotShown(key=key.data.hex())
    return wire.AccountKey(key=untrusted.key, label=untrusted.label, roles=untrusted.roles)


def check_thresholds(thresholds: Sequence[wire.Threshold]) -> None:
    """Known duties, ascending, and for each a number of checkers that can be.

    Raises:
        OutOfRange: otherwise.
    """
    check_known("duties", [each.duty for each in thresholds], DUTIES)
    for each in thresholds:
        check_number("checkers", each.checkers, 1, MAX_CHECKERS)


def check_known(name: str, values: Sequence[int], known: Collection[int]) -> None:
    """Choices, each one of those that there are, ascending.

    Raises:
        OutOfRange: otherwise.
    """
    check_ascending(name, values, 0, len(known))
    for value in values:
        if value not in known:
            raise OutOfRange(field=name, expected="known ones", got=int(value))


def retire(account: wire.Account, lost: Sequence[wire.PublicKey], height: int) -> None:
    """Note which keys the account lost: those of the newest block in which it lost any.

    What they signed earlier in that block counts, and whoever looks at the account as it stands behind the block can see so.
    """
    if any(each.height != height for each in account.retired) and lost:
        del account.retired[:]
    account.retired.extend(wire.RetiredKey(key=key, height=height) for key in lost)


def _revoke(account: wire.Account, keys: Sequence[wire.PublicKey]) -> None:
    """Take each of the keys from the account; one that is named twice is no longer there the second time."""
    for key in keys:
        index = next((index for index, entry in enumerate(account.keys) if entry.key == key), None)
        if index is None:
            raise NotYourKey(account=int(account.id), key=key.data.hex())
        del account.keys[index]


def _key_of(untrusted: wire.PublicKey) -> PublicKey:
    try:
        return PublicKey.from_wire(untrusted)
    except BadKey as error:
        raise OutOfRange(field="key", expected="a public key", got=untrusted.data.hex()) from error
