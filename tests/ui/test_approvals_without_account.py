"""The approvals page at a desk whose key nobody has registered: what it is for there is the key's card."""

from collections.abc import Callable

from tests.fakes.desk import FakeDesk
from tests.ui.clerk import Clerk


def test_who_is_not_registered_finds_the_card_to_be_registered(sit_down: Callable[..., Clerk]) -> None:
    clerk = sit_down(FakeDesk(registered=False))
    clerk.frame.open_page("approvals")
    clerk.waits()
    clerk.sees("Card of this desk's key", "luopu-card:")
    clerk.does_not_see("Keys of this account")
