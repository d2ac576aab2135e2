"""A receipt in full: from who signed to the version of the legal agreement under which it was done (white paper 3.6).

It is the node's word, from its own verified state; a record's log entry can be proved (`app.client.papers`). Labels of keys
and names of accounts are those of now.
"""

from dataclasses import dataclass

from app.client.answers import decode_entry, decode_names
from app.client.fields import Fields
from app.client.members import ActivityEntry
from app.core.errors import DecodingError, LuopuError
from app.core.facts import ShownFact, facts_of
from app.core.refusals import REFUSALS, Refused


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction that stands in a block. Exactly one of `entry` and `refusal` is there."""

    transaction_hash: bytes
    height: int
    time_ns: int
    points: int
    """Quota points that it cost."""
    data: bytes
    """What the receipt names; see `app.client.model.Final`."""
    entry: ActivityEntry | None
    """What it put on the log: signer → partner who answers → version of the legal agreement."""
    refusal: LuopuError | None

    @property
    def is_held(self) -> bool:
        """Whether it only waits for approvals."""
        return self.entry is not None and self.entry.action == "hold"

    @property
    def facts(self) -> tuple[ShownFact, ...]:
        """What the log says of it; nothing of a refused one."""
        return () if self.entry is None else facts_of(self.entry.fact)


def decode_receipt(answer: Fields, transaction_hash: bytes) -> Receipt | None:
    """The answer of /v1/receipts/….

    Raises:
        DecodingError: something else, or of another transaction.
    """
    fields = answer.optional_object("receipt")
    if fields is None:
        return None
    code, entry = fields.integer("code"), _entry(answer, fields)
    if (code == 0) != (entry is not None):
        raise DecodingError(kind="answer", field="entry", expected="one of what was accepted, and only then")
    receipt = Receipt(
        transaction_hash=transaction_hash,
        height=fields.integer("height"),
        time_ns=fields.integer("time_ns"),
        points=fields.integer("points"),
        data=fields.hex("data"),
        entry=entry,
        refusal=REFUSALS.get(code, Refused)(**fields.facts("facts")) if code else None,
    )
    _check_same(receipt)
    return receipt


def _entry(answer: Fields, fields: Fields) -> ActivityEntry | None:
    entry = fields.optional_object("entry")
    return None if entry is None else decode_entry(entry, decode_names(answer))


def _check_same(receipt: Receipt) -> None:
    """Entry and receipt tell of one transaction in one block."""
    entry = receipt.entry
    if entry is not None and (entry.transaction_hash, entry.height) != (receipt.transaction_hash, receipt.height):
        raise DecodingError(kind="answer", field="entry", expected="one of this transaction")
