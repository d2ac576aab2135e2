"""What a snapshot is about: chain, voucher, block, custodian and what it holds (docs/formats/reserve.md, Header).

Guarantees: pure; one header has one encoding, and what `decode_header` returns encodes to the value it was read from. Its
digest stands on the chain as the statement of the publication, and goes into places, salts and root.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from app.core.document import Fields, encode_document
from app.core.errors import DecodingError
from app.core.hashing import sha256
from app.core.ids import ID_BYTES
from app.core.keys import PublicKey, decode_key_text, encode_key_text
from app.core.text import check_text
from app.core.units import UINT64_MAX, AccountAddress, Hash32, Height
from app.reserve.formula import HEADER_DOMAIN

FORMAT: Final = "luopu.reserve.header.v1"
DIVISIBLE: Final = "divisible"
UNIQUE: Final = "unique"
MAX_ACCOUNTS: Final = 17
MAX_CHAIN_ID_BYTES: Final = 50
MAX_KEY_TEXT: Final = 80
WHAT: Final = "reserve proof"
HEADER_NAMES: Final = {
    *("format", "chain_id", "genesis_fingerprint", "voucher", "kind", "height", "block_hash"),
    *("custodian", "key", "accounts", "previous"),
}


@dataclass(frozen=True, slots=True, order=True)
class AccountName:
    """An account by number and address."""

    number: int
    address: AccountAddress


@dataclass(frozen=True, slots=True)
class Kept:
    """What one account holds of the voucher."""

    account: AccountName
    balance: int
    """Smallest units; of unique vouchers, pieces."""


@dataclass(frozen=True, slots=True)
class ReserveHeader:
    """A decoded header: claims, until a proof with it was verified."""

    chain_id: str
    genesis_fingerprint: Hash32
    voucher: bytes
    """16 bytes."""
    kind: str
    height: Height
    block_hash: Hash32
    custodian: AccountName
    key: PublicKey
    accounts: tuple[Kept, ...]
    """Rising by number; the custodian's own is one of them."""
    previous_sequence: int
    """0 where nothing was published before."""
    previous_root: bytes
    """32 bytes, or none."""

    @property
    def is_unique(self) -> bool:
        """Whether it is about pieces with serials."""
        return self.kind == UNIQUE

    @property
    def custody(self) -> int:
        """All that is held."""
        return sum(each.balance for each in self.accounts)

    @property
    def others(self) -> tuple[int, ...]:
        """Numbers of the accounts besides the custodian's own."""
        return tuple(each.account.number for each in self.accounts if each.account.number != self.custodian.number)

    @property
    def digest(self) -> Hash32:
        """What stands on the chain as the statement."""
        return sha256(HEADER_DOMAIN + encode_header(self))


def encode_header(header: ReserveHeader) -> bytes:
    """Canonical JSON."""
    return encode_document(WHAT, header_document(header))


def header_document(header: ReserveHeader) -> dict[str, object]:
    """The header as a JSON object."""
    return {
        "format": FORMAT,
        "chain_id": header.chain_id,
        "genesis_fingerprint": header.genesis_fingerprint.hex(),
        "voucher": header.voucher.hex(),
        "kind": header.kind,
        "height": str(header.height),
        "block_hash": header.block_hash.hex(),
        "custodian": account_document(header.custodian),
        "key": encode_key_text(header.key),
        "accounts": [account_document(each.account) | {"balance": str(each.balance)} for each in header.accounts],
        "previous": {"sequence": str(header.previous_sequence), "root": header.previous_root.hex()},
    }


def account_document(account: AccountName) -> dict[str, object]:
    """An account as a JSON object."""
    return {"account": str(account.number), "address": account.address.hex()}


def decode_header(untrusted: Fields) -> ReserveHeader:
    """Read a header strictly.

    Raises:
        DecodingError, BadKey: a field is not as it must be, or fields contradict each other.
    """
    fields = untrusted
    fields.constant("format", FORMAT)
    header = ReserveHeader(
        chain_id=check_text("chain id", fields.text("chain_id", MAX_CHAIN_ID_BYTES)),
        genesis_fingerprint=Hash32(fields.hex("genesis_fingerprint", 32)),
        voucher=fields.hex("voucher", ID_BYTES),
        kind=fields.text("kind", len(DIVISIBLE)),
        height=Height(fields.number("height", least=1)),
        block_hash=Hash32(fields.hex("block_hash", 32)),
        custodian=decode_account(fields.nested("custodian", {"account", "address"})),
        key=_key(fields.text("key", MAX_KEY_TEXT)),
        accounts=tuple(map(_kept, fields.objects("accounts", {"account", "address", "balance"}, MAX_ACCOUNTS))),
        previous_sequence=(previous := fields.nested("previous", {"sequence", "root"})).number(
            "sequence", most=UINT64_MAX
        ),
        previous_root=_previous_root(previous),
    )
    _check_header(header)
    return header


def decode_account(fields: Fields) -> AccountName:
    """An account of two fields."""
    return AccountName(fields.number("account", least=1, most=UINT64_MAX), AccountAddress(fields.hex("address", 20)))


def _kept(fields: Fields) -> Kept:
    return Kept(decode_account(fields), fields.number("balance", most=UINT64_MAX))


def _key(text: str) -> PublicKey:
    key = decode_key_text(text)
    if encode_key_text(key) != text:
        raise DecodingError(what=WHAT, reason="key: its one spelling")
    return key


def _previous_root(previous: Fields) -> bytes:
    is_first = previous.number("sequence", most=UINT64_MAX) == 0
    return previous.hex("root", 0 if is_first else 32)


def _check_header(header: ReserveHeader) -> None:
    """Fields that are sound each for itself fit together."""
    numbers = [each.account.number for each in header.accounts]
    if header.kind not in {DIVISIBLE, UNIQUE}:
        raise _bad("kind")
    if not _rises(numbers) or len({each.account.address for each in header.accounts}) != len(numbers):
        raise _bad("accounts: rising, none twice")
    if header.custodian not in {each.account for each in header.accounts}:
        raise _bad("accounts: the custodian is one of them")


def _rises(numbers: Sequence[int]) -> bool:
    return bool(numbers) and all(one < other for one, other in pairwise(numbers))


def _bad(reason: str) -> DecodingError:
    return DecodingError(what=WHAT, reason=reason)
