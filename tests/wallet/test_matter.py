"""One thing drafted twice has one matter; two things have two."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.transaction import decode_body
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import Draft, describe
from app.wallet.matter import matter_of
from tests.wallet.actions import KEYS, UNHURRIED, actions, draft_of
from tests.wallet.conftest import MakeDraft, build_action


@UNHURRIED
@given(actions())
def test_drafted_again_it_is_the_same_matter(action: tuple[str, Any]) -> None:
    name, message = action
    assume(name != "notarize")
    again = draft_of(name, message, nonce=bytes(range(16)), valid_until=7, hold_until=90, approvers=KEYS[:1])
    assert matter_of(again) == matter_of(draft_of(name, message))


@UNHURRIED
@given(actions(), st.data())
def test_another_action_is_another_matter(action: tuple[str, Any], data: st.DataObject) -> None:
    other = data.draw(actions())
    drafts = [without_deadline(draft_of(*each)) for each in (action, other)]
    assume(drafts[0] != drafts[1])
    assert matter_of(drafts[0]) != matter_of(drafts[1])


def without_deadline(draft: Draft) -> Draft:
    body = decode_body(draft.body_bytes)
    for name in ("propose", "open_agreement"):
        if body.HasField(name):  # type: ignore[arg-type]
            getattr(body, name).ClearField("deadline")
    return Draft(encode(body))


@pytest.mark.parametrize(
    "action",
    [
        lambda deadline: {"propose": wire.Propose(document=bytes(32), deadline=deadline)},
        lambda deadline: {"open_agreement": wire.OpenAgreement(parties=[2, 3], deadline=deadline)},
    ],
)
def test_a_deadline_that_follows_from_the_moment_of_drafting_makes_no_difference(action: Any) -> None:
    assert matter_of(build_action(1, **action(70))) == matter_of(build_action(2, **action(90)))


@pytest.mark.parametrize("fields", [{"chain_id": "luopu-2"}, {"sender": bytes(20)}], ids=["chain", "sender"])
def test_the_same_for_another_account_or_chain_is_another_matter(fields: dict[str, Any]) -> None:
    message = wire.Rename(name="洛浦")
    assert matter_of(draft_of("rename", message, **fields)) != matter_of(draft_of("rename", message))


def test_of_a_record_it_is_the_record_s_digest(make_draft: MakeDraft) -> None:
    draft = make_draft()
    assert matter_of(draft) == describe(draft).record.digest
