"""Desks in memory for organisations of a consortium as it might be: agreements, partners, orders and decisions."""

from app.client.council import (
    Bookkeeper,
    CouncilStatus,
    EmergencyChange,
    ProposalStatus,
    SeatChange,
    SeatStatus,
    SettingChange,
    SettingsChange,
    UpgradeChange,
)
from app.client.members import (
    AccountName,
    AccountView,
    ActivityEntry,
    AgreementView,
    LawParameters,
    LegalAgreement,
    RecognitionView,
    SignerView,
    TermsView,
    VoucherView,
)
from app.client.model import QuotaStatus
from app.core.keys import PublicKey
from app.core.wire import registry_pb2 as wire
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import NOW_NS, SECOND_NS, TIP, digest_of
from tests.fakes.desk_registry import FakeReader

OPERATOR, REGULATOR, FIRST, SECOND, THIRD = 1, 2, 11, 12, 13
ME, HANGZHOU, SHAOXING, BANK = 10_086, 10_001, 10_002, 10_003
NAMES = {
    OPERATOR: ("中钞信用卡产业发展有限公司杭州区块链技术研究院", "operator"),
    REGULATOR: ("浙江省市场监督管理局", "regulator"),
    FIRST: ("记账方一（杭州）", "bookkeeper"),
    SECOND: ("记账方二（北京）", "bookkeeper"),
    THIRD: ("记账方三（深圳）", "bookkeeper"),
    HANGZHOU: ("杭州富硒大米专业合作社", "partner"),
    SHAOXING: ("绍兴市越城区公证处", "partner"),
    BANK: ("Zhejiang Tailong Commercial Bank", "partner"),
    ME: ("示例合作方", "partner"),
}
NAMED = {each: AccountName(each, name, party, digest_of(name)[:20]) for each, (name, party) in NAMES.items()}
KEY = PublicKey.from_wire(wire.PublicKey(algorithm=wire.ALGORITHM_ED25519, data=bytes(range(32))))
VOUCHER = digest_of("voucher")[:16]
ORDER = wire.Order(document=digest_of("order"), authority="绍兴市中级人民法院", reference="（2026）浙 06 执 118 号")


def organisation_desk(party: str = "partner", number: int = ME, **more: object) -> FakeDesk:
    """A desk of an organisation."""
    reader = FakeReader(
        named=dict(NAMED),
        views={each: view_of(each) for each in NAMES},
        open_agreements=agreements(),
        entries=entries(),
        versions=[TermsView(1, digest_of("first"), 0), TermsView(2, digest_of("second"), TIP - 40_000)],
        recognised=[recognition(SHAOXING, wire.LEVEL_REAL_NAME), recognition(BANK, wire.LEVEL_CERTIFICATE)],
        vouchers={VOUCHER: voucher()},
        law=law(),
    )
    permissions = ("identity", "evidence", "voucher") if party == "partner" else ()
    return FakeDesk(
        registry=reader,
        seats=council(),
        party=party,
        number=number,
        permissions=permissions,
        **more,  # type: ignore[arg-type]
    )


def view_of(number: int) -> AccountView:
    """An organisation; the bank is suspended, the co-operative has a maker and a checker."""
    name, party = NAMES[number]
    account = wire.Account(
        id=number,
        name=name,
        party=f"PARTY_{party.upper()}",
        address=digest_of(name)[:20],
        permissions=[1, 2, 3] if party == "partner" else [],
        agreement=digest_of(f"agreement of {name}"),
        agreement_version=2 if party == "partner" else 1,
        quota_points=10_000,
        keys=[wire.AccountKey(key=KEY.to_wire(), label="经办 01", roles=[wire.ROLE_MAKER])],
    )
    if number == HANGZHOU:
        account.keys.add(key=KEY.to_wire(), label="复核 01", roles=[wire.ROLE_CHECKER])
        account.thresholds.add(duty=wire.DUTY_EVIDENCE, checkers=1)
        account.thresholds.add(duty=wire.DUTY_VOUCHER, checkers=1)
    if number == BANK:
        account.stop.CopyFrom(wire.Stop(document=ORDER.document, by=OPERATOR, height=TIP - 3_000))
    return AccountView(account, "none", (), number != BANK, QuotaStatus(10_000, 1_580, 0), NAMED)


def agreements() -> list[AgreementView]:
    """One of each standing."""
    return [
        agreement("检验委托合同 2026-118", (ME, HANGZHOU, SHAOXING), (HANGZHOU,)),
        agreement("Purchase of 40 t selenium rice, delivery in March", (ME, BANK), (ME,)),
        agreement("保管协议", (ME, HANGZHOU), (ME, HANGZHOU), final=TIP - 9_000),
        agreement("评估证书异议处理备忘录 第三稿", (HANGZHOU, SHAOXING, BANK, ME), (SHAOXING,), deadline=TIP - 400),
    ]


def agreement(
    subject: str, parties: tuple[int, ...], confirmed: tuple[int, ...], *, final: int = 0, deadline: int = TIP + 90_000
) -> AgreementView:
    """An agreement that the co-operative opened."""
    terms = wire.OpenAgreement(
        sha256=digest_of(subject),
        sm3=digest_of(f"sm3 {subject}"),
        size=3_400_000,
        subject=subject,
        context_digest=digest_of("context"),
        parties=sorted(parties),
        deadline=deadline,
    )
    made = wire.Agreement(opener=HANGZHOU, terms=terms, confirmed=sorted(confirmed), final=final)
    return AgreementView(digest_of(subject)[:16], made, not final and deadline > TIP, NAMED)


def entries() -> list[ActivityEntry]:
    """Orders that were carried out and one that was recorded, with something else between."""
    return [
        entry(9, "suspend", wire.Suspend(account=BANK, order=ORDER)),
        entry(8, "supervise", wire.Supervise(voucher=VOUCHER, order=ORDER, cap=8_000), REGULATOR),
        entry(7, "notarize", wire.EvidenceRecord(subject="no order"), ME),
        entry(
            6, "record_order", wire.RecordOrder(account=ME, order=wire.Order(document=bytes(32), authority="税务局"))
        ),
    ]


def entry(index: int, action: str, fact: object, sender: int = OPERATOR) -> ActivityEntry:
    """An entry of the log."""
    return ActivityEntry(
        index=index,
        height=TIP - 10_000 + index * 900,
        time_ns=NOW_NS - (10 - index) * 7_200 * SECOND_NS,
        transaction_hash=digest_of(f"transaction {index}"),
        action=action,
        fact=fact,  # type: ignore[arg-type]
        sender=sender,
        signer=SignerView(KEY, "经办 01"),
        approvers=(SignerView(KEY, "复核 01"),),
        partner=0,
        agreement=LegalAgreement(digest_of("agreement"), 2, 0),
        held=b"",
        result=b"",
        data=b"",
        names=NAMED,
    )


def recognition(partner: int, least: wire.Level) -> RecognitionView:
    """Somebody recognises a partner."""
    return RecognitionView(partner, wire.Recognition(least=least))


def voucher() -> VoucherView:
    """A voucher by name only."""
    return VoucherView(VOUCHER, wire.Voucher(issuer=HANGZHOU, terms=wire.Terms(name="丰收节优惠券")), NAMED)


def council() -> CouncilStatus:
    """Three seats; proposals of every kind and standing."""
    seats = tuple(SeatStatus(digest_of(f"seat {each}"), 10, who(each)) for each in (FIRST, SECOND, THIRD))
    proposals = (
        proposal(SettingsChange(settings()), SECOND, (SECOND,)),
        proposal(EmergencyChange(("enrol", "certify", "grant", "transfer"), lifted=False), FIRST, (FIRST,)),
        proposal(
            UpgradeChange(TIP + 900_000, 2, digest_of("release"), 1), THIRD, (THIRD, FIRST, SECOND), is_decided=True
        ),
        proposal(SeatChange(digest_of("seat 13"), 0, who(THIRD), 10), FIRST, (FIRST,), deadline=TIP - 9),
    )
    return CouncilStatus(TIP, seats, 30, 21, proposals)


def settings() -> tuple[SettingChange, ...]:
    """Two settings."""
    return (SettingChange("action-cost", "enrol", 12, 10), SettingChange("bytes-per-point", "", 512, 256))


def who(number: int) -> Bookkeeper:
    """A bookkeeper."""
    return Bookkeeper(number, NAMES[number][0])


def proposal(
    change: object, proposer: int, approving: tuple[int, ...], *, is_decided: bool = False, deadline: int = TIP + 30_000
) -> ProposalStatus:
    """A proposal."""
    return ProposalStatus(
        id=digest_of(repr(change))[:16],
        proposer=who(proposer),
        document=digest_of("reasons"),
        deadline=deadline,
        change=change,  # type: ignore[arg-type]
        approved_by=tuple(who(each) for each in approving),
        approving_power=10 * len(approving),
        needed_power=21,
        is_decided=is_decided,
        is_open=not is_decided and deadline > TIP,
    )


def law(*stopped: str) -> LawParameters:
    """The rules in force."""
    names = [field.name for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields]
    return LawParameters(
        validity_window=1_000,
        quota_period_seconds=86_400,
        quota_offset_seconds=57_600,
        bytes_per_point=256,
        max_transaction_bytes=65_536,
        approval_numerator=2,
        approval_denominator=3,
        action_costs={name: 10 if name in {"notarize", "enrol", "transfer"} else 20 for name in names},
        level_points={"registered": 0, "anonymous": 100, "phone": 500, "real-name": 2_000, "certificate": 5_000},
        stopped_actions=stopped,
        upgrade=wire.Upgrade(height=TIP + 900_000, version=2, release=digest_of("release")),
        law_version=1,
    )
