"""What comes over the pipe can be refused, and do nothing else."""

import queue
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app.hsm.module
from app.core.errors import DecodingError, LuopuError, OutOfRange
from app.core.keys import Algorithm, PublicKey
from app.core.tokenerrors import ModuleCrashed, PinLength, TokenError, TokenRemoved
from app.core.tokens import PinState, Token, TokenKey, TokenName
from app.core.walleterrors import SignerMisbehaved
from app.hsm import messages
from app.hsm.module import Module
from tests.hsm import hostile
from tests.hsm.conftest import SECONDS, Seen, wait_for_end

KEY = PublicKey(Algorithm.ED25519, bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
NAME = TokenName("/m.so", "Maker", "Model", "1", "令牌")
WRONG = ("zeros", "short", "long")
OTHER = "an error of another part"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=6),
    max_leaves=12,
)
names = st.builds(TokenName, st.just("/m.so"), *([st.text(st.characters(categories=["L", "N"]), max_size=64)] * 4))
tokens = st.builds(
    Token,
    names,
    st.sampled_from(PinState),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([(), (Algorithm.ED25519,), (Algorithm.P256,), tuple(Algorithm)]),
    st.sampled_from([(), (Algorithm.ED25519,), (Algorithm.P256,), tuple(Algorithm)]),
    st.integers(1, messages.MAX_TOKENS),
)


# ---- what is said is what is heard -------------------------------------------------------------------------------------
@given(st.lists(tokens, max_size=5))
def test_tokens_are_heard_as_they_were_said(said: list[Token]) -> None:
    message = messages.decode(messages.encode({"tokens": [messages.token_as_json(token) for token in said]}))
    assert messages.read_tokens(message["tokens"], "/m.so") == tuple(said)


@given(st.binary(max_size=32), st.text(st.characters(categories=["L"]), max_size=64), st.binary(max_size=900))
def test_a_key_is_heard_as_it_was_said(key_id: bytes, label: str, certificate: bytes) -> None:
    key = TokenKey(NAME, KEY, key_id, label, certificate)
    assert messages.read_keys(messages.decode(messages.encode({"x": [messages.key_as_json(key)]}))["x"], NAME) == (key,)


@given(st.integers(0, 2**64 - 1), names, st.binary(max_size=2048), st.text(max_size=60))
def test_a_question_for_a_signature_is_heard_as_it_was_said(
    number: int, name: TokenName, data: bytes, pin: str
) -> None:
    question = messages.SignQuestion(number, name, KEY, data, pin)
    assert messages.decode_sign(messages.encode_sign(question), "/m.so") == question


@given(st.integers(0, 2**64 - 1), st.binary(max_size=200))
def test_a_signature_is_heard_as_it_was_said(number: int, signature: bytes) -> None:
    assert messages.decode_signature(messages.encode_signature(number, signature)) == (number, signature)


def test_an_error_keeps_its_kind_and_facts() -> None:
    heard = messages.read_error(messages.error_as_json(TokenRemoved(token="A", tries=2, left=None)))
    assert type(heard) is TokenRemoved
    assert heard.facts == {"token": "A", "tries": 2, "left": None}


# ---- nothing else is heard ---------------------------------------------------------------------------------------------
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    for read in (messages.decode, messages.decode_signature, lambda data: messages.decode_sign(data, "/m.so")):
        with suppress(DecodingError):
            read(data)


@given(json_values)
def test_any_value_is_refused_or_read(value: object) -> None:
    for read in (
        lambda value: messages.read_tokens(value, "/m.so"),
        lambda value: messages.read_tokens([value], "/m.so"),
        lambda value: messages.read_keys(value, NAME),
        lambda value: messages.read_key(value, NAME),
        messages.read_error,
        messages.pin_of,
    ):
        with suppress(DecodingError):
            read(value)


@given(tokens, st.sampled_from(sorted(Token.__slots__)), json_values)
def test_a_token_of_which_one_field_is_anything_is_refused_or_stays_within_bounds(
    token: Token, field: str, value: object
) -> None:
    with suppress(DecodingError):
        (heard,) = messages.read_tokens([{**messages.token_as_json(token), field: value}], "/m.so")
        assert isinstance(heard.pin, PinState)
        assert 1 <= heard.places <= messages.MAX_TOKENS
        assert set(heard.signs) | set(heard.makes) <= set(Algorithm)
        assert heard.name.module == "/m.so"


def test_a_token_of_another_module_is_refused() -> None:
    token = Token(NAME, PinState.FINE, True, False, False, (), (), 1)
    with pytest.raises(DecodingError):
        messages.read_tokens([messages.token_as_json(token)], "/other.so")


@pytest.mark.parametrize("label", ["line\nbreak", "\x1b[31m", "x" * 1001])
def test_text_that_cannot_be_shown_is_refused(label: str) -> None:
    with pytest.raises(DecodingError):
        messages.text_of({"label": label}, "label")


@given(st.dictionaries(st.text(max_size=20), json_values, max_size=4))
def test_facts_of_errors_can_be_shown(facts: dict[str, object]) -> None:
    for value in messages.read_error({"code": "token", "facts": facts}).facts.values():
        assert value is None or isinstance(value, int) or value.isprintable()


@pytest.mark.parametrize("pin", ["1" * 256, "密" * 86, "\ud800"])
def test_a_pin_that_cannot_be_right_is_not_sent_and_not_shown(pin: str) -> None:
    with pytest.raises(PinLength) as caught:
        messages.encode_pin(pin)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert pin not in str(caught.value)


def test_a_question_that_might_not_go_into_the_pipe_at_once_is_refused() -> None:
    with pytest.raises(OutOfRange):
        messages.encode_question({"x": "y" * messages.MAX_QUESTION_BYTES})
    with pytest.raises(OutOfRange):
        messages.encode_sign(messages.SignQuestion(1, NAME, KEY, bytes(messages.MAX_QUESTION_BYTES), ""))


# ---- a process that lies -----------------------------------------------------------------------------------------------
@pytest.fixture
def liar(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Module, Seen]]:
    """A module whose process does what the parameter says."""
    monkeypatch.setattr(app.hsm.module, "serve", hostile.serve)
    monkeypatch.syspath_prepend(str(Path(hostile.__file__).parents[2]))  # where the process finds it
    seen = Seen()
    with closing(Module(request.param, b"", seen, patience=SECONDS)) as module:
        yield module, seen


def _sign(module: Module) -> bytes:
    return module.sign(hostile.name_in(module.path), KEY, bytes(32))


@pytest.mark.parametrize("liar", WRONG, indirect=True)
def test_a_wrong_signature_is_not_given_out(liar: tuple[Module, Seen]) -> None:
    module, _ = liar
    for _ in range(2):  # it may well answer the next question rightly
        with pytest.raises(SignerMisbehaved):
            _sign(module)
    assert module.is_running


@pytest.mark.parametrize("liar", [name for name in hostile.BEHAVIOURS if name not in (*WRONG, OTHER)], indirect=True)
def test_nonsense_ends_the_process_and_tells_who_waits(liar: tuple[Module, Seen]) -> None:
    module, seen = liar
    module.start()
    seen.names(1)
    process = module._line._process
    with pytest.raises((TokenError, SignerMisbehaved)) as caught:
        _sign(module)
    assert isinstance(caught.value, SignerMisbehaved if module.path == "twice" else (TokenError, ModuleCrashed))
    seen.wait_for(lambda tokens: tokens == ())
    wait_for_end(process.pid)
    with pytest.raises(LuopuError):  # asked again: another process, which lies as well
        _sign(module)


@pytest.mark.parametrize("liar", [OTHER], indirect=True)
def test_an_error_that_no_module_can_meet_is_one_of_the_token(liar: tuple[Module, Seen]) -> None:
    module, _ = liar
    with pytest.raises(TokenError) as caught:
        _sign(module)
    assert type(caught.value) is TokenError
    assert caught.value.facts == {"ab": "[1]"}
    assert module.is_running


@pytest.mark.parametrize("liar", ["keys that are none", "many keys", "null"], indirect=True)
def test_keys_that_are_none_are_an_error_of_the_token(liar: tuple[Module, Seen]) -> None:
    module, _ = liar
    with pytest.raises(TokenError) as caught:
        module.keys(hostile.name_in(module.path))
    assert type(caught.value) is TokenError


@pytest.mark.parametrize("liar", ["null"], indirect=True)
def test_a_new_key_that_is_none_is_an_error_of_the_token(liar: tuple[Module, Seen]) -> None:
    module, _ = liar
    with pytest.raises(TokenError):
        module.generate(hostile.name_in(module.path), Algorithm.P256, "k")


@pytest.mark.parametrize("liar", list(hostile.GREETINGS), indirect=True)
def test_what_greets_with_nonsense_crashed(liar: tuple[Module, Seen]) -> None:
    module, seen = liar
    with pytest.raises(ModuleCrashed):
        module.start()
    assert not module.is_running
    assert seen.told == []


@pytest.mark.parametrize("liar", ["zeros"], indirect=True)
def test_a_listener_that_fails_is_heard_of_and_leaves_nobody_waiting(
    liar: tuple[Module, Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    module, _ = liar
    module._changed = _fail
    reported: queue.Queue[threading.ExceptHookArgs] = queue.Queue()
    monkeypatch.setattr(threading, "excepthook", reported.put)
    with pytest.raises((ModuleCrashed, SignerMisbehaved)):
        _sign(module)
    assert str(reported.get(timeout=SECONDS).exc_value) == "the listener"
    assert not module.is_running


def _fail(tokens: tuple[Token, ...]) -> None:
    raise RuntimeError("the listener")
