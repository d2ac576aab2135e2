"""Where the node stands, as the overview and the status line say it.

Guarantees: "in sync" is said only when a peer answers, no block is missing and the newest block is young; a stopped or
silent node is never dressed up. Finality is said with how many bookkeepers signed, as verified on this computer.
"""

from dataclasses import dataclass
from typing import Literal

from app.client.model import AccountStatus, NodeStatus, PeerStatus
from app.core.messages import Explanation, explain_code
from app.ui.present.language import Words
from app.ui.present.names import peer
from app.ui.present.numbers import SECOND_NS, number, permille, remaining_seconds, time_left
from app.ui.present.states import Chip, Tone
from app.ui.present.times import age, clock

STALE_SECONDS = 120
"""A newest block older than this is not called up to date: blocks come about every three seconds (3.2)."""

Standing = Literal["starting", "unreachable", "halted", "alone", "behind", "stale", "in-step"]


@dataclass(frozen=True, slots=True)
class SyncView:
    """The node's card: state, key number, bar (None when there is nothing to measure) and what stands below it."""

    standing: Standing
    chip: Chip
    headline: str
    permille: int | None
    caption: str


@dataclass(frozen=True, slots=True)
class StatusPart:
    """One part of the status line, and the part of the overview that it opens."""

    tone: Tone
    text: str
    target: str


@dataclass(frozen=True, slots=True)
class PeerRow:
    """A peer: address, where it stands, state."""

    address: str
    detail: str
    chip: Chip


def standing_of(status: NodeStatus | None, *, reachable: bool, now_ns: int) -> Standing:
    """The one word that everything else on the node follows from."""
    if not reachable:
        return "unreachable"
    if status is None:
        return "starting"
    if status.halted is not None:
        return "halted"
    behind = status.blocks_behind
    if behind is None:
        return "alone"
    if behind > 0:
        return "behind"
    return "stale" if now_ns - status.block_time_ns > STALE_SECONDS * SECOND_NS else "in-step"


def sync_view(status: NodeStatus | None, *, reachable: bool, now_ns: int, words: Words) -> SyncView:
    """The node's card on the overview."""
    standing = standing_of(status, reachable=reachable, now_ns=now_ns)
    chip = standing_chip(standing, words)
    if status is None:
        return SyncView(standing, chip, words.tr("Height unknown"), None, _without_status(standing, words))
    if standing == "behind":
        return _behind_view(status, chip, now_ns, words)
    headline = words.tr("Height {height}").format(height=number(status.height))
    if standing == "in-step":
        headline = words.tr("No block is missing")
    return SyncView(standing, chip, headline, None, _caption(standing, status, now_ns, words))


def standing_chip(standing: Standing, words: Words) -> Chip:
    """The node's state in words and colour."""
    tr = words.tr
    chips: dict[Standing, Chip] = {
        "starting": Chip(tr("Starting"), "neutral"),
        "unreachable": Chip(tr("Not answering"), "bad"),
        "halted": Chip(tr("Stopped"), "bad"),
        "alone": Chip(tr("No peer"), "warn"),
        "behind": Chip(tr("Catching up"), "warn"),
        "stale": Chip(tr("No new block"), "warn"),
        "in-step": Chip(tr("In sync"), "ok"),
    }
    return chips[standing]


def halted_explanation(status: NodeStatus, words: Words) -> Explanation | None:
    """Why the node stopped, in sentences; None while it runs."""
    if status.halted is None:
        return None
    return explain_code(status.halted, dict(status.halted_facts), words.language)


def finality_sentence(status: NodeStatus, words: Words) -> str:
    """How many bookkeepers signed the newest block, as verified on this computer."""
    signed, total = status.signed_validators, status.total_validators
    if signed == total:
        return words.tr("All %n bookkeeper(s) signed, verified on this computer", None, total)
    text = words.tr("{signed} of {total} bookkeepers signed, more than two thirds of the voting power, verified here")
    return text.format(signed=number(signed), total=number(total))


def is_final_here(status: NodeStatus | None) -> bool:
    """Whether this computer itself verified that more than two thirds of the voting power signed the newest block."""
    return status is not None and status.height > 0 and status.signed_power * 3 > status.total_power * 2


def status_parts(status: NodeStatus | None, *, reachable: bool, now_ns: int, words: Words) -> list[StatusPart]:
    """The left of the status line: height and age, finality, peers."""
    standing = standing_of(status, reachable=reachable, now_ns=now_ns)
    chip = standing_chip(standing, words)
    if status is None:
        unknown = words.tr("height unknown")
        return [StatusPart(chip.tone, f"{chip.text}  {unknown}", "node")]
    parts = [StatusPart(chip.tone, f"{chip.text}  {_short_height(standing, status, now_ns, words)}", "node")]
    if not reachable:
        return parts
    return [*parts, _finality_part(status, words), _peers_part(status, words)]


def quota_text(account: AccountStatus | None, words: Words) -> str:
    """Quota at the right of the status line."""
    if account is None:
        return words.tr("Quota  key not registered")
    text = words.tr("Quota  {left} / {points} points")
    return text.format(left=number(account.quota.left), points=number(account.quota.points))


def renewal_text(account: AccountStatus, now_ns: int, words: Words) -> str:
    """When the quota renews, by block time."""
    return words.tr("renews {time}").format(time=clock(account.quota.renews_ns, now_ns, words))


def peer_rows(status: NodeStatus, words: Words) -> list[PeerRow]:
    """Peers in the order the node gives them."""
    return [_peer_row(entry, words) for entry in status.peers]


def connected_peers(status: NodeStatus) -> int:
    """How many peers answer."""
    return sum(entry.connected for entry in status.peers)


# ---- parts -----------------------------------------------------------------------------------------------------------
def _behind_view(status: NodeStatus, chip: Chip, now_ns: int, words: Words) -> SyncView:
    behind = status.blocks_behind or 0
    rate = int(status.blocks_per_second)
    reached = words.tr("Reached the block of {time}").format(time=clock(status.block_time_ns, now_ns, words))
    speed = words.tr("%n block(s) per second", None, rate) if rate > 0 else ""
    left = time_left(remaining_seconds(behind, rate), words.tr)
    caption = " · ".join(part for part in (reached, speed, left) if part)
    headline = words.tr("%n block(s) behind", None, behind)
    return SyncView("behind", chip, headline, permille(status.height, status.height + behind), caption)


def _caption(standing: Standing, status: NodeStatus, now_ns: int, words: Words) -> str:
    since = age(status.block_time_ns, now_ns, words)
    tr = words.tr
    captions = {
        "in-step": tr("Newest block: {age}. Every block was verified and executed here"),
        "stale": tr("No peer has a newer block. Newest block: {age}"),
        "alone": tr("No peer answers, so newer blocks may exist. Last block: {age}"),
        "unreachable": tr("The node on this computer does not answer. Last known block: {age}"),
        "halted": tr("The node has stopped. Last verified block: {age}"),
    }
    return captions.get(standing, "").format(age=since)


def _without_status(standing: Standing, words: Words) -> str:
    if standing == "unreachable":
        return words.tr("The node on this computer does not answer. It is tried again every few seconds.")
    return words.tr("Asking the node on this computer where it stands.")


def _short_height(standing: Standing, status: NodeStatus, now_ns: int, words: Words) -> str:
    if standing == "behind":
        return words.tr("%n block(s) behind", None, status.blocks_behind or 0)
    text = words.tr("height {height}, {age}")
    return text.format(height=number(status.height), age=age(status.block_time_ns, now_ns, words))


def _finality_part(status: NodeStatus, words: Words) -> StatusPart:
    count = f"{number(status.signed_validators)}/{number(status.total_validators)}"
    if is_final_here(status):
        return StatusPart("ok", words.tr("Finality verified  {count} bookkeepers").format(count=count), "finality")
    return StatusPart("warn", words.tr("Finality not verified  {count} bookkeepers").format(count=count), "finality")


def _peers_part(status: NodeStatus, words: Words) -> StatusPart:
    connected = connected_peers(status)
    tone: Tone = "ok" if connected else "warn"
    return StatusPart(tone, words.tr("%n peer(s)", None, connected), "peers")


def _peer_row(entry: PeerStatus, words: Words) -> PeerRow:
    tr = words.tr
    height = tr("height unknown") if entry.height is None else tr("height {height}").format(height=number(entry.height))
    if entry.error is not None:
        said = explain_code(entry.error, {}, words.language)
        return PeerRow(peer(entry.address), said.sentence, Chip(tr("Kept away"), "bad"))
    chip = Chip(tr("Connected"), "ok") if entry.connected else Chip(tr("No answer"), "warn")
    return PeerRow(peer(entry.address), height, chip)
