"""The tables of the chain: dicts that remember what they were until the action is through, and what the map holds of them."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.registry.model.things import (
    AccessGrant,
    Account,
    Agreement,
    AgreementVersion,
    Assignment,
    ChainHead,
    Custody,
    Held,
    Holding,
    Key,
    NonceHead,
    Parameters,
    Piece,
    Proposal,
    QuotaUse,
    Recognition,
    Seat,
    Seats,
    Voucher,
)
from tests.registry.model.words import No, encode_key, name_key

K = TypeVar("K")
V = TypeVar("V")
_NOTHING = object()


class Table(dict[K, V]):
    """A dict that can go back to what it was at the last `mark`."""

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[K, Any] = {}

    def __setitem__(self, key: K, value: V) -> None:
        self._before.setdefault(key, self.get(key, _NOTHING))
        super().__setitem__(key, value)

    def __delitem__(self, key: K) -> None:
        self._before.setdefault(key, self.get(key, _NOTHING))
        super().__delitem__(key)

    def mark(self) -> None:
        """What stands here now, stays."""
        self._before.clear()

    def go_back(self) -> None:
        """Undo everything since the mark."""
        for key, value in self._before.items():
            if value is _NOTHING:
                super().pop(key, None)
            else:
                super().__setitem__(key, value)
        self._before.clear()


@dataclass
class Book:
    """Everything that the chain keeps."""

    accounts: Table[bytes, Account] = field(default_factory=Table)
    numbers: Table[int, bytes] = field(default_factory=Table)
    owners: Table[Key, bytes] = field(default_factory=Table)
    names: Table[str, bytes] = field(default_factory=Table)
    terms: Table[tuple[bytes, int], AgreementVersion] = field(default_factory=Table)
    chains: Table[bytes, ChainHead] = field(default_factory=Table)
    quota: Table[bytes, QuotaUse] = field(default_factory=Table)
    held: Table[tuple[bytes, bytes], Held] = field(default_factory=Table)
    recognitions: Table[tuple[bytes, int], Recognition] = field(default_factory=Table)
    grants: Table[tuple[bytes, bytes], AccessGrant] = field(default_factory=Table)
    agreements: Table[bytes, Agreement] = field(default_factory=Table)
    vouchers: Table[bytes, Voucher] = field(default_factory=Table)
    holdings: Table[tuple[bytes, bytes], Holding] = field(default_factory=Table)
    pieces: Table[tuple[bytes, int], Piece] = field(default_factory=Table)
    custody: Table[tuple[bytes, bytes], Custody] = field(default_factory=Table)
    assigned: Table[tuple[bytes, bytes], Assignment] = field(default_factory=Table)
    seats: Table[bytes, Seat] = field(default_factory=Table)
    proposals: Table[bytes, Proposal] = field(default_factory=Table)
    one: Table[str, Any] = field(default_factory=Table)
    """What there is one of: parameters, next-account, nonces."""

    def __post_init__(self) -> None:
        self._tables = [each for each in vars(self).values() if isinstance(each, Table)]

    def copy(self) -> "Book":
        """Another book in which the same stands."""
        other = Book()
        for table, same in zip(self._tables, other._tables, strict=True):
            same.update(table)
        return other

    def mark(self) -> None:
        """What stands here now, stays."""
        for table in self._tables:
            table.mark()

    def go_back(self) -> None:
        """Undo everything since the mark."""
        for table in self._tables:
            table.go_back()

    @property
    def parameters(self) -> Parameters:
        """As they were last decided, perhaps in this very block."""
        found: Parameters = self.one["parameters"]
        return found

    def member(self, number: int) -> Account:
        """The account with this number."""
        if number not in self.numbers:
            raise No("unknown-member")
        return self.accounts[self.numbers[number]]

    def put_account(self, account: Account) -> None:
        """Keep an account under its address, number, keys and name."""
        self.accounts[account.address] = account
        self.numbers[account.id] = account.address
        for each in account.keys:
            self.owners[each.key] = account.address
        if account.name:
            self.names[name_key(account.name)] = account.address

    def holding(self, address: bytes, voucher: bytes) -> Holding:
        """What an account holds of a voucher, perhaps nothing."""
        return self.holdings.get((address, voucher), Holding())

    def put_holding(self, address: bytes, voucher: bytes, holding: Holding) -> None:
        """Keep a holding; one without anything is gone."""
        if holding == Holding():
            if (address, voucher) in self.holdings:
                del self.holdings[address, voucher]
        else:
            self.holdings[address, voucher] = holding

    def state(self) -> dict[bytes, Any]:
        """What the map holds, by its keys."""
        found: dict[bytes, Any] = {b"parameters": self.parameters, b"next-account": number8(self.one["next-account"])}
        if self.one["nonces"] != NonceHead():
            found[b"nonces"] = self.one["nonces"]
        if self.seats:
            found[b"validators"] = Seats(tuple(self.seats[key] for key in sorted(self.seats)))
        found |= {b"account/" + key: value for key, value in self.accounts.items()}
        found |= {b"account-id/" + number8(key): value for key, value in self.numbers.items()}
        found |= {b"key/" + encode_key(key): value for key, value in self.owners.items()}
        found |= {b"name/" + key.encode(): value for key, value in self.names.items()}
        found |= {b"terms/" + key[0] + number8(key[1]): value for key, value in self.terms.items()}
        found |= {b"chain/" + key: value for key, value in self.chains.items()}
        found |= {b"quota/" + key: value for key, value in self.quota.items()}
        found |= {b"held/" + key[0] + key[1]: value for key, value in self.held.items()}
        found |= {b"recognition/" + key[0] + number8(key[1]): value for key, value in self.recognitions.items()}
        found |= {b"grant/" + key[0] + key[1]: value for key, value in self.grants.items()}
        found |= {b"agreement/" + key: value for key, value in self.agreements.items()}
        found |= {b"voucher/" + key: value for key, value in self.vouchers.items()}
        found |= {b"holding/" + key[0] + key[1]: value for key, value in self.holdings.items()}
        found |= {b"piece/" + key[0] + number8(key[1]): value for key, value in self.pieces.items()}
        found |= {b"custody/" + key[0] + key[1]: value for key, value in self.custody.items()}
        found |= {b"assigned/" + key[0] + key[1]: value for key, value in self.assigned.items()}
        found |= {b"proposal/" + key: value for key, value in self.proposals.items()}
        return found


def number8(number: int) -> bytes:
    """A number as it stands in keys and results."""
    return number.to_bytes(8, "big")
