"""Which other partners' certifications a partner takes for its vouchers, and from which level on (white paper 3.4.1)."""

from app.core.codec import encode
from app.core.refusals import BadAction, NoSuchCertification
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import LEVELS, check_in_force, check_party, read_member
from app.registry.acted import Acted
from app.registry.checking import check_number, fields_checked
from app.registry.context import Context
from app.registry.places import RECOGNITIONS, number


def recognise(context: Context) -> Acted:
    """Recognise another partner's certifications, with another least level, or no longer.

    Raises:
        BadAction: an unknown level, or the sender itself.
        UnknownMember, WrongParty: not a partner.
        NoSuchCertification: there is no recognition to take back.
        AccountSuspended: the partner is suspended.
    """
    wish, sender = context.body.recognise, context.sender
    with fields_checked():
        check_number("least level", wish.least, wire.LEVEL_UNSPECIFIED, max(LEVELS))
    partner = read_member(context.draft, wish.partner)
    check_party(partner, wire.PARTY_PARTNER)
    if partner.id == sender.id:
        raise BadAction(field="partner", expected="another partner", got=int(partner.id))
    place = (sender.address, number(partner.id))
    if wish.least:
        check_in_force(partner)
        RECOGNITIONS.write(context.draft, wire.Recognition(least=wish.least), *place)
    elif RECOGNITIONS.read(context.draft, *place) is None:
        raise NoSuchCertification(account=int(partner.id), partner=int(sender.id))
    else:
        RECOGNITIONS.delete(context.draft, *place)
    return Acted("recognise", encode(wish), number(partner.id))
