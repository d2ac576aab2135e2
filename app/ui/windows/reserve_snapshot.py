"""One snapshot in full sight: what it comes to, its facts, and its papers once it is published."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.ui.desks.reserves import MadeSnapshot, SnapshotView
from app.ui.language import tr, words
from app.ui.present.reserves import (
    OPEN_STATES,
    cover_tone,
    much,
    public_facts,
    ratio,
    short_advice,
    snapshot_chip,
    snapshot_facts,
    snapshot_sentence,
    voucher_title,
)
from app.ui.present.states import Chip
from app.ui.widgets.buttons import link
from app.ui.widgets.card import Card, row
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.text import label, set_tone
from app.ui.windows.parts import Parts
from app.ui.windows.reserve_lists import ReserveWork
from app.ui.windows.reserve_making import problems_view

LABEL_WIDTH = 132
LONG_FIGURE = 14
"""Characters of a figure that leave no room for others beside it."""


class SnapshotDetail(Parts):
    """The snapshot, its papers, and what of its list should be looked at."""

    def __init__(
        self, view: SnapshotView, made: MadeSnapshot | None, papers: QWidget | None, work: ReserveWork
    ) -> None:
        super().__init__()
        back = link(tr("← Reserve proofs"), lambda: work.show_subject(None))
        over_time = link(tr("Coverage over time"), lambda: work.show_coverage(view.voucher.id, 0))
        self.add(row(back, 1, over_time))
        self.add(self._summary(view, work))
        if papers is not None:
            self.add(papers)
        if made is not None and made.warning_count:
            self.add(_warnings(made))
        facts = Card(tr("Details"))
        facts.add(FactBlock(snapshot_facts(view, words()), label_width=LABEL_WIDTH))
        self.add(facts)

    def _summary(self, view: SnapshotView, work: ReserveWork) -> Card:
        card = Card(voucher_title(view.voucher))
        card.chip.show_chip(snapshot_chip(view, words()))
        if view.state in OPEN_STATES:
            card.add_action(link(tr("Discard"), lambda: work.discard(view), name=tr("Discard this snapshot")))
        card.add(cover_line(view))
        sentence = label(snapshot_sentence(view, words()), "body", wrap=True)
        card.add(sentence)
        if view.state == "short":
            for advice in short_advice(words()):
                card.add(label(f"· {advice}", "secondary", wrap=True))
        return card


def cover_line(view: SnapshotView) -> QWidget:
    """The ratio in large, beside it what it is made of."""
    ratio_label = label(ratio(view.held, view.owed, words()), "verdict")
    set_tone(ratio_label, cover_tone(view.held, view.owed))
    figures = [
        (tr("Ratio"), ratio_label),
        (tr("Owed in all"), label(much(view.owed, view.voucher, words()), "key-number")),
        (tr("Held"), label(much(view.held, view.voucher, words()), "key-number")),
    ]
    if view.held < view.owed:
        short = label(much(view.owed - view.held, view.voucher, words()), "verdict")
        set_tone(short, "bad")
        figures.append((tr("Short by"), short))
    return _figures(figures)


def _figures(figures: Sequence[tuple[str, QLabel]]) -> QWidget:
    """Beside each other; below each other where they are too long for that."""
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(40)
    grid.setVerticalSpacing(0)
    is_wide = any(len(figure.text()) > LONG_FIGURE for _, figure in figures)
    for place, (name, figure) in enumerate(figures):
        figure.setAccessibleName(f"{name}: {figure.text()}")
        at, column = (2 * place, 0) if is_wide else (0, place)
        grid.addWidget(label(name, "secondary"), at, column)
        grid.addWidget(figure, at + 1, column)
    grid.setColumnStretch(len(figures), 1)
    return holder


def public_card(view: SnapshotView) -> Card:
    """What the whole chain will see, above the approval."""
    card = Card(tr("What becomes public"))
    card.add(FactBlock(public_facts(view, words()), label_width=LABEL_WIDTH))
    return card


def _warnings(made: MadeSnapshot) -> Card:
    card = Card(tr("To be looked at"))
    card.chip.show_chip(Chip(tr("%n row(s)", None, made.warning_count), "warn"))
    card.add(label(tr("These rows count. Look whether they are meant so."), "secondary", wrap=True))
    card.add(problems_view(made.warnings))
    return card
