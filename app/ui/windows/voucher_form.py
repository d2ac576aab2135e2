"""A form that can ask, before anything is drafted or signed, what speaks against what it says.

Guarantees: what stands below the form is about the fields as they are; with another word in a field it is gone.
"""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout

from app.client.members import VoucherView
from app.core.errors import LuopuError
from app.core.messages import explain
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.deeds import explained
from app.ui.present.glossary import Glossary
from app.ui.present.vouchers import OwnVoucher
from app.ui.widgets.buttons import button
from app.ui.widgets.card import clear
from app.ui.widgets.fields import Field
from app.ui.widgets.text import label
from app.ui.windows.form import Form
from app.ui.windows.pickers import AccountPicker
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.voucher_fields import refers_to


class CheckedForm(Form):
    """A form with a button that asks the node for every reason why it would be refused."""

    def __init__(
        self,
        around: Surroundings,
        title: str,
        sentence: str,
        fields: Sequence[Field],
        make: Callable[[], wire.Body],
    ) -> None:
        super().__init__(title, sentence, fields, make)
        self._around, self._body = around, make
        self.vouchers: Sequence[VoucherView] = ()
        """Those that it may name."""
        self._asked = 0
        self._ask_button = button(tr("Check"), self.ask, name=tr("Check whether it would be accepted"))
        self.bottom.insertWidget(self.bottom.count() - 1, self._ask_button)
        self._answer = QVBoxLayout()
        self._answer.setSpacing(4)
        self.add(self._answer)
        for field in self.fields:
            field.changed.connect(self._forget)
        self._forget()

    def ask(self) -> None:
        """Ask the node; the answer comes below the form."""
        self._forget()
        if self.problem:
            return
        asked = self._asked
        self._say([tr("Asking…")], "neutral")
        self._around.tasks.start(
            self._around.desk.explain(self._body()),
            done=lambda reasons: self._take(asked, reasons),
            failed=lambda error: self._fail(asked, error),
        )

    @property
    def glossary(self) -> Glossary:
        """What is known of the accounts and vouchers that the form names."""
        named = {known.id: known.name for view in self.vouchers for known in view.names.values()}
        picked = [picker.view.account for picker in self.findChildren(AccountPicker) if picker.view is not None]
        accounts = {**named, **{each.id: each.name for each in picked}}
        return Glossary(accounts, {view.id: view for view in self.vouchers})

    def _forget(self) -> None:
        self._asked += 1
        clear(self._answer)
        self._ask_button.setEnabled(not self.problem)

    def _take(self, asked: int, reasons: Sequence[LuopuError]) -> None:
        if asked != self._asked:
            return
        if reasons:
            self._say(explained(reasons, words(), self.glossary), "warn")
        else:
            self._say([tr("As things stand, it would be accepted.")], "ok")

    def _fail(self, asked: int, error: LuopuError) -> None:
        if asked == self._asked:
            self._say([explain(error, words().language).sentence], "bad")

    def _say(self, lines: Sequence[str], tone: str) -> None:
        clear(self._answer)
        for text in lines:
            self._answer.addWidget(label(text, "secondary", wrap=True, tone=tone))


def voucher_form(
    around: Surroundings,
    own: OwnVoucher,
    title: str,
    sentence: str,
    fields: Sequence[Field],
    make: Callable[[], wire.Body],
) -> CheckedForm:
    """A form about one voucher, which the sentence calls {voucher}."""
    return CheckedForm(around, title, sentence.format(voucher=refers_to(own)), fields, make)
