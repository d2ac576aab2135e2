"""Papers of people: sealed beside the vault, handed out whole or not at all, and gone when nobody names them."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import StoreFailed
from app.core.home import Home
from app.core.ports import Randomness
from app.core.walleterrors import NoPaper, VaultDamaged
from app.wallet.keystore import Cost
from app.wallet.paper_seal import HEAD_BYTES, SEALED_PIECE_BYTES, open_paper
from app.wallet.papers import Papers
from app.wallet.vault import PersonId, Vault
from tests.wallet.paper_people import (
    CONTENTS,
    PASSPHRASE,
    files_of,
    lay_out,
    material_of,
    named_by,
    person_of,
    sha256_of,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the clerk has the papers."""
    made = tmp_path / "clerk"
    made.mkdir()
    lay_out(made)
    return made


@pytest.fixture
def vault(tmp_path: Path, randomness: Randomness, cheap: Cost) -> Iterator[Vault]:
    home = Home(tmp_path)
    home.wallet.mkdir()
    with closing(Vault.create(home.vault, PASSPHRASE, randomness=randomness, cost=cheap)) as vault:
        yield vault


@pytest.fixture
def papers(vault: Vault) -> Papers:
    return Papers(vault)


@pytest.fixture
def kept(papers: Papers, folder: Path) -> PersonId:
    """Person 1, with a passport and a form."""
    return papers.keep(person_of(1), files_of(folder, 1))


def names_in(papers: Papers) -> set[str]:
    return {path.name for path in papers.folder.iterdir()} - {"turn"}


def read(papers: Papers, person: PersonId, name: str, folder: Path) -> bytes:
    return papers.save(person, sha256_of(name), folder / "copy", replaces=True).read_bytes()


# ---- kept and handed out ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", CONTENTS)
def test_a_paper_is_handed_out_as_it_was_taken_in(papers: Papers, folder: Path, name: str) -> None:
    person = papers.keep(named_by(5, (name,)), {sha256_of(name): folder / f"{name}.pdf"})
    (folder / f"{name}.pdf").unlink()
    assert read(papers, person, name, folder) == CONTENTS[name]
    assert papers.has(material_of(name))


def test_the_folder_is_the_home_s(papers: Papers, tmp_path: Path) -> None:
    assert papers.folder == Home(tmp_path).materials


def test_something_else_of_the_folder_s_name_is_said(papers: Papers, folder: Path, vault: Vault) -> None:
    papers.folder.write_bytes(b"")
    with pytest.raises(StoreFailed):
        papers.keep(person_of(1), files_of(folder, 1))
    assert list(vault.search("")) == []


# ---- forgotten -------------------------------------------------------------------------------------------------------
def test_papers_are_forgotten_with_the_last_person_who_names_them(papers: Papers, kept: PersonId, folder: Path) -> None:
    second = papers.keep(person_of(2), files_of(folder, 2))
    papers.forget(kept)
    assert not papers.has(material_of("form"))
    assert read(papers, second, "passport", folder) == CONTENTS["passport"]
    papers.forget(second)
    assert names_in(papers) == set()


def test_what_opens_a_forgotten_paper_is_overwritten(papers: Papers, kept: PersonId) -> None:
    sealed = papers.folder / papers._name(material_of("form"))
    other = papers.folder.parent / "a second name of the same bytes"
    other.hardlink_to(sealed)
    papers.forget(kept)
    assert other.read_bytes()[:HEAD_BYTES] == bytes(HEAD_BYTES)


def test_who_has_no_papers_is_kept_and_forgotten_all_the_same(papers: Papers, vault: Vault) -> None:
    person = papers.keep(named_by(7, ()), {})
    papers.forget(person)
    assert list(vault.search("")) == []
    assert not papers.folder.exists()


def test_a_note_that_somebody_altered_deletes_nothing_else(papers: Papers, kept: PersonId, folder: Path) -> None:
    aside = papers.folder.parent / ("ab" * 32)
    aside.write_bytes(b"dear")
    passport = papers._name(material_of("passport"))
    note = papers.folder / "unfinished-00"
    note.write_bytes(f"../{aside.name}\n{passport}\n../../clerk/form.pdf\n\xff".encode("latin-1"))
    papers.keep(person_of(2), files_of(folder, 2))
    assert aside.read_bytes() == b"dear"
    assert (folder / "form.pdf").exists()
    assert not note.exists()
    assert read(papers, kept, "passport", folder) == CONTENTS["passport"]


# ---- altered ---------------------------------------------------------------------------------------------------------
def altered(content: bytes) -> Iterator[bytes]:
    """Every way to alter a file of three pieces that its size alone would not show, and some that it would."""
    places = (0, 15, 20, 200, 320, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + SEALED_PIECE_BYTES, len(content) - 1)
    for at in places:
        yield content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    head, body = content[:HEAD_BYTES], content[HEAD_BYTES:]
    first, second = body[:SEALED_PIECE_BYTES], body[SEALED_PIECE_BYTES:]
    yield head + second + first
    yield head + first + first
    yield head + first
    yield head
    yield b""
    yield content + first
    yield content + b"\x00"


def test_an_altered_paper_is_refused_and_nothing_is_left_behind(papers: Papers, kept: PersonId, folder: Path) -> None:
    sealed = papers.folder / papers._name(material_of("passport"))
    content, there = sealed.read_bytes(), set(folder.iterdir())
    assert len(content) == HEAD_BYTES + 2 * SEALED_PIECE_BYTES
    for wrong in altered(content):
        sealed.write_bytes(wrong)
        with pytest.raises(VaultDamaged):
            papers.save(kept, sha256_of("passport"), folder / "copy", replaces=True)
        assert set(folder.iterdir()) == there
    sealed.write_bytes(content)
    assert read(papers, kept, "passport", folder) == CONTENTS["passport"]


def test_a_paper_in_another_s_place_is_refused(papers: Papers, kept: PersonId, folder: Path) -> None:
    second = papers.keep(person_of(2), files_of(folder, 2))
    form, empty = (papers.folder / papers._name(material_of(name)) for name in ("form", "empty"))
    form.replace(empty)
    with pytest.raises(VaultDamaged):
        papers.save(second, sha256_of("empty"), folder / "copy", replaces=True)
    with pytest.raises(NoPaper):
        papers.save(kept, sha256_of("form"), folder / "copy", replaces=True)


def test_a_paper_of_another_vault_is_refused(
    papers: Papers, kept: PersonId, folder: Path, tmp_path: Path, randomness: Randomness, cheap: Cost
) -> None:
    (tmp_path / "other").mkdir()
    with closing(Vault.create(tmp_path / "other" / "vault.db", PASSPHRASE, randomness=randomness, cost=cheap)) as vault:
        others = Papers(vault)
        person = others.keep(person_of(1), files_of(folder, 1))
        target = others.folder / others._name(material_of("form"))
        target.write_bytes((papers.folder / papers._name(material_of("form"))).read_bytes())
        with pytest.raises(VaultDamaged):
            others.save(person, sha256_of("form"), folder / "copy", replaces=True)


def test_what_opens_but_is_not_what_the_row_names_is_refused(
    papers: Papers, vault: Vault, kept: PersonId, folder: Path
) -> None:
    digests, keys = material_of("form").digests, vault.inside().keys
    sealed = papers.folder / papers._name(material_of("form"))
    with (folder / "copy").open("wb") as copy, pytest.raises(VaultDamaged):
        open_paper(sealed, replace(digests, sha256=sha256_of("empty")), copy, keys=keys, generation=1)
    open_paper(sealed, digests, None, keys=keys, generation=1)
