"""The tokens of a home: which modules an administrator has accepted, and the tokens themselves.

Guarantees: only accepted modules are loaded, each known by its SHA-256, and only what loads is accepted. Whoever can write
the home can accept modules; the list is this user's own, as the keystore is.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic

from cryptography.exceptions import UnsupportedAlgorithm as UnknownAlgorithm
from cryptography.x509 import InvalidVersion, load_der_x509_certificate

from app.core.errors import DecodingError, FileUnreadable, LuopuError
from app.core.home import Home
from app.core.strictjson import decode_json
from app.core.tokenerrors import ModuleUnusable
from app.core.tokens import TokenKey
from app.hsm.discovery import FoundModule, check_module, find_modules
from app.hsm.tokens import Tokens, TokenSigner
from app.wiring.files import write_durably

MAX_MODULES = 16
MAX_FILE_BYTES = 64 * 1024
LOOK_SECONDS = 10.0
"""A module that tells nothing for so long is asked no more; what others have is there."""
__all__ = [
    "CertificateFacts",
    "FoundModule",
    "TokenSigner",
    "Tokens",
    "accept_module",
    "accepted_modules",
    "drop_module",
    "find_keys",
    "find_modules",
    "open_tokens",
    "plugged_tokens",
    "read_certificate",
]


def open_tokens(home: Home, changed: Callable[[], None]) -> Tokens:
    """The tokens of all accepted modules, whose processes have been started. Close them.

    Raises:
        FileUnreadable, DecodingError: the list of modules is damaged.
    """
    tokens = Tokens(accepted_modules(home), changed)
    tokens.start()
    return tokens


@contextmanager
def plugged_tokens(home: Home) -> Iterator[Tokens]:
    """The same for one command, once each module has told what is plugged in or is at fault. Errors as of `open_tokens`."""
    heard = threading.Event()
    tokens = open_tokens(home, heard.set)
    try:
        _wait_until_looked(tokens, heard)
        yield tokens
    finally:
        tokens.close()


def _wait_until_looked(tokens: Tokens, heard: threading.Event) -> None:
    until = monotonic() + LOOK_SECONDS
    while not tokens.has_looked and heard.wait(max(0.0, until - monotonic())):
        heard.clear()


def find_keys(
    tokens: Tokens, fits: Callable[[TokenKey], bool] = lambda _: True
) -> tuple[tuple[TokenKey, ...], LuopuError | None]:
    """Keys that are plugged in and fit; and the first reason why there might be more of them that cannot be seen."""
    keys, errors = list[TokenKey](), list(tokens.faults.values())
    for token in tokens.plugged:
        try:
            keys += filter(fits, tokens.keys(token.name))
        except LuopuError as error:
            errors.append(error)
    return tuple(keys), next(iter(errors), None)


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate on a token says. Nobody has checked who issued it."""

    subject: str
    until: date


def read_certificate(untrusted_der: bytes) -> CertificateFacts | None:
    """Of a certificate, whom it names and until when it counts; None: it cannot be read."""
    try:
        certificate = load_der_x509_certificate(untrusted_der)
        return CertificateFacts(certificate.subject.rfc4514_string(), certificate.not_valid_after_utc.date())
    except (ValueError, TypeError, OverflowError, InvalidVersion, UnknownAlgorithm):
        return None


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
    """Let a module be loaded from now on; its SHA-256. Accepting it again takes its file as it is now. It is loaded once, to
    see that it is one.

    Raises:
        ModuleUnusable: no such file, no PKCS#11 module, or too many.
        ModuleCrashed, ModuleHangs: when it was loaded.
        ModuleNotTrusted: others than root and this user could exchange it.
    """
    whole = _whole(path)
    digest = check_module(whole)
    modules = {**accepted_modules(home), whole: digest}
    if len(modules) > MAX_MODULES:
        raise ModuleUnusable(path=whole, reason=f"more than {MAX_MODULES} modules")
    _check_loads(whole, digest)
    _save(home, modules)
    return digest


def drop_module(home: Home, path: str) -> None:
    """Load a module no more.

    Raises:
        ModuleUnusable: it was not accepted.
    """
    modules = dict(accepted_modules(home))
    whole = path if path in modules else _whole(path)
    if modules.pop(whole, None) is None:
        raise ModuleUnusable(path=path, reason="not accepted")
    _save(home, modules)


def _whole(untrusted_path: str) -> str:
    """With every link followed.

    Raises:
        ModuleUnusable: no path, or links in a circle.
    """
    try:
        return str(Path(untrusted_path).resolve())
    except (ValueError, RuntimeError, OSError) as error:
        raise ModuleUnusable(path=untrusted_path.replace("\0", "?"), reason="no file at this path") from error


def _check_loads(path: str, digest: bytes) -> None:
    tokens = Tokens({path: digest}, lambda: None)
    try:
        tokens.start()
        for fault in tokens.faults.values():
            raise fault
    finally:
        tokens.close()


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
