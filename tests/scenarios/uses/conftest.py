"""One town for all the tests of a use, and somebody who trusts nobody in it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.scenarios.town import Town, running_town
from tests.scenarios.uses.stranger import OwnNode, own_node


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A consortium, a node, and desks for everybody."""
    async with running_town(tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stranger(town: Town) -> AsyncIterator[OwnNode]:
    """A node that begins at the genesis document and believes nobody."""
    async with own_node(town.genesis, town.peers) as node:
        yield node
