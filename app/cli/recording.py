"""What `luopu notarize` is to put on record, and what an interrupted command has signed of it already.

Guarantees: nothing is written before it is asked for. A list of files takes no other file's place; one that is there and says
the same is the list. What was signed for the same files, in the same place, is found again while it may still land.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.cli.work import parse_chain
from app.client.awaiting import look_for
from app.client.model import NeverLanded
from app.client.node import NodeClient
from app.client.notarization import Notary, Source
from app.core.errors import FileUnwritable, NotFound, StoreFailed, UsageError
from app.core.hashing import sha256, sm3
from app.core.record import NOTHING_MORE, Additions, FileDigests
from app.evidence.batch import Listed, make_batch
from app.evidence.files import digest_file
from app.wallet.disk import create_file, write_bytes
from app.wallet.entry import Entry, EntryId, State
from app.wallet.outbox import Outbox

RECENT = 256
"""Entries of the outbox among which one is looked for that has an outcome."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed."""

    sources: tuple[Source, ...]
    chain: bytes | None
    subject: str
    additions: Additions
    document: bytes = b""
    """Of a batch the list of its files, which is notarized: its path is that of the only source."""

    def has_list(self) -> bool:
        """Whether the list is on the disk.

        Raises:
            FileUnwritable: something else has its name.
        """
        path = self.sources[0].path
        if not path.is_symlink() and not path.exists():
            return False
        with suppress(OSError):
            if path.is_file() and path.stat().st_size == len(self.document) and path.read_bytes() == self.document:
                return True
        raise _taken(path)

    def keep_list(self) -> bool:
        """Put the list on the disk; whether it was not there.

        Raises:
            FileUnwritable: something else has its name, or the disk refused.
        """
        if not self.document or self.has_list():
            return False
        path = self.sources[0].path
        try:
            create_file(path, write_bytes(self.document), _taken(path))
        except StoreFailed as error:
            raise FileUnwritable(file=path.name, reason=str(error.facts["reason"])) from error
        return True


def _taken(path: Path) -> FileUnwritable:
    return FileUnwritable(file=path.name, reason="something has that name")


def read_wanted(given: argparse.Namespace) -> Wanted:
    """Digests of the files that were named, and what is said besides.

    Raises:
        UsageError: something is said of one record, and there are several; or of a chain that there is not.
        FileUnreadable, FileChanged: as of `digest_file`.
        OutOfRange, DecodingError: as of `make_batch`.
    """
    chain = None if given.chain is None else parse_chain(given.chain)
    if given.supersedes and chain is None:
        raise UsageError(argument="--supersedes", reason="a new chain has no earlier record: name one by --chain")
    sources = tuple(Source(path, digest_file(path)) for path in map(Path, given.files))
    timestamp = digest_file(Path(given.timestamp)).sha256 if given.timestamp else b""
    hosting = sha256(given.hosting.encode()) if given.hosting else b""
    additions = Additions(supersedes=given.supersedes, timestamp=timestamp, hosting=hosting)
    wanted = Wanted(sources, chain, given.subject, additions)
    if given.batch:
        return _as_batch(wanted, Path(given.batch))
    if additions != NOTHING_MORE and len(sources) != 1:
        raise UsageError(argument="files", expected="one", got=len(sources))
    return wanted


def _as_batch(wanted: Wanted, path: Path) -> Wanted:
    batch = make_batch([Listed(source.path.name, source.digests) for source in wanted.sources])
    digests = FileDigests(sha256(batch.document), sm3(batch.document), len(batch.document))
    additions = replace(wanted.additions, batch_root=batch.root, batch_size=batch.size)
    return replace(wanted, sources=(Source(path, digests),), additions=additions, document=batch.document)


# ---- what an interrupted command has signed --------------------------------------------------------------------------
Said = tuple[str, FileDigests, str, Additions]
"""Of one record, what the clerk wants; where it stands in its chain is looked at apart."""


async def find_begun(node: NodeClient, outbox: Outbox, notary: Notary, wanted: Wanted, *, to_tell: bool) -> list[Entry]:
    """Records of the first files, or of all, that a command with the same words has signed: such as may still land, and, if
    outcomes are `to_tell` or colleagues had to sign, such as are final without anybody having been told. Nothing: there are
    none."""
    for run in sorted(_runs(outbox, wanted), key=len, reverse=True):
        by_now = [await _by_now(node, outbox, notary, entry) for entry in run]
        entries = [entry for entry in by_now if entry is not None]
        is_asked_for = to_tell or bool(run[0].shown.approvers)
        is_open = any(entry.is_unknown or (is_asked_for and not entry.is_told) for entry in entries)
        if entries == by_now and is_open:
            return entries
    return []


def _runs(outbox: Outbox, wanted: Wanted) -> Iterator[list[Entry]]:
    """Everything signed here that says the same about the first files, in their order, one behind the other."""
    said = [(source.path.name, source.digests, wanted.subject, wanted.additions) for source in wanted.sources]
    kept = {entry.id: entry for entry in (*outbox.pending(), *outbox.waiting(), *outbox.recent_records(RECENT))}
    records = [entry for entry in kept.values() if entry.papers is not None]
    seen: set[EntryId] = set()
    for last in sorted(records, key=lambda entry: entry.shown.record.sequence, reverse=True):
        places = [place for place, each in enumerate(said, start=1) if each == _said_by(last)]
        for count in reversed(places) if last.id not in seen else ():
            run = _run_to(outbox, last, said[:count], wanted.chain)
            seen.update(entry.id for entry in run)
            if run:
                yield run
                break


def _run_to(outbox: Outbox, last: Entry, said: Sequence[Said], chain: bytes | None) -> list[Entry]:
    run: list[Entry] = []
    entry: Entry | None = last
    for each in reversed(said):
        if entry is None or not entry.is_own or entry.papers is None or _said_by(entry) != each:
            return []
        run.insert(0, entry)
        previous = entry.shown.record.previous
        entry = outbox.find(previous) if previous else None
    first = run[0].shown.record
    return run if (first.sequence == 1 if chain is None else first.chain == chain) else []


def _said_by(entry: Entry) -> Said:
    record = entry.shown.record
    return entry.file_name, FileDigests(record.sha256, record.sm3, record.size), record.subject, record.additions


async def _by_now(node: NodeClient, outbox: Outbox, notary: Notary, entry: Entry) -> Entry | None:
    """The entry as the chain has it; nothing: it was refused, or can land no more."""
    if entry.state is State.WAITING and await _look_for(node, outbox, entry) is not None:
        return None
    if outbox.get(entry.id).is_sendable:
        await notary.outcome(entry.id)
    entry = outbox.get(entry.id)
    return entry if entry.is_unknown or entry.state is State.FINAL else None


async def _look_for(node: NodeClient, outbox: Outbox, entry: Entry) -> NeverLanded | None:
    """As `look_for`; of what has come already, the block behind it is waited for."""
    with suppress(NotFound):
        await node.wait_for_height((await node.record(entry.record_digest.hex())).height + 1)
    return await look_for(node, outbox, entry)
