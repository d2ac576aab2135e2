"""What stands on the chain about reserves: a custodian's coverage over time, and all custodians of a voucher."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from app.ui.desks.reserves import CoverageView, CustodianView, ReservesView, ReserveVoucher
from app.ui.language import tr, words
from app.ui.present.names import account
from app.ui.present.reserve_chain import (
    coverage_headers,
    coverage_row,
    coverage_sentence,
    custodian_chip,
    custodian_detail,
    custodian_title,
    custodians_sentence,
    supply_facts,
    supply_legend,
    supply_shares,
)
from app.ui.present.reserve_plot import plot_view
from app.ui.present.reserves import voucher_title
from app.ui.widgets.buttons import link
from app.ui.widgets.card import Card, row, rule
from app.ui.widgets.chip import ChipLabel
from app.ui.widgets.choice import ChoiceBox
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.figures import FiguresTable
from app.ui.widgets.plot import CoveragePlot
from app.ui.widgets.rows import ListRow
from app.ui.widgets.share_bar import ShareBar
from app.ui.widgets.text import label
from app.ui.windows.parts import Parts
from app.ui.windows.reserve_lists import ReserveWork
from app.ui.windows.surroundings import Surroundings

LABEL_WIDTH = 200
COVERAGE_WIDTHS = (0, 100, 134, 134, 80)


class CoverageDetail(Parts):
    """A custodian's publications about a voucher: plotted, and the same figures as a table."""

    def __init__(self, around: Surroundings, view: CoverageView, back: QWidget) -> None:
        super().__init__()
        self.add(row(back, 1))
        card = Card(tr("Coverage of {voucher}").format(voucher=voucher_title(view.voucher)))
        named = account(view.custodian_name, view.custodian, words())
        said = coverage_sentence(view, around.now_ns(), words())
        card.add(label(f"{named} · {said}", "secondary", wrap=True))
        if view.publications:
            self.plot = CoveragePlot()
            self.plot.show_view(plot_view(view, words()))
            card.add(self.plot)
        else:
            text = tr("Each publication adds what was owed and what was held at its height.")
            card.add(EmptyState(tr("Nothing published yet"), text))
        self.add(card)
        if view.publications:
            table = Card(tr("Publications"))
            rows = [coverage_row(each, view.voucher, words()) for each in view.publications]
            name = tr("Publications, the newest first")
            table.add(FiguresTable(name, coverage_headers(words()), rows, COVERAGE_WIDTHS, right=(1, 2, 3, 4)))
            self.add(table)


class OverviewDetail(Parts):
    """All reserves of a voucher against its supply."""

    def __init__(
        self,
        vouchers: Sequence[ReserveVoucher],
        view: ReservesView | None,
        back: QWidget | None,
        work: ReserveWork,
    ) -> None:
        super().__init__()
        if back is not None:
            self.add(row(back, 1))
        if view is None:
            empty = Card()
            text = tr("Once a voucher was created, the reserves of all who keep it for customers stand here.")
            empty.add(EmptyState(tr("No voucher yet"), text))
            self.add(empty)
            return
        self.add(self._supply(vouchers, view, work))
        self.add(self._custodians(view, work))

    def _supply(self, vouchers: Sequence[ReserveVoucher], view: ReservesView, work: ReserveWork) -> Card:
        card = Card(tr("Reserves against the supply"))
        self.choice = ChoiceBox(tr("Voucher"))
        self.choice.offer([(voucher_title(each), each.id) for each in vouchers], view.voucher.id)
        self.choice.chosen.connect(lambda voucher: work.show_overview(bytes(voucher)))
        name = label(tr("Voucher"), "secondary")
        name.setBuddy(self.choice)
        line = row(name, self.choice, spacing=16)
        line.setStretch(1, 1)
        card.add(line)
        legend = supply_legend(view, words())
        card.add(ShareBar(" · ".join(each.text for each in legend), supply_shares(view)))
        card.add(row(*map(ChipLabel, legend), 1))
        card.add(FactBlock(supply_facts(view, words()), label_width=LABEL_WIDTH))
        return card

    def _custodians(self, view: ReservesView, work: ReserveWork) -> Card:
        card = Card(tr("Custodians"))
        card.add(label(custodians_sentence(view.custodians, view, words()), "secondary", wrap=True))
        for each in view.custodians:
            card.add(rule())
            card.add(self._row(each, view, work))
        return card

    def _row(self, each: CustodianView, view: ReservesView, work: ReserveWork) -> ListRow:
        name = custodian_title(each, words())
        history = link(
            tr("History"),
            partial(work.show_coverage, view.voucher.id, each.account),
            name=tr("History of {name}").format(name=name),
        )
        detail = custodian_detail(each, view, words())
        return ListRow(name, chip=custodian_chip(each, view, words()), detail=detail, actions=[history])
