"""What the outbox page shows: three groups of rows, and one thing in full sight with what can be done about it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QPushButton, QWidget

from app.ui.desks.outbox import OutboxDeed
from app.ui.language import tr, words
from app.ui.present.outbox import (
    Known,
    deed_chip,
    deed_detail,
    deed_title,
    deed_when,
    is_on_the_way,
    needs_clerk,
    said_facts,
    way_facts,
)
from app.ui.present.states import Chip
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import Card, row, rule
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows.parts import Parts

LABEL_WIDTH = 132


class Doing(Protocol):
    """What can be done with what lies in the outbox."""

    def show_subject(self, subject: object) -> None: ...
    def resume(self, deed: OutboxDeed) -> None: ...
    def renew(self, deed: OutboxDeed) -> None: ...
    def send_again(self, deed: OutboxDeed) -> None: ...
    def ask_target(self, deed: OutboxDeed) -> None: ...
    def discard(self, deed: OutboxDeed) -> None: ...
    def dismiss(self, deed: OutboxDeed) -> None: ...
    def open_record(self, deed: OutboxDeed) -> None: ...


Action = tuple[str, Callable[[OutboxDeed], None]]


def main_action(deed: OutboxDeed, doing: Doing) -> Action | None:
    """The one thing that a clerk will want to do with it."""
    if deed.state == "draft":
        return tr("Continue"), doing.resume
    if deed.can_renew and not deed.is_dismissed:
        return tr("Draft anew"), doing.renew
    if deed.state in {"pending", "unknown"}:
        return tr("Send now"), doing.send_again
    if deed.state == "waiting":
        return tr("Save file…"), doing.ask_target
    if deed.state == "final" and deed.record_digest:
        return tr("Open record"), doing.open_record
    return None


def other_actions(deed: OutboxDeed, doing: Doing) -> list[Action]:
    """What can be done besides."""
    if deed.state == "draft":
        return [(tr("Discard"), doing.discard)]
    if deed.can_renew and not deed.is_dismissed:
        return [(tr("No longer needed"), doing.dismiss)]
    if deed.can_renew:
        return [(tr("Draft anew"), doing.renew)]
    return []


# ---- lists -----------------------------------------------------------------------------------------------------------
class OutboxLists(Parts):
    """What needs the clerk, what is on its way, what is done."""

    def __init__(
        self, deeds: Sequence[OutboxDeed], known: Known, doing: Doing, more: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        needed = [deed for deed in deeds if needs_clerk(deed)]
        under_way = [deed for deed in deeds if is_on_the_way(deed)]
        done = [deed for deed in deeds if deed not in needed and deed not in under_way]
        if not deeds:
            self.add(_empty())
        for title, group in ((tr("Needs you"), needed), (tr("On the way"), under_way), (tr("Done"), done)):
            if group:
                card = _GroupCard(title, group, known, doing)
                if group is under_way and not known.has_network:
                    card.chip.show_chip(Chip(tr("no network"), "warn"))
                self.add(card)
        if more is not None:
            self.add(row(1, button(tr("Older…"), more), 1))


class _GroupCard(Card):
    def __init__(self, title: str, deeds: Sequence[OutboxDeed], known: Known, doing: Doing) -> None:
        super().__init__(title)
        for place, deed in enumerate(deeds):
            if place:
                self.add(rule())
            self.add(_row(deed, known, doing))


def _row(deed: OutboxDeed, known: Known, doing: Doing) -> ListRow:
    title = deed_title(deed, known, words())
    look = link(tr("Look"), partial(doing.show_subject, deed.deed_id), name=tr("Look at {what}").format(what=title))
    actions: list[QWidget] = [look]
    main = main_action(deed, doing)
    if main is not None:
        actions.insert(0, link(main[0], partial(main[1], deed), name=f"{main[0]}: {title}"))
    detail = deed_detail(deed, known, words())
    return ListRow(title, deed_when(deed, known, words()), deed_chip(deed, words()), detail, actions)


def _empty() -> Card:
    card = Card()
    text = tr("What you draft and sign at this desk stands here until it is final, and afterwards.")
    card.add(EmptyState(tr("Nothing was drafted here yet"), text))
    return card


# ---- one in full sight -----------------------------------------------------------------------------------------------
class OutboxDetail(Parts):
    """All that the bytes say, and what became of them."""

    def __init__(self, deed: OutboxDeed, known: Known, others: Mapping[str, OutboxDeed], doing: Doing) -> None:
        card = Card(deed_title(deed, known, words()))
        card.title.setWordWrap(True)
        card.head.setStretch(0, 1)
        card.head.setStretch(2, 0)
        card.chip.show_chip(deed_chip(deed, words()))
        detail = deed_detail(deed, known, words())
        if detail:
            card.add(label(detail, "secondary", wrap=True))
        card.add(FactBlock(way_facts(deed, known, others, words()), label_width=LABEL_WIDTH))
        buttons = [*_links(deed, others, doing), *(_button(deed, each) for each in other_actions(deed, doing))]
        if buttons:
            card.add(row(1, *buttons))
        said = Card(tr("What it says"))
        said.add(FactBlock(said_facts(deed, known, words()), label_width=LABEL_WIDTH))
        back = row(link(tr("← Everything in the outbox"), lambda: doing.show_subject(None)), 1)
        super().__init__(back, card, said)


def _button(deed: OutboxDeed, action: Action) -> QPushButton:
    return button(action[0], partial(action[1], deed))


def _links(deed: OutboxDeed, others: Mapping[str, OutboxDeed], doing: Doing) -> list[QPushButton]:
    wanted = ((tr("What it takes the place of"), deed.replaces), (tr("What was done anew"), deed.replaced_by))
    return [link(text, partial(doing.show_subject, other)) for text, other in wanted if other in others]
