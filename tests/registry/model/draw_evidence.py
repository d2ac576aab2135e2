"""Draws actions of evidence, agreements and governance."""

from typing import Any

from app.core.wire import registry_pb2 as wire
from tests.registry.model.dice import make_key
from tests.registry.model.drawer import Drawer, Wish
from tests.registry.model.matrix import BOOKKEEPER, NUMBERS
from tests.registry.model.things import Account, Agreement
from tests.registry.model.words import derived_id


def notarize(drawer: Drawer) -> Wish | None:
    """A first record, or the next one of a chain."""
    dice, chains = drawer.dice, drawer.book.chains
    record = wire.EvidenceRecord(
        sha256=drawer.fresh(), sm3=drawer.fresh(), context_digest=drawer.fresh(), subject="合同"
    )
    record.size = dice.below(10**9)
    if chains and dice.chance(60):
        record.chain = dice.one(list(chains))
        head = chains[record.chain]
        sender = drawer.mostly([drawer.book.accounts[head.owner]], drawer.accounts(), 95)
        record.sequence, record.previous = head.sequence + 1, head.record
        record.supersedes = dice.below(head.sequence + 1)
        if dice.chance(4):
            record.sequence += 1
        if dice.chance(4):
            record.previous = drawer.fresh()
        if dice.chance(2):
            record.chain = drawer.fresh()[:16]
    else:
        sender = drawer.able("notarize")
        record.sequence = 1
        if sender is not None:
            renew(drawer, sender)
            record.chain = derived_id("chain", sender.address, drawer.nonce)
    if dice.chance(20):
        record.batch_root, record.batch_size = drawer.fresh(), dice.one((1, 2, 1_000_000, 1_000_000, 1_000_001))
    if dice.chance(20):
        record.timestamp, record.hosting = dice.one(((b"", drawer.fresh()), (drawer.fresh(), b"")))
    return None if sender is None else Wish(sender, wire.Notarize(record=record))


def renew(drawer: Drawer, sender: Account) -> None:
    """Now and then a nonce is used again that nobody remembers: ids that follow from it are taken."""
    if not drawer.dice.chance(10):
        return
    free = [nonce for who, nonce in drawer.past if who == sender.address and (who, nonce) not in drawer.model.nonces]
    if free:
        drawer.nonce = drawer.dice.one(free)


def renewable(drawer: Drawer, wish: Wish | None) -> Wish | None:
    """The same for whatever has an id that is new."""
    if wish is not None:
        renew(drawer, wish.sender)
    return wish


# ---- agreements ---------------------------------------------------------------------------------------------------
def open_agreement(drawer: Drawer) -> Wish | None:
    """Between a few who could confirm, mostly."""
    sender = drawer.able("open_agreement")
    if sender is None:
        return None
    parties = {account.id for _ in range(drawer.dice.between(2, 4)) if (account := drawer.able("confirm_agreement"))}
    if drawer.dice.chance(5):
        parties |= {drawer.dice.one(drawer.accounts()).id, 1_000 + drawer.dice.below(9)}
    action = wire.OpenAgreement(
        sha256=drawer.fresh(), sm3=drawer.fresh(), context_digest=drawer.fresh(), size=5, subject="约"
    )
    action.parties.extend(sorted(parties))
    action.deadline = drawer.height + drawer.dice.between(0, 40)
    return renewable(drawer, Wish(sender, action))


def confirm_agreement(drawer: Drawer) -> Wish | None:
    """By who has not yet, mostly."""
    found = _agreement(drawer)
    if found is None:
        return None
    key, agreement = found
    again = drawer.dice.chance(4)
    waiting = [number for number in agreement.terms.parties if (number in agreement.confirmed) == again]
    sender = _party(drawer, waiting, agreement)
    action = wire.ConfirmAgreement(agreement=key, sha256=agreement.terms.sha256)
    return None if sender is None else Wish(sender, action)


def retract_confirmation(drawer: Drawer) -> Wish | None:
    """By who has, mostly."""
    found = _agreement(drawer)
    if found is None:
        return None
    key, agreement = found
    sender = _party(drawer, list(agreement.confirmed), agreement)
    return None if sender is None else Wish(sender, wire.RetractConfirmation(agreement=key))


def _agreement(drawer: Drawer) -> tuple[bytes, Agreement] | None:
    agreements: dict[bytes, Agreement] = drawer.book.agreements
    good = [key for key, each in agreements.items() if not each.final and each.terms.deadline >= drawer.height]
    key = drawer.mostly(good, list(agreements), 93)
    return None if key is None else (key, agreements[key])


def _party(drawer: Drawer, good: list[int], agreement: Agreement) -> Account | None:
    others = [*agreement.terms.parties, drawer.dice.one(drawer.accounts()).id]
    number = drawer.mostly(good, others, 92)
    return None if number is None else drawer.book.member(number)


# ---- governance ---------------------------------------------------------------------------------------------------
def propose(drawer: Drawer) -> Wish | None:
    """Any change, mostly a harmless one."""
    action = wire.Propose(document=drawer.fresh(), deadline=drawer.height + drawer.dice.between(0, 30))
    drawer.dice.one((_validator, _validator, _settings, _upgrade, _emergency, _emergency))(drawer, action)
    sender = _holder_of_seat(drawer)
    return None if sender is None else renewable(drawer, Wish(sender, action))


def _holder_of_seat(drawer: Drawer) -> Account | None:
    numbers = {seat.account for seat in drawer.book.seats.values()}
    bookkeepers = drawer.accounts(BOOKKEEPER)
    return drawer.mostly([each for each in bookkeepers if each.id in numbers and each.stop is None], bookkeepers, 95)


def _validator(drawer: Drawer, action: Any) -> None:
    dice, seats = drawer.dice, list(drawer.book.seats.values())
    seat = dice.one(seats)
    account, key, power = seat.account, seat.key, dice.between(1, 12)
    if (len(seats) > 4 and dice.chance(40)) or dice.chance(5):
        power = 0
        key = key if dice.chance(90) else drawer.fresh()
    elif dice.chance(40):
        key = make_key(f"seat {dice.below(9)}")[1][-32:]
        account = dice.one(drawer.accounts(BOOKKEEPER)).id
    if dice.chance(8):
        account = dice.one(drawer.accounts()).id
    action.validator.CopyFrom(wire.Seat(key=key, power=power, account=account))


def _settings(drawer: Drawer, action: Any) -> None:
    dice = drawer.dice
    actions = dice.one(list(NUMBERS.values()))
    good = [
        (1, 0, dice.one((10, 12, 40))),
        (2, 0, dice.one((60, 61, 300))),
        (3, 0, dice.one((0, 7, 31_622_400))),
        (4, 0, dice.one((40, 100, 500))),
        (5, 0, dice.one((4_096, 8_192))),
        (6, actions, dice.below(9)),
        (7, dice.between(1, 5), dice.one((100, 300, 400, 1_000))),
    ]
    chosen = dice.some(good, 3)
    if dice.chance(12):
        chosen = [
            dice.one(((1, 0, 9), (2, 0, 59), (4, 0, 0), (5, 0, 4_095), (6, 19, 1), (7, 6, 1), (1, 1, 10), (8, 0, 1)))
        ]
    action.settings.settings.extend(
        wire.NewSetting(setting=setting, subject=subject, value=value)  # type: ignore[arg-type]
        for setting, subject, value in chosen
    )


def _upgrade(drawer: Drawer, action: Any) -> None:
    upgrade = drawer.book.parameters.upgrade
    action.upgrade.height = action.deadline + (drawer.dice.below(60) if drawer.dice.chance(8) else 10_000)
    action.upgrade.version = drawer.dice.between(1, 3) + (1 if upgrade is None else upgrade.version)
    action.upgrade.release = drawer.fresh()


def _emergency(drawer: Drawer, action: Any) -> None:
    dice, stopped = drawer.dice, drawer.book.parameters.stopped_actions
    action.emergency.lifted = len(stopped) > 1 or dice.chance(30)
    numbers = stopped if stopped and action.emergency.lifted else [dice.one(list(NUMBERS.values()))]
    action.emergency.actions.extend(numbers)


def approve(drawer: Drawer) -> Wish | None:
    """What is not decided yet, mostly, by who has not yet."""
    proposals = drawer.book.proposals
    good = [key for key, each in proposals.items() if not each.decided and each.propose.deadline >= drawer.height]
    key = drawer.mostly(good, list(proposals), 93)
    if key is None:
        return None
    sender = _holder_of_seat(drawer)
    for _ in range(4):
        if sender is not None and sender.address in proposals[key].approvals:
            sender = _holder_of_seat(drawer)
    if drawer.dice.chance(2):
        key = drawer.fresh()[:16]
    return None if sender is None else Wish(sender, wire.Approve(proposal=key))


BUILDERS = [
    ("notarize", notarize, 6),
    ("open_agreement", open_agreement, 3),
    ("confirm_agreement", confirm_agreement, 6),
    ("retract_confirmation", retract_confirmation, 2),
    ("propose", propose, 4),
    ("approve", approve, 7),
]
