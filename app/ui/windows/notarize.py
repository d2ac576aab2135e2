"""The notarize page: files, the chain they continue, what is signed, the receipts, and what was recorded lately.

One primary button at a time: first "review", then "sign and notarize", at the end "next evidence".
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.client.model import NodeStatus
from app.core.messages import Explanation
from app.core.refusals import ApprovalsMissing
from app.ui.language import tr, words
from app.ui.present.facts import Fact
from app.ui.present.names import file_name
from app.ui.present.node import halted_explanation, standing_of
from app.ui.present.notarize import request_name
from app.ui.present.numbers import number
from app.ui.widgets.buttons import button
from app.ui.widgets.card import Card
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.facts import FactBlock
from app.ui.windows import dialogs
from app.ui.windows.notarize_approval import ApprovalCard
from app.ui.windows.notarize_cards import ChainCard, FilesCard
from app.ui.windows.notarize_receipts import ReceiptsCard, RecentCard
from app.ui.windows.notarize_session import NotarizeSession
from app.ui.windows.page import Page
from app.ui.windows.surroundings import Surroundings

REQUESTS = "*.luopu-request"
FAR_BEHIND = 20
"""A node this many blocks behind would draft with a timeout height that has nearly passed."""


class NotarizePage(Page):
    """From files to receipts."""

    def __init__(
        self, surroundings: Surroundings, session: NotarizeSession, show_record: Callable[[bytes], None]
    ) -> None:
        super().__init__(
            surroundings, tr("Notarize"), tr("Files stay on this computer; only their digests are recorded")
        )
        self._session = session
        self._add = button(tr("Add files…"), self._ask_files)
        self.add_action(self._add)
        self._unregistered = _UnregisteredCard(surroundings.desk.public_key_text())
        self._files = FilesCard(session, surroundings.now_ns, self._ask_files)
        self._chain = ChainCard(surroundings, session)
        self._approval = ApprovalCard(surroundings, session)
        self._receipts = ReceiptsCard(surroundings, session, show_record, self.ask_target)
        self._recent = RecentCard(surroundings, session, show_record, self.ask_target)
        for part in (self._unregistered, *self._cards(), self._recent):
            self.column.addWidget(part)
        session.stage_changed.connect(self._show_stage)
        session.failed.connect(self.show_error)
        session.outcome_changed.connect(self._forget_saved)
        session.begun_again.connect(self._forget_saved)
        self._said_saved = False
        self._show_stage()

    def refresh(self, kind: str) -> None:
        """Draw what is new."""
        if kind == "account":
            self._show_stage()
        if kind == "status":
            self._show_obstacle()
        if kind == "chains":
            self._chain.show_choices()
        if kind == "outbox":
            self._recent.show_items()

    def take(self, paths: Sequence[Path]) -> None:
        """Files were given to the page."""
        if self._session.stage == "collecting":
            self._session.add(paths)

    def _ask_files(self) -> None:
        dialogs.ask_files(self, tr("Add files"), self.take)

    def ask_target(self, draft_ids: Sequence[str]) -> None:
        """Let the clerk choose where request files go: one under a name, several into a folder."""
        title = tr("Save the request")
        if len(draft_ids) == 1:
            pattern = tr("Requests ({pattern});;All files (*)").format(pattern=REQUESTS)
            name = request_name(draft_ids[0])
            dialogs.ask_target(self, title, name, pattern, lambda target: self.save_requests({draft_ids[0]: target}))
        else:
            dialogs.ask_folder(
                self,
                title,
                lambda folder: self.save_requests({each: folder / request_name(each) for each in draft_ids}),
            )

    def save_requests(self, targets: Mapping[str, Path]) -> None:
        """Write request files."""
        self.around.tasks.start(self._save(targets), done=self._saved, failed=self.show_error)

    async def _save(self, targets: Mapping[str, Path]) -> list[Path]:
        return [await self.around.desk.save_request(draft_id, target) for draft_id, target in targets.items()]

    def _saved(self, paths: Sequence[Path]) -> None:
        if len(paths) == 1:
            sentence = tr("Saved: {name}").format(name=file_name(paths[0].name, 72))
        else:
            sentence = tr("%n request file(s) saved", None, len(paths))
        hint = tr(
            "Give it to those who must sign; they open it under Approvals at their own desks. It holds no secret key."
        )
        self.banner.say(Explanation(sentence, hint), "ok")
        self._said_saved = True

    def _forget_saved(self) -> None:
        """Once nothing waits for a signature, nobody needs to be given a file any more."""
        waits = any(isinstance(outcome, ApprovalsMissing) for outcome in self._session.outcomes.values())
        if self._said_saved and not waits:
            self.banner.hide()
            self._said_saved = False

    def _cards(self) -> tuple[QWidget, ...]:
        return (self._files, self._chain, self._approval, self._receipts)

    def _show_stage(self) -> None:
        bridge = self.around.bridge
        registered = bridge.account is not None or not bridge.account_known
        stage = self._session.stage
        collecting = stage in {"collecting", "drafting"}
        self._unregistered.setVisible(not registered)
        self._add.setVisible(registered and stage == "collecting")
        self._files.setVisible(registered and collecting)
        self._chain.setVisible(registered and stage != "sent")
        self._approval.setVisible(registered and stage in {"approving", "asking", "sending"})
        self._receipts.setVisible(registered and stage == "sent")
        if stage == "drafting":
            self.banner.hide()
        self._chain.show_stage(stage)
        self._show_obstacle()
        self._approval.show_stage(stage)

    def _show_obstacle(self) -> None:
        bridge = self.around.bridge
        self._chain.show_obstacle(obstacle(bridge.status, self.around.now_ns(), reachable=bridge.reachable))


class _UnregisteredCard(Card):
    """Why nothing can be recorded yet, and what to do about it."""

    def __init__(self, key: str) -> None:
        super().__init__()
        text = tr(
            "The chain accepts evidence only from registered keys. Send the public key below to the operator; "
            "as soon as it is registered, this page opens by itself."
        )
        self.add(EmptyState(tr("Your key is not registered yet"), text))
        self.add(FactBlock([Fact(tr("Public key"), key, key, is_digest=True)], label_width=84))


def obstacle(status: NodeStatus | None, now_ns: int, *, reachable: bool) -> Explanation | None:
    """Why the node is in no state to draft, if so: stopped, silent, or far behind."""
    standing = standing_of(status, reachable=reachable, now_ns=now_ns)
    if standing == "unreachable":
        sentence = tr("The node on this computer does not answer")
        return Explanation(sentence, tr("Files can be added already; review becomes possible when it answers."))
    if status is None:
        return None
    if standing == "halted":
        return halted_explanation(status, words())
    behind = status.blocks_behind or 0
    if behind > FAR_BEHIND:
        sentence = tr("The node is {count} blocks behind").format(count=number(behind))
        return Explanation(sentence, tr("Files can be added already; review becomes possible when it has caught up."))
    return None
