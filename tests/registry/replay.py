"""Replays recorded chains in a process of its own and prints a digest for each block. Needs the law and nothing else.

    python -m tests.registry.replay recording.json

The digest covers everything a block changes, in the order in which it was given, and every word of the receipts.
"""

import json
import locale
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.core.keys import PublicKey, is_signed_by
from app.core.units import Height
from app.registry.context import Environment
from app.registry.genesis import initial_state
from app.registry.law import BlockOutcome, apply_block
from tests.registry.model.dice import is_signed


def is_signed_cheaply(key: PublicKey, digest: bytes, signature: bytes) -> bool:
    """Whether it is a signature of the model's sort, which costs nothing to make."""
    return is_signed((int(key.algorithm), key.data), digest, signature)


CHECKS = {"real": is_signed_by, "cheap": is_signed_cheaply}


class Nonces(dict[tuple[bytes, bytes], int]):
    """Nonces of the window."""

    def has_used(self, sender: bytes, nonce: bytes) -> bool:
        """The law's question."""
        return (sender, nonce) in self


def digest_of(outcome: BlockOutcome) -> str:
    """SHA-256 of all that a block did."""
    receipts = [
        (receipt.code, receipt.points, receipt.data.hex(), str(receipt.refusal), receipt.log_offset, receipt.events)
        for receipt in outcome.receipts
    ]
    writes = [(key.hex(), None if value is None else value.hex()) for key, value in outcome.writes.items()]
    entries = [entry.hex() for entry in outcome.entries]
    nonces = [(used.sender.hex(), used.nonce.hex(), used.valid_until) for used in outcome.nonces]
    changes = [(change.key.hex(), change.power) for change in outcome.seat_changes]
    facts = (receipts, writes, entries, nonces, outcome.nonce_block.hex(), changes)
    return sha256(ascii(facts).encode()).hexdigest()


def replay(recording: Mapping[str, Any]) -> list[str]:
    """The digest of the first state, then of each block."""
    chain_id = recording["chain_id"]
    values = initial_state(chain_id, recording["app_state"])
    nonces = Nonces()
    digests = [sha256(ascii(list(values.items())).encode()).hexdigest()]
    for height, block in enumerate(recording["blocks"], 1):
        transactions = [bytes.fromhex(raw) for raw in block["transactions"]]
        environment = Environment(chain_id, Height(height), block["time_ns"])
        outcome = apply_block(values, nonces, transactions, environment, CHECKS[recording["signatures"]])
        for key, value in outcome.writes.items():
            if value is None:
                values.pop(key, None)
            else:
                values[key] = value
        nonces.update({(used.sender, used.nonce): used.valid_until for used in outcome.nonces})
        digests.append(digest_of(outcome))
    return digests


if __name__ == "__main__":
    locale.setlocale(locale.LC_ALL, "")
    recordings = json.loads(Path(sys.argv[1]).read_bytes())
    json.dump([digest for recording in recordings for digest in replay(recording)], sys.stdout)
