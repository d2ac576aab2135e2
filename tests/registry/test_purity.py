"""What must not occur where every node has to come to the same result: floats, clocks, chance, the machine, loose order."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("app/core", "app/registry", "app/node/consensus")
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
    if not path.name.endswith("_pb2.py")
)
BANNED = {
    *("time", "random", "secrets", "uuid", "datetime", "calendar", "zoneinfo"),
    *("os", "sys", "io", "platform", "getpass", "socket", "ssl", "subprocess", "tempfile", "shutil", "signal"),
    *("threading", "multiprocessing", "asyncio", "concurrent", "queue", "logging", "warnings", "locale", "gettext"),
    *("decimal", "fractions", "statistics", "math", "cmath", "numbers", "unicodedata", "pickle", "copyreg", "weakref"),
}
ALLOWED_NAMES = {("app/node/consensus/time.py", "datetime", "date")}
"""The calendar is arithmetic; the clock is not."""
BASE_TYPE = ("app/registry/places.py", ["google.protobuf.message"])
"""What every message is; `app.core.codec` alone reads and writes them."""
BANNED_CALLS = {"float", "complex", "hash", "id", "open", "print", "input", "eval", "exec", "round", "vars", "globals"}
PATHS_ONLY = "app/core/home.py"
"""Joins paths with a slash, which is no division; nothing of it decides anything."""
ORDERLESS_READERS = {"sorted", "len", "min", "max", "any", "all", "sum", "set", "frozenset", "isinstance"}
ORDERED_READERS = {
    "list",
    "tuple",
    "enumerate",
    "iter",
    "next",
    "zip",
    "map",
    "filter",
    "dict",
    "bytes",
    "join",
    "extend",
}


def tree_of(file: str) -> ast.Module:
    """The syntax of a file."""
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), file)


def problems(file: str, tree: ast.Module) -> list[str]:
    """Every place that breaks a rule."""
    found = [*_imports(file, tree), *_numbers(file, tree), *_calls(tree), *_loose_order(tree)]
    return [f"{file}:{line}: {what}" for line, what in found]


def _imports(file: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in BANNED:
                    yield node.lineno, f"import of {alias.name}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in BANNED:
            for alias in node.names:
                if (file, node.module, alias.name) not in ALLOWED_NAMES:
                    yield node.lineno, f"import of {alias.name} from {node.module}"


def _numbers(file: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield node.lineno, f"number {node.value}"
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div) and file != PATHS_ONLY:
            yield node.lineno, "division with /"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and isinstance(node.right, ast.UnaryOp):
            yield node.lineno, "negative power"


def _calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BANNED_CALLS:
            yield node.lineno, f"call of {node.func.id}"


# ---- order of sets --------------------------------------------------------------------------------------------------
def _loose_order(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Wherever a set, or a name that holds one, is read in order. Best effort: it knows what it can see in one file."""
    names = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _is_set(node.value, ())
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    harmless = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ORDERLESS_READERS
        for argument in node.args
    }
    for node in ast.walk(tree):
        for read in _ordered_reads(node):
            if id(node) not in harmless and _is_set(read, names):
                yield read.lineno, "a set read in order"


def _ordered_reads(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.For):
        yield node.iter
    elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
        yield from (generator.iter for generator in node.generators)
    elif isinstance(node, ast.Starred):
        yield node.value
    elif isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in ORDERED_READERS:
            yield from node.args


def _is_set(node: ast.expr, names: Collection[str]) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in {"set", "frozenset"}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub | ast.BitXor):
        return _is_set(node.left, names) or _is_set(node.right, names)
    return False


@pytest.mark.parametrize("file", FILES)
def test_nothing_in_law_proof_and_words_depends_on_the_machine(file: str) -> None:
    assert problems(file, tree_of(file)) == []


def test_the_law_knows_no_json_and_nobody_above_it() -> None:
    for file in FILES:
        if not file.startswith("app/registry/"):
            continue
        for node in ast.walk(tree_of(file)):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            if (file, modules) == BASE_TYPE:
                continue
            for module in modules:
                assert module.split(".")[0] not in {"json", "google", "nacl", "cryptography"}, (file, module)
                assert not module.startswith("app.") or module.startswith(("app.core", "app.registry")), (file, module)


def test_all_folders_are_looked_at() -> None:
    assert {"app/core/codec.py", "app/registry/law.py", "app/node/consensus/time.py"} <= set(FILES)
    assert len(FILES) > 30


@pytest.mark.parametrize(
    "source",
    [
        "x = 1.5",
        "x = a / b",
        "x /= b",
        "x = 2 ** -1",
        "import time",
        "import os.path",
        "from random import choice",
        "from datetime import datetime",
        "import logging as words",
        "x = float(y)",
        "x = hash(y)",
        "for x in {1, 2}: pass",
        "for x in set(y): pass",
        "x = list({y for y in z})",
        "x = ','.join(set(y))",
        "x = [y for y in frozenset(z)]",
        "x = [*{1, 2}]",
        "s = set(y)\nfor x in s: pass",
        "x = tuple(set(a) | set(b))",
        "x = bytes(set(y))",
    ],
)
def test_each_rule_sees_what_it_forbids(source: str) -> None:
    assert problems("app/registry/law.py", ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "x = a // b",
        "x = sorted({1, 2})",
        "x = sorted(y for y in set(z))",
        "x = len(set(y)) + max({1, 2})",
        "x = y in {1, 2}",
        "x = {y for y in set(z)}",
        "for x in sorted(set(y)): pass",
        "from app.node.consensus.time import to_timestamp",
    ],
)
def test_no_rule_sees_what_is_allowed(source: str) -> None:
    assert problems("app/registry/law.py", ast.parse(source)) == []
