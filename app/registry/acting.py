"""One action of a known sender: whether it may be done at all, whether enough have signed, and what it does.

`act` lists the rules in the order of docs/registry.md, steps 10 to 15.
"""

from app.core.refusals import ActionStopped, Malformed
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import check_in_force
from app.registry.acted import Acted
from app.registry.actions import HANDLERS
from app.registry.approvals import check_roles, missing_approvals
from app.registry.context import Context
from app.registry.parties.held import countersign, hold
from app.registry.rules import RULES, check_may

NUMBERS = {field.name: field.number for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}
"""Name of an action → its number in a body, on the log and in the parameters."""


def act(context: Context) -> Acted:
    """Do what the body says, or keep it until enough have approved.

    Raises:
        Refused: the first rule that is broken.
    """
    action = name_of(context.body)
    check_rules(context)
    check_roles(context.sender, context.signers, RULES[action])
    missing = missing_approvals(context.sender, len(context.signers) - 1, RULES[action])
    if missing:
        return hold(context, action, missing)
    return carry_out(context)


def take_effect(context: Context) -> Acted:
    """Do what the body of a held transaction says, for which enough have approved.

    Raises:
        Refused: the first rule that is broken.
    """
    check_rules(context)
    check_roles(context.sender, context.signers, RULES[name_of(context.body)])
    return carry_out(context)


def check_rules(context: Context) -> None:
    """The sender may do it now, whoever signs for it.

    Raises:
        Refused: the first rule that is broken.
    """
    action = name_of(context.body)
    check_not_stopped(context, action)
    if not _only_revokes(context.body):  # a stolen key must be revocable whatever else stands still
        check_in_force(context.sender)
    check_may(context, RULES[action])


def carry_out(context: Context) -> Acted:
    """The action itself."""
    action = name_of(context.body)
    if action == "countersign":
        return countersign(context, take_effect)
    return HANDLERS[action](context)


def check_not_stopped(context: Context, action: str) -> None:
    """The bookkeepers have not stopped this class of action (3.7).

    Raises:
        ActionStopped: they have.
    """
    if NUMBERS[action] in context.parameters.stopped_actions:
        raise ActionStopped(action=action)


def name_of(body: wire.Body) -> str:
    """Name of the body's action.

    Raises:
        Malformed: it has none.
    """
    action = body.WhichOneof("action")
    if action is None:
        raise Malformed(reason="no action")
    return str(action)


def _only_revokes(body: wire.Body) -> bool:
    return body.WhichOneof("action") == "change_keys" and not body.change_keys.add
