"""People of the vault and contacts in words: every state of a certification, and names never without numbers."""

from dataclasses import replace

import pytest

from app.client.members import AccountView
from app.client.model import QuotaStatus
from app.core.paper_words import KINDS
from app.core.wire import registry_pb2 as wire
from app.ui.desks.vault import ContactView
from app.ui.present.language import Words
from app.ui.present.papers import attribute_place, attribute_value, kind_name, likely_kind, paper_kinds, paper_text
from app.ui.present.people import (
    VaultPerson,
    called_text,
    chain_facts,
    contact_chip,
    contact_detail,
    contact_name,
    found_sentence,
    known_facts,
    newest_first,
    person_chip,
    person_detail,
    person_name,
)
from tests.fakes.desk_facts import NOW_NS
from tests.fakes.desks.vault_facts import FORM, OWN, PASSPORT, ZHANG, person, shown

ID_NUMBER = "330102199001011234"
KEPT = person("张小明", ZHANG, 4, (("id-number", ID_NUMBER),), ("证件.pdf", PASSPORT, "scan"), ("表.pdf", FORM, "form"))
WAITING = person("赵敏", None, 0, (("phone", "139"),))


def view(**change: object) -> AccountView:
    return shown(KEPT, **change)  # type: ignore[arg-type]


# ---- people ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("found", "text", "tone"),
    [
        (VaultPerson(WAITING, (), None), "not on the chain yet", "neutral"),
        (VaultPerson(KEPT, (), None), "the node does not say", "neutral"),
        (VaultPerson(KEPT, (), view()), "in force", "ok"),
        (VaultPerson(KEPT, (), view(counts=False)), "expired", "warn"),
        (VaultPerson(KEPT, (), view(certified=False)), "revoked", "bad"),
        (VaultPerson(KEPT, (), view(root=bytes(32))), "certified otherwise", "warn"),
        (VaultPerson(KEPT, (), replace(view(), is_in_force=False)), "frozen", "bad"),
    ],
    ids=["waiting", "silent", "good", "expired", "revoked", "otherwise", "frozen"],
)
def test_the_state_is_what_the_chain_says_of_this_very_certification(
    english: Words, found: VaultPerson, text: str, tone: str
) -> None:
    chip = person_chip(found, OWN, english)
    assert (chip.text, chip.tone) == (text, tone)


def test_a_name_stands_with_the_number_or_with_the_words_that_there_is_none(words: Words) -> None:
    assert str(ZHANG) in person_name(KEPT.person, words)
    assert person_name(WAITING.person, words) != person_name(KEPT.person, words)
    assert "赵敏" in person_name(WAITING.person, words)


def test_lists_tell_level_and_since_when_and_nothing_that_is_private(words: Words) -> None:
    found = VaultPerson(KEPT, (KEPT,), view())
    said = person_detail(found, NOW_NS, words)
    assert ID_NUMBER not in said + repr(found)
    assert len(said.split(" · ")) == 3
    assert len(person_detail(VaultPerson(KEPT, (), None), NOW_NS, words).split(" · ")) == 2


def test_facts_of_the_chain_say_when_they_are_about_something_else(english: Words) -> None:
    def labels(found: AccountView | None) -> list[str]:
        return [fact.label for fact in chain_facts(VaultPerson(KEPT, (), found), OWN, NOW_NS, english)]

    assert labels(None) == ["On the chain"]
    assert labels(view()) == ["Number", "Public name", "Certification"]
    assert labels(view(root=bytes(32))) == ["Number", "Public name", "Certification", "Note"]
    text = str(chain_facts(VaultPerson(KEPT, (), view(certified=False)), OWN, NOW_NS, english))
    assert "none of ours" in text


def test_facts_beside_the_attributes_hold_none_of_them(english: Words) -> None:
    facts = known_facts(KEPT.person, english)
    assert ID_NUMBER not in str(facts)
    assert [fact.label for fact in facts] == ["Known here as", "Level", "Written down", "Notes"]
    assert [fact.label for fact in known_facts(WAITING.person, english)] == ["Known here as", "Level", "Written down"]


def test_people_are_grouped_by_account_the_newest_first(english: Words) -> None:
    older = person("张小明", ZHANG, 400, ())
    other = person("另一个", None, 0, (("phone", "140"),))
    grouped = newest_first([older, WAITING, KEPT, other])
    assert [(kept.person.name, len(earlier)) for kept, earlier in grouped] == [
        ("赵敏", 0),
        ("另一个", 0),
        ("张小明", 1),
    ]
    assert grouped[-1] == (KEPT, (older,))


def test_a_search_says_how_many_were_found_and_that_there_are_more(english: Words) -> None:
    assert found_sentence(3, "", has_more=False, words=english) == ""
    assert found_sentence(3, "x", has_more=False, words=english) == "3 found"
    assert "More than 50" in found_sentence(50, "", has_more=True, words=english)


# ---- papers ----------------------------------------------------------------------------------------------------------
def test_papers_are_called_by_their_file_s_name_and_attributes_of_papers_by_what_they_say(english: Words) -> None:
    scan, form = KEPT.person.materials
    assert "证件.pdf" in paper_text(scan, english)
    assert "Scanned document" in paper_text(scan, english)
    assert "Application form" in paper_text(form, english)
    certified = {each.name: each.value for each in KEPT.person.attributes}
    assert scan.digests.sha256.hex() in attribute_value("paper-1", certified["paper-1"], english)
    assert "sha256=" not in attribute_value("paper-1", certified["paper-1"], english)
    assert ID_NUMBER in attribute_value("id-number", ID_NUMBER, english)
    assert (attribute_place("paper-2", english), attribute_place("phone", english)) == ("Paper 2", "")


def test_every_kind_has_a_name_of_its_own(words: Words) -> None:
    assert len({kind_name(kind, words) for kind in KINDS.values()}) == len(KINDS)
    assert [kind for _, kind in paper_kinds(words)] == list(KINDS.values())


@pytest.mark.parametrize(
    ("name", "kind"), [("开户申请.pdf", "form"), ("Application.PDF", "form"), ("身份证.jpg", "scan"), ("x", "scan")]
)
def test_the_kind_of_a_paper_is_guessed_by_its_name(name: str, kind: str) -> None:
    assert likely_kind(name) == kind


# ---- contacts --------------------------------------------------------------------------------------------------------
def named(public: str) -> AccountView:
    account = wire.Account(id=10_023, name=public, party=wire.PARTY_PARTNER)
    return AccountView(account, "none", (), True, QuotaStatus(0, 0, 0), {})


def test_a_contact_stands_with_its_number_and_beside_it_what_everybody_sees(english: Words) -> None:
    contact = ContactView(10_023, "王经理", "call\nfirst", named("bank"))
    assert "account 10023" in contact_name(contact, english)
    said = contact_detail(contact, english)
    assert all(each in said for each in ("bank", "Partner", "call first"))
    assert "王经理" not in repr(contact)
    assert "no public name" in contact_detail(replace(contact, view=named("")), english)
    assert "the node does not say" in contact_detail(replace(contact, view=None), english)


def test_a_stopped_account_is_marked(english: Words) -> None:
    contact = ContactView(10_023, "王经理", "", named("bank"))
    assert contact_chip(contact, english) is None
    assert contact_chip(replace(contact, view=None), english) is None
    assert contact_chip(replace(contact, view=replace(named("bank"), is_in_force=False)), english) is not None


def test_where_somebody_is_called_otherwise_here_the_public_name_stands_beside_it(english: Words) -> None:
    assert "publicly" not in called_text(named("bank"), "", english)
    assert "publicly" not in called_text(named("bank"), "bank", english)
    assert "publicly" not in called_text(named(""), "王经理", english)
    said = called_text(named("bank"), "王经理", english)
    assert all(each in said for each in ("王经理", "10023", "publicly", "bank"))
