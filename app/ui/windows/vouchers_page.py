"""Vouchers on the desk: lists, one voucher in full, and the forms of what this account may do with them.

Guarantees: only what the account's party and permissions allow is offered; what was loaded for one voucher never shows up
under another.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import TypeVar

from app.client.model import AccountStatus
from app.core.messages import Explanation
from app.ui.language import tr
from app.ui.present.voucher_report import HoldersReport
from app.ui.present.vouchers import OwnVoucher, deeds_at_home, holders_deeds, office_deeds
from app.ui.windows.form import Form
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.voucher_apply import apply_form
from app.ui.windows.voucher_detail import VoucherDetail, deed_name
from app.ui.windows.voucher_fields import sources_of
from app.ui.windows.voucher_form import CheckedForm
from app.ui.windows.voucher_lists import VoucherLists
from app.ui.windows.voucher_loading import Lapsing, load_all_own, load_lapsing, load_own, load_report
from app.ui.windows.voucher_manage import accepted_form, allocate_form, decide_form, expire_form
from app.ui.windows.voucher_moves import assign_form, merge_form, redeem_form, split_form, transfer_form
from app.ui.windows.voucher_report import VoucherReport
from app.ui.windows.voucher_supervise import supervise_form

T = TypeVar("T")
AUTHORITIES = frozenset({"operator", "regulator"})


class VouchersPage(ListsPage):
    """Rights against an issuer: what this account issues, holds and may do with them."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(
            surroundings,
            tr("Vouchers"),
            tr("Rights against an issuer: what this account issues, holds and may do with them"),
        )
        self.own: OwnVoucher | None = None
        """The voucher in full sight, once it is loaded."""
        self._lists: VoucherLists | VoucherDetail | None = None
        self._begun = ""

    # ---- what is shown -------------------------------------------------------------------------------------------
    def load(self) -> None:
        """The lists, or the voucher that `subject` names; a report stands as it was made."""
        account, reader = self.around.bridge.account, self.around.desk.registry
        if account is None or isinstance(self.subject, HoldersReport):
            return
        if isinstance(self.subject, bytes):
            self.ask(load_own(reader, account.id, self.subject, self.around.block_time_ns()), self._show_own)
        else:
            self.own = None
            self._show(("lists", account.id, account.permissions), lambda: self._make_lists(account))
            self.ask(self._main_at_home(account), self._offer)

    async def _main_at_home(self, account: AccountStatus) -> str:
        held = await self.around.desk.registry.holdings(account.id, limit=1)
        return next(iter(deeds_at_home(account, holds_any=bool(held.items))), "")

    def _make_lists(self, account: AccountStatus) -> VoucherLists:
        lists = VoucherLists(self.around, account)
        lists.opened.connect(self.show_subject)
        return lists

    def _show_own(self, own: OwnVoucher) -> None:
        account = self.around.bridge.account
        if account is None or own.view.id != self.subject:
            return
        self.own = own
        main = next(iter((*office_deeds(account, own), *holders_deeds(account, own))), "")
        self._offer(main)
        facts = (own.view, own.holding, own.pieces, own.is_expired, account.id, account.permissions)

        def make() -> VoucherDetail:
            return VoucherDetail(self.around, account, own, self.start, lambda: self.show_subject(None), main)

        self._show(facts, make)

    def _show_report(self, report: HoldersReport) -> None:
        self.subject = report
        voucher = report.view.id
        self._lists = None
        self._offer("")
        self.show_parts(
            report, lambda: VoucherReport(self.around, report, self.banner, lambda: self.show_subject(voucher))
        )

    def _show(self, facts: object, make: Callable[[], VoucherLists | VoucherDetail]) -> None:
        """Draw anew what differs; lists that stand already ask for themselves."""

        def made() -> VoucherLists | VoucherDetail:
            self._lists = None
            lists = make()
            self._lists = lists
            fresh.append(lists)
            return lists

        fresh: list[object] = []
        self.show_parts(facts, made)
        if not fresh and self._lists is not None:
            self._lists.load()

    def _offer(self, deed: str) -> None:
        """The one main thing to do, or nothing."""
        self.offer(deed_name(deed) if deed else "", lambda: self.start(deed))

    # ---- what is done --------------------------------------------------------------------------------------------
    def start(self, deed: str) -> None:
        """Open the form of something, once what it needs is known."""
        reader, own, account = self.around.desk.registry, self.own, self.around.bridge.account
        if account is None:
            return
        self._begun = deed
        if deed == "apply_voucher":
            self.begin(apply_form(self.around), opens=bytes)
        elif deed == "transfer":
            self._gather(load_all_own(reader, account.id, self.around.block_time_ns()), self._begin_transfer)
        elif own is not None and deed == "report":
            self._gather(load_report(reader, own.view.id), self._show_report)
        elif own is not None and deed == "expire":
            self._gather(load_lapsing(reader, own.view.id), lambda lapsing: self._begin_expiry(own, lapsing))
        elif own is not None:
            self._open(self._form_of(deed, own, account), [own])

    def _gather(self, question: Coroutine[object, object, T], done: Callable[[T], None]) -> None:
        """What a form needs; news of the lists in the meantime do not stand in its way, another wish of the clerk's does."""
        asked = self._begun, self.subject

        def take(answer: T) -> None:
            if asked == (self._begun, self.subject):
                done(answer)

        self.around.tasks.start(question, done=take, failed=self.show_error)

    def _open(self, form: CheckedForm, owns: Sequence[OwnVoucher]) -> None:
        """A form, with what is known of the vouchers that it may name."""
        form.vouchers = [each.view for each in owns]
        self.begin(form)

    def _learn(self, form: Form) -> None:
        """Vouchers have names too, and their amounts decimals."""
        super()._learn(form)
        if isinstance(form, CheckedForm):
            self.session.glossary = form.glossary

    def _form_of(self, deed: str, own: OwnVoucher, account: AccountStatus) -> CheckedForm:
        around = self.around
        forms: dict[str, Callable[[], CheckedForm]] = {
            "decide": lambda: decide_form(around, own),
            "allocate": lambda: allocate_form(around, own),
            "manage_voucher": lambda: accepted_form(around, own),
            "supervise": lambda: supervise_form(around, own, is_authority=account.party in AUTHORITIES),
            "redeem": lambda: redeem_form(around, own),
            "split": lambda: split_form(around, own),
            "merge": lambda: merge_form(around, own),
            "assign_custody": lambda: assign_form(around, own),
        }
        return forms[deed]()

    def _begin_transfer(self, holdings: Sequence[OwnVoucher]) -> None:
        """With the voucher in sight first; what nobody may hand on is not offered."""
        account = self.around.bridge.account
        able = [each for each in holdings if account is not None and "transfer" in holders_deeds(account, each)]
        able.sort(key=lambda each: each.view.id != self.subject)
        sources = [source for each in able for source in sources_of(each)]
        if sources:
            self._open(transfer_form(self.around, sources), able)
        else:
            self._say(tr("Nothing that is held can change hands now."))

    def _begin_expiry(self, own: OwnVoucher, lapsing: Lapsing) -> None:
        holders = lapsing.report.holders
        has_amounts = any(each.holding.amount and not each.holding.HasField("stop") for each in holders)
        if has_amounts or lapsing.serials:
            self._open(expire_form(self.around, own, holders, lapsing.serials, lapsing.report.names), [own])
        else:
            self._say(tr("Nothing is left that could lapse."))

    def _say(self, sentence: str) -> None:
        self.banner.say(Explanation(sentence, ""), "warn")
