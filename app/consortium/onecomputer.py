"""A whole consortium on one computer: real validators of CometBFT, each with an address of its own on loopback.

Everything in it is real except that one person holds all the keys.
"""

import ipaddress
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.consortium.company import Company
from app.consortium.configuration import DEFAULT_EMPTY_INTERVAL, DEFAULT_INTERVAL, NodeSettings
from app.consortium.folders import ConsortiumFolder
from app.consortium.making import Lock, as_bookkeeper, configure, furnish, make_company, make_folder, make_key
from app.core.errors import UsageError
from app.core.hashing import sha256
from app.core.keys import PublicKey
from app.node.engine.founding import PARTNER_QUOTA, Founding, Partner, encode_founding
from app.node.engine.sandbox import AGREEMENT
from app.wiring.files import write_durably
from app.wiring.sandbox import DEFAULT_LABEL
from app.wiring.system import SystemClock

PEER_PORT, RPC_PORT, APPLICATION_PORT = 26656, 26657, 26658
FIRST_ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is wanted."""

    names: tuple[str, ...]
    """Of the companies; one validator for each."""
    chain_id: str
    partner: str
    partner_key: PublicKey | None = None
    """None: a new one is made."""
    partner_quota: int = PARTNER_QUOTA
    first_address: str = FIRST_ADDRESS
    """The validators take this address of loopback and those after it."""
    interval_seconds: float = DEFAULT_INTERVAL
    empty_seconds: float = DEFAULT_EMPTY_INTERVAL

    def host(self, number: int) -> str:
        """The address of a validator; they are counted from 1."""
        return str(ipaddress.IPv4Address(self.first_address) + number - 1)

    def rpc_url(self, number: int) -> str:
        """Where the RPC of a validator listens."""
        return f"http://{self.host(number)}:{RPC_PORT}"

    @property
    def rpc_urls(self) -> Sequence[str]:
        """Of all validators."""
        return [self.rpc_url(number) for number in range(1, len(self.names) + 1)]

    def settings(self, number: int, companies: Sequence[Company]) -> NodeSettings:
        """What is decided for one validator among all `companies`."""
        host = self.host(number)
        return NodeSettings(
            moniker=f"validator{number}",
            application=f"tcp://{host}:{APPLICATION_PORT}",
            rpc=f"tcp://{host}:{RPC_PORT}",
            peer_to_peer=f"tcp://{host}:{PEER_PORT}",
            peers=tuple(company.peer for other, company in enumerate(companies, start=1) if other != number),
            interval_seconds=self.interval_seconds,
            empty_seconds=self.empty_seconds,
        )


def new_chain_id() -> str:
    """A name that no other chain has."""
    return f"luopu-{secrets.token_hex(3)}"


def make_consortium(output: Path, plan: Plan, lock: Lock) -> None:
    """Write the whole consortium into a new folder. `lock` closes the keystores of all parties.

    Raises:
        FolderExists: there is something of that name.
        UsageError: this computer does not have the addresses.
        BadGenesis: no chain can start from this plan.
        WeakPassphrase: fewer than 8 characters.
    """
    _check_addresses(plan)
    make_folder(output, lambda draft: _fill(ConsortiumFolder(draft), plan, lock))


def _fill(folder: ConsortiumFolder, plan: Plan, lock: Lock) -> None:
    companies = []
    for number, name in enumerate(plan.names, start=1):
        validator = folder.validator(number)
        validator.root.mkdir(mode=0o700)
        companies.append(make_company(validator, name, f"{plan.host(number)}:{PEER_PORT}", lock))
    operator = make_key(folder.operator, "业务准入方", lock)
    clerk = plan.partner_key or make_key(folder.partner, DEFAULT_LABEL, lock)
    genesis = encode_founding(
        Founding(
            chain_id=plan.chain_id,
            time_ns=SystemClock().now(),
            agreement=sha256(AGREEMENT.encode()),
            operator=("业务准入方", operator),
            bookkeepers=tuple(as_bookkeeper(company) for company in companies),
            partners=(Partner(plan.partner, ((clerk, DEFAULT_LABEL),), plan.partner_quota),),
        )
    )
    write_durably(folder.agreement, AGREEMENT.encode(), mode=0o644)
    write_durably(folder.genesis, genesis, mode=0o644)
    for number in range(1, len(companies) + 1):
        configure(folder.validator(number), folder.genesis, plan.settings(number, companies))
    for home in (folder.operator, folder.partner):
        furnish(home, genesis, plan.rpc_urls)


def _check_addresses(plan: Plan) -> None:
    """Linux and Windows have all of 127.0.0.0/8; macOS only what an administrator gave it."""
    for number in range(1, len(plan.names) + 1):
        try:
            with socket.create_server((plan.host(number), 0)):
                pass
        except OSError as error:
            reason = "this computer has no such address"
            raise UsageError(argument="--address", reason=reason, got=plan.host(number)) from error
