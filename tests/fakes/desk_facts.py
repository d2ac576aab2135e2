"""What a desk shows when a rice mill has worked with it for a while: records, and what was sent lately."""

import hashlib

from app.client.model import (
    RecordStatus,
)
from app.core.refusals import QuotaSpent
from app.core.units import Hash32
from app.ui.desk import (
    OutboxItem,
)

SECOND_NS = 1_000_000_000
NOW_NS = 1_795_323_945 * SECOND_NS
"""Sunday, 22 November 2026, 13:05:45 in Hangzhou."""
TIP = 52_814
BLOCK_NS = 3 * SECOND_NS
STEPS = (
    *("container", "format", "trust-root", "finality", "block", "transaction"),
    *("signature", "account", "record", "context", "file", "chain"),
)
RICE = "批次 HG-2026-1107 富硒大米"


def digest_of(text: str) -> Hash32:
    """A digest that is the same in every run."""
    return Hash32(hashlib.sha256(text.encode()).digest())


def make_record(
    index: int, chain: str, sequence: int, subject: str, height: int, *, provable: bool = True
) -> RecordStatus:
    """A record of a chain, at a height whose time follows from the tip."""
    return RecordStatus(
        index=index,
        record_digest=digest_of(f"{chain}/{sequence}"),
        chain=digest_of(chain)[:16],
        sequence=sequence,
        previous=b"" if sequence == 1 else digest_of(f"{chain}/{sequence - 1}"),
        sha256=digest_of(f"sha256 {chain}/{sequence}"),
        sm3=digest_of(f"sm3 {chain}/{sequence}"),
        size=3_412_907 + index * 7919,
        subject=subject,
        context_digest=digest_of(f"context {index}"),
        height=height,
        time_ns=NOW_NS - 2 * SECOND_NS - (TIP - height) * BLOCK_NS,
        transaction_hash=digest_of(f"transaction {index}"),
        sender=digest_of("clerk")[:20],
        provable=provable,
    )


def realistic_records() -> list[RecordStatus]:
    """Newest first: three chains of a rice mill."""
    plan = [
        ("员工守则", 1, "员工守则 v3", 23_100),
        (RICE, 1, "采收", 48_211),
        ("检验委托", 1, "检验委托合同（甲乙双方）", 49_320),
        (RICE, 2, "质检", 49_901),
        (RICE, 3, "入库", 52_790),
    ]
    return [
        make_record(1200 + place * 37, chain, sequence, subject, height)
        for place, (chain, sequence, subject, height) in reversed(list(enumerate(plan)))
    ]


def realistic_items() -> list[OutboxItem]:
    """What a desk has sent lately, newest first: final, refused, expired."""
    minute = 60 * SECOND_NS
    rice, contract = digest_of(RICE)[:16], digest_of("检验委托")[:16]
    refusal = QuotaSpent(expected=12, got=3)
    return [
        OutboxItem(
            "d3",
            "入库单 HG-2026-1107.pdf",
            "入库",
            NOW_NS - 2 * minute,
            "final",
            52_790,
            1348,
            digest_of(f"{RICE}/3"),
            rice,
            None,
        ),
        OutboxItem(
            "d2",
            "检验全程录像.mp4",
            "质检",
            NOW_NS - 40 * minute,
            "refused",
            None,
            None,
            digest_of("d2"),
            rice,
            refusal,
        ),
        OutboxItem(
            "d1",
            "委托合同.pdf",
            "检验委托合同（甲乙双方）",
            NOW_NS - 175 * minute,
            "final",
            49_320,
            1274,
            digest_of("检验委托/1"),
            contract,
            None,
        ),
        OutboxItem(
            "d0",
            "旧版守则.docx",
            "员工守则 v2",
            NOW_NS - 1500 * minute,
            "expired",
            None,
            None,
            digest_of("d0"),
            rice,
            None,
        ),
    ]
