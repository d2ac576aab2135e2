"""What a node knows of records that are not on its chain yet: what speaks against a draft, and what became of a record that
was signed here and sent from a colleague's desk (经办/复核).

Guarantees: what waits for colleagues is never said to be anything else before the verified chain has it, or can have it no
longer. Leaves to others: whose signatures suffice, and following what all have signed (`app.client.following`).
"""

import asyncio
from typing import Final

from app.client.model import NeverLanded
from app.client.node import NodeClient
from app.client.papers import decode_material
from app.core.errors import LuopuError, NotFound
from app.core.refusals import ChainForked, Expired, UnknownChain
from app.wallet.entry import Entry
from app.wallet.outbox import Outbox
from app.wallet.signatures import decode_signed

PLACED: Final = frozenset({ChainForked.code, UnknownChain.code})
"""A draft has the place behind what is on its way; where that has not arrived yet, the node knows no such place."""


async def reasons_against(node: NodeClient, draft: Entry) -> list[LuopuError]:
    """Why the law would refuse a drafted record as things stand, whoever signs. To be asked of the first of several: the
    others continue what is not there yet."""
    return [reason for reason in await node.explain(draft.draft.body_bytes) if reason.code not in PLACED]


async def look_for(node: NodeClient, outbox: Outbox, entry: Entry) -> NeverLanded | None:
    """Look whether a record that waits for colleagues stands on the chain, or never will; nothing: it still waits, or has
    come. From the block behind it on, the outbox has its signatures too, and follows it as if it had been sent from here."""
    status = await node.status()
    try:
        record = await node.record(entry.record_digest.hex())
    except NotFound:
        if status.height < entry.valid_until:
            return None
        await asyncio.to_thread(outbox.mark_note, entry.id, Expired.code)
        return NeverLanded(status.height)
    if record.provable:
        await _take_over(node, outbox, entry)
    return None


async def _take_over(node: NodeClient, outbox: Outbox, entry: Entry) -> None:
    proof = decode_material(await node.proof(entry.record_digest), entry.context, detached=True)
    if decode_signed(proof.transaction).draft == entry.draft:
        await asyncio.to_thread(outbox.adopt, proof.transaction)
