"""Papers and contacts at the desk: kept with people, handed out as they were, and names where accounts are shown."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.client.members import AccountView
from app.client.model import QuotaStatus
from app.core.errors import FileChanged, LuopuError, NotFound, OutOfRange
from app.core.paper_words import Kind, read_paper
from app.core.walleterrors import NoContact, NoPaper
from app.core.wire import registry_pb2 as wire
from app.desk.people import People
from app.evidence.files import digest_file
from app.ui.desks.vault import PaperFile
from app.wallet.contacts import Contact
from app.wallet.vault import Vault
from tests.desk.test_people import CHEAP, NOW, OWN, STATUS, USER, WISH, Chance, Clock, Office
from tests.fakes.desk_registry import FakeReader

BANK = 10_023


class KnownOnly(FakeReader):
    """A node that knows only whom a test has told it."""

    async def account(self, account: int) -> AccountView:
        if account not in self.views:
            raise NotFound(what="account", name=str(account))
        return self.views[account]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path / "vault.db")
    made.reader = KnownOnly()
    made.people = People(made.vault, made.reader, Clock(), Chance())  # type: ignore[arg-type]
    made.reader.views[OWN] = AccountView(wire.Account(id=OWN), "none", (), True, QuotaStatus(0, 0, 0), {})
    made.reader.views[BANK] = AccountView(
        wire.Account(id=BANK, name="bank"), "none", (), True, QuotaStatus(0, 0, 0), {}
    )
    return made


def paper(folder: Path, name: str, kind: Kind = "scan") -> PaperFile:
    path = folder / name
    path.write_bytes(name.encode() * 1000)
    return PaperFile(path, digest_file(path), kind)


# ---- papers ----------------------------------------------------------------------------------------------------------
async def test_papers_are_sealed_certified_and_handed_out(office: Office, tmp_path: Path) -> None:
    passport, form = paper(tmp_path, "passport.pdf"), paper(tmp_path, "form.pdf", "form")
    enrol = await office.enrols(materials=(passport, form))
    passport.path.unlink()
    kept = office.vault.by_root(enrol.root)
    assert kept is not None
    certified = [read_paper(each.name, each.value) for each in kept.person.attributes]
    assert [(each.kind, each.digests) for each in certified if each] == [
        ("scan", passport.digests),
        ("form", form.digests),
    ]
    assert await office.people.papers_at_hand(kept.id) == {passport.digests.sha256, form.digests.sha256}
    target = tmp_path / "copy"
    target.write_bytes(b"older copy")
    await office.people.save_paper(kept.id, passport.digests.sha256, target)
    assert target.read_bytes() == b"passport.pdf" * 1000
    with pytest.raises(NoPaper):
        await office.people.save_paper(kept.id, bytes(32), target)


async def test_nobody_is_kept_whose_paper_changed_meanwhile(office: Office, tmp_path: Path) -> None:
    passport = paper(tmp_path, "passport.pdf")
    passport.path.write_bytes(b"another")
    with pytest.raises(FileChanged):
        await office.people.keep(replace(WISH, materials=(passport,)))
    assert await office.people.find("", 9) == []


async def test_papers_of_whom_nobody_certified_are_forgotten(office: Office, tmp_path: Path) -> None:
    enrol = (await office.people.keep(replace(WISH, materials=(paper(tmp_path, "passport.pdf"),)))).enrol
    await office.people.forget(enrol.root)
    assert {each.name for each in (tmp_path / "materials").iterdir()} == {"turn"}


async def test_a_new_certification_keeps_the_papers_that_are_to_stay(office: Office, tmp_path: Path) -> None:
    passport, form = paper(tmp_path, "passport.pdf"), paper(tmp_path, "form.pdf", "form")
    enrol = await office.enrols(materials=(passport, form))
    await office.people.bind(enrol.root, USER)
    passport.path.unlink()
    licence = paper(tmp_path, "licence.pdf", "other")
    wish = replace(WISH, card=None, account=USER, materials=(licence,), kept=(passport.digests.sha256, bytes(32)))
    root = (await office.people.keep(wish)).certify.root
    kept = office.vault.by_root(root)
    assert kept is not None
    assert [(each.file_name, each.kind) for each in kept.person.materials] == [
        ("passport.pdf", "scan"),
        ("licence.pdf", "other"),
    ]
    assert len(await office.people.papers_at_hand(kept.id)) == 2
    assert len(office.vault.by_account(USER)) == 2


async def test_a_paper_is_disclosed_or_hidden_like_an_attribute(office: Office, tmp_path: Path) -> None:
    passport = paper(tmp_path, "passport.pdf")
    await office.enrols(materials=(passport,))
    path = await office.people.save_disclosure(USER, ("phone", "paper-1"), tmp_path / "d.json", STATUS, OWN)
    checked = await office.people.check_disclosure(path, STATUS)
    shown = dict(checked.attributes)
    assert shown.keys() == {"phone", "paper-1"}
    found = read_paper("paper-1", shown["paper-1"])
    assert found is not None
    assert found.digests == passport.digests


# ---- contacts --------------------------------------------------------------------------------------------------------
async def test_a_contact_is_kept_changed_and_forgotten(office: Office) -> None:
    await office.people.save_contact(BANK, "李经理", "call first")
    await office.people.save_contact(BANK, "王经理", "")
    assert await office.people.contacts() == [Contact(BANK, "王经理")]
    await office.people.drop_contact(BANK)
    assert await office.people.contacts() == []
    with pytest.raises(NoContact):
        await office.people.drop_contact(BANK)


@pytest.mark.parametrize(
    ("account", "name", "refusal"), [(99, "nobody", NotFound), (BANK, "", OutOfRange), (0, "x", OutOfRange)]
)
async def test_no_contact_is_kept_of_whom_the_node_does_not_know_or_without_a_name(
    office: Office, account: int, name: str, refusal: type[LuopuError]
) -> None:
    with pytest.raises(refusal):
        await office.people.save_contact(account, name, "")
    assert await office.people.contacts() == []


async def test_contacts_are_listed_by_name(office: Office) -> None:
    office.reader.views[7] = office.reader.views[8] = office.reader.views[BANK]
    for account, name in ((BANK, "b"), (7, "A"), (8, "c")):
        await office.people.save_contact(account, name, "")
    assert [each.name for each in await office.people.contacts()] == ["A", "b", "c"]


async def test_a_contact_s_name_stands_where_the_vault_has_no_person(office: Office) -> None:
    enrol = await office.enrols()
    await office.people.save_contact(BANK, "李经理", "")
    assert await office.people.names([office.view, office.reader.views[BANK]]) == {USER: "张三", BANK: "李经理"}
    await office.people.save_contact(USER, "contact", "")
    assert await office.people.names([office.view]) == {USER: "张三"}
    assert await office.people.called([USER, BANK, 5]) == {USER: "张三", BANK: "李经理"}
    await office.people.bind(enrol.root, USER)
    assert await office.people.called([]) == {}


async def test_what_was_kept_is_there_when_the_vault_is_opened_again(office: Office, tmp_path: Path) -> None:
    enrol = await office.enrols(materials=(paper(tmp_path, "passport.pdf"),))
    await office.people.save_contact(BANK, "李经理", "")
    office.vault.change_passphrase("correct horse battery", "another passphrase", cost=CHEAP)
    office.vault.close()
    vault = Vault.open(tmp_path / "vault.db", "another passphrase", randomness=Chance())
    again = People(vault, office.reader, Clock(), Chance())  # type: ignore[arg-type]
    kept = vault.by_root(enrol.root)
    assert kept is not None
    assert len(await again.papers_at_hand(kept.id)) == 1
    assert kept.person.created_ns == NOW
    assert await again.contacts() == [Contact(BANK, "李经理")]
    vault.close()
