"""Proposals and approvals of every sort, sound and not, forged from plain numbers."""

from hashlib import sha256

from app.core.codec import encode
from app.core.wire import registry_pb2 as wire
from tests.registry.forger import Forger, Intent, Sort, bookkeeper_of, key_of, sender_of, voted
from tests.registry.naive_state import ACTIONS
from tests.registry.rawproto import bytes_field, varint_field
from tests.registry.world import ALPHA, Member, seat_key, sign


def _proposed(forger: Forger, intent: Intent) -> bytes:
    return voted(*forger.ballot(intent))


def _approved(forger: Forger, intent: Intent) -> bytes:
    """By somebody with a seat who has not approved yet, mostly in time."""
    newest = list(forger.chain.ballots.items())[-6:]
    undecided = [(name, ballot.approvals) for name, ballot in newest if not ballot.decided]
    choices = [
        (name, each) for name, approvals in undecided for each in forger.holders() if each.address not in approvals
    ]
    if not choices:
        return _proposed(forger, intent)
    proposal, sender = choices[intent.pick % len(choices)]
    return _approval(forger, intent, sender, proposal)


def _approved_whatever(forger: Forger, intent: Intent) -> bytes:
    """Decided, past its deadline, twice, or all in order."""
    newest = list(forger.chain.ballots)[-9:] or [bytes(16)]
    return _approval(forger, intent, bookkeeper_of(intent), newest[intent.pick % len(newest)])


def _approval(forger: Forger, intent: Intent, sender: Member, proposal: bytes) -> bytes:
    body = forger.envelope(intent, sender)
    body.approve.proposal = proposal
    return voted(body, sender)


def changed_proposal(forger: Forger, intent: Intent) -> bytes:
    """With a field at a limit or beyond it; each 64 steps of `pick` take the next."""
    body, sender = forger.ballot(intent)
    wish, seat = body.propose, body.propose.validator
    changes: tuple[tuple[object, str, object], ...] = (
        (wish, "document", b""),
        (wish, "document", wish.document + b"\x00"),
        (wish, "deadline", forger.chain.height - 1),
        (wish, "deadline", forger.chain.height + 1_000_000),
        (wish, "deadline", forger.chain.height + 1_000_001),
        (wish, "deadline", -wish.deadline),
        (wish, "deadline", 2**63 - 1),
        (seat, "key", seat.key[:31]),
        (seat, "key", b""),
        (seat, "power", 2**40 + 1),
        (seat, "power", 2**64 - 1),
        (seat, "account", ALPHA.account.id),
        (seat, "account", 0),
        (seat, "account", 2**64 - 1),
        (wish, "validator", None),
        (body, "propose", None),
    )
    message, name, value = changes[intent.pick // 64 % len(changes)]
    if value is None:
        message.ClearField(name)  # type: ignore[attr-defined]
    else:
        setattr(message, name, value)
    if not body.HasField("propose"):
        body.propose.SetInParent()
    return voted(body, sender)


def other_change(forger: Forger, intent: Intent) -> bytes:
    """Settings, an upgrade, or an emergency stop; each 64 steps of `pick` take the next."""
    body, sender = forger.ballot(intent)
    place = intent.pick // 64
    _change(body.propose, CHANGES[place % len(CHANGES)], forger.chain.height)
    return voted(body, sender)


def changed_other_change(forger: Forger, intent: Intent) -> bytes:
    """With a field at a limit or beyond it."""
    body, sender = forger.ballot(intent)
    _change(body.propose, LIMITS[intent.pick // 64 % len(LIMITS)], forger.chain.height)
    return voted(body, sender)


Change = list[tuple[int, int, int]] | tuple[int, int, bytes] | tuple[tuple[int, ...], bool]
"""Settings; blocks beyond the deadline, version and release; actions and whether they are allowed again."""


def _change(wish: wire.Propose, change: Change, height: int) -> None:
    if isinstance(change, list):
        wish.settings.SetInParent()
        for setting, subject, value in change:
            wish.settings.settings.add(setting=wire.Setting.ValueType(setting), subject=subject, value=value)
    elif len(change) == 3:
        ahead, version, release = change
        wish.deadline = height + 4
        wish.upgrade.CopyFrom(wire.Upgrade(height=wish.deadline + ahead, version=version, release=release))
    else:
        wish.emergency.CopyFrom(wire.Emergency(actions=change[0], lifted=change[1]))
        wish.emergency.SetInParent()


CHANGES: tuple[Change, ...] = (
    *([(1, 0, 10), (4, 0, 64)], [(1, 0, 12)], [(4, 0, 100), (5, 0, 4_096)], [(6, 16, 12), (6, 18, 1), (7, 3, 7)]),
    *([(6, 16, 10)], [(6, 17, 0), (6, 71, 5)], (1_000, 2, bytes(32)), (2_000, 3, bytes(32))),
    *(((30, 65), False), ((16,), False), ((16, 22), True), ((16,), True), ((16,), True), ((30, 71), True)),
)
"""That can be made."""
LIMITS: tuple[Change, ...] = (
    *([], [(0, 0, 10)], [(8, 0, 10)], [(-1, 0, 10)], [(1, 0, 10), (1, 0, 11)], [(4, 0, 64), (1, 0, 10)]),
    *([(1, 0, 9)], [(1, 0, 1_000_001)], [(1, 1, 10)], [(2, 0, 59)], [(2, 0, 31_622_401)], [(3, 0, 31_622_401)]),
    *([(4, 0, 0)], [(4, 0, 1_000_001)], [(5, 0, 4_095)], [(5, 0, 1_000_001)], [(6, 0, 1)], [(6, 19, 1)]),
    *([(6, 16, 1_000_000_001)], [(7, 0, 1)], [(7, 6, 1)], [(7, 5, 1_000_000_001)], [(7, 1, 2**64 - 1)]),
    *([(6, number, 10) for number in sorted(ACTIONS.values())], [(6, number, 10) for number in range(16, 81)]),
    *((0, 2, bytes(32)), (1, 1, bytes(32)), (1, 0, bytes(32)), (1, 2**63, bytes(32)), (1, 2, bytes(31)), (1, 2, b"")),
    *((1_000_000, 2**63 - 1, bytes(32)), (2**62, 9, bytes(32))),
    *(((), False), ((17,), False), ((18,), True), ((20,), False), ((16, 18), False), ((19,), False), ((16, 16), False)),
    *(((20, 16), False), ((0,), False), ((2**32 - 1,), False), (tuple(range(60, 72)), True)),
)
"""That cannot, or only just."""


def _removal_of_nobody(forger: Forger, intent: Intent) -> bytes:
    body, sender = forger.ballot(intent)
    body.propose.validator.key, body.propose.validator.power = seat_key("nobody"), 0
    return voted(body, sender)


def _changed_approval(forger: Forger, intent: Intent) -> bytes:
    proposals = (b"", bytes(15), bytes(16), bytes(17), sha256(b"%d" % intent.pick).digest()[:16])
    return _approval(forger, intent, bookkeeper_of(intent), proposals[intent.pick % len(proposals)])


def _without_a_seat(forger: Forger, intent: Intent) -> bytes:
    """A partner proposes, or approves what there is to approve."""
    body = forger.envelope(intent, sender_of(intent))
    if intent.pick % 2:
        body.propose.CopyFrom(forger.wish(intent))
    else:
        body.approve.proposal = next(reversed(forger.chain.ballots), bytes(16))
    return sign(body, key_of(intent))


def _in_the_ballot(forger: Forger, intent: Intent) -> bytes:
    """A proposal that says more than it should, in bytes that are signed."""
    body, sender = forger.ballot(intent)
    wish = encode(body.propose)
    body.ClearField("propose")
    spoilt = (
        bytes_field(17, wish + bytes_field(17, b"")),
        bytes_field(17, wish + bytes_field(16, b"")),
        bytes_field(17, varint_field(3, 1) + wish),
        bytes_field(17, wish) + bytes_field(17, wish),
        bytes_field(17, wish) + bytes_field(18, b""),
        bytes_field(16, b"") + bytes_field(17, wish),
    )
    return sign(encode(body) + spoilt[intent.pick % len(spoilt)], sender.keys[0])


VOTES: tuple[Sort, ...] = (_proposed, _proposed, _approved, _approved, _approved, _approved, _approved_whatever)
"""Governance that mostly comes to something."""
BALLOTS: tuple[Sort, ...] = (
    *(*VOTES, _approved_whatever, changed_proposal, changed_proposal, _removal_of_nobody),
    *(_changed_approval, _without_a_seat, _in_the_ballot, other_change, other_change, changed_other_change),
)
"""Governance of every sort."""
