"""Every text of the desk exists in both languages, and nothing stale is kept.

After a change of words, in the project's folder (for luopu_en.ts add -pluralonly), then fill in what is "unfinished":
pyside6-lupdate $(find app/ui -name "*.py") -ts resources/i18n/luopu_zh.ts -no-obsolete -locations none -sort-messages
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

import app.ui
from app.ui import language
from app.ui.resources import resource

SOURCES = sorted(Path(app.ui.__file__).parent.rglob("*.py"))
Key = tuple[str, str]


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `tr`, wherever it stands."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "tr":
                yield f"{source.name}:{node.lineno}", node


def spoken() -> dict[Key, bool]:
    """Text and comment of every call → whether it counts something."""
    found: dict[Key, bool] = {}
    for _, call in calls():
        texts = [argument.value if isinstance(argument, ast.Constant) else None for argument in call.args]
        found[str(texts[0]), str(texts[1] or "") if len(texts) > 1 else ""] = len(texts) > 2
    return found


def entries(spoken_language: str) -> dict[Key, list[str]]:
    """What a `.ts` file holds."""
    root = ElementTree.fromstring(resource("i18n", f"luopu_{spoken_language}.ts").read_text(encoding="utf-8"))
    found: dict[Key, list[str]] = {}
    for message in root.iter("message"):
        translation = message.find("translation")
        assert translation is not None
        assert translation.get("type") is None, message.findtext("source")
        forms = [form.text or "" for form in translation.findall("numerusform")] or [translation.text or ""]
        found[message.findtext("source", ""), message.findtext("comment", "")] = forms
    return found


def test_texts_are_literals_so_that_they_can_be_collected() -> None:
    wrong = [place for place, call in calls() if not (call.args and isinstance(call.args[0], ast.Constant))]
    passed_on = {"language.py"}
    assert [place for place in wrong if place.split(":")[0] not in passed_on] == []


def test_chinese_is_complete_and_holds_nothing_stale() -> None:
    assert set(entries("zh")) == set(spoken())
    assert [key for key, forms in entries("zh").items() if not all(forms)] == []


def test_english_holds_both_forms_of_everything_counted() -> None:
    counted = {key for key, counts in spoken().items() if counts}
    assert set(entries("en")) == counted
    for key, forms in entries("en").items():
        assert len(forms) == 2, key
        assert all(forms), key
        assert not any("(s)" in form for form in forms), key


def test_placeholders_are_the_same_in_both_languages() -> None:
    for (source, _), forms in entries("zh").items():
        for form in forms:
            assert sorted(re.findall(r"{\w+}|%n", form)) == sorted(re.findall(r"{\w+}|%n", source)), source


def test_counted_texts_say_their_number_and_no_others_do() -> None:
    for (source, _), counts in spoken().items():
        assert ("%n" in source) == counts, source


def test_lupdate_finds_nothing_new(tmp_path: Path) -> None:
    """Qt's own tool, as a second opinion; it leaves the texts inside f-strings out, and so there are none."""
    fresh = tmp_path / "fresh.ts"
    tool = Path(sys.executable).with_name("pyside6-lupdate")
    command = [str(tool), *map(str, SOURCES), "-ts", str(fresh), "-source-language", "en_US", "-silent"]
    subprocess.run(command, check=True, capture_output=True)
    root = ElementTree.fromstring(fresh.read_text(encoding="utf-8"))
    assert {message.findtext("source", "") for message in root.iter("message")} == {source for source, _ in spoken()}


def test_chinese_does_not_say_please_everywhere() -> None:
    said = [form for forms in entries("zh").values() for form in forms]
    assert [form for form in said if "请" in form.replace("申请", "")] == []
    assert not any("哈希" in form for form in said)


@pytest.mark.parametrize(("count", "said"), [(1, "1 file"), (2, "2 files"), (0, "0 files"), (1000, "1\u2009000 files")])
def test_english_plurals(count: int, said: str) -> None:
    assert language.load_catalogue("en").translate("%n file(s)", None, count) == said


def test_an_unknown_text_is_said_in_english() -> None:
    assert language.load_catalogue("zh").translate("no such text") == "no such text"
