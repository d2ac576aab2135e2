"""What is shown is what is signed."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import NotWhatWasShown, SignerMisbehaved
from app.core.keys import Algorithm, PublicKey, is_signed_by
from app.core.proposal import derive_proposal
from app.core.record import derive_chain, encode_record, record_digest
from app.core.refusals import Malformed
from app.core.transaction import decode_body, decode_transaction, signing_digest
from app.core.units import Hash32, Height
from app.core.wire import registry_pb2 as wire
from app.wallet import approval
from app.wallet.approval import (
    Approval,
    ConsentFacts,
    Draft,
    Facts,
    ProposalFacts,
    RecordFacts,
    describe,
    describe_ballot,
    describe_record,
    sign,
)
from app.wallet.softkey import UnlockedKey, derive_public_key

MakeDraft = Callable[..., Draft]
SENDER = bytes(range(20))
NONCE = bytes(range(16))


def ballot(**action: wire.Propose | wire.Approve) -> Draft:
    body = wire.Body(chain_id="luopu-1", sender=SENDER, nonce=NONCE, valid_until=9, **action)  # type: ignore[arg-type]
    return Draft(encode(body))


def proposal(**fields: object) -> Draft:
    """A proposal with everything in it, but for what `fields` changes."""
    seat = {"key": bytes(range(32)), "power": 10, "account": 14}
    wish = {"document": bytes(range(1, 33)), "deadline": 700}
    seat.update({name: value for name, value in fields.items() if name in seat})
    wish.update({name: value for name, value in fields.items() if name in wish})
    return ballot(propose=wire.Propose(**wish, validator=wire.Seat(**seat)))  # type: ignore[arg-type]


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
    shown = describe_record(draft)
    assert describe(draft) == shown
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
    assert fields_of(wire.EvidenceRecord) == set(RecordFacts.__dataclass_fields__) - {"digest"}
    proposed = (fields_of(wire.Propose) | fields_of(wire.Seat)) - {"validator"}
    assert proposed == set(ProposalFacts.__dataclass_fields__) - {"proposal"}
    assert fields_of(wire.Approve) == set(ConsentFacts.__dataclass_fields__)


def fields_of(kind: type[Message]) -> set[str]:
    return {field.name for field in kind.DESCRIPTOR.fields}


def test_a_proposal_is_shown_in_full_with_the_id_it_will_have() -> None:
    draft = proposal()
    shown = describe(draft)
    assert (shown.chain_id, shown.sender, shown.action, shown.nonce, shown.valid_until) == (
        "luopu-1",
        SENDER,
        "propose",
        NONCE,
        9,
    )
    assert shown.facts == ProposalFacts(
        proposal=derive_proposal(SENDER, NONCE),
        key=bytes(range(32)),
        power=10,
        account=14,
        document=Hash32(bytes(range(1, 33))),
        deadline=Height(700),
    )
    assert describe_ballot(draft) == shown
    with pytest.raises(Malformed):
        describe_record(draft)


def test_a_removal_is_shown_as_power_0() -> None:
    facts = describe_ballot(proposal(power=0)).facts
    assert isinstance(facts, ProposalFacts)
    assert facts.power == 0


def test_consent_shows_the_proposal_s_id_and_nothing_that_the_bytes_do_not_say() -> None:
    shown = describe(ballot(approve=wire.Approve(proposal=bytes(range(16)))))
    assert (shown.action, shown.facts) == ("approve", ConsentFacts(bytes(range(16))))


def test_a_record_is_no_vote(make_draft: MakeDraft) -> None:
    with pytest.raises(Malformed):
        describe_ballot(make_draft())


@pytest.mark.parametrize(
    "fields",
    [{"key": bytes(31)}, {"document": b""}, {"deadline": 0}, {"power": 2**63}, {"account": 2**63}],
    ids=lambda fields: next(iter(fields)),
)
def test_a_proposal_out_of_shape_cannot_become_a_draft(fields: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        proposal(**fields)


def test_a_proposal_of_no_change_and_consent_to_no_id_cannot_become_drafts() -> None:
    for action in ({"propose": wire.Propose(document=bytes(32), deadline=7)}, {"approve": wire.Approve(proposal=b"x")}):
        with pytest.raises(Malformed):
            ballot(**action)


@pytest.mark.parametrize(
    "change", [{"power": 0}, {"power": 11}, {"account": 15}, {"key": bytes(32)}, {"deadline": 701}]
)
def test_a_proposal_changed_after_it_was_shown_is_never_signed(key: UnlockedKey, change: dict[str, object]) -> None:
    signer = WatchedSigner(key)
    with pytest.raises(NotWhatWasShown):
        sign(proposal(**change), describe(proposal()), signer)
    assert signer.asked == []


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
        lambda shown: replace(shown, facts=replace(shown.facts, subject="借款合同")),
        lambda shown: replace(shown, facts=replace(shown.facts, size=4)),
        lambda shown: replace(shown, facts=ConsentFacts(bytes(16))),
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
