"""Agreements in the clerk's words: where each stands, whom it waits for, and everything that it says (white paper 3.4.2).

Guarantees: "final" is never said without its height; what waits for this account comes first.
"""

from collections.abc import Sequence

from app.client.members import AccountView, AgreementView
from app.client.model import NodeStatus
from app.core.wire import registry_pb2 as wire
from app.ui.present.facts import Fact, digest_fact, short_digest_fact
from app.ui.present.heights import height_text
from app.ui.present.language import Words
from app.ui.present.names import line, who
from app.ui.present.numbers import number, size
from app.ui.present.states import Chip

_ANSWERED_LEVELS = frozenset({wire.LEVEL_PHONE, wire.LEVEL_REAL_NAME, wire.LEVEL_CERTIFICATE})
CONFIRM, RETRACT = "confirm", "retract"


def is_waiting_for(view: AgreementView, account: int) -> bool:
    """Whether this account's confirmation is still missing, and may still come."""
    return view.is_open and account in view.agreement.terms.parties and account not in view.agreement.confirmed


def missing_parties(view: AgreementView) -> list[int]:
    """Who has not confirmed."""
    return [int(party) for party in view.agreement.terms.parties if party not in view.agreement.confirmed]


def in_order(views: Sequence[AgreementView], account: int) -> list[AgreementView]:
    """What waits for this account first, then what is open, then what is over; each by the latest deadline."""

    def rank(view: AgreementView) -> int:
        return 0 if is_waiting_for(view, account) else 1 if view.is_open else 2

    return sorted(views, key=rank)


def has_evidence_right(view: AccountView) -> bool:
    """Whether the law lets this account open, confirm and withdraw (3.4.1, docs/registry.md, "Evidence right")."""
    account = view.account
    if not view.is_in_force:
        return False
    if account.party != wire.PARTY_USER:
        return wire.PERMISSION_EVIDENCE in account.permissions
    counting = [each for each in account.certifications if each.partner in view.counting]
    return any(
        each.level in _ANSWERED_LEVELS or (each.level == wire.LEVEL_ANONYMOUS and each.answers) for each in counting
    )


def no_right_sentence(view: AccountView, words: Words) -> str:
    """Why this account can only look, and what would change that; nothing where it can act."""
    tr = words.tr
    if has_evidence_right(view):
        return ""
    if not view.is_in_force:
        return tr("This account is stopped by an order: agreements can be looked at, nothing can be signed.")
    if view.account.party != wire.PARTY_USER:
        return tr("Without the permission for evidence, agreements can only be looked at.")
    return tr("Your certification only lets you look. A partner who certifies you can raise its level.")


def deeds(view: AgreementView, account: int) -> tuple[str, ...]:
    """What this account can do with it as it stands."""
    if is_waiting_for(view, account):
        return (CONFIRM,)
    return (RETRACT,) if view.is_open and account in view.agreement.confirmed else ()


# ---- in words --------------------------------------------------------------------------------------------------------
def title(view: AgreementView, words: Words) -> str:
    """What it is about."""
    subject = view.agreement.terms.subject
    return line(subject) if subject else words.tr("no subject")


def state_chip(view: AgreementView, words: Words) -> Chip:
    """Open, final at a height, or lapsed."""
    agreement = view.agreement
    if agreement.final:
        return Chip(words.tr("Final at height {height}").format(height=number(agreement.final)), "ok")
    if not view.is_open:
        return Chip(words.tr("Not confirmed in time"), "neutral")
    said = words.tr("{confirmed} of {parties} confirmed")
    return Chip(said.format(confirmed=len(agreement.confirmed), parties=len(agreement.terms.parties)), "primary")


def standing(view: AgreementView, account: int, status: NodeStatus | None, now_ns: int, words: Words) -> str:
    """One sentence for the list: whom it waits for and until when, or what became of it."""
    tr, terms = words.tr, view.agreement.terms
    if view.agreement.final:
        return tr("Confirmed by {names}").format(names=names_of(view, [int(each) for each in terms.parties], words))
    names = names_of(view, missing_parties(view), words)
    if not view.is_open:
        return tr("Not confirmed in time by {names}").format(names=names)
    until = height_text(terms.deadline, status, now_ns, words)
    if is_waiting_for(view, account):
        return tr("Waits for your confirmation until {until}").format(until=until)
    return tr("Waits for {names} until {until}").format(names=names, until=until)


def names_of(view: AgreementView, accounts: Sequence[int], words: Words) -> str:
    """Several accounts beside each other; of many only the first."""
    said = words.listed(who(account, view.names, words) for account in accounts[:3])
    more = len(accounts) - 3
    return said if more <= 0 else words.tr("{names} and %n more", None, more).format(names=said)


def party_rows(view: AgreementView, account: int, words: Words) -> list[tuple[str, Chip]]:
    """Every party with what it has done; the clerk's own is marked."""
    rows = []
    for party in view.agreement.terms.parties:
        name = who(int(party), view.names, words)
        said = words.tr("{who} (you)").format(who=name) if party == account else name
        rows.append((said, _party_chip(view, int(party), words)))
    return rows


def detail_facts(view: AgreementView, status: NodeStatus | None, now_ns: int, words: Words) -> list[Fact]:
    """Everything that the chain says of it, but the parties."""
    tr, agreement = words.tr, view.agreement
    terms = agreement.terms
    final = [Fact(tr("Final since"), height_text(agreement.final, status, now_ns, words))] if agreement.final else []
    return [
        *final,
        Fact(tr("Deadline"), height_text(terms.deadline, status, now_ns, words)),
        Fact(tr("Opened by"), who(int(agreement.opener), view.names, words)),
        Fact(tr("File size"), size(terms.size)),
        digest_fact("SHA-256", terms.sha256),
        digest_fact("SM3", terms.sm3),
        short_digest_fact(tr("Context digest"), terms.context_digest),
        short_digest_fact(tr("Agreement number"), view.id),
    ]


def what_can_be_done(view: AgreementView, account: int, words: Words) -> str:
    """What follows for this account, in a sentence or two."""
    tr = words.tr
    if view.agreement.final:
        return tr("It is final: nobody can confirm or withdraw any more.")
    if not view.is_open:
        return tr("Its deadline has passed before all confirmed: it never takes effect. It can be opened anew.")
    if is_waiting_for(view, account):
        return tr("To confirm, have the document at hand: it must be the very same file.")
    if account in view.agreement.confirmed:
        return tr("You have confirmed. Until the last party confirms, you can withdraw that.")
    return tr("You opened it and are not a party: the parties confirm it.")


def _party_chip(view: AgreementView, party: int, words: Words) -> Chip:
    if party in view.agreement.confirmed:
        return Chip(words.tr("confirmed"), "ok")
    if view.is_open:
        return Chip(words.tr("not yet"), "warn")
    return Chip(words.tr("did not confirm"), "neutral")
