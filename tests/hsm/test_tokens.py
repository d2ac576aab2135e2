"""Tokens of several modules, as one."""

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.core.keys import Algorithm, PublicKey, is_signed_by
from app.core.tokenerrors import (
    LoginRequired,
    ModuleChanged,
    ModuleCrashed,
    ModuleUnusable,
    TokenRemoved,
)
from app.core.tokens import TokenName
from app.hsm.tokens import Tokens, TokenSigner
from tests.hsm.conftest import PIN, SECONDS, SoftHsm

NOBODYS = PublicKey(Algorithm.ED25519, bytes(32))


class News:
    """How often something looked different."""

    def __init__(self) -> None:
        self.count = 0
        self._come = threading.Condition()

    def __call__(self) -> None:
        with self._come:
            self.count += 1
            self._come.notify_all()

    def wait_for(self, is_so: Callable[[], object]) -> None:
        """Looked at whenever there is news."""
        with self._come:
            assert self._come.wait_for(is_so, SECONDS)


@pytest.fixture
def news() -> News:
    """None, yet."""
    return News()


@pytest.fixture
def tokens(soft_hsm: SoftHsm, news: News) -> Iterator[Tokens]:
    """Those of SoftHSM, in which one token is plugged."""
    soft_hsm.insert_new()
    with closing(Tokens({soft_hsm.path: b""}, news, idle=0.0)) as made:
        made.start()
        news.wait_for(lambda: made.plugged)
        yield made


def _copy(soft_hsm: SoftHsm, folder: Path) -> str:
    """The same module once more, under another path."""
    return str(shutil.copy(soft_hsm.path, folder / "another.so"))


def _kill(tokens: Tokens, path: str) -> None:
    line = tokens._modules[path]._line
    assert line is not None
    assert line._process.pid is not None
    os.kill(line._process.pid, signal.SIGKILL)


def test_who_listens_hears_of_tokens_that_come_go_and_are_logged_in(
    tokens: Tokens, news: News, soft_hsm: SoftHsm
) -> None:
    (token,) = tokens.plugged
    before = news.count
    tokens.login(token.name, PIN)
    news.wait_for(lambda: [each.is_logged_in for each in tokens.plugged] == [True])
    soft_hsm.remove()
    news.wait_for(lambda: tokens.plugged == ())
    soft_hsm.put_back()
    news.wait_for(lambda: [each.name for each in tokens.plugged] == [token.name])
    assert news.count >= before + 3


def test_a_module_that_cannot_be_used_hides_no_tokens_of_another(soft_hsm: SoftHsm, news: News, tmp_path: Path) -> None:
    text = tmp_path / "a.so"
    text.write_text("no module")
    changed = _copy(soft_hsm, tmp_path)
    soft_hsm.insert_new()
    with closing(Tokens({str(text): b"", changed: bytes(32), soft_hsm.path: b""}, news)) as tokens:
        assert not tokens.has_looked
        tokens.start()
        news.wait_for(lambda: tokens.plugged)
        assert {path: type(error) for path, error in tokens.faults.items()} == {
            str(text): ModuleUnusable,
            changed: ModuleChanged,
        }
        assert tokens.has_looked
        (token,) = tokens.plugged
        tokens.login(token.name, PIN)
        key = tokens.generate(token.name, Algorithm.P256, "k")
        assert tokens.keys(token.name) == (key,)


def test_a_module_that_crashes_takes_only_its_own_tokens_along_until_it_is_started_again(
    soft_hsm: SoftHsm, news: News, tmp_path: Path
) -> None:
    other = _copy(soft_hsm, tmp_path)
    soft_hsm.insert_new()
    with closing(Tokens({other: b"", soft_hsm.path: b""}, news)) as tokens:
        tokens.start()
        news.wait_for(lambda: len(tokens.plugged) == 2)
        assert [token.name.module for token in tokens.plugged] == sorted([other, soft_hsm.path])
        _kill(tokens, other)
        news.wait_for(lambda: [token.name.module for token in tokens.plugged] == [soft_hsm.path])
        assert {path: type(error) for path, error in tokens.faults.items()} == {other: ModuleCrashed}
        tokens.start()
        news.wait_for(lambda: len(tokens.plugged) == 2)
        assert tokens.faults == {}


def test_closing_is_no_fault(tokens: Tokens) -> None:
    tokens.close()
    assert tokens.plugged == ()
    assert tokens.faults == {}


def test_keys_are_seen_with_or_without_the_pin(tokens: Tokens) -> None:
    (token,) = tokens.plugged
    tokens.login(token.name, PIN)
    made = [tokens.generate(token.name, each, each.name) for each in Algorithm]
    tokens.logout(token.name)
    assert tokens.keys(token.name) == tuple(sorted(made))


def test_a_token_that_nobody_uses_is_logged_out(tokens: Tokens, news: News) -> None:
    (token,) = tokens.plugged
    assert tokens.log_out_idle() == []
    tokens.login(token.name, PIN)
    key = tokens.generate(token.name, Algorithm.P256, "k").public_key
    assert tokens.log_out_idle() == [token.name]
    with pytest.raises(LoginRequired):
        tokens.sign(token.name, key, bytes(32))


def test_a_token_in_use_stays_logged_in(tokens: Tokens) -> None:
    (token,) = tokens.plugged
    tokens._idle = SECONDS
    tokens.login(token.name, PIN)
    key = tokens.generate(token.name, Algorithm.P256, "k").public_key
    assert tokens.log_out_idle() == []
    assert is_signed_by(key, bytes(32), tokens.sign(token.name, key, bytes(32)))


def test_logging_out_starts_no_module_that_ended(tokens: Tokens, news: News, soft_hsm: SoftHsm) -> None:
    (token,) = tokens.plugged
    tokens.login(token.name, PIN)
    _kill(tokens, soft_hsm.path)
    news.wait_for(lambda: tokens.plugged == ())
    assert tokens.log_out_idle() == [token.name]
    assert not tokens._modules[soft_hsm.path].is_running
    assert tokens.log_out_idle() == []


def test_tokens_of_no_accepted_module_are_not_there(tokens: Tokens) -> None:
    name = TokenName("/another.so", "", "", "", "A")
    for ask in (tokens.keys, tokens.logout, lambda name: tokens.login(name, PIN)):
        with pytest.raises(TokenRemoved):
            ask(name)
    with pytest.raises(TokenRemoved):
        tokens.sign(name, NOBODYS, bytes(32))
    assert tokens.log_out_idle() == []


def test_a_key_on_a_token_signs_as_any_other_key(tokens: Tokens) -> None:
    (token,) = tokens.plugged
    tokens.login(token.name, PIN)
    for algorithm in Algorithm:
        signer = TokenSigner(tokens, token.name, tokens.generate(token.name, algorithm, "k").public_key)
        assert is_signed_by(signer.public_key, bytes(32), signer.sign(bytes(32)))
