"""Whether the keys that a draft names may sign it, and how many more must (经办/复核): a node judges only what is signed.

Guarantees: the answer is the law's own (`app.registry`), of the account as the node shows it.
"""

from app.core.errors import LuopuError
from app.core.keys import PublicKey
from app.core.refusals import ApprovalsMissing, NotYourKey, RoleMissing
from app.core.wire import registry_pb2 as wire
from app.registry.approvals import check_roles, missing_approvals
from app.registry.rules import RULES
from app.wallet.approval import Approval, Facts


def consent_reasons(account: wire.Account, shown: Approval[Facts], maker: PublicKey) -> tuple[LuopuError, ...]:
    """Why the signatures would not suffice; none: they would, or the chain keeps it until they do."""
    rule = RULES[shown.action]
    reasons: list[LuopuError] = []
    try:
        check_roles(account, [maker, *shown.approvers], rule)
    except (NotYourKey, RoleMissing) as error:
        reasons.append(error)
    missing = missing_approvals(account, len(shown.approvers), rule)
    if missing and not shown.hold_until:
        reasons.append(ApprovalsMissing(account=int(account.id), expected=missing))
    return tuple(reasons)
