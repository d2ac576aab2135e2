"""`luopu disclose`: attributes of a user in plain words, tied to the chain; or a check of what somebody disclosed (3.4.1).

Guarantees: only what is named is shown, and what is written passes the check that its reader makes. Leaves to others:
whether the user agreed, or an authority may have it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.cli.registry.perform import DONE
from app.cli.registry.receipts import name_text
from app.cli.registry.session import Doer, Maker, Session
from app.cli.registry.vault import open_vault
from app.client.members import AccountView
from app.core.attributes import Attribute
from app.core.errors import FileUnreadable, FileUnwritable, NotFound, UsageError
from app.core.messages import choice_name, clean
from app.core.plain import enum_text
from app.core.refusals import NoSuchCertification
from app.core.units import AccountAddress, Hash32
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
    encode_package,
)
from app.wallet.disk import create_file, write_bytes
from app.wiring.system import SystemClock


async def disclose(session: Session) -> int:
    """Make a disclosure, or check one."""
    given = session.given
    if given.check is not None:
        return await _check(session, given.check)
    if given.account is None or given.output is None or bool(given.attribute) == given.all:
        raise UsageError(argument="disclose", expected="ACCOUNT, --output, and --attribute or --all; or --check F")
    return await _make(session)


# ---- make ------------------------------------------------------------------------------------------------------------
async def _make(session: Session) -> int:
    given = session.given
    view, own = await session.account(given.account), (await session.own()).id
    certification = next((each for each in view.account.certifications if each.partner == own), None)
    if certification is None:
        raise NoSuchCertification(account=int(view.account.id), partner=own)
    claim = await _claim(session, view, certification)
    attributes = await _attributes(session, claim)
    now = SystemClock().now()
    package = (
        disclose_all(claim, attributes, made_ns=now)
        if given.all
        else disclose_agreed(claim, attributes, given.attribute, made_ns=now)
    )
    check_account(package, await _shown(session, view, own))
    path = Path(given.output)
    taken = FileUnwritable(file=path.name, reason="something has that name")
    await asyncio.to_thread(create_file, path, write_bytes(encode_package(package)), taken)
    _say(session, package, package.disclosure.shown, view)
    session.speaker.say(session.speaker.words("disclosure-written", path=path))
    session.speaker.answer({"output": str(path), **_as_json(package, package.disclosure.shown)})
    return DONE


async def _claim(session: Session, view: AccountView, certification: wire.Certification) -> Claim:
    status = await session.node.status()
    return Claim(
        chain_id=status.chain_id,
        genesis_fingerprint=Hash32(status.genesis_fingerprint),
        account=int(view.account.id),
        address=AccountAddress(view.account.address),
        partner=int(certification.partner),
        root=Hash32(certification.root),
        level=int(certification.level),
    )


async def _attributes(session: Session, claim: Claim) -> Sequence[Attribute]:
    async with open_vault(session) as vault:
        kept = await asyncio.to_thread(vault.by_root, claim.root)
    if kept is None:
        raise NotFound(what="certification in the vault", name=str(claim.account))
    return kept.person.attributes


# ---- check -----------------------------------------------------------------------------------------------------------
async def _check(session: Session, file: str) -> int:
    untrusted = decode_package(await asyncio.to_thread(_read, Path(file)))
    account = await session.reader.account(untrusted.claim.account)
    attributes = check_account(untrusted, await _shown(session, account, untrusted.claim.partner))
    _say(session, untrusted, attributes, account)
    session.speaker.say(session.speaker.words("disclosure-holds"))
    session.speaker.answer({"valid": True, **_as_json(untrusted, attributes)})
    return DONE


async def _shown(session: Session, account: AccountView, partner: int) -> Shown:
    """What the home's own node shows, by the time of its newest block."""
    status, certifier = await session.node.status(), await session.reader.account(partner)
    return Shown(status.chain_id, status.genesis_fingerprint, account.account, certifier.account, status.block_time_ns)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or str(error)) from error


# ---- what is said ----------------------------------------------------------------------------------------------------
def _say(session: Session, package: DisclosurePackage, attributes: Sequence[Attribute], account: AccountView) -> None:
    speaker, claim = session.speaker, package.claim
    level = choice_name(enum_text(wire.Level.DESCRIPTOR, claim.level), speaker.language)
    speaker.pairs(
        [
            (speaker.words("account"), f"{clean(account.account.name)} {claim.account}".strip()),
            (speaker.words("certifier"), name_text(account.names, claim.partner)),
            (speaker.words("level"), level),
            (speaker.words("shown-of"), f"{len(attributes)} / {package.disclosure.total}"),
            *((clean(each.name), clean(each.value)) for each in attributes),
        ]
    )


def _as_json(package: DisclosurePackage, attributes: Sequence[Attribute]) -> dict[str, object]:
    claim = package.claim
    return {
        "account": claim.account,
        "partner": claim.partner,
        "level": enum_text(wire.Level.DESCRIPTOR, claim.level),
        "root": claim.root.hex(),
        "attributes": {each.name: each.value for each in attributes},
        "total": package.disclosure.total,
    }


QUESTIONS: Mapping[str, Doer] = {"disclose": disclose}
DEEDS: Mapping[str, Maker] = {}
