"""What a partner knows of a user, so that single attributes can be shown to somebody else (选择性披露, white paper 3.4.1).

Each attribute has a commitment, SHA-256("luopu.attribute.v1" ‖ 00 ‖ name ‖ value ‖ salt), where each of the three has its
length in front (4 bytes, big-endian; text is UTF-8). On the chain stands the RFC 6962 root over the commitments in the order
of the names. A disclosure is that list of leaves: some as attributes, the others as commitments.

Guarantees: a disclosure that passes has exactly the leaves under the root, so nothing can be changed, added, left out or
moved. Of what stays hidden it says how many there are and where they stand among the names, and nothing more as long as their
salts are secret. Neither an attribute nor a disclosure shows what it holds when it is printed.
Leaves to others: to draw each salt by chance and to keep it; whether the root stands on the chain and still counts. That no
hidden attribute has the name of another is the partner's word: `attribute_root` sees to it. The file that a disclosure
travels in is `app.evidence.disclosure`'s.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.core.errors import InvalidProof, OutOfRange
from app.core.hashing import sha256
from app.core.merkle import root
from app.core.text import check_text
from app.core.units import Hash32, check_hash32

ATTRIBUTE_DOMAIN = b"luopu.attribute.v1\x00"
MAX_ATTRIBUTES = 64
MAX_ATTRIBUTE_NAME_BYTES = 64
MAX_VALUE_BYTES = 4_096
MIN_SALT_BYTES, MAX_SALT_BYTES = 16, 64


@dataclass(frozen=True, slots=True, repr=False)
class Attribute:
    """One thing that a partner knows of a user, with the salt that keeps its commitment from being guessed."""

    name: str
    value: str
    salt: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Disclosure:
    """All leaves under a root, in order: attributes that are shown, and commitments (32 bytes) to those that are not."""

    leaves: tuple[Attribute | Hash32, ...]

    @property
    def shown(self) -> tuple[Attribute, ...]:
        """What it discloses."""
        return tuple(leaf for leaf in self.leaves if isinstance(leaf, Attribute))

    @property
    def total(self) -> int:
        """How many attributes there are, shown or not."""
        return len(self.leaves)


def commitment(attribute: Attribute) -> Hash32:
    """The digest that binds an attribute, and hides it as long as its salt is secret."""
    parts = (attribute.name.encode(), attribute.value.encode(), attribute.salt)
    return sha256(ATTRIBUTE_DOMAIN + b"".join(len(part).to_bytes(4, "big") + part for part in parts))


def attribute_root(attributes: Sequence[Attribute]) -> Hash32:
    """The digest for the chain; SHA-256 of nothing for no attributes.

    Raises:
        OutOfRange: a field is wrong, two have one name or salt, or there are too many.
    """
    return root([commitment(each) for each in _ordered(attributes)])


def disclose(attributes: Sequence[Attribute], names: Collection[str]) -> Disclosure:
    """Show the attributes of these names, of all that are under the root.

    Raises:
        OutOfRange: no name is given, or one that no attribute has; or as `attribute_root`.
    """
    ordered = _ordered(attributes)
    if not names:
        raise OutOfRange(field="attributes to disclose", expected="at least one", got=0)
    for name in names:
        if all(each.name != name for each in ordered):
            raise OutOfRange(field="attribute to disclose", expected="a known name", got=name)
    return Disclosure(tuple(each if each.name in names else commitment(each) for each in ordered))


def check_disclosure(attributes_root: bytes, untrusted_disclosure: Disclosure) -> tuple[Attribute, ...]:
    """Return what a disclosure shows, if it is what the partner committed itself to.

    Raises:
        OutOfRange: a field is wrong, nothing is shown, or the names are not in order.
        InvalidProof: it does not lead to the root.
    """
    check_hash32("root of the attributes", attributes_root)
    _check_leaves(untrusted_disclosure)
    leaves = [commitment(leaf) if isinstance(leaf, Attribute) else leaf for leaf in untrusted_disclosure.leaves]
    found = root(leaves)
    if found != attributes_root:
        raise InvalidProof(check="root of the attributes", expected=attributes_root.hex(), got=found.hex())
    return untrusted_disclosure.shown


# ---- fields --------------------------------------------------------------------------------------------------------
def _ordered(attributes: Sequence[Attribute]) -> list[Attribute]:
    ordered = sorted(attributes, key=lambda each: each.name)  # by code point, which is the order of the UTF-8 bytes
    _check_attributes(len(ordered), ordered)
    return ordered


def _check_leaves(disclosure: Disclosure) -> None:
    _check_attributes(disclosure.total, disclosure.shown)
    if not disclosure.shown:
        raise OutOfRange(field="attributes to disclose", expected="at least one", got=0)
    for leaf in disclosure.leaves:
        if not isinstance(leaf, Attribute):
            check_hash32("commitment", leaf)


def _check_attributes(total: int, attributes: Sequence[Attribute]) -> None:
    if total > MAX_ATTRIBUTES:
        raise OutOfRange(field="number of attributes", expected=f"at most {MAX_ATTRIBUTES}", got=total)
    for each in attributes:
        check_text("name of an attribute", each.name, least=1, most=MAX_ATTRIBUTE_NAME_BYTES)
        check_text("value of an attribute", each.value, most=MAX_VALUE_BYTES)
        if not MIN_SALT_BYTES <= len(each.salt) <= MAX_SALT_BYTES:
            expected = f"{MIN_SALT_BYTES} … {MAX_SALT_BYTES} bytes"
            raise OutOfRange(field="salt of an attribute", expected=expected, got=len(each.salt))
    if any(later.name <= earlier.name for earlier, later in pairwise(attributes)):
        raise OutOfRange(field="names of the attributes", expected="each once, in order")
    if len({each.salt for each in attributes}) != len(attributes):  # a salt that is shown must not open what is hidden
        raise OutOfRange(field="salts of the attributes", expected="each once")
