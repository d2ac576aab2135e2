"""The project's own files, for tests about the project."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MADE_BY_TOOLS = {".git", ".venv", "__pycache__", "build", "dist", ".luopu", ".luopu-demo"}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that git tracks or would track; in an unpacked archive, every file that no tool made."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        names = {ROOT / name for name in listed.split("\0") if name}
    except (OSError, subprocess.CalledProcessError):
        names = {path for path in ROOT.rglob("*") if not _MADE_BY_TOOLS.intersection(path.relative_to(ROOT).parts)}
    return tuple(sorted(path for path in names if path.is_file()))


def text_files() -> list[tuple[str, str]]:
    """Name (relative to the root) and text of every file that is text."""
    found = []
    for path in project_files():
        try:
            found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def python_files(*folders: str) -> list[tuple[str, str]]:
    """The same for Python modules in these folders, without those that protoc writes."""
    return [
        (name, text)
        for name, text in text_files()
        if name.endswith(".py") and not name.endswith("_pb2.py") and name.startswith(folders)
    ]
