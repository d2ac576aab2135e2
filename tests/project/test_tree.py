"""What holds for every file of the project."""

import ast
import re
import tomllib

import pytest

from tests.project.tree import ROOT, project_files, python_files, text_files

MACHINE_PATH = re.compile(
    r"(?<![\w.~])/(?:root|home|Users|work|opt(?!/homebrew/)|srv|mnt)/|[A-Z]:\\\\?Users"
)  # Homebrew is everywhere there
# written in pieces, so that this file does not find itself
REGISTRY = re.compile(
    "|".join(
        name.replace("+", "").replace(".", r"\.")
        for name in (
            "py+pi.org",
            "python+hosted.org",
            "registry.npm+js",
            "crates+.io",
            "proxy.golang+.org",
            "deb.debian+.org",
            "security.debian+.org",
            "maven+.org",
        )
    )
)
SECRET = re.compile(
    "|".join(
        (
            "BEGIN [A-Z ]*" + "PRIVATE KEY",
            r"\bAKIA[0-9A-Z]{16}\b",
            r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
            r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
            r"\bsk-[A-Za-z0-9]{32,}",
        )
    )
)
THIS = "tests/project/test_tree.py"


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY, SECRET], ids=["machine path", "registry host", "secret"])
def test_no_file_holds(pattern: re.Pattern[str]) -> None:
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in text_files()
        if name != THIS
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def test_every_folder_of_the_program_is_a_package() -> None:
    # a folder without __init__.py is left out of an installed program, and import-linter does not see it
    folders = {path.parent for path in project_files() if path.suffix == ".py" and path.is_relative_to(ROOT / "app")}
    assert [str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_every_module_begins_with_what_it_is() -> None:
    missing = [
        name
        for name, text in python_files("app/", "benchmarks/", "tests/project/", "tests/fakes/")
        if text.strip() and ast.get_docstring(ast.parse(text)) is None
    ]
    assert missing == []


def test_qt_is_imported_in_the_face_only() -> None:
    found = {
        name
        for name, text in python_files("app/", "benchmarks/")
        if not name.startswith("app/ui/") and _imports(text) & {"PySide6", "qasync", "shiboken6"}
    }
    assert found == set()


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9._-]+==\S+", line), line[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", line), line[:80]


def test_the_developer_s_packages_include_what_runs() -> None:
    pins = [_pins(name) for name in ("runtime.txt", "dev.txt")]
    assert pins[0].items() <= pins[1].items()


def test_every_dependency_is_locked_and_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[<>=!;\s\[]", item)[0].lower() for item in declared}
    assert names <= _pins("dev.txt").keys()
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert {name for name in names if f"| {name} |" not in explained} == set()


def _pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, flags=re.MULTILINE))


def _imports(text: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names
