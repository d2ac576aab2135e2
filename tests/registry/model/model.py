"""The law once more, from docs/registry.md alone: dicts, sets and plain arithmetic, one function for each action.

It begins where the bytes are decoded and believes every signature of a transaction; everything else it finds by itself.
Slow and simple: where it and `app.registry` differ, one of them is wrong.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from app.core.wire import registry_pb2 as wire
from tests.registry.model import (
    admission,
    agreements,
    evidence,
    governance,
    identity,
    keys,
    moves,
    supervision,
    vouchers,
)
from tests.registry.model.beginning import begin
from tests.registry.model.case import Block, Case, Done, IsSigned
from tests.registry.model.matrix import (
    CHECKER,
    NUMBERS,
    ROWS,
    USER,
    check_may,
    has_role,
    role_of_maker,
    threshold_of,
)
from tests.registry.model.things import Account, Held, Key, NonceHead, QuotaUse, plain
from tests.registry.model.words import CODES, FAR, No, derived_id, is_count, sound

SECOND = 1_000_000_000
ACTIONS = {
    **keys.ACTIONS,
    **admission.ACTIONS,
    **identity.ACTIONS,
    **evidence.ACTIONS,
    **agreements.ACTIONS,
    **vouchers.ACTIONS,
    **moves.ACTIONS,
    **supervision.ACTIONS,
    **governance.ACTIONS,
}
NEVER_HELD = {"notarize", "countersign", "discard"}


@dataclass(frozen=True)
class Entry:
    """What stands on the log beside where and when."""

    fact: str
    fact_bytes: bytes
    sender: bytes
    signer: Key
    approvers: tuple[Key, ...]
    partner: int
    agreement: bytes
    agreement_version: int
    held: bytes = b""
    result: bytes = b""


@dataclass(frozen=True)
class Result:
    """What became of a transaction."""

    code: int
    points: int = 0
    data: bytes = b""
    entry: Entry | None = None

    @property
    def result(self) -> bytes:
        """What followed and stands nowhere else."""
        return b"" if self.entry is None else self.entry.result


class Model:
    """A chain from its beginning, moved on block by block, action by action."""

    def __init__(self, chain_id: str, app_state: Mapping[str, Any], is_signed: IsSigned) -> None:
        self.chain_id = chain_id
        self.is_signed = is_signed
        self.book = begin(chain_id, app_state)
        self.nonces: dict[tuple[bytes, bytes], int] = {}
        self.used: list[tuple[bytes, bytes, int]] = []
        self.block = Block(chain_id, 0, 0, is_signed, self.book.parameters)

    def fork(self) -> "Model":
        """Another one that stands where this one does."""
        other = copy(self)
        other.book, other.nonces, other.used = self.book.copy(), dict(self.nonces), list(self.used)
        return other

    def open_block(self, height: int, time_ns: int) -> None:
        """Begin a block: the parameters are those that stood at its beginning."""
        self.block = Block(self.chain_id, height, time_ns, self.is_signed, self.book.parameters)
        self.nonces = {key: until for key, until in self.nonces.items() if until >= height}
        self.used = []

    def close_block(self) -> bytes:
        """End a block: its nonces behind those of the blocks before."""
        if not self.used:
            return b""
        before: NonceHead = self.book.one["nonces"]
        horizon = max(before.horizon, *(until for _, _, until in self.used))
        nonces = [wire.UsedNonce(sender=who, nonce=nonce, valid_until=until) for who, nonce, until in self.used]
        block = wire.NonceBlock(previous=before.digest, height=self.block.height, horizon=horizon, nonces=nonces)
        data = block.SerializeToString(deterministic=True)
        self.book.one["nonces"] = NonceHead(sha256(b"luopu.nonces.v1\x00" + data).digest(), horizon)
        self.book.mark()
        return data

    # ---- steps 1 to 9 ----------------------------------------------------------------------------------------------
    def apply(self, body: wire.Body, signers: Sequence[Key], size: int) -> Result:
        """The next transaction of the block; `size` are its bytes."""
        points = 0
        self.book.mark()
        try:
            self.authenticate(body, signers, size)
            self.nonces[body.sender, body.nonce] = body.valid_until
            self.used.append((body.sender, body.nonce, body.valid_until))
            points = self.charge(body, size)
            self.book.mark()
            return self.act(body, tuple(signers), points)
        except No as no:
            self.book.go_back()
            return Result(CODES[no.args[0]], points)

    def authenticate(self, body: wire.Body, signers: Sequence[Key], size: int) -> None:
        """Steps 1 to 8."""
        sound(size <= self.block.parameters.max_transaction_bytes, "transaction-too-large")
        sound(is_formed(body, signers), "malformed-transaction")
        sound(body.chain_id == self.chain_id, "wrong-chain")
        sound(body.valid_until >= self.block.height, "expired")
        sound(body.valid_until < self.block.height + self.block.parameters.validity_window, "valid-until-too-far")
        sound(body.sender in self.book.accounts, "unknown-account")
        own = {each.key for each in self.book.accounts[body.sender].keys}
        sound(own.issuperset(signers), "key-not-of-account")
        sound((body.sender, body.nonce) not in self.nonces, "replayed")

    def charge(self, body: wire.Body, size: int) -> int:
        """Step 9: the points, which are gone from here on."""
        number = NUMBERS[str(body.WhichOneof("action"))]
        base = sum(each.points for each in self.block.parameters.action_costs if each.action == number)
        pieces = (size + self.block.parameters.bytes_per_point - 1) // self.block.parameters.bytes_per_point
        account = self.book.accounts[body.sender]
        period = self.period()
        use = self.book.quota.get(account.address, QuotaUse())
        spent = use.spent if use.period == period else 0
        sound(spent + base + pieces <= self.allowance(account), "quota-spent")
        self.book.quota[account.address] = QuotaUse(period, spent + base + pieces)
        return base + pieces

    def period(self) -> int:
        """The index of the period of quotas."""
        seconds = self.block.time_ns // SECOND - self.block.parameters.quota_offset_seconds
        return max(0, seconds // self.block.parameters.quota_period_seconds)

    def allowance(self, account: Account) -> int:
        """An account's points in one period."""
        if account.party != USER:
            return account.quota_points
        levels = Case(self.book, self.block, wire.Body(), "").levels(account)
        sound(levels, "not-certified")
        highest = max(level for level, _ in levels)
        return sum(each.points for each in self.block.parameters.level_points if each.level == highest)

    # ---- steps 10 to 15 --------------------------------------------------------------------------------------------
    def act(self, body: wire.Body, signers: tuple[Key, ...], points: int) -> Result:
        """What the body asks for, or its holding."""
        case = Case(self.book, self.block, body, str(body.WhichOneof("action")))
        before = case.me
        maker, approvers = signers[0], signers[1:]
        self.check_may_act(case, maker, approvers)
        if len(approvers) < threshold_of(before, ROWS[case.name].duty):
            return self.hold(case, maker, approvers, points)
        if case.name == "countersign":
            return self.countersign(case, maker, approvers, points)
        done = ACTIONS[case.name](case)
        return Result(0, points, done.data, self.entry(case, before, fact_of(case.name), maker, approvers, done))

    def check_may_act(self, case: Case, maker: Key, approvers: Sequence[Key]) -> None:
        """Steps 10 to 13."""
        sound(NUMBERS[case.name] not in self.block.parameters.stopped_actions, "action-stopped")
        if not only_revokes(case.body):
            case.check_in_force(case.me)
        check_may(case.me, case.name, case.levels(case.me))
        roles = {each.key: each.roles for each in case.me.keys}
        asked = role_of_maker(case.name)
        sound(asked == 0 or has_role(roles[maker], asked), "role-missing")
        sound(all(has_role(roles[each], CHECKER) for each in approvers), "role-missing")

    def hold(self, case: Case, maker: Key, approvers: tuple[Key, ...], points: int) -> Result:
        """Step 14, too few approvers: kept until more come, if the body says so."""
        until = case.body.hold_until
        sound(until != 0 and case.name not in NEVER_HELD, "approvals-missing")
        sound(is_count(until, case.height, case.height + FAR))
        held = derived_id("held", case.body.sender, case.body.nonce)
        sound((case.body.sender, held) not in self.book.held)
        self.book.held[case.body.sender, held] = Held(bytes_of(case.body), maker, approvers)
        return Result(0, points, held, self.entry(case, case.me, "hold", maker, approvers, Done(result=held)))

    def countersign(self, case: Case, checker: Key, others: tuple[Key, ...], points: int) -> Result:
        """One more approval of a held transaction; with the last one it is carried out as if it came now."""
        waited = keys.countersigned(case, checker)
        approvers = (*waited.approvers, checker)
        held_body = wire.Body.FromString(waited.body)
        held = Case(self.book, self.block, held_body, str(held_body.WhichOneof("action")))
        before = case.me
        if len(approvers) < threshold_of(before, ROWS[held.name].duty):
            self.book.held[before.address, case.action.held] = replace(waited, approvers=approvers)
            entry = self.entry(case, before, "countersign", checker, others, Done())
            return Result(0, points, case.action.held, entry)
        own = {each.key for each in before.keys}
        sound(own.issuperset([waited.maker, *approvers]), "key-not-of-account")
        self.check_may_act(held, waited.maker, approvers)
        del self.book.held[before.address, case.action.held]
        done = ACTIONS[held.name](held)
        signers = (waited.maker, *waited.approvers)
        entry = self.entry(held, before, fact_of(held.name), checker, signers, done, case.action.held)
        return Result(0, points, done.data, entry)

    def entry(
        self,
        case: Case,
        before: Account,
        fact: str,
        signer: Key,
        approvers: tuple[Key, ...],
        done: Done,
        held: bytes = b"",
    ) -> Entry:
        """What goes to the log, with who answers for the sender as it was before the action."""
        answers = case.answerable(before)
        who = before if answers is None else answers
        number = 0 if answers is None else answers.id
        return Entry(
            fact,
            told(case, fact),
            before.address,
            signer,
            approvers,
            number,
            who.agreement,
            who.agreement_version,
            held,
            done.result,
        )


def is_formed(body: wire.Body, signers: Sequence[Key]) -> bool:
    """Step 2, as far as it can be seen here."""
    approvers = [plain(each) for each in body.approvers]
    lengths = len(body.sender) == 20 and len(body.nonce) == 16 and 1 <= len(body.chain_id) <= 50
    signed = list(signers[1:]) == approvers and len(set(signers)) == len(signers) >= 1
    ordered = approvers == sorted(set(approvers)) and len(approvers) <= 15
    return lengths and signed and ordered and body.valid_until >= 1 and body.hold_until >= 0 and has_action(body)


def has_action(body: wire.Body) -> bool:
    """Whether anything is asked for."""
    return body.WhichOneof("action") is not None


def only_revokes(body: wire.Body) -> bool:
    """What even a stopped account may do."""
    return body.WhichOneof("action") == "change_keys" and not body.change_keys.add


def fact_of(action: str) -> str:
    """The name of an action's fact in the log."""
    return {"notarize": "evidence_record", "propose": "proposal", "approve": "approval"}.get(action, action)


def told(case: Case, fact: str) -> bytes:
    """The exact bytes that go to the log under the name of a fact."""
    message = case.action.record if fact == "evidence_record" else case.body if fact == "hold" else case.action
    return bytes(message.SerializeToString(deterministic=True))


def bytes_of(body: wire.Body) -> bytes:
    """The one encoding of a body."""
    return body.SerializeToString(deterministic=True)
