"""The genesis document: what a chain starts from, and what everyone on it must agree about.

Guarantees: a decoded `Genesis` is one that CometBFT starts from too, and nothing in it is left to a default that could
differ between versions. The fingerprint names the document by its meaning (canonical JSON), not by its spacing. What
`app_state` says is the law's business (`app.registry`). CometBFT v0.39.4, types/genesis.go, types/params.go.
"""

import json
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import rfc8785

from app.core.errors import BadGenesis, DecodingError, InvalidBlock, OutOfRange
from app.core.hashing import GENESIS_DOMAIN, sha256
from app.core.strictjson import decode_json
from app.core.units import INT64_MAX, UINT64_MAX, Hash32, Height, Nanoseconds
from app.node.consensus.time import GO_ZERO_TIME, decode_time, encode_time
from app.node.consensus.validators import Validator, ValidatorSet

MAX_GENESIS_BYTES = 16 * 1024 * 1024
MAX_CHAIN_ID_BYTES = 50
MAX_BLOCK_BYTES = 104_857_600
DEFAULT_BLOCK_BYTES = 22_020_096
MAX_EVIDENCE_BYTES = 1_048_576
EVIDENCE_BLOCKS = 100_000
EVIDENCE_NANOSECONDS = 48 * 3600 * 1_000_000_000
KEY_TYPE = "tendermint/PubKeyEd25519"
UNLIMITED = -1


@dataclass(frozen=True, slots=True)
class Genesis:
    """A checked genesis document."""

    chain_id: str
    initial_height: Height
    time_ns: Nanoseconds
    max_block_bytes: int
    """Bytes; -1 for CometBFT's own bound."""
    max_block_gas: int
    """-1 for no limit."""
    validators: ValidatorSet
    app_hash: bytes
    app_state: Mapping[str, object]
    """As parsed; empty when the document has none."""
    fingerprint: Hash32
    """SHA-256(domain ‖ 00 ‖ RFC 8785 canonical JSON of the whole document)."""


def decode_genesis(untrusted_bytes: bytes) -> Genesis:
    """Decode and check a genesis document.

    Raises:
        BadGenesis: with `reason`, for everything that is wrong.
    """
    try:
        document = _object(decode_json(untrusted_bytes, max_bytes=MAX_GENESIS_BYTES), "document")
        return _genesis(document)
    except BadGenesis:
        raise
    except DecodingError as error:
        raise BadGenesis(reason=str(error)) from error
    except InvalidBlock as error:
        raise BadGenesis(reason="validators", **error.facts) from error


def encode_genesis(
    chain_id: str,
    time_ns: Nanoseconds,
    validators: Sequence[Validator],
    app_state: Mapping[str, object],
    *,
    initial_height: int = 1,
    max_block_bytes: int = DEFAULT_BLOCK_BYTES,
    max_block_gas: int = UNLIMITED,
    app_hash: bytes = b"",
) -> bytes:
    """The genesis document of a new chain, every parameter written out.

    The same arguments give the same bytes.

    Raises:
        BadGenesis: no chain can start from this.
    """
    try:
        document = {
            "genesis_time": encode_time(time_ns),
            "chain_id": chain_id,
            "initial_height": str(initial_height),
            "consensus_params": _encode_params(max_block_bytes, max_block_gas),
            "validators": [_encode_validator(validator) for validator in validators],
            "app_hash": app_hash.hex().upper(),
            "app_state": dict(app_state),
        }
        encoded = (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
    except OutOfRange as error:
        raise BadGenesis(reason="genesis_time") from error
    except (TypeError, ValueError) as error:
        raise BadGenesis(reason="not JSON") from error
    decode_genesis(encoded)
    return encoded


# ---- the document --------------------------------------------------------------------------------------------------
def _genesis(document: Mapping[str, object]) -> Genesis:
    max_bytes, max_gas = _decode_params(_object(document.get("consensus_params"), "consensus_params"))
    return Genesis(
        chain_id=_chain_id(document),
        initial_height=Height(_whole(document, "initial_height", 0, INT64_MAX) or 1),  # CometBFT reads 0 as 1
        time_ns=_time(document),
        max_block_bytes=max_bytes,
        max_block_gas=max_gas,
        validators=_validators(document),
        app_hash=_hex(document, "app_hash"),
        app_state=MappingProxyType(_object(document.get("app_state", {}), "app_state")),
        fingerprint=sha256(GENESIS_DOMAIN + _canonical(document)),
    )


def _canonical(document: Mapping[str, object]) -> bytes:
    """RFC 8785; it has no bytes for numbers beyond ±(2^53-1)."""
    try:
        return rfc8785.dumps(document)  # type: ignore[arg-type]
    except rfc8785.CanonicalizationError as error:
        raise BadGenesis(reason="not canonicalizable") from error


def _chain_id(document: Mapping[str, object]) -> str:
    chain_id = _text(document, "chain_id")
    if not 1 <= len(chain_id.encode()) <= MAX_CHAIN_ID_BYTES:
        raise BadGenesis(reason="chain_id", expected=f"1 … {MAX_CHAIN_ID_BYTES} bytes", got=chain_id)
    return chain_id


def _time(document: Mapping[str, object]) -> Nanoseconds:
    time = decode_time(_text(document, "genesis_time"))
    if time == GO_ZERO_TIME:  # CometBFT would put each node's own clock in its place
        raise BadGenesis(reason="genesis_time", expected="a time", got=encode_time(time))
    return time


def _validators(document: Mapping[str, object]) -> ValidatorSet:
    members = document.get("validators")
    if not isinstance(members, list) or not members:
        raise BadGenesis(reason="validators", expected="at least one")
    return ValidatorSet(_validator(_object(member, "validators")) for member in members)


def _validator(member: Mapping[str, object]) -> Validator:
    key = _object(member.get("pub_key"), "pub_key")
    if key.get("type") != KEY_TYPE:
        raise BadGenesis(reason="pub_key", expected=KEY_TYPE, got=str(key.get("type")))
    validator = Validator(_base64(key, "value"), _whole(member, "power", 1, INT64_MAX))
    address = _hex(member, "address") if "address" in member else b""
    if address not in (b"", validator.address):
        raise BadGenesis(reason="validator address", expected=validator.address.hex(), got=address.hex())
    if "name" in member:
        _text(member, "name")
    return validator


def _encode_validator(validator: Validator) -> dict[str, object]:
    value = b2a_base64(validator.key, newline=False).decode()
    return {
        "address": validator.address.hex().upper(),
        "pub_key": {"type": KEY_TYPE, "value": value},
        "power": str(validator.power),
        "name": "",
    }


# ---- consensus parameters --------------------------------------------------------------------------------------------
def _decode_params(params: Mapping[str, object]) -> tuple[int, int]:
    """Check all parameters as CometBFT does; return the two that headers commit to."""
    block, evidence = _object(params.get("block"), "block"), _object(params.get("evidence"), "evidence")
    max_bytes = _whole(block, "max_bytes", UNLIMITED, MAX_BLOCK_BYTES)
    if max_bytes == 0:
        raise BadGenesis(reason="max_bytes", expected="-1, or at least 1", got=0)
    _whole(evidence, "max_age_num_blocks", 1, INT64_MAX)
    _whole(evidence, "max_age_duration", 1, INT64_MAX)
    _whole(evidence, "max_bytes", 0, MAX_BLOCK_BYTES if max_bytes == UNLIMITED else max_bytes)
    types = _object(params.get("validator"), "validator").get("pub_key_types")
    if types != ["ed25519"]:
        raise BadGenesis(reason="pub_key_types", expected="ed25519")
    _whole(_object(params.get("version"), "version"), "app", 0, UINT64_MAX)
    _whole(_object(params.get("abci"), "abci"), "vote_extensions_enable_height", 0, INT64_MAX)
    return max_bytes, _whole(block, "max_gas", UNLIMITED, INT64_MAX)


def _encode_params(max_block_bytes: int, max_block_gas: int) -> dict[str, object]:
    largest = MAX_BLOCK_BYTES if max_block_bytes == UNLIMITED else max_block_bytes
    return {
        "block": {"max_bytes": str(max_block_bytes), "max_gas": str(max_block_gas)},
        "evidence": {
            "max_age_num_blocks": str(EVIDENCE_BLOCKS),
            "max_age_duration": str(EVIDENCE_NANOSECONDS),
            "max_bytes": str(min(MAX_EVIDENCE_BYTES, largest)),
        },
        "validator": {"pub_key_types": ["ed25519"]},
        "version": {"app": "0"},
        "abci": {"vote_extensions_enable_height": "0"},
    }


# ---- values --------------------------------------------------------------------------------------------------------
def _object(value: object, name: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise BadGenesis(reason=name, expected="an object")
    return value


def _text(node: Mapping[str, object], name: str) -> str:
    value = node.get(name)
    if not isinstance(value, str):
        raise BadGenesis(reason=name, expected="text")
    return value


def _whole(node: Mapping[str, object], name: str, least: int, most: int) -> int:
    """A 64-bit number, which CometBFT writes as text."""
    text = _text(node, name)
    digits = text.removeprefix("-")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 20
    value = int(text) if is_number else 0
    if not is_number or str(value) != text or not least <= value <= most:
        raise BadGenesis(reason=name, expected=f"{least} … {most}", got=text[:30])
    return value


def _hex(node: Mapping[str, object], name: str) -> bytes:
    text = _text(node, name)
    try:
        value = bytes.fromhex(text)
    except ValueError as error:
        raise BadGenesis(reason=name, expected="hex") from error
    if len(value) * 2 != len(text):  # fromhex skips blanks
        raise BadGenesis(reason=name, expected="hex")
    return value


def _base64(node: Mapping[str, object], name: str) -> bytes:
    try:
        return a2b_base64(_text(node, name), strict_mode=True)
    except (Base64Error, ValueError) as error:
        raise BadGenesis(reason=name, expected="base64") from error
