"""A page from which disclosures and copies of papers are written, and at which disclosures of others are checked.

Guarantees: what a checked disclosure shows is hidden again when the page is left.
"""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QHideEvent

from app.core.messages import Explanation
from app.ui.desk import CheckedDisclosure
from app.ui.language import tr
from app.ui.present.names import file_name
from app.ui.widgets.card import clear
from app.ui.windows import dialogs
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.surroundings import Surroundings


class DisclosingPage(ListsPage):
    """Subclasses show `checked`, where there is one."""

    def __init__(self, surroundings: Surroundings, title: str, sentence: str) -> None:
        super().__init__(surroundings, title, sentence)
        self.checked: CheckedDisclosure | None = None

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Another page is in front: what was shown of people is hidden."""
        super().hideEvent(event)
        if not event.spontaneous() and self.is_private:
            self.checked, self._shown = None, None
            clear(self.home_column)

    @property
    def is_private(self) -> bool:
        """Whether what is in sight is about people."""
        return True

    # ---- written -------------------------------------------------------------------------------------------------
    def save_disclosure(self, account: int, names: Sequence[str], target: Path) -> None:
        """Write a disclosure file; no names: everything."""
        self.around.tasks.start(
            self.around.desk.save_disclosure(account, names, target), done=self._disclosed, failed=self.show_error
        )

    def save_paper(self, person_id: str, sha256: bytes, target: Path) -> None:
        """Write a copy of a paper."""
        self.around.tasks.start(
            self.around.desk.save_paper(person_id, sha256, target), done=self._copied, failed=self.show_error
        )

    def _disclosed(self, path: Path) -> None:
        sentence = tr("Saved, and checked against the chain: {name}").format(name=file_name(path.name, 72))
        hint = tr("It shows what it says in plain words: give it only to those who may know.")
        self.banner.say(Explanation(sentence, hint), "ok")

    def _copied(self, path: Path) -> None:
        sentence = tr("Saved, and the same as what was taken in: {name}").format(name=file_name(path.name, 72))
        hint = tr("The copy lies there in plain: delete it when it is no longer needed.")
        self.banner.say(Explanation(sentence, hint), "ok")

    # ---- checked -------------------------------------------------------------------------------------------------
    def ask_disclosure(self) -> None:
        """Let the clerk choose a disclosure file."""
        pattern = tr("Disclosures (*.json);;All files (*)")
        dialogs.ask_file(self, tr("Check a disclosure file"), pattern, self.check_disclosure)

    def check_disclosure(self, path: Path) -> None:
        """Check a disclosure file against the chain."""
        self.close_disclosure()
        self.around.tasks.start(
            self.around.desk.check_disclosure(path), done=self._take_disclosure, failed=self.show_error
        )

    def close_disclosure(self) -> None:
        """Show no disclosure any more."""
        self.checked = None
        self.load()

    def _take_disclosure(self, checked: CheckedDisclosure) -> None:
        self.checked = checked
        self.banner.hide()
        self.load()
