"""The context document of an agreement's text: in which circumstances it was taken in at this desk (app.evidence.context).

Guarantees: it is on the disk, readable by its owner only, before its digest is known to anybody who could sign it.
"""

import platform
from mimetypes import guess_type

from app import __version__
from app.core.home import Home
from app.core.record import context_digest
from app.evidence.context import SALT_BYTES, Capture, make_context
from app.ui.desk import HashedFile
from app.wiring.files import write_durably
from app.wiring.system import SystemClock, SystemRandomness


def keep_context(home: Home, label: str, file: HashedFile) -> bytes:
    """Make and keep the document; its digest."""
    capture = Capture(
        by=label,
        machine=platform.node() or "unnamed",
        system=f"{platform.system()} {platform.release()}",
        program=f"luopu {__version__}",
        local_clock_ns=SystemClock().now(),
    )
    name, salt = file.path.name, SystemRandomness().random_bytes(SALT_BYTES)
    context = make_context(salt, name, file.digests.size, capture, guess_type(name)[0])
    digest = context_digest(context)
    home.contexts.mkdir(parents=True, exist_ok=True)
    write_durably(home.contexts / f"{digest.hex()}.json", context, mode=0o600)
    return digest
