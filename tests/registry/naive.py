"""The law once more, as plainly as can be: its own arithmetic, dicts for the state, no code of `app`.

Written from the design and the wire format. Slow, and meant to be: where it and `app.registry` differ, one of them is wrong.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import Any

from tests.registry.naive_reader import ED25519, P256, RECORD, No, is_good, read_transaction
from tests.registry.rawproto import bytes_field, canonical, varint_field

CODES = {
    "malformed": 2,
    "wrong chain": 3,
    "expired": 4,
    "too far ahead": 5,
    "replayed": 6,
    "unknown account": 7,
    "bad signature": 8,
    "not your key": 9,
    "not permitted": 10,
    "quota spent": 11,
    "too large": 12,
    "forked": 13,
    "unknown record chain": 14,
    "not the owner": 15,
    "bad action": 16,
    "unknown proposal": 17,
    "proposal closed": 18,
    "already approved": 19,
    "validators impossible": 20,
}
NUMBERS = {"notarize": 16, "propose": 17, "approve": 18}
"""Of the actions in a body; the facts that they leave in the log have the same."""

Seat = tuple[int, int]
"""Voting power, and the numeric ID of the account that answers for it."""


@dataclass
class Result:
    """What became of a transaction: "accepted" or why not, the points taken, and what the receipt names."""

    word: str
    points: int = 0
    data: bytes = b""

    @property
    def code(self) -> int:
        """The result code in the block."""
        return CODES.get(self.word, 0)


@dataclass
class Ballot:
    """A proposal and who is for it."""

    proposer: bytes
    wish: dict[str, Any]
    approvals: set[bytes]
    decided: bool


@dataclass
class NaiveChain:
    """The whole chain in dicts."""

    chain_id: str
    document: dict[str, Any]
    height: int = 0
    time_ns: int = 0
    heads: dict[bytes, tuple[bytes, int, bytes]] = field(default_factory=dict)
    spent: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    nonces: dict[tuple[bytes, bytes], int] = field(default_factory=dict)
    log: list[bytes] = field(default_factory=list)
    ballots: dict[bytes, Ballot] = field(default_factory=dict)
    nonce_head: tuple[bytes, int] = (b"", 0)
    used: list[tuple[bytes, bytes, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules = self.document["parameters"]
        self.accounts = {bytes.fromhex(each["address"]): each for each in self.document["accounts"]}
        self.seats: dict[bytes, Seat] = {
            bytes.fromhex(each["key"]): (each["power"], each["account"]) for each in self.document["validators"]
        }
        self.seats_before = self.seats

    def open_block(self, height: int, time_ns: int) -> None:
        """Begin a block; what had expired before it is forgotten."""
        self.height, self.time_ns = height, time_ns
        self.nonces = {key: until for key, until in self.nonces.items() if until >= height}
        self.used, self.seats_before = [], self.seats

    def close_block(self) -> tuple[bytes, list[tuple[bytes, int]]]:
        """End the block: its link in the chain of nonces, and the powers that are others than before it."""
        before, after = ({key: power for key, (power, _) in seats.items()} for seats in (self.seats_before, self.seats))
        changes = {key: 0 for key in before if key not in after}
        changes |= {key: power for key, power in after.items() if before.get(key) != power}
        return self.link_nonces(), sorted(changes.items())

    def link_nonces(self) -> bytes:
        """The block's nonces behind those of the last block that had any."""
        if not self.used:
            return b""
        horizon = max([self.nonce_head[1], *(until for _, _, until in self.used)])
        link = canonical((1, self.nonce_head[0]), (2, self.height), (3, horizon))
        link += b"".join(bytes_field(4, canonical((1, who), (2, nonce), (3, until))) for who, nonce, until in self.used)
        self.nonce_head = (sha256(b"luopu.nonces.v1\x00" + link).digest(), horizon)
        return link

    def apply(self, raw: bytes) -> Result:
        """The next transaction of the block."""
        try:
            known = self.authenticate(raw)
        except No as no:
            return Result(no.args[0])
        sender, action = known["sender"], known["action"]
        self.nonces[sender, known["nonce"]] = known["valid_until"]
        self.used.append((sender, known["nonce"], known["valid_until"]))
        bytes_per_point = self.rules["bytes_per_point"]
        points = self.rules["action_costs"][action] + (len(raw) + bytes_per_point - 1) // bytes_per_point
        if points > self.left(sender):
            return Result("quota spent")
        self.spent[sender] = (self.period(), self.spent_now(sender) + points)
        act = {"notarize": self.notarize, "propose": self.propose, "approve": self.approve}[action]
        try:
            fact, data = act(known)
        except No as no:
            return Result(no.args[0], points)
        self.log.append(self.entry(known, sha256(raw).digest(), fact))
        return Result("accepted", points, data)

    def authenticate(self, raw: bytes) -> dict[str, Any]:
        """Who made it, or No."""
        if len(raw) > self.rules["max_transaction_bytes"]:
            raise No("too large")
        known = read_transaction(raw)
        if known["chain_id"] != self.chain_id:
            raise No("wrong chain")
        if known["valid_until"] < self.height:
            raise No("expired")
        if known["valid_until"] >= self.height + self.rules["validity_window"]:
            raise No("too far ahead")
        account = self.accounts.get(known["sender"])
        if account is None:
            raise No("unknown account")
        algorithm = {ED25519: "ed25519", P256: "p256"}[known["key"][0]]
        if (algorithm, known["key"][1].hex()) not in [(key["algorithm"], key["key"]) for key in account["keys"]]:
            raise No("not your key")
        if (known["sender"], known["nonce"]) in self.nonces:
            raise No("replayed")
        if not is_good(known["key"], b"luopu.transaction.v1\x00" + known["body"], known["signature"]):
            raise No("bad signature")
        return known

    def entry(self, known: dict[str, Any], transaction_hash: bytes, fact: bytes) -> bytes:
        """What an accepted transaction leaves in the log."""
        return canonical(
            *((1, transaction_hash), (2, self.height), (3, self.time_ns), (4, known["sender"])),
            *((5, canonical((1, known["key"][0]), (2, known["key"][1]))),),
            *((6, bytes.fromhex(self.accounts[known["sender"]]["agreement"])), (NUMBERS[known["action"]], fact)),
        )

    # ---- evidence ----------------------------------------------------------------------------------------------------
    def notarize(self, known: dict[str, Any]) -> tuple[bytes, bytes]:
        """A record at the head of its hash chain. Returns its bytes and its digest."""
        sender, record = known["sender"], known["notarize"]["record"]
        if "evidence" not in self.accounts[sender]["permissions"]:
            raise No("not permitted")
        if record is None or not is_record(record):
            raise No("bad action")
        chain, sequence = record["chain"], record["sequence"]
        if sequence == 1:
            if chain != sha256(b"luopu.chain.v1\x00" + sender + known["nonce"]).digest()[:16]:
                raise No("bad action")
            if chain in self.heads:
                raise No("forked")
        else:
            if chain not in self.heads:
                raise No("unknown record chain")
            owner, newest, digest = self.heads[chain]
            if owner != sender:
                raise No("not the owner")
            if (sequence, record["previous"]) != (newest + 1, digest):
                raise No("forked")
        data = canonical(*((number, record[name]) for number, (name, _) in RECORD.items()))
        digest = sha256(b"luopu.record.v1\x00" + data).digest()
        self.heads[chain] = (sender, sequence, digest)
        return data, digest

    # ---- governance --------------------------------------------------------------------------------------------------
    def propose(self, known: dict[str, Any]) -> tuple[bytes, bytes]:
        """A proposal, with its proposer's approval. Returns its bytes and its id."""
        sender, wish = known["sender"], known["propose"]
        if self.power_of([sender]) == 0:
            raise No("not permitted")
        proposal = sha256(b"luopu.proposal.v1\x00" + sender + known["nonce"]).digest()[:16]
        if not self.is_wish(wish) or proposal in self.ballots:
            raise No("bad action")
        self.seats_after(wish["validator"])
        self.vote(proposal, Ballot(sender, wish, {sender}, False))
        return encode_wish(wish), proposal

    def approve(self, known: dict[str, Any]) -> tuple[bytes, bytes]:
        """An approval. Returns its bytes and the proposal's id."""
        sender, proposal = known["sender"], known["approve"]["proposal"]
        if self.power_of([sender]) == 0:
            raise No("not permitted")
        if len(proposal) != 16:
            raise No("bad action")
        if proposal not in self.ballots:
            raise No("unknown proposal")
        ballot = self.ballots[proposal]
        if ballot.decided or ballot.wish["deadline"] < self.height:
            raise No("proposal closed")
        if sender in ballot.approvals:
            raise No("already approved")
        self.vote(proposal, Ballot(ballot.proposer, ballot.wish, ballot.approvals | {sender}, False))
        return canonical((1, proposal)), proposal

    def vote(self, proposal: bytes, ballot: Ballot) -> None:
        """Keep a ballot, and do what it wants where enough are for it."""
        everybody = sum(power for power, _ in self.seats.values())
        if Fraction(self.power_of(ballot.approvals), everybody) > Fraction(2, 3):
            self.seats = self.seats_after(ballot.wish["validator"])
            ballot.decided = True
        self.ballots[proposal] = ballot

    def power_of(self, addresses: Collection[bytes]) -> int:
        """What the seats of these accounts weigh together."""
        numbers = {self.accounts[address]["id"] for address in addresses}
        return sum(power for power, account in self.seats.values() if account in numbers)

    def seats_after(self, change: dict[str, Any]) -> dict[bytes, Seat]:
        """The seats as they would be."""
        seats = dict(self.seats)
        if change["power"]:
            seats[change["key"]] = (change["power"], change["account"])
        elif change["key"] in seats:
            del seats[change["key"]]
        else:
            raise No("validators impossible")
        if len(seats) not in range(1, 101):
            raise No("validators impossible")
        return seats

    def is_wish(self, wish: dict[str, Any]) -> bool:
        """Whether every field of a proposal has the right length and range, and its account is a bookkeeper's."""
        change = wish["validator"]
        bookkeepers = [each["id"] for each in self.accounts.values() if each["party"] == "bookkeeper"]
        return (
            change is not None
            and (len(wish["document"]), len(change["key"])) == (32, 32)
            and self.height <= wish["deadline"] <= self.height + 1_000_000
            and change["power"] <= 2**40
            and change["account"] in bookkeepers
        )

    # ---- quota -------------------------------------------------------------------------------------------------------
    def period(self) -> int:
        """Which quota period the block lies in."""
        return (self.time_ns // 10**9 - self.rules["quota_offset_seconds"]) // self.rules["quota_period_seconds"]

    def spent_now(self, sender: bytes) -> int:
        """Points spent in this period."""
        period, points = self.spent.get(sender, (-1, 0))
        return points if period == self.period() else 0

    def left(self, sender: bytes) -> int:
        """Points left in this period."""
        return int(self.accounts[sender]["quota_points"]) - self.spent_now(sender)

    # ---- the state as stored -----------------------------------------------------------------------------------------
    def state(self) -> dict[bytes, bytes]:
        """Every key and value of the map."""
        values = {b"parameters": encode_parameters(self.rules)}
        for address, account in self.accounts.items():
            values[b"account/" + address] = encode_account(account)
            values[b"account-id/" + account["id"].to_bytes(8, "big")] = address
            for key in account["keys"]:
                values[b"key/" + encode_key(key)] = address
        for chain, (owner, sequence, digest) in self.heads.items():
            values[b"chain/" + chain] = canonical((1, owner), (2, sequence), (3, digest))
        for address, (period, points) in self.spent.items():
            values[b"quota/" + address] = canonical((1, period), (2, points))
        for proposal, ballot in self.ballots.items():
            values[b"proposal/" + proposal] = encode_ballot(ballot)
        if self.seats:
            seats = sorted((key, canonical((1, key), (2, power), (3, who))) for key, (power, who) in self.seats.items())
            values[b"validators"] = b"".join(bytes_field(1, seat) for _, seat in seats)
        if self.nonce_head[0]:
            values[b"nonces"] = canonical((1, self.nonce_head[0]), (2, self.nonce_head[1]))
        return values


def is_record(record: dict[str, Any]) -> bool:
    """Whether every field has the right length and range."""
    lengths = [len(record[name]) for name in ("chain", "sha256", "sm3", "context", "previous")]
    text = record["subject"]
    return (
        lengths == [16, 32, 32, 32, 0 if record["sequence"] == 1 else 32]
        and 1 <= record["sequence"] < 2**63
        and record["size"] < 2**63
        and len(text.encode()) <= 512
        and not any(low <= ord(character) <= high for character in text for low, high in HIDING)
    )


HIDING = [(0, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F), (0x2028, 0x202E)]
HIDING += [(0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xE0000, 0xE007F)]
PARTIES = {"operator": 1, "bookkeeper": 2, "partner": 3, "user": 4, "regulator": 5}
PERMISSIONS = {"identity": 1, "evidence": 2, "voucher": 3}


def encode_parameters(rules: dict[str, Any]) -> bytes:
    """The parameters as stored."""
    names = ("validity_window", "quota_period_seconds", "quota_offset_seconds")
    costs = b"".join(
        bytes_field(4, canonical((1, number), (2, rules["action_costs"][name]))) for name, number in NUMBERS.items()
    )
    numbers = [(number, rules[name]) for number, name in enumerate(names, 1)]
    return canonical(*numbers) + costs + canonical((5, rules["bytes_per_point"]), (6, rules["max_transaction_bytes"]))


def encode_key(key: dict[str, Any]) -> bytes:
    """A key as stored."""
    return canonical((1, {"ed25519": ED25519, "p256": P256}[key["algorithm"]]), (2, bytes.fromhex(key["key"])))


def encode_account(account: dict[str, Any]) -> bytes:
    """An account as stored."""
    head = canonical((1, bytes.fromhex(account["address"])), (2, account["id"]), (3, account["name"]))
    keys = b"".join(bytes_field(5, canonical((1, encode_key(key)), (2, key["label"]))) for key in account["keys"])
    permissions = bytes(sorted(PERMISSIONS[name] for name in account["permissions"]))
    tail = canonical((6, permissions), (7, bytes.fromhex(account["agreement"])), (8, account["quota_points"]))
    return head + varint_field(4, PARTIES[account["party"]]) + keys + tail


def encode_wish(wish: dict[str, Any]) -> bytes:
    """What was proposed, as it was sent."""
    change = wish["validator"]
    seat = canonical((1, change["key"]), (2, change["power"]), (3, change["account"]))
    return canonical((1, wish["document"]), (2, wish["deadline"]), (16, seat))


def encode_ballot(ballot: Ballot) -> bytes:
    """A proposal as stored."""
    approvals = [(3, address) for address in sorted(ballot.approvals)]
    return canonical((1, ballot.proposer), (2, encode_wish(ballot.wish)), *approvals, (4, int(ballot.decided)))
