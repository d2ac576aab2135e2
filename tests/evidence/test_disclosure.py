"""Disclosure packages: what they show, to whom, and when the chain says that it is so."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.attributes import Attribute, Disclosure, attribute_root, commitment
from app.core.errors import DecodingError, InvalidProof, LuopuError, NotCanonical, NotEnoughTrust, OutOfRange
from app.core.refusals import NoSuchCertification
from app.core.units import AccountAddress, Hash32, Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.evidence import disclosure
from app.evidence.disclosure import (
    Claim,
    DisclosurePackage,
    Shown,
    check_account,
    check_root,
    decode_package,
    disclose_agreed,
    disclose_all,
    encode_package,
)

NAMES = ("credit-code", "id-number", "name", "organisation", "phone", "会员号")
ATTRIBUTES = tuple(
    Attribute(name, f"value of {name}", hashlib.sha256(name.encode()).digest()[:16]) for name in reversed(NAMES)
)
ROOT = attribute_root(ATTRIBUTES)
USER, PARTNER = 31, 7
ADDRESS = AccountAddress(bytes(range(20)))
FINGERPRINT = Hash32(bytes(range(32)))
MADE = Nanoseconds(1_700_000_000_123_456_789)
NOW = 1_700_000_100_000_000_000
CLAIM = Claim("luopu-1", FINGERPRINT, USER, ADDRESS, PARTNER, ROOT, wire.LEVEL_REAL_NAME)


def full() -> DisclosurePackage:
    return disclose_all(CLAIM, ATTRIBUTES, made_ns=MADE)


def agreed(*names: str) -> DisclosurePackage:
    return disclose_agreed(CLAIM, ATTRIBUTES, names, made_ns=MADE)


def shown_by_node(expires_ns: int = 0) -> Shown:
    others = [wire.Certification(partner=partner, level=wire.LEVEL_CERTIFICATE, root=bytes(32)) for partner in (6, 8)]
    own = wire.Certification(partner=PARTNER, level=wire.LEVEL_REAL_NAME, root=ROOT, expires_ns=expires_ns)
    account = wire.Account(
        address=ADDRESS, id=USER, party=wire.PARTY_USER, partner=6, certifications=[others[0], own, others[1]]
    )
    return Shown("luopu-1", FINGERPRINT, account, wire.Account(id=PARTNER, party=wire.PARTY_PARTNER), NOW)


def received(package: DisclosurePackage) -> DisclosurePackage:
    """As whoever gets the file has it."""
    return decode_package(encode_package(package))


# ---- what it shows ---------------------------------------------------------------------------------------------------
def test_an_authority_gets_every_attribute() -> None:
    package = received(full())
    assert package.is_complete
    assert {each.name: each.value for each in check_root(package, ROOT)} == {name: f"value of {name}" for name in NAMES}
    assert check_account(package, shown_by_node()) == check_root(package, ROOT)


def test_somebody_else_gets_what_the_user_agreed_to_and_nothing_of_the_rest() -> None:
    content = encode_package(agreed("name", "phone"))
    package = decode_package(content)
    assert not package.is_complete
    assert [(each.name, each.value) for each in check_account(package, shown_by_node())] == [
        ("name", "value of name"),
        ("phone", "value of phone"),
    ]
    for each in ATTRIBUTES:
        if each.name not in ("name", "phone"):
            assert each.value.encode() not in content
            assert each.salt.hex().encode() not in content
            assert each.name.encode() not in content.replace(b'"name"', b"")


@given(st.sets(st.sampled_from(NAMES), min_size=1), st.integers(0, 2**63 - 1))
def test_whatever_is_agreed_comes_back_from_the_file(names: set[str], made_ns: int) -> None:
    package = disclose_agreed(CLAIM, ATTRIBUTES, names, made_ns=Nanoseconds(made_ns))
    assert received(package) == package
    assert {each.name for each in check_root(received(package), ROOT)} == names


def test_the_file_says_what_it_claims() -> None:
    document = json.loads(encode_package(agreed("phone")))
    leaves = document.pop("attributes")
    assert document == {
        "format": "luopu.disclosure.v1",
        "chain_id": "luopu-1",
        "genesis_fingerprint": FINGERPRINT.hex(),
        "account": {"number": "31", "address": ADDRESS.hex()},
        "partner": "7",
        "root": ROOT.hex(),
        "level": "real-name",
        "made_at_ns": "1700000000123456789",
    }
    assert [sorted(leaf) for leaf in leaves] == [["commitment"]] * 4 + [["name", "salt", "value"], ["commitment"]]


def test_what_is_shown_is_not_printed() -> None:
    assert "value of" not in repr(full())


@pytest.mark.parametrize("names", [(), ("address",), ("name", "Name")])
def test_nothing_or_what_is_not_there_cannot_be_disclosed(names: tuple[str, ...]) -> None:
    with pytest.raises(OutOfRange):
        agreed(*names)


def test_attributes_of_another_root_cannot_be_disclosed() -> None:
    with pytest.raises(InvalidProof):
        disclose_all(CLAIM, ATTRIBUTES[1:], made_ns=MADE)


WRONG_CLAIMS = {
    "account 0": replace(CLAIM, account=0),
    "partner 0": replace(CLAIM, partner=0),
    "no level": replace(CLAIM, level=0),
    "an unknown level": replace(CLAIM, level=6),
    "an address that is too short": replace(CLAIM, address=AccountAddress(bytes(19))),
    "no chain": replace(CLAIM, chain_id=""),
    "a chain's name that is too long": replace(CLAIM, chain_id="x" * 51),
}


@pytest.mark.parametrize("what", WRONG_CLAIMS)
def test_a_claim_that_cannot_be_is_not_written(what: str) -> None:
    with pytest.raises(DecodingError):
        disclose_all(WRONG_CLAIMS[what], ATTRIBUTES, made_ns=MADE)


# ---- against the root ------------------------------------------------------------------------------------------------
def altered(package: DisclosurePackage, index: int, leaf: Attribute | Hash32) -> DisclosurePackage:
    leaves = list(package.disclosure.leaves)
    leaves[index] = leaf
    return replace(package, disclosure=Disclosure(tuple(leaves)))


FORGERIES: dict[str, Callable[[DisclosurePackage], DisclosurePackage]] = {
    "another value": lambda package: altered(package, 2, Attribute("name", "somebody else", ATTRIBUTES[3].salt)),
    "another name": lambda package: altered(package, 2, replace(ATTRIBUTES[3], name="nickname")),
    "another salt": lambda package: altered(package, 2, replace(ATTRIBUTES[3], salt=bytes(16))),
    "another commitment": lambda package: altered(package, 0, Hash32(bytes(32))),
    "one less": lambda package: replace(package, disclosure=Disclosure(package.disclosure.leaves[:-1])),
    "one more": lambda package: replace(
        package, disclosure=Disclosure((*package.disclosure.leaves, commitment(Attribute("z", "z", bytes(16)))))
    ),
    "two swapped": lambda package: replace(
        package, disclosure=Disclosure((*package.disclosure.leaves[1::-1], *package.disclosure.leaves[2:]))
    ),
    "another root": lambda package: replace(package, claim=replace(package.claim, root=Hash32(bytes(32)))),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_was_not_certified_is_refused(forgery: str) -> None:
    package = FORGERIES[forgery](agreed("name"))
    with pytest.raises(InvalidProof):
        check_root(package, ROOT)
    with pytest.raises(InvalidProof):
        check_account(package, shown_by_node())


def test_a_sound_package_of_another_root_is_refused() -> None:
    with pytest.raises(InvalidProof):
        check_root(full(), bytes(32))


# ---- against the account ---------------------------------------------------------------------------------------------
def test_it_counts_until_the_block_time_reaches_its_end() -> None:
    check_account(full(), shown_by_node(expires_ns=NOW + 1))
    for expires_ns in (NOW, NOW - 1, 1):
        with pytest.raises(NotEnoughTrust):
            check_account(full(), shown_by_node(expires_ns))


def test_it_does_not_count_while_the_partner_is_suspended() -> None:
    shown = shown_by_node()
    shown.partner.stop.CopyFrom(wire.Stop(document=bytes(32), by=1, height=5))
    with pytest.raises(NotEnoughTrust):
        check_account(full(), shown)


def test_it_does_not_count_once_the_partner_has_revoked_it() -> None:
    shown = shown_by_node()
    del shown.account.certifications[1]
    with pytest.raises(NoSuchCertification) as caught:
        check_account(full(), shown)
    assert caught.value.facts == {"account": USER, "partner": PARTNER}


def test_a_frozen_user_is_still_who_it_was_certified_to_be() -> None:
    shown = shown_by_node()
    shown.account.stop.CopyFrom(wire.Stop(document=bytes(32), by=PARTNER, height=5))
    assert check_account(full(), shown)


def recertified(**facts: object) -> Shown:
    shown = shown_by_node()
    shown.account.certifications[1].MergeFrom(wire.Certification(**facts))  # type: ignore[arg-type]
    return shown


OTHERWISE: dict[str, tuple[Callable[[], Shown], type[LuopuError], str | None]] = {
    "another chain": (lambda: replace(shown_by_node(), chain_id="luopu-2"), NotEnoughTrust, None),
    "another genesis": (lambda: replace(shown_by_node(), genesis_fingerprint=bytes(32)), NotEnoughTrust, None),
    "another level": (lambda: recertified(level=wire.LEVEL_PHONE), InvalidProof, "level"),
    "certified anew": (lambda: recertified(root=b"\x01" * 32), InvalidProof, "root of the certification"),
    "another partner's account": (
        lambda: replace(shown_by_node(), partner=wire.Account(id=8)),
        InvalidProof,
        "partner",
    ),
}


@pytest.mark.parametrize("what", OTHERWISE)
def test_what_the_chain_holds_otherwise_is_refused(what: str) -> None:
    make, kind, check = OTHERWISE[what]
    with pytest.raises(kind) as caught:
        check_account(full(), make())
    assert caught.value.facts.get("check") == check


@pytest.mark.parametrize("change", [{"id": 32}, {"address": bytes(20)}])
def test_another_user_s_account_is_refused(change: dict[str, object]) -> None:
    shown = shown_by_node()
    shown.account.MergeFrom(wire.Account(**change))  # type: ignore[arg-type]
    with pytest.raises(InvalidProof):
        check_account(full(), shown)


# ---- hostile files ---------------------------------------------------------------------------------------------------
def rewritten(change: Callable[[dict[str, object]], object]) -> bytes:
    """The file with a change, in canonical JSON."""
    document = json.loads(encode_package(agreed("name")))
    change(document)
    return disclosure.encode_document("test", document)


HOSTILE: dict[str, Callable[[dict[str, object]], object]] = {
    "another format": lambda document: document.update(format="luopu.disclosure.v2"),
    "a chain's name that misleads": lambda document: document.update(chain_id="luopu\u200b"),
    "a field more": lambda document: document.update(more="x"),
    "a field less": lambda document: document.pop("made_at_ns"),
    "a number as number": lambda document: document.update(partner=7),
    "a number that is too large": lambda document: document.update(partner=str(2**63)),
    "a level in capitals": lambda document: document.update(level="Real-name"),
    "no level": lambda document: document.update(level="unspecified"),
    "a root that is too short": lambda document: document.update(root="00" * 31),
    "attributes that are no list": lambda document: document.update(attributes={}),
    "an attribute that is no object": lambda document: document.update(attributes=["x"]),
    "an attribute and a commitment": lambda document: document.update(
        attributes=[{"name": "name", "value": "x", "salt": "", "commitment": "00" * 32}]
    ),
    "a commitment that is too short": lambda document: document.update(attributes=[{"commitment": "00" * 31}]),
    "a value that misleads": lambda document: document.update(
        attributes=[{"name": "name", "value": "a\u202eb", "salt": "AAAAAAAAAAAAAAAAAAAAAA=="}]
    ),
    "a name that looks like another": lambda document: document.update(
        attributes=[{"name": "nаme", "value": "x", "salt": "AAAAAAAAAAAAAAAAAAAAAA=="}]
    ),
    "a value that is too long": lambda document: document.update(
        attributes=[{"name": "name", "value": "x" * 513, "salt": "AAAAAAAAAAAAAAAAAAAAAA=="}]
    ),
    "a salt that is no base64": lambda document: document.update(
        attributes=[{"name": "name", "value": "x", "salt": "?"}]
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_is_not_quite_a_package_is_refused(what: str) -> None:
    with pytest.raises(DecodingError):
        decode_package(rewritten(HOSTILE[what]))


def test_a_package_has_one_form() -> None:
    content = encode_package(agreed("name"))
    assert rewritten(lambda document: None) == content
    for other in (content + b"\n", content.replace(b",", b", ", 1), json.dumps(json.loads(content)).encode()):
        with pytest.raises(NotCanonical):
            decode_package(other)


def test_a_huge_file_is_refused_before_it_is_read_through() -> None:
    with pytest.raises(DecodingError):
        decode_package(b"[" * (disclosure.MAX_BYTES + 1))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_decoded(data: bytes) -> None:
    with pytest.raises(DecodingError):
        decode_package(data)


@given(st.integers(0, 2000), st.integers(1, 255))
def test_no_altered_file_shows_anything_else(at: int, flip: int) -> None:
    content = bytearray(encode_package(agreed("name", "phone")))
    content[at % len(content)] ^= flip
    try:
        package = decode_package(bytes(content))
        found = check_account(package, shown_by_node())
    except LuopuError:
        return
    assert found == check_root(agreed("name", "phone"), ROOT)
    assert package.claim == CLAIM  # so only the time at which it was made can differ


def test_as_much_as_may_be_certified_fits() -> None:
    attributes = tuple(
        Attribute(f"{number:064}", '"\\' * 256, hashlib.sha512(bytes([number])).digest()) for number in range(64)
    )
    package = disclose_all(replace(CLAIM, root=attribute_root(attributes)), attributes, made_ns=MADE)
    assert check_root(received(package), package.claim.root) == attributes
