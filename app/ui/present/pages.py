"""Which pages a desk has: those that the account's party and permissions allow, and why the others are not there.

The law decides what an account may do (docs/registry.md, "Who may do what"); here is only what is worth showing to whom.
"""

from collections.abc import Mapping

from app.client.model import AccountStatus
from app.ui.present.language import Words

REGISTRY_PAGES = ("agreements", "users", "vouchers", "reserves", "approvals", "partners", "orders", "governance")
"""Pages that are made once it is known who sits at the desk, in the order of the side bar."""
HOME_PAGES = ("outbox", "keys", "vault", "log")
"""Pages about this computer, for whoever sits at it."""
EXCLUDABLE = ("notarize", *REGISTRY_PAGES)
"""Pages that not every account has."""
ORGANISATIONS = frozenset({"operator", "bookkeeper", "partner", "regulator"})


def excluded_pages(holder: AccountStatus | None, words: Words) -> Mapping[str, str]:
    """Name of each page that is not there → why, in words."""
    if holder is None:
        why = words.tr("the operator has not registered the key of this desk yet")
        return {name: why for name in REGISTRY_PAGES if name != "approvals"}  # there lies the card to be registered
    reasons = {
        "notarize": _evidence(holder, words),
        "agreements": _evidence(holder, words),
        "users": _identity(holder, words),
        "vouchers": words.tr("bookkeepers have no vouchers") if holder.party == "bookkeeper" else "",
        "reserves": _reserves(holder, words),
        "partners": words.tr("for organisations only") if holder.party not in ORGANISATIONS else "",
        "orders": _orders(holder, words),
        "governance": "" if holder.party == "bookkeeper" else words.tr("only bookkeepers decide"),
    }
    return {name: why for name, why in reasons.items() if why}


def page_title(name: str, words: Words, party: str = "") -> str:
    """What a page is called at the desk of such a party."""
    tr = words.tr
    titles = {
        "notarize": tr("Notarize"),
        "agreements": tr("Agreements"),
        "users": tr("Access") if party == "user" else tr("Users"),
        "vouchers": tr("Vouchers"),
        "reserves": tr("Reserve proofs"),
        "approvals": tr("Approvals"),
        "partners": tr("Partners"),
        "orders": tr("Orders"),
        "governance": tr("Decisions"),
        "outbox": tr("Outbox"),
        "keys": tr("Keys and tokens"),
        "vault": tr("Vault"),
        "log": tr("Approval log"),
    }
    return titles[name]


def exclusion_lines(excluded: Mapping[str, str], words: Words) -> list[str]:
    """One line for each reason, with the pages that it keeps away: "No Users, Vouchers: …"."""
    by_reason: dict[str, list[str]] = {}
    for name in EXCLUDABLE:
        if name in excluded:
            by_reason.setdefault(excluded[name], []).append(page_title(name, words))
    return [
        words.tr("No {pages}: {why}").format(pages=words.listed(titles), why=why) for why, titles in by_reason.items()
    ]


def _evidence(holder: AccountStatus, words: Words) -> str:
    if holder.party == "user" or "evidence" in holder.permissions:
        return ""
    return words.tr("no permission for evidence")


def _identity(holder: AccountStatus, words: Words) -> str:
    if holder.party == "user":
        return ""  # who may have its data
    if holder.party != "partner":
        return words.tr("for partners only")
    return "" if "identity" in holder.permissions else words.tr("no permission for identity")


def makes_reserves(holder: AccountStatus | None) -> bool:
    """Whether an account keeps vouchers for customers and shows it; others look at what was published."""
    return holder is not None and holder.party == "partner" and "voucher" in holder.permissions


def page_before_reserves(party: str) -> str:
    """After which page they stand in the side bar: who supervises looks into them, others work with them."""
    return "verify" if party in {"operator", "regulator"} else "vouchers"


def _reserves(holder: AccountStatus, words: Words) -> str:
    if holder.party == "bookkeeper":
        return words.tr("bookkeepers have no vouchers")
    return "" if holder.party in ORGANISATIONS else words.tr("for organisations only")


def _orders(holder: AccountStatus, words: Words) -> str:
    if holder.party in {"operator", "regulator", "partner"}:
        return ""
    return words.tr("orders are carried out by operator, regulators and partners")
