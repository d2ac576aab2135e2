"""What the page of reserve proofs shows first: the snapshots of this desk, and the vouchers that are kept here."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from app.ui.desks.reserves import CustodyView, SnapshotView
from app.ui.language import tr, words
from app.ui.present.reserves import custody_detail, snapshot_chip, snapshot_detail, snapshot_when, voucher_title
from app.ui.widgets.buttons import link
from app.ui.widgets.card import Card, rule
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.rows import ListRow
from app.ui.windows.surroundings import Surroundings


class ReserveWork(Protocol):
    """What the cards ask of their page."""

    def show_subject(self, subject: object) -> None: ...
    def show_coverage(self, voucher: bytes, custodian: int) -> None: ...
    def show_overview(self, voucher: bytes) -> None: ...
    def publish(self, view: SnapshotView) -> None: ...
    def discard(self, view: SnapshotView) -> None: ...
    def begin_snapshot(self) -> None: ...


class SnapshotsCard(Card):
    """Every snapshot that is kept at this desk, newest first."""

    def __init__(self, around: Surroundings, snapshots: Sequence[SnapshotView], work: ReserveWork) -> None:
        super().__init__(tr("Snapshots of this desk"))
        if not snapshots:
            text = tr(
                "A snapshot sets a list of what is owed against what is held. Published, each customer gets a paper."
            )
            self.add(EmptyState(tr("No snapshot yet"), text))
        for place, view in enumerate(snapshots):
            if place:
                self.add(rule())
            name = voucher_title(view.voucher)
            open_ = link(
                tr("Open"), partial(work.show_subject, view.snapshot_id), name=tr("Open {name}").format(name=name)
            )
            when = snapshot_when(view, around.now_ns(), words())
            detail = snapshot_detail(view, words())
            self.add(ListRow(name, when, snapshot_chip(view, words()), detail, [open_]))


class CustodyCard(Card):
    """Vouchers for which this account can show reserves."""

    def __init__(self, custody: Sequence[CustodyView], work: ReserveWork) -> None:
        super().__init__(tr("Vouchers in custody"))
        if not custody:
            text = tr("Vouchers that this account holds, or whose holders count for it, stand here.")
            self.add(EmptyState(tr("Nothing in custody"), text))
        for place, view in enumerate(custody):
            if place:
                self.add(rule())
            name = voucher_title(view.voucher)
            over_time = link(
                tr("Coverage over time"),
                partial(work.show_coverage, view.voucher.id, 0),
                name=tr("Coverage of {name} over time").format(name=name),
            )
            everybody = link(
                tr("All custodians"),
                partial(work.show_overview, view.voucher.id),
                name=tr("All custodians of {name}").format(name=name),
            )
            self.add(ListRow(name, detail=custody_detail(view, words()), actions=[over_time, everybody]))
