"""What may be kept of a person, and that nothing of a person is said by an error or in print."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from app.core.attributes import attribute_root
from app.core.errors import LuopuError, OutOfRange
from app.core.paper_words import CertifiedPaper, read_paper
from app.core.ports import Clock, Randomness
from app.core.walleterrors import NotWhatWasShown, VaultDamaged
from app.core.wire import registry_pb2 as wire
from app.wallet.keystore import Cost
from app.wallet.vault import Vault
from app.wallet.vault_person import Noted, Person, check_person, decode_person, encode_person, make_person
from tests.wallet.vault_people import PASSPHRASE, build_person, with_attribute, words_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@pytest.fixture
def vault(path: Path, randomness: Randomness, cheap: Cost) -> Iterator[Vault]:
    with closing(Vault.create(path, PASSPHRASE, randomness=randomness, cost=cheap)) as vault:
        yield vault


def everybody(vault: Vault) -> set[Person]:
    return {kept.person for kept in vault.search("")}


ODD = {
    "no attributes": replace(build_person(), attributes=()),
    "a salt that is too short": replace(
        build_person(), attributes=(replace(build_person().attributes[0], salt=b"short"),)
    ),
    "a name twice": replace(build_person(), attributes=build_person().attributes * 2),
    "too many attributes": replace(build_person(), attributes=build_person().attributes * 17),
    "an unknown level": replace(build_person(), level=6),
    "no level": replace(build_person(), level=0),
    "too many materials": replace(build_person(), materials=build_person().materials * 65),
    "a material without a name": replace(
        build_person(), materials=(replace(build_person().materials[0], file_name=""),)
    ),
    "notes that are too long": replace(build_person(), notes=build_person().notes * 300),
    "notes that hide something": replace(build_person(), notes=build_person().notes + "\u202e"),
    "a name that is no Unicode": replace(build_person(), name=build_person().name + "\ud800"),
    "a time before 1970": replace(build_person(), created_ns=-1),  # type: ignore[arg-type]
    "account 0": build_person(account=0),
}


@pytest.mark.parametrize("what", ODD)
def test_what_may_not_be_so_is_refused_without_repeating_it(vault: Vault, what: str) -> None:
    with pytest.raises(OutOfRange) as caught:
        vault.add(ODD[what])
    check_says_nothing(caught.value, build_person())
    assert everybody(vault) == set()


BAD_ATTRIBUTES = [
    ("Name", "x"),
    ("ID-number", "x"),
    ("nаme", "x"),  # a Cyrillic letter
    ("secret 王", "秘密" * 200),
    ("secret 王 ", "x"),
    ("", "x"),
    ("phone 2", ""),
    ("phone 2", "秘密\u200b"),
    ("phone 2", "秘密\udcff"),
    ("email", "秘密\n"),
]


@pytest.mark.parametrize(("name", "value"), BAD_ATTRIBUTES)
def test_an_attribute_that_misleads_is_refused_without_repeating_it(vault: Vault, name: str, value: str) -> None:
    person = build_person()
    odd = replace(person.attributes[0], name=name, value=value)
    with pytest.raises(OutOfRange) as caught:
        vault.add(replace(person, attributes=(*person.attributes, odd)))
    check_says_nothing(caught.value, replace(person, attributes=(*person.attributes, replace(odd, value="秘密"))))
    assert "secret" not in str(caught.value)


NOTED = Noted(
    name="王小明",
    attributes=(("phone", "13800000000"), ("name", "王小明")),
    level=wire.LEVEL_PHONE,
    materials=(replace(build_person().materials[0], kind="scan"),),
    notes="came to the counter",
    account=77,
)


def test_what_was_noted_of_a_person_is_kept_with_a_salt_for_each_attribute(
    vault: Vault, clock: Clock, randomness: Randomness
) -> None:
    one, other = make_person(NOTED, clock, randomness), make_person(NOTED, clock, randomness)
    *pairs, paper = ((each.name, each.value) for each in one.attributes)
    assert tuple(pairs) == NOTED.attributes
    assert read_paper(*paper) == CertifiedPaper("scan", NOTED.materials[0].digests)
    assert (one.name, one.level, one.materials) == (NOTED.name, NOTED.level, NOTED.materials)
    assert (one.notes, one.account) == (NOTED.notes, NOTED.account)
    salts = {each.salt for each in (*one.attributes, *other.attributes)}
    assert {len(salt) for salt in salts} == {32}
    assert len(salts) == 6
    assert one.root == attribute_root(one.attributes) != other.root
    vault.add(one)
    assert everybody(vault) == {one}


@pytest.mark.parametrize(
    "change",
    [
        {"level": 0},
        {"name": ""},
        {"attributes": ()},
        {"attributes": NOTED.attributes * 2},
        {"attributes": (("PAPER-1", "scan"),)},
        {"account": 0},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_may_not_be_noted_is_refused_without_repeating_it(
    clock: Clock, randomness: Randomness, change: dict[str, Any]
) -> None:
    with pytest.raises(OutOfRange) as caught:
        make_person(replace(NOTED, **change), clock, randomness)
    check_says_nothing(caught.value, make_person(NOTED, clock, randomness))


def test_a_root_that_is_not_that_of_the_attributes_is_refused(vault: Vault) -> None:
    with pytest.raises(NotWhatWasShown) as caught:
        vault.add(replace(build_person(1), root=build_person(2).root))
    check_says_nothing(caught.value, build_person(1))


def test_as_much_as_may_be_kept_comes_back(vault: Vault) -> None:
    person = replace(build_person(), notes='"\\' * 2048, materials=(build_person().materials[0],) * 64)
    for number in range(60):
        person = with_attribute(person, f"free {number}", '"\\' * 256)
    vault.add(person)
    assert everybody(vault) == {person}


def check_says_nothing(error: BaseException, person: Person) -> None:
    """Neither what is printed of an error nor what it carries along has anything of the person."""
    carried: list[str] = []
    chain: BaseException | None = error
    while chain is not None:
        carried += [str(chain), repr(chain), repr(vars(chain)), *map(repr, chain.args)]
        carried += [repr(getattr(chain, name, "")) for name in ("object", "doc")]  # of UnicodeError and JSONDecodeError
        chain = chain.__context__
    assert [word for word in words_of(person) for text in carried if word in text] == []


def test_a_person_is_not_printed(vault: Vault) -> None:
    kept = vault.get(vault.add(build_person()))
    printed = f"{kept!r} {kept.person!r} {kept.person} {kept.person.materials!r} {vault!r}"
    assert [word for word in words_of(kept.person) if word in printed] == []


@pytest.mark.parametrize("document", [b"{}", b"[]", b"\xff", b'{"name":"', encode_person(build_person())[:-1]])
def test_a_sealed_document_that_is_no_person_is_refused_without_repeating_it(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, document: bytes
) -> None:
    person_id = None
    with monkeypatch.context() as patch:
        patch.setattr("app.wallet.vault.encode_person", lambda _person: document)
        person_id = vault.add(build_person())
    with pytest.raises(LuopuError) as caught:
        vault.get(person_id)
    assert caught.value.code == "vault-damaged"
    check_says_nothing(caught.value, build_person())


# ---- papers ----------------------------------------------------------------------------------------------------------
def test_papers_that_were_certified_are_the_materials_and_no_others(clock: Clock, randomness: Randomness) -> None:
    person = make_person(NOTED, clock, randomness)
    check_person(person)
    form = replace(NOTED.materials[0], kind="form")
    for materials in ((), (form,), (*person.materials, form)):
        with pytest.raises(NotWhatWasShown):
            check_person(replace(person, materials=materials))
    check_person(replace(person, materials=(replace(person.materials[0], file_name="another name.pdf"),)))


def test_a_row_of_the_first_format_knows_no_kinds(clock: Clock, randomness: Randomness) -> None:
    person = build_person()
    fields = json.loads(encode_person(person))
    assert fields["format"] == "luopu.person.v2"
    del fields["materials"][0]["kind"]
    fields["format"] = "luopu.person.v1"
    assert decode_person(rfc8785.dumps(fields)) == person
    assert person.materials[0].kind == "other"
    for wrong in ({"format": "luopu.person.v3"}, {"materials": [{**fields["materials"][0], "kind": "song"}]}):
        with pytest.raises(VaultDamaged):
            decode_person(rfc8785.dumps({**fields, **wrong}))
