"""A node as seen from outside, over its loopback API.

Guarantees: answers decode strictly into `app.client.model`; an error of the node arrives as the same typed error; silence
is NodeUnreachable. The event stream reconnects for ever and tells when it had to.
"""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp

from app.client.council import (
    Bookkeeper,
    CouncilStatus,
    ProposalStatus,
    decode_bookkeeper,
    decode_council,
    decode_proposal,
)
from app.client.fields import Fields
from app.client.model import (
    AccountStatus,
    ChainParameters,
    ChainStatus,
    Final,
    NeverLanded,
    NodeStatus,
    Outcome,
    PeerStatus,
    QuotaStatus,
    RecordStatus,
    RefusedInBlock,
    Unknown,
)
from app.client.receipt import Receipt, decode_receipt
from app.core.errors import DecodingError, LuopuError, NodeError, NodeUnreachable, NotFound
from app.core.keys import PublicKey
from app.core.record import Additions
from app.core.refusals import REFUSALS, Refused
from app.core.strictjson import decode_json

MAX_ANSWER = 64 * 1024 * 1024
REQUEST_SECONDS = 15.0
RECONNECT_SECONDS = 0.5
EVENT_SILENCE_SECONDS = 40.0

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a node listens and the token it asks for."""

    url: str
    token: str


class NodeClient:
    """Talks to one node."""

    def __init__(self, find_endpoint: Callable[[], Endpoint]) -> None:
        """`find_endpoint` says where the node listens now; asked again when it no longer answers there.

        Raises:
            NodeUnreachable: no node runs.
        """
        self._find_endpoint = find_endpoint
        self._endpoint = find_endpoint()
        self._session = aiohttp.ClientSession(
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=None),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    # ---- queries -------------------------------------------------------------------------------------------------
    async def status(self) -> NodeStatus:
        """Where the node stands."""
        fields = Fields(await self._get("/v1/status"))
        return NodeStatus(
            chain_id=fields.text("chain_id"),
            genesis_fingerprint=fields.hex("genesis_fingerprint"),
            height=fields.integer("height"),
            block_hash=fields.hex("block_hash"),
            app_hash=fields.hex("app_hash"),
            block_time_ns=fields.integer("block_time_ns"),
            target_height=fields.optional_integer("target_height"),
            target_time_ns=fields.optional_integer("target_time_ns"),
            blocks_per_second=fields.integer("blocks_per_ten_seconds") / 10,
            signed_validators=fields.integer("signed_validators"),
            total_validators=fields.integer("total_validators"),
            signed_power=fields.integer("signed_power"),
            total_power=fields.integer("total_power"),
            peers=tuple(_peer(item) for item in fields.items("peers")),
            halted=fields.optional_text("halted"),
            halted_facts=tuple(sorted(fields.facts("halted_facts").items())),
        )

    async def parameters(self) -> ChainParameters:
        """The law's parameters."""
        fields = Fields(await self._get("/v1/parameters"))
        return ChainParameters(
            validity_window=fields.integer("validity_window"),
            action_points=fields.integers("action_costs"),
            bytes_per_point=fields.integer("bytes_per_point"),
            max_transaction_bytes=fields.integer("max_transaction_bytes"),
        )

    async def account_of_key(self, key: PublicKey) -> AccountStatus | None:
        """The account a key belongs to, or None while the operator has not registered it."""
        try:
            return _account(Fields(await self._get(f"/v1/keys/{key.encode().hex()}")))
        except NotFound:
            return None

    async def records(self, account: bytes, *, before: int | None = None, limit: int = 100) -> list[RecordStatus]:
        """An account's records, newest first."""
        query = f"?limit={limit}" + ("" if before is None else f"&before={before}")
        answer = await self._get(f"/v1/accounts/{account.hex()}/records{query}")
        return [_record(Fields(item)) for item in Fields(answer).items("records")]

    async def record(self, name: str) -> RecordStatus:
        """A record by log index or digest (hex)."""
        return _record(Fields(await self._get(f"/v1/records/{name}")))

    async def chains(self, account: bytes) -> list[ChainStatus]:
        """Hash chains an account began, newest first."""
        answer = await self._get(f"/v1/accounts/{account.hex()}/chains")
        return [_chain(Fields(item)) for item in Fields(answer).items("chains")]

    async def chain(self, chain: bytes) -> ChainStatus:
        """One hash chain."""
        return _chain(Fields(await self._get(f"/v1/chains/{chain.hex()}")))

    async def chain_records(self, chain: bytes) -> list[RecordStatus]:
        """All records of a hash chain by sequence."""
        records: list[RecordStatus] = []
        while True:
            after = records[-1].sequence if records else 0
            answer = await self._get(f"/v1/chains/{chain.hex()}/records?after={after}&limit=256")
            page = [_record(Fields(item)) for item in Fields(answer).items("records")]
            records += page
            if len(page) < 256:
                return records

    async def proof(self, record_digest: bytes) -> Json:
        """Everything that proves a record, as the node serves it; decode with `app.client.papers`."""
        return await self._get(f"/v1/records/{record_digest.hex()}/proof")

    async def council(self) -> CouncilStatus:
        """The validators' seats, and the proposals with the latest deadlines."""
        return decode_council(Fields(await self._get("/v1/council")))

    async def proposal(self, proposal: bytes) -> ProposalStatus:
        """One proposal.

        Raises:
            NotFound: there is none.
        """
        return decode_proposal(Fields(await self._get(f"/v1/proposals/{proposal.hex()}")))

    async def bookkeeper(self, number: int) -> Bookkeeper:
        """The bookkeeper with a numeric ID.

        Raises:
            NotFound: there is none.
        """
        return decode_bookkeeper(Fields(await self._get(f"/v1/bookkeepers/{number}")))

    # ---- transactions --------------------------------------------------------------------------------------------
    async def explain(self, body: bytes) -> tuple[LuopuError, ...]:
        """Why the law would refuse the body's action now, whoever signs and whatever it costs; nothing: it would not.

        Raises:
            Malformed: not a body.
        """
        question = json.dumps({"body": base64.b64encode(body).decode()}).encode()
        fields = Fields(await self._request("POST", "/v1/explain", question))
        return tuple(error_from_json(reason) for reason in fields.items("reasons"))

    async def receipt(self, transaction_hash: bytes) -> Receipt | None:
        """What became of a transaction and who answers for it (3.6); None: it is in no block that the node has."""
        fields = Fields(await self._get(f"/v1/receipts/{transaction_hash.hex()}"))
        return decode_receipt(fields, transaction_hash)

    async def submit(self, transaction: bytes) -> bytes:
        """Hand a transaction to the node; returns its hash.

        Raises:
            Refused: the law would refuse it now.
        """
        fields = Fields(await self._request("POST", "/v1/transactions", transaction))
        return fields.hex("hash")

    async def outcome(self, transaction_hash: bytes, valid_until: int) -> Outcome:
        """What became of a transaction. Expired is said only when its last height is final and it is in no block."""
        fields = Fields(await self._get(f"/v1/transactions/{transaction_hash.hex()}"))
        height, receipt = fields.integer("height"), fields.optional_object("receipt")
        if receipt is not None:
            return _outcome(receipt)
        return NeverLanded(height) if height >= valid_until else Unknown(height, valid_until)

    async def wait_for_outcome(self, transaction_hash: bytes, valid_until: int) -> Outcome:
        """Wait until the outcome is no longer unknown."""
        while True:
            async for _ in self.heights():
                outcome = await self._outcome_or_none(transaction_hash, valid_until)
                if outcome is not None:
                    return outcome

    async def wait_for_height(self, height: int) -> None:
        """Wait until the node's durable height is at least `height`."""
        async for reached in self.heights():
            if reached >= height:
                return

    async def heights(self) -> AsyncGenerator[int, None]:
        """Durable heights as they rise, for ever. Reconnects by itself; the connection is closed with the generator."""
        last = -1
        while True:
            try:
                async with aclosing(self._stream()) as stream:
                    async for height in stream:
                        if height > last:
                            last = height
                            yield height
            except NodeUnreachable:
                pass
            await asyncio.sleep(RECONNECT_SECONDS)

    # ---- transport -----------------------------------------------------------------------------------------------
    async def ask(self, path: str, body: bytes | None = None) -> Json:
        """What the node answers at a path of its API, not yet decoded further; with a body, that is sent there."""
        return await self._request("GET" if body is None else "POST", path, body)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._endpoint.token}", "Accept-Encoding": "identity"}

    def _lost(self, error: Exception) -> NodeUnreachable:
        """The node does not answer; it may have been started again elsewhere."""
        lost = NodeUnreachable(node=self._endpoint.url, reason=type(error).__name__)
        with suppress(NodeUnreachable):
            self._endpoint = self._find_endpoint()
        return lost

    async def _outcome_or_none(self, transaction_hash: bytes, valid_until: int) -> Outcome | None:
        try:
            outcome = await self.outcome(transaction_hash, valid_until)
        except NodeUnreachable:
            return None
        return None if isinstance(outcome, Unknown) else outcome

    async def _stream(self) -> AsyncGenerator[int, None]:
        try:
            url, headers = self._endpoint.url + "/v1/events", self._headers()
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                response.raise_for_status()
                while True:
                    async with asyncio.timeout(EVENT_SILENCE_SECONDS):  # wait_for of 3.11 may swallow a cancellation
                        line = await response.content.readline()
                    if not line:
                        return
                    if line.startswith(b"id: ") and line[4:].strip().isdigit():
                        yield int(line[4:])
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise self._lost(error) from error

    async def _get(self, path: str) -> Json:
        return await self._request("GET", path, None)

    async def _request(self, method: str, path: str, body: bytes | None) -> Json:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                url, headers = self._endpoint.url + path, self._headers()
                async with self._session.request(
                    method, url, data=body, headers=headers, allow_redirects=False
                ) as response:
                    if response.status == 401:  # another run of the node, with another token
                        response.raise_for_status()
                    data = await _read_bounded(response)
                    status = response.status
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise self._lost(error) from error
        document = decode_json(data, max_bytes=MAX_ANSWER)
        if not isinstance(document, dict):
            raise DecodingError(kind="answer")
        if status != 200:
            raise error_from_json(document.get("error"))
        return document


def error_from_json(untrusted: object) -> LuopuError:
    """The typed error that another process of ours reports: {"code": …, "facts": {…}}."""
    fields = Fields(untrusted)
    code, facts = fields.text("code"), fields.facts("facts")
    kind = _error_kinds().get(code)
    return kind(**facts) if kind is not None else NodeError(**{"reason": code, **facts})


def _error_kinds() -> dict[str, type[LuopuError]]:
    kinds: dict[str, type[LuopuError]] = {}
    pending: list[type[LuopuError]] = [LuopuError]
    while pending:
        kind = pending.pop()
        kinds.setdefault(kind.code, kind)  # a special case told under a general code arrives as the general one
        pending += kind.__subclasses__()
    return kinds


async def _read_bounded(response: aiohttp.ClientResponse) -> bytes:
    received = bytearray()
    async for chunk in response.content.iter_any():
        received += chunk
        if len(received) > MAX_ANSWER:
            raise DecodingError(kind="answer", expected=f"at most {MAX_ANSWER} bytes")
    return bytes(received)


# ---- decoding ------------------------------------------------------------------------------------------------------
def _peer(untrusted: object) -> PeerStatus:
    fields = Fields(untrusted)
    return PeerStatus(
        fields.text("address"),
        fields.flag("connected"),
        fields.optional_integer("height"),
        fields.optional_text("error"),
    )


def _account(fields: Fields) -> AccountStatus:
    quota = fields.object("quota")
    return AccountStatus(
        address=fields.hex("address"),
        id=fields.integer("id"),
        name=fields.text("name"),
        party=fields.text("party"),
        permissions=fields.strings("permissions"),
        agreement=fields.hex("agreement"),
        quota=QuotaStatus(quota.integer("points"), quota.integer("spent"), quota.integer("renews_ns")),
    )


def _chain(fields: Fields) -> ChainStatus:
    return ChainStatus(
        chain=fields.hex("chain"),
        owner=fields.hex("owner"),
        sequence=fields.integer("sequence"),
        head=fields.hex("head"),
        title=fields.text("title"),
    )


def _record(fields: Fields) -> RecordStatus:
    return RecordStatus(
        index=fields.integer("index"),
        record_digest=fields.hex("record_digest"),
        chain=fields.hex("chain"),
        sequence=fields.integer("sequence"),
        previous=fields.hex("previous"),
        sha256=fields.hex("sha256"),
        sm3=fields.hex("sm3"),
        size=fields.integer("size"),
        subject=fields.text("subject"),
        context_digest=fields.hex("context_digest"),
        height=fields.integer("height"),
        time_ns=fields.integer("time_ns"),
        transaction_hash=fields.hex("transaction_hash"),
        sender=fields.hex("sender"),
        provable=fields.flag("provable"),
        additions=Additions(
            batch_root=fields.hex("batch_root"),
            batch_size=fields.integer("batch_size"),
            supersedes=fields.integer("supersedes"),
            timestamp=fields.hex("timestamp"),
            hosting=fields.hex("hosting"),
        ),
    )


def _outcome(receipt: Fields) -> Outcome:
    code, height = receipt.integer("code"), receipt.integer("height")
    if code:
        return RefusedInBlock(height, REFUSALS.get(code, Refused)(**receipt.facts("facts")))
    return Final(height, receipt.integer("time_ns"), receipt.integer("log_index"), receipt.hex("data"))
