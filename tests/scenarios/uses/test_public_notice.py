"""White paper 4.1.2 政企公示: many notices under one record, each checkable alone; a correction that hides nothing."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.client.model import RecordStatus
from app.core.hashing import sha256
from app.core.merkle import inclusion_path, is_included, leaf_hash, root
from app.core.refusals import Malformed
from app.evidence.verify import Verdict
from tests.scenarios.town import ALPHA, Town
from tests.scenarios.uses.stranger import OwnNode, judged

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVICE = ALPHA
COUNT = 37


@dataclass(frozen=True)
class Published:
    """A day's notices, the list of their digests that is the record's file, the record, and its bundle."""

    notices: tuple[bytes, ...]
    listed: Path
    record: RecordStatus
    bundle: Path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def published(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("notices")
    notices = tuple(f"公示 {number:04} 号：中标单位 {number}".encode() for number in range(1, COUNT + 1))
    digests = [sha256(notice) for notice in notices]
    listed = folder / "2025-06-11.txt"
    listed.write_text("".join(f"{digest.hex()}\n" for digest in digests), encoding="ascii")
    record = await town.notarize(SERVICE, listed, subject="公示 2025-06-11", batch_root=root(digests), batch_size=COUNT)
    bundle = folder / "notices.asice"
    await (await town.desk(SERVICE)).save_bundle(record.record_digest, bundle, include_file=False)
    return Published(notices, listed, record, bundle)


def path_of(published: Published, index: int) -> list[bytes]:
    """What the service hands out with one notice: its siblings up to the root, and nothing of the other notices."""
    hashes = [leaf_hash(bytes.fromhex(line)) for line in published.listed.read_text().split()]
    return list(inclusion_path(hashes, index))


async def test_one_notice_is_shown_to_be_in_the_batch_without_the_others(town: Town, published: Published) -> None:
    report = judged(published.bundle, town.genesis, published.listed)
    assert report.verdict is Verdict.VALID
    assert report.parts is not None
    record = report.parts.record
    for index in (0, 17, COUNT - 1):
        path = path_of(published, index)
        leaf = leaf_hash(sha256(published.notices[index]))
        assert is_included(leaf, index, record.batch_size, path, record.batch_root)
        changed = leaf_hash(sha256(published.notices[index] + "（更正）".encode()))
        assert not is_included(changed, index, record.batch_size, path, record.batch_root)
        assert not is_included(leaf, (index + 1) % COUNT, record.batch_size, path, record.batch_root)


async def test_nothing_of_what_a_notice_says_stands_on_the_chain(town: Town, published: Published) -> None:
    report = judged(published.bundle, town.genesis, published.listed)
    assert report.parts is not None
    assert "中标".encode() not in report.parts.record_bytes
    assert all(notice not in report.parts.proof.transaction for notice in published.notices)


async def test_whoever_has_the_list_finds_its_record_by_its_digest(stranger: OwnNode, published: Published) -> None:
    await stranger.follow_to(published.record.height)
    found = stranger.records_of_file(sha256(published.listed.read_bytes()))
    assert [view.digest for view in found] == [published.record.record_digest]


async def test_a_corrected_notice_supersedes_the_first_which_stays_where_it_was(
    town: Town, stranger: OwnNode, tmp_path: Path
) -> None:
    wrong, right = tmp_path / "公示.txt", tmp_path / "公示（更正）.txt"
    wrong.write_text("中标价 1,000,000 元", encoding="utf-8")
    right.write_text("中标价 100,000 元", encoding="utf-8")
    first = await town.notarize(SERVICE, wrong, subject="公示 0101")
    second = await town.notarize(SERVICE, right, chain=first.chain, subject="公示 0101 更正", supersedes=1)
    await stranger.follow_to(second.height)
    records = stranger.records_of_chain(first.chain)
    assert [(record.sequence, record.supersedes, record.sha256) for record in records] == [
        (1, 0, sha256(wrong.read_bytes())),
        (2, 1, sha256(right.read_bytes())),
    ]
    with pytest.raises(Malformed):  # nothing takes the place of itself
        await town.notarize(SERVICE, right, chain=first.chain, supersedes=3)
