"""The tokens of a home: which modules an administrator has accepted, and the tokens themselves.

Guarantees: only accepted modules are loaded, each known by its SHA-256. Whoever can write the home can accept modules; the
list is this user's own, as the keystore is.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from app.core.errors import DecodingError, FileUnreadable, ModuleUnusable
from app.core.home import Home
from app.core.strictjson import decode_json
from app.hsm.discovery import FoundModule, check_module, find_modules
from app.hsm.tokens import Tokens, TokenSigner
from app.wiring.files import write_durably

MAX_MODULES = 16
MAX_FILE_BYTES = 64 * 1024
__all__ = [
    "FoundModule",
    "TokenSigner",
    "Tokens",
    "accept_module",
    "accepted_modules",
    "drop_module",
    "find_modules",
    "open_tokens",
]


def open_tokens(home: Home, changed: Callable[[], None]) -> Tokens:
    """The tokens of all accepted modules, whose processes have been started. Close them.

    Raises:
        FileUnreadable, DecodingError: the list of modules is damaged.
    """
    tokens = Tokens(accepted_modules(home), changed)
    tokens.start()
    return tokens


def accepted_modules(home: Home) -> Mapping[str, bytes]:
    """Path → SHA-256 of each accepted module.

    Raises:
        FileUnreadable: the list cannot be read.
        DecodingError: it is damaged.
    """
    try:
        content = home.token_modules.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise FileUnreadable(file=home.token_modules.name, reason=error.strerror or str(error)) from error
    listed = decode_json(content, max_bytes=MAX_FILE_BYTES)
    if not isinstance(listed, dict) or len(listed) > MAX_MODULES:
        raise DecodingError(kind="list of token modules", path=str(home.token_modules))
    return {path: _digest(untrusted, home.token_modules) for path, untrusted in sorted(listed.items())}


def accept_module(home: Home, path: str) -> bytes:
    """Let a module be loaded from now on; its SHA-256. Accepting it again takes its file as it is now.

    Raises:
        ModuleUnusable: no such file, or too many.
        ModuleNotTrusted: others than root and this user could exchange it.
    """
    whole = str(Path(path).resolve())
    digest = check_module(whole)
    modules = {**accepted_modules(home), whole: digest}
    if len(modules) > MAX_MODULES:
        raise ModuleUnusable(path=whole, reason=f"more than {MAX_MODULES} modules")
    _save(home, modules)
    return digest


def drop_module(home: Home, path: str) -> None:
    """Load a module no more.

    Raises:
        ModuleUnusable: it was not accepted.
    """
    modules = dict(accepted_modules(home))
    whole = path if path in modules else str(Path(path).resolve())
    if modules.pop(whole, None) is None:
        raise ModuleUnusable(path=path, reason="not accepted")
    _save(home, modules)


def _save(home: Home, modules: Mapping[str, bytes]) -> None:
    home.token_modules.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({path: digest.hex() for path, digest in sorted(modules.items())}, indent=2) + "\n"
    write_durably(home.token_modules, content.encode(), mode=0o600)


def _digest(untrusted: object, path: Path) -> bytes:
    try:
        digest = bytes.fromhex(untrusted) if isinstance(untrusted, str) else b""
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise DecodingError(kind="list of token modules", path=str(path))
    return digest
