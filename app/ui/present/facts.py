"""One line of a key–value block, wherever it is shown."""

from dataclasses import dataclass

from app.ui.present import digests


@dataclass(frozen=True, slots=True)
class Fact:
    """Label and value; `copied` is what the clipboard gets, whole; digests are monospaced."""

    label: str
    value: str
    copied: str = ""
    is_digest: bool = False


def digest_fact(label: str, digest: bytes) -> Fact:
    """A whole digest, grouped by four."""
    return Fact(label, digests.grouped(digest), digests.whole(digest), is_digest=True)


def short_digest_fact(label: str, digest: bytes) -> Fact:
    """A digest shortened in its middle, copied whole."""
    return Fact(label, digests.short(digest), digests.whole(digest), is_digest=True)
