"""Cards of keys: what comes back, and what is refused."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.card import PREFIX, decode_card, encode_card, make_card
from app.core.errors import BadKey, DecodingError, OutOfRange
from app.core.keys import PublicKey
from app.core.wire import registry_pb2 as wire
from tests.registry.world import Key, ed25519_key, p256_key

CHAIN = "luopu-cards"


@dataclass(frozen=True)
class Holder:
    """Signs with a key of the law's tests."""

    key: Key

    @property
    def public_key(self) -> PublicKey:
        """The key."""
        return self.key.public

    def sign(self, digest: bytes) -> bytes:
        """64 bytes over a digest."""
        return self.key.sign(digest)


HOLDERS = (Holder(ed25519_key("card")), Holder(p256_key("card")))


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_card_comes_back_as_it_was_made(holder: Holder) -> None:
    card = make_card(holder, CHAIN, "经办 01", (wire.ROLE_CHECKER, wire.ROLE_MAKER))
    assert list(card.roles) == [wire.ROLE_MAKER, wire.ROLE_CHECKER]
    assert decode_card(encode_card(card), CHAIN) == card


def test_a_card_broken_into_lines_by_a_mail_program_is_the_same() -> None:
    text = encode_card(make_card(HOLDERS[0], CHAIN, "01"))
    assert decode_card("  " + text[:30] + "\r\n " + text[30:] + "\n", CHAIN).label == "01"


def test_a_card_is_for_one_chain() -> None:
    with pytest.raises(BadKey):
        decode_card(encode_card(make_card(HOLDERS[0], CHAIN, "01")), "another")


def test_nobody_makes_a_card_for_a_key_that_is_not_his() -> None:
    card = make_card(HOLDERS[0], CHAIN, "01")
    card.key.CopyFrom(ed25519_key("somebody else").public.to_wire())
    with pytest.raises(BadKey):
        decode_card(encode_card(card), CHAIN)


def test_a_label_that_misleads_makes_no_card() -> None:
    with pytest.raises(OutOfRange):
        make_card(HOLDERS[0], CHAIN, "经办\u202e10")


@given(st.integers(0, 400), st.integers(1, 255))
def test_a_changed_card_is_refused_or_says_the_same(place: int, change: int) -> None:
    card = make_card(HOLDERS[0], CHAIN, "")
    text = encode_card(card)
    at = len(PREFIX) + place % (len(text) - len(PREFIX))
    changed = text[:at] + chr(33 + (ord(text[at]) - 33 + change) % 94) + text[at + 1 :]
    try:
        again = decode_card(changed, CHAIN)
    except DecodingError:
        return
    assert again == card


@given(st.text(max_size=80))
def test_any_other_text_is_no_card(text: str) -> None:
    with pytest.raises(DecodingError):
        decode_card(text, CHAIN)
