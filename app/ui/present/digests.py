"""Digests and keys as text: grouped by four, shortened in the middle, copied whole.

Guarantees: what is shown shortened always shows both ends, so that two different digests rarely look alike; comparing
is done by the program and not by eye. `whole` is what the clipboard gets.
"""

GROUP = 4
NO_BREAK_SPACE = "\u00a0"


def whole(digest: bytes) -> str:
    """All of it, in hexadecimal, without spaces: what is copied."""
    return digest.hex()


def grouped(digest: bytes) -> str:
    """All of it in groups of four; a narrow window may break the line in its middle and nowhere else."""
    text = digest.hex()
    half = len(text) // 2 if len(text) % (2 * GROUP) == 0 else len(text)
    halves = (group_text(part).replace(" ", NO_BREAK_SPACE) for part in (text[:half], text[half:]) if part)
    return " ".join(halves)


def group_text(text: str) -> str:
    """Any text in groups of four characters."""
    return " ".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def short(digest: bytes) -> str:
    """First eight and last four digits: 9f3c a07b … c8a1."""
    return shorten(digest.hex())


def shorten(text: str, head: int = 8, tail: int = 4) -> str:
    """Both ends of a text, grouped; the whole of it when it is not longer than that."""
    if len(text) <= head + tail + 1:
        return group_text(text)
    return f"{group_text(text[:head])} … {group_text(text[-tail:])}"


def ends(text: str, head: int = 24, tail: int = 8) -> str:
    """Both ends of a key's text, not grouped, for it begins with the name of its algorithm."""
    return text if len(text) <= head + tail + 1 else f"{text[:head]}…{text[-tail:]}"


def tiny(digest: bytes) -> str:
    """First four and last four digits, for a drawing: 9f3c…c8a1."""
    text = digest.hex()
    return f"{text[:4]}…{text[-4:]}"
