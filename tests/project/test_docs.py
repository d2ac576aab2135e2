"""What the documents say is so: links lead somewhere, --help is what it says, the tests they name exist."""

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from app.core.wire import registry_pb2 as wire
from tests.project.tree import ROOT, project_files

DOCUMENTS = sorted(path for path in project_files() if path.suffix == ".md")
READMES = ("README.md", "README.zh-CN.md")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HELP_BLOCK = re.compile(r"```text\n\$ luopu ([^\n]*--help)\n(.*?)```", re.DOTALL)
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_ACTIONS = {field.name for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}
NAMED_CODE = re.compile(r"`((?:app|benchmarks|proto|requirements|resources|docs)/[\w./-]+)`")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = _without_code(document.read_text(encoding="utf-8"))
    broken = []
    for target in LINK.findall(text):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path) if path else document
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in _anchors(file)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_test_that_is_named_exists(document: Path) -> None:
    named = NAMED_TEST.findall(document.read_text(encoding="utf-8"))
    assert [f"{file}::{test}" for file, test in named if not _has_test(file, test)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_path_that_is_named_exists(document: Path) -> None:
    named = NAMED_CODE.findall(_without_fences(document.read_text(encoding="utf-8")))
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("readme", READMES)
def test_help_in_the_readme_is_what_the_program_prints(readme: str) -> None:
    blocks = HELP_BLOCK.findall((ROOT / readme).read_text(encoding="utf-8"))
    assert blocks
    for arguments, shown in blocks:
        assert shown == _help(tuple(arguments.split()))


def test_both_readmes_show_the_same_commands() -> None:
    commands = [re.findall(r"^\$ (.*)$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE) for name in READMES]
    assert commands[0] == commands[1]


def test_every_command_of_the_program_is_in_both_readmes() -> None:
    commands = re.findall(r"^    (\w+) ", _help(("--help",)), re.MULTILINE)
    assert commands
    for name in READMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [command for command in commands if f"luopu {command}" not in text] == []


def test_every_decision_is_in_the_index_and_whole() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        assert f"adr/{path.name}" in index, path.name
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], path.name


def test_every_section_of_the_white_paper_has_its_row() -> None:
    text = (ROOT / "docs" / "whitepaper.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1:-1] for row in text.splitlines() if re.match(r"\| [1-4][.\d]* ", row)]
    sections = {row[0].split()[0] for row in rows}
    expected = {"1", "2.1", "2.2", "3.1", "3.2", "3.3", "3.4.1", "3.4.2", "3.4.3", "3.5", "3.6", "3.7"}
    expected |= {"4.1.1", "4.1.2", "4.1.3", "4.1.4", "4.2.1", "4.2.2", "4.3.1", "4.3.2"}
    assert expected <= sections
    for row in rows:
        state = row[-1].strip()
        assert state in {"built", "partly", "next"}, row
        # what is said to be built is shown by a test
        assert state == "next" or NAMED_TEST.search(row[-2]), row


PROMISING = ("3.1", "3.2", "3.3", "3.4", "3.4.1", "3.4.2", "3.4.3", "3.5", "3.6", "3.7")


@pytest.mark.parametrize("section", PROMISING)
def test_every_promise_is_kept_by_a_test_or_said_to_be_next(section: str) -> None:
    text = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(section)} [^\n]*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, section
    rows = [row.split("|")[1:-1] for row in found.group(1).splitlines() if row.startswith("| ")][1:]
    assert rows
    for row in rows:
        clause, kept_by, shown = (cell.strip() for cell in row)
        assert clause, row
        if shown == "next":
            assert kept_by.startswith("now: "), row  # what there is instead is said
            continue
        named = NAMED_TEST.fullmatch(shown)
        assert named, row
        assert named[2], row
        assert _has_test(named[1], named[2]), row


SCENARIOS = sorted((ROOT / "docs" / "scenarios").glob("4-*.md"))


def test_every_use_of_the_white_paper_has_its_page_and_is_in_the_table() -> None:
    sections = ["4.1.1", "4.1.2", "4.1.3", "4.1.4", "4.2.1", "4.2.2", "4.3.1", "4.3.2"]
    assert [path.name[:5].replace("-", ".") for path in SCENARIOS] == sections
    table = (ROOT / "docs" / "scenarios" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in SCENARIOS if f"]({path.name})" not in table] == []


@pytest.mark.parametrize("page", SCENARIOS, ids=_name)
def test_every_test_of_a_use_is_on_its_page_and_its_commands_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 100
    (file,) = {file for file, _ in NAMED_TEST.findall(text)}
    tests = {name for name in _tests_in(file) if name.startswith("test_")}
    assert tests == {test for _, test in NAMED_TEST.findall(text) if test}
    for words in re.findall(r"`luopu ([a-z -]+)", text):
        assert f"    {words.split()[0]} " in _help(("--help",)), words
    for action in re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text):
        assert action in _ACTIONS | {"batch_root", "batch_size"}, action


def test_every_verb_of_the_makefile_is_in_contributing() -> None:
    verbs = re.findall(r"^([a-z]+):[^#\n]*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [verb for verb in verbs if verb != "help" and f"make {verb}" not in text] == []


@cache
def _help(arguments: tuple[str, ...]) -> str:
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "app", *arguments]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, encoding="utf-8")
    return ran.stdout


@cache
def _tests_in(file: str) -> frozenset[str]:
    path = ROOT / file
    if not path.exists():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _has_test(file: str, test: str) -> bool:
    return test in _tests_in(file) if test else (ROOT / file).exists()


@cache
def _anchors(document: Path) -> frozenset[str]:
    titles = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles)


def _without_fences(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", _without_fences(text))
