"""What a custodian owes to whom, and the secret of the snapshot, sealed (docs/formats.md, Reserves; white paper 3.4.3).

    "luopu.reserve.owed.v1" ‖ 00 ‖ generation of the vault's key (4), and further as of `app.wallet.sealed_file`
    the content: master (32), then one array behind the other, numbers little-endian: account numbers (8 each), addresses
    (20 each), balances (8 each), of unique vouchers serials (8 each)

Guarantees: a file opens only beside the very note that it was written for, with the vault's keys. Writing needs no copy of
the arrays; reading makes them once. Leaves to others: putting the file on the disk.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.core.errors import StoreFailed
from app.core.ports import Randomness
from app.core.walleterrors import VaultDamaged
from app.reserve.formula import MASTER_BYTES
from app.reserve.shares import Owed
from app.reserve.tree import check_total
from app.wallet.sealed_file import Content, Seal, check_size, head_bytes, open_content, seal_content
from app.wallet.vault_seal import KeyRing

MAGIC: Final = b"luopu.reserve.owed.v1\x00"
_GENERATION_BYTES: Final = 4
_BEGINNING_BYTES: Final = len(MAGIC) + _GENERATION_BYTES
HEAD_BYTES: Final = head_bytes(bytes(_BEGINNING_BYTES))
"""Without them nobody opens a file."""
PIECE: Final = 65_536
"""Rows at a time."""
ADDRESS_BYTES: Final = 20
_NUMBER: Final = np.dtype("<u8")
_Item = TypeVar("_Item", bound=np.generic)


def seal_owed(owed: Owed, master: bytes, target: BinaryIO, keys: KeyRing, digest: bytes, random: Randomness) -> None:
    """Write the file that goes with the note whose SHA-256 is `digest`.

    Raises:
        KeyLocked: the vault was closed.
        OSError: `target` cannot be written.
    """
    seal_content(_content(owed, master), target, _seal(keys, keys.newest, digest), random)


def open_owed(untrusted_file: Path, rows: int, keys: KeyRing, digest: bytes, *, is_unique: bool) -> tuple[Owed, bytes]:
    """What the file holds: what is owed, and the master.

    Raises:
        VaultDamaged: it is not what was written beside that note.
        StoreFailed: it cannot be read.
        KeyLocked: the vault was closed.
    """
    seal = _seal(keys, _generation(untrusted_file), digest)
    size = MASTER_BYTES + rows * (3 if is_unique else 2) * _NUMBER.itemsize + rows * ADDRESS_BYTES
    check_size(untrusted_file, seal, size)  # before memory is asked for
    master, addresses = np.empty(MASTER_BYTES, np.uint8), np.empty((rows, ADDRESS_BYTES), np.uint8)
    numbers, balances, serials = (np.empty(count, _NUMBER) for count in (rows, rows, rows if is_unique else 0))
    _fill([master, numbers, addresses, balances, serials], open_content(untrusted_file, seal, size))
    owed = Owed(_kept(numbers), _shut(addresses), _kept(balances), _kept(serials) if is_unique else None)
    return owed, master.tobytes()


def total_of(owed: Owed) -> int:
    """All balances together, some at a time, as sums need copies.

    Raises:
        ReserveOverflow: it is no list of any voucher.
    """
    return sum(check_total(owed.balances[at : at + PIECE]) for at in range(0, len(owed.balances), PIECE))


def _seal(keys: KeyRing, generation: int, digest: bytes) -> Seal:
    beginning = MAGIC + generation.to_bytes(_GENERATION_BYTES, "big")
    return Seal(beginning, beginning + digest, keys, generation, "a snapshot")


def _generation(path: Path) -> int:
    """Under which of the vault's keys it says that it is."""
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING_BYTES)
    except FileNotFoundError as error:
        raise VaultDamaged(reason="a snapshot is gone") from error
    except OSError as error:
        raise StoreFailed(path=str(path), reason=error.strerror) from error
    return int.from_bytes(beginning[len(MAGIC) :], "big")


# ---- arrays as bytes -------------------------------------------------------------------------------------------------
def _content(owed: Owed, master: bytes) -> Iterator[Content]:
    yield master
    yield from _numbers(owed.numbers)
    for at in range(0, len(owed.addresses), PIECE):
        yield owed.addresses[at : at + PIECE].tobytes()
    yield from _numbers(owed.balances)
    if owed.serials is not None:
        yield from _numbers(owed.serials)


def _numbers(array: NDArray[np.uint64]) -> Iterator[bytes]:
    for at in range(0, len(array), PIECE):
        yield array[at : at + PIECE].astype(_NUMBER, copy=False).tobytes()


def _kept(array: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers as this processor has them; the very same array where it is as usual."""
    return _shut(array.astype(np.uint64, copy=False))


def _shut(array: NDArray[_Item]) -> NDArray[_Item]:
    array.flags.writeable = False
    return array


def _fill(arrays: Sequence[NDArray[Any]], content: Iterator[bytes]) -> None:
    """Put the content into one array after the other; it is exactly as long as they are."""
    rest = memoryview(b"")
    for array in arrays:
        target = array.reshape(-1).view(np.uint8).data
        while target:
            if not rest:
                rest = memoryview(next(content))
            taken = rest[: len(target)]
            target[: len(taken)] = taken
            target, rest = target[len(taken) :], rest[len(taken) :]
    for _ in content:
        pass
