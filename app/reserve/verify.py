"""Is a reserve proof true? Answered offline, from the file and the reader's own genesis document.

Guarantees: a `Report`, never an exception, whatever the file holds; no network, no clock. VALID: every step has passed, under
a genesis that the reader brought. REFUTED: a step failed. NOT_ENOUGH_TRUST: nothing contradicts the proof as far as it can be
checked, but it cannot be tied to what the reader trusts. The steps are those of docs/formats/reserve.md, in its order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.core.errors import LuopuError
from app.core.reserveerrors import InvalidReserve
from app.core.verification import Facts, Rules, Step, Verdict, verify_steps
from app.node.consensus.genesis import Genesis
from app.reserve import steps
from app.reserve.parts import Parts, decode_parts
from app.reserve.proof import ReserveProof, decode_proof

STEPS: Final = (
    *("format", "user", "tree", "trust-root", "finality", "snapshot"),
    *("custody", "publication", "signature", "coverage"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict with every step. `parts` is what the file says: shown to be true only if the verdict is VALID."""

    verdict: Verdict
    steps: tuple[Step, ...]
    error: LuopuError | None
    parts: Parts | None
    """None when the file could not be understood."""

    @property
    def facts(self) -> dict[str, dict[str, str]]:
        """What the steps found, by step."""
        return {step.name: dict(step.facts) for step in self.steps}


def verify_proof(untrusted_bytes: bytes, trust: Genesis | None, account: str | None = None) -> Report:
    """Verify a file against `trust`; and that it is for `account` (number, or address in hex), where that is given."""
    reading = _Reading(untrusted_bytes, trust, account)
    found = verify_steps(_RULES, reading.take)
    return Report(found.verdict, found.steps, found.error, reading.parts)


class _Reading:
    """One verification: what it is about, and what was understood of it."""

    def __init__(self, untrusted_bytes: bytes, trust: Genesis | None, account: str | None) -> None:
        self._untrusted, self._trust, self._account = untrusted_bytes, trust, account
        self.parts: Parts | None = None
        self._end: steps.TreeEnd | None = None

    def take(self, name: str) -> Facts:
        """Do one step."""
        if self.parts is None:
            self.parts = decode_parts(decode_proof(self._untrusted))
            return ()
        return self._steps(self.parts, self.parts.proof)[name]()

    def _steps(self, parts: Parts, proof: ReserveProof) -> dict[str, Callable[[], Facts]]:
        return {
            "user": lambda: steps.check_user(proof, self._account),
            "tree": lambda: steps.check_tree(proof, self._climbed(proof)),
            "trust-root": lambda: steps.check_trust_root(proof.header, self._trust),
            "finality": lambda: steps.check_finality(parts, self._trust),
            "snapshot": lambda: steps.check_snapshot(parts),
            "custody": lambda: steps.check_custody(parts),
            "publication": lambda: steps.check_publication(parts, self._climbed(proof)),
            "signature": lambda: steps.check_signature(parts),
            "coverage": lambda: steps.check_coverage(parts),
        }

    def _climbed(self, proof: ReserveProof) -> steps.TreeEnd:
        """What the tree comes to; its step is taken before anybody else asks."""
        if self._end is None:
            self._end = steps.climb(proof)
        return self._end


def _strange(error: Exception) -> InvalidReserve:
    return InvalidReserve(check="understanding", got=type(error).__name__)


_RULES: Final = Rules(STEPS, _strange)
