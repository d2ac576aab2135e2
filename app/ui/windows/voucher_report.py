"""Who holds a voucher: totals set against what is outstanding, and the table for a spreadsheet."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from app.core.errors import FileUnwritable
from app.core.messages import Explanation
from app.ui.language import tr, words
from app.ui.present.names import file_name, who
from app.ui.present.voucher_report import HoldersReport, report_chip, report_facts, report_table, table_name
from app.ui.present.vouchers import held_text, holding_chip, voucher_name
from app.ui.widgets.banner import Banner
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import Card, row, rule
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows import dialogs
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings

SHOWN = 50


class VoucherReport(Parts):
    """Totals, the first holders, and the button that saves all of them."""

    def __init__(self, around: Surroundings, report: HoldersReport, banner: Banner, back: Callable[[], None]) -> None:
        super().__init__()
        self._around, self._report, self._banner = around, report, banner
        name = voucher_name(report.view)
        self.add(row(link(tr("← {name}").format(name=name), back), 1))
        self.add(self._card(name))

    def save(self, target: Path) -> None:
        """Write the table there."""
        table = report_table(self._report, self._around.now_ns(), words())
        self._around.tasks.start(
            write_table(target, table), done=lambda _none: self._saved(target), failed=self._banner.say_error
        )

    def _card(self, name: str) -> Card:
        card = Card(tr("Holders of {name}").format(name=name))
        card.chip.show_chip(report_chip(self._report, words()))
        card.add_action(button(tr("Save table…"), self._ask_target))
        card.add(FactBlock(report_facts(self._report, words()), label_width=116))
        card.add(rule())
        terms = self._report.view.voucher.terms
        for holder in self._report.holders[:SHOWN]:
            held = held_text(terms, holder.holding, words())
            named = who(holder.account, self._report.names, words())
            card.add(ListRow(named, held, holding_chip(holder.holding, words())))
        more = len(self._report.holders) - SHOWN
        if more > 0:
            card.add(label(tr("and %n more; the table has all of them", None, more), "secondary"))
        return card

    def _ask_target(self) -> None:
        dialogs.ask_target(self, tr("Save table"), table_name(self._report), tr("Tables (*.csv)"), self.save)

    def _saved(self, target: Path) -> None:
        sentence = tr("Saved: {name}").format(name=file_name(target.name, 72))
        hint = tr("Names are written so that no spreadsheet takes them for formulas.")
        self._banner.say(Explanation(sentence, hint), "ok")


async def write_table(target: Path, table: str) -> None:
    """Write a table, off the window's thread.

    Raises:
        FileUnwritable: the system refuses.
    """
    try:
        await asyncio.to_thread(target.write_bytes, table.encode())
    except OSError as error:
        raise FileUnwritable(path=str(target), reason=error.strerror) from error
