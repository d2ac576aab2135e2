"""Who has signed a draft so far, and who must still (white paper 3.4.1: 经办/复核 riding on the transaction).

A body names the approvers; the maker is whoever signs first. Each signs the same body, so all see the same and none can be
left out. Guarantees: a `Signed` holds signatures that verify, the maker's first and then those of approvers in the order in
which the body names them; only a complete one is what the chain takes. Its bytes are a transaction's, complete or not.

Leaves to others: whose keys these are and what the law wants of them.
"""

from dataclasses import dataclass, field

from app.core.hashing import sha256
from app.core.keys import PublicKey, encode_key_text, is_signed_by
from app.core.ports import Signer
from app.core.refusals import AlreadySigned, Malformed, RoleMissing
from app.core.transaction import SignatureEntry, decode_transaction, encode_transaction
from app.core.units import Hash32
from app.core.walleterrors import NotWhatWasShown
from app.wallet.approval import Approval, Draft, Facts, describe, sign


@dataclass(frozen=True, slots=True)
class Signed:
    """A draft with one signature or more.

    Raises:
        Malformed: on construction, when the signatures are not in order, or of keys that nobody asks.
        NotWhatWasShown: a signature does not verify.
    """

    draft: Draft
    signatures: tuple[SignatureEntry, ...]
    shown: Approval[Facts] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shown", describe(self.draft))
        _check_order(self)
        _check_verify(self)

    @property
    def maker(self) -> PublicKey:
        """Who signed first (经办)."""
        return self.signatures[0].key

    @property
    def missing(self) -> tuple[PublicKey, ...]:
        """Approvers who have not signed yet (复核)."""
        return tuple(key for key in self.shown.approvers if key not in _keys(self))

    @property
    def is_complete(self) -> bool:
        """Whether everybody has signed whom the body names."""
        return not self.missing

    @property
    def raw(self) -> bytes:
        """The transaction's bytes."""
        return encode_transaction(self.draft.body_bytes, list(self.signatures))

    @property
    def hash(self) -> Hash32:
        """The transaction's hash. Known to nobody before it is complete: it covers all signatures."""
        return sha256(self.raw)


def decode_signed(untrusted_transaction: bytes) -> Signed:
    """The signatures so far, of a transaction's bytes.

    Raises:
        Malformed: not a transaction, an action that cannot be shown, or signatures out of order or of keys nobody asks.
        NotWhatWasShown: a signature does not verify.
    """
    transaction = decode_transaction(untrusted_transaction)
    return Signed(Draft(transaction.body_bytes), transaction.signatures)


def sign_next(draft: Draft, shown: Approval[Facts], before: Signed | None, signer: Signer) -> Signed:
    """Let a key sign: as the maker where nobody has, else as an approver.

    Raises:
        RoleMissing, AlreadySigned: as of `check_may_sign`. The key was not asked.
        NotWhatWasShown, SignerMisbehaved: as of `app.wallet.approval.sign`.
    """
    check_may_sign(draft, before, signer.public_key)
    entry = sign(draft, shown, signer)
    if before is None:
        return Signed(draft, (entry,))
    maker, *approvers = before.signatures
    return Signed(draft, (maker, *sorted([*approvers, entry], key=lambda each: each.key)))


def check_may_sign(draft: Draft, before: Signed | None, key: PublicKey) -> None:
    """Ask before the passphrase is asked for.

    Raises:
        AlreadySigned: it has signed.
        RoleMissing: the first to sign is not an approver, and who signs later is.
    """
    if before is not None and key in _keys(before):
        raise AlreadySigned(key=encode_key_text(key))
    if (key in describe(draft).approvers) != (before is not None):
        role = "maker" if before is None else "one of the approvers"
        raise RoleMissing(key=encode_key_text(key), expected=role)


def merge(first: Signed, second: Signed) -> Signed:
    """The signatures of both, which are of one draft.

    Raises:
        NotWhatWasShown: of two drafts, or one key signed in two ways: the chain would know it under two hashes.
    """
    if first.draft != second.draft:
        raise NotWhatWasShown(what="body", expected=first.shown.digest.hex(), got=second.shown.digest.hex())
    if first.maker != second.maker:
        raise NotWhatWasShown(what="signature", key=encode_key_text(second.maker))
    entries = {entry.key: entry for entry in first.signatures}
    for entry in second.signatures:
        if entries.setdefault(entry.key, entry) != entry:
            raise NotWhatWasShown(what="signature", key=encode_key_text(entry.key))
    approvers = tuple(entries[key] for key in first.shown.approvers if key in entries)
    return Signed(first.draft, (first.signatures[0], *approvers))


def _keys(signed: Signed) -> tuple[PublicKey, ...]:
    return tuple(entry.key for entry in signed.signatures)


def _check_order(signed: Signed) -> None:
    if not signed.signatures:
        raise Malformed(reason="number of signatures", expected="at least 1", got=0)
    _, *later = _keys(signed)
    asked = [key for key in signed.shown.approvers if key in later]
    if signed.maker in signed.shown.approvers or later != asked:
        raise Malformed(reason="signatures of the approvers", expected="those that the body names")


def _check_verify(signed: Signed) -> None:
    for entry in signed.signatures:
        if not is_signed_by(entry.key, signed.shown.digest, entry.signature):
            raise NotWhatWasShown(what="signature", key=encode_key_text(entry.key))
