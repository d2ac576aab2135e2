"""`luopu account approvals`: what clerks let keys sign at this desk, and whether the log of it is whole; as a file, too.

Guarantees: a line that was altered is named, and makes the exit status 1; the others are listed all the same.
"""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from app.cli.output import Speaker
from app.cli.registry.session import Desk
from app.cli.registry.told import fact_pairs
from app.cli.work import open_outbox
from app.core.keys import encode_key_text
from app.core.messages import action_name, moment_text
from app.wallet.approval_file import LoggedLine, LogStanding, load_log, logged_lines, look_through, save_log
from app.wallet.approval_log import ApprovalLine


def approvals(desk: Desk) -> int:
    """List them, newest first; exit status 0. With --output, write the whole log; with --check, do the same of a file.

    Raises:
        ApprovalLogAltered: a line does not follow the one before. What can be said was said.
        DecodingError, FileUnreadable, FileUnwritable: of the file.
    """
    given, limit = desk.given, desk.given.limit
    if given.check is not None:
        standing, lines = load_log(Path(given.check), limit)
    else:
        with closing(open_outbox(desk.home)) as outbox:
            path = None if given.output is None else Path(given.output)
            standing = look_through(outbox) if path is None else save_log(outbox, path)
            lines = logged_lines(outbox, limit=limit) if path is None else ()
    if given.output is None:
        _say_lines(desk.speaker, lines, standing)
    standing.check()
    _answer(desk.speaker, standing, lines, given.output)
    return 0


def _say_lines(speaker: Speaker, lines: Sequence[LoggedLine], standing: LogStanding) -> None:
    for each in lines:
        line = each.line
        if line is None:
            speaker.say(speaker.words("approval-unreadable", number=each.number))
            continue
        altered = f"  {speaker.words('approval-altered')}" if each.number in standing.altered else ""
        what = action_name(line.shown.action, speaker.language)
        speaker.say(f"{line.number}  {moment_text(line.time_ns)}  {what}{altered}")
        said = fact_pairs(line.shown.facts.said, speaker.language)
        speaker.pairs([*said, (speaker.words("key"), encode_key_text(line.key))])


def _answer(speaker: Speaker, standing: LogStanding, lines: Sequence[LoggedLine], output: str | None) -> None:
    digest = standing.digest.hex()
    if output is not None:
        speaker.say(speaker.words("approvals-written", path=output, count=standing.count))
    if not standing.count:
        speaker.say(speaker.words("no-approvals"))
    else:
        speaker.say(speaker.words("approvals-whole", count=standing.count, digest=digest))
    listed = [_as_json(each.line) for each in lines if each.line is not None]
    file = {} if output is None else {"file": output}
    speaker.answer({"approvals": listed, "count": standing.count, "digest": digest, "whole": True, **file})


def _as_json(line: ApprovalLine) -> dict[str, object]:
    return {
        "number": line.number,
        "time_ns": int(line.time_ns),
        "action": line.shown.action,
        "key": encode_key_text(line.key),
        "body": line.draft.body_bytes.hex(),
        "digest": line.digest.hex(),
    }
