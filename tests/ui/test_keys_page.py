"""The page of keys and tokens, and the part of every approval view that is about the key, through real widgets."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit

from app.core.errors import LuopuError
from app.core.tokenerrors import LoginRequired, ModuleChanged, PinIncorrect, TokenRemoved
from app.core.tokens import PinState, Token
from app.ui.desks.keys import KeyView, ModuleView
from app.ui.windows.key_part import PinField
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import digest_of
from tests.fakes.desks.keys import MODULE, key_on, token
from tests.ui.clerk import Clerk
from tests.ui.test_layout import check_reachable

SitDown = Callable[..., Clerk]
OPENSC = ModuleView("OpenSC", MODULE, digest_of("opensc"), None)
SOFTHSM = ModuleView("SoftHSM", "/usr/lib/softhsm/libsofthsm2.so", b"", None)


@pytest.fixture
def clerk(sit_down: SitDown) -> Clerk:
    """At the page of keys; no token is plugged in."""
    desk = FakeDesk()
    desk.find_modules(OPENSC, SOFTHSM)
    clerk = sit_down(desk)
    clerk.opens("Keys and tokens")
    return clerk


def plugs(clerk: Clerk, what: Token, *keys: KeyView, error: LuopuError | None = None) -> None:
    clerk.desk.plug(what, keys, error)
    clerk.waits()


def types_pin(clerk: Clerk, pin: str) -> PinField:
    field = next(each for each in clerk.window.findChildren(PinField) if each.isVisible())
    field.setText(pin)
    clerk.waits()
    return field


# ---- what is there ---------------------------------------------------------------------------------------------------
def test_the_key_of_the_keystore_signs_and_drivers_are_listed(clerk: Clerk) -> None:
    clerk.sees("经办 01 的软件密钥", "on this computer, under the passphrase", "ready")
    clerk.sees("OpenSC", "in use", "SoftHSM", "not accepted", "No token is plugged in.")


def test_a_token_appears_when_it_is_plugged_in_and_goes_when_it_is_pulled(clerk: Clerk) -> None:
    new = token()
    plugs(clerk, new, key_on(new))
    clerk.sees("示例合作方 复核", "9f3ca07b", "Feitian ePass2003", "复核 02", "plugged in", "示例合作方 经办 01")
    clerk.desk.pull(new.name)
    clerk.waits()
    clerk.does_not_see("9f3ca07b")


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        (PinState.LOW, "A wrong PIN was entered before."),
        (PinState.FINAL, "One more wrong PIN locks the token."),
        (PinState.LOCKED, "The PIN is locked after too many wrong tries."),
        (PinState.UNSET, "The token has no PIN yet."),
    ],
)
def test_how_the_pin_stands_is_said_before_anybody_types_it(clerk: Clerk, pin: PinState, said: str) -> None:
    new = token(pin=pin)
    plugs(clerk, new, key_on(new))
    clerk.sees(said)
    can_type = any(field.isVisible() for field in clerk.window.findChildren(PinField))
    assert can_type == (pin in {PinState.LOW, PinState.FINAL})


def test_why_a_token_shows_no_keys(clerk: Clerk) -> None:
    plugs(clerk, token(), error=TokenRemoved(token="示例"))
    clerk.sees("The USB token is not plugged in")
    plugs(clerk, token(serial="2"))
    clerk.sees("No key that this chain takes can be seen on it.")


# ---- what can be done ------------------------------------------------------------------------------------------------
def test_i_sign_with_a_key_on_a_token_from_now_on(clerk: Clerk) -> None:
    new = token()
    plugs(clerk, new, key_on(new))
    clerk.clicks("Sign with it")
    clerk.sees("This key signs from now on.")
    assert clerk.desk.own_key().label == "复核 02"


def test_i_unlock_a_token_make_a_key_on_it_and_lock_it(clerk: Clerk) -> None:
    plugs(clerk, token())
    assert not clerk.can_press("Unlock the token")
    types_pin(clerk, "123456")
    clerk.clicks("Unlock the token")
    clerk.sees("The token is unlocked.")
    assert "123456" not in clerk.screen
    clerk.clicks("Make a key on it…")
    assert not clerk.can_press("Make the key")
    clerk.types("Name of the key", "王丽 复核")
    clerk.clicks("Make the key")
    clerk.sees("The key was made on the token.", "王丽 复核", "of none yet")
    clerk.clicks("Lock the token")
    clerk.sees("The token is locked.")


def test_a_wrong_pin_is_said_and_asked_again(clerk: Clerk) -> None:
    plugs(clerk, token())
    types_pin(clerk, "654321")
    clerk.clicks("Unlock the token")
    clerk.sees("The PIN is wrong")
    types_pin(clerk, "123456")
    clerk.clicks("Unlock the token")
    clerk.sees("The token is unlocked.")


def test_drivers_are_accepted_dropped_and_accepted_anew_when_their_file_changed(clerk: Clerk) -> None:
    clerk.clicks("Use it")
    clerk.sees("The driver is in use.")
    clerk.clicks("Use it no more", nth=1)
    clerk.sees("The driver is used no more.")
    clerk.desk.find_modules(replace(OPENSC, error=ModuleChanged(path=MODULE)))
    clerk.frame.pages["keys"].refresh("keys")
    clerk.waits()
    clerk.sees("cannot be used")
    clerk.clicks("Accept it as it is now")
    assert clerk.desk.calls.count("accept_module") == 2


def test_everything_can_be_reached_by_the_keyboard(clerk: Clerk) -> None:
    new = token()
    plugs(clerk, new, key_on(new))
    check_reachable(clerk, "keys")


# ---- in the approval view --------------------------------------------------------------------------------------------
@pytest.fixture
def signing(sit_down: SitDown, tmp_path: Path) -> Callable[..., Clerk]:
    """A clerk before what is to be signed, with a key on a token chosen."""

    def begin(what: Token, *keys: KeyView) -> Clerk:
        desk = FakeDesk()
        desk.plug(what, keys)
        clerk = sit_down(desk)
        clerk.loop.run_until_complete(desk.use_key(keys[0].key))
        path = tmp_path / "入库.txt"
        path.write_text("1")
        clerk.opens("Notarize")
        clerk.drops("Drop files here", path)
        clerk.types("Subject", "入库")
        clerk.clicks("Review what will be signed")
        return clerk

    return begin


def test_the_pin_is_asked_for_where_i_sign_and_taken_once(signing: Callable[..., Clerk]) -> None:
    clerk = signing(token(), key_on(token()))
    clerk.sees("Signs with", "复核 02", "on the token", "plugged in")
    assert not clerk.can_press("Sign and notarize")
    field = types_pin(clerk, "123456")
    assert field.echoMode() is QLineEdit.EchoMode.Password
    clerk.clicks("Sign and notarize")
    assert "sign_and_send" in clerk.desk.calls
    assert all(not each.text() for each in clerk.window.findChildren(PinField))


def test_a_pulled_token_is_said_the_draft_stays_and_i_go_on_when_it_is_back(signing: Callable[..., Clerk]) -> None:
    new = token()
    clerk = signing(new, key_on(new))
    clerk.desk.pull(new.name)
    clerk.waits()
    clerk.sees("not plugged in", "The draft is kept")
    assert not clerk.can_press("Sign and notarize")
    plugs(clerk, new, key_on(new))
    types_pin(clerk, "123456")
    assert clerk.can_press("Sign and notarize")


def test_no_pin_is_asked_while_the_token_is_unlocked(signing: Callable[..., Clerk]) -> None:
    new = replace(token(), is_logged_in=True)
    clerk = signing(new, replace(key_on(new), asks=""))
    assert clerk.can_press("Sign and notarize")


def test_a_key_that_wants_its_pin_each_time_gets_a_field_after_it_said_so(signing: Callable[..., Clerk]) -> None:
    new = replace(token(), is_logged_in=True)
    clerk = signing(new, replace(key_on(new), token=new, asks=""))
    clerk.desk.failure["sign_and_send"] = LoginRequired(token="复核", each="yes")
    clerk.clicks("Sign and notarize")
    clerk.sees("The token signs only after its PIN was entered")
    assert not clerk.can_press("Sign and notarize")
    del clerk.desk.failure["sign_and_send"]
    types_pin(clerk, "123456")
    clerk.clicks("Sign and notarize")
    clerk.sees("Receipt")


def test_a_wrong_pin_is_said_and_nothing_is_signed(signing: Callable[..., Clerk]) -> None:
    clerk = signing(token(), key_on(token()))
    clerk.desk.failure["sign_and_send"] = PinIncorrect(token="复核")
    types_pin(clerk, "654321")
    clerk.clicks("Sign and notarize")
    clerk.sees("The PIN is wrong", "Nothing was signed")
    assert [item.state for item in clerk.desk.items] == ["draft"]


def test_another_key_of_the_account_can_be_chosen_where_i_sign(signing: Callable[..., Clerk]) -> None:
    new = token()
    clerk = signing(new, key_on(new), key_on(new, "复核 03"), key_on(new, "别人的", account=7))
    box = next(
        each for each in clerk.window.findChildren(QComboBox) if each.accessibleName() == "Sign with another key"
    )
    names = [box.itemText(place) for place in range(box.count())]
    assert [name.split(" · ")[0].strip("\u2068\u2069") for name in names] == ["复核 02", "复核 03"]
    clerk.chooses("Sign with another key", "\u2068复核 03")
    assert clerk.desk.own_key().label == "复核 03"
    clerk.sees("复核 03", "Sign and notarize")
