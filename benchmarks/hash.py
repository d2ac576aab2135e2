"""How close hashing a file with progress, stop and watch for changes comes to the bare library call.

Two pairs: SHA-256 alone, and both digests against SM3 alone, the slower of the two. The four take turns, and every other
round runs backwards, so that a machine that warms up or gets busy is fair to both sides. Each ratio is bare time over
our time, of the shortest times: 1.00 means that nothing was added.
"""

import argparse
import hashlib
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.evidence.files import digest_file, digest_file_sha256, new_sm3

UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
WRITE_BYTES = 1 << 20
READ_BYTES = 1 << 18  # what hashlib.file_digest reads at once


def run(arguments: list[str]) -> int:
    """Measure, print a table, and last `hash ratio=… sha256=… both=…`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks hash", description=__doc__)
    parser.add_argument("--size", type=parse_size, default=UNITS["GiB"], help="of the file, such as 256MiB")
    parser.add_argument("--rounds", type=int, default=5, help="times that each of the four runs")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="luopu-benchmark-") as folder:
        path = Path(folder) / "file"
        write_file(path, options.size)
        times = measure(path, options.rounds)
    report(times, options.size)
    return 0


def parse_size(text: str) -> int:
    """Bytes of "64KiB", "256MiB", "1GiB"."""
    match = re.fullmatch(r"(\d+)(KiB|MiB|GiB)", text)
    if match is None or not int(match[1]):
        raise argparse.ArgumentTypeError(f"not a size: {text}")
    return int(match[1]) * UNITS[match[2]]


def write_file(path: Path, size: int) -> None:
    """A file of `size` bytes that no file system stores as a hole."""
    block = hashlib.shake_256(b"benchmark").digest(WRITE_BYTES)
    with path.open("wb") as file:
        for at in range(0, size, WRITE_BYTES):
            file.write(block[: size - at])


def measure(path: Path, rounds: int) -> dict[str, float]:
    """The shortest seconds of each contestant."""
    contestants: dict[str, Callable[[], object]] = {
        "bare sha256": lambda: bare_sha256(path),
        "our sha256": lambda: digest_file_sha256(path, ignore, should_stop=never),
        "bare sm3": lambda: bare_sm3(path),
        "our both": lambda: digest_file(path, ignore, should_stop=never),
    }
    for contestant in contestants.values():
        contestant()  # fills the page cache and loads the libraries
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(max(rounds, 1)):
        for name in list(contestants)[:: -1 if number % 2 else 1]:
            begun = time.perf_counter()
            contestants[name]()
            times[name].append(time.perf_counter() - begun)
    return {name: min(taken) for name, taken in times.items()}


def report(times: dict[str, float], size: int) -> None:
    """Print the table and the line for scripts."""
    for name, seconds in times.items():
        print(f"{name:12} {seconds:8.3f} s {size / seconds / 1e6:8.0f} MB/s")
    sha256 = times["bare sha256"] / times["our sha256"]
    both = times["bare sm3"] / times["our both"]
    print(f"hash ratio={min(sha256, both):.3f} sha256={sha256:.3f} both={both:.3f}")


def bare_sha256(path: Path) -> bytes:
    """What the standard library does, and nothing else."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def bare_sm3(path: Path) -> bytes:
    """The same for SM3, also where the standard library has none."""
    hasher = new_sm3()
    view = memoryview(bytearray(READ_BYTES))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(view):
            hasher.update(view[:count])
    return hasher.digest()


def ignore(_done: int, _total: int) -> None:
    """A progress bar that shows nothing."""


def never() -> bool:
    """A stop button that nobody presses."""
    return False
