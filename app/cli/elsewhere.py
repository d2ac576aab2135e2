"""Drafts that are signed on another computer, which may have no network, and signatures that come back, as files or pictures.

Guarantees: nothing that is there already is replaced; what says the same stays. Leaves to others: what is in a request
(`app.wallet.request_file`), and its look as a code (`app.ui.pictures`), which is loaded only for pictures.
"""

import importlib
from argparse import Namespace
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from app.client.drafting import Lasting
from app.core.errors import FileUnwritable, LuopuError, ProcessFailed
from app.core.keys import PublicKey
from app.core.ports import Signer
from app.core.tokens import TokenName
from app.core.walleterrors import BadTransition, KeyLocked
from app.wallet.approval import describe
from app.wallet.entry import EntryId
from app.wallet.outbox import Outbox
from app.wallet.request_file import Request, decode_request, encode_request, is_picture, read_request_bytes, save_new
from app.wallet.signatures import Signed

PICTURE = ".png"


@dataclass(frozen=True, slots=True)
class KeyElsewhere:
    """A key that is known here by its public half only."""

    public_key: PublicKey
    label: str = ""
    token: TokenName | None = None

    def opened(self) -> AbstractAsyncContextManager[Signer]:
        """It does not sign here.

        Raises:
            KeyLocked: always.
        """
        raise KeyLocked(reason="the key is on another computer")


def lasting_of(given: Namespace) -> Lasting:
    """How long what a command drafts is to be good for."""
    named = vars(given)
    return Lasting(named.get("valid_for"), is_signed_elsewhere=named.get("draft_to") is not None)


def numbered(path: Path, place: int, total: int) -> Path:
    """One of several files has its place behind the name."""
    return path if total == 1 else path.with_name(f"{path.stem}-{place}{path.suffix}")


def check_free(path: Path) -> None:
    """Nothing has that name.

    Raises:
        FileUnwritable: something has.
    """
    if path.is_symlink() or path.exists():
        raise FileUnwritable(file=path.name, reason="something has that name")


def load_any(path: Path) -> Request:
    """Read a request from its file, or from a picture of its code.

    Raises:
        LuopuError: as of `app.wallet.request_file.load_request`, `app.ui.pictures.load_picture`.
    """
    beginning = read_request_bytes(path)
    request: Request = _pictures().load_picture(path) if is_picture(beginning) else decode_request(beginning)
    return request


def knows(outbox: Outbox, request: Request) -> bool:
    """Whether the outbox has it already, signed or not."""
    shown = request.shown if isinstance(request, Signed) else describe(request)
    with suppress(BadTransition):
        outbox.get(EntryId(shown.digest.hex()))
        return True
    return False


def save_once(path: Path, request: Request) -> None:
    """Write a request, as a picture where the name says so; one that is there already and says the same stays.

    Raises:
        FileUnwritable: something else has that name, or the disk refused.
        RequestTooLarge: it does not fit into a picture.
    """
    is_code = path.suffix.lower() == PICTURE
    content: bytes = _pictures().encode_picture(request) if is_code else encode_request(request)
    try:
        save_new(path, content)
    except FileUnwritable:
        if not path.is_file() or not _says(path, request):
            raise


def _says(path: Path, request: Request) -> bool:
    try:
        return load_any(path) == request
    except LuopuError:
        return False


def _pictures() -> ModuleType:
    try:
        return importlib.import_module("app.ui.pictures")
    except ImportError as error:  # Qt needs libraries that a server may not have
        raise ProcessFailed(process="app.ui.pictures", reason=str(error)) from error
