"""Actions, their fields and values have words in both languages, and nothing in a value can pass for them."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import action_words_en, action_words_zh
from app.core.facts import KINDS, LEFT_OUT, FactKind, ShownFact, facts_of
from app.core.messages import (
    LANGUAGES,
    Language,
    action_name,
    choice_name,
    fact_label,
    fact_name,
    fact_text,
    is_hiding,
    moment_text,
)
from app.core.plain import enum_text
from app.core.wire import registry_pb2 as wire
from tests.core.messages_drawn import ACTIONS, messages
from tests.core.test_facts import full_name, reachable_fields

TABLES = {"zh": action_words_zh, "en": action_words_en}
PLAIN_EMPTY = {FactKind.TEXT, FactKind.DIGEST, FactKind.ID, FactKind.KEY, FactKind.ADDRESS, FactKind.BYTES}


def _choices() -> set[str]:
    """Every name that a CHOICE can have: of enums, and members of oneofs that are not actions."""
    enums = {field.enum_type.name: field.enum_type for field in reachable_fields() if field.enum_type is not None}
    enums |= {name: wire.DESCRIPTOR.enum_types_by_name[name] for name in ("VoucherState", "PieceEnd")}
    names = {enum_text(enum, value.number) for enum in enums.values() for value in enum.values}
    members = {
        field.name
        for field in reachable_fields()
        if field.containing_oneof is not None and field.containing_oneof.name != "action"
    }
    return names | members


def _shown_fields() -> list[FieldDescriptor]:
    """Fields that need a name: all but the members of Body's oneof, which are actions."""
    return [
        field
        for field in reachable_fields()
        if field.containing_oneof is None or field.containing_oneof.name != "action"
    ]


def _text(message: Message, path: str, language: Language = "en") -> str:
    return next(fact_text(fact, language) for fact in facts_of(message) if fact.path == path)


# ---- completeness ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_a_name_and_no_name_is_left_over(language: Language) -> None:
    assert TABLES[language].ACTIONS.keys() == ACTIONS.keys()
    assert len(set(TABLES[language].ACTIONS.values())) == len(ACTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("field", _shown_fields(), ids=full_name)
def test_every_field_has_a_name(field: FieldDescriptor, language: Language) -> None:
    table = TABLES[language].FIELDS
    assert full_name(field) in table or field.name in table
    name = fact_name(field.containing_type.name, field.name, language)
    assert not any("a" <= character <= "z" for character in name) or language == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_has_a_name(language: Language) -> None:
    extra = {"ed25519", "p256", "operator", "user"}
    assert _choices() - TABLES[language].CHOICES.keys() == set()
    assert TABLES[language].CHOICES.keys() - _choices() - extra == set()


@pytest.mark.parametrize("name", ["ACTIONS", "FIELDS", "CHOICES", "EMPTY", "SAID"])
def test_both_languages_have_the_same_words(name: str) -> None:
    assert getattr(action_words_zh, name).keys() == getattr(action_words_en, name).keys()


def test_no_field_is_named_that_does_not_exist() -> None:
    oneofs = {"Body.action", "Propose.change", "Supervise.measure"}
    full = {full_name(field) for field in reachable_fields()} | oneofs
    bare = {field.name for field in reachable_fields()}
    for name in action_words_en.FIELDS:
        assert name in full or name in bare, name
    assert action_words_en.EMPTY.keys() - {""} <= full


def test_two_fields_of_one_message_never_have_the_same_name() -> None:
    for language in LANGUAGES:
        names: dict[tuple[str, str], str] = {}
        for field in _shown_fields():
            key = (field.containing_type.name, fact_name(field.containing_type.name, field.name, language))
            assert key not in names, (key, names.get(key), field.name)
            names[key] = field.name


def test_two_choices_of_one_enum_never_have_the_same_name() -> None:
    for language in LANGUAGES:
        for enum in wire.DESCRIPTOR.enum_types_by_name.values():
            names = [choice_name(enum_text(enum, value.number), language) for value in enum.values]
            assert len(set(names)) == len(names), enum.name


def test_a_moment_that_is_not_set_is_never_shown_as_a_date() -> None:
    for name, kind in KINDS.items():
        if kind is FactKind.MOMENT:
            for language in LANGUAGES:
                assert "1970" not in fact_text(ShownFact("", *name.split("."), kind, 0), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_empty_is_said_in_words(language: Language) -> None:
    shown = [name for name, kind in KINDS.items() if kind in PLAIN_EMPTY and name not in LEFT_OUT]
    for name in shown:
        message, field = name.split(".")
        for empty in ("", b"", ()):
            assert fact_text(ShownFact(field, message, field, KINDS[name], empty), language)


# ---- values ----------------------------------------------------------------------------------------------------------
def test_values_are_written_plainly() -> None:
    key = wire.PublicKey(algorithm=wire.ALGORITHM_P256, data=b"\x02" * 33)
    enrol = wire.Enrol(
        key=wire.NewKey(key=key, roles=[wire.ROLE_MAKER, wire.ROLE_CHECKER]),
        name="Li Lei",
        level=wire.LEVEL_CERTIFICATE,
        root=b"\xab" * 32,
        expires_ns=1_795_352_741_000_000_000,
        answers=True,
    )
    assert _text(enrol, "key.key") == "p256:" + "02" * 33
    assert _text(enrol, "key.roles", "zh") == "经办、复核"
    assert _text(enrol, "key.roles") == "maker, checker"
    assert _text(enrol, "name", "zh") == "“Li Lei”"
    assert _text(enrol, "level", "zh") == "数字证书"
    assert _text(enrol, "root") == "ab" * 32
    assert _text(enrol, "expires_ns", "zh") == "2026-11-22T13:05:41Z"
    assert (_text(enrol, "answers", "zh"), _text(enrol, "answers")) == ("是", "yes")


def test_what_emptiness_means_is_said() -> None:
    assert _text(wire.Amend(account=3), "name") == "(as it was)"
    assert _text(wire.Amend(account=3), "permissions", "zh") == "（无：撤销全部权限）"
    assert _text(wire.Terms(), "accepted", "zh") == "（发行方认可的所有合作方）"
    assert _text(wire.Recognise(partner=3), "least") == "takes the recognition back"
    assert _text(wire.Seat(key=b"\x01" * 32), "power", "zh") == "0（撤销席位）"
    assert _text(wire.Enrol(), "level") == "not specified"
    assert _text(wire.Suspend(), "order", "zh") == "（无）"
    assert _text(wire.HolderMeasure(), "frozen_amount") == "0"
    assert _text(wire.HolderMeasure(), "frozen") == "no"


def test_what_no_version_names_is_said_to_be_unknown() -> None:
    assert _text(wire.Emergency(actions=[999]), "actions") == "unknown value 999"
    assert _text(wire.Certify.FromString(b"\x10\x63"), "level", "zh") == "未知取值 99"
    assert action_name("moon\u202e", "en") == "unknown value moon\ufffd"
    assert fact_name("Moon", "phase", "zh") == "phase"


def test_labels_say_in_which_part_a_fact_stands() -> None:
    transfer = wire.Transfer(legs=[wire.Leg(to=1), wire.Leg(to=2)])
    labels = [fact_label(fact, "zh") for fact in facts_of(transfer)]
    assert labels == ["转让 1 · 凭证", "转让 1 · 接收账户", "转让 2 · 凭证", "转让 2 · 接收账户"]
    admit = wire.Admit(keys=[wire.NewKey(label="经办 01")])
    assert "key 1 · label of the key" in [fact_label(fact, "en") for fact in facts_of(admit)]
    assert "authority" in [fact_label(fact, "en") for fact in facts_of(wire.Suspend(order=wire.Order()))]


# ---- nothing misleads ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("said", ["(as it was)", "（不变）", "(none)", "是", "unspecified", "2026-11-22T13:05:41Z"])
def test_a_name_cannot_pass_for_words_of_this_program(said: str) -> None:
    for language in LANGUAGES:
        assert _text(wire.Amend(name=said), "name", language) == f"“{said}”"


def test_what_hides_or_reorders_is_made_visible() -> None:
    said = _text(wire.Grant(purpose="a\u202eb\nc\u200bd\x1b[2J"), "purpose")
    assert said == "“a\ufffdb\ufffdc\ufffdd\ufffd[2J”"


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_every_fact_is_one_line_of_plain_text(language: Language, data: st.DataObject) -> None:
    message = data.draw(messages(wire.Body))
    for fact in facts_of(message):
        for text in (fact_label(fact, language), fact_text(fact, language)):
            assert text
            assert not any(is_hiding(character) for character in text)


@given(st.integers(-(2**63), 2**63 - 1))
@settings(max_examples=300, deadline=None)
def test_moments_are_those_of_the_calendar(moment_ns: int) -> None:
    seconds, fraction = divmod(moment_ns, 10**9)
    expected = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert moment_text(moment_ns - fraction) == expected.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_first_and_last_day_of_every_month_are_those_of_the_calendar() -> None:
    first = datetime(1677, 10, 1, tzinfo=UTC)
    days = [first + timedelta(days=number) for number in range((datetime(2262, 4, 1, tzinfo=UTC) - first).days)]
    edges = [day for day in days if day.day == 1 or (day + timedelta(days=1)).day == 1]
    for day in edges:
        seconds = (day - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
        assert moment_text(seconds * 10**9) == day.strftime("%Y-%m-%dT00:00:00Z")


def test_parts_of_a_second_are_kept_whole() -> None:
    assert moment_text(1) == "1970-01-01T00:00:00.000000001Z"
    assert moment_text(-1) == "1969-12-31T23:59:59.999999999Z"
    assert moment_text(1_500_000_000) == "1970-01-01T00:00:01.5Z"


def test_languages_are_the_two() -> None:
    assert set(TABLES) == set(get_args(Language))
