"""The guided form by which a partner asks for a voucher of its own, in the order in which a clerk thinks of it."""

from app.core.text import check_name, check_text
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr
from app.ui.widgets.fields import AmountField, ChoiceField, Field, TextField
from app.ui.widgets.moment_fields import FutureField, MomentField
from app.ui.windows.pickers import DocumentPicker
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.voucher_fields import UntilField, kind_choices
from app.ui.windows.voucher_form import CheckedForm
from app.ui.windows.voucher_rows import PartnersField

MAX_DECIMALS = 18
FREELY, WINDOW, TIMES, BOTH, NEVER = "freely", "window", "times", "both", "never"


class ApplyFields:
    """What an application asks for; which of it is asked depends on what was answered before."""

    def __init__(self, around: Surroundings) -> None:
        now_ns = around.now_ns()
        self.name = TextField(tr("Name"), check=check_name, example=tr("for instance Breakfast voucher"))
        self.product = TextField(
            tr("Stands for"),
            check=lambda text: check_text("product", text, least=1),
            example=tr("for instance one breakfast in any of our shops"),
            note=tr("In words, as everybody will read it"),
        )
        self.description = DocumentPicker(
            around, tr("Description"), note=tr("The full description; only its digest goes on the chain")
        )
        self.kind = ChoiceField(tr("Kind"), kind_choices())
        self.decimals = AmountField(tr("Decimals"), least=0, most=MAX_DECIMALS, note=tr("0: whole ones only"))
        self.decimals.edit.setText("0")
        self.cap = AmountField(tr("Cap"), note=tr("The most that may ever be issued"))
        self.rule = ChoiceField(tr("Changes hands"), _rules(is_unique=False))
        self.opens = MomentField(tr("Earliest"), now_ns, without=tr("at once"), days=1)
        self.closes = UntilField(tr("Latest"), now_ns, self.opens, without=tr("without end"))
        self.times = AmountField(tr("Transfers"), note=tr("How often one piece may change hands"))
        self.expires = FutureField(
            tr("Expires"), now_ns, without=tr("never"), note=tr("From then on it is worth nothing")
        )
        self.accepted = PartnersField(
            around,
            tr("Accepted partners"),
            note=tr("They and their users may hold it; empty: all whom your organisation recognises"),
        )
        self.legal = DocumentPicker(around, tr("Legal document"), note=tr("For the issue, as the operator asks for it"))
        self._offered: dict[Field, bool] = {}
        for field in (self.kind, self.decimals, self.rule):
            field.changed.connect(self.show)

    def in_order(self) -> list[Field]:
        """As a clerk works through them."""
        what: list[Field] = [self.name, self.product, self.description, self.kind, self.decimals, self.cap]
        rules: list[Field] = [self.rule, self.opens, self.closes, self.times, self.expires, self.accepted]
        return [*what, *rules, self.legal]

    def terms(self) -> wire.Terms:
        """As the action says it."""
        rule = self.rule.value()
        has_window, counts = rule in {WINDOW, BOTH}, rule in {TIMES, BOTH}
        return wire.Terms(
            name=self.name.value(),
            product=self.product.value(),
            description=self.description.digest(),
            kind=wire.KIND_UNIQUE if self._is_unique() else wire.KIND_DIVISIBLE,
            decimals=0 if self._is_unique() else self.decimals.value_in_units(),
            cap=self.cap.value_in_units(),
            opens_ns=self.opens.value() if has_window else 0,
            closes_ns=self.closes.value() if has_window else 0,
            bound=rule == NEVER,
            max_transfers=self.times.value_in_units() if counts else 0,
            expires_ns=self.expires.value(),
            accepted=self.accepted.value(),
        )

    def _offer(self, field: Field, *, wanted: bool) -> None:
        """Once only where nothing changes, for each telling asks all the others again."""
        if self._offered.get(field, True) != wanted:
            self._offered[field] = wanted
            field.offer(wanted)

    def _is_unique(self) -> bool:
        return self.kind.value() == wire.KIND_UNIQUE

    def show(self) -> None:
        """Ask for what the answers so far make necessary; only once the fields stand in their form."""
        is_unique = self._is_unique()
        self._offer(self.decimals, wanted=not is_unique)
        self.cap.decimals = 0 if is_unique or self.decimals.problem() else self.decimals.value_in_units()
        rule = self.rule.value()
        choices = _rules(is_unique=is_unique)
        self.rule.box.offer(choices, rule if any(value == rule for _, value in choices) else FREELY)
        rule = self.rule.value()
        for field in (self.opens, self.closes):
            self._offer(field, wanted=rule in {WINDOW, BOTH})
        self._offer(self.times, wanted=rule in {TIMES, BOTH})


def apply_form(around: Surroundings) -> CheckedForm:
    """Apply for a voucher."""
    asked = ApplyFields(around)
    form = CheckedForm(
        around,
        tr("Apply for a voucher"),
        tr("The operator decides on the application; what the voucher stands for can never be changed afterwards"),
        asked.in_order(),
        lambda: wire.Body(apply_voucher=wire.ApplyVoucher(terms=asked.terms(), legal=asked.legal.digest())),
    )
    asked.show()
    return form


def _rules(*, is_unique: bool) -> list[tuple[str, object]]:
    counted: list[tuple[str, object]] = [
        (tr("A limited number of times"), TIMES),
        (tr("Within a window of time, a limited number of times"), BOTH),
    ]
    return [
        (tr("Freely"), FREELY),
        (tr("Within a window of time"), WINDOW),
        *(counted if is_unique else []),
        (tr("Never: whoever gets it keeps it"), NEVER),
    ]
