"""What counts for an account's reserve proofs now: its own holdings and those of others that said so (white paper 3.4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.client.node import NodeClient
from app.client.registry import RegistryReader, every
from app.client.statements import StatementReader
from app.core.wire import registry_pb2 as wire


@dataclass(frozen=True, slots=True)
class CustodyHeld:
    """Of one voucher. Smallest units, or pieces."""

    voucher: bytes
    own: int
    others: Mapping[int, int]
    """By account number: partners whose holding counts for this account."""
    assigned_to: int
    """Another custodian for whom the own holding counts; 0: it counts here."""

    @property
    def counted(self) -> int:
        """All that counts for this account."""
        return sum(self.others.values()) + (0 if self.assigned_to else self.own)


async def custody_held(node: NodeClient, account: int) -> tuple[CustodyHeld, ...]:
    """Every voucher of which something counts for an account, or is held by it; by id."""
    registry, statements = RegistryReader(node), StatementReader(node)
    own: dict[bytes, int] = {}
    async for held in every(lambda at: registry.holdings(account, cursor=at)):
        own[held.voucher.id] = _amount(held.holding)
    others: dict[bytes, dict[int, int]] = {}
    async for each in every(lambda at: statements.assigned(account, cursor=at)):
        others.setdefault(each.voucher, {})[each.account] = _amount(each.holding)
    away: dict[bytes, int] = {}
    async for assigned in every(lambda at: statements.assignments(account, cursor=at)):
        away[assigned.voucher] = int(assigned.assignment.custodian)
    return tuple(
        CustodyHeld(voucher, own.get(voucher, 0), others.get(voucher, {}), away.get(voucher, 0))
        for voucher in sorted(own.keys() | others.keys())
    )


def _amount(holding: wire.Holding) -> int:
    return int(holding.amount + holding.packed)
