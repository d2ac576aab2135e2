"""Names and texts from outside, made safe to stand beside our own words.

Guarantees: hidden and reordering characters are shown as marks, the text is isolated, and an account's numeric ID
stands beside its name, so that look-alike names cannot pass for one another.
"""

from app.client.members import Names
from app.core.messages import isolate
from app.ui.present.language import Words

MAX_LINE = 80


def line(untrusted_text: str, limit: int = MAX_LINE) -> str:
    """One line of foreign text, shortened at its end and isolated."""
    text = " ".join(untrusted_text.split(" "))
    return isolate(text if len(text) <= limit else text[: limit - 1] + "…")


def file_name(untrusted_name: str, limit: int = 48) -> str:
    """A file name, shortened in its middle so that its extension stays in sight."""
    if len(untrusted_name) <= limit:
        return isolate(untrusted_name)
    tail = limit // 3
    return isolate(f"{untrusted_name[: limit - tail - 1]}…{untrusted_name[-tail:]}")


def account(untrusted_name: str, account_id: int, words: Words) -> str:
    """Name and numeric ID together: 示例合作方 · account 10086."""
    number_text = words.tr("account {id}").format(id=account_id)
    return f"{line(untrusted_name, 40)} · {number_text}" if untrusted_name else number_text


def who(account_id: int, names: Names, words: Words) -> str:
    """An account by name and numeric ID, as far as the node told its name."""
    known = names.get(account_id)
    return account(known.name if known else "", account_id, words)


def peer(untrusted_address: str) -> str:
    """A peer's address."""
    return line(untrusted_address, 64)
