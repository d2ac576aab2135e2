"""Where PKCS#11 modules are, and which of them may be loaded.

A module is somebody else's program inside our process (a process of its own, but this user's). Guarantees: nothing is loaded
that an administrator has not accepted, nor from where others than root and this user could have put it; what was accepted is
known by its SHA-256, so that an exchanged file is refused. Leaves to others: keeping the list of what was accepted
(`app.wiring.tokens`), and the check of the digest, which the module's own process makes before it loads (`app.hsm.child`).
"""

import glob
import hashlib
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.tokenerrors import ModuleNotTrusted, ModuleUnusable

KNOWN: dict[str, Sequence[tuple[str, str]]] = {
    "linux": (
        ("OpenSC", "/usr/lib/*/opensc-pkcs11.so"),
        ("OpenSC", "/usr/lib/*/pkcs11/opensc-pkcs11.so"),
        ("OpenSC", "/usr/lib64/opensc-pkcs11.so"),
        ("YubiKey", "/usr/lib/*/libykcs11.so*"),
        ("YubiKey", "/usr/lib64/libykcs11.so*"),
        ("YubiHSM", "/usr/lib/*/pkcs11/yubihsm_pkcs11.so"),
        ("SafeNet eToken", "/usr/lib/libeToken.so"),
        ("SafeNet eToken", "/usr/lib/libeTPkcs11.so"),
        ("TPM 2.0", "/usr/lib/*/libtpm2_pkcs11.so.1"),
        ("TPM 2.0", "/usr/lib/*/pkcs11/libtpm2_pkcs11.so"),
        ("SoftHSM", "/usr/lib/softhsm/libsofthsm2.so"),
        ("SoftHSM", "/usr/lib/*/softhsm/libsofthsm2.so"),
        ("p11-kit", "/usr/lib/*/p11-kit-proxy.so"),
    ),
    "darwin": (
        ("OpenSC", "/Library/OpenSC/lib/opensc-pkcs11.so"),
        ("YubiKey", "/usr/local/lib/libykcs11.dylib"),
        ("YubiKey", "/opt/homebrew/lib/libykcs11.dylib"),
        ("SafeNet eToken", "/usr/local/lib/libeTPkcs11.dylib"),
        ("SoftHSM", "/usr/local/lib/softhsm/libsofthsm2.so"),
        ("SoftHSM", "/opt/homebrew/lib/softhsm/libsofthsm2.so"),
    ),
    "win32": (
        ("OpenSC", r"C:\Program Files\OpenSC Project\OpenSC\pkcs11\opensc-pkcs11.dll"),
        ("YubiKey", r"C:\Program Files\Yubico\Yubico PIV Tool\bin\libykcs11.dll"),
        ("YubiHSM", r"C:\Program Files\Yubico\YubiHSM\bin\pkcs11\yubihsm_pkcs11.dll"),
        ("SafeNet eToken", r"C:\Windows\System32\eTPKCS11.dll"),
    ),
}
"""Per system: name, and where its installer puts it."""

P11_KIT_FOLDERS = (Path("/usr/share/p11-kit/modules"), Path("/etc/pkcs11/modules"))
_P11_KIT_BASES = ("/usr/lib", "/usr/lib/*/pkcs11", "/usr/lib/*", "/usr/lib64/pkcs11", "/usr/lib64")
MAX_CONFIG_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, order=True)
class FoundModule:
    """A module that is installed here. It may be loaded once it was accepted."""

    name: str
    path: str
    """With every link followed: what is looked at is what is loaded."""


def find_modules(system: str = sys.platform) -> tuple[FoundModule, ...]:
    """Modules in the usual places, and those that p11-kit knows; each file once."""
    found: dict[Path, FoundModule] = {}
    for name, pattern in (*KNOWN.get(system, ()), *_of_p11_kit()):
        for path in _matching(pattern):
            found.setdefault(path, FoundModule(name, str(path)))
    return tuple(sorted(found.values()))


def check_module(path: str) -> bytes:
    """SHA-256 of a module's file, if only root and this user can put another in its place.

    Raises:
        ModuleUnusable: no such file, or no whole path.
        ModuleNotTrusted: somebody else could.
    """
    whole = Path(path)
    if not whole.is_file() or not whole.is_absolute() or whole.resolve() != whole or str(whole) != path:
        raise ModuleUnusable(path=path, reason="no file at this whole path")
    if os.name == "posix":
        for each in (whole, *whole.parents):
            _check_owner(each)
    return file_digest(path)


def file_digest(path: str) -> bytes:
    """SHA-256 of a module's file.

    Raises:
        ModuleUnusable: it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise ModuleUnusable(path=path, reason=error.strerror or "unreadable") from error


def _check_owner(path: Path) -> None:
    """Who may write there. In a folder with the sticky bit, others cannot take away what is not theirs."""
    found = path.stat()
    if found.st_uid not in (0, os.getuid()):
        raise ModuleNotTrusted(path=str(path), reason="the owner", got=found.st_uid)
    is_shared = found.st_mode & (stat.S_IWOTH | stat.S_IWGRP) and not (
        stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX
    )
    if is_shared and (found.st_mode & stat.S_IWOTH or found.st_gid != 0):
        raise ModuleNotTrusted(path=str(path), reason="others may write there")


def _matching(pattern: str) -> list[Path]:
    """Files of that name, every link followed; ascending."""
    whole = Path(pattern)
    if not whole.is_absolute() or not whole.name:
        return []
    found = Path(whole.anchor).glob(str(whole.relative_to(whole.anchor)))
    return sorted({path.resolve() for path in found if path.is_file()})


def _of_p11_kit() -> Iterator[tuple[str, str]]:
    """Name and pattern of each module that p11-kit is told of (https://p11-glue.github.io, pkcs11.conf)."""
    for config in (path for folder in P11_KIT_FOLDERS for path in sorted(folder.glob("*.module"))):
        module = _module_of(config)
        if module:
            bases = [""] if Path(module).is_absolute() else [f"{base}/" for base in _P11_KIT_BASES]
            for base in bases:
                yield config.stem, base + glob.escape(module)


def _module_of(config: Path) -> str:
    try:
        with config.open(encoding="utf-8", errors="replace") as file:
            lines = file.read(MAX_CONFIG_BYTES).splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("module:")), "")
