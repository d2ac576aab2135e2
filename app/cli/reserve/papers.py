"""`luopu reserve export`, `paper`: proofs for users, of what stands on the chain (white paper 3.4.3).

Guarantees: nothing leaves before its publication is final. What is written is whole or not there, also when it is
interrupted. No file is written over, but a ZIP file of the same name is replaced.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from app.cli.registry.perform import DONE
from app.cli.registry.session import Session
from app.cli.reserve.asking import Runner, asks, reserves_of
from app.cli.reserve.progress import EVERY, Progress
from app.client.reserve.work import Reserving, Stage
from app.core.errors import FileUnwritable
from app.wallet.disk import create_file, write_bytes
from app.wiring.papers import beside_papers


async def export(session: Session) -> int:
    """Write the proofs of all users, and what belongs beside them."""
    snapshot, target = session.given.id, Path(session.given.target)
    async with reserves_of(session) as reserving:
        await reserving.snapshot(snapshot)  # what has come onto the chain is noted
        count = await _export(session, reserving, snapshot, target)
    session.speaker.say(session.speaker.words("reserve-exported", count=count, path=target))
    session.speaker.answer({"id": snapshot, "target": str(target), "papers": count})
    return DONE


async def _export(session: Session, reserving: Reserving, snapshot: str, target: Path) -> int:
    """Interrupted, it ends only after what was begun is gone."""
    progress, stopped = Progress(session.speaker), False
    total = reserving.book.note(snapshot).note.rows
    beside = await asyncio.to_thread(beside_papers, session.home)

    def tell(done: int) -> None:
        if done % EVERY == 0 or done in {1, total}:
            progress.tell(Stage("papers", done, total))

    writing = asyncio.ensure_future(reserving.export(snapshot, target, beside, tell, lambda: stopped))
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        stopped = True
        await asyncio.gather(writing, return_exceptions=True)
        raise
    finally:
        progress.end()


async def paper(session: Session) -> int:
    """Write the proofs of one user: one, or one for each piece."""
    snapshot, folder = session.given.id, Path(session.given.output)
    account = await session.number(session.given.account)
    async with reserves_of(session) as reserving:
        await reserving.snapshot(snapshot)
        found = await reserving.papers_of(snapshot, account)
    written = [folder / name for name, _ in found]
    for path in written:
        if path.is_symlink() or path.exists():
            raise _taken(path)
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    for path, (_, content) in zip(written, found, strict=True):
        await asyncio.to_thread(create_file, path, write_bytes(content), _taken(path))
    for path in written:
        session.speaker.say(str(path))
    session.speaker.answer({"id": snapshot, "account": account, "papers": [str(path) for path in written]})
    return DONE


def _taken(path: Path) -> FileUnwritable:
    return FileUnwritable(file=path.name, reason="something has that name")


VERBS: Mapping[str, Runner] = {"export": asks(export), "paper": asks(paper)}
