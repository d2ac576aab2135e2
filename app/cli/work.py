"""`luopu records`, `bundle`, `status`: what a clerk asks the home's running node; and what commands have at hand there."""

import argparse
import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.cli.output import Speaker
from app.cli.signing import OwnKey
from app.client.model import AccountStatus, Final, NeverLanded, NodeStatus, Outcome, RecordStatus, RefusedInBlock
from app.client.node import NodeClient
from app.client.notarization import Notary
from app.client.papers import save_bundle
from app.core.errors import NotFound, UsageError
from app.core.home import Home
from app.core.messages import outcome_words
from app.wallet.entry import Entry
from app.wallet.keystore import LockedKeystore, load_keystore
from app.wallet.outbox import Outbox
from app.wiring.node import load_endpoint
from app.wiring.stores import load_genesis
from app.wiring.system import SystemClock, SystemRandomness

MIN_DIGEST_PREFIX = 8


@asynccontextmanager
async def node_of(home: Home) -> AsyncIterator[NodeClient]:
    """A client of the home's running node."""
    async with NodeClient(lambda: load_endpoint(home)) as client:
        yield client


def open_outbox(home: Home) -> Outbox:
    """The home's outbox."""
    home.outbox.parent.mkdir(parents=True, exist_ok=True)
    return Outbox.open(home.outbox, SystemClock())


def make_notary(node: NodeClient, outbox: Outbox, key: OwnKey | LockedKeystore) -> Notary:
    """A notary for one key."""
    return Notary(node, outbox, key.public_key, key.label, SystemClock(), SystemRandomness())


# ---- what was signed, as a program gets it ----------------------------------------------------------------------------
def entry_as_json(entry: Entry) -> dict[str, object]:
    """What was signed for one file."""
    record = entry.shown.record
    return {
        "file": str(entry.path),
        "sha256": record.sha256.hex(),
        "sm3": record.sm3.hex(),
        "size": record.size,
        "record": entry.record_digest.hex(),
        "chain": record.chain.hex(),
        "sequence": record.sequence,
        "subject": record.subject,
        "transaction": None if entry.transaction_hash is None else entry.transaction_hash.hex(),
        "valid_until": int(entry.valid_until),
    }


def outcome_as_json(outcome: Outcome | None) -> dict[str, object]:
    """State, and what belongs to it."""
    match outcome:
        case Final():
            return {"state": "final", "height": outcome.height, "index": outcome.log_index}
        case NeverLanded():
            return {"state": "expired", "height": outcome.height}
        case RefusedInBlock():
            return {"state": "refused", "height": outcome.height, "code": outcome.error.code}
        case _:
            return {"state": "unknown"}


# ---- records ---------------------------------------------------------------------------------------------------------
def run_records(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """List the account's records, newest first, or a chain's by sequence."""
    return asyncio.run(_records(arguments, home, speaker))


async def _records(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    async with node_of(home) as node:
        if arguments.chain is not None:
            records = await node.chain_records(parse_chain(arguments.chain))
        else:
            account = await node.account_of_key(load_keystore(home.keystore).public_key)
            records = [] if account is None else await node.records(account.address, limit=arguments.limit)
    outbox = open_outbox(home)
    try:
        names = {record.record_digest: outbox.find(record.record_digest) for record in records}
    finally:
        outbox.close()
    for record in records:
        entry = names[record.record_digest]
        name = "" if entry is None else entry.file_name
        place = f"{record.chain.hex()[:8]}#{record.sequence}"
        state = outcome_words("final", speaker.language, height=record.height)
        speaker.say(
            f"{record.index:>6}  {record.record_digest.hex()[:16]}  {place:<14}  {state}  {record.subject}  {name}"
        )
    if not records:
        speaker.say(speaker.words("no-records"))
    speaker.answer({"records": [record_as_json(record) for record in records]})
    return 0


def record_as_json(record: RecordStatus) -> dict[str, object]:
    """A record as the chain has it."""
    more = record.additions
    return {
        "index": record.index,
        "record": record.record_digest.hex(),
        "chain": record.chain.hex(),
        "sequence": record.sequence,
        "previous": record.previous.hex(),
        "sha256": record.sha256.hex(),
        "sm3": record.sm3.hex(),
        "size": record.size,
        "subject": record.subject,
        "height": record.height,
        "time_ns": str(record.time_ns),
        "transaction": record.transaction_hash.hex(),
        "account": record.sender.hex(),
        "batch_root": more.batch_root.hex(),
        "batch_size": more.batch_size,
        "supersedes": more.supersedes,
        "timestamp": more.timestamp.hex(),
        "hosting": more.hosting.hex(),
    }


# ---- bundle ----------------------------------------------------------------------------------------------------------
def run_bundle(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Write a record's evidence bundle, verified before it is handed out."""
    return asyncio.run(_bundle(arguments, home, speaker))


async def _bundle(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    outbox = open_outbox(home)
    try:
        async with node_of(home) as node:
            record = await find_record(node, home, arguments.id)
            await node.wait_for_height(record.height + 1)
            entry = outbox.find(record.record_digest)
            if entry is None:
                raise NotFound(what="context", name=record.record_digest.hex())
            source = Path(arguments.file) if arguments.file else entry.path
            genesis = load_genesis(home.genesis)[0]
            target = Path(arguments.output)
            material = await node.proof(record.record_digest)
            await asyncio.to_thread(
                save_bundle, material, entry.context, source, target, genesis, detached=arguments.detached
            )
    finally:
        outbox.close()
    speaker.say(speaker.words("bundle-written", path=target))
    speaker.answer({"bundle": str(target), "record": record.record_digest.hex(), "detached": bool(arguments.detached)})
    return 0


async def find_record(node: NodeClient, home: Home, name: str) -> RecordStatus:
    """A record by log index, whole digest, or the first characters of a digest among the account's records."""
    if (name.isascii() and name.isdecimal() and len(name) < MIN_DIGEST_PREFIX) or len(name) == 64:
        return await node.record(name)
    if len(name) < MIN_DIGEST_PREFIX:
        raise UsageError(argument="ID", expected=f"a log index, or {MIN_DIGEST_PREFIX} or more hex digits", got=name)
    account = await node.account_of_key(load_keystore(home.keystore).public_key)
    before: int | None = None
    found: list[RecordStatus] = []
    while account is not None:
        page = await node.records(account.address, before=before, limit=256)
        found += [record for record in page if record.record_digest.hex().startswith(name.lower())]
        if len(page) < 256:
            break
        before = page[-1].index
    if len(found) != 1:
        raise (
            NotFound(what="record", name=name) if not found else UsageError(argument="ID", reason="ambiguous", got=name)
        )
    return found[0]


# ---- status ----------------------------------------------------------------------------------------------------------
def run_status(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Say where the node stands."""
    del arguments
    return asyncio.run(_status(home, speaker))


async def _status(home: Home, speaker: Speaker) -> int:
    async with node_of(home) as node:
        status = await node.status()
        account = await node.account_of_key(load_keystore(home.keystore).public_key) if home.keystore.exists() else None
    speaker.pairs(
        {
            speaker.words("network"): f"{status.chain_id}  {status.genesis_fingerprint.hex()[:16]}",
            speaker.words("state"): f"{speaker.words('height', height=status.height)}  {_sync_text(speaker, status)}",
            speaker.words("finality"): speaker.words(
                "signers", signed=status.signed_validators, total=status.total_validators
            ),
            speaker.words("peers"): ", ".join(f"{peer.address} ({peer.error or peer.height})" for peer in status.peers)
            or "—",
            speaker.words("account"): speaker.words("not-registered")
            if account is None
            else f"{account.name} {account.id}",
            speaker.words("quota"): "—"
            if account is None
            else speaker.words("left-of", left=account.quota.left, points=account.quota.points),
        }
    )
    speaker.answer(status_as_json(status, account))
    return 0 if status.halted is None else 1


def _sync_text(speaker: Speaker, status: NodeStatus) -> str:
    if status.halted is not None:
        return speaker.words("halted", reason=status.halted)
    if status.blocks_behind is None:
        return speaker.words("offline")
    if not status.blocks_behind:
        return speaker.words("synced")
    seconds = _seconds_left(status)
    behind = speaker.words("behind", blocks=status.blocks_behind)
    return behind if seconds is None else f"{behind}, {speaker.words('seconds-left', seconds=seconds)}"


def _seconds_left(status: NodeStatus) -> int | None:
    """Until the node is at the tip, at the rate of the last ten seconds; None where nobody can say."""
    if not status.blocks_behind or round(status.blocks_per_second) == 0:
        return None if status.blocks_behind is None or status.blocks_behind else 0
    return math.ceil(status.blocks_behind / status.blocks_per_second)


def status_as_json(status: NodeStatus, account: AccountStatus | None) -> dict[str, object]:
    """The node's status and the account's."""
    return {
        "chain_id": status.chain_id,
        "genesis_fingerprint": status.genesis_fingerprint.hex(),
        "height": status.height,
        "block_hash": status.block_hash.hex(),
        "app_hash": status.app_hash.hex(),
        "block_time_ns": str(status.block_time_ns),
        "blocks_behind": status.blocks_behind,
        "blocks_per_second": round(status.blocks_per_second),
        "seconds_left": _seconds_left(status),
        "signed_validators": status.signed_validators,
        "total_validators": status.total_validators,
        "peers": [{"address": peer.address, "height": peer.height, "error": peer.error} for peer in status.peers],
        "halted": status.halted,
        "account": None if account is None else {"id": account.id, "name": account.name},
        "quota": None
        if account is None
        else {"points": account.quota.points, "left": account.quota.left, "renews_ns": str(account.quota.renews_ns)},
    }


def parse_chain(text: str) -> bytes:
    """A record chain's id: 32 hex digits.

    Raises:
        UsageError: anything else.
    """
    try:
        chain = bytes.fromhex(text)
    except ValueError:
        chain = b""
    if len(chain) != 16:
        raise UsageError(argument="--chain", expected="32 hex digits", got=text[:80])
    return chain
