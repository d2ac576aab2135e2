"""Whom a command keeps before it signs is forgotten where nothing was signed, and kept where anything was (3.4.1)."""

import sqlite3
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from app.cli.output import Speaker
from app.cli.registry.session import Session
from app.cli.registry.vault import Known, forget
from app.client.node import NodeClient
from app.wallet.outbox import Outbox
from app.wallet.vault import Kept, Vault
from app.wiring.node import load_endpoint
from app.wiring.system import SystemClock, SystemRandomness
from tests.cli.hall import PASSPHRASE, Hall

ENROL = ("enrol", "--level", "phone", "--attribute", "phone=13800000000")
REFUSE = "CREATE TRIGGER refuse BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'no room'); END"


def known(hall: Hall) -> list[Kept]:
    """Whom the issuer's vault knows."""
    with closing(Vault.open(hall.home("issuer").vault, PASSPHRASE, randomness=SystemRandomness())) as vault:
        return sorted(vault.search(""), key=lambda kept: kept.person.name)


def drafts(hall: Hall) -> int:
    with closing(Outbox.open(hall.home("issuer").outbox, SystemClock())) as outbox:
        return len(outbox.drafts())


def alter_outbox(hall: Hall, statement: str) -> None:
    with closing(sqlite3.connect(hall.home("issuer").outbox)) as database, database:
        database.execute(statement)


@contextmanager
def full_disk(hall: Hall) -> Iterator[None]:
    """The outbox takes drafts, and no signature."""
    alter_outbox(hall, REFUSE)
    yield
    alter_outbox(hall, "DROP TRIGGER refuse")


async def interrupt(hall: Hall, *words: str) -> None:
    """A command is killed after it has signed and before it hears anything."""
    hall.taking = False
    hall.came.clear()
    process = await hall.start("issuer", *words)
    await hall.came.wait()
    process.kill()
    await process.communicate()
    hall.taking = True


@pytest.fixture
async def enrol(hall: Hall) -> tuple[str, ...]:
    """Words that enrol Ann. The issuer has an outbox and a vault, with somebody in it."""
    await hall.do("issuer", *ENROL, "--card", await hall.card("bob"), "--person", "bob")
    return (*ENROL, "--card", await hall.card("ann"), "--person", "ann")


async def test_where_no_signature_can_be_kept_nobody_is(hall: Hall, enrol: tuple[str, ...]) -> None:
    with full_disk(hall):
        assert await hall.refused("issuer", *enrol) == "store-write-failed"
        assert await hall.refused("issuer", "certify", "12", *ENROL[1:]) == "store-write-failed"
    assert [kept.person.name for kept in known(hall)] == ["bob"]
    assert drafts(hall) == 0
    told = await hall.do("issuer", *enrol)
    assert [(kept.person.name, kept.person.account) for kept in known(hall)] == [
        ("ann", told["came"]["account"]),
        ("bob", 12),
    ]


async def test_with_a_wrong_passphrase_nothing_is_kept(hall: Hall, enrol: tuple[str, ...]) -> None:
    hall.file("passphrase", "wrong horse battery\n")
    assert await hall.refused("issuer", *enrol) == "wrong-passphrase"
    assert [kept.person.name for kept in known(hall)] == ["bob"]
    assert drafts(hall) == 0


async def test_who_was_signed_for_is_kept_when_the_law_refuses(hall: Hall, enrol: tuple[str, ...]) -> None:
    taken = (*ENROL, "--card", await hall.card("bob"), "--person", "bob again")
    answer = await hall.type("issuer", *taken, "--anyway", "--json")
    assert (answer.status, answer.document["error"]["code"]) == (1, "key-taken")
    assert [kept.person.name for kept in known(hall)] == ["bob", "bob again"]


async def test_who_was_signed_for_before_is_kept_when_another_command_fails(hall: Hall, enrol: tuple[str, ...]) -> None:
    await interrupt(hall, *enrol)
    with full_disk(hall):
        assert await hall.refused("issuer", *ENROL, "--card", await hall.card("cy")) == "store-write-failed"
    assert [kept.person.name for kept in known(hall)] == ["ann", "bob"]


async def test_nobody_is_forgotten_of_whom_the_outbox_speaks(hall: Hall, enrol: tuple[str, ...]) -> None:
    (bob,) = known(hall)
    home, given = hall.home("issuer"), Namespace(passphrase_file=str(hall.passphrase))
    async with NodeClient(lambda: load_endpoint(home)) as node:
        session = Session(home, Speaker("en", as_json=True), node, given)
        await forget(session, Known(bob.person.root, bob.person))
        assert known(hall) == [bob]
        alter_outbox(hall, "DELETE FROM entries")
        await forget(session, Known(bob.person.root, bob.person))
    assert known(hall) == []


async def test_an_interrupted_enrolment_keeps_one_person_who_gets_the_number(
    hall: Hall, enrol: tuple[str, ...]
) -> None:
    await interrupt(hall, *enrol)
    told = await hall.do("issuer", *enrol)
    assert [(kept.person.name, kept.person.account) for kept in known(hall)] == [
        ("ann", told["came"]["account"]),
        ("bob", 12),
    ]


async def test_what_never_landed_is_begun_anew_with_what_is_said_now(hall: Hall, enrol: tuple[str, ...]) -> None:
    await interrupt(hall, *enrol, "--valid-for", "1m")
    await hall.pass_blocks(20)
    told = await hall.do("issuer", *enrol[:-1], "ann, spelt right")
    (person,) = [kept.person for kept in known(hall) if kept.person.account == told["came"]["account"]]
    assert (person.name, person.root.hex()) == ("ann, spelt right", told["facts"]["root"])
