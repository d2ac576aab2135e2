"""The papers of people, scans and application forms, sealed in a folder beside the vault (white paper 3.4.1 身份监管).

Guarantees: a person is kept together with the papers that come along, on the disk, or neither is. A paper lies here once,
however many people name it, under a keyed hash of its digest; who has only the folder learns how many there are and their
sizes in steps of 64 KiB. One is handed out only to where somebody asked for it, whole and as the person's row names it, or
not at all. What nobody names any more is overwritten and deleted; where that was cut short it is done when the next person
is kept or forgotten. A changed passphrase leaves every paper as it is.

Leaves to others: copies of the folder (a backup of the vault needs it), and noticing that files are missing.
"""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from app.core.errors import FileUnwritable, LuopuError, StoreFailed, StoreInUse
from app.core.units import Hash32
from app.core.walleterrors import NoPaper, VaultDamaged
from app.wallet.disk import create_file, replace_file, sync_folder, write_bytes
from app.wallet.paper_seal import HEAD_BYTES, open_paper, seal_paper
from app.wallet.turns import taking_turns
from app.wallet.vault import PersonId, Vault
from app.wallet.vault_person import Material, Person

FOLDER: Final = "materials"
_TURN: Final = "turn"
_MARK: Final = "unfinished-"
_NAME: Final = re.compile(r"[0-9a-f]{64}")
_MARK_BYTES: Final = 8
_PURPOSE: Final = b"paper"


class Papers:
    """The papers of an open vault. Several may be open on one folder; any thread may use one."""

    def __init__(self, vault: Vault) -> None:
        self._vault, self._folder = vault, vault.path.with_name(FOLDER)

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder

    # ---- changes ---------------------------------------------------------------------------------------------------
    def keep(self, person: Person, files: Mapping[Hash32, Path]) -> PersonId:
        """Keep a person, and sealed copies of those of its papers that lie at `files`, by their SHA-256.

        Raises:
            FileUnreadable, FileChanged: a paper cannot be read, or is no longer what the person names.
            StoreInUse: another program has been at it for longer than 10 s.
            StoreFailed: the disk refused.
            LuopuError: as of `Vault.add`.
        """
        wanted = [each for each in person.materials if each.digests.sha256 in files]
        if not wanted:
            return self._vault.add(person)
        self._make_folder()
        with taking_turns(self._folder / _TURN):
            self._tidy()
            mark = self._mark([self._name(each) for each in wanted])
            try:
                for material in wanted:
                    self._seal(material, files[material.digests.sha256])
                person_id = self._vault.add(person)
            except LuopuError:
                with suppress(LuopuError):
                    self._tidy()
                raise
            _delete(mark)
        return person_id

    def forget(self, person_id: PersonId) -> None:
        """Take a person out, with the papers that nobody else names. They cannot be brought back.

        Raises:
            StoreInUse, StoreFailed: as of `keep`; the person may be forgotten, and the papers are when the next one is.
            LuopuError: as of `Vault.forget`.
        """
        if not self._folder.is_dir():
            self._vault.forget(person_id)
            return
        with taking_turns(self._folder / _TURN):
            materials = self._vault.get(person_id).person.materials
            lying = [path.name for path in map(self._find, materials) if path is not None]
            if lying:
                self._mark(lying)
            self._vault.forget(person_id)
            self._tidy()

    # ---- questions -------------------------------------------------------------------------------------------------
    def has(self, material: Material) -> bool:
        """Whether a copy lies here. Errors as of `Vault.get`."""
        return self._find(material) is not None

    def save(self, person_id: PersonId, sha256: bytes, target: Path, *, replaces: bool) -> Path:
        """Write a paper of a person to `target` (mode 0600), in the place of what is there only where `replaces` says so.

        Raises:
            NoPaper: the person has no such paper, or no copy of it is kept here.
            VaultDamaged: the copy was altered or cut; nothing is left at `target`.
            FileUnwritable: `target` cannot be written, or something has that name already.
            LuopuError: as of `Vault.get`.
        """
        named = (each for each in self._vault.get(person_id).person.materials if each.digests.sha256 == sha256)
        material = next(named, None)
        path = None if material is None else self._find(material)
        if material is None or path is None:
            raise NoPaper(sha256=sha256.hex()[:16])
        write = partial(self._open, material, path)
        try:
            if replaces:
                replace_file(target, write)
            else:
                create_file(target, write, FileUnwritable(file=target.name, reason="something has that name"))
        except StoreFailed as error:
            if error.facts.get("path") != str(target):
                raise
            raise FileUnwritable(file=target.name, reason=error.facts.get("reason")) from error
        return target

    # ---- inside ----------------------------------------------------------------------------------------------------
    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            sync_folder(self._folder.parent)
        except OSError as error:
            raise StoreFailed(path=str(self._folder), reason=error.strerror) from error

    def _name(self, material: Material, generation: int | None = None) -> str:
        """Under which name it lies, or would be put now."""
        keys = self._vault.inside().keys
        return keys.tag(generation or keys.newest, _PURPOSE, material.digests.sha256).hex()

    def _names(self, material: Material) -> list[str]:
        """Under which names it may lie, that of the newest key first."""
        return [self._name(material, generation) for generation in range(self._vault.inside().keys.newest, 0, -1)]

    def _find(self, material: Material) -> Path | None:
        paths = (self._folder / name for name in self._names(material))
        return next((path for path in paths if path.is_file()), None)

    def _generation(self, material: Material, name: str) -> int:
        names = self._names(material)
        return len(names) - names.index(name)

    def _seal(self, material: Material, source: Path) -> None:
        """Put a copy here, unless one lies here whole."""
        found = self._find(material)
        if found is not None:
            with suppress(VaultDamaged):
                self._write(material, found, None)
                return
            _erase(found)
        target = self._folder / self._name(material)
        create_file(target, partial(self._fill, material, source, target.name), StoreInUse(path=str(target)))

    def _fill(self, material: Material, source: Path, name: str, temporary: Path) -> None:
        inside = self._vault.inside()
        generation = self._generation(material, name)
        with temporary.open("wb") as file:
            seal_paper(
                source,
                material.digests,
                file,
                keys=inside.keys,
                generation=generation,
                name=name,
                random=inside.randomness,
            )
            file.flush()
            os.fsync(file.fileno())

    def _open(self, material: Material, path: Path, temporary: Path) -> None:
        with temporary.open("wb") as file:
            self._write(material, path, file)
            file.flush()
            os.fsync(file.fileno())

    def _write(self, material: Material, path: Path, target: BinaryIO | None) -> None:
        generation = self._generation(material, path.name)
        open_paper(path, material.digests, target, keys=self._vault.inside().keys, generation=generation)

    # ---- what was cut short ----------------------------------------------------------------------------------------
    def _mark(self, names: list[str]) -> Path:
        """Note on the disk which files may be left behind from here on, until the note is deleted."""
        mark = self._folder / f"{_MARK}{self._vault.inside().randomness.random_bytes(_MARK_BYTES).hex()}"
        create_file(mark, write_bytes("\n".join(names).encode()), StoreInUse(path=str(mark)))
        return mark

    def _tidy(self) -> None:
        """Delete what was left behind: files that a note names and nobody else does, and those that were never finished."""
        for path in self._folder.glob(".*"):
            _delete(path)
        marks = sorted(self._folder.glob(f"{_MARK}*"))
        if not marks:
            return
        noted = {name for mark in marks for name in _NAME.findall(_read(mark))}
        kept = {each for found in self._vault.search("") for each in found.person.materials}
        named = {name for each in kept for name in self._names(each)}
        for name in noted - named:
            _erase(self._folder / name)
        for mark in marks:
            _delete(mark)


def _erase(path: Path) -> None:
    """Overwrite what opens a paper, then delete it."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(HEAD_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreFailed(path=str(path), reason=error.strerror) from error
    _delete(path)


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreFailed(path=str(path), reason=error.strerror) from error


def _read(mark: Path) -> str:
    try:
        return mark.read_text("ascii", "replace")
    except OSError as error:
        raise StoreFailed(path=str(mark), reason=error.strerror) from error
