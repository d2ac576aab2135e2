"""The log of approvals: there before the key is asked, and nothing in it can be altered unseen."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.client.drafting import sign_entry
from app.core.keys import PublicKey
from app.core.ports import Clock
from app.core.refusals import AlreadySigned
from app.core.tokenerrors import TokenRemoved
from app.core.walleterrors import ApprovalLogAltered, BadTransition
from app.wallet.approval_file import LINES_AT_ONCE, LogStanding, logged_lines, look_through
from app.wallet.approval_log import ApprovalLine
from app.wallet.outbox import Outbox
from app.wallet.softkey import UnlockedKey
from tests.wallet.conftest import CONTEXT, FILE, build_action, build_draft

Alter = Callable[[sqlite3.Connection], object]


class PulledToken:
    """A key whose token is gone when it is asked."""

    def __init__(self, public_key: PublicKey, asked: Callable[[], object]) -> None:
        self.public_key, self._asked = public_key, asked

    def sign(self, digest: bytes) -> bytes:
        self._asked()
        raise TokenRemoved(digest=digest.hex())


def lines_of(outbox: Outbox, **wanted: int) -> list[ApprovalLine]:
    return [each.line for each in logged_lines(outbox, **wanted) if each.line is not None]


def approve_many(outbox: Outbox, key: UnlockedKey, count: int) -> None:
    for number in range(count):
        outbox.approve(outbox.save_draft(build_action(number)).id, key.public_key)


def test_what_is_signed_is_logged_with_its_key_and_its_very_bytes(
    outbox: Outbox, key: UnlockedKey, second_key: UnlockedKey
) -> None:
    record = outbox.save_draft(build_draft(2), path=FILE, context=CONTEXT)
    drafts = [outbox.save_draft(build_action(1, second_key)), record]
    for draft in drafts:
        sign_entry(outbox, draft.id, key)
    sign_entry(outbox, drafts[0].id, second_key)
    lines = lines_of(outbox)
    assert [line.number for line in lines] == [3, 2, 1]
    assert [line.key for line in lines] == [second_key.public_key, key.public_key, key.public_key]
    assert [line.draft for line in lines] == [drafts[0].draft, drafts[1].draft, drafts[0].draft]
    assert lines[0].shown == drafts[0].shown
    assert lines[2].time_ns < lines[1].time_ns < lines[0].time_ns
    assert look_through(outbox) == LogStanding(3, lines[0].digest, ())


def test_an_approval_is_logged_before_the_key_is_asked(
    outbox: Outbox, path: Path, clock: Clock, key: UnlockedKey
) -> None:
    seen: list[int] = []

    def look() -> None:
        with closing(Outbox.open(path, clock)) as other:
            seen.append(len(lines_of(other)))

    with pytest.raises(TokenRemoved):
        sign_entry(outbox, outbox.save_draft(build_action(1)).id, PulledToken(key.public_key, look))
    assert seen == [1]


def test_who_is_not_to_sign_approves_nothing(outbox: Outbox, key: UnlockedKey, second_key: UnlockedKey) -> None:
    entry = outbox.save_draft(build_action(1, second_key))
    sign_entry(outbox, entry.id, key)
    with pytest.raises(AlreadySigned):
        sign_entry(outbox, entry.id, key)
    sign_entry(outbox, entry.id, second_key)
    with pytest.raises(BadTransition):
        outbox.approve(entry.id, second_key.public_key)
    assert len(lines_of(outbox)) == 2


def test_a_desk_where_nobody_signed_has_an_empty_log(outbox: Outbox) -> None:
    assert lines_of(outbox) == []
    assert look_through(outbox) == LogStanding(0, b"", ())


def test_the_log_is_read_from_the_newest_in_parts(outbox: Outbox, key: UnlockedKey) -> None:
    approve_many(outbox, key, 7)
    first = lines_of(outbox, limit=3)
    assert [line.number for line in first] == [7, 6, 5]
    assert [line.number for line in lines_of(outbox, before=5, limit=3)] == [4, 3, 2]


def test_a_log_longer_than_one_look_is_checked_whole(
    outbox: Outbox, path: Path, key: UnlockedKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LINES_AT_ONCE > 1
    monkeypatch.setattr("app.wallet.approval_file.LINES_AT_ONCE", 2)
    approve_many(outbox, key, 7)
    assert (look_through(outbox).count, look_through(outbox).altered) == (7, ())
    alter(path, lambda database: database.execute("UPDATE approvals SET time_ns = time_ns + 1 WHERE number = 5"))
    with pytest.raises(ApprovalLogAltered):
        look_through(outbox).check()


def alter(path: Path, change: Alter) -> None:
    with closing(sqlite3.connect(path)) as database:
        change(database)
        database.commit()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE approvals SET time_ns = time_ns - 1 WHERE number = 2",
        "UPDATE approvals SET body = (SELECT body FROM approvals WHERE number = 3) WHERE number = 2",
        "UPDATE approvals SET key = (SELECT key FROM approvals WHERE number = 4) WHERE number = 2",
        "UPDATE approvals SET digest = zeroblob(32) WHERE number = 2",
        "DELETE FROM approvals WHERE number = 2",
        "DELETE FROM approvals WHERE number = 1",
        "UPDATE approvals SET number = 9 WHERE number = 2",
        "UPDATE approvals SET number = -1 WHERE number = 1",
        "UPDATE approvals SET key = x'00' WHERE number = 2",
        "UPDATE approvals SET body = x'00' WHERE number = 2",
    ],
)
def test_a_line_that_is_altered_left_out_or_moved_is_found(
    outbox: Outbox, path: Path, key: UnlockedKey, second_key: UnlockedKey, change: str
) -> None:
    approve_many(outbox, key, 3)
    approve_many(outbox, second_key, 4)
    assert look_through(outbox).altered == ()
    alter(path, lambda database: database.execute(change))
    with pytest.raises(ApprovalLogAltered):
        look_through(outbox).check()


@pytest.mark.parametrize("change", ["key = x'00'", "body = x'00'", "digest = zeroblob(32)"])
def test_a_log_that_was_altered_keeps_nobody_from_signing_and_stays_altered(
    outbox: Outbox, path: Path, key: UnlockedKey, change: str
) -> None:
    approve_many(outbox, key, 2)
    alter(path, lambda database: database.execute(f"UPDATE approvals SET {change} WHERE number = 2"))
    sign_entry(outbox, outbox.save_draft(build_action(9)).id, key)
    with pytest.raises(ApprovalLogAltered) as caught:
        look_through(outbox).check()
    assert caught.value.facts["number"] in {2, 3}
