"""How a paper stands among attributes: written in one way, read back strictly, under names that nobody else can take."""

import pytest

from app.core.attribute_words import check_attribute_words
from app.core.attributes import Attribute
from app.core.paper_words import KINDS, CertifiedPaper, is_paper_name, paper_name, paper_words, read_paper
from app.core.record import FileDigests
from app.core.units import INT64_MAX, Hash32

DIGESTS = FileDigests(Hash32(bytes(range(32))), Hash32(bytes(32)), 48_213)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [0, 1, INT64_MAX])
def test_what_is_written_is_read_back_and_may_be_an_attribute(kind: str, size: int) -> None:
    paper = CertifiedPaper(KINDS[kind], FileDigests(DIGESTS.sha256, DIGESTS.sm3, size))
    name, words = paper_name(64), paper_words(paper)
    assert read_paper(name, words) == paper
    check_attribute_words(Attribute(name, words, b""))


def test_the_words_are_what_a_reader_can_compare_without_this_program() -> None:
    words = paper_words(CertifiedPaper("scan", DIGESTS))
    assert words == f"scan sha256={bytes(range(32)).hex()} sm3={bytes(32).hex()} bytes=48213"


@pytest.mark.parametrize("name", ["paper-1", "Paper-7", "PAPER-64", "paper-0"])
def test_a_name_of_papers_is_known_however_it_is_written(name: str) -> None:
    assert is_paper_name(name)


@pytest.mark.parametrize("name", ["paper", "paper-", "paper-x", "my paper-1", "paper-1 "])
def test_other_names_are_free(name: str) -> None:
    assert not is_paper_name(name)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("phone", ("", "")),
        ("paper-1", ("scan", "song")),
        ("paper-1", ("sha256=00", "sha256=0")),
        ("paper-1", ("bytes=48213", "bytes=048213")),
        ("paper-1", ("bytes=48213", "bytes=9223372036854775808")),
        ("paper-1", ("bytes=48213", "bytes=48213 ")),
    ],
)
def test_anything_else_is_about_something_else(name: str, change: tuple[str, str]) -> None:
    words = paper_words(CertifiedPaper("scan", DIGESTS)).replace(*change)
    assert read_paper(name, words) is None
