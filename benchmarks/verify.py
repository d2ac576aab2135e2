"""What it costs a stranger to verify a bundle beyond hashing the original.

A bundle of a four-validator chain with a 1 MiB original is verified again and again in one process; hashing the same
original with both digests, alone, takes turns with it. The difference of the medians is the verification itself:
container, proof, commit, state proofs, signature. `ratio` is the goal of 10 ms over that difference: 1 or more reaches
it. The ceiling in the same run is the bare cryptography that no verifier can leave out: five signatures.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from nacl.bindings import crypto_sign_open
from nacl.signing import SigningKey

from app.core.codec import encode
from app.core.hashing import sha256, sm3
from app.core.record import context_digest, derive_chain, record_digest
from app.core.transaction import SignatureEntry, encode_transaction, signing_digest
from app.core.units import Hash32
from app.core.verification import Verdict
from app.core.wire import registry_pb2 as wire
from app.evidence.bundle import make_bundle
from app.evidence.context import Capture, make_context
from app.evidence.proof import EvidenceProof, FileReference, TransactionProof
from app.evidence.verify import verify_bundle
from app.node.consensus.ed25519 import is_validator_signature
from app.node.service import NodeService
from app.node.sync.peer import open_session
from app.node.sync.peers import PeerBook
from benchmarks.chains import CHAIN_ID, Chain, make_blocks, make_chain

GOAL_SECONDS = 0.010
ORIGINAL_BYTES = 1 << 20
SIGNATURES = 5  # four validators and the clerk


def run(arguments: list[str]) -> int:
    """Measure, print a table, and last `verify ratio=…`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks verify", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="luopu-benchmark-") as folder:
        chain = make_chain(Path(folder) / "chain")
        original = Path(folder) / "original.bin"
        content = b"\x5a" * ORIGINAL_BYTES
        original.write_bytes(content)
        bundle = Path(folder) / "bundle.asice"
        make_bundle(asyncio.run(_prove(chain, original, content)), original, bundle)

        def verify() -> None:
            is_validator_signature.cache_clear()  # a stranger has seen none of them before
            report = verify_bundle(bundle, chain.engine.genesis)
            assert report.verdict is Verdict.VALID, report.error

        whole, hashing, bare = alternate([verify, lambda: _hash(content), _bare_signatures], options.rounds)
        chain.store.close()
    overhead = whole - hashing
    print(f"verify a bundle with a 1 MiB original   {1000 * whole:8.2f} ms (median)")
    print(f"hash the original, both digests         {1000 * hashing:8.2f} ms")
    print(f"verification itself                     {1000 * overhead:8.2f} ms, goal 10 ms")
    print(f"bare signatures ({SIGNATURES})                     {1000 * bare:8.2f} ms")
    print(
        f"verify ratio={GOAL_SECONDS / overhead:.2f} overhead_ms={1000 * overhead:.2f} "
        f"bare_signatures_ms={1000 * bare:.2f} share={bare / overhead:.3f}"
    )
    return 0


def alternate(works: list[Callable[[], object]], rounds: int) -> list[float]:
    """Median seconds of each, taking turns."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, taken in zip(works, times, strict=True):
            began = time.perf_counter()
            work()
            taken.append(time.perf_counter() - began)
    return [statistics.median(taken) for taken in times]


async def _prove(chain: Chain, original: Path, content: bytes) -> EvidenceProof:
    """Notarize the original in a chain with some history, and collect its proof from a node's service."""
    make_blocks(chain, 20, 50)
    context = make_context(bytes(16), original.name, ORIGINAL_BYTES, Capture("clerk", "machine", "system", "luopu", 0))
    raw, digest = _transaction(chain, content, context)
    chain.engine.admit(raw)
    make_blocks(chain, 2, 50)
    async with open_session() as session:
        book = PeerBook([], CHAIN_ID, session)
        service = NodeService(chain.store, chain.engine.genesis, chain.genesis, book)
        material = service.prove(digest)
    return EvidenceProof(
        chain_id=CHAIN_ID,
        genesis_fingerprint=chain.engine.genesis.fingerprint,
        transaction=material.transaction,
        transaction_proof=TransactionProof.from_wire(material.transaction_proof),
        block_header=encode(material.header),
        anchor=encode(material.anchor),
        light_blocks=(),
        log_entry=material.entry,
        log_index=material.entry_proof.index,
        log_size=material.entry_proof.roots.log_size,
        log_path=tuple(material.entry_proof.path),
        log_root=material.entry_proof.roots.log_root,
        map_root=material.entry_proof.roots.map_root,
        account_proof=material.account_proof.commitment,
        segment=material.segment,
        file=FileReference(original.name, detached=False),
        context=context,
    )


def _transaction(chain: Chain, content: bytes, context: bytes) -> tuple[bytes, Hash32]:
    partner, nonce = chain.partners[0], chain.randomness.random_bytes(16)
    record = wire.EvidenceRecord(
        chain=derive_chain(partner.address, nonce),
        sequence=1,
        sha256=sha256(content),
        sm3=sm3(content),
        size=len(content),
        subject="benchmark",
        context_digest=context_digest(context),
    )
    body = encode(
        wire.Body(
            chain_id=CHAIN_ID,
            sender=partner.address,
            nonce=nonce,
            valid_until=chain.store.tip.height + 500,
            notarize=wire.Notarize(record=record),
        )
    )
    signature = SignatureEntry(partner.public_key, partner.key.sign(signing_digest(body)).signature)
    return encode_transaction(body, [signature]), record_digest(encode(record))


def _hash(content: bytes) -> None:
    sha256(content)
    sm3(content)


_KEY = SigningKey(bytes(32))
_SIGNED, _PUBLIC = bytes(_KEY.sign(bytes(110))), bytes(_KEY.verify_key)


def _bare_signatures() -> None:
    for _ in range(SIGNATURES):
        crypto_sign_open(_SIGNED, _PUBLIC)
