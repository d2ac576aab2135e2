"""The light client of a home: its files, its peers, the computer's clock."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from app.core.codec import decode
from app.core.errors import LightClientAttack, StoreDamaged, UsageError
from app.core.hashing import sha256
from app.core.home import Home
from app.core.wire import comet_pb2
from app.node.consensus.genesis import Genesis
from app.node.store.disk import make_directory
from app.node.sync.light import LightClient, LightOptions
from app.node.sync.light_panel import Panel
from app.node.sync.light_provider import RpcLightProvider
from app.node.sync.light_trust import TrustRoot
from app.node.sync.peer import RpcPeer, open_session
from app.wiring.files import write_durably
from app.wiring.system import SystemClock

MAX_TRUSTED_BYTES = 16 * 1024 * 1024
EVIDENCE_SUFFIX = ".evidence"


class TrustedFile:
    """Keeps the newest trusted light block in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> bytes | None:
        """As `TrustedStore.load`."""
        try:
            with self._path.open("rb") as file:
                return file.read(MAX_TRUSTED_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreDamaged(reason=error.strerror, path=str(self._path)) from error

    def save(self, encoded: bytes) -> None:
        """As `TrustedStore.save`."""
        write_durably(self._path, encoded, mode=0o600)


@asynccontextmanager
async def light_client(
    home: Home, root: TrustRoot, peer: str, witnesses: Sequence[str], options: LightOptions
) -> AsyncIterator[LightClient]:
    """A light client whose primary is `peer`. What it trusts follows from `root`, so each root has a folder of its own.

    Raises:
        LightClientAttack: evidence of one was kept here before, and nobody has taken it away.
        UsageError: somebody is named twice, who would be his own witness.
    """
    urls = [url.rstrip("/") for url in (peer, *witnesses)]
    if len(set(urls)) < len(urls):
        raise UsageError(argument="witness", reason="named twice, or the peer itself", got=", ".join(urls))
    folder = light_folder(home, root)
    make_directory(folder)
    check_no_evidence(folder)

    def keep_evidence(encoded: bytes) -> None:
        write_durably(folder / f"{sha256(encoded).hex()[:16]}{EVIDENCE_SUFFIX}", encoded, mode=0o600)

    async with open_session() as session:
        primary, *others = (RpcLightProvider(RpcPeer(url, session)) for url in urls)
        panel = Panel(primary, others)
        yield LightClient(root, panel, TrustedFile(folder / "trusted"), keep_evidence, SystemClock(), options)


def light_folder(home: Home, root: TrustRoot) -> Path:
    """Where the light client with this root of trust keeps what it knows."""
    if isinstance(root, Genesis):
        return home.light / f"genesis-{root.fingerprint.hex()[:16]}"
    return home.light / f"block-{root.height}-{root.hash.hex()[:16]}"


def check_no_evidence(folder: Path) -> None:
    """No evidence of an attack lies here: a client that halted stays so until somebody has looked at it.

    Raises:
        LightClientAttack: some does; `path` says where.
    """
    for path in sorted(folder.glob(f"*{EVIDENCE_SUFFIX}")):
        kept = decode(comet_pb2.EvidenceList, path.read_bytes())
        heights = [
            item.light_client_attack_evidence.conflicting_block.signed_header.header.height for item in kept.evidence
        ]
        raise LightClientAttack(height=max(heights, default=None), path=str(path))
