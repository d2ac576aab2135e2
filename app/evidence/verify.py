"""Is an evidence bundle true? Answered offline, from the bundle, the verifier's own genesis, and perhaps the original.

Guarantees: a `Report`, never an exception, whatever the bundle holds. VALID: every step has passed, under a genesis that the
verifier brought. REFUTED: a step failed. NOT_ENOUGH_TRUST: nothing contradicts the bundle as far as it can be checked, but
it cannot be tied to what the verifier trusts, or the original is not at hand. No network, no clock; files are only read.

The steps, each a function named after it here or in `app.evidence.steps`:

 1. container    the file is a sound ZIP file that can be read in one way only, and says that it is an evidence bundle
 2. format       the proof and all its parts are in their one form; the copies for people say what the proof says
 3. trust-root   the proof belongs to the genesis that the verifier brought
 4. finality     more than two thirds of the voting power, following from that genesis, signed the anchor, block H+1
 5. block        the header of H is the one that the anchor names as the block before it
 6. transaction  the transaction stands in block H, and is the one of the log entry
 7. signature    its signatures are good; sender and signers are those of the log entry
 8. account      under the anchor's state root the account has these keys, or lost them in H, and this legal agreement
 9. record       under the anchor's state root the log has the entry, with this record, height and time
10. context      the context is the one that the record commits to
11. file         the original has both digests and the size of the record
12. chain        the records before this one link up, from the first, without a gap

A step that fails ends the verification. Where trust is missing (3, 4) the rest is still searched for contradictions, but
not shown as passed, because nothing says that its anchor is a block of the chain at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.core.errors import FileChanged, FileUnreadable, InvalidBundle, LuopuError, NotEnoughTrust
from app.core.record import FileDigests
from app.core.units import Hash32
from app.core.verification import Facts, Rules, Step, Verdict, verify_steps
from app.evidence import steps
from app.evidence.bundle import check_entries, check_type, digest_original, read_parts
from app.evidence.container import Container, open_file, read_container
from app.evidence.files import digest_file
from app.evidence.parts import Parts
from app.node.consensus.genesis import Genesis

STEPS = (
    *("container", "format", "trust-root", "finality", "block", "transaction"),
    *("signature", "account", "record", "context", "file", "chain"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict with every step. `parts` is what the bundle says: shown to be true only if the verdict is VALID."""

    verdict: Verdict
    steps: tuple[Step, ...]
    error: LuopuError | None
    parts: Parts | None
    """None when the bundle could not be understood."""


def verify_bundle(bundle: Path, trust: Genesis | None, file: Path | None = None) -> Report:
    """Verify the bundle against `trust`, and `file`, where given, against the record too.

    Raises:
        FileUnreadable: the bundle or `file` cannot be read.
        FileChanged: `file` changed while it was read.
    """
    with open_file(bundle) as untrusted_bundle:
        return _Verification(untrusted_bundle, trust, file).report()


class _Verification:
    """One verification: what it is about, and what has been found so far."""

    def __init__(self, untrusted_bundle: IO[bytes], trust: Genesis | None, file: Path | None) -> None:
        self._bundle = untrusted_bundle
        self._trust = trust
        self._file = file
        self._container: Container
        self._parts: Parts | None = None

    def report(self) -> Report:
        """Take the steps in order, to the first that fails."""
        found = verify_steps(_RULES, self._do)
        return Report(found.verdict, found.steps, found.error, self._parts)

    def _do(self, name: str) -> Facts:
        if name == "container":
            return self._check_container()
        if self._parts is None:
            return self._check_format()
        return self._steps_of(self._parts)[name]()

    def _steps_of(self, parts: Parts) -> dict[str, Callable[[], Facts]]:
        return {
            "trust-root": lambda: steps.check_trust_root(parts, self._trust),
            "finality": lambda: steps.check_finality(parts, self._trust),
            "block": lambda: steps.check_block(parts),
            "transaction": lambda: steps.check_transaction(parts),
            "signature": lambda: steps.check_signature(parts),
            "account": lambda: steps.check_account(parts),
            "record": lambda: steps.check_record(parts),
            "context": lambda: steps.check_context(parts),
            "file": lambda: self._check_file(parts),
            "chain": lambda: steps.check_chain(parts),
        }

    def _check_container(self) -> Facts:
        self._container = read_container(self._bundle)
        check_type(self._container)
        return (("entries", str(len(self._container.entries))),)

    def _check_format(self) -> Facts:
        parts = read_parts(self._container)
        check_entries(self._container, parts)
        self._parts = parts
        return (("chain", parts.proof.chain_id), ("height", str(parts.header.height)))

    def _check_file(self, parts: Parts) -> Facts:
        """The original inside, and the file given, both have the digests and the size of the record."""
        record = parts.record
        expected = FileDigests(Hash32(record.sha256), Hash32(record.sm3), record.size)
        inside = digest_original(self._container, parts)
        given = None if self._file is None else digest_file(self._file)
        if inside is None and given is None:
            raise NotEnoughTrust(reason="the original is needed: it is not in the bundle, and was not given")
        for place, found in (("in the bundle", inside), ("given", given)):
            if found is not None:
                _check_digests(place, found, expected)
        return (("sha256", record.sha256.hex()), ("sm3", record.sm3.hex()), ("bytes", str(record.size)))


def _check_digests(place: str, found: FileDigests, expected: FileDigests) -> None:
    facts = (
        ("size", str(found.size), str(expected.size)),
        ("SHA-256", found.sha256.hex(), expected.sha256.hex()),
        ("SM3", found.sm3.hex(), expected.sm3.hex()),
    )
    for what, got, wanted in facts:
        if got != wanted:
            raise InvalidBundle(reason=f"{what} of the file {place}", expected=wanted, got=got)


def _strange(error: Exception) -> InvalidBundle:
    return InvalidBundle(reason=f"it cannot be understood ({type(error).__name__})")


_RULES = Rules(STEPS, _strange, beside_trust=frozenset({"file"}), raised=(FileUnreadable, FileChanged))
