"""Messages as plain values: one shape for each kind, and back to the very same bytes."""

import json

import pytest
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import BadKey, DecodingError, OutOfRange
from app.core.plain import message_of, plain_of
from app.core.strictjson import decode_json
from app.core.wire import registry_pb2 as wire
from tests.core.messages_drawn import EVERY_KIND, keys, messages

KEY = wire.PublicKey(algorithm=wire.ALGORITHM_ED25519, data=b"\x0a" * 32)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_every_message_comes_back_from_its_json(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([kind for kind in EVERY_KIND if kind is not wire.PublicKey]))
    message = data.draw(messages(kind))
    document = json.dumps(plain_of(message)).encode()
    assert encode(message_of(kind, decode_json(document))) == encode(message)


@given(keys())
@settings(max_examples=20, deadline=None)
def test_every_key_comes_back_from_its_text(key: wire.PublicKey) -> None:
    shown = plain_of(wire.NewKey(key=key))["key"]
    assert isinstance(shown, str)
    assert shown.startswith(("ed25519:", "p256:"))
    assert message_of(wire.NewKey, {"key": shown}).key == key


def test_values_are_plain() -> None:
    enrol = wire.Enrol(
        key=wire.NewKey(key=KEY, label="经办 01", roles=[wire.ROLE_MAKER, wire.ROLE_ADMINISTRATOR], possession=b"\xab"),
        level=wire.LEVEL_REAL_NAME,
        root=b"\x01\x02",
        expires_ns=2**62,
    )
    assert plain_of(enrol) == {
        "key": {
            "key": "ed25519:" + "0a" * 32,
            "label": "经办 01",
            "roles": ["maker", "administrator"],
            "possession": "ab",
        },
        "name": "",
        "level": "real-name",
        "root": "0102",
        "expires_ns": 2**62,
        "answers": False,
    }


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.DESCRIPTOR.name)
def test_an_empty_message_shows_every_field_that_has_a_default(kind: type[Message]) -> None:
    expected = {field.name for field in kind.DESCRIPTOR.fields if not field.has_presence}
    assert plain_of(kind()).keys() == expected


def test_of_a_choice_only_the_chosen_one_is_shown_even_where_it_is_empty() -> None:
    assert plain_of(wire.Supervise(cap=0)) == {"voucher": "", "cap": 0}
    assert plain_of(wire.Supervise(flow=wire.FlowMeasure())) == {"voucher": "", "flow": {"flow": "open"}}
    assert plain_of(wire.LogEntry(rename=b""))["rename"] == ""


def test_names_of_choices_lose_the_name_of_their_enum() -> None:
    assert plain_of(wire.Voucher(state=wire.VOUCHER_STATE_APPLIED))["state"] == "applied"
    assert plain_of(wire.Piece())["end"] == "live"
    assert plain_of(wire.NewSetting(setting=wire.SETTING_MAX_TRANSACTION_BYTES))["setting"] == "max-transaction-bytes"


def test_what_no_version_names_is_shown_but_not_taken_back() -> None:
    strange = wire.Certify.FromString(b"\x10\x63")
    assert plain_of(strange)["level"] == "99"
    with pytest.raises(DecodingError, match="an unknown name"):
        message_of(wire.Certify, plain_of(strange))
    nothing = wire.NewKey(key=wire.PublicKey(data=b"\x01"))
    assert plain_of(nothing)["key"] == "unspecified:01"
    with pytest.raises(BadKey):
        message_of(wire.NewKey, plain_of(nothing))


def test_what_is_left_out_has_its_default() -> None:
    assert message_of(wire.Enrol, {}) == wire.Enrol()
    assert message_of(wire.Supervise, {"flow": {}}).WhichOneof("measure") == "flow"
    assert message_of(wire.Notarize, {}).HasField("record") is False
    assert message_of(wire.Notarize, {"record": {}}).HasField("record") is True


@pytest.mark.parametrize(
    ("kind", "untrusted", "place"),
    [
        (wire.Enrol, None, "Enrol"),
        (wire.Enrol, [], "Enrol"),
        (wire.Enrol, {"nmae": "a"}, "Enrol"),
        (wire.Enrol, {1: "a"}, "Enrol"),
        (wire.Enrol, {"name": None}, "Enrol.name"),
        (wire.Enrol, {"name": 1}, "Enrol.name"),
        (wire.Enrol, {"name": "\ud800"}, "Enrol.name"),
        (wire.Enrol, {"answers": 1}, "Enrol.answers"),
        (wire.Enrol, {"answers": "true"}, "Enrol.answers"),
        (wire.Enrol, {"level": 4}, "Enrol.level"),
        (wire.Enrol, {"level": "REAL-NAME"}, "Enrol.level"),
        (wire.Enrol, {"level": "4"}, "Enrol.level"),
        (wire.Enrol, {"root": "AB"}, "Enrol.root"),
        (wire.Enrol, {"root": "abc"}, "Enrol.root"),
        (wire.Enrol, {"root": "ab cd"}, "Enrol.root"),
        (wire.Enrol, {"root": "ab\n"}, "Enrol.root"),
        (wire.Enrol, {"root": b"\xab"}, "Enrol.root"),
        (wire.Enrol, {"expires_ns": True}, "Enrol.expires_ns"),
        (wire.Enrol, {"expires_ns": 1.0}, "Enrol.expires_ns"),
        (wire.Enrol, {"expires_ns": "1"}, "Enrol.expires_ns"),
        (wire.Enrol, {"expires_ns": 2**63}, "Enrol.expires_ns"),
        (wire.Enrol, {"expires_ns": 10**5000}, "Enrol.expires_ns"),
        (wire.Enrol, {"key": {"roles": "maker"}}, "Enrol.key.roles"),
        (wire.Enrol, {"key": {"roles": ["maker", "boss"]}}, "Enrol.key.roles.1"),
        (wire.Enrol, {"key": {"key": KEY.data.hex()}}, "Enrol.key.key"),
        (wire.Enrol, {"key": {"key": {"algorithm": "ed25519"}}}, "Enrol.key.key"),
        (wire.Enrol, {"key": {"key": " ed25519:" + "0a" * 32}}, "Enrol.key.key"),
        (wire.Enrol, {"key": {"key": "ED25519:" + "0A" * 32}}, "Enrol.key.key"),
        (wire.Enrol, {"key": {"key": "p256:02" + "00" * 31}}, "Enrol.key.key"),
        (wire.Enrol, {"key": None}, "Enrol.key"),
        (wire.Certify, {"account": -1}, "Certify.account"),
        (wire.Certify, {"account": 2**64}, "Certify.account"),
        (wire.Threshold, {"checkers": 2**32}, "Threshold.checkers"),
        (wire.Transfer, {"legs": {}}, "Transfer.legs"),
        (wire.Transfer, {"legs": [{"to": 1}, {"too": 1}]}, "Transfer.legs.1"),
        (wire.Transfer, {"legs": [{"serials": [1, -1]}]}, "Transfer.legs.0.serials.1"),
        (wire.Supervise, {"cap": 1, "flow": {"flow": "held"}}, "Supervise.measure"),
    ],
)
def test_anything_else_is_refused_by_its_place(kind: type[Message], untrusted: object, place: str) -> None:
    with pytest.raises(DecodingError) as refused:
        message_of(kind, untrusted)
    assert refused.value.facts["field"] == place


def test_a_number_that_the_field_cannot_carry_is_out_of_range() -> None:
    with pytest.raises(OutOfRange, match=r"0 … 4294967295"):
        message_of(wire.NewSetting, {"subject": 2**32})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*(f.name for f in wire.Body.DESCRIPTOR.fields), "record", "key", "legs"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=12,
    )
)
@settings(max_examples=200, deadline=None)
def test_whatever_comes_in_is_a_message_or_refused(untrusted: object) -> None:
    try:
        message = message_of(wire.Body, untrusted)
    except DecodingError:
        return
    assert message_of(wire.Body, plain_of(message)) == message
