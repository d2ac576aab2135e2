"""A home with everything that a backup keeps and much that it does not, and archives that nobody should restore."""

import io
import tarfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from app.core.home import Home
from app.wallet.archive import FORMAT, MANIFEST
from app.wallet.backup import save_backup
from app.wallet.keystore import Cost
from app.wallet.outbox import Outbox
from app.wallet.sealed_stream import SealedWriter
from tests.wallet.conftest import CountedRandomness, StepClock, build_draft
from tests.wallet.test_passphrases import make_home

SECRET = "the backup's passphrase"
MADE = 1_700_000_000_000_000_000
KEPT = {
    "genesis.json": b'{"chain_id": "luopu-1"}',
    "node/peers.json": b'["https://node1.example"]',
    "custodian/schedule.json": b"{}",
    "wallet/modules.json": b"{}",
    "wallet/key.json": b"{}",
    "wallet/contexts/00ff": b"context",
    f"wallet/batches/{'ab' * 32}.json": b"[]",
    f"wallet/materials/{'很长的名字' * 12}": bytes(range(256)) * 9_000,
    "wallet/materials/empty": b"",
    f"reserves/{'0a' * 8}/snapshot.json": b"{}",
    f"reserves/{'0a' * 8}/owed.sealed": bytes(range(256)) * 5_000,
}
LEFT_OUT = (
    *("wallet/.passphrases.lock", "wallet/.keystore-a1b2", "wallet/modules.json.new", "wallet/vault.db-journal"),
    *("reserves/.lock", f"reserves/.{'0b' * 8}-{'0c' * 8}/owed.sealed", f"reserves/{'0a' * 8}/.published.json-x"),
    *("wallet/.hidden/file", "node/endpoint.json", "node/chain/000001.ldb", "signer/key", "logs/node.log"),
    *("custodian/endpoint.json", "custodian/runs.json", "custodian/uploads/00/list.csv"),
)


def full_home(root: Path, cost: Cost) -> Home:
    """A home with a person in its vault and a draft in its outbox."""
    home = make_home(root, cost)
    with closing(Outbox.open(home.outbox, StepClock())) as outbox:
        outbox.save_draft(build_draft(1), path=Path("/papers/contract"), context=b"{}")
    for name, content in {**KEPT, **dict.fromkeys(LEFT_OUT, b"")}.items():
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return home


def save(home: Home, target: Path, cost: Cost, passphrase: str = SECRET) -> Path:
    """Make a backup, at the moment `MADE`."""
    save_backup(home, target, passphrase, clock=StepClock(MADE - 1), randomness=CountedRandomness(), cost=cost)
    return target


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder but locks, and what is in it."""
    found = (path for path in root.rglob("*") if path.is_file() and not path.name.endswith(".lock"))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def assert_untouched(fresh: Home) -> None:
    """Nothing came into a home."""
    assert tree(fresh.root) == {}
    assert {path.name for path in fresh.root.iterdir()} <= {".restore.lock"}


# ---- archives that somebody made -------------------------------------------------------------------------------------
Member = tuple[tarfile.TarInfo, bytes]


def member(name: str, content: bytes = b"content", **more: object) -> Member:
    """A file of an archive; anything of its header may be another."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in more.items():
        setattr(info, field, value)
    return info, content


def manifest(text: str = f'{{"format": "{FORMAT}", "made_ns": "{MADE}"}}') -> Member:
    """The first file of an archive."""
    return member(MANIFEST, text.encode())


def seal(path: Path, content: bytes, cost: Cost, passphrase: str = SECRET) -> Path:
    """Any bytes as the content of a backup."""
    with path.open("wb") as file:
        writer = SealedWriter(file, passphrase, cost, CountedRandomness())
        writer.write(content)
        writer.finish()
    return path


def archive(members: Sequence[Member], format_: int = tarfile.GNU_FORMAT) -> bytes:
    """An archive with these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format_) as made:
        for info, content in members:
            made.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return buffer.getvalue()


@pytest.fixture
def home(tmp_path: Path, cheap: Cost) -> Home:
    """A home with something of everything."""
    return full_home(tmp_path / "home", cheap)


@pytest.fixture
def fresh(tmp_path: Path) -> Home:
    """A home that has nothing yet."""
    return Home(tmp_path / "fresh")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a backup goes."""
    return tmp_path / "2026.luopu-backup"
