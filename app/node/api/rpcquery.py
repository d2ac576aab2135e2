"""The few queries that are offered, of CometBFT's language for searches and subscriptions.

`tm.event = 'NewBlock' | 'NewBlockHeader' | 'Tx'`, `tx.hash = '…'` and `tx.height = N`, joined by AND; nothing else, and an
error says so.
"""

import re
from dataclasses import dataclass

from app.core.units import INT64_MAX
from app.node.api.jsonrpc import RpcError, internal_error

MAX_QUERY = 512
EVENTS = ("NewBlock", "NewBlockHeader", "Tx")
OFFERED = "tm.event = 'NewBlock', 'NewBlockHeader' or 'Tx', tx.hash = '…' and tx.height = N"

_CONDITION = re.compile(r"""\s*([a-z.]+)\s*=\s*(?:'([^']*)'|"([^"]*)"|([0-9]+))\s*""")
_AND = re.compile(r"\s+AND\s+")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; None where it does not matter."""

    event: str | None
    transaction_hash: bytes | None
    height: int | None

    def is_met(self, transaction_hash: bytes, height: int) -> bool:
        """Whether a transaction is one of those looked for."""
        return self.transaction_hash in {None, transaction_hash} and self.height in {None, height}


def parse_query(untrusted: str) -> Query:
    """Read a query.

    Raises:
        RpcError: it is none, or one that is not offered.
    """
    if len(untrusted) > MAX_QUERY:
        raise internal_error("maximum query length exceeded")
    found: dict[str, str] = {}
    for part in _AND.split(untrusted):
        condition = _CONDITION.fullmatch(part)
        if condition is None or condition[1] in found:
            raise _not_offered()
        found[condition[1]] = next(value for value in condition.groups()[1:] if value is not None)
    event = found.pop("tm.event", None)
    transaction_hash, height = found.pop("tx.hash", None), found.pop("tx.height", None)
    if found or event not in {None, *EVENTS} or (event not in {None, "Tx"} and (transaction_hash or height)):
        raise _not_offered()
    return Query(event, _hash(transaction_hash), _height(height))


def _hash(value: str | None) -> bytes | None:
    try:
        return None if value is None else bytes.fromhex(value)
    except ValueError as error:
        raise _not_offered() from error


def _height(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isascii() or not value.isdecimal() or len(value) > 19 or int(value) > INT64_MAX:
        raise _not_offered()
    return int(value)


def _not_offered() -> RpcError:
    return internal_error(f"failed to parse query: offered are {OFFERED}")
