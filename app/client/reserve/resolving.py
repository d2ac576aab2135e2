"""Who the users of a list are, as the node says (white paper 3.4.3)."""

from collections.abc import Sequence

from app.client.statements import StatementReader
from app.core.units import AccountAddress
from app.reserve.liabilities.model import Account


class NodeResolver:
    """Asks the node who is meant."""

    def __init__(self, reader: StatementReader) -> None:
        self._reader = reader

    async def resolve(self, references: Sequence[str]) -> Sequence[Account | None]:
        """As of `Resolver`."""
        found = await self._reader.resolve(references)
        return [
            None
            if each is None
            else Account(each.number, AccountAddress(each.address), each.party, each.name, each.is_in_force)
            for each in found
        ]
