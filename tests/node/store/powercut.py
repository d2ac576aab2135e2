"""A disk as a power cut may leave it, rebuilt from the system calls of a process.

What POSIX promises is little: a file's bytes are there once it was synced, and its name once its folder was. Everything
else may be there or not. `Disk` follows a recording of system calls and can at any point write out what would be left.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

CALLS = "openat,write,lseek,fdatasync,fsync,rename,unlink,ftruncate,mkdir,close"

_LINE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+).*")
_BEGUN = re.compile(r"(\d+) +(\w+\(.*) <unfinished \.\.\.>")
_ENDED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)")


@dataclass
class File:
    """Bytes as the process sees them, and as the last sync left them."""

    data: bytes = b""
    synced: bytes = b""


@dataclass
class Folder:
    """Names as the process sees them, and as the last sync left them."""

    names: dict[str, "File | Folder"] = field(default_factory=dict)
    synced: dict[str, "File | Folder"] = field(default_factory=dict)


@dataclass
class Open:
    """An open file or folder with its position."""

    node: File | Folder
    position: int = 0


def load(path: Path) -> Folder:
    """What is on the disk now, all of it safe."""
    folder = Folder()
    for entry in path.iterdir():
        node = load(entry) if entry.is_dir() else File(entry.read_bytes(), entry.read_bytes())
        folder.names[entry.name] = folder.synced[entry.name] = node
    return folder


def worst(file: File) -> bytes:
    """Nothing but what was synced."""
    return file.synced


def torn(file: File) -> bytes:
    """Half of what was appended since the sync."""
    is_longer = file.data.startswith(file.synced)
    return file.data[: (len(file.synced) + len(file.data)) // 2] if is_longer else file.synced


def write_out(folder: Folder, path: Path, *, only_synced_names: bool, content: Callable[[File], bytes]) -> None:
    """Write to `path` what a power cut leaves."""
    path.mkdir()
    for name, node in (folder.synced if only_synced_names else folder.names).items():
        if isinstance(node, Folder):
            write_out(node, path / name, only_synced_names=only_synced_names, content=content)
        else:
            (path / name).write_bytes(content(node))


class Disk:
    """Follows system calls below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.top = load(root)
        self.said = ""
        self._open: dict[int, Open] = {}
        self._begun: dict[str, tuple[str, Callable[[], None]]] = {}

    def follow(self, recording: Path) -> Iterator[None]:
        """Take one line of the recording after the other."""
        for line in recording.read_text("ascii").splitlines():
            if begun := _BEGUN.fullmatch(line):
                self._begun[begun[1]] = (begun[2], self._sync_of(begun[2]))
                if closed := re.match(r"close\((\d+)", begun[2]):
                    self._close([closed[1]], 0)  # from now on another thread may be given the same number
            elif ended := _ENDED.fullmatch(line):
                start, sync = self._begun.pop(ended[1])
                if not start.startswith("close("):
                    self._finish(f"{ended[1]} {start}{ended[2]}", sync)
            else:
                self._finish(line, None)
            yield

    def _finish(self, line: str, sync: Callable[[], None] | None) -> None:
        found = _LINE.fullmatch(line)
        if found is None or int(found[4]) < 0:
            return
        name, arguments, result = found[2], found[3].split(", "), int(found[4])
        if name in ("fsync", "fdatasync"):
            (sync or self._sync_of(f"{name}({found[3]}"))()
        else:
            getattr(self, f"_{name}")(arguments, result)

    def _sync_of(self, call: str) -> Callable[[], None]:
        """What a sync makes safe is what was there when it began."""
        target = re.match(r"(?:fsync|fdatasync)\((\d+)", call)
        node = self._open[int(target[1])].node if target and int(target[1]) in self._open else None
        if isinstance(node, File):
            data = node.data
            return lambda: setattr(node, "synced", data)
        if isinstance(node, Folder):
            names = dict(node.names)
            return lambda: setattr(node, "synced", names)
        return lambda: None

    def _place(self, argument: str) -> tuple[Folder, str] | None:
        path = Path(_text(argument).decode())
        if not path.is_relative_to(self.root):
            return None
        folder = self.top
        parts = path.relative_to(self.root).parts
        for part in parts[:-1]:
            inner = folder.names[part]
            assert isinstance(inner, Folder)
            folder = inner
        return folder, parts[-1] if parts else ""

    def _openat(self, arguments: list[str], result: int) -> None:
        self._open.pop(result, None)
        place, flags = self._place(arguments[1]), arguments[2]
        if place is None:
            return
        folder, name = place
        node = folder.names.setdefault(name, File()) if name else folder
        if isinstance(node, File) and "O_TRUNC" in flags:
            node.data = b""
        at_end = isinstance(node, File) and "O_APPEND" in flags
        self._open[result] = Open(node, len(node.data) if at_end and isinstance(node, File) else 0)

    def _write(self, arguments: list[str], result: int) -> None:
        written = _text(arguments[1])[:result]
        if arguments[0] == "1":
            self.said += written.decode()
        opened = self._open.get(int(arguments[0]))
        if opened is None:
            return
        assert isinstance(opened.node, File)
        data, start = opened.node.data, opened.position
        opened.node.data = data[:start].ljust(start, b"\x00") + written + data[start + len(written) :]
        opened.position += len(written)

    def _lseek(self, arguments: list[str], result: int) -> None:
        if (opened := self._open.get(int(arguments[0]))) is not None:
            opened.position = result

    def _ftruncate(self, arguments: list[str], result: int) -> None:
        opened = self._open.get(int(arguments[0]))
        if opened is not None and isinstance(opened.node, File):
            opened.node.data = opened.node.data[: int(arguments[1])].ljust(int(arguments[1]), b"\x00")

    def _close(self, arguments: list[str], result: int) -> None:
        self._open.pop(int(arguments[0]), None)

    def _mkdir(self, arguments: list[str], result: int) -> None:
        if place := self._place(arguments[0]):
            place[0].names[place[1]] = Folder()

    def _unlink(self, arguments: list[str], result: int) -> None:
        if place := self._place(arguments[0]):
            del place[0].names[place[1]]

    def _rename(self, arguments: list[str], result: int) -> None:
        old, new = self._place(arguments[0]), self._place(arguments[1])
        if old and new:
            new[0].names[new[1]] = old[0].names.pop(old[1])


def _text(argument: str) -> bytes:
    """strace -xx writes every byte as \\xNN, so no text can hold a comma or a quote."""
    return bytes.fromhex(argument.strip('"').replace("\\x", ""))
