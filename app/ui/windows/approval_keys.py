"""What the approvals page shows of the account itself: its keys, how many must sign, and the card of this desk's key."""

from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.errors import LuopuError
from app.core.messages import explain
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.approvals import (
    checkers_of,
    duties_of,
    duty_meaning,
    key_rows,
    role_choices,
    threshold_sentence,
)
from app.ui.present.digests import ends
from app.ui.present.facts import Fact
from app.ui.present.states import Chip
from app.ui.widgets.buttons import CopyButton, link
from app.ui.widgets.card import Card, clear, rule
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.fields import ChecksField
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows.surroundings import Surroundings

ROLE_WORDS = {wire.ROLE_MAKER: "maker", wire.ROLE_CHECKER: "checker", wire.ROLE_ADMINISTRATOR: "administrator"}


class KeyDesk(Protocol):
    """What can be done with keys."""

    def add_key(self) -> None: ...
    def revoke_key(self, key: bytes) -> None: ...
    def rotate_key(self) -> None: ...
    def change_thresholds(self) -> None: ...
    def rename(self) -> None: ...


class KeysCard(Card):
    """Keys of the account, each with its label and roles."""

    def __init__(self, account: wire.Account, own_key: str, desk: KeyDesk) -> None:
        super().__init__(tr("Keys of this account"))
        if account.party == wire.PARTY_USER:
            self.add_action(link(tr("Change the public name…"), desk.rename))
        self.add_action(link(tr("Add a key…"), desk.add_key))
        for place, key in enumerate(key_rows(account, own_key, words())):
            if place:
                self.add(rule())
            actions: list[QWidget] = [CopyButton(key.text, key.name)]
            if key.is_mine:
                actions.append(link(tr("Replace…"), desk.rotate_key, name=tr("Replace the key of this desk")))
            if len(account.keys) > 1:
                name = tr("Revoke the key {name}").format(name=key.name)
                actions.append(link(tr("Revoke…"), partial(desk.revoke_key, key.key), name=name))
            chip = Chip(tr("this desk"), "primary") if key.is_mine else None
            self.add(ListRow(key.name, chip=chip, detail=f"{key.roles} · {ends(key.text)}", actions=actions))


class ThresholdsCard(Card):
    """How many must sign, by class of action."""

    def __init__(self, account: wire.Account, desk: KeyDesk) -> None:
        super().__init__(tr("How many must sign"))
        self.add_action(link(tr("Change…"), desk.change_thresholds, name=tr("Change how many must sign")))
        for duty in duties_of(account):
            checkers = checkers_of(account, duty)
            chip = Chip(threshold_sentence(checkers, words()), "primary" if checkers else "neutral")
            self.add(ListRow(duty_meaning(duty, words()), chip=chip))


class OwnCard(Card):
    """The card of this desk's key, to be handed to whoever registers it."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__(tr("Card of this desk's key"))
        self._around = around
        text = tr(
            "Hand it to whoever is to register this key: a colleague, a partner, the operator. It is good for this"
            " chain only and holds no secret."
        )
        self.add(label(text, "secondary", wrap=True))
        self._roles = ChecksField(tr("Roles on the card"), role_choices(words()), note=tr("None chosen: every role"))
        self._roles.changed.connect(self._make)
        self._place = QVBoxLayout()
        self.add(self._roles)
        self.add(self._place)
        self._make()

    def _make(self) -> None:
        roles = [name for role, name in ROLE_WORDS.items() if int(role) in self._roles.value()]
        self._around.tasks.start(self._around.desk.key_card(roles), done=self._show, failed=self._fail)

    def _show(self, card: str) -> None:
        clear(self._place)
        fact = Fact(tr("Key card"), ends(card, 28, 12), card, is_digest=True)
        self._place.addWidget(FactBlock([fact], label_width=96))

    def _fail(self, error: LuopuError) -> None:
        clear(self._place)
        self._place.addWidget(label(explain(error, words().language).sentence, "secondary", wrap=True))
