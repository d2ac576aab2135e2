"""What an action says is shown whole: no field of the wire format can be forgotten."""

from collections.abc import Iterator

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import given, settings

from app.core.facts import KINDS, LEFT_OUT, FactKind, ShownFact, facts_of
from app.core.wire import registry_pb2 as wire
from tests.core.messages_drawn import ACTIONS, messages

KEY = wire.PublicKey(algorithm=wire.ALGORITHM_ED25519, data=b"\x0a" * 32)
FIXED_LENGTHS = {FactKind.DIGEST, FactKind.ID, FactKind.ADDRESS, FactKind.BYTES}
NUMBERS = {FactKind.ACCOUNT, FactKind.AMOUNT, FactKind.SERIAL, FactKind.COUNT, FactKind.SIZE, FactKind.HEIGHT}


def reachable_fields(kind: type[Message] = wire.Body) -> Iterator[FieldDescriptor]:
    """Every field that a body can hold, at any depth."""
    waiting, seen = [kind.DESCRIPTOR], set()
    while waiting:
        found = waiting.pop()
        if found.name in seen or found.name == "PublicKey":
            continue
        seen.add(found.name)
        yield from found.fields
        waiting.extend(field.message_type for field in found.fields if field.message_type is not None)


def full_name(field: FieldDescriptor) -> str:
    return f"{field.containing_type.name}.{field.name}"


def is_part(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.name != "PublicKey"


def values(message: Message) -> dict[str, object]:
    return {fact.path: fact.value for fact in facts_of(message)}


def kinds(message: Message) -> dict[str, FactKind]:
    return {fact.path: fact.kind for fact in facts_of(message)}


# ---- the table -------------------------------------------------------------------------------------------------------
def test_every_field_of_every_action_has_a_kind_and_nothing_else_has() -> None:
    assert set(KINDS) == {full_name(field) for field in reachable_fields() if not is_part(field)}


def test_every_kind_fits_what_the_wire_carries() -> None:
    fits = {
        FieldDescriptor.TYPE_STRING: {FactKind.TEXT},
        FieldDescriptor.TYPE_BYTES: {FactKind.DIGEST, FactKind.ID, FactKind.ADDRESS, FactKind.BYTES, FactKind.KEY},
        FieldDescriptor.TYPE_MESSAGE: {FactKind.KEY},
        FieldDescriptor.TYPE_BOOL: {FactKind.FLAG},
        FieldDescriptor.TYPE_ENUM: {FactKind.CHOICE},
        FieldDescriptor.TYPE_UINT32: {*NUMBERS, FactKind.ACTION},
        FieldDescriptor.TYPE_UINT64: NUMBERS,
        FieldDescriptor.TYPE_INT64: {FactKind.HEIGHT, FactKind.MOMENT},
    }
    scalars = [field for field in reachable_fields() if not is_part(field)]
    assert [full_name(field) for field in scalars if KINDS[full_name(field)] not in fits[field.type]] == []


def test_a_moment_is_what_counts_in_nanoseconds() -> None:
    assert {name for name, kind in KINDS.items() if kind is FactKind.MOMENT} == {
        name for name in KINDS if name.endswith("_ns")
    }


def test_only_fields_that_exist_are_left_out() -> None:
    assert {full_name(field) for field in reachable_fields()} >= LEFT_OUT


def test_a_field_that_nobody_described_is_an_error_not_an_omission() -> None:
    with pytest.raises(KeyError, match=r"QuotaUse\.period"):
        facts_of(wire.QuotaUse())


# ---- nothing is forgotten --------------------------------------------------------------------------------------------
def _leaves(message: Message, path: str = "") -> Iterator[str]:
    """Paths of everything that was set, found in another way: by protobuf's own listing."""
    for field, value in message.ListFields():
        if not is_part(field):
            yield f"{path}{field.name}"
        elif field.is_repeated:
            for number, part in enumerate(value, start=1):
                yield from _leaves(part, f"{path}{field.name}.{number}.")
        else:
            yield from _leaves(value, f"{path}{field.name}.")


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_whatever_is_set_is_shown(name: str) -> None:
    @given(messages(ACTIONS[name]))
    @settings(max_examples=25, deadline=None)
    def check(message: Message) -> None:
        shown = [fact.path for fact in facts_of(message)]
        assert len(shown) == len(set(shown))
        assert set(_leaves(message)) <= set(shown)

    check()


@given(messages(wire.Body), messages(wire.Body))
@settings(max_examples=150, deadline=None)
def test_two_bodies_that_differ_are_shown_differently(one: wire.Body, other: wire.Body) -> None:
    assert (facts_of(one) == facts_of(other)) == (one == other)


@pytest.mark.parametrize("field", list(reachable_fields()), ids=full_name)
def test_setting_a_field_changes_what_is_shown(field: FieldDescriptor) -> None:
    kind = GetMessageClass(field.containing_type)
    message = kind()
    target = getattr(message, field.name)
    if field.is_repeated:
        target.add() if field.message_type is not None else target.append(_something(field))
    elif field.message_type is not None:
        target.SetInParent()
    else:
        setattr(message, field.name, _something(field))
    assert facts_of(message) != facts_of(kind())


def _something(field: FieldDescriptor) -> object:
    examples = {FieldDescriptor.CPPTYPE_STRING: b"\x01" if field.type == FieldDescriptor.TYPE_BYTES else "x"}
    return examples.get(field.cpp_type, 1)


# ---- values ----------------------------------------------------------------------------------------------------------
def test_parts_of_a_list_are_numbered_from_one() -> None:
    transfer = wire.Transfer(
        legs=[wire.Leg(voucher=b"\x01" * 16, to=7, amount=50), wire.Leg(voucher=b"\x02" * 16, to=8, serials=[3, 4])]
    )
    assert facts_of(transfer) == (
        ShownFact("legs.1.voucher", "Leg", "voucher", FactKind.ID, b"\x01" * 16, ("Transfer.legs",)),
        ShownFact("legs.1.to", "Leg", "to", FactKind.ACCOUNT, 7, ("Transfer.legs",)),
        ShownFact("legs.1.amount", "Leg", "amount", FactKind.AMOUNT, 50, ("Transfer.legs",)),
        ShownFact("legs.2.voucher", "Leg", "voucher", FactKind.ID, b"\x02" * 16, ("Transfer.legs",)),
        ShownFact("legs.2.to", "Leg", "to", FactKind.ACCOUNT, 8, ("Transfer.legs",)),
        ShownFact("legs.2.serials", "Leg", "serials", FactKind.SERIAL, (3, 4), ("Transfer.legs",)),
    )


def test_keys_are_texts_whatever_they_are_made_of() -> None:
    change = wire.ChangeKeys(revoke=[KEY, wire.PublicKey(algorithm=wire.ALGORITHM_P256, data=b"\x02")])
    assert values(change) == {"revoke": ("ed25519:" + "0a" * 32, "p256:02")}
    assert values(wire.Seat(key=b"\x0b" * 32))["key"] == "ed25519:" + "0b" * 32
    assert values(wire.NewKey(key=wire.PublicKey(data=b"\x01")))["key"] == "unspecified:01"
    assert kinds(wire.NewKey())["key"] is FactKind.ABSENT
    assert values(wire.Seat())["key"] == ""


def test_choices_are_names_and_unknown_ones_numbers() -> None:
    enrol = wire.Enrol(level=wire.LEVEL_REAL_NAME, key=wire.NewKey(roles=[wire.ROLE_MAKER]))
    assert values(enrol)["level"] == "real-name"
    assert values(enrol)["key.roles"] == ("maker",)
    assert values(wire.Certify.FromString(b"\x10\x63"))["level"] == "99"


def test_actions_named_by_number_are_shown_by_name() -> None:
    stop = wire.Emergency(actions=[16, 40, 1, 999])
    assert values(stop) == {"actions": ("notarize", "enrol", "1", "999"), "lifted": False}


def test_the_subject_of_a_setting_is_what_the_setting_is_about() -> None:
    def subject(setting: wire.Setting, number: int) -> object:
        return values(wire.NewSetting(setting=setting, subject=number)).get("subject")

    assert subject(wire.SETTING_ACTION_COST, 40) == "enrol"
    assert subject(wire.SETTING_LEVEL_POINTS, 4) == "real-name"
    assert subject(wire.SETTING_LEVEL_POINTS, 0) == "unspecified"
    assert subject(wire.SETTING_VALIDITY_WINDOW, 3) == 3
    assert subject(wire.SETTING_VALIDITY_WINDOW, 0) is None


def test_of_a_choice_the_chosen_member_is_said() -> None:
    assert values(wire.Supervise(cap=0)) == {"voucher": b"", "order": (), "measure": "cap", "cap": 0}
    assert values(wire.Supervise(flow=wire.FlowMeasure()))["measure"] == "flow"
    assert kinds(wire.Supervise())["measure"] is FactKind.ABSENT
    assert values(wire.Body(discard=wire.Discard(held=b"\x01")))["action"] == "discard"
    assert kinds(wire.Body(discard=wire.Discard()))["action"] is FactKind.ACTION


def test_emptiness_that_means_something_is_shown() -> None:
    assert values(wire.Emergency())["lifted"] is False
    assert values(wire.Terms())["accepted"] == ()
    assert values(wire.NewKey())["roles"] == ()
    assert values(wire.Amend())["permissions"] == ()
    assert values(wire.SetThresholds()) == {"thresholds": ()}
    assert kinds(wire.Suspend(account=3))["order"] is FactKind.ABSENT
    assert values(wire.Recognise(partner=3)) == {"partner": 3, "least": "unspecified"}


def test_what_is_left_out_when_empty_is_shown_when_it_is_there() -> None:
    assert values(wire.Order()) == {"document": b"", "authority": ""}
    assert values(wire.Order(reference="法〔2026〕1号"))["reference"] == "法〔2026〕1号"
    assert "batch_size" not in values(wire.EvidenceRecord())
    assert values(wire.EvidenceRecord(batch_size=3))["batch_size"] == 3


def test_only_what_says_nothing_is_empty() -> None:
    flags = [fact.is_empty for fact in facts_of(wire.PieceMeasure())]
    assert flags == [True, False]  # the serial 0, the flag
    assert [fact.is_empty for fact in facts_of(wire.Rename(name="unspecified"))] == [False]
    assert [fact.is_empty for fact in facts_of(wire.Recognise(partner=1))] == [False, True]


def test_values_of_any_length_are_shown_as_they_are() -> None:
    assert KINDS["Countersign.held"] in FIXED_LENGTHS
    assert values(wire.Countersign(held=b"\x01", digest=b"\x02" * 100)) == {"held": b"\x01", "digest": b"\x02" * 100}
