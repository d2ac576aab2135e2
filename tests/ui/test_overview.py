"""The overview and the status line, as a clerk reads them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.client.model import PeerStatus
from app.core.errors import LuopuError, NodeUnreachable
from app.ui.widgets.seal import Seal
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import SECOND_NS, realistic_items
from tests.ui.clerk import Clerk

SitDown = Callable[..., Clerk]


def test_i_see_that_nothing_is_missing(sit_down: SitDown) -> None:
    clerk = sit_down()
    clerk.sees(
        "In sync", "No block is missing", "Height 52\u2009814", "All 4 bookkeepers signed", "Nothing waits for you."
    )
    clerk.sees("8\u2009420", "renews tomorrow 00:00", "https://node1.consortium.example:26657", "示例合作方 经办 01")
    assert "In sync  height 52\u2009814, just now" in clerk.frame.status_line.text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"height": 34_610, "behind": 18_204, "rate": 2310.0}, ("18\u2009204 blocks behind", "about 8 seconds left")),
        ({"behind": None, "peers": ()}, ("No peer answers, so newer blocks may exist", "No peer is known.")),
        ({"block_age_ns": 3600 * SECOND_NS}, ("No new block", "1 hour ago")),
        (
            {"halted": "fork-detected"},
            ("Two different final blocks exist", "sign nothing until it is settled", "Stopped"),
        ),
    ],
)
def test_i_am_never_told_that_all_is_well_when_it_is_not(
    more: dict[str, object], said: tuple[str, ...], sit_down: SitDown
) -> None:
    clerk = sit_down(FakeDesk(**more))  # type: ignore[arg-type]
    clerk.sees(*said)
    clerk.does_not_see("In sync", "No block is missing")


def test_a_silent_node_leaves_the_last_height_marked_as_old(sit_down: SitDown) -> None:
    clerk = sit_down()
    clerk.desk.failure["status"] = NodeUnreachable(node="http://127.0.0.1:26657")
    clerk.hears("status")
    clerk.sees("Not answering", "Last known block")
    clerk.does_not_see("In sync")
    del clerk.desk.failure["status"]
    clerk.hears("status")
    clerk.sees("In sync")


def test_no_seal_where_too_few_signed(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(signed=2))
    assert clerk.names_in_sight(Seal) == []
    clerk.sees("Nothing has been verified on this computer yet.")


def test_a_peer_that_lied_is_kept_away_and_says_why(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(peers=(PeerStatus("http://evil.example", False, None, "peer-misbehaved"),)))
    clerk.sees("Kept away", "A peer sent something that cannot be")


def test_a_new_height_is_shown_as_soon_as_it_is_told(sit_down: SitDown) -> None:
    clerk = sit_down()
    clerk.desk.height += 1
    clerk.hears("status")
    clerk.sees("Height 52\u2009815")


def test_recent_things_say_their_state_in_words(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(items=realistic_items()))
    clerk.sees("Final (height 52\u2009790)", "Refused", "12 needed, 3 left", "Expired (not on the chain)")


def test_what_waits_is_told_apart(sit_down: SitDown) -> None:
    first = realistic_items()[0]
    items = [replace(first, draft_id=state, state=state, height=None) for state in ("draft", "pending", "unknown")]
    clerk = sit_down(FakeDesk(items=items))
    clerk.sees("1 draft not signed yet", "1 record signed, waiting to be sent", "1 record submitted, outcome unknown")


def test_each_part_of_the_status_line_opens_its_page(sit_down: SitDown) -> None:
    clerk = sit_down()
    clerk.opens("Verify")
    assert clerk.frame.open_name == "verify"
    clerk.clicks("3 peers")
    assert clerk.frame.open_name == "overview"


def test_a_recent_thing_opens_its_record(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(items=realistic_items()))
    clerk.clicks("Open", nth=1)
    assert clerk.frame.open_name == "records"
    clerk.sees("#1 \u2068检验委托合同（甲乙双方）\u2069")


def test_markup_from_outside_stays_text(sit_down: SitDown) -> None:
    evil = PeerStatus('<a href="https://evil.example">update now</a>', True, 1, None)
    clerk = sit_down(FakeDesk(peers=(evil,)))
    clerk.sees('<a href="https://evil.example">update now</a>')


def test_an_unexpected_error_while_asking_does_not_stop_the_desk(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(failure={"account": LuopuError(reason="odd"), "outbox": LuopuError()}))
    clerk.sees("In sync", "Not known yet.")
