"""The key files of CometBFT, and the names that follow from keys. Pure: seeds in, bytes out.

CometBFT v0.39.4: privval/file.go, p2p/key.go, crypto/ed25519 (a private key is its 32-byte seed and its public key).
"""

import json
from base64 import b64encode

from app.core.hashing import sha256
from app.node.consensus.genesis import KEY_TYPE
from app.node.engine.keys import SigningSeed

PRIVATE_KEY_TYPE = "tendermint/PrivKeyEd25519"
ADDRESS_BYTES = 20


def encode_validator_key(seed: SigningSeed) -> bytes:
    """`priv_validator_key.json`: the key that signs blocks."""
    document = {
        "address": key_address(seed.public_key).hex().upper(),
        "pub_key": {"type": KEY_TYPE, "value": b64encode(seed.public_key).decode()},
        "priv_key": _private(seed),
    }
    return _json(document)


def encode_validator_state() -> bytes:
    """`priv_validator_state.json` of a key that has signed nothing yet."""
    return _json({"height": "0", "round": 0, "step": 0})


def encode_node_key(seed: SigningSeed) -> bytes:
    """`node_key.json`: the key that names a node to its peers."""
    return _json({"priv_key": _private(seed)})


def key_address(public_key: bytes) -> bytes:
    """The 20-byte address of a validator's or node's key."""
    return sha256(public_key)[:ADDRESS_BYTES]


def node_id(public_key: bytes) -> str:
    """What peers call the node with this key."""
    return key_address(public_key).hex()


def _private(seed: SigningSeed) -> dict[str, str]:
    value = bytes(seed.signing_key) + seed.public_key
    return {"type": PRIVATE_KEY_TYPE, "value": b64encode(value).decode()}


def _json(document: object) -> bytes:
    return (json.dumps(document, indent=2) + "\n").encode()
