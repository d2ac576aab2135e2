"""What must be true of a proof, step by step, for its record to stand where and when it says, made by whom it says.

Guarantees: pure. A step that returns has shown exactly what its sentence says, given that the steps before it hold; what
it found comes back as (name, value) facts to be shown. A step that fails raises the error of the rule that was broken, or
`NotEnoughTrust` where nothing is wrong but something is missing. The original file is left to `app.evidence.verify`.
"""

from collections.abc import Sequence
from typing import Final

from app.core.errors import BadSignature, InvalidBundle, InvalidProof, NotEnoughTrust
from app.core.keys import is_signed_by
from app.core.record import context_digest, derive_chain, record_digest
from app.core.stateproof import check_entry, proven_value
from app.core.units import NANOSECONDS_PER_SECOND, Height, Nanoseconds
from app.core.wire import comet_pb2
from app.core.wire import registry_pb2 as wire
from app.evidence.parts import Parts
from app.evidence.proof import account_key
from app.node.consensus.genesis import Genesis
from app.node.consensus.hashes import is_transaction_included
from app.node.consensus.predicates import (
    check_commit_signatures,
    check_header_basics,
    check_header_hash,
    check_height,
)
from app.node.consensus.time import LAST_SECOND, from_timestamp
from app.node.consensus.verifier import Outcome, TrustedBlock, verify_chain
from app.core.merkle import leaf_hash
from app.core.hashing import sha256

Facts = tuple[tuple[str, str], ...]

NO_CLOCK: Final = Nanoseconds(LAST_SECOND * NANOSECONDS_PER_SECOND)
"""Evidence is read years later and on machines whose clocks are wrong: the local clock has no say. The latest moment that
can be written keeps the rule against blocks from the future quiet; a majority of the validators vouches for block time."""
