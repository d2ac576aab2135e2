"""What a partner's vault holds after a while: people in every state, with papers, and contacts."""

import hashlib
from typing import TYPE_CHECKING

from app.client.members import AccountView
from app.client.model import QuotaStatus
from app.core.attributes import Attribute, attribute_root
from app.core.paper_words import CertifiedPaper, Kind, paper_name, paper_words
from app.core.record import FileDigests
from app.core.units import Hash32, Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.wallet.contacts import Contact
from app.wallet.vault import Kept, PersonId
from app.wallet.vault_person import Material, Person
from tests.fakes.desk_facts import NOW_NS, SECOND_NS

if TYPE_CHECKING:
    from tests.fakes.desk import FakeDesk

OWN, ZHANG, LI, WANG, CHEN = 10_086, 10_231, 10_232, 10_240, 10_255
BANK, SHOP = 10_023, 10_007
PASSPORT, FORM = b"%PDF passport", b"%PDF form"
DAY_NS = 86_400 * SECOND_NS


def digests_of(content: bytes) -> FileDigests:
    """Digests of a paper."""
    sha256 = Hash32(hashlib.sha256(content).digest())
    return FileDigests(sha256, Hash32(hashlib.sha256(b"sm3" + content).digest()), 48_213 * (1 + len(content) % 7))


def person(
    name: str, account: int | None, days: int, pairs: tuple[tuple[str, str], ...], *papers: tuple[str, bytes, Kind]
) -> Kept:
    """A person, written down so many days ago."""
    materials = tuple(Material(file, digests_of(content), kind) for file, content, kind in papers)
    certified = [
        (paper_name(place), paper_words(CertifiedPaper(each.kind, each.digests)))
        for place, each in enumerate(materials, 1)
    ]
    attributes = tuple(
        Attribute(each, value, hashlib.sha256(f"{name}{days}{each}".encode()).digest())
        for each, value in (("name", name), *pairs, *certified)
    )
    made = Person(
        name=name,
        attributes=attributes,
        root=attribute_root(attributes),
        level=wire.LEVEL_REAL_NAME,
        materials=materials,
        notes="窗口 3 办理，原件已核对" if papers else "",
        created_ns=Nanoseconds(NOW_NS - days * DAY_NS),
        account=account,
    )
    return Kept(PersonId(made.root[:16].hex()), made)


def shown(
    kept: Kept, *, expires_ns: int = 0, root: bytes = b"", counts: bool = True, certified: bool = True
) -> AccountView:
    """What the node shows of somebody's account."""
    own = wire.Certification(
        partner=OWN, level=wire.LEVEL_REAL_NAME, root=root or kept.person.root, expires_ns=expires_ns
    )
    account = wire.Account(id=kept.person.account or 0, party=wire.PARTY_USER, partner=OWN)
    if certified:
        account.certifications.append(own)
    return AccountView(account, "real-name", (OWN,) if counts else (), True, QuotaStatus(0, 0, 0), {})


def furnish(desk: "FakeDesk") -> None:
    """Put people and contacts into a desk's vault, and what belongs to them on the chain."""
    papers: tuple[tuple[str, bytes, Kind], ...] = (
        ("身份证正反面 张小明.pdf", PASSPORT, "scan"),
        ("开户申请表 2026-11-18.pdf", FORM, "form"),
    )
    known = (("id-number", "330102199001011234"), ("phone", "139 0000 1234"), ("address", "杭州市西湖区文三路 100 号"))
    zhang = person("张小明", ZHANG, 4, known, *papers)
    earlier = person("张小明", ZHANG, 400, known[:1])
    li = person("李晓红", LI, 30, known[:2], ("护照.pdf", b"%PDF other", "scan"))
    wang, chen = person("王芳", WANG, 200, known[1:2]), person("陈建国", CHEN, 300, known[:1])
    waiting = person("赵敏", None, 0, known[:1], ("身份证.pdf", b"%PDF third", "scan"))
    desk.people = [wang, zhang, waiting, earlier, chen, li]
    desk.registry.views |= {
        ZHANG: shown(zhang, expires_ns=NOW_NS + 300 * DAY_NS),
        LI: shown(li, expires_ns=NOW_NS - DAY_NS, counts=False),
        WANG: shown(wang, certified=False, counts=False),
        CHEN: shown(chen, root=bytes(32)),
        BANK: AccountView(
            wire.Account(id=BANK, name="绍兴合作方", party=wire.PARTY_PARTNER),
            "none",
            (),
            True,
            QuotaStatus(0, 0, 0),
            {},
        ),
        SHOP: AccountView(
            wire.Account(id=SHOP, party=wire.PARTY_USER), "real-name", (), False, QuotaStatus(0, 0, 0), {}
        ),
    }
    desk.papers = {digests_of(content).sha256: content for content in (PASSPORT, FORM)}
    desk.known_contacts = {
        BANK: Contact(BANK, "绍兴 王经理", "合同续签前先打电话"),
        SHOP: Contact(SHOP, "城西门店"),
    }
