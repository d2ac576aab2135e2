"""What the look-ups find: members of the registry and what concerns them, a page at a time.

Guarantees: each answer costs what it holds, whatever the size of the state; it shows what is durable. What is found is
named by bytes of a fixed length, in whose order it comes; a page goes on behind the last of the one before, so nothing is
seen twice or left out that stands there all the while.
"""

from collections.abc import Iterator
from heapq import merge
from itertools import islice

from app.core.ports import Reader
from app.node.store import keys
from app.node.store.mapped import EVERY_ISSUER

STAMP_BYTES = 8
_LAST = b"\xff" * 9  # behind every 8-byte number


class Finder:
    """Questions to the look-ups of a store. Hold its lock."""

    def __init__(self, kv: Reader) -> None:
        self._kv = kv

    # ---- accounts ------------------------------------------------------------------------------------------------
    def accounts_of_party(self, party: int, after: int, limit: int) -> list[int]:
        """Numbers of the accounts of a party above `after`, ascending."""
        return [_number(key) for key in self._up(keys.OF_PARTY + keys.number(party), keys.number(after), limit)]

    def users_of(self, partner: int, after: int, limit: int) -> list[int]:
        """Numbers above `after` of the users that a partner certifies, ascending; the certification need not count."""
        return [_number(key) for key in self._up(keys.USERS + keys.number(partner), keys.number(after), limit)]

    def grants_to(self, grantee: int, before: bytes, limit: int) -> list[bytes]:
        """Grants that an account was given, newest first, withdrawn ones, too: height (8), address of the user (20), id."""
        return self._down(keys.GRANTED + keys.number(grantee), before or _LAST, limit)

    def agreements_of(self, account: int, before: bytes, limit: int) -> list[bytes]:
        """Agreements that an account opened or is a party of, the latest deadline first: deadline (8), id."""
        return self._down(keys.AGREEMENTS + keys.number(account), before or _LAST, limit)

    # ---- vouchers ------------------------------------------------------------------------------------------------
    def vouchers(self, issuer: int | None, state: int | None, after: bytes, limit: int) -> list[bytes]:
        """Vouchers of an issuer (None: whoever it is) in a state (None: any): state (8), id."""
        prefix = keys.VOUCHERS + keys.number(EVERY_ISSUER if issuer is None else issuer)
        if state is None:
            return self._up(prefix, after, limit)
        stamp = keys.number(state)
        return [stamp + voucher for voucher in self._up(prefix + stamp, after[STAMP_BYTES:], limit)]

    def holders_of(self, voucher: bytes, after: bytes, limit: int) -> list[bytes]:
        """Who holds some of a voucher: address."""
        return self._up(keys.HOLDERS + voucher, after, limit)

    def pieces_of(self, owner: bytes, voucher: bytes, after: bytes, limit: int) -> list[bytes]:
        """Live pieces of an owner (address), of one voucher unless that is empty: voucher (16), serial (8)."""
        prefix = keys.PIECES + owner
        return [voucher + rest for rest in self._up(prefix + voucher, after[len(voucher) :], limit)]

    def custodians_of(self, voucher: bytes, after: bytes, limit: int) -> list[bytes]:
        """Who has attested to keep some of a voucher for others: address."""
        return self._up(keys.CUSTODIANS + voucher, after, limit)

    def assigned_to(self, custodian: int, voucher: bytes, after: bytes, limit: int) -> list[bytes]:
        """Whose holdings count for a custodian, of one voucher unless that is empty: voucher (16), address (20)."""
        prefix = keys.ASSIGNED + keys.number(custodian)
        return [voucher + rest for rest in self._up(prefix + voucher, after[len(voucher) :], limit)]

    # ---- the log -------------------------------------------------------------------------------------------------
    def activity(self, address: bytes, account: int, before: int | None, limit: int) -> list[int]:
        """Log indexes below `before` of all that an account did or that concerns it, newest first."""
        prefixes = (keys.BY_ACCOUNT + address, keys.ACTED + address, keys.NAMED + keys.number(account))
        found = merge(*(self._indexes(prefix, before) for prefix in prefixes), reverse=True)
        return list(islice(_once(found), limit))

    def orders_on_account(self, account: int, before: int | None, limit: int) -> list[int]:
        """Log indexes below `before` of the orders about an account, newest first."""
        return list(islice(self._indexes(keys.ORDERS_ON_ACCOUNT + keys.number(account), before), limit))

    def orders_on_voucher(self, voucher: bytes, before: int | None, limit: int) -> list[int]:
        """The same of a voucher."""
        return list(islice(self._indexes(keys.ORDERS_ON_VOUCHER + voucher, before), limit))

    def attestations(self, voucher: bytes, custodian: bytes, before: int | None, limit: int) -> list[int]:
        """Log indexes below `before` of attestations about a voucher, of one custodian (address) unless that is empty,
        newest first.
        """
        prefix = keys.ATTESTED_BY + voucher + custodian if custodian else keys.ATTESTED + voucher
        return list(islice(self._indexes(prefix, before), limit))

    # ---- inside --------------------------------------------------------------------------------------------------
    def _up(self, prefix: bytes, after: bytes, limit: int) -> list[bytes]:
        """What follows `prefix` in the keys behind `prefix` + `after`, ascending."""
        start = prefix + after + b"\x00" if after else prefix
        return [key[len(prefix) :] for key, _ in islice(self._kv.scan(start, keys.after(prefix)), limit)]

    def _down(self, prefix: bytes, before: bytes, limit: int) -> list[bytes]:
        """What follows `prefix` in the keys below `prefix` + `before`, descending."""
        return [key[len(prefix) :] for key, _ in islice(self._kv.scan(prefix, prefix + before, reverse=True), limit)]

    def _indexes(self, prefix: bytes, before: int | None) -> Iterator[int]:
        stop = prefix + (_LAST if before is None else keys.number(before))
        return (_number(key[-8:]) for key, _ in self._kv.scan(prefix, stop, reverse=True))


def _once(indexes: Iterator[int]) -> Iterator[int]:
    last = None
    for index in indexes:
        if index != last:
            yield index
        last = index


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")
