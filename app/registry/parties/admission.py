"""Admission of organisations (业务准入方, white paper 3.1, 3.6): who they are, what they may do, what was agreed with them.

Guarantees: every version of an organisation's legal agreement stays on the map with the height since which it is in force,
so what it did at any height resolves to the terms of that height (司法追溯).
"""

from app.core.codec import encode
from app.core.errors import OutOfRange
from app.core.ids import derive_address
from app.core.keys import PublicKey
from app.core.units import check_hash32
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import PARTIES, check_party, read_member
from app.registry.acted import Acted
from app.registry.approvals import MAX_KEYS, check_operable
from app.registry.checking import check_number, fields_checked
from app.registry.context import Context
from app.registry.draft import Draft
from app.registry.parties.keys import check_known, check_new_key, check_thresholds
from app.registry.parties.naming import check_free_name, take_name
from app.registry.places import TERMS, copy_of, number
from app.registry.rules import ORGANISATIONS, permissions_for
from app.registry.state import read_next_account, write_account, write_new_account, write_next_account

ADMITTED = (wire.PARTY_BOOKKEEPER, wire.PARTY_PARTNER, wire.PARTY_REGULATOR)


def admit(context: Context) -> Acted:
    """A new organisation, with the first version of its agreement.

    Raises:
        BadAction: one of its fields is wrong.
        NameTaken: the name is another account's, or once was.
        KeyTaken, PossessionNotShown: a key cannot be its.
        KeysImpossible: it could not act.
    """
    wish = context.body.admit
    with fields_checked():
        _check_fields(wish)
    check_free_name(context.draft, wish.name)
    keys = [check_new_key(context, each) for each in wish.keys]
    account = wire.Account(
        address=derive_address(context.environment.chain_id, PublicKey.from_wire(keys[0].key)),
        id=read_next_account(context.draft),
        name=wish.name,
        party=wish.party,
        keys=keys,
        permissions=wish.permissions,
        quota_points=wish.quota_points,
        thresholds=wish.thresholds,
    )
    _agree(context, account, wish.agreement)
    add_account(context.draft, account)
    return Acted("admit", encode(wish), number(account.id), number(account.id))


def amend(context: Context) -> Acted:
    """Change what was agreed with an organisation, be it suspended or not.

    Raises:
        UnknownMember: there is no such account.
        WrongParty: it is a user.
        BadAction: a field is wrong.
        NameTaken: the name is another account's, or once was.
    """
    wish = context.body.amend
    account = copy_of(read_member(context.draft, wish.account))
    check_party(account, *ORGANISATIONS)
    if wish.name:
        take_name(context.draft, account, wish.name)
    with fields_checked():
        check_known("permissions", wish.permissions, permissions_for(account.party))
        check_number("quota points", wish.quota_points)
        if wish.agreement:
            check_hash32("agreement", wish.agreement)
    account.permissions[:] = wish.permissions
    account.quota_points = wish.quota_points
    if wish.agreement:
        _agree(context, account, wish.agreement)
    write_account(context.draft, account)
    return Acted("amend", encode(wish), number(account.id))


def add_account(draft: Draft, account: wire.Account) -> None:
    """Bring a new account, which has the next number, onto the chain.

    Raises:
        KeysImpossible: it could not act.
    """
    check_operable(account)
    write_next_account(draft, account.id + 1)
    write_new_account(draft, account)


def _check_fields(wish: wire.Admit) -> None:
    if wish.party not in ADMITTED:
        expected = ", ".join(PARTIES[party] for party in ADMITTED)
        raise OutOfRange(field="party", expected=expected, got=PARTIES.get(wish.party, str(int(wish.party))))
    check_number("number of keys", len(wish.keys), 1, MAX_KEYS)
    if len({(int(each.key.algorithm), each.key.data) for each in wish.keys}) != len(wish.keys):
        raise OutOfRange(field="keys", expected="each once")
    check_known("permissions", wish.permissions, permissions_for(wish.party))
    check_hash32("agreement", wish.agreement)
    check_number("quota points", wish.quota_points)
    check_thresholds(wish.thresholds)


def _agree(context: Context, account: wire.Account, agreement: bytes) -> None:
    """The next version of an organisation's agreement, from this block on."""
    account.agreement, account.agreement_version = agreement, account.agreement_version + 1
    version = wire.AgreementVersion(agreement=agreement, height=context.height)
    TERMS.write(context.draft, version, account.address, number(account.agreement_version))
