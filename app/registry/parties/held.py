"""Transactions that wait for approvals (经办/复核): held, countersigned, brought to effect or discarded.

Guarantees: what is brought to effect is exactly what its maker signed, under the law and the keys of the block in which the
last approval arrives; a held transaction that the law refuses then stays as it was.
"""

from collections.abc import Callable
from dataclasses import replace

from app.core.codec import encode
from app.core.ids import derive_held
from app.core.keys import Algorithm, PublicKey
from app.core.refusals import AlreadySigned, ApprovalsMissing, BadAction, HeldClosed, UnknownHeld
from app.core.transaction import signing_digest
from app.core.wire import registry_pb2 as wire
from app.registry.acted import Acted
from app.registry.approvals import find_key, missing_approvals
from app.registry.checking import check_deadline, check_id, fields_checked
from app.registry.context import Context
from app.registry.places import HELD, copy_of
from app.registry.rules import RULES

NEVER_HELD = frozenset({"notarize", "countersign", "discard"})
"""A record is proved by the one transaction that holds it; the others are themselves about what is held."""


def hold(context: Context, action: str, missing: int) -> Acted:
    """Keep a transaction for which approvals are missing.

    Raises:
        ApprovalsMissing: it does not ask to be held, or cannot be.
        BadAction: it asks to be held until a height that cannot be, or its id is taken.
    """
    if not context.body.hold_until or action in NEVER_HELD:
        raise ApprovalsMissing(account=int(context.sender.id), expected=missing)
    with fields_checked():
        check_deadline("last height for approvals", context.body.hold_until, context.height)
    held_id = derive_held(context.body.sender, context.body.nonce)
    # a nonce is free again once it has expired, and checkers must not be shown two bodies under one id
    if HELD.read(context.draft, context.sender.address, held_id) is not None:
        raise BadAction(field="held transaction", expected="a new one", got=held_id.hex())
    maker, *approvers = (key.to_wire() for key in context.signers)
    body_bytes = encode(context.body)
    held = wire.Held(body=body_bytes, maker=maker, approvers=approvers)
    HELD.write(context.draft, held, context.sender.address, held_id)
    return Acted("hold", body_bytes, held_id, held_id)


def countersign(context: Context, take_effect: Callable[[Context], Acted]) -> Acted:
    """Approve a held transaction; with the last approval that it needs, it takes effect.

    Raises:
        BadAction: not the id of one, or the digest of something else than is held.
        UnknownHeld, HeldClosed, AlreadySigned: there is nothing to approve.
        NotYourKey: of its maker or of a checker, when it would take effect.
        Refused: what is held is refused now.
    """
    wish = context.body.countersign
    held = _read(context, wish.held)
    body = wire.Body.FromString(held.body)
    if wish.digest != signing_digest(held.body):
        raise BadAction(field="digest", expected=signing_digest(held.body).hex(), got=wish.digest.hex())
    if context.height > body.hold_until:
        raise HeldClosed(held=wish.held.hex(), deadline=int(body.hold_until))
    signed = (_key(held.maker), *map(_key, held.approvers))
    checker = context.signers[:1]  # nobody, where it is only asked whether the action would pass (`law.rehearse`)
    if checker and checker[0] in signed:
        raise AlreadySigned(held=wish.held.hex(), key=checker[0].data.hex())
    return _approve(context, held, body, (*signed, *checker), take_effect)


def _approve(
    context: Context,
    held: wire.Held,
    body: wire.Body,
    signers: tuple[PublicKey, ...],
    take_effect: Callable[[Context], Acted],
) -> Acted:
    held_id, rule = context.body.countersign.held, RULES[str(body.WhichOneof("action"))]
    if missing_approvals(context.sender, len(held.approvers) + 1, rule):
        kept = copy_of(held)
        kept.approvers.append(signers[-1].to_wire())
        HELD.write(context.draft, kept, context.sender.address, held_id)
        return Acted("countersign", encode(context.body.countersign), held_id)
    for signer in signers:  # as when a transaction comes: a key that was revoked meanwhile signs nothing any more
        find_key(context.sender, signer)
    HELD.delete(context.draft, context.sender.address, held_id)
    acted = take_effect(replace(context, body=body, signers=signers))
    return replace(acted, held=held_id, approvers=signers[:-1])


def discard(context: Context) -> Acted:
    """Take a held transaction back.

    Raises:
        BadAction: not the id of one.
        UnknownHeld: there is none.
    """
    wish = context.body.discard
    _read(context, wish.held)
    HELD.delete(context.draft, context.sender.address, wish.held)
    return Acted("discard", encode(wish), wish.held)


def _read(context: Context, held_id: bytes) -> wire.Held:
    with fields_checked():
        check_id("held transaction", held_id)
    held = HELD.read(context.draft, context.sender.address, held_id)
    if held is None:
        raise UnknownHeld(held=held_id.hex())
    return held


def _key(key: wire.PublicKey) -> PublicKey:
    return PublicKey(Algorithm(key.algorithm), key.data)
