"""One batch of rows, checked: first each row by itself, then with what the chain knows of its user.

Guarantees: every row either counts or has a problem that says where it is. Rows of which only the amount is wrong still take
part in the search for duplicates.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from app.core.errors import PeerMisbehaved
from app.core.reserveerrors import (
    NotAUser,
    RowProblem,
    SerialNotHeld,
    TotalTooLarge,
    UserNotInForce,
    UserUnknown,
)
from app.core.units import UINT64_MAX
from app.reserve.liabilities.amounts import amount_of, serial_of, shown
from app.reserve.liabilities.columns import Columns
from app.reserve.liabilities.model import Account, ListedVoucher
from app.reserve.liabilities.problems import Problems
from app.reserve.liabilities.references import check_voucher, fits, reference_of
from app.reserve.liabilities.source import Batch

USER_PARTY = "user"


@dataclass(slots=True)
class CheckedRows:
    """Rows whose cells say something; their users are still to be found. One item of each for every row."""

    places: list[int] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    """Amounts or serials; 0 where there is a problem with an amount."""


class RowCheck:
    """Checks rows, and knows the sum so far."""

    def __init__(
        self,
        voucher: ListedVoucher,
        custody: Container[int] | None,
        columns: Columns,
        problems: Problems,
        warnings: Problems,
    ) -> None:
        self.total = 0
        self._voucher, self._custody, self._columns = voucher, custody, columns
        self._problems, self._warnings = problems, warnings
        self._vouchers_seen: set[str] = set()

    # ---- each row by itself ------------------------------------------------------------------------------------------
    def check_cells(self, batch: Batch) -> CheckedRows:
        """What the cells of each row say."""
        self._problems.add_placed(batch.problems)
        checked, problems, columns = CheckedRows(), self._problems, self._columns
        instead = None if self._voucher.is_unique else 0
        if batch.vouchers is not None:
            self._check_vouchers(batch.places, batch.vouchers)
        for place, user, cell in zip(batch.places, batch.users, batch.values, strict=True):
            value: int | None
            try:
                value = self._value(cell)
            except RowProblem as problem:
                problems.add(problem, place, columns.value_name)
                value = instead
            try:
                reference = reference_of(user)
            except RowProblem as problem:
                problems.add(problem, place, columns.user_name)
                continue
            if value is not None:
                checked.places.append(place)
                checked.references.append(reference)
                checked.values.append(value)
        if not self._voucher.is_unique:
            self._add_up(checked)
        return checked

    def _value(self, cell: object) -> int:
        if not self._voucher.is_unique:
            return amount_of(cell, self._voucher.decimals)
        serial = serial_of(cell)
        if self._custody is not None and serial not in self._custody:
            raise SerialNotHeld(serial=serial)
        return serial

    def _check_vouchers(self, places: Sequence[int], cells: Sequence[object]) -> None:
        for place, cell in zip(places, cells, strict=True):
            if isinstance(cell, str) and cell in self._vouchers_seen:
                continue
            try:
                check_voucher(cell, self._voucher)
            except RowProblem as problem:
                self._problems.add(problem, place, self._columns.voucher_name)
                continue
            if isinstance(cell, str):
                self._vouchers_seen.add(cell)

    def _add_up(self, checked: CheckedRows) -> None:
        before, self.total = self.total, self.total + sum(checked.values)
        if not before <= UINT64_MAX < self.total:
            return
        for place, amount in zip(checked.places, checked.values, strict=True):
            before += amount
            if before > UINT64_MAX:
                self._problems.add(TotalTooLarge(), place, self._columns.value_name)
                return

    # ---- with what the chain knows -----------------------------------------------------------------------------------
    def check_users(
        self, checked: CheckedRows, found: Mapping[str, Account | None]
    ) -> tuple[list[Account], list[int], list[int]]:
        """Accounts, values and places of the rows whose user is one."""
        refused = {reference for reference, account in found.items() if account is None or account.party != USER_PARTY}
        watched = {reference for reference, account in found.items() if account is not None and not account.is_in_force}
        accounts: list[Account] = []
        values: list[int] = []
        places: list[int] = []
        for place, reference, value in zip(checked.places, checked.references, checked.values, strict=True):
            account = found[reference]
            if account is None or reference in refused:
                self._problems.add(_no_user(reference, account), place, self._columns.user_name)
                continue
            if reference in watched:
                self._warnings.add(UserNotInForce(account=account.number), place, self._columns.user_name)
            accounts.append(account)
            values.append(value)
            places.append(place)
        return accounts, values, places


def check_answer(references: Sequence[str], untrusted_accounts: Sequence[Account | None]) -> None:
    """Refuse an answer about other accounts than those that were asked for.

    Raises:
        PeerMisbehaved: it is one.
    """
    if len(references) != len(untrusted_accounts):
        raise PeerMisbehaved(reason="accounts", expected=len(references), got=len(untrusted_accounts))
    for reference, account in zip(references, untrusted_accounts, strict=True):
        is_possible = account is None or (0 <= account.number <= UINT64_MAX and len(account.address) == 20)
        if not is_possible or (account is not None and not fits(reference, account)):
            raise PeerMisbehaved(reason="accounts", expected=reference, got=None if account is None else account.number)


def _no_user(reference: str, account: Account | None) -> RowProblem:
    if account is None:
        return UserUnknown(cell=shown(reference))
    return NotAUser(account=account.number, got=account.party)
