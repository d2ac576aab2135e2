"""Text on the chain: bounds, characters that mislead, and names that nobody else can take by writing them differently.

Tables of our own: the interpreter's follow its version of Unicode, and the law must not.
"""

import re

from app.core.errors import OutOfRange

MAX_NAME = 64
MAX_LABEL_BYTES = 64
MAX_WORDS_BYTES = 512
_MISLEADING = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
"""C0, C1 and the characters that reorder or hide text (bidi controls, zero-width, tags)."""
_NAME = re.compile("[A-Za-z0-9 _.&'()\\-\u3400-\u4dbf\u4e00-\u9fff（）·]{1,64}")
_SAME = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)} | {
    ord("（"): ord("("),
    ord("）"): ord(")"),
}


def check_text(name: str, text: str, *, least: int = 0, most: int = MAX_WORDS_BYTES) -> str:
    """Return `text` if its UTF-8 has `least` … `most` bytes and no character that hides or reorders others.

    Raises:
        OutOfRange: otherwise.
    """
    size = len(text.encode())
    if not least <= size <= most:
        expected = f"at most {most} bytes" if not least else f"{least} … {most} bytes"
        raise OutOfRange(field=name, expected=expected, got=size)
    if _MISLEADING.search(text):
        raise OutOfRange(field=name, expected="no control characters", got="a control character")
    return text


def check_name(text: str) -> str:
    """Return `text` if an account or voucher may be called so.

    The repertoire is small on purpose: ASCII letters, digits, space and -_.&'(), ideographs, （）·. None of these can be
    written in two ways, but for parentheses (`name_key`).

    Raises:
        OutOfRange: another character, nothing, more than 64 characters, or a space at either end.
    """
    if not _NAME.fullmatch(text) or text != text.strip(" "):
        raise OutOfRange(field="name", expected="1 … 64 letters, digits, ideographs, space and -_.&'()（）·", got=text)
    return text


def name_key(name: str) -> str:
    """What two names have in common that count as the same: ASCII capitals are small, wide parentheses narrow."""
    return name.translate(_SAME)
