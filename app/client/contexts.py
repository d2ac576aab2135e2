"""The circumstances in which a file is taken in on this machine, for the record or the agreement that commits to them.

Guarantees: a document has a salt of its own, so that its digest tells nothing. What `keep_context` returned is on the disk,
readable by its owner only. Leaves to others: its form (`app.evidence.context`); that it is kept before anybody can sign what
commits to it, which of a record the outbox sees to.
"""

import platform
from mimetypes import guess_type
from pathlib import Path

from app import __version__
from app.core.errors import FileUnwritable, StoreFailed
from app.core.ports import Clock, Randomness
from app.core.record import context_digest
from app.core.units import Hash32
from app.evidence.context import SALT_BYTES, Capture, make_context
from app.wallet.disk import create_file, write_bytes


def capture_file(name: str, size: int, by: str, clock: Clock, randomness: Randomness) -> bytes:
    """The context document of a file of `size` bytes that `by` (operator or key label) takes in here and now.

    Raises:
        DecodingError: a name that no file can have.
    """
    capture = Capture(
        by=by,
        machine=platform.node() or "unnamed",
        system=f"{platform.system()} {platform.release()}",
        program=f"luopu {__version__}",
        local_clock_ns=clock.now(),
    )
    return make_context(randomness.random_bytes(SALT_BYTES), name, size, capture, guess_type(name)[0])


def keep_context(folder: Path, context: bytes) -> Hash32:
    """Keep a document under its digest, and say this.

    Raises:
        FileUnwritable: the disk refused, or it is there already.
    """
    digest = context_digest(context)
    path = folder / f"{digest.hex()}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        create_file(path, write_bytes(context), FileUnwritable(file=path.name, reason="something has that name"))
    except OSError as error:
        raise FileUnwritable(file=path.name, reason=error.strerror or str(error)) from error
    except StoreFailed as error:
        raise FileUnwritable(file=path.name, reason=str(error.facts["reason"])) from error
    return digest
