"""A disclosure package: attributes of a user, in plain words, with what ties them to a certification on the chain.

A partner makes one of all attributes for an authority (white paper 3.4.1 身份监管), or of those that the user agreed to
show to somebody else (4.2.1). Whoever gets it checks it against the root on the chain.

Guarantees: pure. One package has one encoding, and what `encode_package` made, `decode_package` accepts. Nothing that a
check returns differs from what the partner certified. `check_account` passes only what counts at the moment of the state that
it is given: the certification has not expired, its partner is not suspended.

Leaves to others: whether the user agreed, whether the reader believes this partner, and to keep the package secret. It is not
signed: who has it can pass it on. When it was made is the maker's word. A frozen user is still who it was certified to be.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.core.attribute_words import check_attribute_words
from app.core.attributes import Attribute, Disclosure, attribute_root, check_disclosure, disclose
from app.core.document import Fields, decode_document, encode_document, to_base64
from app.core.errors import DecodingError, InvalidProof, NotEnoughTrust
from app.core.plain import enum_text
from app.core.refusals import NoSuchCertification
from app.core.text import check_text
from app.core.units import AccountAddress, Hash32, Nanoseconds, check_address, check_hash32, check_int64
from app.core.wire import registry_pb2 as wire

FORMAT: Final = "luopu.disclosure.v1"
MAX_BYTES: Final = 128 * 1024
MAX_CHAIN_ID_BYTES: Final = 50
_WHAT: Final = "disclosure"
_NAMES: Final = {
    *("format", "chain_id", "genesis_fingerprint", "account", "partner"),
    *("root", "level", "attributes", "made_at_ns"),
}
_LEVELS: Final = {enum_text(wire.Level.DESCRIPTOR, level): level for level in wire.Level.values() if level}
_LONGEST_LEVEL: Final = 32


@dataclass(frozen=True, slots=True)
class Claim:
    """Which certification the attributes are said to stand behind."""

    chain_id: str
    genesis_fingerprint: Hash32
    account: int
    """Numeric account ID of the user."""
    address: AccountAddress
    partner: int
    """Numeric account ID of the partner that certified."""
    root: Hash32
    level: int
    """A `wire.Level`."""


@dataclass(frozen=True, slots=True)
class DisclosurePackage:
    """A decoded package: claims, until a check has passed."""

    claim: Claim
    disclosure: Disclosure = field(repr=False)
    made_ns: Nanoseconds
    """When it was made, by the clock of whoever made it."""

    @property
    def is_complete(self) -> bool:
        """Whether every attribute under the root is shown."""
        return len(self.disclosure.shown) == self.disclosure.total


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reader's own node shows: its chain, the two accounts, and the block time at which they stand so."""

    chain_id: str
    genesis_fingerprint: bytes
    account: wire.Account
    partner: wire.Account
    time_ns: int


# ---- making ----------------------------------------------------------------------------------------------------------
def disclose_all(claim: Claim, attributes: Sequence[Attribute], *, made_ns: Nanoseconds) -> DisclosurePackage:
    """Everything that was certified, for an authority that may have it.

    Raises:
        DecodingError, InvalidProof: as of `disclose_agreed`.
    """
    return disclose_agreed(claim, attributes, [each.name for each in attributes], made_ns=made_ns)


def disclose_agreed(
    claim: Claim, attributes: Sequence[Attribute], agreed: Collection[str], *, made_ns: Nanoseconds
) -> DisclosurePackage:
    """What the user agreed to show: the attributes named in `agreed`, out of all that were certified.

    Raises:
        OutOfRange: nothing is agreed, an attribute is not there, or a field may not be so.
        InvalidProof: the attributes are not those under the claimed root.
    """
    found = attribute_root(attributes)
    if found != claim.root:
        raise InvalidProof(check="root of the attributes", expected=claim.root.hex(), got=found.hex())
    package = DisclosurePackage(claim, disclose(attributes, agreed), made_ns)
    decode_package(encode_package(package))
    return package


# ---- the file --------------------------------------------------------------------------------------------------------
def encode_package(package: DisclosurePackage) -> bytes:
    """The file of a package: canonical JSON.

    Raises:
        DecodingError: a text has no canonical JSON.
    """
    claim = package.claim
    return encode_document(
        _WHAT,
        {
            "format": FORMAT,
            "chain_id": claim.chain_id,
            "genesis_fingerprint": claim.genesis_fingerprint.hex(),
            "account": {"number": str(claim.account), "address": claim.address.hex()},
            "partner": str(claim.partner),
            "root": claim.root.hex(),
            "level": enum_text(wire.Level.DESCRIPTOR, claim.level),
            "attributes": [_plain_leaf(leaf) for leaf in package.disclosure.leaves],
            "made_at_ns": str(package.made_ns),
        },
    )


def decode_package(untrusted_bytes: bytes) -> DisclosurePackage:
    """Decode a package strictly. It is worth nothing before it was checked.

    Raises:
        DecodingError: not one, or not in its one encoding.
    """
    document = decode_document(_WHAT, untrusted_bytes, MAX_BYTES)
    fields = Fields(_WHAT, document, _NAMES)
    fields.constant("format", FORMAT)
    account = fields.nested("account", {"number", "address"})
    claim = Claim(
        chain_id=check_text("chain id", fields.text("chain_id", MAX_CHAIN_ID_BYTES)),
        genesis_fingerprint=check_hash32("genesis fingerprint", fields.hex("genesis_fingerprint", 32)),
        account=check_int64("account", account.number("number"), least=1),
        address=check_address(account.hex("address", 20)),
        partner=check_int64("partner", fields.number("partner"), least=1),
        root=check_hash32("root", fields.hex("root", 32)),
        level=_level(fields),
    )
    return DisclosurePackage(claim, _disclosure(document), Nanoseconds(fields.number("made_at_ns")))


def _plain_leaf(leaf: Attribute | Hash32) -> dict[str, str]:
    if isinstance(leaf, Attribute):
        return {"name": leaf.name, "value": leaf.value, "salt": to_base64(leaf.salt)}
    return {"commitment": leaf.hex()}


def _level(fields: Fields) -> int:
    level = _LEVELS.get(fields.text("level", _LONGEST_LEVEL))
    if level is None:
        raise DecodingError(what=_WHAT, reason=f"level: {', '.join(_LEVELS)}")
    return level


def _disclosure(untrusted_document: object) -> Disclosure:
    untrusted_leaves = untrusted_document["attributes"] if isinstance(untrusted_document, dict) else None
    if not isinstance(untrusted_leaves, list):
        raise DecodingError(what=_WHAT, reason="attributes: a list")
    return Disclosure(tuple(map(_leaf, untrusted_leaves)))


def _leaf(untrusted: object) -> Attribute | Hash32:
    what = f"{_WHAT}: attribute"
    if isinstance(untrusted, dict) and "commitment" in untrusted:
        return check_hash32("commitment", Fields(what, untrusted, {"commitment"}).hex("commitment", 32))
    fields = Fields(what, untrusted, {"name", "value", "salt"})
    attribute = Attribute(
        fields.text("name", MAX_BYTES), fields.text("value", MAX_BYTES, least_bytes=0), fields.base64("salt")
    )
    check_attribute_words(attribute)
    return attribute


# ---- checking --------------------------------------------------------------------------------------------------------
def check_root(untrusted_package: DisclosurePackage, root: bytes) -> tuple[Attribute, ...]:
    """What a package shows, if it stands under `root`, which the reader has from the chain.

    Raises:
        InvalidProof: it does not.
        OutOfRange: a field may not be so.
    """
    _check_equal("root of the certification", untrusted_package.claim.root.hex(), root.hex())
    return check_disclosure(root, untrusted_package.disclosure)


def check_account(untrusted_package: DisclosurePackage, shown: Shown) -> tuple[Attribute, ...]:
    """What a package shows, if the chain holds the certification that it claims, and this counts.

    Raises:
        NotEnoughTrust: made on another chain, or the certification no longer counts.
        NoSuchCertification: the partner does not certify the account, or no longer.
        InvalidProof: account, partner, level, root or attributes are not those of the chain. `check` names it.
        OutOfRange: a field may not be so.
    """
    claim = untrusted_package.claim
    _check_chain(claim, shown)
    _check_equal("account", claim.account, int(shown.account.id))
    _check_equal("address", claim.address.hex(), shown.account.address.hex())
    _check_equal("partner", claim.partner, shown.partner.id)
    certification = _certification(claim, shown.account)
    _check_equal("level", claim.level, certification.level)
    _check_counts(certification, shown)
    return check_root(untrusted_package, certification.root)


def _check_chain(claim: Claim, shown: Shown) -> None:
    if (claim.chain_id, claim.genesis_fingerprint) != (shown.chain_id, shown.genesis_fingerprint):
        raise NotEnoughTrust(
            reason="made on another chain than the one that you trust",
            expected=shown.genesis_fingerprint.hex(),
            got=claim.genesis_fingerprint.hex(),
        )


def _certification(claim: Claim, account: wire.Account) -> wire.Certification:
    found = next((each for each in account.certifications if each.partner == claim.partner), None)
    if found is None:
        raise NoSuchCertification(account=claim.account, partner=claim.partner)
    return found


def _check_counts(certification: wire.Certification, shown: Shown) -> None:
    """As the law counts: the partner is in force, and block time has not reached the end."""
    if shown.partner.HasField("stop"):
        raise NotEnoughTrust(reason="the partner that certified is suspended", got=shown.partner.stop.document.hex())
    if certification.expires_ns and certification.expires_ns <= shown.time_ns:
        raise NotEnoughTrust(
            reason="the certification has expired", expected=int(certification.expires_ns), got=shown.time_ns
        )


def _check_equal(check: str, claimed: str | int, found: str | int) -> None:
    if claimed != found:
        raise InvalidProof(check=check, expected=found, got=claimed)
