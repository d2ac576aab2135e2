"""A key's card: what somebody hands to a partner or to the operator so that the key can be registered (密钥登记).

One line of text that can be read from a screen, mailed or pasted: the public key, whose it is, its roles, and its own
signature that whoever made the card holds the key. The card is good for one chain; nothing in it is secret.
"""

from base64 import b64decode, urlsafe_b64encode
from binascii import Error

from app.core.codec import decode_canonical, encode
from app.core.errors import BadKey, DecodingError
from app.core.ids import possession_digest
from app.core.keys import PublicKey, is_signed_by
from app.core.ports import Signer
from app.core.text import MAX_LABEL_BYTES, check_text
from app.core.wire import registry_pb2 as wire

PREFIX = "luopu-card:"
MAX_CARD_CHARACTERS = 1_024


def make_card(signer: Signer, chain_id: str, label: str, roles: tuple[wire.Role, ...] = ()) -> wire.NewKey:
    """The card of a key for one chain.

    Raises:
        OutOfRange: a label that is too long or misleads.
    """
    check_text("key label", label, most=MAX_LABEL_BYTES)
    key = signer.public_key
    possession = signer.sign(possession_digest(chain_id, key))
    return wire.NewKey(key=key.to_wire(), label=label, roles=sorted(roles), possession=possession)


def encode_card(card: wire.NewKey) -> str:
    """The card as text."""
    return PREFIX + urlsafe_b64encode(encode(card)).decode().rstrip("=")


def decode_card(untrusted_text: str, chain_id: str) -> wire.NewKey:
    """The card of such a text, whose key has signed for this chain. Spaces and line breaks in between are no matter.

    Raises:
        DecodingError: not a card, or cut short.
        BadKey: a key that cannot be, or whose signature is not for this chain.
    """
    text = "".join(untrusted_text.split())
    if not text.startswith(PREFIX) or len(text) > MAX_CARD_CHARACTERS:
        raise DecodingError(what="key card", reason="not a key card")
    digits = text.removeprefix(PREFIX)
    try:
        data = b64decode(digits + "=" * (-len(digits) % 4), altchars="-_", validate=True)
    except (Error, ValueError) as error:
        raise DecodingError(what="key card", reason="cut short or mistyped") from error
    card = decode_canonical(wire.NewKey, data)
    check_text("key label", card.label, most=MAX_LABEL_BYTES)
    key = PublicKey.from_wire(card.key)
    if not is_signed_by(key, possession_digest(chain_id, key), card.possession):
        raise BadKey(reason="the card is for another chain, or was changed", key=key.data.hex())
    return card
