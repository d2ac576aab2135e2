"""Vouchers in the clerk's words: state, numbers, rules, what an account holds of them and what it may do with them.

Guarantees: amounts are written with the decimals of their voucher, without float; a name of a voucher never stands without
its issuer or its number, for names are not unique. What may be done is a matter of the law (docs/registry.md); here is only
what is worth offering, and the node says before signing what speaks against it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.client.members import HoldingView, PieceView, VoucherView
from app.client.model import AccountStatus
from app.core.messages import choice_name
from app.core.wire import registry_pb2 as wire
from app.ui.present import digests
from app.ui.present.facts import Fact, short_digest_fact
from app.ui.present.language import Words
from app.ui.present.names import line, who
from app.ui.present.numbers import number
from app.ui.present.states import Chip, Tone
from app.ui.present.times import full

STATES = {
    wire.VOUCHER_STATE_APPLIED: "applied",
    wire.VOUCHER_STATE_CREATED: "created",
    wire.VOUCHER_STATE_DECLINED: "declined",
}
FLOWS = {wire.FLOW_OPEN: "open", wire.FLOW_HELD: "held", wire.FLOW_FROZEN: "frozen"}
KINDS = {wire.KIND_DIVISIBLE: "divisible", wire.KIND_UNIQUE: "unique"}
_TONES: Mapping[str, Tone] = {"applied": "primary", "created": "ok", "declined": "bad"}
MAY_HOLD = frozenset({"partner", "user"})
SHOWN_SERIALS = 8


@dataclass(frozen=True, slots=True)
class OwnVoucher:
    """A voucher as it concerns one desk: what its account holds of it, at a block time."""

    view: VoucherView
    holding: wire.Holding
    pieces: tuple[PieceView, ...]
    """Live pieces of the account; of very many the first."""
    time_ns: int

    @property
    def terms(self) -> wire.Terms:
        """The terms as they stand now."""
        return self.view.voucher.terms

    @property
    def is_unique(self) -> bool:
        """Whether each has its own serial."""
        return bool(self.terms.kind == wire.KIND_UNIQUE)

    @property
    def is_expired(self) -> bool:
        """Worth nothing any more."""
        return bool(self.terms.expires_ns and self.time_ns >= self.terms.expires_ns)

    @property
    def free(self) -> int:
        """What of the amount can be taken now."""
        return free_of(self.holding)

    @property
    def serials(self) -> tuple[int, ...]:
        """Serials of the pieces known."""
        return tuple(each.serial for each in self.pieces)


def free_of(holding: wire.Holding) -> int:
    """The amount that is not frozen."""
    return 0 if holding.frozen else int(holding.amount - holding.frozen_amount)


def total_of(holding: wire.Holding) -> int:
    """All of a holding, free, frozen and in pieces."""
    return int(holding.amount + holding.packed)


def is_any(holding: wire.Holding) -> bool:
    """Whether anything is held."""
    return bool(holding.amount or holding.pieces)


# ---- numbers ---------------------------------------------------------------------------------------------------------
def amount_text(units: int, decimals: int) -> str:
    """An amount of the smallest unit, with its decimals: 1 234.50."""
    whole, part = divmod(units, 10**decimals)
    return f"{number(whole)}.{part:0{decimals}}" if decimals else number(whole)


def plain_amount(units: int, decimals: int) -> str:
    """The same without spaces, as a field takes it and a spreadsheet reads it: 1234.50."""
    whole, part = divmod(units, 10**decimals)
    return f"{whole}.{part:0{decimals}}" if decimals else str(whole)


def quantity(units: int, terms: wire.Terms, words: Words) -> str:
    """How much or how many: "1 234.50", "3 pieces"."""
    if terms.kind == wire.KIND_UNIQUE:
        return words.tr("%n piece(s)", None, units)
    return amount_text(units, terms.decimals)


def serial_ranges(serials: Sequence[int]) -> str:
    """Serials in few characters, ascending: 1-3, 7."""
    spans: list[list[int]] = []
    for serial in sorted(serials):
        if spans and serial == spans[-1][1] + 1:
            spans[-1][1] = serial
        else:
            spans.append([serial, serial])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def parse_serials(untrusted_text: str, most: int) -> list[int] | None:
    """Serials and spans of them, "1-3, 7", ascending, each once; None: not that, or more than `most`."""
    found: set[int] = set()
    for part in untrusted_text.replace("，", ",").replace("、", ",").replace("–", "-").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        ends = (first, last if dash else first)
        if not all(end.isascii() and end.isdigit() and len(end) <= 19 for end in ends):
            return None
        least, greatest = map(int, ends)
        if not 1 <= least <= greatest or greatest - least >= most:
            return None
        found.update(range(least, greatest + 1))
    return sorted(found) if len(found) <= most else None


# ---- what stands in lists --------------------------------------------------------------------------------------------
def voucher_name(view: VoucherView) -> str:
    """Its name; beside it stand issuer or number."""
    return line(view.voucher.terms.name, 40)


def voucher_number(view: VoucherView) -> str:
    """The beginning of its number, enough to tell two of one name apart."""
    return digests.group_text(view.id.hex()[:8])


def voucher_chip(view: VoucherView, time_ns: int, words: Words) -> Chip:
    """What state it is in, the most serious first."""
    voucher, state = view.voucher, STATES.get(view.voucher.state, "unspecified")
    if state == "created" and voucher.flow != wire.FLOW_OPEN:
        tone: Tone = "bad" if voucher.flow == wire.FLOW_FROZEN else "warn"
        return Chip(_said(FLOWS.get(voucher.flow, "unspecified"), words), tone)
    if state == "created" and voucher.terms.expires_ns and time_ns >= voucher.terms.expires_ns:
        return Chip(words.tr("Expired"), "warn")
    return Chip(_said(state, words), _TONES.get(state, "neutral"))


def _said(choice: str, words: Words) -> str:
    """A choice by its name, beginning as the other words of a chip or a fact do."""
    said = choice_name(choice, words.language)
    return said[:1].upper() + said[1:]


def issue_line(view: VoucherView, words: Words) -> str:
    """What of it is out, of how much."""
    voucher, tr = view.voucher, words.tr
    cap = quantity(voucher.terms.cap, voucher.terms, words)
    if voucher.state != wire.VOUCHER_STATE_CREATED:
        said = tr("Cap {cap}").format(cap=cap)
    else:
        out = quantity(view.outstanding, voucher.terms, words)
        said = tr("{out} outstanding, cap {cap}").format(out=out, cap=cap)
    return tr("{said} · number {number}").format(said=said, number=voucher_number(view))


def holding_line(held: HoldingView, words: Words) -> str:
    """Who issued it, and what of it is held."""
    view, holding = held.voucher, held.holding
    return words.tr("{held} · issued by {issuer}").format(
        held=held_text(view.voucher.terms, holding, words), issuer=who(view.voucher.issuer, view.names, words)
    )


def held_text(terms: wire.Terms, holding: wire.Holding, words: Words) -> str:
    """ "6.00 free, 4.00 in 2 pieces": what a holding is made of."""
    tr, parts = words.tr, []
    if terms.kind == wire.KIND_UNIQUE:
        return tr("%n piece(s)", None, holding.pieces)
    if holding.amount or not holding.pieces:
        parts.append(tr("{amount} free").format(amount=amount_text(free_of(holding), terms.decimals)))
    if frozen := int(holding.amount) - free_of(holding):
        parts.append(tr("{amount} frozen").format(amount=amount_text(frozen, terms.decimals)))
    if holding.pieces:
        pieces = tr("%n piece(s)", None, holding.pieces)
        parts.append(
            tr("{amount} in {pieces}").format(amount=amount_text(holding.packed, terms.decimals), pieces=pieces)
        )
    return tr(", ").join(parts)


def holding_chip(holding: wire.Holding, words: Words) -> Chip | None:
    """That it is frozen, or nothing."""
    if holding.frozen:
        return Chip(words.tr("All frozen"), "bad")
    return Chip(words.tr("Partly frozen"), "warn") if holding.frozen_amount else None


def piece_line(piece: PieceView, terms: wire.Terms, words: Words) -> str:
    """What is in a piece, and how often it may still change hands."""
    tr, parts = words.tr, []
    if terms.kind == wire.KIND_DIVISIBLE:
        parts.append(amount_text(piece.piece.amount, terms.decimals))
    if terms.max_transfers:
        left = max(0, terms.max_transfers - piece.piece.transfers)
        parts.append(tr("%n transfer(s) left", None, left))
    elif piece.piece.transfers:
        parts.append(tr("handed on %n time(s)", None, piece.piece.transfers))
    return " · ".join(parts)


def piece_chip(piece: PieceView, words: Words) -> Chip | None:
    """That it is frozen, or nothing."""
    return Chip(words.tr("Frozen"), "bad") if piece.piece.HasField("stop") else None


# ---- details ---------------------------------------------------------------------------------------------------------
def number_facts(view: VoucherView, words: Words) -> list[Fact]:
    """Cap, issued, redeemed, lapsed and what is left of it: the numbers that add up. Before it is created, the cap."""
    voucher, tr = view.voucher, words.tr
    amounts = (
        (tr("Cap"), voucher.terms.cap),
        (tr("Issued"), voucher.issued),
        (tr("Redeemed"), voucher.redeemed),
        (tr("Lapsed"), voucher.lapsed),
        (tr("Outstanding"), view.outstanding),
    )
    told = amounts if voucher.state == wire.VOUCHER_STATE_CREATED else amounts[:1]
    return [Fact(name, quantity(amount, voucher.terms, words)) for name, amount in told]


def rule_facts(view: VoucherView, words: Words) -> list[Fact]:
    """What it stands for and how it may be used."""
    voucher, terms, tr = view.voucher, view.voucher.terms, words.tr
    expires = full(terms.expires_ns, words) if terms.expires_ns else tr("never")
    accepted = tr(", ").join(who(each, view.names, words) for each in terms.accepted)
    return [
        Fact(tr("Stands for"), line(terms.product, 200)),
        Fact(tr("Issuer"), who(voucher.issuer, view.names, words)),
        Fact(tr("Kind"), choice_name(KINDS.get(terms.kind, "unspecified"), words.language)),
        Fact(tr("Changes hands"), transfer_rule(terms, words)),
        Fact(tr("Flow"), choice_name(FLOWS.get(voucher.flow, "unspecified"), words.language)),
        Fact(tr("Expires"), expires),
        Fact(tr("Accepted partners"), accepted or tr("all whom the issuer recognises")),
        *_papers(view, words),
    ]


def _papers(view: VoucherView, words: Words) -> list[Fact]:
    voucher, tr = view.voucher, words.tr
    facts = [
        Fact(tr("Number"), digests.group_text(view.id.hex()), view.id.hex(), is_digest=True),
        short_digest_fact(tr("Description"), voucher.terms.description),
        short_digest_fact(tr("Legal document"), voucher.legal),
    ]
    return [*facts, short_digest_fact(tr("Newest order"), voucher.order)] if voucher.order else facts


def transfer_rule(terms: wire.Terms, words: Words) -> str:
    """Whether, when and how often it may change hands."""
    tr = words.tr
    if terms.bound:
        return tr("never")
    parts = []
    if terms.opens_ns:
        parts.append(tr("from {time}").format(time=full(terms.opens_ns, words)))
    if terms.closes_ns:
        parts.append(tr("until {time}").format(time=full(terms.closes_ns, words)))
    if terms.max_transfers:
        parts.append(tr("each piece at most %n time(s)", None, terms.max_transfers))
    return tr(", ").join(parts) or tr("freely")


# ---- what can be done --------------------------------------------------------------------------------------------------
def deeds_at_home(account: AccountStatus, *, holds_any: bool) -> tuple[str, ...]:
    """What may be done without a voucher being chosen first, the main thing first."""
    if account.party == "partner" and "voucher" in account.permissions:
        return ("apply_voucher",)
    return ("transfer",) if holds_any and account.party in MAY_HOLD else ()


def office_deeds(account: AccountStatus, own: OwnVoucher) -> tuple[str, ...]:
    """What issuer, operator or regulator may do with a voucher, the main thing first."""
    if account.party in {"operator", "regulator"}:
        if own.view.voucher.state == wire.VOUCHER_STATE_APPLIED:
            return ("decide",) if account.party == "operator" else ()
        return ("supervise",) if own.view.voucher.state == wire.VOUCHER_STATE_CREATED else ()
    return _issuers_deeds(account, own) if is_issuer(account, own.view) else ()


def is_issuer(account: AccountStatus, view: VoucherView) -> bool:
    """Whether the account issues it."""
    return account.party == "partner" and bool(view.voucher.issuer == account.id)


def sees_holders(account: AccountStatus, view: VoucherView) -> bool:
    """Who holds it concerns its issuer and who supervises it."""
    is_created = view.voucher.state == wire.VOUCHER_STATE_CREATED
    return is_created and (account.party in {"operator", "regulator"} or is_issuer(account, view))


def _issuers_deeds(account: AccountStatus, own: OwnVoucher) -> tuple[str, ...]:
    voucher = own.view.voucher
    if voucher.state != wire.VOUCHER_STATE_CREATED or "voucher" not in account.permissions:
        return ()
    moves = voucher.flow != wire.FLOW_FROZEN
    has_room = voucher.issued < voucher.terms.cap
    deeds = []
    if moves and has_room and not own.is_expired:
        deeds.append("allocate")
    if own.is_expired and moves and own.view.outstanding:
        deeds.append("expire")
    return (*deeds, "manage_voucher", "supervise")


def holders_deeds(account: AccountStatus, own: OwnVoucher) -> tuple[str, ...]:
    """What a holder may do with what it holds."""
    voucher, terms = own.view.voucher, own.terms
    if account.party not in MAY_HOLD or not is_any(own.holding):
        return ()
    moves = voucher.flow != wire.FLOW_FROZEN and not own.is_expired
    is_divisible = not own.is_unique
    may = {
        "transfer": moves and voucher.flow == wire.FLOW_OPEN and not terms.bound,
        "redeem": moves,
        "split": moves and is_divisible and own.holding.amount > 0,
        "merge": moves and is_divisible and own.holding.pieces > 0,
        "assign_custody": account.party == "partner",
    }
    return tuple(deed for deed, offered in may.items() if offered)
