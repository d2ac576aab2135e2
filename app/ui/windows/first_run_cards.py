"""Two cards of the first run that take input: genesis and peers, and the passphrase."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit

from app.ui.language import tr
from app.ui.present.passphrases import strength
from app.ui.widgets.bar import Bar
from app.ui.widgets.buttons import button, primary
from app.ui.widgets.card import Card, row
from app.ui.widgets.text import label, set_tone
from app.ui.windows.file_field import FileField


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
        self.first, self.second = QLineEdit(), QLineEdit()
        self._bar = Bar(tr("Strength of the passphrase"))
        self._strength, self._match = label("", "secondary", wrap=True), label("", "secondary")
        show = QCheckBox(tr("Show what I type"))
        show.setAccessibleName(show.text())
        show.toggled.connect(self._show_typing)
        self._next = primary(tr("Start"), self._go)
        self.add(label(text, "secondary", wrap=True))
        for name, field in ((tr("Passphrase"), self.first), (tr("Once more"), self.second)):
            field.setAccessibleName(name)
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textEdited.connect(lambda _text: self._update())
            title = label(name, "strong")
            title.setBuddy(field)
            self.add(title)
            self.add(field)
            if field is self.first:
                self.add(self._bar)
                self.add(self._strength)
        self.second.returnPressed.connect(self._go)
        self.add(self._match)
        self.add(row(show, 1, button(tr("Back"), back), self._next))
        self.setFocusProxy(self.first)
        self._update()

    def forget(self) -> None:
        """Empty both fields."""
        for field in (self.first, self.second):
            field.clear()

    def _go(self) -> None:
        if self._next.isEnabled():
            self._ready(self.first.text())

    def _show_typing(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        for field in (self.first, self.second):
            field.setEchoMode(mode)

    def _update(self) -> None:
        found = strength(self.first.text(), tr)
        self._bar.show_share(found.permille, found.tone)
        self._strength.setText(found.text)
        set_tone(self._strength, found.tone)
        same = self.first.text() == self.second.text()
        differs = bool(self.second.text()) and not same
        self._match.setText(tr("The two differ") if differs else "")
        set_tone(self._match, "bad" if differs else "neutral")
        self._next.setEnabled(found.enough and same)
