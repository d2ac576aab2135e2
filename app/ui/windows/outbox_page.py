"""The page "Outbox" of the desk: everything that was drafted or signed here, and what can be done about it.

Guarantees: what came to nothing is drafted anew and signed once more, never sent again; a draft that was looked at stays
where it was until the clerk discards it. The badge counts what goes on only when the clerk does something.
"""

from collections.abc import Coroutine, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal

from app.client.model import Final
from app.core.errors import LuopuError
from app.core.messages import Explanation
from app.ui.desk import DeedView
from app.ui.desks.outbox import OutboxDeed
from app.ui.language import tr, words
from app.ui.present.outbox import Known, deed_chip, deed_detail, deed_title, needs_clerk, outbox_sentence
from app.ui.widgets.card import Card
from app.ui.widgets.text import label
from app.ui.windows import dialogs
from app.ui.windows.approval_parts import request_saved
from app.ui.windows.deed_session import DeedSession
from app.ui.windows.form import Drafting, Form
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.outbox_loading import Listed, Meanings, load_outbox
from app.ui.windows.outbox_parts import OutboxDetail, OutboxLists, main_action
from app.ui.windows.surroundings import Surroundings

FIRST, MORE = 20, 50
REQUESTS = "*.luopu-request"


class OutboxSession(DeedSession):
    """What was there before the page showed it stays when the clerk goes back."""

    left = Signal()
    """The clerk went back, or there was nothing to be shown."""
    keeps = False

    def back(self) -> None:
        """Go back. A draft made for this look is discarded."""
        if self.keeps:
            self.deed = None
            self._move("asking")
        else:
            super().back()
        self.left.emit()

    def prepare_again(self, approvers: Sequence[str] = (), hold_blocks: int = 0) -> None:
        """For others to approve; the chain keeps no record that waits, so those sign a request."""
        if self.deed is None or self.deed.action != "notarize":
            super().prepare_again(approvers, hold_blocks)
        elif self.stage == "approving":
            again = self._for_others(self.deed.deed_id, approvers)
            self._move("preparing")
            self._tasks.start(again, done=self._prepared, failed=self._not_sent)

    async def _for_others(self, deed_id: str, approvers: Sequence[str]) -> DeedView:
        (draft,) = await self._desk.draft_again([deed_id], approvers)
        return await self._desk.review_request(draft.draft_id)

    def _not_prepared(self, error: LuopuError) -> None:
        super()._not_prepared(error)
        self.left.emit()


class OutboxPage(ListsPage):
    """What this desk signed, and what became of it."""

    is_watchful = True

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, tr("Outbox"), tr("What this desk signed, and what became of it"))
        self._wanted, self._meanings, self._seen = FIRST, Meanings(), -1
        if isinstance(self.session, OutboxSession):
            self.session.left.connect(self.leave)
        self.load()

    def make_session(self) -> DeedSession:
        """One that keeps what was there before."""
        return OutboxSession(self.around.desk, self.around.tasks)

    def load(self) -> None:
        """Everything; what is in full sight is one of it."""
        account, subject = self.around.bridge.account, self.subject if isinstance(self.subject, str) else ""
        number = 0 if account is None else account.id
        self.ask(load_outbox(self.around.desk, number, self._wanted, subject, self._meanings), self._show)

    def refresh(self, kind: str) -> None:
        """Ask anew with every block; while somebody looks, with every word of the desk: things go on without a network."""
        status = self.around.bridge.status
        height = -1 if status is None else status.height
        if kind in {"account", "outbox"} or (kind == "status" and (height != self._seen or self.isVisible())):
            self._seen = height
            if self.home.isVisible() or not self.isVisible():
                self.load()

    def leave(self) -> None:
        """Back to the lists, which may say something else by now."""
        super().leave()
        self.load()

    def settled(self, _outcome: Final) -> None:
        """What was done anew is done: back to the lists."""
        self.show_subject(None)

    # ---- what is shown -------------------------------------------------------------------------------------------
    def _known(self, listed: Listed) -> Known:
        bridge = self.around.bridge
        return Known(bridge.status, self.around.now_ns(), listed.glossary, listed.labels, bridge.reachable)

    def _show(self, listed: Listed) -> None:
        """What says the same is not drawn again; errors within are compared by what they say."""
        known = self._known(listed)
        self.known = dict(listed.glossary.accounts)
        self.waits.emit(sum(map(needs_clerk, listed.unsettled)))
        self.sentence.setText(outbox_sentence(listed.unsettled, words()))
        if listed.subject is not None:
            self._show_one(listed, listed.subject, known)
            return
        self.offer("", self.load)
        deeds = (*listed.unsettled, *listed.settled)
        drawn = [(repr(deed), deed_title(deed, known, words()), deed_detail(deed, known, words())) for deed in deeds]
        more = self._load_more if listed.has_more else None
        self.show_parts((drawn, known.has_network, listed.has_more), lambda: OutboxLists(deeds, known, self, more))

    def _show_one(self, listed: Listed, deed: OutboxDeed, known: Known) -> None:
        main = main_action(deed, self)
        if main is None:
            self.offer("", self.load)
        else:
            self.offer(main[0], partial(main[1], deed))
        facts = (repr(deed), deed_title(deed, known, words()), deed_detail(deed, known, words()), listed.labels)
        self.show_parts(facts, lambda: OutboxDetail(deed, known, listed.by_id, self))

    def _load_more(self) -> None:
        self._wanted += MORE
        self.load()

    # ---- what can be done ----------------------------------------------------------------------------------------
    def resume(self, deed: OutboxDeed) -> None:
        """Show a draft that was left over, to be signed."""
        sentence = tr("It stays in the outbox until it is signed or discarded")
        self._draft(deed, tr("Continue"), sentence, partial(self.around.desk.resume, deed.deed_id), keeps=True)

    def renew(self, deed: OutboxDeed) -> None:
        """Draft anew what came to nothing."""
        sentence = tr(
            "It came to nothing and is never sent again. The new draft below says the same, and is signed anew."
        )
        self._draft(deed, tr("Draft anew"), sentence, partial(self.around.desk.renew, deed.deed_id), keeps=False)

    def send_again(self, deed: OutboxDeed) -> None:
        """Hand over the same bytes again."""
        sending = self.around.desk.send_again(deed.deed_id)
        self.around.tasks.start(sending, done=lambda _none: self._sent(), failed=self._not_sent)

    def ask_target(self, deed: OutboxDeed) -> None:
        """Let the clerk choose where the request for colleagues goes."""
        name = f"{deed.action.replace('_', '-')}-{deed.deed_id[:8]}.luopu-request"
        pattern = tr("Requests ({pattern});;All files (*)").format(pattern=REQUESTS)
        save = partial(self.save_request, deed)
        dialogs.ask_target(self, tr("Save the request"), name, pattern, save)

    def save_request(self, deed: OutboxDeed, target: Path) -> None:
        """Write the request for colleagues."""
        saving = self.around.desk.save_request(deed.deed_id, target)
        self.around.tasks.start(saving, done=self._saved, failed=self.show_error)

    def discard(self, deed: OutboxDeed) -> None:
        """Forget a draft."""
        self._do(self.around.desk.discard([deed.deed_id]))

    def dismiss(self, deed: OutboxDeed) -> None:
        """It is no longer wanted."""
        self._do(self.around.desk.dismiss(deed.deed_id))

    def open_record(self, deed: OutboxDeed) -> None:
        """Go to the record."""
        self.opens_record.emit(deed.record_digest)

    # ---- inside --------------------------------------------------------------------------------------------------
    def _draft(self, deed: OutboxDeed, title: str, sentence: str, drafting: Drafting, *, keeps: bool) -> None:
        """What will be signed comes into sight at once, below what it is about."""
        about = Card(title)
        about.chip.show_chip(deed_chip(deed, words()))
        about.add(label(deed_title(deed, self._plain(), words()), "body", wrap=True))
        about.add(label(sentence, "secondary", wrap=True))
        if isinstance(self.session, OutboxSession):
            self.session.keeps = keeps
        form = Form(title, sentence, [], lambda: drafting, about=about)
        self.begin(form)
        form.filled.emit(form.made())
        self.session.glossary = self._meanings.glossary

    def _plain(self) -> Known:
        return Known(glossary=self._meanings.glossary)

    def _do(self, doing: Coroutine[object, object, None]) -> None:
        self.around.tasks.start(doing, done=lambda _none: self._changed(), failed=self._not_sent)

    def _changed(self) -> None:
        self.around.bridge.refresh("outbox")
        self.show_subject(None)

    def _sent(self) -> None:
        said = tr("Handed over."), tr("The same bytes as before; what became of them shows here.")
        self.banner.say(Explanation(*said), "ok")
        self.load()

    def _not_sent(self, error: LuopuError) -> None:
        self.show_error(error)
        self.load()

    def _saved(self, path: Path) -> None:
        self.banner.say(request_saved(path), "ok")
