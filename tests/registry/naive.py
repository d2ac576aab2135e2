"""The law once more, as plainly as can be: its own arithmetic, dicts for the state, no code of `app`.

Written from the design and the wire format. Slow, and meant to be: where it and `app.registry` differ, one of them is wrong.
"""

from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import Any

from tests.registry.naive_reader import RECORD, No, is_good, read_transaction
from tests.registry.naive_rules import CODES, HOLD, SETTINGS, VOTES, is_emergency, is_record, is_settings
from tests.registry.naive_state import (
    ACTIONS,
    ALGORITHMS,
    LEVELS,
    Ballot,
    Seat,
    encode_account,
    encode_ballot,
    encode_key,
    encode_parameters,
    encode_signer,
    encode_wish,
    small_name,
)
from tests.registry.rawproto import bytes_field, canonical


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
    held: dict[bytes, bytes] = field(default_factory=dict)
    nonce_head: tuple[bytes, int] = (b"", 0)
    used: list[tuple[bytes, bytes, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules = self.new_rules = {**self.document["parameters"], "stopped": (), "upgrade": None, "version": 0}
        self.accounts = {bytes.fromhex(each["address"]): each for each in self.document["accounts"]}
        self.seats: dict[bytes, Seat] = {
            bytes.fromhex(each["key"]): (each["power"], each["account"]) for each in self.document["validators"]
        }
        self.seats_before = self.seats

    def open_block(self, height: int, time_ns: int) -> None:
        """Begin a block; what had expired before it is forgotten."""
        self.height, self.time_ns = height, time_ns
        self.nonces = {key: until for key, until in self.nonces.items() if until >= height}
        self.used, self.seats_before, self.rules = [], self.seats, self.new_rules

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
        try:
            self.may(known)
            fact, data, number = self.hold(known) if self.missing(known) else self.act(known)
        except No as no:
            return Result(no.args[0], points)
        self.log.append(self.entry(known, sha256(raw).digest(), number, fact))
        return Result("accepted", points, data)

    def act(self, known: dict[str, Any]) -> tuple[bytes, bytes, int]:
        """The action itself. Returns what the log says, what the receipt names, and the number of the fact."""
        action = known["action"]
        fact, data = {"notarize": self.notarize, "propose": self.propose, "approve": self.approve}[action](known)
        return fact, data, ACTIONS[action]

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
        if any(self.key_of(known, signer) is None for signer in known["signers"]):
            raise No("not your key")
        if (known["sender"], known["nonce"]) in self.nonces:
            raise No("replayed")
        signed = zip(known["signers"], known["signatures"], strict=True)
        if not all(is_good(key, b"luopu.transaction.v1\x00" + known["body"], signature) for key, signature in signed):
            raise No("bad signature")
        return known

    def key_of(self, known: dict[str, Any], signer: tuple[int, bytes]) -> dict[str, Any] | None:
        """The sender's key that signed, as the document has it."""
        for key in self.accounts[known["sender"]]["keys"]:
            if (ALGORITHMS[key["algorithm"]], key["key"]) == (signer[0], signer[1].hex()):
                return key
        return None

    def entry(self, known: dict[str, Any], transaction_hash: bytes, number: int, fact: bytes) -> bytes:
        """What an accepted transaction leaves in the log."""
        maker, *approvers = known["signers"]
        result = b""
        if number == HOLD:
            result = sha256(b"luopu.held.v1\x00" + known["sender"] + known["nonce"]).digest()[:16]
        elif known["action"] in VOTES:
            result = self.ballot_of(known) if known["action"] == "propose" else b""
            result += b"\x01" if self.ballots[self.ballot_of(known)].decided else b""
        return canonical(
            *((1, transaction_hash), (2, self.height), (3, self.time_ns), (4, known["sender"])),
            *((5, encode_signer(maker)), (6, bytes.fromhex(self.accounts[known["sender"]]["agreement"])), (7, 1)),
            *((9, encode_signer(approver)) for approver in approvers),
            *((11, result), (number, fact)),
        )

    # ---- who may, and with whom ----------------------------------------------------------------------------------------
    def may(self, known: dict[str, Any]) -> None:
        """No, unless the sender may do this and its signers may sign it."""
        account, action = self.accounts[known["sender"]], known["action"]
        if ACTIONS[action] in self.rules["stopped"]:
            raise No("action stopped")
        if action not in ("notarize", *VOTES) or (action in VOTES and account["party"] != "bookkeeper"):
            raise No("wrong party")
        if action == "notarize" and "evidence" not in account["permissions"]:
            raise No("not permitted")
        for place, signer in enumerate(known["signers"]):
            roles = (self.key_of(known, signer) or {})["roles"]
            if roles and ("checker" if place else "maker") not in roles:
                raise No("role missing")

    def missing(self, known: dict[str, Any]) -> int:
        """How many checkers have not signed."""
        duty = "governance" if known["action"] in VOTES else "evidence"
        asked = self.accounts[known["sender"]]["thresholds"].get(duty, 0)
        return int(max(0, asked + 1 - len(known["signers"])))

    def hold(self, known: dict[str, Any]) -> tuple[bytes, bytes, int]:
        """Keep it for later approvals. Returns the body, the id under which it waits, and the number of the fact."""
        if known["action"] == "notarize" or known["hold_until"] == 0:
            raise No("approvals missing")
        if not self.height <= known["hold_until"] <= self.height + 1_000_000:
            raise No("bad action")
        name = sha256(b"luopu.held.v1\x00" + known["sender"] + known["nonce"]).digest()[:16]
        if known["sender"] + name in self.held:
            raise No("bad action")
        maker, *approvers = known["signers"]
        behind = [(3, encode_signer(approver)) for approver in approvers]
        self.held[known["sender"] + name] = canonical((1, known["body"]), (2, encode_signer(maker)), *behind)
        return known["body"], name, HOLD

    # ---- evidence ----------------------------------------------------------------------------------------------------
    def notarize(self, known: dict[str, Any]) -> tuple[bytes, bytes]:
        """A record at the head of its hash chain. Returns its bytes and its digest."""
        sender, record = known["sender"], known["notarize"]["record"]
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
            raise No("no seat")
        proposal = self.ballot_of(known)
        if not self.is_wish(wish) or proposal in self.ballots:
            raise No("bad action")
        if wish["validator"]:
            self.seats_after(wish["validator"])
        self.vote(proposal, Ballot(sender, wish, {sender}, False))
        return encode_wish(wish), proposal

    def approve(self, known: dict[str, Any]) -> tuple[bytes, bytes]:
        """An approval. Returns its bytes and the proposal's id."""
        sender, proposal = known["sender"], known["approve"]["proposal"]
        if self.power_of([sender]) == 0:
            raise No("no seat")
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
        share = Fraction(self.rules["approval_numerator"], self.rules["approval_denominator"])
        if Fraction(self.power_of(ballot.approvals), everybody) > share:
            self.make(ballot.wish)
            ballot.decided = True
        self.ballots[proposal] = ballot

    def ballot_of(self, known: dict[str, Any]) -> bytes:
        """Id of the proposal that is made or approved."""
        if known["action"] == "approve":
            return bytes(known["approve"]["proposal"])
        return sha256(b"luopu.proposal.v1\x00" + known["sender"] + known["nonce"]).digest()[:16]

    def make(self, wish: dict[str, Any]) -> None:
        """Do what is wanted: seats at once, the rest from the next block."""
        if wish["validator"]:
            self.seats = self.seats_after(wish["validator"])
            return
        rules = self.new_rules = deepcopy(self.new_rules)
        for each in wish["settings"]["settings"] if wish["settings"] else ():
            names = {6: {number: name for name, number in ACTIONS.items()}, 7: dict(enumerate(LEVELS, 1))}
            if each["setting"] in names:
                what = {6: "action_costs", 7: "level_points"}[each["setting"]]
                rules[what][names[each["setting"]][each["subject"]]] = each["value"]
            else:
                rules[SETTINGS[each["setting"]][0]] = each["value"]
        if wish["upgrade"]:
            before_it = rules["upgrade"]
            if before_it and before_it["version"] >= wish["upgrade"]["version"]:
                raise No("bad action")
            rules["version"] = before_it["version"] if before_it and before_it["height"] <= self.height else 0
            rules["upgrade"] = wish["upgrade"]
        if wish["emergency"]:
            named, before = set(wish["emergency"]["actions"]), set(rules["stopped"])
            rules["stopped"] = tuple(sorted(before - named if wish["emergency"]["lifted"] else before | named))

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
        """Whether every field of a proposal has the right length and range."""
        if len(wish["document"]) != 32 or not self.height <= wish["deadline"] <= self.height + 1_000_000:
            return False
        upgrade, emergency = wish["upgrade"], wish["emergency"]
        if wish["validator"] is not None:
            return self.is_seat(wish["validator"])
        if wish["settings"] is not None:
            return is_settings(wish["settings"]["settings"])
        if upgrade is not None:
            version = self.rules["upgrade"]["version"] if self.rules["upgrade"] else 1
            later = wish["deadline"] < upgrade["height"] < 2**63 and version < upgrade["version"] < 2**63
            return later and len(upgrade["release"]) == 32
        return emergency is not None and is_emergency(emergency["actions"])

    def is_seat(self, change: dict[str, Any]) -> bool:
        """Whether a seat can be wished for: of a bookkeeper, and to be taken only from who holds it."""
        bookkeepers = [each["id"] for each in self.accounts.values() if each["party"] == "bookkeeper"]
        _, holder = self.seats.get(change["key"], (0, change["account"]))
        if len(change["key"]) != 32 or change["power"] > 2**40 or change["account"] not in bookkeepers:
            return False
        return change["power"] > 0 or holder == change["account"]

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
        values = {b"parameters": encode_parameters(self.new_rules)}
        values[b"next-account"] = (max([0, *(each["id"] for each in self.accounts.values())]) + 1).to_bytes(8, "big")
        for address, account in self.accounts.items():
            values[b"account/" + address] = encode_account(account)
            values[b"account-id/" + account["id"].to_bytes(8, "big")] = address
            values[b"name/" + small_name(account["name"])] = address
            terms = canonical((1, bytes.fromhex(account["agreement"])))
            values[b"terms/" + address + (1).to_bytes(8, "big")] = terms
            for key in account["keys"]:
                values[b"key/" + encode_key(key)] = address
        for chain, (owner, sequence, digest) in self.heads.items():
            values[b"chain/" + chain] = canonical((1, owner), (2, sequence), (3, digest))
        for address, (period, points) in self.spent.items():
            values[b"quota/" + address] = canonical((1, period), (2, points))
        for proposal, ballot in self.ballots.items():
            values[b"proposal/" + proposal] = encode_ballot(ballot)
        values |= {b"held/" + place: held for place, held in self.held.items()}
        if self.seats:
            seats = sorted((key, canonical((1, key), (2, power), (3, who))) for key, (power, who) in self.seats.items())
            values[b"validators"] = b"".join(bytes_field(1, seat) for _, seat in seats)
        if self.nonce_head[0]:
            values[b"nonces"] = canonical((1, self.nonce_head[0]), (2, self.nonce_head[1]))
        return values
