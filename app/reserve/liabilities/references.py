"""A user or a voucher as it stands in a cell → a reference that the chain can be asked for.

Guarantees: a reference has one form whoever wrote it: a number without zeros in front, an address in small letters, a
name as it is. What can be none of these is refused without asking anybody.
"""

import re
from decimal import Decimal

from app.core.errors import OutOfRange
from app.core.reserveerrors import UserMissing, UserUnknown, VoucherWrong
from app.core.text import check_name, name_key
from app.core.units import UINT64_MAX
from app.reserve.liabilities.amounts import check_no_formula, plain_text, shown
from app.reserve.liabilities.model import Account, ListedVoucher

_ADDRESS = re.compile("(?:0[xX])?([0-9a-fA-F]{40})")
_MAX_TEXT = 128
_EXACT_FLOATS = 2**53


def reference_of(untrusted_cell: object) -> str:
    """The reference in a cell: a number, 40 hex digits of an address (20 bytes where a database gives bytes), or a name.

    Raises:
        UserMissing: the cell is empty.
        UserUnknown: nothing can be called so.
        CellIsFormula: a formula.
    """
    if isinstance(untrusted_cell, str):
        is_number = untrusted_cell.isascii() and untrusted_cell.isdigit() and len(untrusted_cell) < 19
        return untrusted_cell if is_number and untrusted_cell[0] != "0" else _from_text(untrusted_cell)
    if untrusted_cell is None:
        raise UserMissing
    if isinstance(untrusted_cell, bytes) and len(untrusted_cell) == 20:
        return untrusted_cell.hex()
    return _from_number(untrusted_cell)


def fits(reference: str, account: Account) -> bool:
    """Whether an account can be the answer to a reference. (A name may be one that the account had before.)"""
    if len(reference) == 40 and _ADDRESS.fullmatch(reference):
        return account.address.hex() == reference
    if reference.isascii() and reference.isdigit():
        return str(account.number) == reference
    return True


def check_voucher(untrusted_cell: object, voucher: ListedVoucher) -> None:
    """Refuse a row that is about another voucher.

    Raises:
        VoucherWrong: the cell has neither the voucher's name nor its id.
    """
    if isinstance(untrusted_cell, bytes) and untrusted_cell == voucher.id:
        return
    text = untrusted_cell.strip() if isinstance(untrusted_cell, str) else ""
    if text.lower() != voucher.id.hex() and (not text or name_key(text) != name_key(voucher.name)):
        raise VoucherWrong(cell="" if untrusted_cell is None else shown(untrusted_cell), voucher=voucher.name)


def _from_text(text: str) -> str:
    plain = plain_text(text[: _MAX_TEXT + 1])
    if not plain and len(text) <= _MAX_TEXT:
        raise UserMissing
    check_no_formula(plain)
    address = _ADDRESS.fullmatch(plain)
    if address is not None:
        return address[1].lower()
    if plain.isascii() and plain.isdigit():
        return _number(int(plain), text)
    name = text.strip()
    try:
        return check_name(name)
    except OutOfRange:
        raise UserUnknown(cell=shown(name)) from None


def _from_number(cell: object) -> str:
    """Spreadsheets and some databases know no whole numbers."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return _number(cell, cell)
    is_exact = isinstance(cell, float) and abs(cell) < _EXACT_FLOATS
    if is_exact or (isinstance(cell, Decimal) and cell.is_finite() and cell.adjusted() < 20):
        assert isinstance(cell, float | Decimal)
        whole = int(cell)
        if whole == cell:
            return _number(whole, cell)
    raise UserUnknown(cell=shown(cell))


def _number(number: int, cell: object) -> str:
    if not 0 <= number <= UINT64_MAX:
        raise UserUnknown(cell=shown(cell))
    return str(number)
