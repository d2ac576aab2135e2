"""Votes on the way: signed, kept before anybody sends them, and forgotten when their outcome has been told.

Guarantees: what `keep` returned from is on the disk, whole; there is one vote at a time for one matter, so that who repeats
an interrupted command sends the same bytes again and never votes twice. Unlike a record, a vote has no file and no context
to be explained by later: once its outcome is told the chain says everything, so it needs no place in the outbox.

Leaves to others: sending, and finding out what became of it from verified blocks.
"""

from pathlib import Path

from app.core.codec import encode
from app.core.errors import LuopuError, OutcomeUnknown, StoreDamaged, StoreFailed
from app.core.hashing import sha256
from app.core.transaction import SignedTransaction, decode_body, decode_transaction
from app.wallet.approval import Draft
from app.wallet.disk import create_file, write_bytes


class Ballots:
    """The votes kept in a folder that exists."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, draft: Draft) -> SignedTransaction | None:
        """The vote kept for the same matter as the draft's.

        Raises:
            StoreDamaged: the file holds something else.
            StoreFailed: it cannot be read.
        """
        path = self._path(draft.body_bytes)
        try:
            signed = decode_transaction(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreFailed(path=str(path), reason=error.strerror or str(error)) from error
        except LuopuError as error:
            raise StoreDamaged(path=str(path), reason=str(error)) from error
        if self._path(signed.body_bytes) != path:
            raise StoreDamaged(path=str(path), reason="another vote than its name says")
        return signed

    def keep(self, signed: SignedTransaction) -> None:
        """Keep a signed vote. Only after this may it be sent.

        Raises:
            OutcomeUnknown: one is kept for this matter already.
            StoreFailed: the disk refused.
        """
        create_file(
            self._path(signed.body_bytes), write_bytes(signed.raw), OutcomeUnknown(valid_until=signed.valid_until)
        )

    def forget(self, signed: SignedTransaction) -> None:
        """Its outcome has been told. If the power goes now it may be there again; its outcome then is what it was."""
        self._path(signed.body_bytes).unlink(missing_ok=True)

    def _path(self, body_bytes: bytes) -> Path:
        return self._folder / f"ballot-{_matter(body_bytes)}"


def _matter(body_bytes: bytes) -> str:
    """What may be voted for once: chain, sender and action, without what is new each time somebody drafts it."""
    body = decode_body(body_bytes)
    body.ClearField("nonce")
    body.ClearField("valid_until")
    if body.HasField("propose"):
        body.propose.ClearField("deadline")
    return sha256(encode(body)).hex()[:32]
