"""What numbers and digests mean to a clerk: who an account is, what a voucher is called, how its amounts are written.

Guarantees: a meaning is added to what was signed and never takes its place, except in a reason, whose numbers are the node's.
The meanings are the node's word; the signed bytes are what counts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.client.members import VoucherView
from app.core.errors import LuopuError
from app.core.facts import FactKind, ShownFact
from app.ui.present.language import Words
from app.ui.present.names import line
from app.ui.present.numbers import number
from app.ui.present.vouchers import amount_text, voucher_name

_ABOUT_AMOUNTS = frozenset({"balance-short", "cap-exceeded", "custody-short"})
"""Codes of which `expected` and `got` are amounts of the voucher."""


@dataclass(frozen=True, slots=True)
class Glossary:
    """What is known: names of accounts by number, vouchers by id."""

    accounts: Mapping[int, str] = field(default_factory=dict)
    vouchers: Mapping[bytes, VoucherView] = field(default_factory=dict)

    def with_accounts(self, accounts: Mapping[int, str]) -> "Glossary":
        """The same, with what these accounts are called at this desk."""
        return Glossary({**self.accounts, **accounts}, self.vouchers)

    def of_account(self, account: object) -> str:
        """The name, as safe text; nothing where it is not known."""
        name = self.accounts.get(account, "") if isinstance(account, int) else ""
        return line(name, 40) if name else ""

    def of_voucher(self, voucher: object) -> str:
        """The name, as safe text; nothing where it is not known."""
        view = self.vouchers.get(voucher) if isinstance(voucher, bytes) else None
        return "" if view is None else voucher_name(view)


def accounts_in(facts: Sequence[ShownFact]) -> frozenset[int]:
    """Numbers of all accounts that facts name."""
    values = [each.value for each in facts if each.kind is FactKind.ACCOUNT]
    flat = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    return frozenset(one for one in flat if isinstance(one, int) and one > 0)


def meaning(fact: ShownFact, facts: Sequence[ShownFact], glossary: Glossary) -> str:
    """What a fact of an action means, or nothing: the name of an account or voucher, an amount with its decimals."""
    if fact.kind is FactKind.ACCOUNT:
        values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
        return ", ".join(name for name in map(glossary.of_account, values) if name)
    if fact.kind is FactKind.ID:
        return glossary.of_voucher(fact.value)
    decimals = _decimals(fact, facts, glossary) if fact.kind is FactKind.AMOUNT else 0
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return ", ".join(amount_text(int(each), decimals) for each in values) if decimals else ""


def with_meaning(shown: str, said: str, words: Words) -> str:
    """A value, and behind it what it means."""
    return words.tr("{value} ({meaning})").format(value=shown, meaning=said) if said else shown


def plain_reason(reason: LuopuError, glossary: Glossary) -> LuopuError:
    """The same reason with the voucher's name, and its amounts as a clerk writes them."""
    voucher = reason.facts.get("voucher")
    view = glossary.vouchers.get(_from_hex(voucher))
    if view is None:
        return reason
    facts = {**reason.facts, "voucher": view.voucher.terms.name}
    if reason.code in _ABOUT_AMOUNTS:
        for name in ("expected", "got"):
            if facts.get(name) is not None:
                facts[name] = _amounts_in(str(facts[name]), view.voucher.terms.decimals)
    return type(reason)(**facts)


def _decimals(fact: ShownFact, facts: Sequence[ShownFact], glossary: Glossary) -> int:
    """Of the voucher that stands beside the amount, or around it; in an application they are a fact themselves."""
    before = fact.path.rpartition(".")[0]
    by_path = {each.path: each.value for each in facts}
    places = [before, ""] if before else [""]
    for place in places:
        prefix = f"{place}." if place else ""
        view = glossary.vouchers.get(_bytes(by_path.get(f"{prefix}voucher")))
        if view is not None:
            return int(view.voucher.terms.decimals)
        decimals = by_path.get(f"{prefix}decimals")
        if isinstance(decimals, int):
            return decimals
    return 0


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _from_hex(value: object) -> bytes:
    try:
        return bytes.fromhex(str(value))
    except ValueError:
        return b""


def _amounts_in(text: str, decimals: int) -> str:
    write = number if not decimals else lambda units: amount_text(units, decimals)
    return re.sub("[0-9]{1,19}", lambda digits: write(int(digits[0])), text)
