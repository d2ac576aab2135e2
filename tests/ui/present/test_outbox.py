"""The outbox and the log of approvals in the clerk's words."""

from dataclasses import replace

import pytest

from app.core.messages import action_name
from app.core.wire import registry_pb2 as wire
from app.ui.desks.outbox import LogView, OutboxDeed
from app.ui.present.approval_log import log_detail, log_title, standing_chip, standing_sentence
from app.ui.present.glossary import Glossary
from app.ui.present.language import Words
from app.ui.present.outbox import (
    Known,
    deed_chip,
    deed_detail,
    deed_title,
    is_on_the_way,
    needs_clerk,
    outbox_sentence,
    said_facts,
    way_facts,
)
from tests.fakes.desk_facts import NOW_NS, TIP, digest_of
from tests.fakes.outbox_facts import (
    CHECKER_KEY,
    HANGZHOU,
    OWN_KEY,
    deed,
    realistic_entries,
    realistic_lines,
    record,
    transfer,
    unreadable,
)

ENTRIES = {each.deed_id: each for each in realistic_entries()}


def known(**more: object) -> Known:
    return Known(now_ns=NOW_NS, **more)  # type: ignore[arg-type]


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "").replace("\u2009", "")


def test_groups_say_who_has_to_do_something() -> None:
    assert {name for name, each in ENTRIES.items() if needs_clerk(each)} == {"d9", "d5", "d4"}
    assert {name for name, each in ENTRIES.items() if is_on_the_way(each)} == {"d8", "d7", "d6"}


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        (ENTRIES["d5"], "Record evidence: 出库单 HG-2026-1102.pdf"),
        (ENTRIES["d7"], "Change the name: 绍兴富硒大米合作社"),
        (ENTRIES["d9"], "Transfer vouchers: 杭州合作社 · account 10001"),
        (deed("x", "notarize", record("无名"), "final", 1), "Record evidence: 无名"),
    ],
)
def test_a_title_says_what_and_whom(entry: OutboxDeed, title: str, english: Words) -> None:
    said = deed_title(entry, known(glossary=Glossary({HANGZHOU: "杭州合作社"})), english)
    assert plain(said) == title


def test_what_is_about_nothing_else_is_its_action(english: Words) -> None:
    nothing_named = deed("x", "set_thresholds", wire.SetThresholds(), "draft", 1)
    assert deed_title(nothing_named, known(), english) == action_name("set_thresholds", "en")


def test_an_account_without_a_name_keeps_its_number(words: Words) -> None:
    said = plain(deed_title(ENTRIES["d9"], known(), words))
    assert ("account 10001" if words.language == "en" else "账户 10001") in said


def test_several_accounts_are_named_once_and_not_all(english: Words) -> None:
    legs = [wire.Leg(voucher=bytes(16), to=number, amount=1) for number in (7, 7, 8, 9)]
    said = deed_title(deed("x", "transfer", wire.Transfer(legs=legs), "draft", 1), known(), english)
    assert said.endswith("account 7 · account 8")


def test_final_is_said_with_its_height_only(words: Words) -> None:
    final = ENTRIES["d3"]
    assert f"{TIP - 3_700}" in plain(deed_chip(final, words).text)
    assert deed_chip(replace(final, height=None), words).tone == "warn"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("d9", "Nobody has signed it. It can land until height 53374."),
        ("d7", "Signed here; missing: 复核 01. It can land until height 53374."),
        ("d8", "No network. It goes out by itself when there is one, and can land until height 53374."),
        ("d6", "Handed over. What became of it shows by itself, at the latest at height 53374."),
        ("d5", "It did not come onto the chain in time, and nothing was changed."),
        ("d4", "Not enough quota points are left in this period: 12 needed, 3 left."),
        ("d3", ""),
        ("d2", "It did not come onto the chain in time, and nothing was changed. It was done anew since."),
        ("d1", "A colleague completed and sent it; the chain has it."),
        ("d0", "It did not come onto the chain in time, and nothing was changed. Put away."),
    ],
)
def test_each_state_is_a_sentence(entry: str, said: str, english: Words) -> None:
    assert plain(deed_detail(ENTRIES[entry], known(labels={CHECKER_KEY: "复核 01"}), english)) == said


def test_what_became_of_it_names_keys_hash_height_and_what_took_its_place(english: Words) -> None:
    facts = {fact.label: fact for fact in way_facts(ENTRIES["d2"], known(), ENTRIES, english)}
    assert facts["Signed with"].copied == OWN_KEY
    assert facts["Transaction"].copied == digest_of("hash d2").hex()
    assert facts["Done anew by"].value == "d1b"
    assert plain(facts["Found missing at height"].value) == str(TIP - 29_000)
    others = {**ENTRIES, "d1b": deed("d1b", "transfer", transfer(), "final", 2, height=TIP, replaces="d2")}
    named = {fact.label: fact for fact in way_facts(ENTRIES["d2"], known(), others, english)}
    assert plain(named["Done anew by"].value).startswith("Transfer vouchers: account 10001 · ")
    final = {fact.label: fact for fact in way_facts(ENTRIES["d3"], known(), ENTRIES, english)}
    assert plain(final["In the block of height"].value) == str(TIP - 3_700)
    noted = {fact.label: fact.value for fact in way_facts(ENTRIES["d8"], known(), ENTRIES, english)}
    assert noted["The node's word"] == "No peer answers."


def test_everything_that_the_bytes_say_is_there(words: Words) -> None:
    for each in ENTRIES.values():
        facts = said_facts(each, known(), words)
        assert len(facts) == len(each.facts) + bool(each.file_name)


def test_the_page_says_what_matters(english: Words) -> None:
    assert outbox_sentence(realistic_entries(), english) == "3 things need you, 3 on the way"
    assert outbox_sentence([ENTRIES["d9"]], english) == "1 thing needs you"
    assert outbox_sentence([ENTRIES["d6"]], english) == "1 on the way"
    assert outbox_sentence([ENTRIES["d3"]], english) == "Nothing is on its way, and nothing needs you"


# ---- the log ---------------------------------------------------------------------------------------------------------
def test_a_line_says_its_number_what_and_the_key(english: Words) -> None:
    lines = {each.number: each for each in realistic_lines()}
    glossary = Glossary({HANGZHOU: "杭州合作社"})
    assert plain(log_title(lines[5], glossary, english)) == "#5  Transfer vouchers: 杭州合作社 · account 10001"
    assert plain(log_detail(lines[5], {}, english)) == "with the key 经办 01 的软件密钥"
    assert plain(log_detail(lines[5], {OWN_KEY: "经办 01"}, english)) == "with the key 经办 01"
    assert log_detail(lines[4], {}, english).startswith("with the key p256:02")
    assert plain(log_title(unreadable(3), glossary, english)) == "#3 cannot be read"


def test_a_whole_log_is_calm_and_an_altered_one_is_not(english: Words) -> None:
    assert standing_chip(LogView(3, bytes(32), ()), english).tone == "ok"
    assert standing_chip(LogView(3, bytes(32), (2,)), english).tone == "bad"
    assert "#2." in standing_sentence(LogView(3, bytes(32), (2,)), english)
    many = standing_sentence(LogView(99, bytes(32), tuple(range(1, 31))), english)
    assert "#12. And 18 more." in many
    assert "#13" not in many
