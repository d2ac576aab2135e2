"""How a paper by which a user was known stands among the attributes that a partner certifies (white paper 3.4.1 身份监管).

Each paper is an attribute of its own, under a name that nobody can give to another: "paper-1" is "scan sha256=… sm3=…
bytes=…". So the root on the chain binds it, and a disclosure opens or closes it like any other; whoever is given the file
computes its digests, and needs nothing else to compare. (One attribute over a list of all papers could be opened only as a
whole, and its reader would need the digests of papers that are none of his business.)

Guarantees: pure. `read_paper` accepts what `paper_words` wrote and nothing else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from app.core.record import FileDigests
from app.core.text import name_key
from app.core.units import INT64_MAX, Hash32

Kind = Literal["scan", "form", "other"]
"""A scanned document (证件扫描件), an application form (申请表), or something else."""
KINDS: Final[Mapping[str, Kind]] = {kind: kind for kind in get_args(Kind)}
_NAME: Final = re.compile(r"paper-[0-9]+")
_WORDS: Final = re.compile(r"(scan|form|other) sha256=([0-9a-f]{64}) sm3=([0-9a-f]{64}) bytes=(0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class CertifiedPaper:
    """What an attribute says of a paper."""

    kind: Kind
    digests: FileDigests


def paper_name(place: int) -> str:
    """Name of the attribute of a paper, counted from 1."""
    return f"paper-{place}"


def is_paper_name(name: str) -> bool:
    """Whether a name is kept for papers, however it is written."""
    return _NAME.fullmatch(name_key(name)) is not None


def paper_words(paper: CertifiedPaper) -> str:
    """Value of the attribute of a paper."""
    digests = paper.digests
    return f"{paper.kind} sha256={digests.sha256.hex()} sm3={digests.sm3.hex()} bytes={digests.size}"


def read_paper(untrusted_name: str, untrusted_words: str) -> CertifiedPaper | None:
    """What an attribute says of a paper, or None: it is about something else."""
    found = _WORDS.fullmatch(untrusted_words) if is_paper_name(untrusted_name) else None
    if found is None or int(found[4]) > INT64_MAX:
        return None
    sha256, sm3 = (Hash32(bytes.fromhex(found[place])) for place in (2, 3))
    return CertifiedPaper(KINDS[found[1]], FileDigests(sha256, sm3, int(found[4])))
