"""A key card that somebody handed in, checked as it is pasted; below it stands whose key it is."""

from PySide6.QtCore import Signal

from app.core.card import decode_card
from app.core.errors import LuopuError
from app.core.plain import key_text
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.approvals import roles_text
from app.ui.present.digests import ends
from app.ui.present.names import line
from app.ui.widgets.fields import PastedField
from app.ui.windows.surroundings import Surroundings


class CardField(PastedField):
    """The card of a key for this chain."""

    found = Signal(object)
    """The wire.NewKey of a good card."""

    def __init__(self, around: Surroundings, name: str, *, note: str = "") -> None:
        super().__init__(name, note=note, example=tr("paste the key card here: luopu-card:…"), check=self._decode)
        self._around, self._hint = around, note
        self.edit.textChanged.connect(self._tell)

    def card(self) -> wire.NewKey:
        """The card; only while nothing is wrong with it."""
        return self._decode(self.value())

    def problem(self) -> str:
        """Nothing there, no card of this chain, or nobody knows the chain yet."""
        if self.value() and self._around.bridge.status is None:
            return tr("The height of the chain is not known yet")
        return super().problem()

    def _decode(self, text: str) -> wire.NewKey:
        status = self._around.bridge.status
        return decode_card(text, "" if status is None else status.chain_id)

    def _tell(self) -> None:
        try:
            card = self._decode(self.value())
        except LuopuError:
            self.say(self._hint)
            return
        label = line(card.label, 40) if card.label else tr("without a label")
        said = tr("{label} · {roles} · {key}; its holder has signed the card")
        self.say(said.format(label=label, roles=roles_text(card.roles, words()), key=ends(key_text(card.key))), "ok")
        self.found.emit(card)
