"""States, approval, receipts, cells and verdicts as words."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from app.client.model import Final, NeverLanded, RefusedInBlock, Unknown
from app.core.errors import FileChanged, NodeUnreachable
from app.core.record import FileDigests
from app.core.refusals import QuotaSpent
from app.ui.desk import DraftView, HashedFile
from app.ui.present import records, verify
from app.ui.present.language import Words
from app.ui.present.notarize import (
    FileProgress,
    approval_facts,
    blocker,
    draft_facts,
    file_row,
    hidden_before,
    receipt,
    rings,
    rings_of_record,
)
from app.ui.present.passphrases import strength
from app.ui.present.states import item_chip, item_reason, state_chip
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import NOW_NS, RICE, SECOND_NS, digest_of, make_record, realistic_items

DIGESTS = FileDigests(digest_of("a"), digest_of("b"), 3_412_907)


def drafts(desk: FakeDesk, *subjects: str) -> list[DraftView]:
    """Drafts of some subjects."""
    files = [HashedFile(Path("/x/报告.pdf"), DIGESTS)]
    return [asyncio.run(desk.draft(files, None, subject))[0] for subject in subjects]


def test_final_is_never_said_without_a_height(words: Words) -> None:
    assert state_chip("final", None, words) == state_chip("unknown", None, words)
    assert "52\u2009790" in state_chip("final", 52_790, words).text


def test_every_state_has_words_and_a_tone(chinese: Words) -> None:
    said = {
        state: state_chip(state, 1, chinese).text for state in ("draft", "pending", "unknown", "expired", "refused")
    }
    assert said == {
        "draft": "草稿",
        "pending": "待发",
        "unknown": "已提交，结果未知",
        "expired": "已过期（未上链）",
        "refused": "被拒绝",
    }


def test_a_refused_item_says_why(chinese: Words) -> None:
    refused = realistic_items()[1]
    assert item_chip(refused, chinese).tone == "bad"
    assert "还剩 3 点" in item_reason(refused, chinese)


def test_a_file_being_read_says_how_far_and_how_long(english: Words) -> None:
    progress = FileProgress(Path("film.mp4"), 620_000_000, 1_000_000_000, NOW_NS - 6 * SECOND_NS)
    row = file_row(progress, NOW_NS, english)
    assert (row.permille, row.caption) == (620, "62%, about 4 seconds left")


def test_a_file_is_not_done_before_its_digest_is_known(english: Words) -> None:
    row = file_row(FileProgress(Path("f"), 999_999, 1_000_000, NOW_NS), NOW_NS, english)
    assert row.caption.startswith("99%")
    assert row.copied == ""


def test_a_file_that_changed_says_so(chinese: Words) -> None:
    row = file_row(FileProgress(Path("f"), 0, 9, NOW_NS, error=FileChanged(path="/tmp/f")), NOW_NS, chinese)
    assert row.tone == "bad"
    assert "发生了变化" in row.caption


def test_the_approval_shows_what_all_drafts_share_once(chinese: Words) -> None:
    made = drafts(FakeDesk(), "入库")
    facts = {
        fact.label: fact.value for fact in approval_facts(made, asyncio.run(FakeDesk().account()), NOW_NS, chinese)
    }
    assert facts["消耗"] == "12 配额点，余 8\u2009408"
    assert facts["有效至"] == "13:35（高度 53\u2009414）"
    assert facts["签名人"].endswith("账户 10086")
    whole = {fact.label: fact.copied for fact in draft_facts(made[0], made, NOW_NS, chinese)}
    assert whole["SHA-256"] == DIGESTS.sha256.hex()
    assert whole["待签摘要"] == made[0].signing_digest.hex()


def test_drafts_of_different_chains_say_their_subjects_each(english: Words) -> None:
    made = drafts(FakeDesk(), "one", "two")
    assert "Subject" not in {fact.label for fact in approval_facts(made, None, NOW_NS, english)}
    assert [fact.value for fact in draft_facts(made[1], made, NOW_NS, english) if fact.label == "Subject"] == [
        "\u2068two\u2069"
    ]


@pytest.mark.parametrize(
    ("outcome", "tone", "final"),
    [
        (None, "warn", False),
        (Unknown(1, 2), "warn", False),
        (Final(52_815, NOW_NS, 1, digest_of("r")), "ok", True),
        (RefusedInBlock(52_815, QuotaSpent(expected=1, got=0)), "bad", False),
        (NeverLanded(53_000), "warn", False),
        (NodeUnreachable(), "warn", False),
    ],
)
def test_a_receipt_is_final_only_when_it_is(outcome: object, tone: str, final: bool, words: Words) -> None:
    view = receipt(outcome, NOW_NS, words)  # type: ignore[arg-type]
    assert (view.chip.tone, view.is_final) == (tone, final)
    assert view.sentence


def test_what_is_missing_is_said_one_thing_at_a_time(english: Words) -> None:
    ready = FileProgress(Path("f"), 1, 1, NOW_NS, digests=DIGESTS)
    assert blocker([], "x", english) == "Add at least one file"
    assert blocker([replace(ready, digests=None)], "x", english).startswith("Wait")
    assert blocker([replace(ready, digests=None, error=FileChanged())], "x", english).startswith("None")
    assert blocker([ready], " ", english) == "Say what this evidence is about"
    assert blocker([ready], "x", english) == ""


def test_only_the_newest_rings_are_drawn_and_the_rest_counted(english: Words) -> None:
    chain = [make_record(n, RICE, n, "s", 100 + n) for n in range(1, 11)]
    drawn = rings(chain, 2, "now", NOW_NS, english)
    assert [ring.kind for ring in drawn] == ["final", "final", "final", "coming", "coming"]
    assert drawn[3].title == "#11 this time"
    assert hidden_before(chain, drawn) == 7


def test_the_chosen_ring_is_marked_wherever_it_stands(english: Words) -> None:
    chain = [make_record(n, RICE, n, "s", 100 + n) for n in range(1, 11)]
    for sequence in (1, 5, 10):
        drawn, hidden = rings_of_record(chain, sequence, NOW_NS, english)
        assert len(drawn) == 5
        assert chain[hidden + [ring.kind for ring in drawn].index("mine")].sequence == sequence


def test_a_row_of_the_table_says_height_and_digest(chinese: Words) -> None:
    row = records.cells(make_record(7, RICE, 3, "入库", 52_790), NOW_NS, chinese)
    assert len(row) == records.COLUMNS == len(records.headers(chinese))
    assert row[4] == "已终局（高度 52\u2009790）"


def test_a_step_that_was_not_done_is_not_passed(english: Words) -> None:
    rows = verify.step_rows(FakeDesk().refuted_report("signature"), english)
    assert [row.mark for row in rows] == ["passed"] * 6 + ["failed"] + ["skipped"] * 5
    assert "digest of record.bin differs" in rows[6].text


def test_a_verdict_without_the_original_says_so(english: Words) -> None:
    with_file = verify.verdict_view(FakeDesk().valid_report(), english)
    without = verify.verdict_view(FakeDesk().valid_report(file_given=False), english)
    assert with_file.is_valid
    assert "not compared" not in with_file.sentence
    assert "The original file was not compared" in without.sentence


def test_a_refuted_bundle_only_claims(english: Words) -> None:
    report = FakeDesk().refuted_report()
    assert verify.verdict_view(report, english).tone == "bad"
    assert verify.record_title(report, english) == "What the bundle claims (not proven)"


def test_a_report_without_a_record_has_no_facts(english: Words) -> None:
    assert verify.report_facts(replace(FakeDesk().refuted_report("container"), record=None), english) == []


@pytest.mark.parametrize(
    ("passphrase", "enough", "tone"),
    [
        ("", False, "neutral"),
        ("short", False, "bad"),
        ("aaaaaaaaaaaa", True, "warn"),
        ("correct horse battery staple every day", True, "ok"),
    ],
)
def test_strength_is_said_in_words(passphrase: str, enough: bool, tone: str, words: Words) -> None:
    found = strength(passphrase, words.tr)
    assert (found.enough, found.tone) == (enough, tone)
    assert found.text
