"""What a company tells the others about its validator: `company.json`, public, decoded strictly.

Guarantees: a decoded company has a name, two well-formed keys, and an address that CometBFT can dial. Leaves to people
whether it is really theirs: they compare the genesis document's fingerprint by telephone.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.consortium.cometkeys import node_id
from app.core.errors import BadCompany, BadKey, DecodingError
from app.core.keys import Algorithm, PublicKey, decode_key_text, encode_key_text
from app.core.strictjson import decode_json

FORMAT = "luopu.company.v1"
MAX_BYTES = 64 * 1024
MAX_NAME_BYTES = 256
_FIELDS = {"format", "name", "address", "validator", "bookkeeper", "node"}
_HOST_AND_PORT = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]):([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Company:
    """A company's validator as everybody may know it."""

    name: str
    address: str
    """Where its CometBFT listens for peers, "host:port"."""
    validator: bytes
    """Signs blocks: Ed25519, 32 bytes."""
    bookkeeper: PublicKey
    """Decides about validators."""
    node: bytes
    """Names the node to its peers: Ed25519, 32 bytes."""

    @property
    def peer(self) -> str:
        """The node as CometBFT's `persistent_peers` names it."""
        return f"{node_id(self.node)}@{self.address}"


def encode_company(company: Company) -> bytes:
    """The public file."""
    document = {
        "format": FORMAT,
        "name": company.name,
        "address": company.address,
        "validator": encode_key_text(PublicKey(Algorithm.ED25519, company.validator)),
        "bookkeeper": encode_key_text(company.bookkeeper),
        "node": encode_key_text(PublicKey(Algorithm.ED25519, company.node)),
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def decode_company(untrusted_bytes: bytes) -> Company:
    """Decode and check a company's file.

    Raises:
        BadCompany: with the reason.
    """
    try:
        document = decode_json(untrusted_bytes, max_bytes=MAX_BYTES)
        if not isinstance(document, Mapping) or set(document) != _FIELDS or document["format"] != FORMAT:
            raise BadCompany(reason="fields", expected=", ".join(sorted(_FIELDS)))
        return Company(
            name=check_name(document["name"]),
            address=check_address(document["address"]),
            validator=_ed25519(document["validator"]),
            bookkeeper=decode_key_text(_text(document["bookkeeper"])),
            node=_ed25519(document["node"]),
        )
    except BadKey as error:
        raise BadCompany(**error.facts) from error
    except BadCompany:
        raise
    except DecodingError as error:
        raise BadCompany(reason=str(error)) from error


def check_distinct(companies: Sequence[Company]) -> None:
    """No two companies share a name, a key or a place.

    Raises:
        BadCompany: the first thing that stands in two files; a key in two places would sign twice.
    """
    for what, values in (
        ("name", [company.name for company in companies]),
        ("address", [company.address for company in companies]),
        ("validator", [company.validator.hex() for company in companies]),
        ("bookkeeper", [encode_key_text(company.bookkeeper) for company in companies]),
        ("node", [company.node.hex() for company in companies]),
    ):
        if twice := {value for value in values if values.count(value) > 1}:
            raise BadCompany(reason="in two files", field=what, got=min(twice))


def check_name(untrusted: object) -> str:
    """A name that can be shown.

    Raises:
        BadCompany: empty, too long, or with characters that hide or reorder text.
    """
    text = _text(untrusted)
    if not text.strip() or not text.isprintable() or len(text.encode()) > MAX_NAME_BYTES:
        raise BadCompany(field="name", expected=f"1 … {MAX_NAME_BYTES} bytes of printable text")
    return text


def check_address(untrusted: object) -> str:
    """A place that CometBFT can dial: host:port.

    Raises:
        BadCompany: anything else.
    """
    text = _text(untrusted)
    match = _HOST_AND_PORT.fullmatch(text)
    if match is None or not 0 < int(match.group(1)) <= 65_535:
        raise BadCompany(field="address", expected="host:port", got=text[:100])
    return text


def _ed25519(untrusted: object) -> bytes:
    key = decode_key_text(_text(untrusted))
    if key.algorithm is not Algorithm.ED25519:
        raise BadCompany(field="validator", expected="ed25519", got=key.algorithm.name.lower())
    return key.data


def _text(untrusted: object) -> str:
    if not isinstance(untrusted, str):
        raise BadCompany(reason="a field is not text")
    return untrusted
