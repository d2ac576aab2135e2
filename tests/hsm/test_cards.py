"""Real OpenSC with emulated cards that come and go: PIV and OpenPGP, PINs, namesakes, readers that fail."""

import pytest

from app.core.keys import P256_ORDER, Algorithm, is_signed_by
from app.core.tokenerrors import (
    KeyNotOnToken,
    LoginRequired,
    PinIncorrect,
    PinLength,
    PinLocked,
    TokenAmbiguous,
    TokenRemoved,
)
from app.core.tokens import PinState, Token, TokenKey, TokenName
from tests.hsm.cards.desk import PIN, Desk
from tests.hsm.cards.fixtures import all_readers, desk, opensc, readers
from tests.hsm.cards.piv import Piv
from tests.hsm.cards.readers import Readers

__all__ = ["all_readers", "desk", "opensc", "readers"]
DIGEST = bytes(range(32))
WRONG = "999999"
AUTHENTICATION, SIGNATURE = b"\x01", b"\x02"
"""Ids that OpenSC gives to the keys 9A and 9C of a PIV card."""
SIGNING, DECRYPTING, AUTHENTICATING = b"\x01", b"\x02", b"\x03"
"""Ids that it gives to the keys of an OpenPGP card."""


# ---- PIV -------------------------------------------------------------------------------------------------------------
def test_a_piv_card_shows_what_it_is_and_its_keys_without_a_pin(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "shown")
    token = desk.wait_for_one()
    assert (token.name.label, token.name.manufacturer, len(token.name.serial)) == ("shown 9A", "piv_II", 16)
    assert (token.pin, token.asks_pin, token.has_keypad, token.is_logged_in) == (PinState.FINE, True, False, False)
    assert (token.signs, token.makes, token.places) == ((Algorithm.P256,), (), 1)
    keys = desk.tokens.keys(token.name)
    assert sorted(key.id for key in keys) == [AUTHENTICATION, SIGNATURE]
    assert all(key.public_key.algorithm is Algorithm.P256 and key.certificate[:1] == b"0" for key in keys)
    assert readers.pins() == 0


def test_it_signs_after_one_login_with_s_in_the_lower_half(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "signs")
    name = desk.wait_for_one().name
    key = key_of(desk, name, AUTHENTICATION)
    with pytest.raises(LoginRequired):
        desk.tokens.sign(name, key.public_key, DIGEST)
    desk.tokens.login(name, PIN)
    desk.wait(lambda plugged: plugged[0].is_logged_in)
    signatures = [desk.tokens.sign(name, key.public_key, DIGEST) for _ in range(20)]
    assert all(is_signed_by(key.public_key, DIGEST, signature) for signature in signatures)
    assert all(int.from_bytes(signature[32:], "big") <= P256_ORDER // 2 for signature in signatures)
    assert readers.pins() == 1
    desk.tokens.logout(name)
    with pytest.raises(LoginRequired):
        desk.tokens.sign(name, key.public_key, DIGEST)


def test_the_signature_key_asks_for_the_pin_each_time(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "each")
    name = desk.wait_for_one().name
    key, other = key_of(desk, name, SIGNATURE), key_of(desk, name, AUTHENTICATION)
    desk.tokens.login(name, PIN)
    for entered in (2, 3):
        with pytest.raises(LoginRequired) as refused:
            desk.tokens.sign(name, key.public_key, DIGEST)
        assert refused.value.facts["each"] == "yes"
        assert is_signed_by(key.public_key, DIGEST, desk.tokens.sign(name, key.public_key, DIGEST, PIN))
        assert readers.pins() == entered
    assert is_signed_by(other.public_key, DIGEST, desk.tokens.sign(name, other.public_key, DIGEST))
    assert readers.pins() == 3


def test_a_wrong_pin_for_one_signature_ends_the_login_and_no_more(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "each-wrong")
    name = desk.wait_for_one().name
    key = key_of(desk, name, SIGNATURE)
    desk.tokens.login(name, PIN)
    with pytest.raises(PinIncorrect):
        desk.tokens.sign(name, key.public_key, DIGEST, WRONG)
    assert readers.pins() == 2
    with pytest.raises(LoginRequired) as refused:
        desk.tokens.sign(name, key.public_key, DIGEST, PIN)
    assert "each" not in refused.value.facts
    desk.tokens.login(name, PIN)
    assert is_signed_by(key.public_key, DIGEST, desk.tokens.sign(name, key.public_key, DIGEST, PIN))
    assert readers.pins() == 4


def test_a_card_without_certificates_shows_no_keys_and_signs_nothing(desk: Desk, readers: Readers) -> None:
    readers.insert("bare-piv", "bare")
    name = desk.wait_for_one().name
    assert desk.tokens.keys(name) == ()
    desk.tokens.login(name, PIN)
    assert desk.tokens.keys(name) == ()
    with pytest.raises(KeyNotOnToken):
        desk.tokens.sign(name, Piv("bare").public_key(0x9A), DIGEST)


# ---- PINs ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("kind", "more"), [("piv", ()), ("openpgp", ("0a0b0c0d",))])
def test_three_wrong_pins_lock_a_card_and_each_counts_once(
    desk: Desk, readers: Readers, kind: str, more: tuple[str, ...]
) -> None:
    readers.insert(kind, "wrong", *more)
    name = desk.wait_for(len(more) + 1)[0].name
    with pytest.raises(PinIncorrect):
        desk.tokens.login(name, WRONG)
    desk.tokens.keys(name)
    with pytest.raises(PinIncorrect) as refused:
        desk.tokens.login(name, WRONG)
    assert refused.value.facts["left"] == "one"
    desk.wait(lambda plugged: plugged[0].pin is PinState.FINAL)
    assert readers.pins() == 2
    with pytest.raises(PinLocked):
        desk.tokens.login(name, WRONG)
    desk.wait(lambda plugged: plugged[0].pin is PinState.LOCKED)
    for _ in range(2):
        with pytest.raises(PinLocked):
            desk.tokens.login(name, PIN)
    assert readers.pins() == 3


def test_the_right_pin_gives_all_tries_back(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "right")
    name = desk.wait_for_one().name
    for _ in range(2):
        with pytest.raises(PinIncorrect):
            desk.tokens.login(name, WRONG)
    desk.wait(lambda plugged: plugged[0].pin is PinState.FINAL)
    desk.tokens.login(name, PIN)
    desk.wait(lambda plugged: plugged[0].pin is PinState.FINE)
    assert readers.pins() == 3


def test_a_locked_card_is_known_before_a_pin_is_sent(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "locked")
    readers.lock()
    token = desk.wait_for_one()
    assert token.pin is PinState.LOCKED
    assert len(desk.tokens.keys(token.name)) == 2
    with pytest.raises(PinLocked):
        desk.tokens.login(token.name, PIN)
    assert readers.pins() == 0


@pytest.mark.parametrize("pin", ["", "12", "123456789"])
def test_a_pin_of_impossible_length_is_not_sent(desk: Desk, readers: Readers, pin: str) -> None:
    readers.insert("piv", "length")
    name = desk.wait_for_one().name
    sent = readers.pins()
    with pytest.raises(PinLength):
        desk.tokens.login(name, pin)
    assert readers.pins() == sent


# ---- OpenPGP ---------------------------------------------------------------------------------------------------------
def test_an_openpgp_card_is_two_tokens_of_one_serial_and_both_sign(desk: Desk, readers: Readers) -> None:
    readers.insert("openpgp", "both", "01020304")
    signature, others = desk.wait_for(2)
    assert signature.name.serial == others.name.serial == "000601020304"
    assert (signature.name.label, others.name.label) == ("OpenPGP card (User PIN (sig))", "OpenPGP card (User PIN)")
    assert (signature.places, others.places) == (1, 1)
    (ed25519,) = desk.tokens.keys(signature.name)
    p256 = key_of(desk, others.name, AUTHENTICATING)
    assert (ed25519.public_key.algorithm, p256.public_key.algorithm) == (Algorithm.ED25519, Algorithm.P256)
    for token, key in ((signature, ed25519), (others, p256)):
        with pytest.raises(LoginRequired):
            desk.tokens.sign(token.name, key.public_key, DIGEST)
        desk.tokens.login(token.name, PIN)
        assert is_signed_by(key.public_key, DIGEST, desk.tokens.sign(token.name, key.public_key, DIGEST))
    assert readers.pins() == 2


def test_a_key_that_only_decrypts_is_not_asked_to_sign(desk: Desk, readers: Readers) -> None:
    readers.insert("openpgp", "decrypts", "01020305")
    name = desk.wait_for(2)[1].name
    desk.tokens.login(name, PIN)
    with pytest.raises(KeyNotOnToken):
        desk.tokens.sign(name, key_of(desk, name, DECRYPTING).public_key, DIGEST)
    key = key_of(desk, name, AUTHENTICATING)
    assert is_signed_by(key.public_key, DIGEST, desk.tokens.sign(name, key.public_key, DIGEST))


# ---- several cards ---------------------------------------------------------------------------------------------------
def test_two_cards_sign_side_by_side_and_vanish_together(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "left", reader=0)
    readers.insert("openpgp", "right", "01020306", reader=1)
    tokens = desk.wait_for(3)
    for token, key_id in zip(tokens, (SIGNING, AUTHENTICATING, AUTHENTICATION), strict=True):
        desk.tokens.login(token.name, PIN)
        key = key_of(desk, token.name, key_id).public_key
        assert is_signed_by(key, DIGEST, desk.tokens.sign(token.name, key, DIGEST))
    readers.remove(1)
    left = desk.wait_for_one()
    assert (left.name.label, left.is_logged_in) == ("left 9A", True)
    readers.insert("openpgp", "right", "01020306", reader=1)
    desk.wait_for(3)
    readers.empty()
    desk.wait_for(0)
    for token in tokens:
        with pytest.raises(TokenRemoved):
            desk.tokens.keys(token.name)


def test_a_pin_goes_to_neither_of_two_cards_with_one_name(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "namesake", reader=0)
    readers.insert("twin-piv", "namesake", "others", reader=1)
    name = wait_for_places(desk, 2).name
    with pytest.raises(TokenAmbiguous) as refused:
        desk.tokens.login(name, PIN)
    assert refused.value.facts["places"] == 2
    assert (readers.pins(0), readers.pins(1)) == (0, 0)
    readers.remove(1)
    wait_for_places(desk, 1)
    desk.tokens.login(name, PIN)
    assert readers.pins(0) == 1


def test_one_set_of_keys_in_two_places_is_one_token(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "copied", reader=0)
    readers.insert("twin-piv", "copied", "copied", reader=1)
    name = wait_for_places(desk, 2).name
    desk.tokens.login(name, PIN)
    assert readers.pins(0) + readers.pins(1) == 1
    key = key_of(desk, name, AUTHENTICATION).public_key
    assert is_signed_by(key, DIGEST, desk.tokens.sign(name, key, DIGEST))


# ---- what comes and goes ---------------------------------------------------------------------------------------------
def test_a_card_that_was_pulled_is_gone_and_signs_again_after_a_new_login(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "pulled")
    name = desk.wait_for_one().name
    key = key_of(desk, name, AUTHENTICATION).public_key
    desk.tokens.login(name, PIN)
    readers.remove()
    with pytest.raises(TokenRemoved):
        desk.tokens.sign(name, key, DIGEST)
    desk.wait_for(0)
    with pytest.raises(TokenRemoved):
        desk.tokens.login(name, PIN)
    readers.insert("piv", "pulled")
    again = desk.wait_for_one()
    assert (again.name, again.is_logged_in) == (name, False)
    with pytest.raises(LoginRequired):
        desk.tokens.sign(name, key, DIGEST)
    desk.tokens.login(name, PIN)
    assert is_signed_by(key, DIGEST, desk.tokens.sign(name, key, DIGEST))
    assert readers.pins() == 2


@pytest.mark.parametrize("commands", [0, 1, 2])
def test_a_card_pulled_during_a_signature_is_gone(desk: Desk, readers: Readers, commands: int) -> None:
    readers.insert("piv", "during")
    name = desk.wait_for_one().name
    key = key_of(desk, name, AUTHENTICATION).public_key
    desk.tokens.login(name, PIN)
    readers.pull_at(commands)
    with pytest.raises(TokenRemoved):
        [desk.tokens.sign(name, key, DIGEST) for _ in range(3)]
    readers.await_pull()
    assert desk.wait_for(0) == ()


def test_a_card_pulled_while_it_is_listed_hides_nothing(desk: Desk, readers: Readers) -> None:
    readers.insert("openpgp", "steady", "01020307", reader=1)
    desk.wait_for(2)
    for commands in (0, 8, 20):
        readers.insert("piv", "listed")
        readers.pull_at(commands)
        readers.await_pull()
    readers.insert("piv", "whole")
    desk.wait(lambda plugged: [token.name.label for token in plugged][2:] == ["whole 9A"])
    assert len(desk.tokens.keys(desk.tokens.plugged[2].name)) == 2


def test_a_reader_service_that_dies_takes_its_tokens_along_until_it_is_back(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "survivor")
    name = desk.wait_for_one().name
    key = key_of(desk, name, AUTHENTICATION).public_key
    desk.tokens.login(name, PIN)
    readers.kill_service()
    try:
        with pytest.raises(TokenRemoved):
            desk.tokens.sign(name, key, DIGEST)
        desk.wait_for(0)
    finally:
        readers.start_service()
    readers.insert("piv", "survivor")
    assert not desk.wait_for_one().is_logged_in
    desk.tokens.login(name, PIN)
    assert is_signed_by(key, DIGEST, desk.tokens.sign(name, key, DIGEST))


# ---- helpers ---------------------------------------------------------------------------------------------------------
def key_of(desk: Desk, name: TokenName, key_id: bytes) -> TokenKey:
    return next(key for key in desk.tokens.keys(name) if key.id == key_id)


def wait_for_places(desk: Desk, places: int) -> Token:
    return desk.wait(lambda plugged: len(plugged) == 1 and plugged[0].places == places)[0]
