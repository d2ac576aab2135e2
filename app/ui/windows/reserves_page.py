"""The page "Reserve proofs" (3.4.3): snapshots of what a custodian owes, their publication and papers, and what all
custodians of a voucher published.

Guarantees: nothing is said to be published before it stands in a final block; what is being made or exported is not drawn
over; who keeps nothing for customers sees what those who do have published.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.errors import LuopuError
from app.core.messages import Explanation
from app.ui.desk import DeedView
from app.ui.desks.reserves import CoverageView, CustodyView, MadeSnapshot, SnapshotView
from app.ui.language import tr, words
from app.ui.present.glossary import Glossary
from app.ui.present.pages import makes_reserves
from app.ui.present.reserve_chain import overview_words
from app.ui.present.reserves import same_words
from app.ui.widgets.buttons import button, link
from app.ui.windows.form import Drafting, Form
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.parts import Parts
from app.ui.windows.reserve_chain import CoverageDetail, OverviewDetail
from app.ui.windows.reserve_check import PaperPart
from app.ui.windows.reserve_lists import CustodyCard, SnapshotsCard
from app.ui.windows.reserve_loading import Overview, ReserveLists, load_lists, load_overview, load_snapshot
from app.ui.windows.reserve_making import MakingPart
from app.ui.windows.reserve_papers import PaperWork
from app.ui.windows.reserve_snapshot import SnapshotDetail, public_card
from app.ui.windows.surroundings import Surroundings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Making:
    """A snapshot is being made of one of these."""

    custody: tuple[CustodyView, ...]


@dataclass(frozen=True, slots=True)
class CoverageOf:
    """A custodian (0: this account) over time."""

    voucher: bytes
    custodian: int
    origin: object = None
    """The subject to go back to."""


@dataclass(frozen=True, slots=True)
class OverviewOf:
    """All custodians of a voucher; nothing: of the first."""

    voucher: bytes = b""


@dataclass(frozen=True, slots=True)
class Checking:
    """A customer's paper is held against the chain."""


class ReservesPage(ListsPage):
    """Reserve proofs."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, tr("Reserve proofs"), "")
        self._made: dict[str, MadeSnapshot] = {}
        """What came of lists since the page was opened, for their warnings."""
        self.papers = PaperWork(surroundings, self.banner, self)
        self.papers.begun.connect(lambda: self.offer("", _nothing))
        self.papers.ended.connect(self.load)
        self._overview = button(tr("All custodians"), lambda: self.show_overview(b""))
        self._checks = button(tr("Check a paper…"), lambda: self.show_subject(Checking()))
        holder = self._main_button.parentWidget()
        beside = None if holder is None else holder.layout()
        assert isinstance(beside, QHBoxLayout)
        for place, action in enumerate((self._overview, self._checks)):
            beside.insertWidget(place, action)
        self._say_whose()

    # ---- what is shown -------------------------------------------------------------------------------------------
    @property
    def makes(self) -> bool:
        """Whether whoever sits here keeps vouchers for customers."""
        return makes_reserves(self.around.bridge.account)

    def load(self) -> None:
        """What `subject` names. What is being done stays as it is."""
        desk, subject = self.around.desk, self.subject
        self._asked += 1  # what was asked before is about something else
        self._say_whose()
        self._offer_beside(subject)
        match subject:
            case Making():
                self.offer("", _nothing)
                self.show_parts(subject, lambda: self._making(subject))
            case Checking():
                self.offer("", _nothing)
                self.show_parts(subject, self._checking)
            case CoverageOf():
                self.ask(
                    desk.coverage(subject.voucher, subject.custodian), lambda found: self._show_coverage(subject, found)
                )
            case str():
                if not self.papers.is_in_sight:
                    self.ask(load_snapshot(desk, subject), self._show_snapshot)
            case None if self.makes:
                self.ask(load_lists(desk), self._show_lists)
            case _:
                voucher = subject.voucher if isinstance(subject, OverviewOf) else b""
                self.ask(load_overview(desk, voucher), self._show_overview)

    def _say_whose(self) -> None:
        if self.makes:
            sentence = tr("Show that everything kept for customers is there; each of them can check their own share")
        else:
            sentence = tr("What custodians of a voucher published: what they owe, what they hold, and since when")
        self.say_title(tr("Reserve proofs"), sentence)

    def _offer_beside(self, subject: object) -> None:
        self._overview.setVisible(subject is None and self.makes)
        self._checks.setVisible(subject is None or isinstance(subject, OverviewOf))

    def _show_lists(self, lists: ReserveLists) -> None:
        self.offer(tr("New snapshot") if lists.custody else "", self.begin_snapshot)

        def make() -> Parts:
            return Parts(SnapshotsCard(self.around, lists.snapshots, self), CustodyCard(lists.custody, self))

        self.show_parts((tuple(map(same_words, lists.snapshots)), lists.custody), make)

    def _show_overview(self, overview: Overview) -> None:
        self.offer("", _nothing)
        back = self._back() if self.subject is not None and self.makes else None
        said = None if overview.view is None else overview_words(overview.view, words())
        self.show_parts(
            (overview.vouchers, said, back is None),
            lambda: OverviewDetail(overview.vouchers, overview.view, back, self),
        )

    def _show_coverage(self, subject: CoverageOf, view: CoverageView) -> None:
        self.offer("", _nothing)
        back = self._back(subject.origin)
        self.show_parts(view, lambda: CoverageDetail(self.around, view, back))

    def _show_snapshot(self, view: SnapshotView | None) -> None:
        if view is None:
            self.show_subject(None)
            return
        if not self.papers.is_in_sight:
            self._offer_for(view)
            self.show_parts(same_words(view), lambda: self._snapshot(view))

    def _offer_for(self, view: SnapshotView) -> None:
        if view.state == "made":
            self.offer(tr("Publish"), lambda: self.publish(view))
        elif view.published_height and not self.papers.is_running:
            self.offer(tr("Export as ZIP…"), lambda: self.papers.ask_zip(view))
        else:
            self.offer("", _nothing)

    def _snapshot(self, view: SnapshotView) -> SnapshotDetail:
        papers = self.papers.make_card(view) if view.published_height else None
        return SnapshotDetail(view, self._made.get(view.snapshot_id), papers, self)

    def _back(self, subject: object = None) -> QWidget:
        if isinstance(subject, OverviewOf):
            return link(tr("← All custodians"), lambda: self.show_subject(subject))
        if isinstance(subject, str):
            return link(tr("← Snapshot"), lambda: self.show_subject(subject))
        return link(tr("← Reserve proofs"), lambda: self.show_subject(subject))

    # ---- where the clerk goes ------------------------------------------------------------------------------------
    def show_subject(self, subject: object) -> None:
        """Something else in sight, and no word of what was there before; an export goes on."""
        self.papers.forget_card()
        self.banner.hide()
        super().show_subject(subject)

    def show_coverage(self, voucher: bytes, custodian: int) -> None:
        """A custodian over time."""
        self.show_subject(CoverageOf(voucher, custodian, self.subject))

    def show_overview(self, voucher: bytes) -> None:
        """All custodians of a voucher."""
        self.show_subject(OverviewOf(voucher))

    def _checking(self) -> PaperPart:
        return PaperPart(self.around, self.banner, lambda: self.show_subject(None))

    # ---- making --------------------------------------------------------------------------------------------------
    def begin_snapshot(self) -> None:
        """Ask what it is to be made of."""
        self._do(self.around.desk.custody(), lambda custody: self.show_subject(Making(custody)))

    def _making(self, making: Making) -> MakingPart:
        part = MakingPart(self.around, making.custody, self.banner)
        part.made.connect(self._take_made)
        part.left.connect(lambda: self.show_subject(None))
        part.form.begin()
        return part

    def _take_made(self, made: MadeSnapshot) -> None:
        self._made[made.snapshot.snapshot_id] = made
        self.show_subject(made.snapshot.snapshot_id)

    def discard(self, view: SnapshotView) -> None:
        """Forget a snapshot that was not published."""
        self._do(self.around.desk.discard_snapshot(view.snapshot_id), lambda _none: self._discarded())

    def _discarded(self) -> None:
        self.show_subject(None)
        self.banner.say(Explanation(tr("Discarded. What was published before stays as it is."), ""), "ok")

    # ---- publishing ----------------------------------------------------------------------------------------------
    def publish(self, view: SnapshotView) -> None:
        """Draft the publication and show it for approval; who goes back finds what becomes public."""
        sentence = tr("Root and total go onto the chain. Papers can be handed out once the block is final.")
        form = Form(tr("Publish the snapshot"), sentence, (), lambda: self._drafting(view), about=public_card(view))
        self.begin(form)
        form.filled.emit(form.made())

    def _drafting(self, view: SnapshotView) -> Drafting:
        desk = self.around.desk

        async def draft() -> DeedView:
            self.session.glossary = Glossary({}, {view.voucher.id: await desk.registry.voucher(view.voucher.id)})
            return await desk.prepare(await desk.attestation(view.snapshot_id))

        return draft

    def _do(
        self,
        work: Coroutine[object, object, T],
        done: Callable[[T], None],
        failed: Callable[[LuopuError], None] | None = None,
    ) -> "asyncio.Task[None]":
        """What goes on whatever is in sight."""
        return self.around.tasks.start(work, done=done, failed=failed or self.show_error)


def _nothing() -> None:
    """Nothing to do."""
