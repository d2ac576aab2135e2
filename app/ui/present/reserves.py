"""Reserve proofs in the clerk's words (3.4.3): what is owed, what is held, how far one covers the other, and what can be
done.

Guarantees: whole numbers only, without float; a ratio is rounded down, so that 100% is said only where all that is owed is
held; what is short is said with how much.
"""

from dataclasses import replace

from app.core.messages import explain
from app.ui.desks.reserves import CustodyAccount, CustodyView, ReserveVoucher, SnapshotView
from app.ui.present import digests
from app.ui.present.facts import Fact, short_digest_fact
from app.ui.present.language import Words
from app.ui.present.names import account, file_name, line
from app.ui.present.numbers import number
from app.ui.present.states import Chip, Tone
from app.ui.present.times import clock, full
from app.ui.present.vouchers import amount_text

MOST_TENTHS = 99_999
"""Thousandths beyond which a ratio says no more than that it is large."""
OPEN_STATES = frozenset({"made", "short", "late"})
"""States of a snapshot that may be discarded."""
_TONES: dict[str, Tone] = {
    "made": "primary",
    "short": "bad",
    "waiting": "warn",
    "published": "ok",
    "superseded": "neutral",
    "late": "warn",
}


# ---- numbers ---------------------------------------------------------------------------------------------------------
def much(units: int, voucher: ReserveVoucher, words: Words) -> str:
    """How much or how many: "1 234.50", "3 pieces"."""
    if voucher.is_unique:
        return words.tr("%n piece(s)", None, units)
    return amount_text(units, voucher.decimals)


def ratio(held: int, owed: int, words: Words) -> str:
    """How far what is held covers what is owed, rounded down: 103.2%. Of nothing owed there is no ratio."""
    if not owed:
        return words.tr("nothing owed")
    tenths = held * 1000 // owed
    if tenths > MOST_TENTHS:
        return f">{number(MOST_TENTHS // 10)}%"
    whole = number(tenths // 10)
    return f"{whole}%" if tenths % 10 == 0 and held * 1000 % owed == 0 else f"{whole}.{tenths % 10}%"


def is_covered(held: int, owed: int) -> bool:
    """Whether all that is owed is held."""
    return held >= owed


def cover_tone(held: int, owed: int) -> Tone:
    """Its colour."""
    return "ok" if is_covered(held, owed) else "bad"


def voucher_title(voucher: ReserveVoucher) -> str:
    """Its name, and enough of its number to tell two of one name apart."""
    return f"{line(voucher.name, 40)} · {digests.group_text(voucher.id.hex()[:8])}"


# ---- what can be chosen ------------------------------------------------------------------------------------------------
def held_in_all(view: CustodyView) -> int:
    """What all its accounts hold, as far as they count here."""
    own = 0 if view.assigned_to else view.own.held
    return own + sum(each.held for each in view.others)


def custody_choice(view: CustodyView, words: Words) -> str:
    """A voucher in the drop-down."""
    return words.tr("{voucher} — held: {held}").format(
        voucher=voucher_title(view.voucher), held=much(held_in_all(view), view.voucher, words)
    )


def account_choice(kept: CustodyAccount, voucher: ReserveVoucher, words: Words) -> str:
    """A custody account beside its box."""
    return words.tr("{account} — held: {held}").format(
        account=account(kept.name, kept.number, words), held=much(kept.held, voucher, words)
    )


def custody_note(view: CustodyView, words: Words) -> str:
    """What the clerk should know of the accounts."""
    if view.assigned_to:
        named = account(view.assigned_to_name, view.assigned_to, words)
        return words.tr("What this account holds counts for {account}, so it does not count here.").format(
            account=named
        )
    if not view.others:
        return words.tr(
            "Partners who keep this voucher for us can assign their holding to this account on the chain; then they are here."
        )
    return ""


def custody_detail(view: CustodyView, words: Words) -> str:
    """A voucher's second line in the list: own holding, and how many others count."""
    parts = [words.tr("held: {held}").format(held=much(held_in_all(view), view.voucher, words))]
    if view.others:
        parts.append(words.tr("with %n assigned account(s)", None, len(view.others)))
    return " · ".join(parts)


# ---- a snapshot ----------------------------------------------------------------------------------------------------------
def snapshot_chip(view: SnapshotView, words: Words) -> Chip:
    """Its state."""
    tr, height = words.tr, number(view.published_height)
    said = {
        "made": tr("ready to publish"),
        "short": tr("short"),
        "waiting": tr("publication on its way"),
        "published": tr("published · height {height}").format(height=height),
        "superseded": tr("superseded · height {height}").format(height=height),
        "late": tr("cannot be published any more"),
    }
    return Chip(said.get(view.state, view.state), _TONES.get(view.state, "neutral"))


def same_words(view: SnapshotView) -> object:
    """What is the same for two views that say the same; errors are compared by what they say."""
    return replace(view, error=None), str(view.error)


def snapshot_detail(view: SnapshotView, words: Words) -> str:
    """Its second line in the list."""
    return words.tr("owed {owed} · held {held} · {ratio}").format(
        owed=much(view.owed, view.voucher, words),
        held=much(view.held, view.voucher, words),
        ratio=ratio(view.held, view.owed, words),
    )


def snapshot_when(view: SnapshotView, now_ns: int, words: Words) -> str:
    """When it was made."""
    return clock(view.made_ns, now_ns, words)


def snapshot_sentence(view: SnapshotView, words: Words) -> str:
    """What it comes to, and what can be done."""
    tr = words.tr
    if view.state == "short":
        missing = much(view.owed - view.held, view.voucher, words)
        return tr("Short by {missing}: it cannot be published.").format(missing=missing)
    if view.state == "superseded":
        return tr(
            "Published, and %n later publication(s) stand on the chain. Its papers stay true for their height.",
            None,
            view.later,
        )
    if view.state == "late" and view.error is not None:
        said = explain(view.error, words.language)
        return f"{said.sentence}{'' if words.language == 'zh' else ' '}{said.hint}"
    return {
        "made": tr(
            "All that is owed is held. Publish it within 24 hours of its block; before that, no paper is handed out."
        ),
        "waiting": tr(
            "The publication is signed, and its outcome is not known yet. It is looked for with every block."
        ),
        "published": tr("Root and total stand on the chain. Hand the papers to the customers, best to all of them."),
        "late": tr("It can no longer be published. Make a new snapshot of a current list."),
    }.get(view.state, "")


def short_advice(words: Words) -> list[str]:
    """What can be done where less is held than is owed."""
    tr = words.tr
    return [
        tr("Check the list: a row too many, an amount in another unit, or another voucher's users."),
        tr(
            "Tick all accounts that keep the voucher for customers; a partner's account counts once it assigned its holding."
        ),
        tr("Have what is missing transferred to a custody account, then make the snapshot again."),
    ]


def snapshot_facts(view: SnapshotView, words: Words) -> list[Fact]:
    """Everything about it in the order a reader asks: how much, whose, as of when, from what."""
    tr, voucher = words.tr, view.voucher
    facts = [
        Fact(tr("Voucher"), voucher_title(voucher), voucher.id.hex()),
        Fact(tr("Owed in all"), much(view.owed, voucher, words)),
        Fact(tr("Held"), much(view.held, voucher, words)),
        *(_account_fact(each, voucher, words) for each in view.accounts if len(view.accounts) > 1),
        Fact(tr("Users"), number(view.users)),
        *(
            [Fact(tr("Zero entries"), tr("%n, so that nobody can count the users", None, view.padding))]
            if view.padding
            else []
        ),
        *([Fact(tr("Owed to nobody"), much(view.unclaimed, voucher, words))] if view.unclaimed else []),
        Fact(
            tr("As of"),
            tr("height {height}, {time}").format(height=number(view.height), time=full(view.time_ns, words)),
        ),
        Fact(tr("List"), _source(view, words)),
        short_digest_fact(tr("List (SHA-256)"), view.source_sha256),
        short_digest_fact(tr("Root"), view.root),
    ]
    return facts + _publication_facts(view, words)


def public_facts(view: SnapshotView, words: Words) -> list[Fact]:
    """What the whole chain will see, for whoever signs."""
    tr, voucher = words.tr, view.voucher
    return [
        Fact(tr("Voucher"), voucher_title(voucher), voucher.id.hex()),
        Fact(tr("Owed in all"), much(view.owed, voucher, words)),
        Fact(
            tr("Held"),
            tr("{held} ({ratio})").format(
                held=much(view.held, voucher, words), ratio=ratio(view.held, view.owed, words)
            ),
        ),
        Fact(tr("Not shown"), tr("the users, their number, and what each is owed")),
    ]


def _account_fact(kept: CustodyAccount, voucher: ReserveVoucher, words: Words) -> Fact:
    return Fact("", f"{account(kept.name, kept.number, words)}: {much(kept.held, voucher, words)}")


def _source(view: SnapshotView, words: Words) -> str:
    named = words.tr("a query of a database") if view.source_name == "query" else file_name(view.source_name, 60)
    return words.tr("{name}, %n row(s)", None, view.rows).format(name=named)


def _publication_facts(view: SnapshotView, words: Words) -> list[Fact]:
    if not view.published_height:
        return []
    tr = words.tr
    when = tr("height {height}, {time}").format(
        height=number(view.published_height), time=full(view.published_ns, words)
    )
    return [Fact(tr("Published"), when), short_digest_fact(tr("Transaction"), view.transaction_hash)]


def paper_folder(view: SnapshotView, *, is_zip: bool) -> str:
    """What the export is called to begin with: letters, digits and ideographs of the voucher's name, and the height."""
    kept = "".join(each if each.isalnum() else "-" for each in view.voucher.name).strip("-")
    return f"{kept or 'voucher'}-{view.height}{'.zip' if is_zip else ''}"
