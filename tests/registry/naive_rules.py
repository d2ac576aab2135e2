"""What the naive twin knows by heart: numbers of refusals, bounds, and which fields are sound. No code of `app`."""

from typing import Any

from tests.registry.naive_state import ACTIONS

CODES = {
    "malformed": 2,
    "wrong chain": 3,
    "expired": 4,
    "too far ahead": 5,
    "replayed": 6,
    "unknown account": 7,
    "bad signature": 8,
    "not your key": 9,
    "not permitted": 10,
    "quota spent": 11,
    "too large": 12,
    "forked": 13,
    "unknown record chain": 14,
    "not the owner": 15,
    "bad action": 16,
    "unknown proposal": 17,
    "proposal closed": 18,
    "already approved": 19,
    "validators impossible": 20,
    "no seat": 21,
    "action stopped": 22,
    "wrong party": 27,
    "role missing": 28,
    "approvals missing": 29,
}
"""Of the refusals that this twin's traffic can meet."""


def is_record(record: dict[str, Any]) -> bool:
    """Whether every field has the right length and range."""
    lengths = [len(record[name]) for name in ("chain", "sha256", "sm3", "context", "previous")]
    text = record["subject"]
    return (
        lengths == [16, 32, 32, 32, 0 if record["sequence"] == 1 else 32]
        and 1 <= record["sequence"] < 2**63
        and record["size"] < 2**63
        and (record["batch_size"] in range(1, 1_000_001) if record["batch_root"] else record["batch_size"] == 0)
        and record["supersedes"] < record["sequence"]
        and all(len(record[name]) in (0, 32) for name in ("batch_root", "timestamp", "hosting"))
        and len(text.encode()) <= 512
        and not any(low <= ord(character) <= high for character in text for low, high in HIDING)
    )


HIDING = [(0, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F), (0x2028, 0x202E)]
HIDING += [(0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xE0000, 0xE007F)]


def is_settings(settings: list[dict[str, Any]]) -> bool:
    """Whether settings ascend and each is within its bounds."""
    order = [(each["setting"], each["subject"]) for each in settings]
    return (
        1 <= len(settings) <= 64
        and order == sorted(set(order))
        and all(
            setting in SETTINGS
            and subject in {6: set(ACTIONS.values()), 7: set(range(1, 6))}.get(setting, {0})
            and SETTINGS[setting][1] <= each["value"] <= SETTINGS[setting][2]
            for each, (setting, subject) in zip(settings, order, strict=True)
        )
    )


def is_emergency(actions: tuple[int, ...]) -> bool:
    """Whether actions ascend and all may be stopped."""
    stoppable = set(ACTIONS.values()) - {ACTIONS[name] for name in (*VOTES, "change_keys")}
    return 1 <= len(actions) <= 64 and list(actions) == sorted(set(actions)) and set(actions) <= stoppable


HOLD = 15
"""Number of the fact that a transaction waits for approvals."""
VOTES = ("propose", "approve")
SETTINGS = {
    1: ("validity_window", 10, 1_000_000),
    2: ("quota_period_seconds", 60, 31_622_400),
    3: ("quota_offset_seconds", 0, 31_622_400),
    4: ("bytes_per_point", 1, 1_000_000),
    5: ("max_transaction_bytes", 4_096, 1_000_000),
    6: ("action costs", 0, 1_000_000_000),
    7: ("level points", 0, 1_000_000_000),
}
"""Name, least and most of each setting."""
