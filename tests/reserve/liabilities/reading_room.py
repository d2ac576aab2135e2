"""What tests of lists begin with: a voucher, somebody who resolves accounts, and files."""

import asyncio
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.core.errors import LuopuError
from app.core.reserveerrors import ListRefused, RowProblem
from app.core.units import AccountAddress
from app.reserve.liabilities.model import Account, DatabaseQuery, Liabilities, ListedVoucher, ListFile, Progress
from app.reserve.liabilities.reading import read_liabilities

GOLD = ListedVoucher(bytes(range(16)), "Gold 金券", 2, is_unique=False)
TICKETS = ListedVoucher(bytes(range(16, 32)), "Tickets", 0, is_unique=True)


def address_of(number: int) -> AccountAddress:
    return AccountAddress(number.to_bytes(20, "big"))


@dataclass
class Town:
    """Accounts 10,000 … 10,999,999 are users; each is called "u" and its number. Knows what it was asked."""

    others: dict[str, Account] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    gate: Callable[[], object] | None = None

    async def resolve(self, references: Sequence[str]) -> Sequence[Account | None]:
        self.asked.append(len(references))
        if self.gate is not None:
            self.gate()
            await asyncio.sleep(0)
        return [self._account(reference) for reference in references]

    def _account(self, reference: str) -> Account | None:
        if reference in self.others:
            return self.others[reference]
        if len(reference) == 40:
            number = int(reference, 16)
        elif reference.lstrip("u").isdigit():
            number = int(reference.lstrip("u"))
        else:
            return None
        if not 10_000 <= number < 11_000_000:
            return None
        return Account(number, address_of(number), "user", f"u{number}")


def read(
    place: ListFile | DatabaseQuery | Path,
    voucher: ListedVoucher = GOLD,
    town: Town | None = None,
    *,
    custody: Container[int] | None = None,
    progress: Progress | None = None,
) -> Liabilities:
    where = ListFile(place) if isinstance(place, Path) else place
    return asyncio.run(read_liabilities(where, voucher, town or Town(), custody=custody, progress=progress))


def refused(place: ListFile | DatabaseQuery | Path, voucher: ListedVoucher = GOLD, **more: object) -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        read(place, voucher, **more)  # type: ignore[arg-type]
    return caught.value


def failing(place: ListFile | DatabaseQuery | Path, voucher: ListedVoucher = GOLD) -> LuopuError:
    """The error about the list as a whole."""
    with pytest.raises(LuopuError) as caught:
        read(place, voucher)
    assert not isinstance(caught.value, ListRefused), caught.value.problems
    return caught.value


def places(problems: Sequence[RowProblem], fact: str = "line") -> list[tuple[str, object, object]]:
    return [(problem.code, problem.facts.get(fact), problem.facts.get("column")) for problem in problems]


def rows(owed: Liabilities) -> list[tuple[int, int]]:
    return list(zip(owed.numbers.tolist(), owed.amounts.tolist(), strict=True))
