"""Which column is which: by the names in the header row.

Guarantees: a column is used because its name says what it is, or because the caller named it; never because of its place.
Two columns that could be the same are an error. Further columns are left alone.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.reserveerrors import ColumnAmbiguous, ColumnMissing, HeaderMissing
from app.reserve.liabilities.amounts import shown
from app.reserve.liabilities.model import ColumnNames

USER = ("account", "user", "账户", "用户")
AMOUNT = ("amount", "balance", "余额", "数量")
SERIAL = ("serial", "序号")
VOUCHER = ("voucher", "凭证")
_SHOWN_NAMES = 6


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the columns, counted from 0, and their names as they stand in the list."""

    user: int
    value: int
    voucher: int | None
    user_name: str
    value_name: str
    voucher_name: str


def find_columns(untrusted_header: Sequence[object], named: ColumnNames, *, is_unique: bool) -> Columns:
    """The columns that are needed.

    Raises:
        HeaderMissing: the row names no column that is needed.
        ColumnMissing: it names some of them.
        ColumnAmbiguous: two columns could be the same.
    """
    names = [_key(cell) for cell in untrusted_header]
    usual = SERIAL if is_unique else AMOUNT
    users, values = _places(names, named.user, USER), _places(names, named.value, usual)
    vouchers = _places(names, named.voucher, VOUCHER)
    if not users and not values:
        needed = [named.user or f"{USER[0]} (账户)", named.value or f"{usual[0]} ({usual[-1]})"]
        raise HeaderMissing(expected=", ".join(needed), header=_shown(untrusted_header))
    user = _one(users, untrusted_header, named.user, USER)
    value = _one(values, untrusted_header, named.value, usual)
    voucher = _one(vouchers, untrusted_header, named.voucher, VOUCHER) if vouchers or named.voucher else None
    said = ["" if place is None else str(untrusted_header[place]).strip() for place in (user, value, voucher)]
    return Columns(user, value, voucher, *said)


def _places(names: Sequence[str], named: str | None, usual: tuple[str, ...]) -> list[int]:
    wanted = usual if named is None else (_key(named),)
    return [place for place, name in enumerate(names) if name in wanted]


def _one(places: Sequence[int], header: Sequence[object], named: str | None, usual: tuple[str, ...]) -> int:
    if not places:
        raise ColumnMissing(expected=named or ", ".join(usual), header=_shown(header))
    if len(places) > 1:
        raise ColumnAmbiguous(columns=_shown([header[place] for place in places]))
    return places[0]


def _key(cell: object) -> str:
    """What two names of a column have in common that count as the same: width of letters, capitals, spaces around."""
    return unicodedata.normalize("NFKC", cell[:256]).strip().casefold() if isinstance(cell, str) else ""


def _shown(cells: Sequence[object]) -> str:
    said = [shown(cell)[:20] for cell in cells[:_SHOWN_NAMES] if cell is not None]
    return ", ".join(said) + (" …" if len(cells) > _SHOWN_NAMES else "")
