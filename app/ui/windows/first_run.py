"""The first run: try it on this computer, join a consortium, or restore a backup; a passphrase; the start; the key."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.client.model import NodeStatus
from app.core.errors import LuopuError
from app.ui.language import tr
from app.ui.present.facts import Fact, digest_fact
from app.ui.widgets.buttons import button, primary
from app.ui.widgets.card import Card, row, take_out
from app.ui.widgets.choice import ChoiceCard
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.text import label
from app.ui.windows.entrance import Entrance, StartSteps
from app.ui.windows.first_run_cards import JoinCard, PassphraseCard
from app.ui.windows.first_run_restore import RestoreCard, RestoredCard
from app.ui.windows.surroundings import Surroundings

CHOICES = ("try", "join", "restore")


class FirstRun(Entrance):
    """One step at a time; nothing is made before the passphrase has been given twice."""

    def __init__(
        self,
        surroundings: Surroundings,
        opened: Callable[[], None],
        restored: Callable[[], None],
        corner: QWidget,
        choice: str | None = None,
    ) -> None:
        super().__init__(
            tr("Welcome to Luopu"), tr("Set up this computer in a minute. Every choice is explained."), corner
        )
        self._around, self._opened = surroundings, opened
        self._choice = choice if choice in CHOICES else None
        self._genesis: Path | None = None
        self._peers: tuple[str, ...] = ()
        self._start = _ChoiceCard(self.choose)
        self._join = JoinCard(self._joining, lambda: self._go(self._start))
        self._restore = RestoreCard(self._restore_it, self._back_from_restoring)
        self._restored = RestoredCard(restored)
        self.passphrase = PassphraseCard(self._begin, self._back_from_passphrase)
        self._progress = _ProgressCard(lambda: self._go(self.passphrase))
        self._key = _KeyCard(opened)
        self._steps: tuple[QWidget, ...] = (
            *(self._start, self._join, self.passphrase, self._progress, self._key),
            *(self._restore, self._restored),
        )
        for part in self._steps:
            self.column.addWidget(part)
            part.setVisible(part is self._start)
        if self._choice is not None:
            self.choose(self._choice)

    # ---- steps ---------------------------------------------------------------------------------------------------
    def _go(self, step: QWidget) -> None:
        self.banner.hide()
        for part in self._steps:
            part.setVisible(part is step)
        step.setFocus()

    def choose(self, choice: str) -> None:
        """Take a way in: "try", "join" or "restore"."""
        self._choice = choice
        self._go({"try": self.passphrase, "join": self._join}.get(choice, self._restore))

    def _joining(self, genesis: Path, peers: tuple[str, ...]) -> None:
        self._genesis, self._peers = genesis, peers
        self._go(self.passphrase)

    def _back_from_passphrase(self) -> None:
        self._go(self._start if self._choice == "try" else self._join)

    def _begin(self, passphrase: str) -> None:
        self._go(self._progress)
        desk = self._around.desk
        if self._choice == "try" or self._genesis is None:
            steps = self._progress.show_try()
            work = desk.try_here(passphrase, steps.reach)
        else:
            steps = self._progress.show_join()
            work = desk.join(self._genesis, self._peers, passphrase, steps.reach)
        self._around.tasks.start(work, done=lambda _none: self._started(), failed=self._failed)

    def _restore_it(self, backup: Path, passphrase: str) -> None:
        self.banner.hide()
        self._restore.show_busy(True)
        work = self._around.desk.restore(backup, passphrase)
        self._around.tasks.start(work, done=lambda _none: self._came_back(), failed=self._not_restored)

    def _came_back(self) -> None:
        self._restore.forget()
        self._go(self._restored)

    def _not_restored(self, error: LuopuError) -> None:
        self._restore.show_busy(False)
        self.banner.say_error(error)

    def _back_from_restoring(self) -> None:
        self._restore.forget()
        self._go(self._start)

    def _started(self) -> None:
        self.passphrase.forget()
        self._progress.finish()
        if self._choice == "try":
            self._opened()
            return
        self._key.show_key(self._around.desk.public_key_text())
        self._go(self._key)
        self._around.tasks.start(self._around.desk.status(), done=self._key.show_status, failed=self.banner.say_error)

    def _failed(self, error: LuopuError) -> None:
        self.banner.say_error(error)
        self._progress.show_failed()


class _ChoiceCard(QWidget):
    """Three large choices."""

    def __init__(self, choose: Callable[[str], None]) -> None:
        super().__init__()
        try_here = ChoiceCard(
            "computer",
            tr("Try it on this computer"),
            tr("A whole consortium of four bookkeepers runs here, for practice. Nothing leaves this computer."),
        )
        join = ChoiceCard(
            "people",
            tr("Join a consortium"),
            tr(
                "With the genesis file and the peer addresses that the operator gave you. The node verifies everything."
            ),
        )
        restore = ChoiceCard(
            "vault",
            tr("Restore from a backup"),
            tr("Your desk as it was when the backup was made: key, outbox, vault, and the consortium it belongs to."),
        )
        restore.clicked.connect(lambda _checked=False: choose("restore"))
        try_here.clicked.connect(lambda _checked=False: choose("try"))
        join.clicked.connect(lambda _checked=False: choose("join"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(label(tr("How do you want to begin?"), "card-title"))
        for part in (try_here, join, restore):
            column.addWidget(part)
        self.setFocusProxy(try_here)


class _ProgressCard(Card):
    """What is being started."""

    def __init__(self, back: Callable[[], None]) -> None:
        super().__init__(tr("Starting"))
        self._back = button(tr("Back"), back)
        self._back.hide()
        self._steps: StartSteps | None = None
        self._note = label(
            tr("This takes less than a minute. The key is encrypted with your passphrase."), "secondary", wrap=True
        )
        self.add(self._note)
        self.add(row(1, self._back))

    def show_try(self) -> StartSteps:
        """Steps of trying it here."""
        return self._show(
            ("keystore", tr("Make the key and encrypt it")),
            ("consortium", tr("Start four bookkeepers on this computer")),
            ("node", tr("Start the node")),
            ("synced", tr("Verify the first blocks")),
        )

    def show_join(self) -> StartSteps:
        """Steps of joining."""
        return self._show(
            ("genesis", tr("Check the genesis file")),
            ("keystore", tr("Make the key and encrypt it")),
            ("node", tr("Start the node and connect to the peers")),
        )

    def finish(self) -> None:
        """All done."""
        if self._steps is not None:
            self._steps.finish()

    def show_failed(self) -> None:
        """The notice says why; the clerk may go back."""
        self._back.show()

    def _show(self, *steps: tuple[str, str]) -> StartSteps:
        self._back.hide()
        if self._steps is not None:
            take_out(self.body, self._steps)
            self._steps.deleteLater()
        self._steps = StartSteps(steps)
        self.body.insertWidget(1, self._steps)
        self._steps.reach(steps[0][0])
        return self._steps


class _KeyCard(Card):
    """The public key, to be registered by the operator, and the fingerprint to compare."""

    def __init__(self, opened: Callable[[], None]) -> None:
        super().__init__(tr("Have your key registered"))
        text = tr(
            "Send this public key to the operator, and compare the fingerprint of the genesis with them by telephone. "
            "Until the key is registered you can look and verify, but not record."
        )
        self._facts = FactBlock(label_width=96)
        self._key = ""
        self.add(label(text, "secondary", wrap=True))
        self.add(self._facts)
        self.add(row(1, primary(tr("Open the desk"), opened)))

    def show_key(self, key: str) -> None:
        """The key."""
        self._key = key
        self._facts.show_facts([Fact(tr("Public key"), key, key, is_digest=True)])

    def show_status(self, status: NodeStatus) -> None:
        """The chain that was joined."""
        fingerprint = digest_fact(tr("Genesis"), status.genesis_fingerprint)
        self._facts.show_facts([Fact(tr("Public key"), self._key, self._key, is_digest=True), fingerprint])
