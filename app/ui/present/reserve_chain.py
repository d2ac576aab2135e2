"""What stands on the chain about reserves, in words: a custodian's coverage over time, and all custodians of a voucher
against its supply (3.4.3).

Guarantees: what was counted at a publication and what is held now are told apart.
"""

from collections.abc import Sequence

from app.ui.desks.reserves import (
    CoverageView,
    CustodianView,
    PublicationView,
    ReservesView,
    ReserveVoucher,
)
from app.ui.present.facts import Fact
from app.ui.present.language import Words
from app.ui.present.names import account, line
from app.ui.present.numbers import SECOND_NS, number, permille
from app.ui.present.reserves import is_covered, much, ratio
from app.ui.present.states import Chip, Tone
from app.ui.present.times import age, full

OLD_SECONDS = 31 * 86_400
"""A publication older than a month says little of today."""


# ---- coverage over time --------------------------------------------------------------------------------------------------
def coverage_headers(words: Words) -> tuple[str, ...]:
    """Of the table beside the plot."""
    tr = words.tr
    return (tr("Time"), tr("Height"), tr("Owed"), tr("Held"), tr("Ratio"))


def coverage_row(each: PublicationView, voucher: ReserveVoucher, words: Words) -> tuple[str, ...]:
    """One publication."""
    return (
        full(each.time_ns, words),
        number(each.height),
        much(each.owed, voucher, words),
        much(each.held, voucher, words),
        ratio(each.held, each.owed, words),
    )


def point_words(each: PublicationView, voucher: ReserveVoucher, words: Words) -> str:
    """A publication in one line."""
    return words.tr("{time}, height {height}: owed {owed}, held {held}, {ratio}").format(
        time=full(each.time_ns, words),
        height=number(each.height),
        owed=much(each.owed, voucher, words),
        held=much(each.held, voucher, words),
        ratio=ratio(each.held, each.owed, words),
    )


def coverage_sentence(view: CoverageView, now_ns: int, words: Words) -> str:
    """How often it was published, and when last."""
    if not view.publications:
        return words.tr("Nothing was published about this voucher yet.")
    said = words.tr("%n publication(s), the newest {age}", None, len(view.publications)).format(
        age=age(view.publications[0].time_ns, now_ns, words)
    )
    return said if view.is_whole else words.tr("{said}; older ones are not shown").format(said=said)


# ---- all custodians of a voucher -----------------------------------------------------------------------------------------
def supply_facts(view: ReservesView, words: Words) -> list[Fact]:
    """How much is out, and how much of it lies with custodians who published."""
    tr, voucher = words.tr, view.voucher
    now, owed = held_now(view), owed_in_all(view)
    return [
        Fact(tr("Issuer"), line(view.issuer_name, 40)),
        Fact(tr("Outstanding"), much(view.supply, voucher, words)),
        Fact(tr("With custodians who published"), with_share(now, view, words)),
        Fact(tr("Of it owed to their users"), with_share(owed, view, words)),
        Fact(tr("At height"), number(view.height)),
    ]


def held_now(view: ReservesView) -> int:
    """What all custodians who published hold now."""
    return sum(each.held_now for each in view.custodians)


def owed_in_all(view: ReservesView) -> int:
    """What they owed in all, each as of its newest publication."""
    return sum(each.newest.owed for each in view.custodians)


def with_share(units: int, view: ReservesView, words: Words) -> str:
    """An amount, and which part of the supply it is."""
    tenths = permille(units, view.supply)
    return words.tr("{amount} ({share} of what is outstanding)").format(
        amount=much(units, view.voucher, words), share=f"{tenths // 10}.{tenths % 10}%"
    )


def supply_shares(view: ReservesView) -> list[tuple[int, Tone]]:
    """Of the supply, in thousandths: what custodians who published owe to their users, and what they hold beyond that."""
    owed = permille(min(owed_in_all(view), held_now(view)), view.supply) if view.supply else 0
    held = permille(held_now(view), view.supply) if view.supply else 0
    return [(owed, "primary"), (max(held - owed, 0), "ok")]


def supply_legend(view: ReservesView, words: Words) -> list[Chip]:
    """The same in words, in the order of the bar."""
    tr, voucher = words.tr, view.voucher
    held = held_now(view)
    owed = min(owed_in_all(view), held)
    return [
        Chip(tr("owed to users: {amount}").format(amount=much(owed, voucher, words)), "primary"),
        Chip(tr("held beyond that: {amount}").format(amount=much(held - owed, voucher, words)), "ok"),
        Chip(tr("elsewhere: {amount}").format(amount=much(max(view.supply - held, 0), voucher, words)), "neutral"),
    ]


def overview_words(view: ReservesView, words: Words) -> tuple[object, ...]:
    """What is the same for two views that say the same, whatever block they are of."""
    rows = tuple((custodian_title(each, words), custodian_detail(each, view, words)) for each in view.custodians)
    return view.voucher, view.supply, rows


def is_old(each: CustodianView, view: ReservesView) -> bool:
    """Whether its newest publication says little of today."""
    return view.time_ns - each.newest.time_ns > OLD_SECONDS * SECOND_NS


def is_short_now(each: CustodianView) -> bool:
    """Whether it holds less now than it owed at its newest publication. It need not owe as much any more."""
    return each.is_whole and not is_covered(each.held_now, each.newest.owed)


def custodian_title(each: CustodianView, words: Words) -> str:
    """Who it is."""
    return account(each.name, each.account, words)


def custodian_chip(each: CustodianView, view: ReservesView, words: Words) -> Chip:
    """Its ratio when it published; what speaks against relying on it goes first."""
    if is_short_now(each):
        return Chip(words.tr("holds less now than it owed"), "bad")
    if is_old(each, view):
        return Chip(words.tr("old: {age}").format(age=age(each.newest.time_ns, view.time_ns, words)), "warn")
    said = ratio(each.newest.held, each.newest.owed, words)
    return Chip(said, "ok" if is_covered(each.newest.held, each.newest.owed) else "bad")


def custodian_detail(each: CustodianView, view: ReservesView, words: Words) -> str:
    """Owed and held then, held now, when that was, and who else counts for it."""
    tr, voucher, newest = words.tr, view.voucher, each.newest
    now = much(each.held_now, voucher, words)
    first = tr("owed {owed} · held {held} · {ratio} at height {height}, {age}").format(
        owed=much(newest.owed, voucher, words),
        held=much(newest.held, voucher, words),
        ratio=ratio(newest.held, newest.owed, words),
        height=number(newest.height),
        age=age(newest.time_ns, view.time_ns, words),
    )
    second = tr("holds now: {held}") if each.is_whole else tr("holds now: at least {held}")
    said = f"{first}\n{second.format(held=now)}"
    if each.assigned:
        listed = words.listed(
            f"{account(one.name, one.number, words)} ({much(one.held, voucher, words)})" for one in each.assigned
        )
        said += " · " + tr("of it assigned: {accounts}").format(accounts=listed)
    return said


def custodians_sentence(custodians: Sequence[CustodianView], view: ReservesView, words: Words) -> str:
    """How many there are, and how many publications are old."""
    if not custodians:
        return words.tr("No custodian has published anything about this voucher yet.")
    said = words.tr("%n custodian(s) published", None, len(custodians))
    old = sum(is_old(each, view) for each in custodians)
    return said if not old else said + " · " + words.tr("%n of them more than a month ago", None, old)
