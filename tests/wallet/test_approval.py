"""What is shown is what is signed."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import Malformed, NotWhatWasShown, SignerMisbehaved
from app.core.keys import Algorithm, PublicKey, is_signed_by
from app.core.record import derive_chain, encode_record, record_digest
from app.core.transaction import decode_body, decode_transaction, signing_digest
from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.wallet import approval
from app.wallet.approval import Approval, Draft, describe, sign
from app.wallet.softkey import UnlockedKey, derive_public_key

MakeDraft = Callable[..., Draft]


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


def test_everything_that_will_stand_on_the_chain_is_shown(make_draft: MakeDraft) -> None:
    draft = make_draft(7, valid_until=901)
    shown = describe(draft)
    body = decode_body(draft.body_bytes)
    record = body.notarize.record
    assert (shown.chain_id, shown.sender, shown.action) == ("luopu-1", body.sender, "notarize")
    assert (shown.nonce, shown.valid_until) == ((7).to_bytes(16, "big"), 901)
    assert shown.digest == signing_digest(draft.body_bytes)
    facts = shown.record
    assert (facts.subject, facts.sha256, facts.sm3, facts.size) == ("购销合同", record.sha256, record.sm3, 3)
    assert (facts.chain, facts.sequence, facts.previous) == (derive_chain(body.sender, body.nonce), 1, b"")
    assert facts.context_digest == record.context_digest
    assert facts.digest == record_digest(encode_record(record))


def test_no_field_of_the_wire_is_left_out_of_what_is_shown() -> None:
    """A field added to the format must be shown before anybody can sign it."""
    assert {field.name for field in wire.Body.DESCRIPTOR.fields} == {
        "chain_id",
        "sender",
        "nonce",
        "valid_until",
        *approval._ACTIONS,
    }
    shown = set(approval.RecordFacts.__dataclass_fields__) - {"digest"}
    assert {field.name for field in wire.EvidenceRecord.DESCRIPTOR.fields} == shown


@pytest.mark.parametrize("algorithm", Algorithm)
def test_exactly_the_draft_s_bytes_are_signed(make_draft: MakeDraft, algorithm: Algorithm) -> None:
    secret = bytearray(range(1, 33))
    key = UnlockedKey(derive_public_key(algorithm, secret), secret)
    draft = make_draft()
    signed = sign(draft, describe(draft), key)
    assert signed.body_bytes == draft.body_bytes
    assert decode_transaction(signed.raw) == signed
    (entry,) = signed.signatures
    assert entry.key == key.public_key
    assert is_signed_by(key.public_key, signing_digest(draft.body_bytes), entry.signature)


@given(data=st.data())
def test_a_byte_changed_after_it_was_shown_is_never_signed(
    make_draft: MakeDraft, key: UnlockedKey, data: st.DataObject
) -> None:
    draft = make_draft()
    shown = describe(draft)
    changed = bytearray(draft.body_bytes)
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    signer = WatchedSigner(key)
    with pytest.raises((NotWhatWasShown, Malformed)):
        sign(Draft(bytes(changed)), shown, signer)
    assert signer.asked == []


def test_a_draft_cannot_be_changed(make_draft: MakeDraft) -> None:
    original = make_draft()
    held = bytearray(original.body_bytes)
    draft = Draft(held)  # type: ignore[arg-type]
    held[-1] ^= 1
    assert draft == original
    with pytest.raises(FrozenInstanceError):
        draft.body_bytes = bytes(held)  # type: ignore[misc]


@pytest.mark.parametrize(
    "forge",
    [
        lambda shown: replace(shown, valid_until=Height(5)),
        lambda shown: replace(shown, chain_id="luopu-2"),
        lambda shown: replace(shown, record=replace(shown.record, subject="借款合同")),
        lambda shown: replace(shown, record=replace(shown.record, size=4)),
    ],
)
def test_an_approval_of_something_else_is_refused_even_with_the_right_digest(
    make_draft: MakeDraft, key: UnlockedKey, forge: Callable[[Approval], Approval]
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


def test_an_action_that_cannot_be_shown_cannot_become_a_draft(
    make_draft: MakeDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    body_bytes = make_draft().body_bytes
    monkeypatch.delitem(approval._ACTIONS, "notarize")
    with pytest.raises(Malformed):
        Draft(body_bytes)


@pytest.mark.parametrize("change", [{"sha256": b"short"}, {"subject": "\u202e"}, {"sequence": 0}, {"previous": b"x"}])
def test_a_record_out_of_shape_cannot_become_a_draft(make_draft: MakeDraft, change: dict[str, object]) -> None:
    body = decode_body(make_draft().body_bytes)
    for name, value in change.items():
        setattr(body.notarize.record, name, value)
    with pytest.raises(Malformed):
        Draft(encode(body))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_body_cannot_become_a_draft(data: bytes) -> None:
    with pytest.raises(Malformed):
        Draft(data)
