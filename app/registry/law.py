"""The state transition: which transactions count, what they cost, what they change.

`apply_block` lists the rules in order; each rule is one function. A transaction that the law refuses changes nothing
but its sender's quota, and only once its signature has shown that the sender made it: it took room in the block all the
same, and its nonce is used up so that a refusal is final.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from app.core.codec import encode
from app.core.errors import UpgradeNeeded
from app.core.hashing import sha256
from app.core.keys import is_signed_by
from app.core.refusals import (
    BadSignature,
    Expired,
    Malformed,
    Refused,
    Replayed,
    TooFarAhead,
    TooLarge,
    UnknownAccount,
    WrongChain,
)
from app.core.transaction import SignedTransaction, decode_transaction
from app.core.units import Hash32
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import answering
from app.registry.acted import Acted
from app.registry.acting import NUMBERS, act, carry_out, check_rules, name_of
from app.registry.approvals import find_key
from app.registry.context import Context, Environment, SignatureCheck
from app.registry.draft import Draft, Values
from app.registry.events import Event, event_of
from app.registry.nonces import NonceBook, UsedNonce, link_nonces
from app.registry.quota import charge, cost_of, period_of, points_of
from app.registry.state import SEATS_KEY, read_account, read_parameters, read_seats

LAW_VERSION = 1
"""Of the law as written here; the bookkeepers decide from which height a later one holds (3.7 系统功能升级)."""


class Memory(Protocol):
    """Transactions that this program has decoded strictly and whose signatures it has verified: both are never done twice."""

    def recall(self, raw: bytes) -> SignedTransaction | None:
        """The transaction of exactly these bytes, if it is remembered."""
        ...

    def note(self, transaction: SignedTransaction) -> None:
        """Be told of a transaction whose every signature verifies, whatever else may be wrong with it."""
        ...


class NoMemory:
    """Remembers nothing."""

    def recall(self, raw: bytes) -> SignedTransaction | None:
        """Nothing."""
        del raw
        return None

    def note(self, transaction: SignedTransaction) -> None:
        """Forgotten at once."""


NO_MEMORY = NoMemory()


@dataclass(frozen=True, slots=True)
class SeatChange:
    """A validator's new voting power; 0 takes its seat away."""

    key: bytes
    power: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one transaction (打包回执). `code` 0 means accepted."""

    transaction_hash: Hash32
    code: int
    data: bytes
    """What the action names; see `Acted.data`."""
    points: int
    refusal: Refused | None
    entry: bytes
    """What it put on the log; nothing for a refused one."""
    log_offset: int | None
    """Position among the block's log entries, or None."""

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened."""
        return (event_of(wire.LogEntry.FromString(self.entry), self.data),) if self.entry else ()


@dataclass(frozen=True, slots=True)
class BlockOutcome:
    """Everything a block changes."""

    receipts: tuple[Receipt, ...]
    writes: Mapping[bytes, bytes | None]
    """Changed keys of the map; None: to be deleted."""
    entries: tuple[bytes, ...]
    nonces: tuple[UsedNonce, ...]
    nonce_block: bytes
    """Bytes of the `NonceBlock`; empty where no nonce was used."""
    seat_changes: tuple[SeatChange, ...]
    """Each key once, ascending."""


def apply_block(
    values: Values,
    nonces: NonceBook,
    transactions: Sequence[bytes],
    environment: Environment,
    is_signed: SignatureCheck = is_signed_by,
    memory: Memory = NO_MEMORY,
) -> BlockOutcome:
    """Apply the transactions of a block in order. Never raises for anything a transaction contains.

    Raises:
        UpgradeNeeded: from this height on the chain follows a later version of the law.
    """
    parameters = read_parameters(values)
    check_version(parameters, environment)
    block = _Block(values, nonces, environment, parameters, is_signed, memory)
    receipts = tuple(block.apply(raw) for raw in transactions)
    nonce_block = link_nonces(block.draft, block.used, environment.height)
    seat_changes = changed_seats(values, block.draft)
    return BlockOutcome(
        receipts, block.draft.changes, tuple(block.entries), tuple(block.used), nonce_block, seat_changes
    )


class Admission:
    """The next block as it would be if it were made now: admits transactions one by one, in order.

    What is refused leaves nothing behind, not even its cost: it takes no room in a block.
    """

    def __init__(
        self,
        values: Values,
        nonces: NonceBook,
        environment: Environment,
        is_signed: SignatureCheck = is_signed_by,
        memory: Memory = NO_MEMORY,
    ) -> None:
        """`environment` is the next block's."""
        self._draft = Draft(values)
        self._nonces = nonces
        self._environment = environment
        self._parameters = read_parameters(values)
        self._is_signed = is_signed
        self._memory = memory
        self._used: set[tuple[bytes, bytes]] = set()

    def admit(self, untrusted_transaction: bytes) -> None:
        """Take a transaction behind those admitted before.

        Raises:
            Refused: the block would refuse it, with the same reason.
        """
        block = _Block(
            self._draft,
            self,
            self._environment,
            self._parameters,
            self._is_signed,
            self._memory,
            keeps_log=False,
        )
        refusal = block.apply(untrusted_transaction).refusal
        if refusal is not None:
            raise refusal
        self._draft.take_over(block.draft)
        self._used.update((used.sender, used.nonce) for used in block.used)

    def has_used(self, sender: bytes, nonce: bytes) -> bool:
        """Whether a nonce was used in the window or by a transaction admitted here."""
        return (sender, nonce) in self._used or self._nonces.has_used(sender, nonce)


class _Block:
    """The block being applied: the draft of the state and what is to be appended."""

    def __init__(
        self,
        values: Values,
        nonces: NonceBook,
        environment: Environment,
        parameters: wire.Parameters,
        is_signed: SignatureCheck,
        memory: Memory,
        *,
        keeps_log: bool = True,
    ) -> None:
        """Without `keeps_log` there are no entries: for who asks only whether a transaction would be accepted."""
        self.draft = Draft(values)
        self.entries: list[bytes] = []
        self.used: list[UsedNonce] = []
        self._nonces = nonces
        self._environment = environment
        self._is_signed = is_signed
        self._memory = memory
        self._keeps_log = keeps_log
        self._parameters = parameters
        self._period = period_of(parameters, environment.time_ns)
        self._used_here: set[tuple[bytes, bytes]] = set()

    def apply(self, raw: bytes) -> Receipt:
        """One transaction: authenticate, charge, act."""
        transaction_hash = sha256(raw)
        try:
            transaction, account = self._authenticate(raw)
        except Refused as refusal:
            return _refused(transaction_hash, refusal, 0)
        self._use_nonce(transaction)
        points = cost_of(self._parameters, NUMBERS[name_of(transaction.body)], len(raw))
        try:
            limit = points_of(self.draft, self._parameters, account, self._environment.time_ns)
            charge(self.draft, account, points, limit, self._period)
        except Refused as refusal:
            return _refused(transaction_hash, refusal, 0)
        try:
            return self._act(transaction, account, transaction_hash, points)
        except Refused as refusal:
            return _refused(transaction_hash, refusal, points)

    def _authenticate(self, raw: bytes) -> tuple[SignedTransaction, wire.Account]:
        """Everything that must hold before the sender is known to have made the transaction."""
        check_size(raw, self._parameters)
        remembered = self._memory.recall(raw)
        transaction = decode_transaction(raw) if remembered is None else remembered
        check_signers(transaction)
        check_chain(transaction, self._environment)
        check_validity(transaction, self._environment, self._parameters)
        account = read_account(self.draft, transaction.sender)
        if account is None:
            raise UnknownAccount(account=transaction.sender.hex())
        check_keys(transaction, account)
        self._check_nonce(transaction)
        if remembered is None:
            check_signatures(transaction, self._is_signed)
            self._memory.note(transaction)
        return transaction, account

    def _check_nonce(self, transaction: SignedTransaction) -> None:
        sender, nonce = transaction.sender, transaction.body.nonce
        if (sender, nonce) in self._used_here or self._nonces.has_used(sender, nonce):
            raise Replayed(nonce=nonce.hex())

    def _use_nonce(self, transaction: SignedTransaction) -> None:
        self._used_here.add((transaction.sender, transaction.body.nonce))
        self.used.append(UsedNonce(transaction.sender, transaction.body.nonce, transaction.valid_until))

    def _act(
        self, transaction: SignedTransaction, account: wire.Account, transaction_hash: Hash32, points: int
    ) -> Receipt:
        """Apply the action to a draft of its own, which is adopted only when nothing was refused."""
        answers = answering(self.draft, account, self._environment.time_ns)  # before the action changes who does
        draft = Draft(self.draft)
        acted = act(self._context(draft, transaction, account))
        self.draft.take_over(draft)
        if not self._keeps_log:
            return Receipt(transaction_hash, 0, acted.data, points, None, b"", None)
        encoded = self._entry(transaction, answers, transaction_hash, acted)
        self.entries.append(encoded)
        return Receipt(transaction_hash, 0, acted.data, points, None, encoded, len(self.entries) - 1)

    def _context(self, draft: Draft, transaction: SignedTransaction, account: wire.Account) -> Context:
        signers = tuple(entry.key for entry in transaction.signatures)
        return Context(draft, self._environment, self._parameters, self._is_signed, transaction.body, signers, account)

    def _entry(
        self, transaction: SignedTransaction, answers: wire.Account, transaction_hash: Hash32, acted: Acted
    ) -> bytes:
        """What the transaction puts on the log: the chain from the signer to the agreement in force (3.6)."""
        signer, *approvers = (entry.key for entry in transaction.signatures)
        entry = wire.LogEntry(
            transaction_hash=transaction_hash,
            height=self._environment.height,
            time_ns=self._environment.time_ns,
            sender=transaction.sender,
            signer=signer.encode(),
            agreement=answers.agreement,
            agreement_version=answers.agreement_version,
            partner=0 if answers.address == transaction.sender else answers.id,
            approvers=[key.encode() for key in acted.approvers or approvers],
            held=acted.held,
            result=acted.result,
        )
        setattr(entry, acted.fact, acted.fact_bytes)
        return encode(entry)


def rehearse(values: Values, environment: Environment, body: wire.Body, is_signed: SignatureCheck) -> Refused | None:
    """Why the next block would refuse the action, whoever signs for the sender and whatever it costs; None: it would not.

    For who wants to know before anything is signed (3.4.3 流动性限制: why a transfer would fail).
    """
    draft, parameters = Draft(values), read_parameters(values)
    account = read_account(draft, body.sender)
    try:
        if account is None:
            raise UnknownAccount(account=body.sender.hex())
        points_of(draft, parameters, account, environment.time_ns)
        context = Context(draft, environment, parameters, is_signed, body, (), account)
        check_rules(context)
        carry_out(context)
    except Refused as refusal:
        return refusal
    return None


def check_version(parameters: wire.Parameters, environment: Environment) -> None:
    """This program knows the law of this height.

    Raises:
        UpgradeNeeded: it does not; it must not guess.
    """
    upgrade = parameters.upgrade
    if parameters.law_version > LAW_VERSION:
        raise UpgradeNeeded(height=int(environment.height), expected=int(parameters.law_version), got=LAW_VERSION)
    if upgrade.version > LAW_VERSION and environment.height >= upgrade.height:
        raise UpgradeNeeded(height=int(upgrade.height), expected=int(upgrade.version), got=LAW_VERSION)


def changed_seats(before: Values, after: Values) -> tuple[SeatChange, ...]:
    """What a block made of the validators' powers."""
    if before.get(SEATS_KEY) == after.get(SEATS_KEY):
        return ()
    old, new = ({seat.key: int(seat.power) for seat in read_seats(values)} for values in (before, after))
    keys = sorted(old.keys() | new.keys())
    return tuple(SeatChange(key, new.get(key, 0)) for key in keys if old.get(key, 0) != new.get(key, 0))


def check_size(raw: bytes, parameters: wire.Parameters) -> None:
    """Not more bytes than one transaction may have."""
    if len(raw) > parameters.max_transaction_bytes:
        raise TooLarge(expected=int(parameters.max_transaction_bytes), got=len(raw))


def check_signers(transaction: SignedTransaction) -> None:
    """One signature of the maker, then one of each approver that the body names, in that order.

    What is signed names the other signers, so nobody can take one of several away or change their order, and the hash by
    which the sender waits for the transaction is the only one.
    """
    approvers = [(int(key.algorithm), key.data) for key in transaction.body.approvers]
    if any(later <= earlier for earlier, later in pairwise(approvers)):
        raise Malformed(reason="approvers", expected="ascending")
    if len(transaction.signatures) != 1 + len(approvers):
        raise Malformed(reason="number of signatures", expected=1 + len(approvers), got=len(transaction.signatures))
    signed = [(int(entry.key.algorithm), entry.key.data) for entry in transaction.signatures[1:]]
    if signed != approvers:
        raise Malformed(reason="signatures of the approvers", expected="those that the body names")


def check_chain(transaction: SignedTransaction, environment: Environment) -> None:
    """Made for this chain."""
    if transaction.body.chain_id != environment.chain_id:
        raise WrongChain(expected=environment.chain_id, got=transaction.body.chain_id)


def check_validity(transaction: SignedTransaction, environment: Environment, parameters: wire.Parameters) -> None:
    """tip < valid_until ≤ tip + window, where tip is the height before the block's (3.2 超时确认)."""
    tip = environment.height - 1
    if transaction.valid_until <= tip:
        raise Expired(expected=f"at least {environment.height}", got=transaction.valid_until)
    if transaction.valid_until > tip + parameters.validity_window:
        raise TooFarAhead(expected=f"at most {tip + parameters.validity_window}", got=transaction.valid_until)


def check_keys(transaction: SignedTransaction, account: wire.Account) -> None:
    """Every signing key is one of the account's."""
    for entry in transaction.signatures:
        find_key(account, entry.key)


def check_signatures(transaction: SignedTransaction, is_signed: SignatureCheck) -> None:
    """Every signature verifies."""
    digest = transaction.digest
    for entry in transaction.signatures:
        if not is_signed(entry.key, digest, entry.signature):
            raise BadSignature(key=entry.key.data.hex())


def _refused(transaction_hash: Hash32, refusal: Refused, points: int) -> Receipt:
    return Receipt(transaction_hash, refusal.number, b"", points, refusal, b"", None)
