"""`luopu disclose`: attributes of a user in plain words, tied to the chain; or a check of what somebody disclosed (3.4.1).

Guarantees: only what is named is shown, and what is written passes the check that its reader makes. Leaves to others:
whether the user agreed, or an authority may have it.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from app.cli.registry.perform import DONE
from app.cli.registry.receipts import name_text
from app.cli.registry.session import Doer, Maker, Session
from app.cli.registry.vault import open_vault
from app.client.disclosing import Disclosed, check_disclosure, make_disclosure
from app.core.errors import FileUnwritable, InvalidProof, UsageError
from app.core.messages import choice_name, clean
from app.core.paper_words import read_paper
from app.core.plain import enum_text
from app.core.wire import registry_pb2 as wire
from app.evidence.disclosure import encode_package
from app.wallet.disk import create_file, write_bytes
from app.wallet.vault import Kept
from app.wiring.system import SystemClock

VERIFY = "verify"


async def disclose(session: Session) -> int:
    """Make a disclosure, or check one."""
    given = session.given
    if given.check is not None or (given.account == VERIFY and given.file is not None):
        return await _check(session, given.check or given.file)
    is_whole = given.account is not None and given.output is not None and given.file is None
    if not is_whole or given.paper or bool(given.attribute) == given.all:
        raise UsageError(argument="disclose", expected="ACCOUNT, --output, and --attribute or --all; or --check F")
    return await _make(session)


async def _make(session: Session) -> int:
    given, path = session.given, Path(session.given.output)
    account, own = await session.number(given.account), (await session.own()).id

    async def keeper(root: bytes) -> Kept | None:
        async with open_vault(session) as vault:
            return await asyncio.to_thread(vault.by_root, root)

    status, agreed = await session.node.status(), None if given.all else given.attribute
    made = await make_disclosure(session.reader, status, keeper, account, own, agreed, SystemClock().now())
    taken = FileUnwritable(file=path.name, reason="something has that name")
    await asyncio.to_thread(create_file, path, write_bytes(encode_package(made.package)), taken)
    _say(session, made)
    session.speaker.say(session.speaker.words("disclosure-written", path=path))
    session.speaker.answer({"output": str(path), **_as_json(made)})
    return DONE


async def _check(session: Session, file: str) -> int:
    checked = await check_disclosure(session.reader, await session.node.status(), Path(file))
    papers = [await _check_paper(session, checked, path) for path in session.given.paper]
    _say(session, checked)
    for path in session.given.paper:
        session.speaker.say(session.speaker.words("paper-holds", path=path))
    session.speaker.say(session.speaker.words("disclosure-holds"))
    session.speaker.answer({"valid": True, **_as_json(checked), "papers": papers})
    return DONE


async def _check_paper(session: Session, checked: Disclosed, file: str) -> str:
    """Under which name a file stands among what was shown.

    Raises:
        InvalidProof: under none.
    """
    digests = await session.digests(file)
    for each in checked.attributes:
        paper = read_paper(each.name, each.value)
        if paper is not None and paper.digests == digests:
            return each.name
    raise InvalidProof(check="paper", expected="one of those shown", got=digests.sha256.hex())


# ---- what is said ----------------------------------------------------------------------------------------------------
def _say(session: Session, disclosed: Disclosed) -> None:
    speaker, claim, account = session.speaker, disclosed.package.claim, disclosed.account
    level = choice_name(enum_text(wire.Level.DESCRIPTOR, claim.level), speaker.language)
    speaker.pairs(
        [
            (speaker.words("account"), f"{clean(account.account.name)} {claim.account}".strip()),
            (speaker.words("certifier"), name_text(account.names, claim.partner)),
            (speaker.words("level"), level),
            (speaker.words("shown-of"), f"{len(disclosed.attributes)} / {disclosed.package.disclosure.total}"),
            *((clean(each.name), clean(each.value)) for each in disclosed.attributes),
        ]
    )


def _as_json(disclosed: Disclosed) -> dict[str, object]:
    claim = disclosed.package.claim
    return {
        "account": claim.account,
        "partner": claim.partner,
        "level": enum_text(wire.Level.DESCRIPTOR, claim.level),
        "root": claim.root.hex(),
        "attributes": {each.name: each.value for each in disclosed.attributes},
        "total": disclosed.package.disclosure.total,
    }


QUESTIONS: Mapping[str, Doer] = {"disclose": disclose}
DEEDS: Mapping[str, Maker] = {}
