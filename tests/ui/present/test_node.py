"""Where the node stands: never a false "in sync"."""

import asyncio
from dataclasses import replace

import pytest

from app.client.model import NodeStatus, PeerStatus
from app.ui.present.language import Words
from app.ui.present.node import (
    finality_sentence,
    halted_explanation,
    is_final_here,
    peer_rows,
    quota_text,
    standing_of,
    status_parts,
    sync_view,
)
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import NOW_NS, SECOND_NS


def status(**more: object) -> NodeStatus:
    """The status of a fake desk in some state."""
    return asyncio.run(FakeDesk(**more).status())  # type: ignore[arg-type]


def test_a_node_with_young_blocks_and_nothing_missing_is_in_step() -> None:
    assert standing_of(status(), reachable=True, now_ns=NOW_NS) == "in-step"


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({"behind": 1}, "behind"),
        ({"behind": None}, "alone"),
        ({"block_age_ns": 121 * SECOND_NS}, "stale"),
        ({"halted": "fork-detected"}, "halted"),
    ],
)
def test_a_node_in_any_other_state_is_not_in_step(more: dict[str, object], standing: str, words: Words) -> None:
    found = status(**more)
    assert standing_of(found, reachable=True, now_ns=NOW_NS) == standing
    view = sync_view(found, reachable=True, now_ns=NOW_NS, words=words)
    assert view.chip.tone != "ok"
    assert words.tr("In sync") not in " ".join(
        part.text for part in status_parts(found, reachable=True, now_ns=NOW_NS, words=words)
    )


def test_a_silent_node_is_not_in_step_whatever_it_said_last(words: Words) -> None:
    view = sync_view(status(), reachable=False, now_ns=NOW_NS, words=words)
    assert view.standing == "unreachable"
    assert view.chip.tone == "bad"
    assert len(status_parts(status(), reachable=False, now_ns=NOW_NS, words=words)) == 1


def test_before_the_first_answer_no_height_is_invented(words: Words) -> None:
    assert sync_view(None, reachable=True, now_ns=NOW_NS, words=words).headline == words.tr("Height unknown")


def test_the_way_left_is_said_in_blocks_and_time(chinese: Words, english: Words) -> None:
    far = status(height=34_610, behind=18_204, rate=2310.0)
    view = sync_view(far, reachable=True, now_ns=NOW_NS, words=chinese)
    assert view.headline == "还差 18\u2009204 个区块"
    assert "约剩 8 秒" in view.caption
    assert view.permille == 655
    one = sync_view(status(behind=1, rate=0.0), reachable=True, now_ns=NOW_NS, words=english)
    assert one.headline == "1 block behind"
    assert "time left unknown" in one.caption
    assert one.permille == 999


def test_finality_names_how_many_signed(chinese: Words, english: Words) -> None:
    assert finality_sentence(status(), chinese) == "4 家记账方全部签名，由本机核验"
    assert finality_sentence(status(signed=3), english).startswith("3 of 4 bookkeepers signed")


def test_two_thirds_are_not_more_than_two_thirds() -> None:
    assert not is_final_here(status(signed=2, validators=3))
    assert is_final_here(status(signed=3, validators=4))
    assert not is_final_here(None)


def test_an_unverified_commit_is_said_to_be_so(english: Words) -> None:
    parts = status_parts(status(signed=2), reachable=True, now_ns=NOW_NS, words=english)
    assert parts[1].text == "Finality not verified  2/4 bookkeepers"
    assert parts[1].tone == "warn"


def test_a_halt_is_explained(chinese: Words) -> None:
    said = halted_explanation(status(halted="app-hash-differs"), chinese)
    assert said is not None
    assert "52815" in said.sentence
    assert halted_explanation(status(), chinese) is None


def test_a_misbehaving_peer_is_kept_away_and_says_why(english: Words) -> None:
    bad = PeerStatus("https://evil\u202e.example", False, None, "peer-misbehaved")
    row = peer_rows(replace(status(), peers=(bad,)), english)[0]
    assert row.chip.text == "Kept away"
    assert row.detail.startswith("A peer sent something that cannot be")
    assert "\u202e" not in row.address


def test_quota_is_said_with_its_whole(chinese: Words) -> None:
    account = asyncio.run(FakeDesk().account())
    assert quota_text(account, chinese) == "配额  8\u2009420 / 10\u2009000 点"
    assert "未登记" in quota_text(None, chinese)
