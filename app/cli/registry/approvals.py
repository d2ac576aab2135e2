"""`luopu account approvals`: what clerks let keys sign at this desk, and whether the log of it is whole."""

from contextlib import closing

from app.cli.registry.session import Desk
from app.cli.registry.told import fact_pairs
from app.cli.work import open_outbox
from app.core.keys import encode_key_text
from app.core.messages import action_name, moment_text
from app.wallet.approval_log import ApprovalLine


def approvals(desk: Desk) -> int:
    """List them, newest first; exit status 0.

    Raises:
        ApprovalLogAltered: a line does not follow the one before; nothing is listed then.
    """
    speaker = desk.speaker
    with closing(open_outbox(desk.home)) as outbox:
        newest = outbox.check_approvals()
        lines = outbox.approvals(limit=desk.given.limit)
    for line in lines:
        facts = line.shown.facts
        speaker.say(f"{line.number}  {moment_text(line.time_ns)}  {action_name(line.shown.action, speaker.language)}")
        said = fact_pairs(facts.said, speaker.language)
        speaker.pairs([*said, (speaker.words("key"), encode_key_text(line.key))])
    digest = "" if newest is None else newest.digest.hex()
    if newest is None:
        speaker.say(speaker.words("no-approvals"))
    else:
        speaker.say(speaker.words("approvals-whole", count=newest.number, digest=digest))
    speaker.answer({"approvals": [_as_json(line) for line in lines], "digest": digest, "whole": True})
    return 0


def _as_json(line: ApprovalLine) -> dict[str, object]:
    return {
        "number": line.number,
        "time_ns": int(line.time_ns),
        "action": line.shown.action,
        "key": encode_key_text(line.key),
        "body": line.draft.body_bytes.hex(),
        "digest": line.digest.hex(),
    }
