"""Who may hold a voucher (white paper 3.4.3 流动性限制): whom its issuer certified, or a partner that it recognises.

Guarantees: a user holds only with a real-name certification that counts at the block's time, whatever was so before.
"""

from app.core.refusals import HolderNotAccepted
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import LEVELS, check_in_force, counting
from app.registry.draft import Values
from app.registry.places import RECOGNITIONS, number
from app.registry.vouchers.standing import Standing

LEAST_LEVEL = wire.LEVEL_REAL_NAME


def check_may_hold(values: Values, standing: Standing, account: wire.Account, time_ns: int) -> None:
    """An account in force, which the issuer accepts.

    Raises:
        AccountSuspended, AccountFrozen: it is not in force.
        HolderNotAccepted: the issuer does not accept it.
    """
    check_in_force(account)
    if not _is_accepted(values, standing, account, time_ns):
        expected = LEVELS[LEAST_LEVEL] if account.party == wire.PARTY_USER else None
        raise HolderNotAccepted(account=int(account.id), voucher=standing.id.hex(), expected=expected)


def _is_accepted(values: Values, standing: Standing, account: wire.Account, time_ns: int) -> bool:
    if account.party == wire.PARTY_PARTNER:
        return account.id == standing.issuer.id or _least_of(values, standing, account.id) is not None
    if account.party != wire.PARTY_USER:
        return False
    return any(
        certification.level >= LEAST_LEVEL and _is_believed(values, standing, certification)
        for certification, _ in counting(values, account, time_ns)
    )


def _is_believed(values: Values, standing: Standing, certification: wire.Certification) -> bool:
    if certification.partner == standing.issuer.id:
        return True
    least = _least_of(values, standing, certification.partner)
    return least is not None and least <= certification.level


def _least_of(values: Values, standing: Standing, partner: int) -> int | None:
    """From which level on the issuer believes a partner in the matter of this voucher; None: not at all."""
    accepted = standing.terms.accepted
    if accepted and partner not in accepted:
        return None
    recognition = RECOGNITIONS.read(values, standing.issuer.address, number(partner))
    return None if recognition is None else int(recognition.least)
