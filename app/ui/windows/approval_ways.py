"""How others approve what one key may not do alone: on the chain, or by a file that goes from desk to desk (经办/复核)."""

from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.client.members import AccountView
from app.core.errors import LuopuError
from app.core.messages import explain
from app.ui.desk import DeedView
from app.ui.language import tr, words
from app.ui.present.approvals import checker_choices, hold_sentence, missing_count
from app.ui.present.heights import BLOCKS_OF_A_DAY
from app.ui.widgets.buttons import button
from app.ui.widgets.card import row
from app.ui.widgets.fields import ChecksField
from app.ui.widgets.text import label, set_tone
from app.ui.windows.deed_session import DeedSession
from app.ui.windows.surroundings import Surroundings

HOLD_DAYS = 7


class ApprovalWays(QFrame):
    """Two ways to choose from; either drafts the same anew."""

    def __init__(self, around: Surroundings, session: DeedSession, deed: DeedView) -> None:
        super().__init__()
        self.setProperty("part", "inset")
        self._around, self._session, self._deed = around, session, deed
        self._choices: ChecksField | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 12, 14, 12)
        self._column.setSpacing(8)
        self._column.addWidget(label(hold_sentence(deed, HOLD_DAYS, words()), "body", wrap=True))
        if deed.action != "notarize":  # the chain keeps no record that waits
            self._column.addLayout(row(button(tr("Let it wait on the chain"), self._hold), 1))
        if deed.account_id:
            around.tasks.start(around.desk.registry.account(deed.account_id), done=self._offer_keys, failed=self._fail)

    def _hold(self) -> None:
        self._session.prepare_again(hold_blocks=HOLD_DAYS * BLOCKS_OF_A_DAY)

    def _offer_keys(self, view: AccountView) -> None:
        """Whoever may check, beside this desk's own key."""
        self._keys = checker_choices(view.account, self._around.desk.public_key_text())
        count = missing_count(self._deed)
        if len(self._keys) < count:
            return
        text = tr("Or ask colleagues by a request file; they sign at their own desks. Who?")
        self._column.addWidget(label(text, "body", wrap=True))
        self._choices = ChecksField(tr("Approvers"), [(name, place) for place, (name, _) in enumerate(self._keys)])
        self._ask = button(tr("Prepare a request file"), self._ask_keys)
        self._choices.changed.connect(self._check)
        self._column.addWidget(self._choices)
        self._column.addLayout(row(self._ask, 1))
        self._check()

    def _check(self) -> None:
        if self._choices is not None:
            self._ask.setEnabled(len(self._choices.value()) >= missing_count(self._deed))

    def _ask_keys(self) -> None:
        if self._choices is not None:
            self._session.prepare_again(approvers=[self._keys[place][1] for place in self._choices.value()])

    def _fail(self, error: LuopuError) -> None:
        said = label(explain(error, words().language).sentence, "secondary", wrap=True)
        set_tone(said, "warn")
        self._column.addWidget(said)
