"""An outbox and a log of approvals as they might look at a rice mill's desk after a day without a network."""

from google.protobuf.message import Message

from app.core.facts import ShownFact, facts_of
from app.core.refusals import Expired, QuotaSpent
from app.core.wire import registry_pb2 as wire
from app.ui.desks.outbox import ApprovalView, OutboxDeed
from tests.fakes.desk_facts import NOW_NS, SECOND_NS, TIP, digest_of

OWN_KEY = f"ed25519:{digest_of('clerk key').hex()}"
CHECKER_KEY = f"p256:02{digest_of('checker key').hex()}"
MINUTE = 60 * SECOND_NS
HANGZHOU, BANK = 10_001, 10_003
VOUCHER = digest_of("voucher")[:16]


def record(subject: str, sequence: int = 3) -> Message:
    """A record of the rice mill's chain."""
    return wire.Notarize(
        record=wire.EvidenceRecord(
            chain=digest_of("chain")[:16],
            sequence=sequence,
            previous=digest_of("previous"),
            sha256=digest_of(f"sha256 {subject}"),
            sm3=digest_of(f"sm3 {subject}"),
            size=3_412_907,
            subject=subject,
            context_digest=digest_of("context"),
        )
    )


def transfer() -> Message:
    """A transfer of a voucher to the co-operative."""
    return wire.Transfer(legs=[wire.Leg(voucher=VOUCHER, to=HANGZHOU, amount=1_250)])


def deed(name: str, action: str, message: Message, state: str, minutes: int, **more: object) -> OutboxDeed:
    """An entry that was drafted so many minutes ago."""
    said: dict[str, object] = {
        "deed_id": name,
        "number": 10_000 - minutes,
        "action": action,
        "facts": facts_of(message),
        "file_name": "",
        "record_digest": digest_of(f"record {name}") if action == "notarize" else b"",
        "created_ns": NOW_NS - minutes * MINUTE,
        "changed_ns": NOW_NS - minutes * MINUTE,
        "state": state,
        "height": None,
        "log_index": None,
        "error": None,
        "note": "",
        "valid_until": TIP + 560,
        "hold_until": 0,
        "signed": () if state == "draft" else (OWN_KEY,),
        "missing": (),
        "transaction_hash": b"" if state in {"draft", "waiting"} else digest_of(f"hash {name}"),
        "signing_digest": digest_of(f"signing {name}"),
        "replaces": "",
        "replaced_by": "",
        "can_renew": state in {"expired", "refused"},
        "is_dismissed": False,
    }
    return OutboxDeed(**{**said, **more})  # type: ignore[arg-type]


def realistic_entries() -> list[OutboxDeed]:
    """Newest first: one of every state."""
    late = Expired(expected=None, got=TIP - 20)
    return [
        deed("d9", "transfer", transfer(), "draft", 4),
        deed("d8", "notarize", record("入库检验"), "pending", 6, file_name="入库单 HG-2026-1107.pdf", note="no-peer"),
        deed("d7", "rename", wire.Rename(name="绍兴富硒大米合作社"), "waiting", 11, missing=(CHECKER_KEY,)),
        deed("d6", "notarize", record("质检"), "unknown", 13, file_name="检验全程录像.mp4"),
        deed(
            "d5", "notarize", record("出库"), "expired", 65, file_name="出库单 HG-2026-1102.pdf", height=TIP - 20,
            valid_until=TIP - 20, error=late,
        ),
        deed(
            "d4", "recognise", wire.Recognise(partner=BANK, least=wire.LEVEL_REAL_NAME), "refused", 80,
            height=TIP - 1_400, error=QuotaSpent(expected=12, got=3),
        ),
        deed(
            "d3", "notarize", record("采收"), "final", 190, file_name="采收记录.xlsx", height=TIP - 3_700, log_index=1_274,
        ),
        deed(
            "d2", "transfer", transfer(), "expired", 1_500, height=TIP - 29_000, valid_until=TIP - 29_000, error=late,
            replaced_by="d1b", can_renew=False,
        ),
        deed("d1", "rename", wire.Rename(name="绍兴合作社"), "elsewhere", 1_600, missing=(CHECKER_KEY,)),
        deed(
            "d0", "notarize", record("守则"), "expired", 4_000, file_name=f"{'旧版守则' * 12}.docx", valid_until=TIP - 70_000,
            height=TIP - 70_000, error=late, is_dismissed=True,
        ),
    ]  # fmt: skip


def approval(number: int, action: str, message: Message, minutes: int, key: str = OWN_KEY) -> ApprovalView:
    """A line of the log."""
    return ApprovalView(
        number=number,
        time_ns=NOW_NS - minutes * MINUTE,
        action=action,
        facts=facts_of(message),
        key=key,
        key_label="经办 01 的软件密钥" if key == OWN_KEY else "",
        chain_id="luopu-consortium-1",
        valid_until=TIP + 560,
        approvers=(CHECKER_KEY,) if action == "rename" else (),
        signing_digest=digest_of(f"signing {number}"),
        digest=digest_of(f"line {number}"),
    )


def realistic_lines(count: int = 6) -> list[ApprovalView]:
    """Newest first."""
    told: list[tuple[str, Message]] = [
        ("notarize", record("入库检验")),
        ("rename", wire.Rename(name="绍兴富硒大米合作社")),
        ("transfer", transfer()),
    ]
    return [
        approval(number, *told[number % 3], 7 * (count - number), OWN_KEY if number % 4 else CHECKER_KEY)
        for number in range(count, 0, -1)
    ]


def unreadable(number: int) -> ApprovalView:
    """A damaged line."""
    facts: tuple[ShownFact, ...] = ()
    return ApprovalView(number, 0, "", facts, "", "", "", 0, (), b"", b"", is_readable=False)
