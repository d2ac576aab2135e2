"""One tree of errors. Each carries facts, never prose; `app.core.messages` turns a code and its facts into a sentence.

Guarantees: `str(error)` is one English line in lower case without full stop; `app.core.messages.explain` gives the
sentence and the hint in Chinese or English. Whoever raises names what was `expected` and what it `got` where it helps.
"""

from typing import ClassVar

Fact = str | int | None


class LuopuError(Exception):
    """Anything that this program refuses or cannot do, with a stable code and the facts of the case."""

    code: ClassVar[str] = "error"

    def __init__(self, /, **facts: Fact) -> None:
        super().__init__(facts)
        self.facts: dict[str, Fact] = facts

    def __str__(self) -> str:
        facts = ", ".join(
            f"{name.replace('_', ' ')} {value}" for name, value in self.facts.items() if value is not None
        )
        return f"{self.code.replace('-', ' ')}: {facts}" if facts else self.code.replace("-", " ")

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.facts))


def _rebuild(kind: type[LuopuError], facts: dict[str, Fact]) -> LuopuError:
    return kind(**facts)


# ---- decoding ------------------------------------------------------------------------------------------------------
class DecodingError(LuopuError):
    """Bytes that are not what they claim to be."""

    code = "not-decodable"


class NotCanonical(DecodingError):
    """Bytes that decode, but are not the one encoding of what they say."""

    code = "not-canonical"


class OutOfRange(DecodingError):
    """A number or length outside what the format allows."""

    code = "out-of-range"


# ---- keys ----------------------------------------------------------------------------------------------------------
class BadKey(DecodingError):
    """A public key that is malformed or of an unknown algorithm."""

    code = "bad-key"


# ---- genesis -------------------------------------------------------------------------------------------------------
class BadGenesis(LuopuError):
    """A genesis document that cannot start a chain."""

    code = "bad-genesis"


class UpgradeNeeded(LuopuError):
    """The bookkeepers decided on a version of the law that this program does not know; from its height on it cannot go on."""

    code = "upgrade-needed"


# ---- proof: why a block or commit is not accepted --------------------------------------------------------------------
class InvalidBlock(LuopuError):
    """A block, header or commit that contradicts the rules or itself. `check` names the rule."""

    code = "invalid-block"


class NotEnoughPower(InvalidBlock):
    """Valid signatures for no more than two thirds of the voting power (or less than the trust level)."""

    code = "not-enough-voting-power"


class InvalidProof(LuopuError):
    """A Merkle proof that does not show what it claims to. `check` names the rule."""

    code = "invalid-proof"


class AppHashDiffers(LuopuError):
    """The chain's state root is not the one that this node computed."""

    code = "app-hash-differs"


class ForkDetected(LuopuError):
    """Two valid commits for different blocks at one height."""

    code = "fork-detected"


class LightClientAttack(ForkDetected):
    """Two peers showed two blocks, each validly signed from what is trusted. `validators` signed both."""

    code = "light-client-attack"


class TrustExpired(LuopuError):
    """What is trusted is older than the trusting period, so that it can vouch for nothing new."""

    code = "trust-expired"


# ---- store ---------------------------------------------------------------------------------------------------------
class StoreError(LuopuError):
    """The database cannot be used."""

    code = "store"


class StoreInUse(StoreError):
    """Another process holds this data folder."""

    code = "store-in-use"


class StoreDamaged(StoreError):
    """The database is corrupted, or lacks what was once acknowledged."""

    code = "store-damaged"


class StoreFailed(StoreError):
    """A write failed (disk full, read-only, IO error); the handle is closed and nothing more is written."""

    code = "store-write-failed"


class StoreTooNew(StoreError):
    """Written by a newer program."""

    code = "store-too-new"


class SnapshotInvalid(LuopuError):
    """A snapshot that does not hold the state it claims to hold. `check` names the rule; nothing of it was kept."""

    code = "snapshot-invalid"


class ChunkDamaged(SnapshotInvalid):
    """A part that is not the one the snapshot lists. It was not used; the right one may still be had from another peer."""

    code = "snapshot-part-damaged"


# ---- files and bundles ---------------------------------------------------------------------------------------------
class FileChanged(LuopuError):
    """The file changed while it was read."""

    code = "file-changed"


class FileUnreadable(LuopuError):
    """The file cannot be read."""

    code = "file-unreadable"


class Stopped(LuopuError):
    """The work was given up because somebody asked for it."""

    code = "stopped"


class InvalidBundle(LuopuError):
    """Not an evidence bundle, or one that is broken or built to mislead."""

    code = "invalid-bundle"


class NotEnoughTrust(LuopuError):
    """Nothing contradicts the bundle, but `reason` says what is missing to tie it to what the verifier trusts."""

    code = "not-enough-trust"


class FileUnwritable(LuopuError):
    """A file could not be written; what stood there before still does."""

    code = "file-unwritable"


class PictureUnreadable(DecodingError):
    """A picture in which there is not exactly one QR code that can be read."""

    code = "picture-unreadable"


class RequestTooLarge(LuopuError):
    """A request that does not fit into one QR code."""

    code = "request-too-large"


# ---- talking to a node ----------------------------------------------------------------------------------------------
class NodeError(LuopuError):
    """The node could not do it."""

    code = "node"


class NodeUnreachable(NodeError):
    """No answer from the node."""

    code = "node-unreachable"


class NotFound(NodeError):
    """The node has no such thing."""

    code = "not-found"


class Pruned(NotFound):
    """The node has forgotten it, or began with a snapshot after it. `oldest` is the lowest height it still has."""

    code = "pruned"


class NotYetProvable(NodeError):
    """The block after the record's is not final yet; its header carries the state root that proves the record."""

    code = "not-yet-provable"


class PeerMisbehaved(NodeError):
    """A peer sent something that cannot be."""

    code = "peer-misbehaved"


class PeerBeginsLater(NodeError):
    """A peer has forgotten the block that comes next here; `lowest` is the first that it has."""

    code = "peer-begins-later"


class NoPeer(NodeError):
    """No peer answers."""

    code = "no-peer"


class NoWitness(NodeError):
    """No witness confirmed the block that the primary showed."""

    code = "no-witness"


class MempoolFull(NodeError):
    """The node holds as many waiting transactions as it may."""

    code = "mempool-full"


class NodeHalted(NodeError):
    """The node stopped serving because what it follows contradicts itself."""

    code = "node-halted"


class ConsensusMismatch(NodeError):
    """CometBFT and its application do not stand at the same block."""

    code = "consensus-mismatch"


# ---- the program itself ----------------------------------------------------------------------------------------------
class UsageError(LuopuError):
    """The command was given something it cannot use."""

    code = "usage"


class ProcessFailed(LuopuError):
    """A process of this program did not start or stopped by itself."""

    code = "process-failed"


# ---- validators of companies -----------------------------------------------------------------------------------------
class FolderExists(LuopuError):
    """There is something of that name already; folders with keys are never written over."""

    code = "folder-exists"


class BadCompany(DecodingError):
    """A company's public file that is malformed, or says the same as another's."""

    code = "bad-company"


class CometMissing(LuopuError):
    """CometBFT is not installed, or does not run."""

    code = "cometbft-missing"


class CometVersionDiffers(LuopuError):
    """Another version of CometBFT than this program knows."""

    code = "cometbft-version"


# ---- the signer of a validator ---------------------------------------------------------------------------------------
class NotSigned(LuopuError):
    """A vote or proposal that the validator's key does not sign, most of all a second one in the place of a first."""

    code = "not-signed"


class ValidatorKeyUnusable(LuopuError):
    """The file with the validator's key is missing, is not one, or is open to others."""

    code = "validator-key-unusable"


class SignStateMissing(LuopuError):
    """There is no record of what a validator's key signed last; it is never taken to be nothing."""

    code = "sign-state-missing"


class SignStateUnusable(LuopuError):
    """The record of what a validator's key signed last was damaged, or is another key's or chain's."""

    code = "sign-state-unusable"
