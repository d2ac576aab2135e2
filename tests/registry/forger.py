"""Who forges transactions from plain numbers: the same numbers give the same bytes. Of which sorts: `traffic`, `ballots`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from app.core.wire import registry_pb2 as wire
from tests.registry.naive import NaiveChain
from tests.registry.world import (
    ALPHA,
    BETA,
    BOOKKEEPERS,
    DUAL,
    GAMMA,
    PAIR,
    POOR,
    Key,
    Member,
    co_sign,
    first_record,
    seat_key,
    sign,
)

SENDERS = (ALPHA, ALPHA, ALPHA, BETA, BETA, GAMMA, POOR, DUAL)
NEWCOMERS = tuple(seat_key(f"newcomer {number}") for number in range(3))
POWERS = (0, 0, 1, 4, 8, 10, 10, 10, 10, 10, 13, 20)
LIVES = (0, 1, 4, 8, 8, 9)
"""Blocks until a proposal's deadline."""


@dataclass(frozen=True)
class Intent:
    """What somebody is up to. Every number counts modulo what there is to choose from."""

    sender: int
    key: int
    nonce: int
    ahead: int
    """`valid_until` less the height of the block."""
    chain: int
    """Which hash chain to continue; the first choice is to begin one."""
    flaw: int
    pick: int
    """Which byte, which earlier transaction, which detail."""


@dataclass
class Forger:
    """Knows the chain that it forges for and what was sent before."""

    chain: NaiveChain
    sent: list[bytes]

    def forge(self, intent: Intent, sorts: Sequence["Sort"]) -> bytes:
        """The transaction that `intent` asks for, of one of these sorts."""
        raw = sorts[intent.flaw % len(sorts)](self, intent)
        self.sent.append(raw)
        return raw

    def envelope(self, intent: Intent, sender: Member) -> wire.Body:
        """A body without an action."""
        return wire.Body(
            chain_id=self.chain.chain_id,
            sender=sender.address,
            nonce=sha256(b"%d" % (intent.nonce % 64)).digest()[:16],
            valid_until=self.chain.height + intent.ahead,
        )

    def body(self, intent: Intent) -> wire.Body:
        """A sound body with a record, as far as sender, nonce and `ahead` allow."""
        body = self.envelope(intent, sender_of(intent))
        own = [chain for chain, (owner, _, _) in self.chain.heads.items() if owner == body.sender]
        choices = [None, *own[-3:]]
        chosen = choices[intent.chain % len(choices)]
        record = first_record(body.sender, body.nonce) if chosen is None else self.following(chosen)
        record.size = intent.pick % 1_000
        body.notarize.record.CopyFrom(record)
        return body

    def wish(self, intent: Intent) -> wire.Propose:
        """A sound proposal: a seat that there is, or one of a few that there may be, gets another power or holder."""
        keys = [*self.chain.seats, *NEWCOMERS]
        key, power = keys[intent.chain % len(keys)], POWERS[intent.pick % len(POWERS)]
        account = BOOKKEEPERS[intent.pick // 16 % len(BOOKKEEPERS)].account.id
        if power == 0 and key in self.chain.seats and intent.pick // 16 % 5:
            _, account = self.chain.seats[key]  # nobody else can be named when a seat is taken away
        seat = wire.Seat(key=key, power=power, account=account)
        deadline = self.chain.height + LIVES[intent.key % len(LIVES)]
        return wire.Propose(document=sha256(b"reasons").digest(), deadline=deadline, validator=seat)

    def ballot(self, intent: Intent) -> tuple[wire.Body, Member]:
        """A sound body with a proposal, and who makes it: a bookkeeper with a seat."""
        holders = self.holders()
        sender = holders[intent.sender % len(holders)]
        body = self.envelope(intent, sender)
        body.propose.CopyFrom(self.wish(intent))
        return body, sender

    def following(self, chain: bytes) -> wire.EvidenceRecord:
        """The record that may come next."""
        _, sequence, digest = self.chain.heads[chain]
        record = first_record(bytes(20), bytes(16), sequence=sequence + 1, chain=chain, previous=digest)
        record.subject = f"第 {sequence + 1} 条"
        return record

    def holders(self) -> list[Member]:
        """Bookkeepers who hold seats."""
        return [each for each in BOOKKEEPERS if self.chain.power_of([each.address])]


def voted(body: wire.Body, sender: Member) -> bytes:
    """A bookkeeper's transaction, checked by its second clerk where it has one."""
    return co_sign(body, *sender.keys) if sender is PAIR else sign(body, sender.keys[0])


def sender_of(intent: Intent) -> Member:
    """Who sends."""
    return SENDERS[intent.sender % len(SENDERS)]


def bookkeeper_of(intent: Intent) -> Member:
    """Which bookkeeper acts."""
    return BOOKKEEPERS[intent.sender % len(BOOKKEEPERS)]


def key_of(intent: Intent) -> Key:
    """Whose key signs."""
    keys = sender_of(intent).keys
    return keys[intent.key % len(keys)]


Sort = Callable[[Forger, Intent], bytes]
"""Makes a transaction of one sort, sound or not."""
