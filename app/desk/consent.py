"""Whether those who are to sign may, and are enough (经办/复核): what a node cannot say before it knows who signs.

Guarantees: the answer is the law's own (`app.registry`), of the account as the node shows it, so that a clerk hears before
the passphrase is asked for what would otherwise be refused after signing.
"""

from app.core.errors import LuopuError
from app.core.keys import PublicKey
from app.core.refusals import ApprovalsMissing, NotYourKey, RoleMissing
from app.core.wire import registry_pb2 as wire
from app.registry.approvals import check_roles, missing_approvals
from app.registry.parties.held import NEVER_HELD
from app.registry.rules import RULES
from app.wallet.entry import Entry


def consent_reasons(account: wire.Account, entry: Entry, own: PublicKey) -> tuple[LuopuError, ...]:
    """Why the law would refuse the signatures that an entry is to have; `own` is the key that signs now. None: they suffice,
    or the chain keeps it until they do."""
    shown, rule = entry.shown, RULES[entry.action]
    maker = own if entry.signed is None else entry.signed.maker
    reasons: list[LuopuError] = []
    try:
        check_roles(account, (maker, *shown.approvers), rule)
    except (NotYourKey, RoleMissing) as error:
        reasons.append(error)
    missing = missing_approvals(account, len(shown.approvers), rule)
    if missing and (not shown.hold_until or entry.action in NEVER_HELD):
        reasons.append(ApprovalsMissing(account=int(account.id), expected=missing))
    return tuple(reasons)
