"""Organisations in the clerk's words: who they are, what they may do, under which agreement, whom they recognise (3.1, 3.6).

Guarantees: what may be done with an organisation follows from the two accounts alone, as docs/registry.md says it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.client.members import AccountView, ActivityEntry, Names, RecognitionView, TermsView
from app.client.model import AccountStatus, NodeStatus
from app.core.keys import PublicKey, encode_key_text
from app.core.messages import choice_name, party_name, permission_name
from app.core.plain import enum_text
from app.core.wire import registry_pb2 as wire
from app.ui.present.approvals import roles_text
from app.ui.present.digests import ends
from app.ui.present.facts import Fact, short_digest_fact
from app.ui.present.heights import height_text
from app.ui.present.language import Words
from app.ui.present.names import account as account_text
from app.ui.present.names import line, who
from app.ui.present.numbers import number
from app.ui.present.states import Chip

PARTIES = ("operator", "bookkeeper", "partner", "regulator")
"""Of organisations, in the order in which they are shown."""
AMEND, SUSPEND, RESUME, RECOGNISE, WITHDRAW = "amend", "suspend", "resume", "recognise", "withdraw"
MANY = 8
"""From so many organisations on, the clerk can look for one by name or number."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everything that is asked of one."""

    view: AccountView
    terms: tuple[TermsView, ...]
    recognised: tuple[RecognitionView, ...]
    """Whom it recognises."""
    mine: tuple[RecognitionView, ...]
    """Whom the clerk's own account recognises."""
    orders: tuple[ActivityEntry, ...]
    names: Names

    @property
    def account(self) -> wire.Account:
        """The account itself."""
        return self.view.account


def party_of(account: wire.Account) -> str:
    """operator, bookkeeper, partner or regulator."""
    return enum_text(wire.Party.DESCRIPTOR, account.party)


def permissions_text(account: wire.Account, words: Words) -> str:
    """identity, evidence, vouchers."""
    names = [enum_text(wire.Permission.DESCRIPTOR, each) for each in account.permissions]
    if not names:
        return words.tr("no permissions") if account.party == wire.PARTY_PARTNER else ""
    return words.listed(permission_name(name, words.language) for name in names)


def force_chip(view: AccountView, words: Words) -> Chip:
    """In force or suspended."""
    return Chip(words.tr("in force"), "ok") if view.is_in_force else Chip(words.tr("suspended"), "bad")


def name_line(account: wire.Account, words: Words) -> str:
    """Name and number."""
    return account_text(account.name, account.id, words)


def list_line(account: wire.Account, words: Words) -> str:
    """Party, permissions and agreement in one line."""
    version = words.tr("agreement version {version}").format(version=number(account.agreement_version))
    parts = (party_name(party_of(account), words.language), permissions_text(account, words), version)
    return " · ".join(part for part in parts if part)


def in_order(views: Iterable[AccountView]) -> list[AccountView]:
    """By party, then by number."""
    return sorted(views, key=lambda view: (PARTIES.index(party_of(view.account)), view.account.id))


def fits(account: wire.Account, wanted: str) -> bool:
    """Whether it is the one that the clerk looks for, by a part of its name or the beginning of its number."""
    return wanted.casefold() in account.name.casefold() or str(account.id).startswith(wanted)


# ---- one organisation ------------------------------------------------------------------------------------------------
def facts(view: AccountView, words: Words) -> list[Fact]:
    """Who it is and what it may do."""
    tr, account = words.tr, view.account
    permissions = permissions_text(account, words)
    plan = tr("{points} points per period, {left} left").format(
        points=number(account.quota_points), left=number(view.quota.left)
    )
    allowed = [Fact(tr("Permissions"), permissions)] if permissions else []
    return [
        Fact(tr("Kind of organisation"), party_name(party_of(account), words.language)),
        *allowed,
        Fact(tr("Quota plan"), plan),
        Fact(tr("Agreement in force"), tr("version {version}").format(version=number(account.agreement_version))),
        short_digest_fact(tr("Its digest"), account.agreement),
    ]


def stop_sentence(organisation: Organisation, status: NodeStatus | None, now_ns: int, words: Words) -> str:
    """Since when and by whom it is suspended; nothing while it is in force."""
    stop = organisation.account.stop
    if organisation.view.is_in_force:
        return ""
    said = words.tr("Suspended by {who} since {when}: it can sign nothing, and neither can users who rest on it alone.")
    when = height_text(stop.height, status, now_ns, words)
    return said.format(who=who(int(stop.by), organisation.names, words), when=when)


def version_rows(terms: Sequence[TermsView], status: NodeStatus | None, now_ns: int, words: Words) -> list[Fact]:
    """Each version of the legal agreement, the newest first."""
    tr = words.tr
    rows = []
    for each in sorted(terms, key=lambda each: -each.version):
        name = tr("Version {version}").format(version=number(each.version))
        since = tr("in force since {since}").format(since=height_text(each.since, status, now_ns, words))
        rows.append(Fact(name, since if each.since else tr("in force since the beginning of the chain")))
        rows.append(short_digest_fact("SHA-256", each.agreement))
    return rows


def key_rows(account: wire.Account, words: Words) -> list[tuple[str, str]]:
    """Label and roles of each key."""
    tr = words.tr
    rows = []
    for key in account.keys:
        name = line(key.label) if key.label else tr("without a label")
        text = ends(encode_key_text(PublicKey.from_wire(key.key)))
        rows.append((name, f"{roles_text(key.roles, words)} · {text}"))
    return rows


def threshold_facts(account: wire.Account, words: Words) -> list[Fact]:
    """How many checkers sign beside the maker, for each class of action that asks for any."""
    tr = words.tr
    return [
        Fact(
            choice_name(enum_text(wire.Duty.DESCRIPTOR, each.duty), words.language),
            tr("%n checker(s) beside the maker", None, each.checkers),
        )
        for each in account.thresholds
        if each.checkers
    ]


def recognition_line(recognition: RecognitionView, names: Names, words: Words) -> tuple[str, str]:
    """Whom it recognises, and from which level."""
    level = choice_name(enum_text(wire.Level.DESCRIPTOR, recognition.recognition.least), words.language)
    return who(recognition.partner, names, words), words.tr("from level “{level}” on").format(level=level)


def my_recognition(organisation: Organisation) -> int:
    """The least level from which the clerk's own account recognises it; 0: it does not."""
    found = (each for each in organisation.mine if each.partner == organisation.account.id)
    return next((int(each.recognition.least) for each in found), 0)


# ---- what may be done ------------------------------------------------------------------------------------------------
def may_admit(holder: AccountStatus) -> bool:
    """Only the operator admits."""
    return holder.party == "operator"


def deeds(holder: AccountStatus, organisation: Organisation) -> tuple[str, ...]:
    """What the clerk's account may do with an organisation."""
    view, account = organisation.view, organisation.account
    if holder.party == "operator":
        orders = () if account.party == wire.PARTY_OPERATOR else (SUSPEND if view.is_in_force else RESUME,)
        return (AMEND, *orders)
    is_other_partner = account.party == wire.PARTY_PARTNER and account.id != holder.id
    if holder.party != "partner" or "identity" not in holder.permissions or not is_other_partner:
        return ()
    recognise = (RECOGNISE,) if view.is_in_force else ()
    return (*recognise, WITHDRAW) if my_recognition(organisation) else recognise


def deed_name(deed: str, *, is_recognised: bool, words: Words) -> str:
    """What a button says."""
    tr = words.tr
    if deed == RECOGNISE:
        return tr("Change recognition…") if is_recognised else tr("Recognise…")
    names = {
        AMEND: tr("Amend…"),
        SUSPEND: tr("Suspend…"),
        RESUME: tr("Resume…"),
        WITHDRAW: tr("Withdraw recognition…"),
    }
    return names[deed]


def stop_consequence(account: wire.Account, words: Words) -> str:
    """What a suspension does, plainly."""
    tr = words.tr
    if account.party == wire.PARTY_PARTNER:
        return tr(
            "From the next block on this partner can sign nothing, its vouchers stand still, and users whom it alone"
            " certifies can act no more. Users whom another partner certifies as well go on. Nothing is deleted."
        )
    if account.party == wire.PARTY_BOOKKEEPER:
        return tr(
            "From the next block on this bookkeeper cannot propose or approve; its seat's power still counts in the"
            " whole, and its validator goes on signing blocks. Nothing is deleted."
        )
    return tr("From the next block on it can sign nothing. Nothing is deleted.")


def resume_consequence(account: wire.Account, words: Words) -> str:
    """What ends with the suspension."""
    if account.party == wire.PARTY_PARTNER:
        return words.tr("From the next block on this partner, and the users who rest on it, can act again.")
    return words.tr("From the next block on it can act again.")


def duties_of(party: str) -> tuple[int, ...]:
    """Classes of action that an organisation of a party can do at all."""
    own = {
        "partner": (wire.DUTY_IDENTITY, wire.DUTY_VOUCHER),
        "bookkeeper": (wire.DUTY_GOVERNANCE,),
        "regulator": (),
    }
    orders = () if party == "bookkeeper" else (wire.DUTY_ORDER,)
    return tuple(sorted((wire.DUTY_EVIDENCE, wire.DUTY_AGREEMENT, *own[party], wire.DUTY_KEYS, *orders)))


def permissions_of(party: str) -> tuple[int, ...]:
    """Permissions that an organisation of a party may be given."""
    if party == "partner":
        return (wire.PERMISSION_IDENTITY, wire.PERMISSION_EVIDENCE, wire.PERMISSION_VOUCHER)
    return (wire.PERMISSION_EVIDENCE,)


def impossible_duty(keys: Sequence[wire.NewKey], thresholds: Sequence[wire.Threshold]) -> int:
    """The first class of action that these keys could never sign together (docs/registry.md, "Operable"); 0: none."""
    asked = {int(each.duty): int(each.checkers) for each in thresholds}
    checkers = [key for key in keys if has_role(key, wire.ROLE_CHECKER)]
    for duty in range(wire.DUTY_EVIDENCE, wire.DUTY_GOVERNANCE + 1):
        role = wire.ROLE_ADMINISTRATOR if duty == wire.DUTY_KEYS else wire.ROLE_MAKER
        makers = [key for key in keys if has_role(key, role)]
        others = max((len([key for key in checkers if key != maker]) for maker in makers), default=-1)
        if others < asked.get(duty, 0):
            return duty
    return 0


def has_role(key: wire.NewKey, role: int) -> bool:
    """A key without roles has every role."""
    return not key.roles or role in key.roles
