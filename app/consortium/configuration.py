"""CometBFT's config.toml. Pure: settings in, text out.

Holds only what differs from CometBFT v0.39.4's defaults (config/config.go), each with the reason beside it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

MAX_TRANSACTION_BYTES = 65_536
"""As the law's own bound (`GenesisParameters.max_transaction_bytes`)."""
MEMPOOL_BYTES = 64 * 1024 * 1024
SIGNER = "priv_validator_laddr"
DEFAULT_INTERVAL = 3.0
DEFAULT_EMPTY_INTERVAL = 60.0
VOTING_SECONDS = 0.2
"""What a block takes besides the pause after it, with everybody near."""
LONGEST_PROPOSAL_SECONDS, SHORTEST_PROPOSAL_SECONDS = 3.0, 0.5
LONGEST_VOTE_SECONDS, SHORTEST_VOTE_SECONDS = 1.0, 0.2


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What is decided for one validator."""

    moniker: str
    """ASCII, for people who read logs."""
    application: str
    """Where the application listens: tcp://host:port or unix://path; or the name of one that is compiled into CometBFT."""
    rpc: str
    """Where RPC listens, tcp://host:port."""
    peer_to_peer: str
    """Where peers connect, tcp://host:port."""
    peers: tuple[str, ...]
    """id@host:port of all others."""
    interval_seconds: float = DEFAULT_INTERVAL
    signer: str = ""
    """Where a signer of its own connects, unix://path; empty: CometBFT signs with the key in its home."""
    empty_seconds: float = DEFAULT_EMPTY_INTERVAL
    """An empty block comes at the latest after so long."""


Line = tuple[str, str, str | int | bool]
"""(why, name, value)"""


def encode_config(settings: NodeSettings) -> str:
    """The whole config.toml."""
    text = "# Written by `luopu consortium`. What is not here is CometBFT 0.39.4's default.\n"
    text += _lines(_base(settings))
    for name, lines in (
        ("rpc", _rpc(settings)),
        ("p2p", _peer_to_peer(settings)),
        ("mempool", _mempool()),
        ("consensus", _consensus(settings)),
    ):
        text += f"\n[{name}]\n{_lines(lines)}"
    return text


def reachable(rpc: str) -> str:
    """The URL under which this computer reaches its own RPC; one that listens everywhere listens on loopback, too."""
    host, _, port = rpc.removeprefix("tcp://").rpartition(":")
    return f"http://{'127.0.0.1' if host in {'', '0.0.0.0', '[::]'} else host}:{port}"  # noqa: S104


def _base(settings: NodeSettings) -> Sequence[Line]:
    lines: list[Line] = [
        ("where the application (luopu abci) listens", "proxy_app", settings.application),
        ("the name of this node in logs", "moniker", settings.moniker),
    ]
    if settings.signer:
        lines.append(
            ("the signer (luopu signer) that holds the validator's key connects here", SIGNER, settings.signer)
        )
    return lines


def _rpc(settings: NodeSettings) -> Sequence[Line]:
    return [("nodes and clients ask here; it needs no key, so let only those in who shall ask", "laddr", settings.rpc)]


def _peer_to_peer(settings: NodeSettings) -> Sequence[Line]:
    return [
        ("the other validators connect here", "laddr", settings.peer_to_peer),
        ("all others, by the id of their node key", "persistent_peers", ",".join(settings.peers)),
        ("the validators know each other; nobody is introduced", "pex", False),
        ("companies may reach each other over private networks", "addr_book_strict", False),
        ("several may come from one address: behind one gateway, or on one computer", "allow_duplicate_ip", True),
    ]


def _mempool() -> Sequence[Line]:
    return [
        ("no larger transaction is lawful", "max_tx_bytes", MAX_TRANSACTION_BYTES),
        ("bytes of all waiting transactions", "max_txs_bytes", MEMPOOL_BYTES),
        ("time to look again at every waiting transaction after a block", "recheck_timeout", "5s"),
    ]


def _consensus(settings: NodeSettings) -> Sequence[Line]:
    interval = settings.interval_seconds
    pause = max(interval - VOTING_SECONDS, interval / 2)
    lines: list[Line] = [("the pause after a block; all validators need the same", "timeout_commit", _time(pause))]
    propose = min(LONGEST_PROPOSAL_SECONDS, max(SHORTEST_PROPOSAL_SECONDS, interval))
    vote = min(LONGEST_VOTE_SECONDS, max(SHORTEST_VOTE_SECONDS, interval / 2))
    if propose < LONGEST_PROPOSAL_SECONDS:
        lines.append(("how long a proposer is waited for", "timeout_propose", _time(propose)))
    if vote < LONGEST_VOTE_SECONDS:
        lines.append(("how long missing votes are waited for", "timeout_prevote", _time(vote)))
        lines.append(("the same in the second step", "timeout_precommit", _time(vote)))
    lines.append(("no block without a transaction …", "create_empty_blocks", False))
    lines.append(
        (
            "… but one now and then, to show that all is well",
            "create_empty_blocks_interval",
            _time(settings.empty_seconds),
        )
    )
    return lines


def _time(seconds: float) -> str:
    """As Go reads durations."""
    milliseconds = round(seconds * 1000)
    return f"{milliseconds}ms" if milliseconds % 1000 else f"{milliseconds // 1000}s"


def _lines(lines: Sequence[Line]) -> str:
    # JSON's true, false, integers and ASCII strings are TOML's, too
    return "".join(f"# {why}\n{name} = {json.dumps(value)}\n" for why, name, value in lines)
