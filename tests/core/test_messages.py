"""Every error can be said in both languages, whatever facts it carries."""

import re

import pytest

import app.core.errors
import app.core.refusals
import app.core.reserveerrors
import app.core.tokenerrors
import app.core.walleterrors
from app.core import refusal_words_en, refusal_words_zh, reserve_words_en, reserve_words_zh, words_en, words_zh
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
from app.core.refusals import (
    REFUSALS,
    ActionStopped,
    BadAction,
    BalanceShort,
    HolderNotAccepted,
    KeysImpossible,
    LevelTooLow,
    NameTaken,
    NotPermitted,
    OutsideWindow,
    QuotaSpent,
    WrongParty,
)

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
    modules = (app.core.errors, app.core.refusals, app.core.reserveerrors, app.core.tokenerrors, app.core.walleterrors)
    ours = {module.__name__ for module in modules}
    return sorted({kind for kind in found if kind.__module__ in ours}, key=lambda kind: kind.code)


ZH = words_zh.ERRORS | refusal_words_zh.REFUSALS | reserve_words_zh.RESERVES
EN = words_en.ERRORS | refusal_words_en.REFUSALS | reserve_words_en.RESERVES


def test_every_error_has_words_of_its_own_in_both_languages() -> None:
    assert {kind.__name__: missing_words(kind) for kind in _all_kinds() if missing_words(kind)} == {}


def test_no_words_are_left_over_for_errors_that_no_longer_exist() -> None:
    codes = {kind.code for kind in _all_kinds()}
    assert set(EN) == set(ZH) == codes


@pytest.mark.parametrize(
    "words", [(words_zh.ERRORS, refusal_words_zh.REFUSALS), (words_en.ERRORS, refusal_words_en.REFUSALS)]
)
def test_words_of_refusals_stand_in_their_own_table(words: tuple[dict[str, object], dict[str, object]]) -> None:
    others, refusals = words
    assert refusals.keys() == {"refused", *(kind.code for kind in REFUSALS.values())}
    assert others.keys() & refusals.keys() == set()


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
    names = re.findall(r"{([a-z_]+)}", (ZH if language == "zh" else EN)[kind.code][0])
    sentence = explain(kind(**dict.fromkeys(names, "⟨x⟩")), language).sentence
    assert sentence.count("⟨x⟩") == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", _all_kinds(), ids=lambda kind: kind.code)
def test_each_fact_can_be_missing(kind: type[LuopuError], language: Language) -> None:
    names = re.findall(r"{([a-z_]+)}", (ZH if language == "zh" else EN)[kind.code][0])
    for name in names:
        sentence = explain(kind(**{name: 7}), language).sentence
        assert not re.search(r"[{}?\[\]]|[：，][：，。]|\s[,.]|  ", sentence), sentence


def test_both_languages_use_the_same_facts() -> None:
    for code, (sentence, _) in EN.items():
        assert set(re.findall(r"{(\w+)}", sentence)) == set(re.findall(r"{(\w+)}", ZH[code][0])), code


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


def _plain(error: LuopuError, language: Language) -> str:
    return re.sub("[\u2068\u2069]", "", explain(error, language).sentence)


def test_levels_parties_duties_and_actions_are_said_in_the_reader_s_language() -> None:
    low = LevelTooLow(account=12, expected="real-name", got="phone")
    assert _plain(low, "zh") == "身份认证的级别不够：账户 12，至少须为普通实名，现为手机号验证。"
    assert "expected real-name, got phone" in _plain(low, "en")
    wrong = WrongParty(expected="operator, regulator", got="user")
    assert _plain(wrong, "zh") == "账户的身份不符，须为业务准入方、监管方，实为用户。"
    assert "事项类别记账方表决" in _plain(KeysImpossible(duty="governance"), "zh")
    assert _plain(ActionStopped(action="change_keys"), "zh") == "记账方已应急停用这类事项：变更密钥。"
    assert _plain(ActionStopped(action="change_keys"), "en").endswith(": Change keys.")
    assert "moon" in _plain(ActionStopped(action="moon"), "en")
    assert _plain(NotPermitted(expected="voucher"), "zh") == "这个账户没有相应的权限：凭证。"


def test_amounts_are_said_as_they_are() -> None:
    assert "需要 50，实有 7" in _plain(BalanceShort(account=3, expected=50, got=7), "zh")
    assert "50 needed, 7 held" in _plain(BalanceShort(account=3, expected=50, got=7), "en")


def test_a_window_of_time_is_said_in_moments() -> None:
    early = OutsideWindow(voucher="ab", expected="at least 1795352741000000000", got=1_795_352_740_000_000_000)
    assert "应为 至少 2026-11-22T13:05:41Z，实为 2026-11-22T13:05:40Z" in _plain(early, "zh")
    assert "expected at least 2026-11-22T13:05:41Z, got 2026-11-22T13:05:40Z" in _plain(early, "en")
    assert explain_code("outside-window", {"expected": "9" * 5000}, "en").sentence
    assert _plain(OutsideWindow(expected=None), "en") == "The voucher may not change hands at this time."


def test_a_field_is_named_in_chinese() -> None:
    assert "：下令机关，" in _plain(BadAction(field="authority", expected="1 … 128 bytes", got=0), "zh")
    assert "：复核人数，应为 1 … 15" in _plain(BadAction(field="checkers", expected="1 … 15"), "zh")
    assert "：参与方的个数，" in _plain(BadAction(field="number of parties", expected="2 … 64", got=1), "zh")
    assert "：moon phase，" in _plain(BadAction(field="moon phase", expected="full"), "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_fact_from_the_wire_is_too_deep(language: Language) -> None:
    for deep in ("at least " * 5000, "number of " * 5000, "operator, " * 5000, "{" * 5000):
        assert explain_code("bad-action", {"field": deep, "expected": deep, "got": deep}, language).sentence


def test_a_list_that_is_not_all_known_stays_as_it_is() -> None:
    assert reason_words("operator, moon", "zh") == "operator, moon"
    assert reason_words("at most real-name", "zh") == "至多 普通实名"


def test_a_name_that_is_one_of_our_words_is_not_translated() -> None:
    assert "\u2068operator\u2069" in explain(NameTaken(name="operator"), "zh").sentence


def test_a_refusal_says_who_can_help() -> None:
    assert "普通实名" in explain(HolderNotAccepted(), "zh").hint
    assert "监管方" in explain(NotPermitted(), "zh").hint
    assert "seats by vote" in explain_code("no-seat", {}, "en").hint


def test_a_name_from_outside_is_never_translated() -> None:
    assert "\u2068size\u2069" in explain(FileChanged(path="size"), "zh").sentence
