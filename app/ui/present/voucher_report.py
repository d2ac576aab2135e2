"""Who holds a voucher, with totals, on the screen and as a table for a spreadsheet.

Guarantees: what holders have together is set against what is outstanding, and said where the two differ; no cell of the
table is taken for a formula, whatever somebody calls themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.client.members import AccountName, HolderView, VoucherView
from app.core.messages import clean
from app.core.wire import registry_pb2 as wire
from app.ui.present.facts import Fact
from app.ui.present.language import Words
from app.ui.present.numbers import number
from app.ui.present.states import Chip
from app.ui.present.times import full
from app.ui.present.vouchers import free_of, plain_amount, quantity, total_of

FORMULA = frozenset("=+-@\t\r\n\0＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula, in either width."""
BYTE_ORDER_MARK = "\ufeff"
"""By it spreadsheets know that the text is UTF-8."""


@dataclass(frozen=True, slots=True)
class HoldersReport:
    """Everybody who holds some, and the voucher at the same height."""

    view: VoucherView
    holders: tuple[HolderView, ...]
    height: int
    names: Mapping[int, AccountName] = field(repr=False, compare=False)

    @property
    def total(self) -> int:
        """Of all holders, free, frozen and in pieces."""
        return sum(total_of(each.holding) for each in self.holders)

    @property
    def free(self) -> int:
        """Of it, what is free."""
        return sum(free_of(each.holding) for each in self.holders)

    @property
    def frozen(self) -> int:
        """Of it, what of the amounts is frozen."""
        return sum(int(each.holding.amount) - free_of(each.holding) for each in self.holders)

    @property
    def packed(self) -> int:
        """Of it, what is in pieces."""
        return sum(int(each.holding.packed) for each in self.holders)

    @property
    def pieces(self) -> int:
        """How many pieces there are."""
        return sum(int(each.holding.pieces) for each in self.holders)

    @property
    def adds_up(self) -> bool:
        """Whether all that is out is held by somebody."""
        return self.total == self.view.outstanding


def report_chip(report: HoldersReport, words: Words) -> Chip:
    """Whether the numbers add up."""
    if report.adds_up:
        return Chip(words.tr("Adds up"), "ok")
    return Chip(words.tr("Does not add up"), "bad")


def report_facts(report: HoldersReport, words: Words) -> list[Fact]:
    """The totals, and what they are set against."""
    tr, terms = words.tr, report.view.voucher.terms
    held = quantity(report.total, terms, words)
    parts = tr("{held}: {free} free, {frozen} frozen, {packed} in {pieces}").format(
        held=held,
        free=quantity(report.free, terms, words),
        frozen=quantity(report.frozen, terms, words),
        packed=quantity(report.packed, terms, words),
        pieces=tr("%n piece(s)", None, report.pieces),
    )
    voucher = report.view.voucher
    sum_text = tr("{issued} issued − {redeemed} redeemed − {lapsed} lapsed = {out}").format(
        issued=quantity(voucher.issued, terms, words),
        redeemed=quantity(voucher.redeemed, terms, words),
        lapsed=quantity(voucher.lapsed, terms, words),
        out=quantity(report.view.outstanding, terms, words),
    )
    is_unique = terms.kind == wire.KIND_UNIQUE
    return [
        Fact(tr("Holders"), number(len(report.holders))),
        Fact(tr("Held together"), held if is_unique else parts),
        Fact(tr("Outstanding"), sum_text),
        Fact(tr("At height"), number(report.height)),
    ]


def report_table(report: HoldersReport, made_ns: int, words: Words) -> str:
    """The table as comma-separated text with a byte order mark: holders, a line of totals, and what they stand against."""
    tr, decimals = words.tr, report.view.voucher.terms.decimals
    head = (tr("Account"), tr("Name"), tr("Free"), tr("Frozen"), tr("Pieces"), tr("In pieces"), tr("Total"))
    sums = (report.free, report.frozen, report.packed, report.total)
    free, frozen, packed, total = (plain_amount(each, decimals) for each in sums)
    rows = [
        head,
        *(_row_of(report, each, decimals) for each in report.holders),
        (tr("Total"), str(len(report.holders)), free, frozen, str(report.pieces), packed, total),
        (),
        *_colophon(report, made_ns, words),
    ]
    return BYTE_ORDER_MARK + "".join(f"{','.join(map(_written, each))}\r\n" for each in rows)


def cell(untrusted_text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that looks like the beginning of one is quoted."""
    shown = clean(untrusted_text)
    looks_like_one = untrusted_text[:1] in FORMULA or untrusted_text.lstrip()[:1] in FORMULA
    return f"'{shown}" if untrusted_text and looks_like_one else shown


def table_name(report: HoldersReport) -> str:
    """What the file is called to begin with: letters, digits and ideographs of the voucher's name, and the height."""
    kept = "".join(each if each.isalnum() else "-" for each in report.view.voucher.terms.name).strip("-")
    return f"{kept or 'voucher'}-{report.height}.csv"


def _written(text: str) -> str:
    """A cell between commas (RFC 4180)."""
    shown = cell(text)
    return '"' + shown.replace('"', '""') + '"' if set(shown) & set(',"') else shown


def _row_of(report: HoldersReport, holder: HolderView, decimals: int) -> tuple[str, ...]:
    holding, known = holder.holding, report.names.get(holder.account)
    free, total = free_of(holding), total_of(holding)
    return (
        str(holder.account),
        known.name if known else "",
        plain_amount(free, decimals),
        plain_amount(int(holding.amount) - free, decimals),
        str(holding.pieces),
        plain_amount(holding.packed, decimals),
        plain_amount(total, decimals),
    )


def _colophon(report: HoldersReport, made_ns: int, words: Words) -> list[tuple[str, str]]:
    tr, view = words.tr, report.view
    decimals, voucher = view.voucher.terms.decimals, view.voucher
    return [
        (tr("Voucher"), voucher.terms.name),
        (tr("Number"), view.id.hex()),
        (tr("Issued"), plain_amount(voucher.issued, decimals)),
        (tr("Redeemed"), plain_amount(voucher.redeemed, decimals)),
        (tr("Lapsed"), plain_amount(voucher.lapsed, decimals)),
        (tr("Outstanding"), plain_amount(view.outstanding, decimals)),
        (tr("At height"), str(report.height)),
        (tr("Made"), full(made_ns, words)),
    ]
