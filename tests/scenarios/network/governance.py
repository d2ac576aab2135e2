"""Bookkeepers of a network who propose and approve changes of the validators."""

import base64
import os

from app.core.codec import encode
from app.core.hashing import sha256
from app.core.ids import derive_address
from app.core.proposal import derive_proposal
from app.core.transaction import SignatureEntry, encode_transaction, signing_digest
from app.core.wire import registry_pb2 as wire
from app.node.engine.founding import FIRST_BOOKKEEPER
from app.wallet.keystore import load_keystore
from tests.scenarios.network.network import QUICK, Network, until
from tests.scenarios.network.rpc import Refused


async def decide(network: Network, key: bytes, power: int, *bookkeepers: int) -> None:
    """Give the validator with this key this power (0: none).

    The first of these bookkeepers proposes, and answers for the seat; the others approve.
    """
    first, *others = bookkeepers
    seat = wire.Seat(key=key, power=power, account=FIRST_BOOKKEEPER + first - 1)
    deadline = await network.height() + 1_000
    propose = wire.Propose(document=sha256(b"reasons"), deadline=deadline, validator=seat)
    body = await _act(network, first, wire.Body(propose=propose))
    proposal = derive_proposal(body.sender, body.nonce)
    for number in others:
        await _act(network, number, wire.Body(approve=wire.Approve(proposal=proposal)))


async def validator_keys(network: Network, number: int) -> dict[bytes, int]:
    """Key → power, as a validator says now."""
    answer = await network.rpc[number].call("validators", per_page="100")
    return {base64.b64decode(one["pub_key"]["value"]): int(one["voting_power"]) for one in answer["validators"]}


async def _act(network: Network, number: int, body: wire.Body) -> wire.Body:
    """Sign with a bookkeeper's key, hand in, and wait until it stands in a block."""
    key = load_keystore(network.folder.validator(number).bookkeeper.keystore).unlock(QUICK.passphrase)
    body.chain_id = network.plan.chain_id
    body.sender = derive_address(network.plan.chain_id, key.public_key)
    body.nonce = os.urandom(16)
    body.valid_until = await network.height() + 200
    content = encode(body)
    raw = encode_transaction(content, [SignatureEntry(key.public_key, key.sign(signing_digest(content)))])
    key.lock()
    rpc = network.rpc[number]

    async def is_let_in() -> bool:  # this validator may not have the proposal's block yet
        return await rpc.submit(raw) == 0

    await until(is_let_in, 30)

    async def is_final() -> bool:
        try:
            answer = await rpc.call("tx", hash=base64.b64encode(sha256(raw)).decode())
        except Refused:
            return False
        assert int(answer["tx_result"]["code"]) == 0
        return True

    await until(is_final, 30)
    return body
