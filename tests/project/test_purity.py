"""Law and proof ask nobody: what import-linter cannot see of the rule that they are pure (docs/architecture.md)."""

import ast

import pytest

from tests.project.tree import python_files

LAW_AND_PROOF = ("app/core/", "app/registry/", "app/node/consensus/")
VERIFIERS = tuple(
    f"app/evidence/{name}.py" for name in ("context", "instructions", "names", "parts", "proof", "steps")
) + tuple(f"app/reserve/{name}.py" for name in ("formula", "header", "parts", "proof", "steps", "verify"))
PRESENTERS = ("app/ui/present/",)

METHODS = {
    *("now", "utcnow", "today", "time_ns", "monotonic", "perf_counter"),
    *("open", "read_bytes", "read_text", "write_bytes", "write_text", "exists", "is_file", "is_dir", "stat", "lstat"),
    *("mkdir", "unlink", "touch", "iterdir", "glob", "rglob", "resolve", "cwd", "expanduser"),
}
FUNCTIONS = {"open", "print", "input"}
DEPENDING_ON_THE_RUN = {"hash", "id", "vars", "eval", "exec"}
PATHS_ONLY = "app/core/home.py"  # its "/" joins names

Found = list[str]


@pytest.mark.parametrize("folders", [LAW_AND_PROOF, VERIFIERS, PRESENTERS], ids=["law and proof", "verifiers", "words"])
def test_nobody_asks_the_clock_the_disk_or_the_reader(folders: tuple[str, ...]) -> None:
    assert [place for name, text in python_files(*folders) for place in _calls(name, text, FUNCTIONS, METHODS)] == []


def test_law_and_proof_do_not_depend_on_the_run() -> None:
    files = python_files(*LAW_AND_PROOF)
    assert [place for name, text in files for place in _calls(name, text, DEPENDING_ON_THE_RUN, set())] == []


def test_law_and_proof_count_in_integers() -> None:
    files = [(name, text) for name, text in python_files(*LAW_AND_PROOF) if name != PATHS_ONLY]
    assert [place for name, text in files for place in _floats(name, text)] == []


def test_the_law_goes_through_nothing_in_an_order_that_chance_decides() -> None:
    assert [place for name, text in python_files("app/registry/") for place in _unordered(name, text)] == []


def _calls(name: str, text: str, functions: set[str], methods: set[str]) -> Found:
    """Places where one of the functions or methods is called."""
    found: Found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            called = node.func
            is_function = isinstance(called, ast.Name) and called.id in functions
            is_method = isinstance(called, ast.Attribute) and called.attr in methods
            if is_function or is_method:
                found.append(f"{name}:{node.lineno}")
    return found


def _floats(name: str, text: str) -> Found:
    found: Found = []
    for node in ast.walk(ast.parse(text)):
        is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        is_division = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"float", "round"}
        if is_literal or is_division or is_call:
            found.append(f"{name}:{getattr(node, 'lineno', 0)}")
    return found


def _unordered(name: str, text: str) -> Found:
    """Loops that run over a set as it happens to lie."""
    sources = [node.iter for node in ast.walk(ast.parse(text)) if isinstance(node, ast.For | ast.comprehension)]
    return [f"{name}:{source.lineno}" for source in sources if _is_set(source)]


def _is_set(node: ast.expr) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"set", "frozenset"}
