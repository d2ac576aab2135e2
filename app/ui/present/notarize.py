"""What the notarize page shows: files being read, the chain and its rings to come, what will be signed, the outcome.

Guarantees: the approval is made of a `DraftView` only, which is decoded from the very bytes to be signed; nothing of
what was typed or picked earlier is repeated from memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.client.model import AccountStatus, Final, NeverLanded, Outcome, RecordStatus, RefusedInBlock
from app.core.errors import LuopuError
from app.core.messages import explain
from app.core.record import FileDigests
from app.core.refusals import ApprovalsMissing
from app.ui.desk import DraftView
from app.ui.present import digests
from app.ui.present.besides import besides_facts, is_about_one
from app.ui.present.facts import Fact, digest_fact, short_digest_fact
from app.ui.present.language import Words
from app.ui.present.names import account, file_name, line
from app.ui.present.numbers import SECOND_NS, number, percent, permille, remaining_seconds, size, time_left
from app.ui.present.states import Chip, Tone, state_chip
from app.ui.present.times import clock
from app.ui.recording import NOTHING_BESIDES, Besides, Checker

RING_LIMIT = 5
"""So many rings fit side by side; of a longer chain the newest are drawn."""

RingKind = Literal["final", "coming", "mine"]


@dataclass(frozen=True, slots=True)
class FileProgress:
    """A file on the notarize page: being read (`digests` None), read, or not readable (`error`)."""

    path: Path
    done: int
    total: int
    started_ns: int
    digests: FileDigests | None = None
    error: LuopuError | None = None

    @property
    def is_reading(self) -> bool:
        """Whether its bytes are still being read."""
        return self.digests is None and self.error is None


@dataclass(frozen=True, slots=True)
class FileRow:
    """Name, size, bar, and what stands beside it; `copied` is the whole digest for the clipboard."""

    name: str
    size: str
    permille: int
    tone: Tone
    caption: str
    copied: str


@dataclass(frozen=True, slots=True)
class Ring:
    """One dot of a chain line: filled = final, ring = to come, dashed = this one."""

    kind: RingKind
    title: str
    when: str
    digest: str


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What became of one signed draft."""

    chip: Chip
    sentence: str
    is_final: bool


def file_row(progress: FileProgress, now_ns: int, words: Words) -> FileRow:
    """How far the reading of a file has come, or its digest, or why it cannot be read."""
    name, total = file_name(progress.path.name), size(progress.total)
    if progress.error is not None:
        return FileRow(name, total, 0, "bad", explain(progress.error, words.language).sentence, "")
    if progress.digests is not None:
        digest = progress.digests.sha256
        return FileRow(name, size(progress.digests.size), 1000, "ok", digests.short(digest), digests.whole(digest))
    share = permille(progress.done, progress.total)
    return FileRow(name, total, share, "primary", _reading(progress, now_ns, words), "")


def files_title(count: int, words: Words) -> str:
    """How many files are on the page."""
    return words.tr("%n file(s)", None, count)


def rings(
    records: Sequence[RecordStatus], coming: int, subject: str, now_ns: int, words: Words, *, limit: int = RING_LIMIT
) -> list[Ring]:
    """The newest rings of a chain and those to be added now; the first of these is "this one" (dashed)."""
    mine = [_coming(len(records) + 1 + offset, subject, words) for offset in range(min(coming, limit - 1))]
    kept = records[-(limit - len(mine)) :] if len(mine) < limit else []
    return [*(_final(record, now_ns, words) for record in kept), *mine]


def rings_of_record(
    records: Sequence[RecordStatus], sequence: int, now_ns: int, words: Words
) -> tuple[list[Ring], int]:
    """Rings around one record of a chain, that one marked; and how many earlier ones are not drawn."""
    start = max(0, min(sequence - 1 - RING_LIMIT // 2, len(records) - RING_LIMIT))
    window = records[start : start + RING_LIMIT]
    return [_final(record, now_ns, words, mark=record.sequence == sequence) for record in window], start


def hidden_before(records: Sequence[RecordStatus], shown: Sequence[Ring]) -> int:
    """How many earlier rings of the chain are not drawn."""
    return max(0, len(records) - sum(ring.kind == "final" for ring in shown))


def approval_facts(drafts: Sequence[DraftView], holder: AccountStatus | None, now_ns: int, words: Words) -> list[Fact]:
    """Who signs, with what, at what cost and until when: only what all drafts of one signing have in common."""
    first, tr = drafts[0], words.tr
    common = [
        Fact(tr("Signer"), account(first.account_name, first.account_id, words)),
        Fact(tr("Time proof"), tr("block time, from the block that records it")),
        Fact(tr("Cost"), _cost(drafts, holder, words)),
    ]
    if has_one_subject(drafts):
        common[2:2] = _subject_facts(first, words)
    if len({draft.valid_until for draft in drafts}) == 1:
        common.append(_until_fact(first, now_ns, words))
    if first.consent.approvers:
        common.append(Fact(tr("Checked by"), names_of(first.consent.approvers, words)))
    return common


def draft_facts(draft: DraftView, drafts: Sequence[DraftView], now_ns: int, words: Words) -> list[Fact]:
    """What is stated about one file, whole digests and all, and whatever it does not share with the other drafts."""
    tr = words.tr
    own = [] if has_one_subject(drafts) else _subject_facts(draft, words)
    if len({other.valid_until for other in drafts}) > 1:
        own.append(_until_fact(draft, now_ns, words))
    return [
        *own,
        Fact(tr("Size"), tr("%n byte(s)", None, draft.digests.size)),
        digest_fact("SHA-256", draft.digests.sha256),
        digest_fact("SM3", draft.digests.sm3),
        *besides_facts(draft.said, words),
        digest_fact(tr("Follows"), draft.previous) if draft.previous else Fact(tr("Follows"), tr("nothing: first")),
        digest_fact(tr("To be signed"), draft.signing_digest),
    ]


def has_one_subject(drafts: Sequence[DraftView]) -> bool:
    """Whether all drafts belong to one chain and say one subject."""
    return len({(draft.chain, draft.subject) for draft in drafts}) == 1


def receipt(outcome: Outcome | LuopuError | None, now_ns: int, words: Words) -> ReceiptView:
    """What is known of a signed draft: nothing yet, that colleagues must sign, or one of the three ends."""
    if isinstance(outcome, Final):
        text = words.tr("Recorded {time}. {digest}").format(
            time=clock(outcome.time_ns, now_ns, words, seconds=True), digest=digests.short(outcome.record_digest)
        )
        return ReceiptView(state_chip("final", outcome.height, words), text, is_final=True)
    if isinstance(outcome, RefusedInBlock):
        return ReceiptView(state_chip("refused", None, words), _said(outcome.error, words), is_final=False)
    if isinstance(outcome, NeverLanded):
        text = words.tr("The chain has passed the timeout height without it; nothing was recorded. Sign it again.")
        return ReceiptView(state_chip("expired", None, words), text, is_final=False)
    if isinstance(outcome, ApprovalsMissing):
        text = words.tr("Signed here. Give the request file to those who must sign as well; it is recorded then.")
        return ReceiptView(state_chip("waiting", None, words), text, is_final=False)
    if isinstance(outcome, LuopuError):
        return ReceiptView(state_chip("unknown", None, words), _said(outcome, words), is_final=False)
    text = words.tr("Sent. It is recorded with one of the next blocks, usually within seconds.")
    return ReceiptView(state_chip("unknown", None, words), text, is_final=False)


# ---- parts -----------------------------------------------------------------------------------------------------------
def _subject_facts(draft: DraftView, words: Words) -> list[Fact]:
    subject = line(draft.subject, 120) if draft.subject else words.tr("none")
    return [Fact(words.tr("Subject"), subject), short_digest_fact(words.tr("Evidence chain"), draft.chain)]


def _until_fact(draft: DraftView, now_ns: int, words: Words) -> Fact:
    until = words.tr("{time} (height {height})").format(
        time=clock(draft.valid_until_estimate_ns, now_ns, words), height=number(draft.valid_until)
    )
    return Fact(words.tr("Valid until"), until)


def _cost(drafts: Sequence[DraftView], holder: AccountStatus | None, words: Words) -> str:
    points = sum(draft.quota_points for draft in drafts)
    cost = words.tr("%n quota point(s)", None, points)
    if holder is None:
        return cost
    left = number(max(0, holder.quota.left - points))
    return words.tr("{cost}, {left} left afterwards").format(cost=cost, left=left)


def _reading(progress: FileProgress, now_ns: int, words: Words) -> str:
    share = percent(progress.done, progress.total)
    elapsed_ms = (now_ns - progress.started_ns) * 1000 // SECOND_NS
    if elapsed_ms < 500 or progress.done == 0:
        return share
    left = remaining_seconds(progress.total - progress.done, progress.done * 1000 // elapsed_ms)
    return words.tr("{share}, {left}").format(share=share, left=time_left(left, words.tr))


def _final(record: RecordStatus, now_ns: int, words: Words, *, mark: bool = False) -> Ring:
    when = words.tr("{time}  height {height}").format(
        time=clock(record.time_ns, now_ns, words), height=number(record.height)
    )
    title = f"#{number(record.sequence)} {line(record.subject, 14)}"
    return Ring("mine" if mark else "final", title, when, digests.tiny(record.record_digest))


def _coming(sequence: int, subject: str, words: Words) -> Ring:
    title = words.tr("#{sequence} this time").format(sequence=number(sequence))
    return Ring("coming", title, words.tr("to be signed"), line(subject, 14) if subject else "")


def _said(error: LuopuError, words: Words) -> str:
    said = explain(error, words.language)
    return f"{said.sentence}{'' if words.language == 'zh' else ' '}{said.hint}"


def blocker(files: Sequence[FileProgress], subject: str, words: Words, besides: Besides = NOTHING_BESIDES) -> str:
    """Why nothing can be drafted yet, in words; empty when it can."""
    tr = words.tr
    if not files:
        return tr("Add at least one file")
    if any(file.is_reading for file in files):
        return tr("Wait until all files have been read")
    read = [file.digests.sha256 for file in files if file.digests is not None]
    if not read:
        return tr("None of the files could be read")
    said = "" if subject.strip() else tr("Say what this evidence is about")
    return _misfit(read, besides, words) or said


def _misfit(read: Sequence[bytes], besides: Besides, words: Words) -> str:
    """Why these files do not go with what is to be said besides."""
    if besides.is_batch and len(set(read)) < len(read):
        return words.tr("Two of the files are the same; a batch holds each once")
    if not besides.is_batch and is_about_one(besides) and len(read) > 1:
        return words.tr("What stands under More belongs to one record: keep one file, or put all into one record")
    return ""


# ---- colleagues who approve ------------------------------------------------------------------------------------------
def missing_approvals(drafts: Sequence[DraftView]) -> int:
    """How many colleagues must sign who have not been asked; 0 where something else stands in the way as well."""
    reasons = [reason for draft in drafts for reason in draft.consent.reasons]
    if not reasons or {reason.code for reason in reasons} != {ApprovalsMissing.code}:
        return 0
    return max(_expected(reason) for reason in reasons)


def approval_sentence(drafts: Sequence[DraftView], now_ns: int, words: Words) -> str:
    """That others must sign, how, and until when."""
    tr, first = words.tr, drafts[0]
    needed = tr("%n colleague(s) must approve this with their own keys.", None, missing_approvals(drafts))
    if len(first.consent.checkers) < missing_approvals(drafts):
        how = tr("No other key of this account may check; an administrator adds one under Approvals.")
    else:
        until = clock(first.valid_until_estimate_ns, now_ns, words)
        how = tr("A record does not wait on the chain: it goes round as a request file, until about {until}.").format(
            until=until
        )
    return f"{needed}{'' if words.language == 'zh' else ' '}{how}"


def names_of(checkers: Sequence[Checker], words: Words) -> str:
    """Several keys by what they are called."""
    comma = "、" if words.language == "zh" else ", "
    return comma.join(checker.name for checker in checkers)


def draft_reasons(drafts: Sequence[DraftView], words: Words) -> list[str]:
    """Why the drafts would be refused as things stand, and what to do; each reason once."""
    said = [_said(reason, words) for draft in drafts for reason in draft.consent.reasons]
    return list(dict.fromkeys(said))


def request_name(draft_id: str) -> str:
    """A name for a request's file: nothing of what it says but the action."""
    return f"notarize-{draft_id[:8]}.luopu-request"


def _expected(error: LuopuError) -> int:
    found = error.facts.get("expected")
    return found if isinstance(found, int) else 1
