"""Any order of steps, against a model: the outbox says yes exactly when the model does, and forgets nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.core.errors import BadTransition, OutcomeUnknown
from app.core.ports import Clock
from app.core.units import Height
from app.wallet.approval import Draft, describe
from app.wallet.entry import UNKNOWN, EntryId, ExpiredAt, FinalAt, Outcome, RefusedAt, State, state_of
from app.wallet.outbox import Outbox
from app.wallet.softkey import UnlockedKey
from tests.wallet.conftest import signed_by

MakeDraft = Callable[..., Draft]
CONTEXT = b"{}"
VALID_UNTIL = 600
FILES = [b"first paper", b"second paper"]

outcomes = st.one_of(
    st.builds(FinalAt, st.sampled_from([Height(5), Height(VALID_UNTIL)]), st.integers(0, 1)),
    st.builds(ExpiredAt, st.just(Height(VALID_UNTIL))),
    st.builds(RefusedAt, st.just(Height(7)), st.just(11)),
)


@dataclass
class Known:
    """What the model knows of an entry."""

    file: bytes
    state: State = State.DRAFT
    outcome: Outcome | None = None
    replaces: EntryId | None = None


class Steps(RuleBasedStateMachine):
    """Every rule tries a step whether it is allowed or not."""

    entries: Bundle[EntryId] = Bundle("entries")

    def __init__(self, folder: Path, clock: Clock, make_draft: MakeDraft, key: UnlockedKey) -> None:
        super().__init__()
        self.path = folder / "outbox"
        self.path.unlink(missing_ok=True)
        self.clock, self.make_draft, self.key = clock, make_draft, key
        self.outbox = Outbox.open(self.path, clock)
        self.model: dict[EntryId, Known] = {}
        self.number = 0

    def teardown(self) -> None:
        self.outbox.close()

    def new_draft(self, file: bytes) -> Draft:
        """A later record of a chain: the same file gives the same record, whatever the nonce."""
        self.number += 1
        return self.make_draft(self.number, file=file, sequence=2, valid_until=VALID_UNTIL, context=CONTEXT)

    def has_rival(self, entry_id: EntryId) -> bool:
        file = self.model[entry_id].file
        return any(known.file == file and known.state in UNKNOWN for known in self.model.values())

    def attempt(self, step: Callable[[], object], refusal: type[Exception] | None) -> bool:
        met: type[Exception] | None = None
        try:
            step()
        except (BadTransition, OutcomeUnknown) as error:
            met = type(error)
        assert met is refusal
        return met is None

    @rule(target=entries, file=st.sampled_from(FILES))
    def save(self, file: bytes) -> EntryId:
        entry = self.outbox.save_draft(self.new_draft(file), path=Path("paper"), context=CONTEXT)
        self.model[entry.id] = Known(file)
        return entry.id

    @rule(target=entries, entry_id=entries)
    def renew(self, entry_id: EntryId) -> EntryId:
        known = self.model.get(entry_id)
        draft = self.new_draft(FILES[0] if known is None else known.file)
        replacement = EntryId(describe(draft).digest.hex())
        refusal: type[Exception] | None = None
        if known is not None and known.state in UNKNOWN:
            refusal = OutcomeUnknown
        elif (
            known is None
            or known.state not in {State.EXPIRED, State.REFUSED}
            or any(other.replaces == entry_id for other in self.model.values())
        ):
            refusal = BadTransition
        if self.attempt(lambda: self.outbox.renew(entry_id, draft, context=CONTEXT), refusal):
            assert known is not None
            self.model[replacement] = Known(known.file, replaces=entry_id)
        return replacement

    @rule(entry_id=entries)
    def discard(self, entry_id: EntryId) -> None:
        known = self.model.get(entry_id)
        allowed = known is not None and known.state is State.DRAFT
        if self.attempt(lambda: self.outbox.discard(entry_id), None if allowed else BadTransition):
            del self.model[entry_id]

    @rule(entry_id=entries, ask_first=st.booleans())
    def sign(self, entry_id: EntryId, ask_first: bool) -> None:
        known = self.model.get(entry_id)
        if known is None:
            self.attempt(lambda: self.outbox.check_may_sign(entry_id), BadTransition)
            return
        refusal: type[Exception] | None = None
        if known.state is not State.DRAFT:
            refusal = BadTransition
        elif self.has_rival(entry_id):
            refusal = OutcomeUnknown
        if ask_first and not self.attempt(lambda: self.outbox.check_may_sign(entry_id), refusal):
            return
        draft = self.outbox.get(entry_id).draft
        transaction = signed_by(draft, self.key).raw
        if known.state is not State.DRAFT:
            refusal = None  # the same transaction again: nothing changes
        if self.attempt(lambda: self.outbox.mark_signed(entry_id, transaction), refusal):
            known.state = State.SIGNED if known.state is State.DRAFT else known.state

    @rule(entry_id=entries)
    def submit(self, entry_id: EntryId) -> None:
        known = self.model.get(entry_id)
        allowed = known is not None and known.state in UNKNOWN
        if self.attempt(lambda: self.outbox.mark_submitted(entry_id), None if allowed else BadTransition):
            assert known is not None
            known.state = State.SUBMITTED

    @rule(entry_id=entries, outcome=outcomes)
    def tell(self, entry_id: EntryId, outcome: Outcome) -> None:
        known = self.model.get(entry_id)
        allowed = known is not None and (known.state in UNKNOWN or known.outcome == outcome)
        if self.attempt(lambda: self.outbox.mark_outcome(entry_id, outcome), None if allowed else BadTransition):
            assert known is not None
            known.state, known.outcome = state_of(outcome), outcome

    @rule()
    def close_and_open(self) -> None:
        self.outbox.close()
        self.outbox = Outbox.open(self.path, self.clock)

    @invariant()
    def the_outbox_is_the_model(self) -> None:
        kept = {
            entry.id: Known(FILES[len(FILES[0]) != entry.size], entry.state, entry.outcome, entry.replaces)
            for entry in self.outbox.recent(999)
        }
        assert kept == self.model

    @invariant()
    def no_record_is_under_way_twice(self) -> None:
        records = [entry.record_digest for entry in self.outbox.pending()]
        assert len(records) == len(set(records))


def test_steps_in_any_order_follow_the_rules(
    tmp_path: Path, clock: Clock, make_draft: MakeDraft, key: UnlockedKey
) -> None:
    class Bound(Steps):
        def __init__(self) -> None:
            super().__init__(tmp_path, clock, make_draft, key)

    run_state_machine_as_test(Bound, settings=settings(max_examples=40, stateful_step_count=30, deadline=None))
