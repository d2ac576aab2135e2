"""The cards of the page of keys: the key that signs, a token with its keys, and the drivers."""

from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.core.messages import explain
from app.core.text import MAX_LABEL_BYTES
from app.core.tokens import PinState, TokenName
from app.ui.desks.keys import KeyView, ModuleView, TokenView
from app.ui.language import tr, words
from app.ui.present.keys import (
    ALGORITHMS,
    can_sign,
    key_chip,
    key_facts,
    key_name,
    key_place,
    module_chip,
    module_detail,
    signing_advice,
    token_chip,
    token_facts,
    token_name,
)
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import Card, clear, row, rule
from app.ui.widgets.choice import ChoiceBox
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label, set_tone
from app.ui.windows.key_part import PinField

LABEL_WIDTH = 116


class KeyWork(Protocol):
    """What the cards ask of their page."""

    def use_key(self, view: KeyView) -> None:
        """Sign with another key from now on."""
        ...

    def log_in(self, token: TokenName, pin: str) -> None:
        """Enter a token's PIN."""
        ...

    def log_out(self, token: TokenName) -> None:
        """Let a token sign no more."""
        ...

    def generate(self, token: TokenName, algorithm: str, label: str) -> None:
        """Make a key on a token."""
        ...

    def accept(self, path: str) -> None:
        """Let a driver be loaded."""
        ...

    def ask_driver(self) -> None:
        """Let the administrator name a driver's file."""
        ...

    def drop(self, path: str) -> None:
        """Load a driver no more."""
        ...


class OwnKeyCard(Card):
    """The key that signs at this desk, and the others that could."""

    def __init__(self, own: KeyView, keys: tuple[KeyView, ...], work: KeyWork) -> None:
        super().__init__(tr("Signs at this desk"))
        self.chip.show_chip(key_chip(own, words()))
        self.add(label(key_name(own, words()), "strong"))
        shown = next((key for key in keys if key.is_own), own)
        self.add(FactBlock(key_facts(shown, words()), label_width=LABEL_WIDTH))
        advice = signing_advice(own, words())
        if advice:
            said = label(advice, "secondary", wrap=True)
            set_tone(said, "warn" if can_sign(own) else "bad")
            self.add(said)
        others = [key for key in keys if not key.is_own and key.place is None]
        for key in others:
            self.add(rule())
            use = link(tr("Sign with it"), partial(work.use_key, key), name=tr("Sign with {key}").format(key=key.label))
            self.add(ListRow(key_name(key, words()), detail=key_place(key, words()), actions=[use]))


class TokenCard(Card):
    """A token that is plugged in: what it says of itself, its keys, its PIN."""

    def __init__(self, view: TokenView, work: KeyWork) -> None:
        super().__init__(token_name(view.token.name, words()))
        self._view, self._work = view, work
        token = view.token
        self.chip.show_chip(token_chip(token, words()))
        self.add(FactBlock(token_facts(view, words()), label_width=LABEL_WIDTH))
        self._say_warning()
        for key in view.keys:
            self.add(rule())
            self._add_key(key)
        if not view.keys:
            self.add(rule())
            self.add(label(self._why_no_keys(), "secondary", wrap=True))
        self._below = QVBoxLayout()
        self.add(self._below)
        self._offer()

    def _say_warning(self) -> None:
        if self._view.keys:
            advice = signing_advice(self._view.keys[0], words())
            if advice:
                said = label(advice, "secondary", wrap=True)
                set_tone(said, "warn")
                self.add(said)

    def _why_no_keys(self) -> str:
        if self._view.error is not None:
            said = explain(self._view.error, words().language)
            return f"{said.sentence} {said.hint}".strip()
        return tr("No key that this chain takes can be seen on it. Some tokens show their keys only after the PIN.")

    def _add_key(self, key: KeyView) -> None:
        actions: list[QWidget] = []
        if not key.is_own:
            name = tr("Sign with {key}").format(key=key.label)
            actions.append(link(tr("Sign with it"), partial(self._work.use_key, key), name=name))
        chip = None if not key.is_own else key_chip(key, words())
        self.add(ListRow(key_name(key, words()), chip=chip, actions=actions))
        facts = [fact for fact in key_facts(key, words()) if fact.label != tr("Kept")]
        self.add(FactBlock(facts, label_width=LABEL_WIDTH))

    def _offer(self) -> None:
        clear(self._below)
        token, work = self._view.token, self._work
        if token.is_logged_in:
            parts: list[QWidget] = []
            if token.makes:
                parts.append(button(tr("Make a key on it…"), self._ask_for_key))
            parts.append(button(tr("Lock the token"), partial(work.log_out, token.name)))
            self._below.addLayout(row(*parts, 1))
        elif token.pin not in (PinState.LOCKED, PinState.UNSET) and token.places == 1 and token.asks_pin:
            if token.has_keypad:
                self._below.addLayout(row(button(tr("Unlock at the token"), partial(work.log_in, token.name, "")), 1))
            else:
                self._ask_for_pin()

    def _ask_for_pin(self) -> None:
        pin, name = PinField(), self._view.token.name
        unlock = button(tr("Unlock the token"), lambda: self._work.log_in(name, pin.take()))
        unlock.setEnabled(False)
        pin.textChanged.connect(lambda text: unlock.setEnabled(bool(text)))
        pin.returnPressed.connect(lambda: self._work.log_in(name, pin.take()) if pin.text() else None)
        self._below.addLayout(row(pin, unlock, 1))

    def _ask_for_key(self) -> None:
        clear(self._below)
        token = self._view.token
        kind = ChoiceBox(tr("Kind of key"))
        kind.offer([(ALGORITHMS[each.name], each.name.lower()) for each in token.makes], token.makes[0].name.lower())
        name = QLineEdit()
        name.setAccessibleName(tr("Name of the key"))
        name.setPlaceholderText(tr("Name of the key, for example: Wang Li, checker"))
        name.setMaxLength(MAX_LABEL_BYTES // 4)
        make = button(
            tr("Make the key"), lambda: self._work.generate(token.name, str(kind.currentData()), name.text().strip())
        )
        make.setEnabled(False)
        name.textChanged.connect(lambda text: make.setEnabled(bool(text.strip())))
        self._below.addLayout(row(kind, name, make, button(tr("Cancel"), self._offer)))
        name.setFocus()


class DriversCard(Card):
    """Through which programs tokens are reached. Only what an administrator has accepted is loaded."""

    def __init__(self, modules: tuple[ModuleView, ...], work: KeyWork, *, has_tokens: bool) -> None:
        super().__init__(tr("Drivers of tokens"))
        self.add_action(link(tr("Another driver…"), work.ask_driver))
        text = tr(
            "A token is reached through its maker's driver (PKCS#11). Only accepted drivers are loaded, each in a process"
            " of its own."
        )
        self.add(label(text, "secondary", wrap=True))
        if any(each.digest for each in modules) and not has_tokens:
            text = tr("No token is plugged in. One that is plugged in appears here within a second or two.")
            self.add(label(text, "body", wrap=True))
        for module in modules:
            self.add(rule())
            self._add(module, work)
        if not modules:
            text = tr("None is installed. Install the program that came with the token, or choose its file.")
            self.add(label(text, "body", wrap=True))

    def _add(self, module: ModuleView, work: KeyWork) -> None:
        name = module.name
        accept, drop = partial(work.accept, module.path), partial(work.drop, module.path)
        if not module.digest:
            actions = [link(tr("Use it"), accept, name=tr("Use {name}").format(name=name))]
        else:
            actions = [link(tr("Use it no more"), drop, name=tr("Use {name} no more").format(name=name))]
        if module.digest and module.error is not None:
            again = tr("Accept {name} as it is now").format(name=name)
            actions.insert(0, link(tr("Accept it as it is now"), accept, name=again))
        chip, detail = module_chip(module, words()), module_detail(module, words())
        self.add(ListRow(name, chip=chip, detail=detail, actions=actions))
