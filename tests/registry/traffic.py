"""Transactions of every sort, sound and not, forged from plain numbers."""

from collections.abc import Callable, Iterator
from hashlib import sha256

from app.core.codec import encode
from app.core.record import derive_chain
from app.core.transaction import SignatureEntry, encode_transaction, signing_digest
from app.core.wire import registry_pb2 as wire
from tests.registry.ballots import BALLOTS
from tests.registry.forger import SENDERS, Forger, Intent, Sort, key_of, sender_of
from tests.registry.rawproto import bytes_field, canonical, varint_field
from tests.registry.world import (
    ALPHA,
    BETA,
    CAST,
    DUAL,
    GAMMA,
    JADE,
    PAIR,
    STRANGER,
    co_sign,
    first_record,
    high_s_twin,
    sign,
)


def _sound(forger: Forger, intent: Intent) -> bytes:
    return sign(forger.body(intent), key_of(intent))


# ---- maker and checkers ---------------------------------------------------------------------------------------------
def checked(forger: Forger, intent: Intent) -> bytes:
    """Signed by several of the sender's keys, in every order and number."""
    sender = (DUAL, DUAL, ALPHA, PAIR)[intent.sender % 4]
    body = forger.envelope(intent, sender)
    if sender is PAIR:
        body.propose.CopyFrom(forger.wish(intent))
    else:
        body.notarize.record.CopyFrom(first_record(body.sender, body.nonce))
    count = len(sender.keys)
    turned = [sender.keys[(place + intent.key) % count] for place in range(count)]
    return co_sign(body, *turned[: 1 + intent.pick % count])


def ill_checked(forger: Forger, intent: Intent) -> bytes:
    """Signatures that are not those of the approvers that the body names."""
    body = forger.envelope(intent, DUAL)
    body.notarize.record.CopyFrom(first_record(body.sender, body.nonce))
    maker, checker, third = DUAL.keys
    wanted = [[checker], [third, checker], [maker], [third, third], [STRANGER.keys[0]], [], [BETA.keys[0], checker]]
    signing = [[maker, checker], [maker, third, checker], [maker], [maker, third], [checker, maker], [checker]]
    named = wanted[intent.pick % len(wanted)]
    body.approvers.extend(key.public.to_wire() for key in named)
    if intent.pick // 7 % 4 == 0:
        return sign(body, maker, *named)
    return sign(body, *signing[intent.pick // 28 % len(signing)])


def odd_approvers(forger: Forger, intent: Intent) -> bytes:
    """Approvers that are no keys, in bytes that are signed."""
    data = encode(forger.body(intent))
    at = data.index(bytes_field(3, forger.body(intent).nonce)) + 18
    at += len(varint_field(4, forger.body(intent).valid_until))
    odd = (
        bytes_field(5, b""),
        bytes_field(5, canonical((1, 3), (2, bytes(32)))),
        bytes_field(5, canonical((1, 2**63), (2, bytes(32)))),
        bytes_field(5, canonical((1, 1), (2, bytes(31)))),
        varint_field(6, 0),
        varint_field(6, 2**63),
        varint_field(6, 1),
        varint_field(6, 1) + bytes_field(5, b""),
    )
    return sign(data[:at] + odd[intent.pick % len(odd)] + data[at:], key_of(intent))


def held(forger: Forger, intent: Intent) -> bytes:
    """For which an approval is missing, and which may wait for it, until heights at the limits and beyond."""
    sender = DUAL if intent.pick % 4 == 0 else PAIR
    body = forger.envelope(intent, sender)
    if sender is DUAL:
        body.notarize.record.CopyFrom(first_record(body.sender, body.nonce))
    elif intent.pick % 2:
        body.propose.CopyFrom(forger.wish(intent))
    else:
        body.approve.proposal = next(reversed(forger.chain.ballots), bytes(16))
    height = forger.chain.height
    ends = (0, height - 1, height, height + 5, height + 1_000_000, height + 1_000_001, 2**63 - 1, -1)
    body.hold_until = ends[intent.pick // 4 % len(ends)]
    return sign(body, sender.keys[intent.key % 2])


# ---- what nobody here may do ------------------------------------------------------------------------------------------
def _not_for_these(forger: Forger, intent: Intent) -> bytes:
    """Actions of other parties than those of the cast, sound and not: nobody looks so far."""
    body = forger.envelope(intent, (*SENDERS, JADE)[intent.sender % 9])
    order = wire.Order(document=bytes(intent.pick % 2 * 32), authority="法院", reference="x" * (intent.pick % 3))
    actions: tuple[Callable[[], object], ...] = (
        lambda: setattr(body.rename, "name", "Another"),
        body.rename.SetInParent,
        lambda: body.suspend.CopyFrom(wire.Suspend(account=intent.pick % 20, order=order)),
        lambda: body.resume.CopyFrom(wire.Resume(account=2**64 - 1, order=order)),
        body.suspend.SetInParent,
        lambda: setattr(body.withdraw_grant, "grant", bytes(intent.pick % 20)),
        lambda: setattr(body.create_voucher, "voucher", bytes(16)),
    )
    actions[intent.pick % len(actions)]()
    keys = next(each.keys for each in CAST if each.address == body.sender)
    return sign(body, keys[intent.key % len(keys)])


# ---- somebody else's bytes ------------------------------------------------------------------------------------------
def _replayed(forger: Forger, intent: Intent) -> bytes:
    return forger.sent[intent.pick % len(forger.sent)] if forger.sent else _sound(forger, intent)


def _flipped(forger: Forger, intent: Intent) -> bytes:
    raw = bytearray(_sound(forger, intent))
    raw[intent.pick % len(raw)] ^= 1 << intent.pick % 8
    return bytes(raw)


def _cut(forger: Forger, intent: Intent) -> bytes:
    raw = _sound(forger, intent)
    return raw[: intent.pick % len(raw)]


def _longer(forger: Forger, intent: Intent) -> bytes:
    tails = (b"\x00", varint_field(3, 0), varint_field(9, 1), bytes_field(2, b""), bytes(2_048))
    return _sound(forger, intent) + tails[intent.pick % len(tails)]


def _in_the_body(forger: Forger, intent: Intent) -> bytes:
    """A body that says what it should and more, in bytes that are signed."""
    tails = (
        varint_field(5, 1),
        varint_field(6, 1),
        varint_field(4, 7),
        *(bytes_field(number, b"") for number in (1, 16, 17, 18, 19)),
    )
    return sign(encode(forger.body(intent)) + tails[intent.pick % len(tails)], key_of(intent))


# ---- signatures -----------------------------------------------------------------------------------------------------
def _foreign_key(forger: Forger, intent: Intent) -> bytes:
    strangers = [each for each in (*CAST, STRANGER) if each != sender_of(intent)]
    return sign(forger.body(intent), strangers[intent.pick % len(strangers)].keys[0])


def _wrong_signature(forger: Forger, intent: Intent) -> bytes:
    body, key = encode(forger.body(intent)), key_of(intent)
    good = key.sign(signing_digest(body))
    wrong = (
        key.sign(signing_digest(body + b"\x00")),
        key.sign(sha256(body).digest()),
        STRANGER.keys[0].sign(signing_digest(body)),
        bytes(64),
        good[:63],
        high_s_twin(good) if key.public.algorithm == wire.ALGORITHM_P256 else good + b"\x00",
    )
    return encode_transaction(body, [SignatureEntry(key.public, wrong[intent.pick % len(wrong)])])


def _several_signatures(forger: Forger, intent: Intent) -> bytes:
    keys = sender_of(intent).keys
    sets = ((), (keys[0], STRANGER.keys[0]), keys * 2, (*ALPHA.keys,))
    return sign(forger.body(intent), *sets[intent.pick % len(sets)])


# ---- bodies ---------------------------------------------------------------------------------------------------------
def _changed_body(forger: Forger, intent: Intent) -> bytes:
    body = forger.body(intent)
    changes: tuple[Callable[[], object], ...] = (
        lambda: setattr(body, "chain_id", "another"),
        lambda: setattr(body, "sender", STRANGER.address),
        lambda: setattr(body, "sender", body.sender[:19]),
        lambda: setattr(body, "nonce", body.nonce + b"\x00"),
        lambda: setattr(body, "valid_until", -body.valid_until),
        lambda: setattr(body, "valid_until", 2**63 - 1),
        lambda: body.ClearField("notarize"),
        lambda: body.notarize.ClearField("record"),
        lambda: setattr(body, "chain_id", ""),
    )
    changes[intent.pick % len(changes)]()
    return sign(body, key_of(intent))


def _changed_record(forger: Forger, intent: Intent) -> bytes:
    body = forger.body(intent)
    record = body.notarize.record
    nobodys, heads = b"nobody's" * 2, [derive_chain(GAMMA.address, body.nonce), *forger.chain.heads]
    changes: tuple[tuple[str, object], ...] = (
        ("sequence", record.sequence + 1),
        ("sequence", max(record.sequence, 2) - 1),
        ("sequence", 0),
        ("sequence", 2**64 - 1),
        ("previous", sha256(record.previous).digest()),
        ("chain", heads[intent.pick % len(heads)]),
        ("chain", nobodys),
        ("chain", nobodys),
        ("chain", record.chain[:15]),
        ("sha256", b""),
        ("sm3", record.sm3 * 2),
        ("size", 2**63),
        ("subject", "safe\u202egpj.exe"),
        ("subject", "字" * 171),
        ("context_digest", b"short"),
        ("batch_root", bytes(32)),
        ("batch_size", 1),
        ("supersedes", record.sequence - 1),
        ("supersedes", record.sequence),
        ("timestamp", bytes(32)),
        ("timestamp", bytes(31)),
        ("hosting", bytes(32)),
        ("hosting", bytes(33)),
    )
    name, value = changes[intent.pick // 64 % len(changes)]
    setattr(record, name, value)
    if name == "chain" and record.sequence == 1 and intent.pick % 2:
        record.sequence, record.previous = 2, bytes(32)
    return sign(body, key_of(intent))


def batch(forger: Forger, intent: Intent) -> bytes:
    """A record of many files, of as many as there may be, and of more or fewer."""
    body = forger.body(intent)
    sizes = (0, 1, 2, 1_000_000, 1_000_001, 2**64 - 1)
    body.notarize.record.batch_size = sizes[intent.pick % len(sizes)]
    body.notarize.record.batch_root = (bytes(32), bytes(32), bytes(31), b"")[intent.pick // 6 % 4]
    return sign(body, key_of(intent))


def _neighbours_chain(forger: Forger, intent: Intent) -> bytes:
    body = forger.body(intent)
    others = [chain for chain, (owner, _, _) in forger.chain.heads.items() if owner != body.sender]
    if others:
        body.notarize.record.CopyFrom(forger.following(others[intent.pick % len(others)]))
    return sign(body, key_of(intent))


def _hurried(forger: Forger, intent: Intent) -> bytes:
    """At the edges of the validity window."""
    window = forger.chain.rules["validity_window"]
    body = forger.body(intent)
    body.valid_until = max(1, forger.chain.height + (-2, -1, 0, window - 1, window, window + 1)[intent.pick % 6])
    return sign(body, key_of(intent))


FLAWS: tuple[Sort, ...] = (
    *(_sound,) * 10,
    *(_hurried, _replayed, _replayed, _changed_record, _changed_record, _changed_record),
    *(_flipped, _cut, _longer, _in_the_body, _foreign_key, _wrong_signature, _wrong_signature),
    *(_several_signatures, _changed_body, _changed_body, _neighbours_chain, _neighbours_chain, batch),
    *(checked, checked, checked, ill_checked, odd_approvers, held, held, _not_for_these),
    *BALLOTS,
)


def intents(seed: str) -> Iterator[Intent]:
    """Endless intents that follow from the seed, on every interpreter alike."""
    count = 0
    while True:
        numbers = sha256(f"{seed} {count}".encode()).digest()
        count += 1
        big = [int.from_bytes(numbers[at : at + 4], "big") for at in range(0, 28, 4)]
        yield Intent(big[0], big[1], big[2], big[3] % 10, big[4], big[5], big[6])
