"""White paper 4.1.2 政企公示: many notices under one record, each checkable alone; a correction that hides nothing.

The service has a node's address in its home and types the commands, as a program of its own would.
"""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.core.hashing import sha256
from app.core.home import Home
from app.core.merkle import inclusion_path, is_included, leaf_hash
from app.core.verification import Verdict
from app.wiring.files import write_durably
from tests.scenarios.command import Answer, luopu
from tests.scenarios.town import ALPHA, PASSPHRASE, Town, home_of
from tests.scenarios.uses.stranger import OwnNode, judged

pytestmark = pytest.mark.asyncio(loop_scope="module")

COUNT = 37


@dataclass(frozen=True)
class Service:
    """The notice service at its keyboard."""

    home: Home

    async def type(self, *words: str | Path) -> Answer:
        """Type a command."""
        return await asyncio.to_thread(luopu, *words, "--home", self.home.root, "--language", "en")

    async def notarize(self, *words: str | Path) -> Answer:
        """Type `luopu notarize` and wait for the outcome."""
        passphrase = self.home.root / "passphrase"
        return await self.type("notarize", *words, "--wait", "--passphrase-file", passphrase)

    async def record(self, *words: str | Path) -> dict[str, object]:
        """The same; what became of the one record, which must be final."""
        answer = await self.notarize(*words)
        assert answer.status == 0, answer.words
        (record,) = answer.document["records"]
        return dict(record)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(town: Town) -> Service:
    root = town.genesis.parent.parent
    home, node = home_of(root, ALPHA), home_of(root, "node")
    home.node.mkdir()
    write_durably(home.node_endpoint, node.node_endpoint.read_bytes(), mode=0o600)
    write_durably(home.root / "passphrase", PASSPHRASE.encode(), mode=0o600)
    return Service(home)


@dataclass(frozen=True)
class Published:
    """A day's notices, the list of them that is the record's file, the record, and its bundle."""

    notices: tuple[bytes, ...]
    listed: Path
    digest: bytes
    height: int
    bundle: Path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def published(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("notices")
    notices = tuple(f"公示 {number:04} 号：中标单位 {number}".encode() for number in range(1, COUNT + 1))
    files = [folder / f"{number:04}.txt" for number in range(1, COUNT + 1)]
    for file, notice in zip(files, notices, strict=True):
        file.write_bytes(notice)
    listed, bundle = folder / "2025-06-11.json", folder / "notices.asice"
    record = await service.record(*files, "--batch", listed, "--subject", "公示 2025-06-11")
    digest = str(record["record"])
    assert (await service.type("bundle", digest, "-o", bundle, "--detached")).status == 0
    return Published(notices, listed, bytes.fromhex(digest), int(str(record["height"])), bundle)


def place_of(published: Published, notice: bytes) -> tuple[int, list[bytes]]:
    """What the service hands out with one notice: its place and its siblings up to the root; nothing of the others' text."""
    listed = json.loads(published.listed.read_text(encoding="utf-8"))["files"]
    digests = [bytes.fromhex(each["sha256"]) for each in listed]
    place = digests.index(sha256(notice))
    return place, list(inclusion_path([leaf_hash(digest) for digest in digests], place))


async def test_one_notice_is_shown_to_be_in_the_batch_without_the_others(town: Town, published: Published) -> None:
    report = judged(published.bundle, town.genesis, published.listed)
    assert report.verdict is Verdict.VALID
    assert report.parts is not None
    record = report.parts.record
    assert record.batch_size == COUNT
    for notice in published.notices:
        place, path = place_of(published, notice)
        leaf = leaf_hash(sha256(notice))
        assert is_included(leaf, place, COUNT, path, record.batch_root)
        changed = leaf_hash(sha256(notice + "（更正）".encode()))
        assert not is_included(changed, place, COUNT, path, record.batch_root)
        assert not is_included(leaf, (place + 1) % COUNT, COUNT, path, record.batch_root)


async def test_nothing_of_what_a_notice_says_stands_on_the_chain(town: Town, published: Published) -> None:
    report = judged(published.bundle, town.genesis, published.listed)
    assert report.parts is not None
    assert "中标".encode() not in report.parts.record_bytes
    assert all(notice not in report.parts.proof.transaction for notice in published.notices)
    assert b"0001.txt" not in report.parts.proof.transaction


async def test_whoever_has_the_list_finds_its_record_by_its_digest(stranger: OwnNode, published: Published) -> None:
    await stranger.follow_to(published.height)
    found = stranger.records_of_file(sha256(published.listed.read_bytes()))
    assert [view.digest for view in found] == [published.digest]


async def test_a_corrected_notice_supersedes_the_first_which_stays_where_it_was(
    service: Service, stranger: OwnNode, tmp_path: Path
) -> None:
    wrong, right = tmp_path / "公示.txt", tmp_path / "公示（更正）.txt"
    wrong.write_text("中标价 1,000,000 元", encoding="utf-8")
    right.write_text("中标价 100,000 元", encoding="utf-8")
    chain = str((await service.record(wrong, "--subject", "公示 0101"))["chain"])
    second = await service.record(right, "--chain", chain, "--subject", "公示 0101 更正", "--supersedes", "1")
    await stranger.follow_to(int(str(second["height"])))
    records = stranger.records_of_chain(bytes.fromhex(chain))
    assert [(record.sequence, record.supersedes, record.sha256) for record in records] == [
        (1, 0, sha256(wrong.read_bytes())),
        (2, 1, sha256(right.read_bytes())),
    ]
    itself = await service.notarize(right, "--chain", chain, "--supersedes", "3")
    error = itself.document["error"]
    assert (itself.status, error["code"], error["facts"]["argument"]) == (2, "usage", "supersedes")
    assert len((await service.type("records", "--chain", chain)).document["records"]) == 2
