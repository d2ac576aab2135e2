"""A computer's own TPM through real tpm2-pkcs11, with swtpm in the place of the chip."""

import threading
from pathlib import Path

import pytest

from app.core.errors import LuopuError
from app.core.keys import P256_ORDER, Algorithm, is_signed_by
from app.core.tokenerrors import (
    LoginRequired,
    ModuleUnusable,
    PinIncorrect,
    PinLength,
    PinLocked,
    TokenError,
    TokenRemoved,
    UnsupportedAlgorithm,
)
from app.core.tokens import PinState, TokenKey, TokenName
from app.hsm.tokens import Tokens, TokenSigner
from tests.hsm.cards.desk import Desk, open_desk
from tests.hsm.tpm.chip import PIN, Chip
from tests.hsm.tpm.fixtures import chip, desk, made_once, tpm_module

__all__ = ["chip", "desk", "made_once", "tpm_module"]
DIGEST = bytes(range(32))
WRONG = "999999"


# ---- what it is ------------------------------------------------------------------------------------------------------
def test_tokens_of_a_tpm_show_what_they_are_and_their_keys_without_a_pin(desk: Desk) -> None:
    token, other = desk.wait_for(2)
    assert (token.name.manufacturer, token.name.model, token.name.serial) == ("IBM", "SW   TPM", "0" * 16)
    assert (token.name.label, other.name.label) == ("A", "B")
    assert (token.pin, token.asks_pin, token.has_keypad, token.is_logged_in) == (PinState.FINE, True, False, False)
    assert (token.signs, token.makes, token.places) == ((Algorithm.P256,), (Algorithm.P256,), 1)
    key = the_key(desk, token.name)
    assert (key.label, key.public_key.algorithm, key.certificate) == ("made before", Algorithm.P256, b"")
    assert desk.tokens.keys(other.name) == ()
    desk.tokens.login(token.name, PIN)
    assert the_key(desk, token.name) == key


def test_a_tpm_that_is_not_there_makes_the_module_unusable_until_it_is(chip: Chip, tpm_module: Path) -> None:
    chip.kill()
    desk = Desk(tpm_module)
    try:
        desk.tokens.start()
        assert [type(error) for error in desk.tokens.faults.values()] == [ModuleUnusable]
        chip.start()
        desk.tokens.start()
        assert len(desk.wait_for(2)) == 2
        assert not desk.tokens.faults
    finally:
        desk.tokens.close()


# ---- signatures and keys ---------------------------------------------------------------------------------------------
def test_it_signs_after_one_login_with_s_in_the_lower_half(desk: Desk) -> None:
    name = desk.wait_for(2)[0].name
    key = the_key(desk, name).public_key
    signer = TokenSigner(desk.tokens, name, key)
    with pytest.raises(LoginRequired):
        signer.sign(DIGEST)
    desk.tokens.login(name, PIN)
    desk.wait(lambda plugged: [token.is_logged_in for token in plugged] == [True, False])
    signatures = [signer.sign(DIGEST) for _ in range(20)]
    assert all(is_signed_by(key, DIGEST, signature) for signature in signatures)
    assert all(int.from_bytes(signature[32:], "big") <= P256_ORDER // 2 for signature in signatures)
    desk.tokens.logout(name)
    with pytest.raises(LoginRequired):
        signer.sign(DIGEST)


def test_a_key_made_on_it_signs_now_and_after_a_restart(chip: Chip, tpm_module: Path) -> None:
    with open_desk(tpm_module) as desk:
        name = desk.wait_for(2)[1].name
        with pytest.raises(LoginRequired):
            desk.tokens.generate(name, Algorithm.P256, "new")
        desk.tokens.login(name, PIN)
        made = desk.tokens.generate(name, Algorithm.P256, "new")
        assert is_signed_by(made.public_key, DIGEST, desk.tokens.sign(name, made.public_key, DIGEST))
    chip.shut_down()
    chip.start()
    with open_desk(tpm_module) as desk:
        desk.wait_for(2)
        assert the_key(desk, name) == made
        desk.tokens.login(name, PIN)
        assert is_signed_by(made.public_key, DIGEST, desk.tokens.sign(name, made.public_key, DIGEST))


def test_it_makes_no_ed25519_keys(desk: Desk) -> None:
    name = desk.wait_for(2)[0].name
    desk.tokens.login(name, PIN)
    with pytest.raises(UnsupportedAlgorithm):
        desk.tokens.generate(name, Algorithm.ED25519, "new")


# ---- PINs ------------------------------------------------------------------------------------------------------------
def test_wrong_pins_lock_the_whole_tpm_and_each_counts_once(chip: Chip, tpm_module: Path) -> None:
    with open_desk(tpm_module) as desk:
        name, other = (token.name for token in desk.wait_for(2))
        for _ in range(2):
            with pytest.raises(PinIncorrect):
                desk.tokens.login(name, WRONG)
        desk.tokens.login(other, PIN)
        desk.tokens.logout(other)
        with pytest.raises(PinIncorrect):
            desk.tokens.login(name, WRONG)
        for each in (name, other):
            with pytest.raises(PinLocked):
                desk.tokens.login(each, PIN)
        assert the_key(desk, name).token == name
    chip.reset_lockout()
    with open_desk(tpm_module) as desk:
        desk.wait_for(2)
        desk.tokens.login(name, PIN)
        key = the_key(desk, name).public_key
        assert is_signed_by(key, DIGEST, desk.tokens.sign(name, key, DIGEST))


def test_no_pin_is_no_try(desk: Desk) -> None:
    name = desk.wait_for(2)[0].name
    for _ in range(4):
        with pytest.raises(PinLength):
            desk.tokens.login(name, "")
    desk.tokens.login(name, PIN)


def test_what_the_module_writes_of_a_wrong_pin_reaches_no_terminal(
    chip: Chip, tpm_module: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with open_desk(tpm_module) as desk, pytest.raises(PinIncorrect):
        desk.tokens.login(desk.wait_for(2)[0].name, WRONG)
    assert capfd.readouterr() == ("", "")


# ---- a TPM that goes away --------------------------------------------------------------------------------------------
def test_a_tpm_that_went_away_is_gone_and_signs_again_after_a_new_login(desk: Desk, chip: Chip) -> None:
    name = desk.wait_for(2)[0].name
    key = the_key(desk, name).public_key
    desk.tokens.login(name, PIN)
    chip.kill()
    with pytest.raises(TokenError):
        desk.tokens.sign(name, key, DIGEST)
    with pytest.raises(TokenRemoved):
        desk.tokens.sign(name, key, DIGEST)
    desk.wait_for(0)
    with pytest.raises(TokenRemoved):
        desk.tokens.login(name, PIN)
    assert not desk.tokens.faults
    chip.start()
    assert [token.is_logged_in for token in desk.wait_for(2)] == [False, False]
    with pytest.raises(LoginRequired):
        desk.tokens.sign(name, key, DIGEST)
    desk.tokens.login(name, PIN)
    assert is_signed_by(key, DIGEST, desk.tokens.sign(name, key, DIGEST))


def test_a_tpm_that_was_reset_unnoticed_asks_for_a_new_login_when_it_fails_again(desk: Desk, chip: Chip) -> None:
    name = desk.wait_for(2)[0].name
    key = the_key(desk, name).public_key
    desk.tokens.login(name, PIN)
    desk.tokens.sign(name, key, DIGEST)
    chip.kill()
    chip.start()
    for _ in range(2):
        with pytest.raises(TokenError) as failed:
            desk.tokens.sign(name, key, DIGEST)
        assert failed.value.facts["reason"] == "GeneralError"
    with pytest.raises(LoginRequired):
        desk.tokens.sign(name, key, DIGEST)
    desk.tokens.login(name, PIN)
    assert is_signed_by(key, DIGEST, desk.tokens.sign(name, key, DIGEST))


def test_a_tpm_that_dies_while_it_signs_is_an_error_and_all_before_was_signed(desk: Desk, chip: Chip) -> None:
    name = desk.wait_for(2)[0].name
    key = the_key(desk, name).public_key
    desk.tokens.login(name, PIN)
    worker = Worker(desk.tokens, name, the_key(desk, name))
    worker.start()
    assert worker.has_begun.wait(20)
    chip.kill()
    worker.join(20)
    assert isinstance(worker.error, TokenError)
    assert all(is_signed_by(key, DIGEST, signature) for signature in worker.signatures)


# ---- helpers ---------------------------------------------------------------------------------------------------------
class Worker(threading.Thread):
    """Signs until that fails."""

    def __init__(self, tokens: Tokens, name: TokenName, key: TokenKey) -> None:
        super().__init__(daemon=True)
        self._signer = TokenSigner(tokens, name, key.public_key)
        self.signatures: list[bytes] = []
        self.has_begun = threading.Event()
        self.error: LuopuError | None = None

    def run(self) -> None:
        try:
            while True:
                self.signatures.append(self._signer.sign(DIGEST))
                if len(self.signatures) == 10:
                    self.has_begun.set()
        except LuopuError as error:
            self.error = error


def the_key(desk: Desk, name: TokenName) -> TokenKey:
    (key,) = desk.tokens.keys(name)
    return key
