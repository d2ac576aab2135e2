"""What may be written down as an attribute of a person (white paper 3.4.1, 4.2.1): its names and values.

Guarantees: a name that passes is one that others know, or one that nobody can take for it: written in another way, neither
case nor look-alike characters make a second "id-number". Values are short and have no character that hides or reorders
others. No error raised here repeats anything that is written of a person.
"""

import re
from typing import Final

from app.core.attributes import Attribute
from app.core.errors import OutOfRange
from app.core.text import MAX_WORDS_BYTES, check_name, check_text, name_key

WELL_KNOWN: Final = (
    *("name", "id-kind", "id-number", "birth-date", "nationality", "phone", "email", "address"),
    *("organisation", "credit-code", "legal-representative", "certificate-issuer", "certificate-serial"),
)
"""Names of attributes that mean the same at every partner. Others may be used beside them."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def check_attribute_words(attribute: Attribute) -> None:
    """Check that name and value may be written down.

    Raises:
        OutOfRange: the name is neither a well-known one nor a sound one beside them, or the value is empty, longer than
            512 bytes, or misleading.
    """
    is_known = attribute.name in WELL_KNOWN
    if not is_known and (name_key(attribute.name) in WELL_KNOWN or not _is_name(attribute.name)):
        raise OutOfRange(field="name of an attribute", expected="a well-known one, or a name of its own")
    check_words(attribute.name if is_known else "value of an attribute", attribute.value, least=1)


def check_words(field: str, text: str, *, least: int = 0, most: int = MAX_WORDS_BYTES) -> None:
    """Check a text of `least` … `most` bytes that is written of a person.

    Raises:
        OutOfRange: it has more or fewer, misleading characters, or some that are no Unicode.
    """
    if _SURROGATE.search(text):  # found here, because the error of a failed encoding carries the text
        raise OutOfRange(field=field, expected="Unicode")
    check_text(field, text, least=least, most=most)


def _is_name(text: str) -> bool:
    try:
        check_name(text)
    except OutOfRange:  # it carries the text, so it ends here
        return False
    return True
