"""Disclosure packages before the chain: made of what the vault keeps, and checked against what the own node shows (3.4.1).

Guarantees: what is made passes the check that its reader makes; of a package nothing is told that the chain does not bear
out as it stands. Leaves to others: whether the user agreed, or an authority may have it; and where the package is put.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from app.client.members import AccountView
from app.client.model import NodeStatus
from app.client.registry import RegistryReader
from app.core.attributes import Attribute
from app.core.errors import FileUnreadable, NotFound
from app.core.refusals import NoSuchCertification
from app.core.units import AccountAddress, Hash32, Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.evidence.disclosure import (
    MAX_BYTES,
    Claim,
    DisclosurePackage,
    Shown,
    check_account,
    decode_package,
    disclose_agreed,
    disclose_all,
)
from app.wallet.vault import Kept

Keeper = Callable[[bytes], Awaitable[Kept | None]]
"""Whom the vault knows behind a root. Asked only where there is a certification, so that it may open the vault then."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A package that the chain bears out, and the two accounts as the node shows them."""

    package: DisclosurePackage
    attributes: tuple[Attribute, ...] = field(repr=False)
    """What it shows."""
    account: AccountView
    partner: AccountView


async def make_disclosure(
    reader: RegistryReader,
    status: NodeStatus,
    keeper: Keeper,
    account: int,
    partner: int,
    agreed: Collection[str] | None,
    made_ns: Nanoseconds,
) -> Disclosed:
    """A package of what `partner` certified of an account: the attributes named in `agreed`, or (None) all.

    Raises:
        NoSuchCertification: the partner does not certify the account.
        NotFound: the vault does not know what stands behind its certification; or there is no such account.
        OutOfRange: nothing is agreed, or an attribute is not there.
        NotEnoughTrust, InvalidProof: as of `check_account`.
    """
    user, certifier = await reader.account(account), await reader.account(partner)
    certification = next((each for each in user.account.certifications if each.partner == partner), None)
    if certification is None:
        raise NoSuchCertification(account=account, partner=partner)
    kept = await keeper(certification.root)
    if kept is None:
        raise NotFound(what="certification in the vault", name=str(account))
    claim, attributes = _claim(status, user.account, certification), kept.person.attributes
    if agreed is None:
        package = disclose_all(claim, attributes, made_ns=made_ns)
    else:
        package = disclose_agreed(claim, attributes, agreed, made_ns=made_ns)
    return _checked(package, status, user, certifier)


async def check_disclosure(reader: RegistryReader, status: NodeStatus, path: Path) -> Disclosed:
    """What a package that somebody handed in shows, if the chain bears it out now.

    Raises:
        FileUnreadable: there is none, or it cannot be read.
        NotFound: the chain has no such account.
        DecodingError, NotEnoughTrust, NoSuchCertification, InvalidProof: as of `decode_package` and `check_account`.
    """
    untrusted = decode_package(await asyncio.to_thread(_read, path))
    user = await reader.account(untrusted.claim.account)
    return _checked(untrusted, status, user, await reader.account(untrusted.claim.partner))


def _claim(status: NodeStatus, account: wire.Account, certification: wire.Certification) -> Claim:
    return Claim(
        chain_id=status.chain_id,
        genesis_fingerprint=Hash32(status.genesis_fingerprint),
        account=int(account.id),
        address=AccountAddress(account.address),
        partner=int(certification.partner),
        root=Hash32(certification.root),
        level=int(certification.level),
    )


def _checked(untrusted: DisclosurePackage, status: NodeStatus, user: AccountView, certifier: AccountView) -> Disclosed:
    """By the time of the node's newest block."""
    chain_id, fingerprint, time_ns = status.chain_id, status.genesis_fingerprint, status.block_time_ns
    shown = Shown(chain_id, fingerprint, user.account, certifier.account, time_ns)
    return Disclosed(untrusted, check_account(untrusted, shown), user, certifier)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or str(error)) from error
