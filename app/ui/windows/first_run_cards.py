"""Two cards of the first run that take input: genesis and peers, and the passphrase."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtWidgets import QPlainTextEdit

from app.ui.language import tr
from app.ui.widgets.buttons import button, primary
from app.ui.widgets.card import Card, row
from app.ui.widgets.text import label, set_tone
from app.ui.windows.file_field import FileField
from app.ui.windows.passphrase_fields import NewPassphrase, show_typing_box


def peer_addresses(untrusted_text: str) -> tuple[str, ...]:
    """Addresses, one a line."""
    return tuple(part.strip() for part in untrusted_text.splitlines() if part.strip())


def is_peer_address(untrusted_address: str) -> bool:
    """Whether it is http(s)://host[:port] and nothing more."""
    try:
        parts = urlsplit(untrusted_address)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0 and plain


class JoinCard(Card):
    """The genesis file and where the peers are."""

    def __init__(self, ready: Callable[[Path, tuple[str, ...]], None], back: Callable[[], None]) -> None:
        super().__init__(tr("Join a consortium"))
        self._ready = ready
        pattern = tr("Genesis (*.json)")
        self.genesis = FileField(tr("Genesis file"), tr("Drop it here, or press Enter to choose"), pattern)
        self.genesis.changed.connect(self._update)
        self.peers = QPlainTextEdit()
        self.peers.setPlaceholderText("https://node1.example:26657")
        self.peers.setAccessibleName(tr("Peer addresses"))
        self.peers.setTabChangesFocus(True)
        self.peers.setFixedHeight(92)
        self.peers.textChanged.connect(self._update)
        title = label(tr("Peer addresses, one a line"), "strong")
        title.setBuddy(self.peers)
        self._why = label("", "secondary", wrap=True)
        self._next = primary(tr("Next"), self._go)
        bottom = row(self._why, button(tr("Back"), back), self._next)
        bottom.setStretch(0, 1)
        for part in (self.genesis, title, self.peers):
            self.add(part)
        self.add(bottom)
        self.setFocusProxy(self.genesis)
        self._update()

    def _go(self) -> None:
        if self.genesis.path is not None:
            self._ready(self.genesis.path, peer_addresses(self.peers.toPlainText()))

    def _update(self) -> None:
        addresses = peer_addresses(self.peers.toPlainText())
        wrong = next((address for address in addresses if not is_peer_address(address)), None)
        if wrong is not None:
            self._why.setText(tr("Not an address: {address}").format(address=wrong[:60]))
        elif self.genesis.path is None:
            self._why.setText(tr("Choose the genesis file"))
        else:
            self._why.setText("" if addresses else tr("Give at least one address"))
        set_tone(self._why, "bad" if wrong is not None else "neutral")
        self._next.setEnabled(self.genesis.path is not None and bool(addresses) and wrong is None)


class PassphraseCard(Card):
    """The passphrase, twice, with its strength in words."""

    def __init__(self, ready: Callable[[str], None], back: Callable[[], None]) -> None:
        super().__init__(tr("Choose a passphrase"))
        self._ready = ready
        text = tr("It encrypts your key on this computer. Nobody can recover it, so keep a copy in a safe place.")
        self._fields = NewPassphrase(tr("Passphrase"))
        self.first, self.second = self._fields.first, self._fields.second
        self._next = primary(tr("Start"), self._go)
        self.add(label(text, "secondary", wrap=True))
        self.add(self._fields)
        self.add(row(show_typing_box([self._fields]), 1, button(tr("Back"), back), self._next))
        self._fields.entered.connect(self._go)
        self._fields.changed.connect(self._update)
        self.setFocusProxy(self._fields)
        self._update()

    def forget(self) -> None:
        """Empty both fields."""
        self._fields.forget()

    def _go(self) -> None:
        if self._next.isEnabled():
            self._ready(self._fields.text)

    def _update(self) -> None:
        self._next.setEnabled(self._fields.is_ready)
