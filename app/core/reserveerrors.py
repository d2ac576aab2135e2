"""What goes wrong with reserve proofs and with the lists that they are made of. A part of the tree of `app.core.errors`:
codes and facts there, sentences in `app.core.messages`.
"""

from collections.abc import Sequence

from app.core.errors import Fact, LuopuError


class ReserveError(LuopuError):
    """Something about a reserve proof is not as it must be."""

    code = "reserve"


# ---- making ----------------------------------------------------------------------------------------------------------
class ReserveOverflow(ReserveError):
    """All shares together are more than any voucher can have."""

    code = "reserve-overflow"


class SharesCollide(ReserveError):
    """Two shares have one place in the tree."""

    code = "shares-collide"


class ReserveShort(ReserveError):
    """The custodian holds less than it owes."""

    code = "reserve-short"


class SnapshotLate(ReserveError):
    """A snapshot can no longer be published: too much time has passed, or another one was published meanwhile."""

    code = "snapshot-late"


class NotPublished(ReserveError):
    """Papers are handed out only of what stands on the chain."""

    code = "not-published"


class SnapshotDamaged(ReserveError):
    """What was kept of a snapshot is not what was written."""

    code = "snapshot-damaged"


class CustodianBusy(ReserveError):
    """The custodian's service has as many lists to work through as may wait."""

    code = "custodian-busy"


class SourceNotAllowed(ReserveError):
    """A request names a file that the service may not read for it."""

    code = "source-not-allowed"


# ---- checking --------------------------------------------------------------------------------------------------------
class InvalidReserve(ReserveError):
    """A proof contradicts itself, the chain, or what its reader knows; `check` names the rule."""

    code = "invalid-reserve"


# ---- lists of what is owed -------------------------------------------------------------------------------------------
class ListError(ReserveError):
    """A list of what is owed cannot be used. Nothing was made of it."""

    code = "list"


class ListUnreadable(ListError):
    """Not a list of a known kind, or a damaged one."""

    code = "list-unreadable"


class ListProtected(ListError):
    """The list is encrypted."""

    code = "list-protected"


class ListTooLarge(ListError):
    """More than a list may have: an archive made to fill the memory, or too many rows."""

    code = "list-too-large"


class ListEmpty(ListError):
    """A header row and nothing under it."""

    code = "list-empty"


class HeaderMissing(ListError):
    """The first row does not name the columns."""

    code = "list-header-missing"


class ColumnMissing(ListError):
    """A column that is needed is not there."""

    code = "list-column-missing"


class ColumnAmbiguous(ListError):
    """Two columns could be the one that is needed."""

    code = "list-column-ambiguous"


class ColumnUnusable(ListError):
    """A column whose values are neither text nor numbers."""

    code = "list-column-unusable"


class SheetUnclear(ListError):
    """Several sheets of a workbook could be the list, or none is called as it was said."""

    code = "list-sheet-unclear"


class DatabaseUnusable(ListError):
    """No connection to the database. Carries nothing of its URL."""

    code = "database-unusable"


class QueryFailed(ListError):
    """The database refused the query, or could not go through with it."""

    code = "query-failed"


class QueryWrites(ListError):
    """The query does something else than read."""

    code = "query-writes"


class RowProblem(ListError):
    """Something is wrong with one row. `line` (CSV) or `row` says which, `column` and `cell` where and what."""

    code = "row"


class RowUnreadable(RowProblem):
    """A row that cannot be cut into cells."""

    code = "row-unreadable"


class CellsWrong(RowProblem):
    """A row has more or fewer cells than the header."""

    code = "row-cells"


class CellIsFormula(RowProblem):
    """What stands there is still to be calculated."""

    code = "row-formula"


class UserMissing(RowProblem):
    """No user in a row."""

    code = "row-user-missing"


class UserUnknown(RowProblem):
    """Nobody on the chain is called so."""

    code = "row-user-unknown"


class NotAUser(RowProblem):
    """The account is not a user's."""

    code = "row-not-a-user"


class UserNotInForce(RowProblem):
    """The user's account is suspended or frozen: it is owed all the same, so this is a warning."""

    code = "row-user-not-in-force"


class UserTwice(RowProblem):
    """One account in two rows; `first` is the earlier."""

    code = "row-user-twice"


class VoucherWrong(RowProblem):
    """The row is about another voucher."""

    code = "row-voucher"


class AmountMissing(RowProblem):
    """No amount in a row."""

    code = "row-amount-missing"


class AmountUnreadable(RowProblem):
    """Not a number."""

    code = "row-amount-unreadable"


class AmountNegative(RowProblem):
    """Less than nothing."""

    code = "row-amount-negative"


class AmountTooFine(RowProblem):
    """More decimals than the voucher has."""

    code = "row-amount-too-fine"


class AmountTooLarge(RowProblem):
    """More than 2^64-1 of the smallest unit."""

    code = "row-amount-too-large"


class AmountInexact(RowProblem):
    """A floating-point number that stands for no decimal number of at most 15 digits."""

    code = "row-amount-inexact"


class TotalTooLarge(RowProblem):
    """From this row on the sum is more than 2^64-1."""

    code = "row-total-too-large"


class SerialUnreadable(RowProblem):
    """Not the serial of a piece."""

    code = "row-serial-unreadable"


class SerialTwice(RowProblem):
    """One serial in two rows; `first` is the earlier."""

    code = "row-serial-twice"


class SerialNotHeld(RowProblem):
    """A piece that the custodian does not hold."""

    code = "row-serial-not-held"


class ListRefused(ListError):
    """There are rows with problems, so nothing was made of the list. Up to 1,000 of them are in `problems`, in order."""

    code = "list-refused"

    def __init__(self, /, problems: Sequence[RowProblem] = (), **facts: Fact) -> None:
        super().__init__(**facts)
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_refused, (self.problems, self.facts))


def _rebuild_refused(problems: tuple[RowProblem, ...], facts: dict[str, Fact]) -> ListRefused:
    return ListRefused(problems, **facts)
