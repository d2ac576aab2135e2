"""Many files under one record: one list for one set, and a root in which each file can be found."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import OutOfRange
from app.core.merkle import leaf_hash, root
from app.core.record import FileDigests
from app.core.units import Hash32
from app.evidence.batch import Listed, make_batch


def listed(name: str) -> Listed:
    digest = Hash32(sha256(name.encode()).digest())
    return Listed(name, FileDigests(digest, Hash32(digest[::-1]), len(name)))


@given(st.lists(st.text("公告abc.", min_size=1, max_size=8), min_size=1, max_size=12, unique=True), st.randoms())
def test_the_order_in_which_files_are_given_is_no_matter(names: list[str], chance: object) -> None:
    files = [listed(name) for name in names]
    shuffled = sorted(files, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert make_batch(files) == make_batch(shuffled)


def test_the_list_names_every_file_and_its_root_covers_their_digests() -> None:
    batch = make_batch([listed(name) for name in ("公告一.pdf", "公告二.pdf", "公告三.pdf")])
    document = json.loads(batch.document)
    digests = [bytes.fromhex(each["sha256"]) for each in document["files"]]
    assert digests == sorted(digests)
    assert {each["name"] for each in document["files"]} == {"公告一.pdf", "公告二.pdf", "公告三.pdf"}
    assert (batch.root, batch.size) == (root(digests), 3)


def test_one_file_is_a_batch_whose_root_is_its_leaf() -> None:
    batch = make_batch([listed("one")])
    assert batch.root == leaf_hash(listed("one").digests.sha256)


@pytest.mark.parametrize("files", [[], [listed("twice"), listed("twice")]])
def test_no_file_and_one_file_twice_are_no_batch(files: list[Listed]) -> None:
    with pytest.raises(OutOfRange):
        make_batch(files)
