"""Digests and keys as text: grouped by four, shortened in the middle, copied whole.

Guarantees: what is shown shortened always shows both ends, so that two different digests rarely look alike; comparing
is done by the program and not by eye. `whole` is what the clipboard gets.
"""

GROUP = 4


def whole(digest: bytes) -> str:
    """All of it, in hexadecimal, without spaces: what is copied."""
    return digest.hex()


def grouped(digest: bytes) -> str:
    """All of it in groups of four: 9f3c a07b 41d2 …"""
    return group_text(digest.hex())


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
    return f"{group_text(text[:head])} … {text[-tail:]}"


def tiny(digest: bytes) -> str:
    """First four and last four digits, for a drawing: 9f3c…c8a1."""
    text = digest.hex()
    return f"{text[:4]}…{text[-4:]}"
