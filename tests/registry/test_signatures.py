"""Whose signature counts: both algorithms, one signature each, no twin of it."""

from itertools import islice

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.bindings import crypto_core_ed25519_scalar_reduce, crypto_scalarmult_ed25519_base_noclamp

from app.core.keys import Algorithm, PublicKey, is_signed_by
from app.core.refusals import BadSignature, Malformed, NotYourKey
from app.core.transaction import (
    SignatureEntry,
    SignedTransaction,
    decode_transaction,
    encode_transaction,
    reread_transaction,
    signing_digest,
)
from app.core.wire import registry_pb2 as wire
from app.registry.law import apply_block
from tests.registry.forger import Forger
from tests.registry.naive import NaiveChain
from tests.registry.traffic import FLAWS, intents
from tests.registry.world import (
    ALPHA,
    BETA,
    CHAIN_ID,
    Chain,
    Key,
    app_state,
    codes,
    ed25519_key,
    high_s_twin,
    make_body,
    member,
    nonce,
    notarize,
    p256_key,
    refusal,
    sign,
)

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
BODY = make_body(ALPHA, nonce(1)).SerializeToString(deterministic=True)
DIGEST = signing_digest(BODY)
SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
"""Every point whose order divides eight, in canonical encoding."""


def entry(key: Key, signature: bytes, body: bytes = BODY) -> bytes:
    """A transaction of Alpha's with this signature."""
    return encode_transaction(body, [SignatureEntry(key.public, signature)])


def refused(raw: bytes) -> None:
    """The signature must not count, and nothing may remain of it."""
    outcome = Chain().preview(raw)
    refusal(outcome.receipts[0], BadSignature)
    assert (dict(outcome.writes), outcome.nonces) == ({}, ())


# ---- what counts ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ALPHA.keys, ids=["ed25519", "p256"])
def test_either_algorithm_signs_for_the_account(key: Key) -> None:
    assert codes(Chain().preview(entry(key, key.sign(DIGEST)))) == [0]


@pytest.mark.parametrize("key", ALPHA.keys, ids=["ed25519", "p256"])
def test_every_bit_of_a_signature_counts(key: Key) -> None:
    good = key.sign(DIGEST)
    for bit in range(0, 512, 7):
        flipped = bytearray(good)
        flipped[bit // 8] ^= 1 << bit % 8
        refused(entry(key, bytes(flipped)))


@pytest.mark.parametrize("length", [0, 1, 63, 65, 72])
@pytest.mark.parametrize("key", ALPHA.keys, ids=["ed25519", "p256"])
def test_a_signature_of_another_length_does_not_count(key: Key, length: int) -> None:
    refused(entry(key, (key.sign(DIGEST) + bytes(8))[:length]))


@pytest.mark.parametrize("key", ALPHA.keys, ids=["ed25519", "p256"])
def test_only_the_digest_with_its_domain_is_signed(key: Key) -> None:
    for other in (BODY, BODY[:32], DIGEST[::-1], signing_digest(BODY + b"\x00"), signing_digest(b"")):
        if key is ALPHA.keys[0] or len(other) == 32:
            refused(entry(key, key.sign(other)))


def test_a_good_signature_of_the_account_s_other_key_does_not_count_for_this_one() -> None:
    refused(entry(ALPHA.keys[0], ALPHA.keys[1].sign(DIGEST)))
    refused(entry(ALPHA.keys[1], ALPHA.keys[0].sign(DIGEST)))


def test_a_good_signature_by_a_key_of_somebody_else_is_not_for_this_account() -> None:
    key = BETA.keys[0]
    refusal(Chain().preview(entry(key, key.sign(DIGEST))).receipts[0], NotYourKey)


# ---- no second signature from a first one -----------------------------------------------------------------------------
def test_the_high_twin_of_a_p256_signature_does_not_count() -> None:
    key = ALPHA.keys[1]
    good = key.sign(DIGEST)
    twin = high_s_twin(good)
    assert int.from_bytes(twin[32:], "big") > int.from_bytes(good[32:], "big")
    refused(entry(key, twin))


def test_r_and_s_of_zero_do_not_count() -> None:
    good = ALPHA.keys[1].sign(DIGEST)
    for signature in (bytes(64), good[:32] + bytes(32), bytes(32) + good[32:]):
        refused(entry(ALPHA.keys[1], signature))


def test_an_ed25519_signature_with_the_order_added_to_s_does_not_count() -> None:
    good = ALPHA.keys[0].sign(DIGEST)
    s = int.from_bytes(good[32:], "little")
    for multiple in range(1, 9):
        refused(entry(ALPHA.keys[0], good[:32] + (s + multiple * ED25519_ORDER).to_bytes(32, "little")))


def test_a_key_written_uncompressed_is_malformed() -> None:
    raw = wire.Transaction.FromString(notarize(BETA, 1))
    point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), BETA.keys[0].public.data)
    raw.signatures[0].key.data = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    refusal(Chain().preview(raw.SerializeToString(deterministic=True)).receipts[0], Malformed)


def test_the_other_point_with_the_same_x_is_another_key() -> None:
    raw = wire.Transaction.FromString(notarize(BETA, 1))
    data = raw.signatures[0].key.data
    raw.signatures[0].key.data = bytes([data[0] ^ 1]) + data[1:]
    refusal(Chain().preview(raw.SerializeToString(deterministic=True)).receipts[0], NotYourKey)


# ---- keys that sign anything ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("point", SMALL_ORDER)
def test_a_key_of_small_order_signs_nothing_even_if_a_genesis_lists_it(point: str) -> None:
    weak = Key(PublicKey(Algorithm.ED25519, bytes.fromhex(point)), lambda digest: forged(point, digest))
    owner = member(1, "Weak", weak)
    signature = forged(point, DIGEST)
    for raw in (sign(make_body(owner, nonce(name)), weak) for name in range(16)):
        refusal(Chain((owner,)).preview(raw).receipts[0], BadSignature)
    assert not is_signed_by(weak.public, DIGEST, signature)


def forged(point: str, digest: bytes) -> bytes:
    """R = sB, s: valid for a key of order one, and for one of order n in one of n messages, wherever nobody checks."""
    s = crypto_core_ed25519_scalar_reduce(digest + bytes(range(32)))
    return crypto_scalarmult_ed25519_base_noclamp(s) + s


def test_that_forgery_is_no_straw_man() -> None:
    """OpenSSL accepts it for the point of order one."""
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(SMALL_ORDER[1])).verify(forged(SMALL_ORDER[1], DIGEST), DIGEST)


def test_a_signature_whose_r_is_of_small_order_does_not_count() -> None:
    for point in SMALL_ORDER:
        refused(entry(ALPHA.keys[0], bytes.fromhex(point) + bytes(32)))


# ---- who checks -----------------------------------------------------------------------------------------------------
def test_the_law_asks_the_given_check_for_exactly_key_digest_and_signature() -> None:
    asked: list[tuple[PublicKey, bytes, bytes]] = []

    def is_signed(key: PublicKey, digest: bytes, signature: bytes) -> bool:
        asked.append((key, digest, signature))
        return is_signed_by(key, digest, signature)

    chain = Chain()
    raw = notarize(ALPHA, 1)
    apply_block(chain.values, chain, [raw, raw], chain.environment(), is_signed)
    known = decode_transaction(raw)
    assert asked == [(ALPHA.keys[0].public, known.digest, known.signatures[0].signature)]  # the replay was not checked


def test_what_was_verified_before_is_decided_alike_and_not_verified_again() -> None:
    chain, naive, source = Chain(), NaiveChain(CHAIN_ID, app_state()), intents("verified before")
    forger, verified, skipped = Forger(naive, []), set[bytes](), 0
    for _ in range(10):
        environment = chain.environment(7)
        naive.open_block(environment.height, environment.time_ns)
        raws = [forger.forge(wish, FLAWS) for wish in islice(source, 20)]
        verified.update(raw for raw in raws if is_authentic(raw))
        asked: list[bytes] = []

        def is_signed(key: PublicKey, digest: bytes, signature: bytes, asked: list[bytes] = asked) -> bool:
            asked.append(signature)
            return is_signed_by(key, digest, signature)

        plain = apply_block(chain.values, chain, raws, environment)
        quick = apply_block(chain.values, chain, raws, environment, is_signed, Remembered(verified))
        assert [(each.code, each.points, str(each.refusal)) for each in quick.receipts] == [
            (each.code, each.points, str(each.refusal)) for each in plain.receipts
        ]
        assert (quick.writes, quick.entries, quick.nonces) == (plain.writes, plain.entries, plain.nonces)
        skipped += plain.nonces != () and not {raw[-64:] for raw in raws if raw in verified} & set(asked)
        chain.block(*raws, seconds=7)
        for raw in raws:
            naive.apply(raw)
    assert skipped == 10


class Remembered:
    """A memory of the transactions given, and of no other."""

    def __init__(self, transactions: set[bytes]) -> None:
        self._transactions = transactions

    def recall(self, raw: bytes) -> SignedTransaction | None:
        return reread_transaction(raw) if raw in self._transactions else None

    def note(self, transaction: SignedTransaction) -> None:
        assert transaction.raw not in self._transactions


def is_authentic(raw: bytes) -> bool:
    """Whether it decodes, and every signature verifies."""
    try:
        known = decode_transaction(raw)
    except Malformed:
        return False
    return all(is_signed_by(entry.key, known.digest, entry.signature) for entry in known.signatures)


def test_keys_that_follow_from_names_are_what_the_law_knows_them_as() -> None:
    for key in (ed25519_key("a"), p256_key("a")):
        assert PublicKey.decode(key.public.encode()) == key.public
        assert is_signed_by(key.public, DIGEST, key.sign(DIGEST))
