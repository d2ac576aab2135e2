"""The law once more, as plainly as can be: its own decoder, its own arithmetic, dicts for the state, no code of `app`.

Written from the design and the wire format. Slow, and meant to be: where it and `app.registry` differ, one of them is wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tests.registry.rawproto import bytes_field, canonical, varint_field

ED25519, P256 = 1, 2
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
}


class No(Exception):
    """The transaction is refused; the argument says why."""


# ---- decoding --------------------------------------------------------------------------------------------------------
KEY = {1: ("algorithm", "number"), 2: ("data", "bytes")}
SIGNATURE = {1: ("key", KEY), 2: ("signature", "bytes")}
TRANSACTION = {1: ("body", "bytes"), 2: ("signatures", [SIGNATURE])}
RECORD = {
    1: ("chain", "bytes"),
    2: ("sequence", "number"),
    3: ("previous", "bytes"),
    4: ("sha256", "bytes"),
    5: ("sm3", "bytes"),
    6: ("size", "number"),
    7: ("subject", "text"),
    8: ("context", "bytes"),
}
BODY = {
    1: ("chain_id", "text"),
    2: ("sender", "bytes"),
    3: ("nonce", "bytes"),
    4: ("valid_until", "number"),
    16: ("notarize", {1: ("record", RECORD)}),
}
DEFAULTS: dict[str, Any] = {"number": 0, "bytes": b"", "text": ""}


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The shortest varint at `at`, below 2^64, and where it ends."""
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise No("malformed")
        byte, at = data[at], at + 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if value >= 2**64 or (byte == 0 and shift > 7):
        raise No("malformed")
    return value, at


def read_fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and bytes, the only two kinds that any message here has."""
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = read_varint(data, at)
            yield number, value
        elif kind == 2:
            length, at = read_varint(data, at)
            if at + length > len(data):
                raise No("malformed")
            yield number, data[at : at + length]
            at += length
        else:
            raise No("malformed")


def read_message(data: bytes, schema: Mapping[int, tuple[str, Any]]) -> dict[str, Any]:
    """A message whose fields ascend and are known, with no default written out."""
    result: dict[str, Any] = {}
    for name, kind in schema.values():
        result[name] = [] if isinstance(kind, list) else DEFAULTS.get(kind) if isinstance(kind, str) else None
    last = 0
    for number, value in read_fields(data):
        if number not in schema or number < last:
            raise No("malformed")
        name, kind = schema[number]
        if number == last and not isinstance(kind, list):
            raise No("malformed")
        last = number
        if isinstance(kind, list):
            result[name].append(read_value(value, kind[0]))
        else:
            result[name] = read_value(value, kind)
    return result


def read_value(value: int | bytes, kind: Any) -> Any:
    """One value of the kind that the schema names."""
    if isinstance(value, int) != (kind == "number") or (isinstance(kind, str) and value in (0, b"")):
        raise No("malformed")
    if isinstance(kind, dict):
        return read_message(value, kind)
    if kind == "text":
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            raise No("malformed") from None
    return value


def read_transaction(raw: bytes) -> dict[str, Any]:
    """A transaction with its body and its one signature, all of the right shape."""
    outer = read_message(raw, TRANSACTION)
    body = read_message(outer["body"], BODY)
    if len(outer["signatures"]) != 1 or body["notarize"] is None or not 1 <= len(body["chain_id"]) <= 50:
        raise No("malformed")
    if (len(body["sender"]), len(body["nonce"])) != (20, 16) or not 1 <= body["valid_until"] < 2**63:
        raise No("malformed")
    key = outer["signatures"][0]["key"] or {"algorithm": 0, "data": b""}
    if (key["algorithm"], len(key["data"])) not in {(ED25519, 32), (P256, 33)}:
        raise No("malformed")
    if key["algorithm"] == P256 and not is_p256_point(key["data"]):
        raise No("malformed")
    return {
        **body,
        "body": outer["body"],
        "key": (key["algorithm"], key["data"]),
        "signature": outer["signatures"][0]["signature"],
    }


# ---- signatures ------------------------------------------------------------------------------------------------------
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def is_p256_point(data: bytes) -> bool:
    """Whether the compressed point has a y."""
    x = int.from_bytes(data[1:], "big")
    square = (x**3 - 3 * x + B) % P
    return data[0] in (2, 3) and x < P and pow(square, (P - 1) // 2, P) in (0, 1)


def is_good(key: tuple[int, bytes], message: bytes, signature: bytes) -> bool:
    """Whether the signature verifies (by OpenSSL, for both algorithms) and has no twin."""
    if len(signature) != 64:
        return False
    try:
        if key[0] == ED25519:
            Ed25519PublicKey.from_public_bytes(key[1]).verify(signature, sha256(message).digest())
            return True
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key[1])
        point.verify(encode_dss_signature(r, s), sha256(message).digest(), ECDSA(Prehashed(SHA256())))
    except (InvalidSignature, ValueError):
        return False
    return s <= N // 2


# ---- the chain -------------------------------------------------------------------------------------------------------
@dataclass
class Result:
    """What became of a transaction: "accepted" or why not, the points taken, the record's digest."""

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

    def __post_init__(self) -> None:
        self.rules = self.document["parameters"]
        self.accounts = {bytes.fromhex(each["address"]): each for each in self.document["accounts"]}

    def open_block(self, height: int, time_ns: int) -> None:
        """Begin a block; what had expired before it is forgotten."""
        self.height, self.time_ns = height, time_ns
        self.nonces = {key: until for key, until in self.nonces.items() if until >= height}

    def apply(self, raw: bytes) -> Result:
        """The next transaction of the block."""
        try:
            known = self.authenticate(raw)
        except No as no:
            return Result(no.args[0])
        self.nonces[known["sender"], known["nonce"]] = known["valid_until"]
        points = (
            self.rules["action_costs"]["notarize"]
            + (len(raw) + self.rules["bytes_per_point"] - 1) // (self.rules["bytes_per_point"])
        )
        if points > self.left(known["sender"]):
            return Result("quota spent")
        self.spent[known["sender"]] = (self.period(), self.spent_now(known["sender"]) + points)
        try:
            return Result("accepted", points, self.notarize(known, sha256(raw).digest()))
        except No as no:
            return Result(no.args[0], points)

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

    def notarize(self, known: dict[str, Any], transaction_hash: bytes) -> bytes:
        """The action: a record, on the log and at the head of its hash chain. Returns its digest."""
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
        self.log.append(
            canonical(
                *((1, transaction_hash), (2, self.height), (3, self.time_ns), (4, sender)),
                *((5, canonical((1, known["key"][0]), (2, known["key"][1]))),),
                *((6, bytes.fromhex(self.accounts[sender]["agreement"])), (16, data)),
            )
        )
        return digest

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
        values = {b"parameters": self.encode_parameters()}
        for address, account in self.accounts.items():
            values[b"account/" + address] = encode_account(account)
            values[b"account-id/" + account["id"].to_bytes(8, "big")] = address
            for key in account["keys"]:
                values[b"key/" + encode_key(key)] = address
        for chain, (owner, sequence, digest) in self.heads.items():
            values[b"chain/" + chain] = canonical((1, owner), (2, sequence), (3, digest))
        for address, (period, points) in self.spent.items():
            values[b"quota/" + address] = canonical((1, period), (2, points))
        return values

    def encode_parameters(self) -> bytes:
        """The parameters as stored."""
        names = ("validity_window", "quota_period_seconds", "quota_offset_seconds")
        cost = canonical((1, 16), (2, self.rules["action_costs"]["notarize"]))
        numbers = [(number, self.rules[name]) for number, name in enumerate(names, 1)]
        tail = ((5, self.rules["bytes_per_point"]), (6, self.rules["max_transaction_bytes"]))
        return canonical(*numbers) + bytes_field(4, cost) + canonical(*tail)


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
