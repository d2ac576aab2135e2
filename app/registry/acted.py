"""What an accepted action leaves behind."""

from dataclasses import dataclass

from app.core.keys import PublicKey


@dataclass(frozen=True, slots=True)
class Acted:
    """The fact for the log (its field in `LogEntry` and its exact bytes), and what the receipt names."""

    fact: str
    fact_bytes: bytes
    data: bytes = b""
    """What the receipt names: digest of a record; id of a proposal, agreement, voucher …; number of an account, 8 bytes."""
    result: bytes = b""
    """What followed and stands nowhere else; it goes on the log."""
    held: bytes = b""
    """Id of the held transaction that was brought to effect."""
    approvers: tuple[PublicKey, ...] = ()
    """Whose approvals it had, where these are not those of the transaction."""
