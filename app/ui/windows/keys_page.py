"""Keys and tokens: with which key this desk signs, what is plugged in, which drivers are used, and how the home is kept.

Guarantees: it follows tokens that come and go; a PIN is taken out of its field once. What a device calls itself is shown,
never believed.
"""

from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.core.errors import LuopuError
from app.core.messages import Explanation
from app.core.tokens import TokenName
from app.ui.desk import Desk
from app.ui.desks.keys import KeyView, ModuleView, TokenView
from app.ui.language import tr
from app.ui.windows import dialogs
from app.ui.windows.key_cards import DriversCard, OwnKeyCard, TokenCard
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.parts import Parts
from app.ui.windows.safekeeping import SafekeepingCard
from app.ui.windows.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class _Listed:
    own: KeyView
    keys: tuple[KeyView, ...]
    tokens: tuple[TokenView, ...]
    modules: tuple[ModuleView, ...]


class KeysPage(ListsPage):
    """With which key this desk signs, and where it is kept."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(
            surroundings, tr("Keys and tokens"), tr("With which key this desk signs, and where it is kept")
        )
        self._safekeeping = SafekeepingCard(surroundings, self.banner.say, self.show_error)
        self.column.addWidget(self._safekeeping)
        self.load()

    def load(self) -> None:
        """Ask for all of it."""
        self.ask(_load(self.around.desk), self._show)

    def refresh(self, kind: str) -> None:
        """Ask anew when a token came or went, or when it is known whose key this is."""
        if kind in {"keys", "account"} and self.isVisible():
            self.load()

    def _show(self, listed: _Listed) -> None:
        self.show_parts(repr(listed), lambda: self._parts(listed))

    def _parts(self, listed: _Listed) -> Parts:
        parts = Parts(OwnKeyCard(listed.own, listed.keys, self))
        for token in listed.tokens:
            parts.add(TokenCard(token, self))
        parts.add(DriversCard(listed.modules, self, has_tokens=bool(listed.tokens)))
        return parts

    # ---- what the cards ask for ----------------------------------------------------------------------------------
    def use_key(self, view: KeyView) -> None:
        """Sign with another key from now on."""
        self._do(
            self.around.desk.use_key(view.key),
            tr("This key signs from now on."),
            tr("What was signed before stays as it is."),
        )

    def log_in(self, token: TokenName, pin: str) -> None:
        """Enter a token's PIN."""
        self._do(
            self.around.desk.log_in(token, pin),
            tr("The token is unlocked."),
            tr("It is locked again when nobody uses it for five minutes, and when it is pulled out."),
        )

    def log_out(self, token: TokenName) -> None:
        """Let a token sign no more."""
        self._do(self.around.desk.log_out(token), tr("The token is locked."), "")

    def generate(self, token: TokenName, algorithm: str, label: str) -> None:
        """Make a key on a token."""
        self._do(
            self.around.desk.generate_key(token, algorithm, label),
            tr("The key was made on the token."),
            tr("Its secret half never leaves it. To act with it, let it be registered: its card is under Approvals."),
        )

    def accept(self, path: str) -> None:
        """Let a driver be loaded."""
        self._do(
            self.around.desk.accept_module(path),
            tr("The driver is in use."),
            tr("Tokens that it reaches appear here when they are plugged in."),
        )

    def ask_driver(self) -> None:
        """Let the administrator name a driver's file."""
        pattern = tr("Drivers ({pattern});;All files (*)").format(pattern="*.so *.so.* *.dll *.dylib")
        dialogs.ask_file(self, tr("Choose a driver (PKCS#11)"), pattern, lambda path: self.accept(str(Path(path))))

    def drop(self, path: str) -> None:
        """Load a driver no more."""
        self._do(
            self.around.desk.drop_module(path),
            tr("The driver is used no more."),
            tr("The program itself stays installed."),
        )

    def _do(self, work: Coroutine[object, object, object], sentence: str, hint: str) -> None:
        self.around.tasks.start(work, done=partial(self._done, Explanation(sentence, hint)), failed=self._failed)

    def _done(self, said: Explanation, _result: object) -> None:
        self.banner.say(said, "ok")
        self.load()

    def _failed(self, error: LuopuError) -> None:
        self.show_error(error)
        self.load()


async def _load(desk: Desk) -> _Listed:
    return _Listed(desk.own_key(), await desk.keys(), await desk.tokens(), await desk.modules())
