"""A customer's paper held against the chain: verified offline step by step, then its publication is looked up."""

from collections.abc import Callable

from app.core.errors import LuopuError
from app.ui.desks.reserves import PaperCheck
from app.ui.language import tr, words
from app.ui.present.reserve_papers import chain_verdict, claim_facts, claim_title, paper_steps, paper_verdict
from app.ui.present.states import Chip
from app.ui.widgets.banner import Banner
from app.ui.widgets.buttons import link, primary
from app.ui.widgets.card import Card, row
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.fields import TextField
from app.ui.widgets.rows_field import CONTROL_HEIGHT, level
from app.ui.widgets.text import label
from app.ui.windows.file_field import FileField
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.verify import StepsCard, VerdictCard

LABEL_WIDTH = 132
ACCOUNT_WIDTH = 280


class PaperPart(Parts):
    """The file, whose it should be, and what comes of it."""

    def __init__(self, around: Surroundings, banner: Banner, back: Callable[[], None]) -> None:
        super().__init__()
        self._around, self._banner = around, banner
        self._asked = 0
        self.paper = FileField(
            tr("Customer's paper"),
            tr("Drop a .reserve.json file here, or press Enter to choose"),
            tr("Reserve proofs (*.reserve.json *.json);;All files (*)"),
        )
        self.account = TextField(
            tr("Customer's account"), is_required=False, note=tr("Optional: the paper must be this account's.")
        )
        self.account.edit.setPlaceholderText(tr("number or address of the account"))
        self.account.setFixedWidth(ACCOUNT_WIDTH)
        self._check = primary(tr("Check the paper"), self.check)
        self.verdict, self.steps = VerdictCard(), StepsCard()
        self.chain, self._chain_said = (
            Card(tr("What the chain says now")),
            label("", "body", wrap=True, selectable=True),
        )
        self.chain.add(self._chain_said)
        self.facts, self._facts = Card(tr("What is proven")), FactBlock(label_width=LABEL_WIDTH)
        self.facts.add(self._facts)
        self.add(row(link(tr("← Reserve proofs"), back), 1))
        self.add(self._form())
        for part in (self.verdict, self.chain, self.facts, self.steps):
            self.add(part)
        self.paper.changed.connect(self._begin_again)
        self.account.changed.connect(self._begin_again)
        self._begin_again()

    def check(self) -> None:
        """Verify what is in the fields."""
        if self.paper.path is None:
            return
        self._asked += 1
        asked = self._asked
        self._check.setEnabled(False)
        self._check.setText(tr("Checking…"))
        self._around.tasks.start(
            self._around.desk.check_paper(self.paper.path, self.account.value()),
            done=lambda found: self._take(asked, found),
            failed=lambda error: self._fail(asked, error),
        )

    def _take(self, asked: int, found: PaperCheck) -> None:
        if asked != self._asked:
            return
        self._ready()
        self.verdict.show_view(paper_verdict(found, words()))
        title, sentence, tone = chain_verdict(found, self._around.now_ns(), words())
        self.chain.chip.show_chip(Chip(title, tone))
        self._chain_said.setText(sentence)
        self.steps.show_steps(paper_steps(found, words()))
        self.facts.say_title(claim_title(found, words()))
        self._facts.show_facts(claim_facts(found, words()))
        for part, shown in (
            (self.verdict, True),
            (self.chain, True),
            (self.facts, found.claim is not None),
            (self.steps, bool(found.steps)),
        ):
            part.setVisible(shown)

    def _fail(self, asked: int, error: LuopuError) -> None:
        if asked == self._asked:
            self._ready()
            self._banner.say_error(error)

    def _form(self) -> Card:
        card = Card(tr("Check a customer's paper"))
        note = tr("Every step is done anew here; then the chain is asked where its publication stands.")
        card.add(label(note, "secondary", wrap=True))
        card.add(self.paper)
        name = label(tr("Customer's account"), "secondary")
        name.setBuddy(self.account.edit)
        name.setMinimumHeight(CONTROL_HEIGHT)
        card.add(level(name, self.account, 1, self._check))
        return card

    def _begin_again(self) -> None:
        """Something else was given: an old verdict must not stand beside it."""
        self._asked += 1
        for part in (self.verdict, self.chain, self.facts, self.steps):
            part.hide()
        self._banner.hide()
        self._ready()

    def _ready(self) -> None:
        self._check.setEnabled(self.paper.path is not None)
        self._check.setText(tr("Check the paper"))
