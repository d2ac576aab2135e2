"""The snapshots of a custodian on its disk, `<home>/reserves/<id>/` each (docs/formats.md, Reserves; white paper 3.4.3).

    snapshot.json   the note: what may lie in the clear, and opens nothing
    owed.sealed     what is owed to whom, and the secret of the snapshot, under the vault's keys
    pieces          of unique vouchers: their state proofs
    published.json  where the snapshot stands on the chain, once it does

Guarantees: a snapshot is here whole, on the disk, or not at all, whenever the process or the power goes; making one touches
no other. What is loaded is what was kept. One that is damaged is told and stays as it is, and the others are listed all the
same. Several books may be open on one folder, in one process or in many; any thread may use one.

Leaves to others: whether a snapshot may still come to be published, so that it must not be discarded; copies of the folder.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.client.reserve.ground import check_publishes, check_whole, ground_of, kept_ground
from app.client.reserve.note import (
    MAX_DOCUMENT_BYTES,
    KeptGround,
    KeptPublication,
    MadeNote,
    PublishedNote,
    SnapshotNote,
    TermsNote,
    decode_note,
    decode_published,
    encode_note,
    encode_published,
    snapshot_id,
)
from app.client.reserve.owed import HEAD_BYTES, open_owed, seal_owed, total_of
from app.client.reserve.papers import Ground, Published
from app.client.reserve.pieces import PieceFile, write_pieces
from app.client.reserve.shelf import Shelf, new_file
from app.core.errors import DecodingError, InvalidBlock, InvalidProof, LuopuError, NotFound, StoreFailed
from app.core.hashing import sha256
from app.core.ports import Randomness
from app.core.reserveerrors import ReserveOverflow, SnapshotDamaged
from app.core.units import Hash32, Height, Nanoseconds
from app.core.walleterrors import BadTransition, VaultDamaged
from app.reserve.shares import Owed, Shares
from app.wallet.disk import replace_file, write_bytes
from app.wallet.vault import Inside

__all__ = ["KeptSnapshot", "MadeNote", "PublishedNote", "ReserveBook", "SnapshotNote", "TermsNote"]

NOTE: Final = "snapshot.json"
OWED: Final = "owed.sealed"
PIECES: Final = "pieces"
PUBLISHED: Final = "published.json"


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """Everything of a snapshot."""

    ground: Ground
    owed: Owed = field(repr=False)
    master: bytes = field(repr=False)
    pieces: Sequence[bytes] = field(repr=False)
    """Of unique vouchers: the state proof of each row; read from the disk as it is asked for."""


class ReserveBook:
    """The snapshots of one home."""

    def __init__(self, folder: Path, inside: Callable[[], Inside], randomness: Randomness) -> None:
        """`inside` gives the keys of the open vault, when a snapshot is kept or loaded."""
        self._shelf = Shelf(folder, OWED, HEAD_BYTES, randomness)
        self._inside, self._randomness = inside, randomness
        self._tidy()

    # ---- changes -----------------------------------------------------------------------------------------------------
    def keep(
        self, ground: Ground, shares: Shares, master: bytes, made: MadeNote, pieces: Sequence[bytes] = ()
    ) -> SnapshotNote:
        """Keep a snapshot, on the disk when this returns. The same again is the one that is here.

        Raises:
            InvalidReserve: its parts do not belong together.
            StoreFailed: the disk refused.
            StoreInUse: another program has been at it for longer than 10 s.
            KeyLocked, LuopuError: as of `Vault.inside`.
        """
        check_whole(ground, shares, master, made, pieces)
        keys, name = self._inside().keys, snapshot_id(shares.root)
        with self._shelf.turn():
            self._shelf.tidy()
            if self._shelf.find(name) is None:
                with self._shelf.adding(name) as folder:
                    kept_pieces = None
                    if ground.header.is_unique:
                        with new_file(folder / PIECES) as file:
                            kept_pieces = write_pieces(pieces, file)
                    note = encode_note(kept_ground(ground, shares, made, kept_pieces))
                    with new_file(folder / OWED) as file:
                        seal_owed(shares.owed, master, file, keys, sha256(note), self._randomness)
                    with new_file(folder / NOTE) as file:
                        file.write(note)
        return self.note(name)

    def mark_published(
        self, snapshot: str, published: Published, transaction_hash: bytes, height: int, time_ns: int
    ) -> None:
        """Note where a snapshot stands on the chain. The first that was noted stays.

        Raises:
            NotFound: there is no such snapshot.
            InvalidReserve, DecodingError: it is the publication of another.
            BadTransition: it was published by another transaction.
            StoreInUse, StoreFailed: as of `keep`; what was noted before still is.
        """
        note = PublishedNote(Hash32(transaction_hash), Height(height), Nanoseconds(time_ns))
        self._folder(snapshot)
        with self._shelf.turn():
            kept = self._kept(snapshot)
            check_publishes(kept, published)
            with suppress(SnapshotDamaged):  # a file that was damaged is written anew
                known = self._publication(snapshot, kept)
                if known is not None:
                    _check_same(snapshot, known.note, note)
                    return
            publication = KeptPublication(kept.root, note, published.publication, published.light_blocks)
            target = self._folder(snapshot) / PUBLISHED
            replace_file(target, write_bytes(encode_published(publication)))

    def discard(self, snapshot: str) -> None:
        """Forget a snapshot that is not published; it cannot be brought back.

        Raises:
            NotFound: there is no such snapshot.
            BadTransition: it is published.
            SnapshotDamaged: it is damaged, so that nobody knows.
            StoreInUse, StoreFailed: as of `keep`.
        """
        self._folder(snapshot)
        with self._shelf.turn():
            self._kept(snapshot)
            if (self._folder(snapshot) / PUBLISHED).exists():
                raise BadTransition(entry=snapshot, before="published", after="discarded")
            self._shelf.remove(snapshot)

    # ---- questions ---------------------------------------------------------------------------------------------------
    def notes(self) -> tuple[SnapshotNote, ...]:
        """All snapshots that are sound, the newest first.

        Raises:
            StoreFailed: the disk refused.
        """
        found = []
        for name in self._shelf.names():
            with suppress(SnapshotDamaged, NotFound):
                found.append(self.note(name))
        return tuple(sorted(found, key=lambda note: (note.header.height, note.note.made_ns), reverse=True))

    def damaged(self) -> tuple[tuple[str, SnapshotDamaged], ...]:
        """Ids of those that are not sound, and why. What is sealed is not looked at."""
        found = []
        for name in sorted(self._shelf.names()):
            try:
                self._publication(name, self._kept(name))
            except SnapshotDamaged as error:
                found.append((name, error))
        return tuple(found)

    def note(self, snapshot: str) -> SnapshotNote:
        """What may be shown of a snapshot. A damaged `published.json` counts as none, until it is noted anew.

        Raises:
            NotFound: there is no such snapshot.
            SnapshotDamaged: it is damaged.
            StoreFailed: the disk refused.
        """
        kept, publication = self._kept(snapshot), None
        with suppress(SnapshotDamaged):
            publication = self._publication(snapshot, kept)
        return SnapshotNote(
            id=kept.id,
            header=kept.header,
            terms=kept.terms,
            root=kept.root,
            total=kept.total,
            note=kept.made,
            published=None if publication is None else publication.note,
        )

    def published(self, snapshot: str) -> Published | None:
        """Where a snapshot stands on the chain. Errors as of `note`, also of a damaged `published.json`."""
        found = self._publication(snapshot, self._kept(snapshot))
        return None if found is None else Published(found.publication, found.light_blocks)

    def load(self, snapshot: str) -> KeptSnapshot:
        """Everything of a snapshot, checked.

        Raises:
            NotFound: there is no such snapshot.
            SnapshotDamaged: it is not what was kept.
            StoreFailed: the disk refused.
            KeyLocked, LuopuError: as of `Vault.inside`.
        """
        keys, folder = self._inside().keys, self._folder(snapshot)
        note = self._read(snapshot, NOTE)
        kept = self._decoded(snapshot, note)
        with _telling(snapshot, NOTE):
            ground = ground_of(kept)
        with _telling(snapshot, OWED):
            owed, master = open_owed(folder / OWED, kept.made.rows, keys, sha256(note), is_unique=kept.header.is_unique)
            if total_of(owed) != kept.total:
                raise SnapshotDamaged(snapshot=snapshot, reason=OWED)
        pieces = () if kept.pieces is None else PieceFile(folder / PIECES, kept.pieces)
        return KeptSnapshot(ground, owed, master, pieces)

    # ---- inside ------------------------------------------------------------------------------------------------------
    def _tidy(self) -> None:
        """Delete what was left behind, unless somebody is at it or the disk refuses: then it is done another time."""
        with suppress(LuopuError):
            if self._shelf.has_leftovers():
                with self._shelf.turn(patience=0):
                    self._shelf.tidy()

    def _folder(self, snapshot: str) -> Path:
        folder = self._shelf.find(snapshot)
        if folder is None:
            raise NotFound(what="snapshot", name=snapshot)
        return folder

    def _kept(self, snapshot: str) -> KeptGround:
        return self._decoded(snapshot, self._read(snapshot, NOTE))

    def _decoded(self, snapshot: str, note: bytes) -> KeptGround:
        with _telling(snapshot, NOTE):
            kept = decode_note(note)
        if kept.id != snapshot:
            raise SnapshotDamaged(snapshot=snapshot, reason=NOTE)
        return kept

    def _publication(self, snapshot: str, kept: KeptGround) -> KeptPublication | None:
        if not (self._folder(snapshot) / PUBLISHED).exists():
            return None
        with _telling(snapshot, PUBLISHED):
            found = decode_published(self._read(snapshot, PUBLISHED))
        if found.root != kept.root:
            raise SnapshotDamaged(snapshot=snapshot, reason=PUBLISHED)
        return found

    def _read(self, snapshot: str, name: str) -> bytes:
        path = self._folder(snapshot) / name
        try:
            with path.open("rb") as file:
                return file.read(MAX_DOCUMENT_BYTES + 1)
        except (FileNotFoundError, IsADirectoryError) as error:
            raise SnapshotDamaged(snapshot=snapshot, reason=name) from error
        except OSError as error:
            raise StoreFailed(path=str(path), reason=error.strerror) from error


def _check_same(snapshot: str, known: PublishedNote, note: PublishedNote) -> None:
    if known.transaction_hash != note.transaction_hash:
        raise BadTransition(entry=snapshot, before="published", after="published", reason="by another transaction")


@contextmanager
def _telling(snapshot: str, name: str) -> Iterator[None]:
    """Inside, whatever is wrong with a file is told as that."""
    try:
        yield
    except (DecodingError, InvalidBlock, InvalidProof, ReserveOverflow, VaultDamaged) as error:
        raise SnapshotDamaged(snapshot=snapshot, reason=name) from error
