"""What is shown is what is signed."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core import facts
from app.core.codec import encode
from app.core.facts import FactKind, ShownFact, facts_of
from app.core.ids import derive_agreement, derive_grant, derive_held, derive_voucher
from app.core.keys import Algorithm, PublicKey, is_signed_by
from app.core.plain import plain_of
from app.core.proposal import derive_proposal
from app.core.record import Additions, derive_chain, encode_record, record_digest
from app.core.refusals import Malformed
from app.core.transaction import decode_body, signing_digest
from app.core.units import Height
from app.core.walleterrors import NotWhatWasShown, SignerMisbehaved
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import ActionFacts, Approval, Draft, Facts, RecordFacts, describe, sign
from app.wallet.softkey import UnlockedKey, derive_public_key
from tests.wallet.actions import KINDS, UNHURRIED, actions, draft_of, leaves
from tests.wallet.conftest import SENDER, MakeDraft, build_action, make_key

NONCE = (1).to_bytes(16, "big")


class WatchedSigner:
    """A signer that remembers what it was asked, and may answer badly."""

    def __init__(self, key: UnlockedKey, answer: Callable[[bytes], bytes] | None = None) -> None:
        self.asked: list[bytes] = []
        self._key = key
        self._answer = answer or key.sign

    @property
    def public_key(self) -> PublicKey:
        return self._key.public_key

    def sign(self, digest: bytes) -> bytes:
        self.asked.append(digest)
        return self._answer(digest)


# ---- shown in full ---------------------------------------------------------------------------------------------------
def test_everything_that_will_stand_on_the_chain_is_shown(make_draft: MakeDraft) -> None:
    draft = make_draft(7, valid_until=901)
    shown = describe(draft)
    body = decode_body(draft.body_bytes)
    record = body.notarize.record
    assert (shown.chain_id, shown.sender, shown.action) == ("luopu-1", body.sender, "notarize")
    assert (shown.nonce, shown.valid_until) == ((7).to_bytes(16, "big"), 901)
    assert shown.digest == signing_digest(draft.body_bytes)
    record_facts = shown.record
    assert shown.facts is record_facts
    assert (record_facts.subject, record_facts.sha256, record_facts.sm3) == ("购销合同", record.sha256, record.sm3)
    assert (record_facts.size, record_facts.chain) == (3, derive_chain(body.sender, body.nonce))
    assert (record_facts.sequence, record_facts.previous) == (1, b"")
    assert record_facts.context_digest == record.context_digest
    assert record_facts.digest == record_digest(encode_record(record))


def test_no_field_of_the_wire_is_left_out_of_what_is_shown() -> None:
    """A field added to the format must be shown before anybody can sign it."""
    own = {field.name for field in wire.Body.DESCRIPTOR.fields} - KINDS.keys()
    assert own == set(Approval.__dataclass_fields__) - {"action", "facts", "digest"}
    fields = {field.name for field in wire.EvidenceRecord.DESCRIPTOR.fields}
    by_name = set(RecordFacts.__dataclass_fields__) - {"digest", "said", "ids", "additions"}
    assert fields == by_name | set(Additions.__dataclass_fields__)


@UNHURRIED
@given(actions())
def test_of_any_action_every_value_is_shown(action: tuple[str, Any]) -> None:
    name, message = action
    draft = draft_of(name, message)
    shown = describe(draft)
    assert (draft.action, shown.action, shown.facts.said) == (message, name, facts_of(message))
    by_path = {fact.path: as_text(fact) for fact in shown.facts.said}
    for path, value in leaves(plain_of(message)):
        said = [str(each) for each in value] if isinstance(value, list) else [str(value)]
        if path in by_path:
            assert [each.removeprefix("ed25519:") for each in by_path[path]] == [
                translated(path, each).removeprefix("ed25519:") for each in said
            ]
        else:
            assert value in ("", 0, [], False, {}), path


def as_text(fact: ShownFact) -> list[str]:
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return [each.hex() if isinstance(each, bytes) else str(each) for each in values]


def translated(path: str, value: str) -> str:
    """What is shown by name and is a number in the plain form."""
    numbers = {str(field.number): field.name for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}
    return numbers.get(value, value) if path.endswith("emergency.actions") else value


@UNHURRIED
@given(actions(), st.data())
def test_two_actions_that_differ_are_shown_differently(action: tuple[str, Any], data: st.DataObject) -> None:
    name, message = action
    other_name, other = data.draw(actions())
    assume(name != other_name or encode(message) != encode(other))
    first, second = describe(draft_of(name, message)), describe(draft_of(other_name, other))
    assert (first.action, first.facts.said) != (second.action, second.facts.said)


@pytest.mark.parametrize(
    ("action", "message", "id_field", "derive"),
    [
        ("propose", wire.Propose(document=bytes(32)), "Approve.proposal", derive_proposal),
        ("open_agreement", wire.OpenAgreement(), "ConfirmAgreement.agreement", derive_agreement),
        ("apply_voucher", wire.ApplyVoucher(), "CreateVoucher.voucher", derive_voucher),
        ("grant", wire.Grant(), "WithdrawGrant.grant", derive_grant),
    ],
)
def test_what_an_action_makes_is_shown_with_the_id_it_will_have(
    action: str, message: Any, id_field: str, derive: Callable[[bytes, bytes], bytes]
) -> None:
    (made,) = describe(build_action(**{action: message})).facts.ids
    assert (made.field, made.kind, made.value) == (id_field, FactKind.ID, derive(SENDER, NONCE))


def test_what_may_wait_for_approvals_is_shown_with_how_long_and_under_which_id() -> None:
    shown = describe(build_action(hold_until=1234))
    assert shown.hold_until == 1234
    assert [(each.field, each.value) for each in shown.facts.ids] == [("Countersign.held", derive_held(SENDER, NONCE))]
    assert describe(build_action()).facts == ActionFacts(shown.facts.said, ())


def test_who_must_sign_besides_is_shown_in_the_order_of_the_signatures(
    second_key: UnlockedKey, third_key: UnlockedKey
) -> None:
    keys = sorted([second_key.public_key, third_key.public_key])
    assert describe(build_action(1, third_key, second_key)).approvers == tuple(keys)


@pytest.mark.parametrize("numbers", [[2, 1], [1, 1], list(range(16))], ids=["descending", "twice", "too many"])
def test_approvers_that_the_law_does_not_take_cannot_become_a_draft(numbers: list[int]) -> None:
    keys = [make_key(number).public_key for number in range(16)]
    ascending = sorted(keys)
    body = decode_body(build_action().body_bytes)
    body.approvers.extend(ascending[number].to_wire() for number in numbers)
    with pytest.raises(Malformed):
        Draft(encode(body))


def test_approvers_that_are_no_keys_cannot_become_a_draft() -> None:
    body = decode_body(build_action().body_bytes)
    body.approvers.add(algorithm=wire.ALGORITHM_P256, data=bytes(33))
    with pytest.raises(Malformed):
        Draft(encode(body))


def test_only_a_record_has_the_facts_of_one() -> None:
    with pytest.raises(Malformed):
        _ = describe(build_action()).record


def test_an_action_that_cannot_be_shown_cannot_become_a_draft(
    make_draft: MakeDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = [make_draft().body_bytes, build_action().body_bytes]
    monkeypatch.delitem(facts.KINDS, "EvidenceRecord.subject")
    monkeypatch.delitem(facts.KINDS, "Rename.name")
    for body_bytes in bodies:
        with pytest.raises(Malformed):
            Draft(body_bytes)


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": b"short"},
        {"subject": "\u202e"},
        {"sequence": 0},
        {"previous": b"x"},
        {"batch_size": 1},
        {"supersedes": 1},
    ],
)
def test_a_record_out_of_shape_cannot_become_a_draft(make_draft: MakeDraft, change: dict[str, object]) -> None:
    body = decode_body(make_draft().body_bytes)
    for name, value in change.items():
        setattr(body.notarize.record, name, value)
    with pytest.raises(Malformed):
        Draft(encode(body))


@UNHURRIED
@given(st.binary(max_size=200))
def test_bytes_that_are_no_body_cannot_become_a_draft(data: bytes) -> None:
    with pytest.raises(Malformed):
        Draft(data)


def test_a_draft_cannot_be_changed(make_draft: MakeDraft) -> None:
    original = make_draft()
    held = bytearray(original.body_bytes)
    draft = Draft(held)  # type: ignore[arg-type]
    held[-1] ^= 1
    assert draft == original
    with pytest.raises(FrozenInstanceError):
        draft.body_bytes = bytes(held)  # type: ignore[misc]


# ---- and signed as shown ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("algorithm", Algorithm)
def test_exactly_the_draft_s_bytes_are_signed(make_draft: MakeDraft, algorithm: Algorithm) -> None:
    secret = bytearray(range(1, 33))
    key = UnlockedKey(derive_public_key(algorithm, secret), secret)
    draft = make_draft()
    entry = sign(draft, describe(draft), key)
    assert entry.key == key.public_key
    assert is_signed_by(key.public_key, signing_digest(draft.body_bytes), entry.signature)


@UNHURRIED
@given(action=actions(), data=st.data())
def test_an_action_changed_after_it_was_shown_is_never_signed(
    key: UnlockedKey, action: tuple[str, Any], data: st.DataObject
) -> None:
    other = data.draw(actions())
    drafts = [draft_of(*action), draft_of(*other)]
    assume(drafts[0] != drafts[1])
    signer = WatchedSigner(key)
    with pytest.raises(NotWhatWasShown):
        sign(drafts[1], describe(drafts[0]), signer)
    assert signer.asked == []


@UNHURRIED
@given(data=st.data(), approved=st.booleans())
def test_a_byte_changed_after_it_was_shown_is_never_signed(
    make_draft: MakeDraft, key: UnlockedKey, second_key: UnlockedKey, data: st.DataObject, approved: bool
) -> None:
    draft = build_action(1, second_key, hold_until=700) if approved else make_draft()
    shown = describe(draft)
    changed = bytearray(draft.body_bytes)
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    signer = WatchedSigner(key)
    with pytest.raises((NotWhatWasShown, Malformed)):
        sign(Draft(bytes(changed)), shown, signer)
    assert signer.asked == []


@pytest.mark.parametrize(
    "forge",
    [
        lambda shown: replace(shown, valid_until=Height(5)),
        lambda shown: replace(shown, hold_until=Height(5)),
        lambda shown: replace(shown, chain_id="luopu-2"),
        lambda shown: replace(shown, approvers=(make_key(9).public_key,)),
        lambda shown: replace(shown, facts=replace(shown.facts, subject="借款合同")),
        lambda shown: replace(shown, facts=replace(shown.facts, said=())),
        lambda shown: replace(shown, facts=ActionFacts(shown.facts.said, ())),
    ],
)
def test_an_approval_of_something_else_is_refused_even_with_the_right_digest(
    make_draft: MakeDraft, key: UnlockedKey, forge: Callable[[Approval[Facts]], Approval[Facts]]
) -> None:
    draft = make_draft()
    signer = WatchedSigner(key)
    with pytest.raises(NotWhatWasShown):
        sign(draft, forge(describe(draft)), signer)
    assert signer.asked == []


@pytest.mark.parametrize(
    "answer",
    [lambda _: b"", lambda _: bytes(64), lambda digest: bytes(digest) * 2, lambda digest: bytes(65)],
)
def test_a_key_that_answers_badly_is_found_out(
    make_draft: MakeDraft, key: UnlockedKey, answer: Callable[[bytes], bytes]
) -> None:
    draft = make_draft()
    with pytest.raises(SignerMisbehaved):
        sign(draft, describe(draft), WatchedSigner(key, answer))


def test_a_key_that_signs_another_digest_is_found_out(make_draft: MakeDraft, key: UnlockedKey) -> None:
    draft = make_draft()
    with pytest.raises(SignerMisbehaved):
        sign(draft, describe(draft), WatchedSigner(key, lambda digest: key.sign(digest[::-1])))
