"""Every error can be said in both languages, whatever facts it carries."""

import re

import pytest

import app.core.errors
from app.core import words_en, words_zh
from app.core.errors import FileChanged, InvalidBundle, LuopuError
from app.core.messages import (
    LANGUAGES,
    Language,
    clean,
    explain,
    explain_code,
    missing_words,
    outcome_words,
    reason_words,
    step_meaning,
    step_name,
    verdict_meaning,
    verdict_name,
)
from app.core.refusals import QuotaSpent

STEPS = (
    *("container", "format", "trust-root", "finality", "block", "transaction"),
    *("signature", "account", "record", "context", "file", "chain"),
)


def _all_kinds() -> list[type[LuopuError]]:
    found, waiting = [], [LuopuError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting.extend(kind.__subclasses__())
    return sorted({kind for kind in found if kind.__module__ == app.core.errors.__name__}, key=lambda kind: kind.code)


def test_every_error_has_words_of_its_own_in_both_languages() -> None:
    assert {kind.__name__: missing_words(kind) for kind in _all_kinds() if missing_words(kind)} == {}


def test_no_words_are_left_over_for_errors_that_no_longer_exist() -> None:
    codes = {kind.code for kind in _all_kinds()}
    assert set(words_en.ERRORS) == set(words_zh.ERRORS) == codes


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", _all_kinds(), ids=lambda kind: kind.code)
def test_an_error_without_facts_is_still_a_whole_sentence(kind: type[LuopuError], language: Language) -> None:
    said = explain(kind(), language)
    for text in (said.sentence, said.hint):
        assert text.endswith("。" if language == "zh" else ".")
        assert "{" not in text
        assert "?" not in text
        assert not re.search(r"[\[\]]|\s[,.]|  ", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", _all_kinds(), ids=lambda kind: kind.code)
def test_facts_are_filled_in_by_name(kind: type[LuopuError], language: Language) -> None:
    table = (words_zh if language == "zh" else words_en).ERRORS[kind.code][0]
    names = re.findall(r"{([a-z_]+)}", table)
    sentence = explain(kind(**dict.fromkeys(names, "⟨x⟩")), language).sentence
    assert sentence.count("⟨x⟩") == len(names)


def test_both_languages_use_the_same_facts() -> None:
    for code, (sentence, _) in words_en.ERRORS.items():
        assert set(re.findall(r"{(\w+)}", sentence)) == set(re.findall(r"{(\w+)}", words_zh.ERRORS[code][0])), code


def test_a_fact_cannot_reorder_or_hide_the_sentence_around_it() -> None:
    sentence = explain(FileChanged(path="safe\u202egpj.exe"), "en").sentence
    assert "\u202e" not in sentence
    assert "\u2068safe\ufffdgpj.exe\u2069" in sentence


def test_a_fact_that_looks_like_a_placeholder_is_not_filled_in_again() -> None:
    assert "{left}" in explain(FileChanged(path="{left}", left=3), "en").sentence


def test_a_very_long_fact_is_shortened() -> None:
    assert len(explain(FileChanged(path="a" * 100_000), "zh").sentence) < 200


def test_known_facts_are_said() -> None:
    assert explain(QuotaSpent(expected=12, got=3), "zh").sentence == "本期剩余的配额点不够：需要 12 点，还剩 3 点。"


def test_a_subclass_without_words_borrows_those_of_its_parent() -> None:
    kind = type("Special", (QuotaSpent,), {"code": "special-case", "__module__": "tests"})
    assert explain(kind(), "en") == explain(QuotaSpent(), "en")


def test_an_unknown_code_from_the_wire_is_named() -> None:
    assert "moon-phase" in explain_code("moon-phase", {}, "en").sentence
    assert explain_code("no-peer", {}, "zh").sentence == "没有对等节点应答。"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_and_verdict_has_a_name_and_a_meaning(language: Language) -> None:
    for step in STEPS:
        assert step_name(step, language) != step
        assert step_meaning(step, language)
    for verdict in ("valid", "refuted", "not-enough-trust"):
        assert verdict_name(verdict, language) != verdict
        assert verdict_meaning(verdict, language)


def test_final_is_said_with_its_height() -> None:
    assert outcome_words("final", "zh", height="52 814") == "已终局（高度 52 814）"
    assert outcome_words("refused", "en", reason="quota") == "Refused (quota)"
    assert outcome_words("expired", "en") == "Expired (not on the chain)"


def test_cleaning_keeps_ordinary_text() -> None:
    assert clean("批次 HG-2026-1107 富硒大米") == "批次 HG-2026-1107 富硒大米"


def test_reasons_are_said_in_chinese_where_they_are_known() -> None:
    said = explain(InvalidBundle(reason="an entry is damaged", entry="proof.json"), "zh").sentence
    assert said == "这不是一份完好的存证包：\u2068有条目损坏\u2069（\u2068proof.json\u2069）。"
    assert reason_words("at least 53414", "zh") == "至少 53414"
    assert reason_words("3 of 4", "zh") == "4 中的 3"
    assert reason_words("something new", "zh") == "something new"
    assert reason_words("an entry is damaged", "en") == "an entry is damaged"


def test_a_name_from_outside_is_never_translated() -> None:
    assert "\u2068size\u2069" in explain(FileChanged(path="size"), "zh").sentence
