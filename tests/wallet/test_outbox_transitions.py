"""Any order of steps, against a model: the outbox says yes exactly when the model does, and forgets nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.core.ports import Clock
from app.core.units import Height
from app.core.walleterrors import BadTransition, OutcomeUnknown
from app.wallet.approval import Draft, describe
from app.wallet.entry import SENDABLE, UNKNOWN, EntryId, ExpiredAt, FinalAt, Outcome, RefusedAt, State, state_of
from app.wallet.outbox import Outbox
from tests.wallet.conftest import MakeDraft, make_key, signed_by

CONTEXT = b"{}"
VALID_UNTIL = 600
FILES = [b"first paper", b"second paper"]
MAKER, CHECKER = make_key(0), make_key(100)
OPEN = {State.DRAFT, State.WAITING}

outcomes = st.one_of(
    st.builds(FinalAt, st.sampled_from([Height(5), Height(VALID_UNTIL)]), st.integers(0, 1)),
    st.builds(ExpiredAt, st.just(Height(VALID_UNTIL))),
    st.builds(RefusedAt, st.just(Height(7)), st.just(11)),
)


@dataclass
class Known:
    """What the model knows of an entry."""

    file: bytes
    checked: bool
    """It names an approver."""
    state: State = State.DRAFT
    own: bool = False
    outcome: Outcome | None = None
    replaces: EntryId | None = None
    told: bool = False


class Steps(RuleBasedStateMachine):
    """Every rule tries a step whether it is allowed or not."""

    entries: Bundle[EntryId] = Bundle("entries")

    def __init__(self, folder: Path, clock: Clock, make_draft: MakeDraft) -> None:
        super().__init__()
        self.path = folder / "outbox"
        self.path.unlink(missing_ok=True)
        self.clock, self.make_draft = clock, make_draft
        self.outbox = Outbox.open(self.path, clock)
        self.model: dict[EntryId, Known] = {}
        self.drafts: dict[EntryId, Draft] = {}
        self.number = 0
        self.nonces: dict[EntryId, int] = {}
        self.places: dict[EntryId, int] = {}
        """In which order they came into the outbox."""

    def teardown(self) -> None:
        self.outbox.close()

    def new_draft(self, file: bytes, checked: bool) -> tuple[EntryId, Draft]:
        """A later record of a chain: the same file gives the same record, whatever the nonce."""
        self.number += 1
        return self.drafted(self.number, file, checked)

    def drafted(self, nonce: int, file: bytes, checked: bool) -> tuple[EntryId, Draft]:
        approvers = [CHECKER] if checked else []
        facts = {"file": file, "sequence": 2, "valid_until": VALID_UNTIL, "context": CONTEXT}
        draft = self.make_draft(nonce, *approvers, **facts)
        entry_id = EntryId(describe(draft).digest.hex())
        self.drafts[entry_id], self.nonces[entry_id] = draft, nonce
        return entry_id, draft

    def keep(self, entry_id: EntryId, known: Known) -> None:
        if entry_id not in self.model:
            self.places[entry_id] = max(self.places.values(), default=0) + 1
            self.model[entry_id] = known

    def forget_twins(self, entry_id: EntryId, *, older: bool) -> None:
        for other, known in list(self.model.items()):
            is_twin = other != entry_id and self.nonces[other] == self.nonces[entry_id] and known.state is State.DRAFT
            if is_twin and (not older or self.places[other] < self.places[entry_id]):
                del self.model[other]

    def has_rival(self, entry_id: EntryId, file: bytes) -> bool:
        return any(
            known.file == file and (known.state in SENDABLE or (known.state is State.WAITING and known.own))
            for other, known in self.model.items()
            if other != entry_id
        )

    def attempt(self, step: Callable[[], object], refusal: type[Exception] | None) -> bool:
        met: type[Exception] | None = None
        try:
            step()
        except (BadTransition, OutcomeUnknown) as error:
            met = type(error)
        assert met is refusal
        return met is None

    # ---- drafts --------------------------------------------------------------------------------------------------
    @rule(target=entries, file=st.sampled_from(FILES), checked=st.booleans())
    def save(self, file: bytes, checked: bool) -> EntryId:
        entry_id, draft = self.new_draft(file, checked)
        assert self.outbox.save_draft(draft, path=Path("paper"), context=CONTEXT).id == entry_id
        self.keep(entry_id, Known(file, checked))
        return entry_id

    @rule(target=entries, entry_id=entries, checked=st.booleans())
    def save_twin(self, entry_id: EntryId, checked: bool) -> EntryId:
        """The same with the same nonce, for others to approve."""
        twin, draft = self.drafted(self.nonces[entry_id], self.file(entry_id), checked)
        if twin not in self.model:
            self.outbox.save_draft(draft, path=Path("paper"), context=CONTEXT)
            self.keep(twin, Known(self.file(entry_id), checked))
        return twin

    @rule(entry_id=entries)
    def take_in_draft(self, entry_id: EntryId) -> None:
        self.outbox.adopt_draft(self.drafts[entry_id])
        self.keep(entry_id, Known(self.file(entry_id), self.checked(entry_id)))

    @rule(entry_id=entries)
    def let_go(self, entry_id: EntryId) -> None:
        known = self.model.get(entry_id)
        allowed = known is not None and known.state in {State.WAITING, State.SIGNED}
        if any(other.replaces == entry_id for other in self.model.values()):
            return
        if self.attempt(lambda: self.outbox.let_go(entry_id), None if allowed else BadTransition):
            del self.model[entry_id]

    def file(self, entry_id: EntryId) -> bytes:
        return FILES[describe(self.drafts[entry_id]).record.size != len(FILES[0])]

    @rule(target=entries, entry_id=entries)
    def renew(self, entry_id: EntryId) -> EntryId:
        known = self.model.get(entry_id)
        replacement, draft = self.new_draft(FILES[0] if known is None else known.file, checked=False)
        if entry_id in self.model and self.outbox.get(entry_id).papers is None:
            return replacement  # a record of another desk is renewed there, where its file is
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
            self.keep(replacement, Known(known.file, checked=False, replaces=entry_id))
        return replacement

    @rule(entry_id=entries, height=st.sampled_from([0, VALID_UNTIL - 1, VALID_UNTIL]))
    def discard(self, entry_id: EntryId, height: int) -> None:
        known = self.model.get(entry_id)
        allowed = known is not None and (
            known.state is State.DRAFT or (known.state is State.WAITING and (not known.own or height >= VALID_UNTIL))
        )
        if self.attempt(lambda: self.outbox.discard(entry_id, height=height), None if allowed else BadTransition):
            assert known is not None
            if known.state is State.DRAFT:
                self.forget_twins(entry_id, older=True)
            del self.model[entry_id]

    # ---- signatures ----------------------------------------------------------------------------------------------
    @rule(entry_id=entries, by_all=st.booleans(), ask_first=st.booleans())
    def sign(self, entry_id: EntryId, by_all: bool, ask_first: bool) -> None:
        known, draft = self.model.get(entry_id), self.drafts[entry_id]
        refusal: type[Exception] | None = None
        if known is None or known.state not in OPEN:
            refusal = BadTransition
        elif self.has_rival(entry_id, known.file):
            refusal = OutcomeUnknown
        if ask_first and not self.attempt(lambda: self.outbox.check_may_sign(entry_id), refusal):
            return
        by_all = by_all or not self.checked(entry_id)
        is_same = known is not None and known.own and self.has_all(known) == by_all and known.state is not State.DRAFT
        if is_same:
            refusal = None  # nothing changes
        if self.attempt(lambda: self.outbox.mark_signed(entry_id, self.raw(draft, by_all=by_all)), refusal):
            assert known is not None
            if known.state in OPEN and not is_same:
                self.forget_twins(entry_id, older=False)
            known.own = True
            known.state = self.signed_state(known, by_all=by_all)

    @rule(entry_id=entries, by_all=st.booleans())
    def adopt(self, entry_id: EntryId, by_all: bool) -> None:
        draft = self.drafts[entry_id]
        known = self.model.get(entry_id)
        file = self.file(entry_id)
        by_all = by_all or not self.checked(entry_id)
        was_draft = known is not None and known.state is State.DRAFT
        grows = by_all and (known is None or known.state in OPEN)
        refusal = OutcomeUnknown if (grows or was_draft) and self.has_rival(entry_id, file) else None
        if self.attempt(lambda: self.outbox.adopt(self.raw(draft, by_all=by_all)), refusal):
            self.keep(entry_id, Known(file, self.checked(entry_id)))
            known = self.model[entry_id]
            known.state = self.signed_state(known, by_all=by_all)
            if was_draft:  # a draft of this desk that was signed elsewhere
                known.own = True
                self.forget_twins(entry_id, older=False)

    def checked(self, entry_id: EntryId) -> bool:
        return bool(describe(self.drafts[entry_id]).approvers)

    def raw(self, draft: Draft, *, by_all: bool) -> bytes:
        return signed_by(draft, MAKER, *([CHECKER] if by_all and describe(draft).approvers else [])).raw

    def has_all(self, known: Known) -> bool:
        return known.state is not State.WAITING

    def signed_state(self, known: Known, *, by_all: bool) -> State:
        if known.state not in OPEN:
            return known.state
        return State.SIGNED if by_all else State.WAITING

    # ---- on the way ----------------------------------------------------------------------------------------------
    @rule(entry_id=entries)
    def submit(self, entry_id: EntryId) -> None:
        known = self.model.get(entry_id)
        allowed = known is not None and known.state in SENDABLE
        if self.attempt(lambda: self.outbox.mark_submitted(entry_id), None if allowed else BadTransition):
            assert known is not None
            known.state = State.SUBMITTED

    @rule(entry_id=entries, outcome=outcomes)
    def end(self, entry_id: EntryId, outcome: Outcome) -> None:
        known = self.model.get(entry_id)
        allowed = known is not None and (known.state in SENDABLE or known.outcome == outcome)
        if self.attempt(lambda: self.outbox.mark_outcome(entry_id, outcome), None if allowed else BadTransition):
            assert known is not None
            known.state, known.outcome = state_of(outcome), outcome

    @rule(entry_id=entries)
    def tell(self, entry_id: EntryId) -> None:
        known = self.model.get(entry_id)
        allowed = known is not None and known.outcome is not None
        if self.attempt(lambda: self.outbox.mark_told(entry_id), None if allowed else BadTransition):
            assert known is not None
            known.told = True

    @rule()
    def close_and_open(self) -> None:
        self.outbox.close()
        self.outbox = Outbox.open(self.path, self.clock)

    # ---- always --------------------------------------------------------------------------------------------------
    @invariant()
    def the_outbox_is_the_model(self) -> None:
        kept = {
            entry.id: Known(
                FILES[len(FILES[0]) != entry.size],
                bool(entry.shown.approvers),
                entry.state,
                entry.is_own,
                entry.outcome,
                entry.replaces,
                entry.is_told,
            )
            for entry in self.outbox.recent(999)
        }
        assert kept == self.model

    @invariant()
    def of_twins_the_newest_is_shown(self) -> None:
        drafts = [entry_id for entry_id, known in self.model.items() if known.state is State.DRAFT]
        newest = {self.nonces[each]: each for each in sorted(drafts, key=lambda each: self.places[each])}
        assert {entry.id for entry in self.outbox.drafts()} == set(newest.values())
        for entry_id in drafts:
            newer = [
                self.nonces[other] == self.nonces[entry_id]
                for other in drafts
                if self.places[other] > self.places[entry_id]
            ]
            assert len(self.outbox.twins(entry_id)) == sum(newer)

    @invariant()
    def no_record_is_under_way_twice(self) -> None:
        under_way = [*self.outbox.pending(), *(entry for entry in self.outbox.waiting() if entry.is_own)]
        records = [entry.record_digest for entry in under_way]
        assert len(records) == len(set(records))


def test_steps_in_any_order_follow_the_rules(tmp_path: Path, clock: Clock, make_draft: MakeDraft) -> None:
    class Bound(Steps):
        def __init__(self) -> None:
            super().__init__(tmp_path, clock, make_draft)

    run_state_machine_as_test(Bound, settings=settings(max_examples=40, stateful_step_count=30, deadline=None))
