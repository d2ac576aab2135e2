"""A module over a real SoftHSM: what it does, and what becomes of those who wait when it does not."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from time import monotonic

import pytest

import app.hsm.module
from app.core.errors import LuopuError, OutOfRange
from app.core.keys import P256_ORDER, Algorithm, PublicKey, is_signed_by
from app.core.tokenerrors import (
    KeyNotOnToken,
    LoginRequired,
    ModuleChanged,
    ModuleCrashed,
    ModuleHangs,
    ModuleUnusable,
    PinIncorrect,
    PinLength,
    TokenError,
    TokenRemoved,
)
from app.core.tokens import PinState, TokenName
from app.hsm.discovery import file_digest
from app.hsm.module import Module
from tests.conftest import require
from tests.hsm.conftest import PIN, SECONDS, Seen, SoftHsm, wait_for_end

VISIBLE_SECONDS = 1.5
STRANGE_PIN = "Zq7-peculiar-密码"
both = pytest.mark.parametrize("algorithm", list(Algorithm))


def _until(is_so: Callable[[], object]) -> None:
    """Busily: what is waited for tells nobody."""
    until = monotonic() + SECONDS
    while not is_so():
        assert monotonic() < until
        os.sched_yield()


def _process(module: Module) -> int:
    assert module._line is not None
    process = module._line._process.pid
    assert process is not None
    return process


def _is_there(process: int) -> bool:
    return Path(f"/proc/{process}").exists()  # a zombie would be


# ---- what is plugged in ------------------------------------------------------------------------------------------------
def test_a_new_token_appears_within_one_and_a_half_seconds(module: Module, soft_hsm: SoftHsm, seen: Seen) -> None:
    module.start()
    assert seen.wait_for(lambda tokens: tokens == ()) == ()
    soft_hsm.insert_new("工作令牌")
    (token,) = seen.wait_for(lambda tokens: len(tokens) == 1, VISIBLE_SECONDS)
    assert (token.name.label, token.name.module) == ("工作令牌", soft_hsm.path)
    assert token.name.serial
    assert (token.pin, token.asks_pin, token.is_logged_in, token.places) == (PinState.FINE, True, False, 1)
    assert token.signs == token.makes == tuple(Algorithm)


def test_a_token_that_is_pulled_out_vanishes_within_one_and_a_half_seconds(
    module: Module, soft_hsm: SoftHsm, seen: Seen
) -> None:
    soft_hsm.insert_new()
    module.start()
    seen.names(1)
    soft_hsm.remove()
    seen.wait_for(lambda tokens: tokens == (), VISIBLE_SECONDS)


def test_a_token_that_is_logged_in_vanishes_too(
    module: Module, soft_hsm: SoftHsm, seen: Seen, token: TokenName
) -> None:
    soft_hsm.remove()
    seen.wait_for(lambda tokens: tokens == (), VISIBLE_SECONDS)
    soft_hsm.put_back()
    (back,) = seen.wait_for(lambda tokens: len(tokens) == 1, VISIBLE_SECONDS)
    assert back.name == token
    assert not back.is_logged_in


def test_two_tokens_of_one_label_are_told_apart_by_their_numbers(module: Module, soft_hsm: SoftHsm, seen: Seen) -> None:
    soft_hsm.insert_new("Same")
    soft_hsm.insert_new("Same")
    module.start()
    one, two = seen.names(2)
    assert one.label == two.label
    assert one.serial != two.serial
    module.login(one, PIN)
    key = module.generate(one, Algorithm.ED25519, "k").public_key
    with pytest.raises(LoginRequired):
        module.sign(two, key, bytes(32))
    module.login(two, PIN)
    with pytest.raises(KeyNotOnToken):
        module.sign(two, key, bytes(32))
    assert is_signed_by(key, bytes(32), module.sign(one, key, bytes(32)))


# ---- keys and signatures -----------------------------------------------------------------------------------------------
def test_keys_can_be_seen_before_and_after_the_pin(module: Module, token: TokenName) -> None:
    assert module.keys(token) == ()
    made = {module.generate(token, each, each.name) for each in Algorithm}
    assert {key.label for key in made} == {"ED25519", "P256"}
    assert len({key.id for key in made}) == 2
    assert set(module.keys(token)) == made
    module.logout(token)
    assert set(module.keys(token)) == made


@both
def test_a_key_made_here_never_leaves_the_token(
    module: Module, soft_hsm: SoftHsm, token: TokenName, algorithm: Algorithm
) -> None:
    require(shutil.which("pkcs11-tool") is not None, "pkcs11-tool is not installed (Debian: opensc)")
    module.generate(token, algorithm, "k")
    command = ["pkcs11-tool", "--module", soft_hsm.path, "--login", "--pin", PIN, "--list-objects", "--type", "privkey"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    (access,) = [line for line in shown.splitlines() if "Access" in line]
    assert {"sensitive", "always sensitive", "never extractable", "local"} <= set(
        access.split(":")[1].strip().split(", ")
    )


@both
def test_signatures_verify_and_nothing_else_does(module: Module, token: TokenName, algorithm: Algorithm) -> None:
    key = module.generate(token, algorithm, "k").public_key
    assert key.algorithm is algorithm
    signature = module.sign(token, key, sha256(b"one").digest())
    assert is_signed_by(key, sha256(b"one").digest(), signature)
    assert not is_signed_by(key, sha256(b"two").digest(), signature)


def test_p256_signatures_have_a_low_s_always(module: Module, token: TokenName) -> None:
    key = module.generate(token, Algorithm.P256, "k").public_key
    for number in range(64):
        signature = module.sign(token, key, sha256(bytes([number])).digest())
        assert int.from_bytes(signature[32:], "big") <= P256_ORDER // 2


@pytest.mark.parametrize("size", [0, 1, 31, 33, 200, 2048])
def test_ed25519_signs_messages_of_other_lengths(module: Module, token: TokenName, size: int) -> None:
    key = module.generate(token, Algorithm.ED25519, "k").public_key
    message = secrets.token_bytes(size)
    assert is_signed_by(key, message, module.sign(token, key, message))


@pytest.mark.parametrize(("algorithm", "size"), [(Algorithm.P256, 31), (Algorithm.P256, 33), (Algorithm.ED25519, 2049)])
def test_other_lengths_are_refused(module: Module, token: TokenName, algorithm: Algorithm, size: int) -> None:
    key = module.generate(token, algorithm, "k").public_key
    with pytest.raises(OutOfRange):
        module.sign(token, key, bytes(size))
    assert module.is_running


@pytest.mark.parametrize("label", ["x" * 65, "a\nb", "x" * 100_000])
def test_a_label_that_cannot_be_shown_is_refused(module: Module, token: TokenName, label: str) -> None:
    with pytest.raises(OutOfRange):
        module.generate(token, Algorithm.P256, label)
    assert module.keys(token) == ()


def test_a_key_that_is_not_there_is_said_so(module: Module, soft_hsm: SoftHsm, token: TokenName) -> None:
    with pytest.raises(KeyNotOnToken):
        module.sign(token, PublicKey(Algorithm.ED25519, bytes(32)), bytes(32))


# ---- the PIN -----------------------------------------------------------------------------------------------------------
@both
def test_nothing_is_signed_before_the_pin_or_after_logout(
    module: Module, token: TokenName, seen: Seen, algorithm: Algorithm
) -> None:
    key = module.generate(token, algorithm, "k").public_key
    seen.wait_for(lambda tokens: tokens[0].is_logged_in)
    module.logout(token)
    seen.wait_for(lambda tokens: not tokens[0].is_logged_in)
    with pytest.raises(LoginRequired):
        module.sign(token, key, bytes(32))
    with pytest.raises(LoginRequired):
        module.generate(token, algorithm, "l")
    module.login(token, PIN)
    assert is_signed_by(key, bytes(32), module.sign(token, key, bytes(32)))


def test_after_a_wrong_pin_the_right_one_works(module: Module, soft_hsm: SoftHsm, seen: Seen) -> None:
    soft_hsm.insert_new()
    module.start()
    (token,) = seen.names(1)
    for _ in range(5):
        with pytest.raises(PinIncorrect) as caught:
            module.login(token, "654321")
        assert caught.value.facts["left"] == "few"
    seen.wait_for(lambda tokens: tokens[0].pin is PinState.LOW)
    module.login(token, PIN)
    module.generate(token, Algorithm.P256, "k")
    seen.wait_for(lambda tokens: tokens[0].pin is PinState.FINE)


@pytest.mark.parametrize("pin", ["", "1" * 256, "1" * 100_000, "\udcff"])
def test_a_pin_that_cannot_be_right_is_no_try(module: Module, soft_hsm: SoftHsm, seen: Seen, pin: str) -> None:
    soft_hsm.insert_new()
    module.start()
    (token,) = seen.names(1)
    with pytest.raises(PinLength):
        module.login(token, pin)
    module.keys(token)
    assert seen.told[-1][0].pin is PinState.FINE


def test_the_pin_is_in_no_file_no_argument_no_environment_and_no_log(
    module: Module,
    soft_hsm: SoftHsm,
    seen: Seen,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    soft_hsm.insert_new(pin=STRANGE_PIN)
    module.start()
    (token,) = seen.names(1)
    module.login(token, STRANGE_PIN)
    wrong = f"{STRANGE_PIN}-wrong"
    key = module.generate(token, Algorithm.P256, "k").public_key
    module.sign(token, key, bytes(32), STRANGE_PIN)
    module.logout(token)
    with pytest.raises(PinIncorrect) as caught:
        module.login(token, wrong)
    process = Path(f"/proc/{_process(module)}")
    where = [process / "cmdline", process / "environ", *(path for path in tmp_path.rglob("*") if path.is_file())]
    for path in where:
        assert STRANGE_PIN.encode() not in path.read_bytes()
        assert STRANGE_PIN.encode().hex().encode() not in path.read_bytes()
    written = "".join(capfd.readouterr()) + caplog.text + repr(caught.value) + str(caught.value)
    assert STRANGE_PIN not in written
    assert (process / "limits").read_text().split("Max core file size")[1].split()[:2] == ["0", "0"]


# ---- removal -----------------------------------------------------------------------------------------------------------
@both
def test_a_token_that_was_pulled_and_plugged_in_signs_again_after_the_pin(
    module: Module, soft_hsm: SoftHsm, seen: Seen, token: TokenName, algorithm: Algorithm
) -> None:
    key = module.generate(token, algorithm, "k").public_key
    module.sign(token, key, bytes(32))
    soft_hsm.remove()
    with pytest.raises(TokenRemoved):
        module.sign(token, key, bytes(32))
    with pytest.raises(TokenRemoved):
        module.keys(token)
    with pytest.raises(TokenRemoved):
        module.login(token, PIN)
    seen.wait_for(lambda tokens: tokens == ())
    soft_hsm.put_back()
    seen.names(1)
    with pytest.raises(LoginRequired):
        module.sign(token, key, bytes(32))
    module.login(token, PIN)
    assert is_signed_by(key, bytes(32), module.sign(token, key, bytes(32)))


def test_a_token_pulled_while_it_signs_gives_an_error_and_hangs_nobody(
    module: Module, soft_hsm: SoftHsm, seen: Seen, token: TokenName
) -> None:
    key = module.generate(token, Algorithm.ED25519, "k").public_key
    is_signing = threading.Event()

    def sign() -> LuopuError:
        try:
            while True:
                assert is_signed_by(key, bytes(32), module.sign(token, key, bytes(32)))
                is_signing.set()
        except LuopuError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        ended = [pool.submit(sign) for _ in range(2)]
        assert is_signing.wait(SECONDS)
        soft_hsm.remove()
        for each in ended:
            assert isinstance(each.result(SECONDS), (TokenRemoved, LoginRequired, TokenError))
    seen.wait_for(lambda tokens: tokens == ())
    assert module.is_running


def test_a_thousand_signatures_by_four_clients_survive_ten_removals(
    module: Module, soft_hsm: SoftHsm, seen: Seen, token: TokenName
) -> None:
    keys = [module.generate(token, each, each.name).public_key for each in Algorithm]
    wanted = [(keys[number % 2], sha256(str(number).encode()).digest()) for number in range(1000)]
    obtained: list[tuple[int, bytes]] = []
    progress = threading.Condition()

    def sign(number: int) -> bytes:
        while True:  # what was not given out is asked for again
            try:
                return module.sign(token, *wanted[number])
            except (TokenRemoved, LoginRequired):
                seen.names(1)
                with suppress(TokenRemoved):
                    module.login(token, PIN)

    def work(first: int) -> None:
        for number in range(first, len(wanted), 4):
            signature = sign(number)
            with progress:
                obtained.append((number, signature))
                progress.notify_all()

    def pull(times: int) -> None:
        for cycle in range(times):
            with progress:
                assert progress.wait_for(lambda so_far=80 * (cycle + 1): len(obtained) >= so_far, SECONDS)
            soft_hsm.remove()
            seen.wait_for(lambda tokens: tokens == ())
            soft_hsm.put_back()
            seen.names(1)

    with ThreadPoolExecutor(5) as pool:
        for each in [pool.submit(pull, 10), *(pool.submit(work, first) for first in range(4))]:
            each.result(4 * SECONDS)
    assert sorted(number for number, _ in obtained) == list(range(1000))
    assert all(is_signed_by(*wanted[number], signature) for number, signature in obtained)
    assert len([tokens for tokens in seen.told if tokens == ()]) >= 10
    assert len(module._starts) == 1


# ---- faults of the process ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("fatal", [signal.SIGKILL, signal.SIGSEGV])
def test_who_waits_for_a_module_that_crashes_is_told(
    module: Module, seen: Seen, token: TokenName, fatal: signal.Signals
) -> None:
    key = module.generate(token, Algorithm.ED25519, "k").public_key
    process = _process(module)
    os.kill(process, signal.SIGSTOP)
    with ThreadPoolExecutor(4) as pool:
        waiting: list[Future[bytes]] = [pool.submit(module.sign, token, key, bytes(32)) for _ in range(4)]
        _until(lambda: len(module._line._waiting) == 4)
        os.kill(process, fatal)
        os.kill(process, signal.SIGCONT)
        for each in waiting:
            assert isinstance(each.exception(SECONDS), ModuleCrashed)
    seen.wait_for(lambda tokens: tokens == ())
    wait_for_end(process)
    with pytest.raises(LoginRequired):  # by a new process
        module.sign(token, key, bytes(32))
    _until(lambda: not _is_there(process))
    module.login(token, PIN)
    assert is_signed_by(key, bytes(32), module.sign(token, key, bytes(32)))


@pytest.mark.parametrize("fatal", [signal.SIGKILL, signal.SIGSEGV])
def test_a_module_that_crashed_between_questions_is_started_by_the_next(
    module: Module, seen: Seen, token: TokenName, fatal: signal.Signals
) -> None:
    process = _process(module)
    os.kill(process, fatal)
    seen.wait_for(lambda tokens: tokens == ())
    assert not module.is_running
    assert module.keys(token) == ()
    assert _process(module) != process
    seen.names(1)


def test_a_module_that_crashes_again_and_again_is_left_alone_for_a_minute(
    module: Module, token: TokenName, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        module.keys(token)
        os.kill(_process(module), signal.SIGKILL)
        _until(lambda: not module.is_running)
    with pytest.raises(ModuleCrashed) as caught:
        module.keys(token)
    assert "reason" in caught.value.facts
    assert not module.is_running
    later = monotonic() + app.hsm.module.STARTS_SECONDS
    monkeypatch.setattr(app.hsm.module, "monotonic", lambda: later)
    assert module.keys(token) == ()


def test_a_module_that_hangs_is_ended_and_the_next_question_works(soft_hsm: SoftHsm, seen: Seen) -> None:
    soft_hsm.insert_new()
    with closing(Module(soft_hsm.path, b"", seen, patience=2.0)) as module:
        module.start()
        (token,) = seen.names(1)
        module.login(token, PIN)
        key = module.generate(token, Algorithm.ED25519, "k").public_key
        process = _process(module)
        os.kill(process, signal.SIGSTOP)
        with ThreadPoolExecutor(24) as pool:  # more than a pipe takes, where pipes are small
            waiting = [pool.submit(module.sign, token, key, bytes(2048)) for _ in range(24)]
            errors = [each.exception(SECONDS) for each in waiting]
        assert {type(error) for error in errors} <= {ModuleHangs, ModuleCrashed, LoginRequired}
        assert ModuleHangs in {type(error) for error in errors}
        assert not _is_there(process)
        module.login(token, PIN)
        assert is_signed_by(key, bytes(32), module.sign(token, key, bytes(32)))


def test_closing_ends_the_process(module: Module, token: TokenName) -> None:
    process = _process(module)
    module.close()
    assert not _is_there(process)
    with pytest.raises(ModuleUnusable):
        module.keys(token)
    module.close()


def test_closing_ends_a_process_that_hangs(module: Module, token: TokenName, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.hsm.module, "STOP_SECONDS", 0.2)
    process = _process(module)
    os.kill(process, signal.SIGSTOP)
    module.close()
    assert not _is_there(process)


def test_closing_ends_a_process_that_is_being_started(
    module: Module, soft_hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.hsm.module, "STOP_SECONDS", 0.2)
    with ThreadPoolExecutor(1) as pool:
        started = pool.submit(module.start)
        _until(lambda: module._line)
        os.kill(_process(module), signal.SIGSTOP)
        module.close()
        assert isinstance(started.exception(SECONDS), (ModuleCrashed, ModuleUnusable, type(None)))
    assert not module.is_running


def test_the_process_ends_with_its_owner(soft_hsm: SoftHsm) -> None:
    program = (
        "from app.hsm.module import Module; import sys\n"
        "if __name__ == '__main__':\n"
        f"    module = Module({soft_hsm.path!r}, b'', lambda tokens: None)\n"
        "    module.start(); print(module._line._process.pid, flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        process = int(owner.stdout.readline())
        assert _is_there(process)
        owner.kill()
    wait_for_end(process)


# ---- files that are no modules -----------------------------------------------------------------------------------------
def test_a_text_file_is_no_module(tmp_path: Path, seen: Seen) -> None:
    path = tmp_path / "module.so"
    path.write_text("not a module\n")
    with closing(Module(str(path), b"", seen)) as module:
        with pytest.raises(ModuleUnusable):
            module.start()
        assert not module.is_running


def test_a_library_of_another_kind_is_no_module(seen: Seen) -> None:
    libc = next((path for path in Path("/lib").glob("*/libc.so.6")), None)
    require(libc is not None, "no libc.so.6")
    with closing(Module(str(libc), b"", seen)) as module:
        with pytest.raises((ModuleUnusable, ModuleCrashed)):
            module.start()
        assert not module.is_running


def test_a_module_that_is_not_there_is_unusable(tmp_path: Path, seen: Seen) -> None:
    with closing(Module(str(tmp_path / "none.so"), b"", seen)) as module, pytest.raises(ModuleUnusable):
        module.start()


def test_an_exchanged_module_is_not_loaded(soft_hsm: SoftHsm, tmp_path: Path, seen: Seen) -> None:
    path = tmp_path / "module.so"
    shutil.copy(soft_hsm.path, path)
    digest = file_digest(str(path))
    with closing(Module(str(path), digest, seen)) as module:
        module.start()
        seen.wait_for(lambda tokens: tokens == ())
    with path.open("ab") as file:
        file.write(b"\0")
    with closing(Module(str(path), digest, seen)) as module:
        with pytest.raises(ModuleChanged):
            module.start()
        assert not module.is_running
