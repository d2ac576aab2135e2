"""A user lets one partner have data that another keeps (white paper 3.4.1, 4.2.2).

Guarantees: what was granted stands on the chain with its scope and end, also after it was withdrawn. Leaves to the partner
that keeps the data to look before it hands anything out.
"""

from app.core.codec import encode
from app.core.ids import derive_grant
from app.core.refusals import BadAction, GrantOver, UnknownGrant
from app.core.text import check_text
from app.core.units import check_hash32
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import check_in_force, check_party, read_member
from app.registry.acted import Acted
from app.registry.checking import check_id, check_later, fields_checked
from app.registry.context import Context
from app.registry.places import GRANTS, copy_of


def grant(context: Context) -> Acted:
    """Grant access.

    Raises:
        BadAction: a field is wrong, or the id is taken.
        UnknownMember, WrongParty: grantee or holder is not a partner.
        AccountSuspended: it is suspended.
    """
    wish, place = context.body.grant, (context.sender.address, derive_grant(context.body.sender, context.body.nonce))
    with fields_checked():
        check_hash32("scope", wish.scope)
        check_text("purpose", wish.purpose)
        check_later("end of the grant", wish.expires_ns, context.time_ns)
    for account_id in (wish.grantee, wish.holder):
        partner = read_member(context.draft, account_id)
        check_party(partner, wire.PARTY_PARTNER)
        check_in_force(partner)
    if GRANTS.read(context.draft, *place) is not None:  # a nonce is free again once it has expired
        raise BadAction(field="grant", expected="a new one", got=place[1].hex())
    given = wire.AccessGrant(
        grantee=wish.grantee,
        holder=wish.holder,
        scope=wish.scope,
        purpose=wish.purpose,
        expires_ns=wish.expires_ns,
        height=context.height,
    )
    GRANTS.write(context.draft, given, *place)
    return Acted("grant", encode(wish), place[1], place[1])


def withdraw_grant(context: Context) -> Acted:
    """Take access back, from this block on.

    Raises:
        BadAction: not the id of a grant.
        UnknownGrant: the sender gave none under it.
        GrantOver: it was withdrawn before.
    """
    wish, sender = context.body.withdraw_grant, context.sender
    with fields_checked():
        check_id("grant", wish.grant)
    given = GRANTS.read(context.draft, sender.address, wish.grant)
    if given is None:
        raise UnknownGrant(grant=wish.grant.hex())
    if given.withdrawn:
        raise GrantOver(grant=wish.grant.hex())
    withdrawn = copy_of(given)
    withdrawn.withdrawn = context.height
    GRANTS.write(context.draft, withdrawn, sender.address, wish.grant)
    return Acted("withdraw_grant", encode(wish), wish.grant)
