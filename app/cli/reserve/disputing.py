"""`luopu reserve verify --chain`: a user's file against what the chain says now (white paper 3.4.3).

Guarantees: a publication is looked up by root and statement among all that its custodian ever published about its voucher. It
is said to be absent only where the node has reached its height.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from app.cli.reserve.verifying import ChainWord, Checked
from app.cli.work import node_of
from app.client.node import NodeClient
from app.client.registry import every
from app.client.reserve.standing import standing_of
from app.client.stated import AttestationView
from app.client.statements import StatementReader
from app.core.errors import NotFound
from app.core.home import Home
from app.reserve.verify import Report


def look_up(checked: Sequence[Checked], home: Home) -> list[Checked]:
    """The same, each with what the chain says of it. Errors as of a node that does not answer."""
    return asyncio.run(_look_up(checked, home))


async def _look_up(checked: Sequence[Checked], home: Home) -> list[Checked]:
    async with node_of(home) as node:
        return [replace(each, chain=await _word(node, each.report)) for each in checked]


async def _word(node: NodeClient, report: Report | None) -> ChainWord | None:
    if report is None or report.parts is None:
        return None
    header, attested = report.parts.proof.header, report.parts.attested
    claimed, reader = int(report.parts.entry.height), StatementReader(node)
    height = (await node.status()).height
    if height < claimed:
        return ChainWord("behind", claimed, 0, height)
    number = header.custodian.number
    published = await _published(reader, header.voucher, number)
    found = standing_of(published, attested.root, attested.statement)
    newest = 0 if found.newest is None else int(found.newest.height)
    if found.found is None:
        return ChainWord("absent", claimed, 0, newest)
    return ChainWord("superseded" if found.later else "newest", int(found.found.height), found.later, newest)


async def _published(reader: StatementReader, voucher: bytes, custodian: int) -> list[AttestationView]:
    """The oldest first; none of a voucher that this chain has never had."""
    try:
        return [each async for each in every(lambda at: reader.attestations(voucher, custodian, cursor=at))][::-1]
    except NotFound:
        return []
