"""What happened, as values that indexes and subscribers can follow. Events are not part of the state.

An accepted transaction leaves one entry on the log, and its event follows from that entry and from what its receipt names,
so events are made when somebody asks for them and kept nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.wire import registry_pb2 as wire

NAMED: Mapping[str, str] = {
    **dict.fromkeys(("proposal", "approval"), "proposal"),
    **dict.fromkeys(("hold", "countersign", "discard"), "held"),
    **dict.fromkeys(("change_keys", "set_thresholds", "rename"), "member"),
    **dict.fromkeys(("admit", "amend", "suspend", "resume", "record_order"), "member"),
    **dict.fromkeys(("enrol", "certify", "revoke_certification", "recognise", "reset_key"), "member"),
    **dict.fromkeys(("freeze", "unfreeze"), "member"),
    **dict.fromkeys(("grant", "withdraw_grant"), "grant"),
    **dict.fromkeys(("open_agreement", "confirm_agreement", "retract_confirmation"), "agreement"),
    **dict.fromkeys(("apply_voucher", "create_voucher", "decline_voucher", "manage_voucher"), "voucher"),
    **dict.fromkeys(("allocate", "transfer", "split", "merge", "redeem", "expire"), "voucher"),
    **dict.fromkeys(("supervise", "attest_custody", "assign_custody"), "voucher"),
}
"""Fact on the log → what the receipt names. A member is an account by its number; all others are ids."""


@dataclass(frozen=True, slots=True)
class Event:
    """A kind ("record") and its facts in a fixed order; all text."""

    kind: str
    facts: tuple[tuple[str, str], ...]


def event_of(entry: wire.LogEntry, data: bytes) -> Event:
    """The event of a log entry; `data` is what the receipt names (`Acted.data`).

    It is called after the fact, and its facts are who sent the transaction and what it was about. Where it brought a held
    transaction to effect, that one is named too.
    """
    account, fact = ("account", entry.sender.hex()), str(entry.WhichOneof("fact"))
    if fact == "evidence_record":
        return Event("record", (account, *_of_record(entry, data)))
    name = NAMED[fact]
    named = (name, str(int.from_bytes(data, "big")) if name == "member" else data.hex())
    held = (("held", entry.held.hex()),) if entry.held else ()
    return Event(fact, (account, named, *held))


def _of_record(entry: wire.LogEntry, data: bytes) -> tuple[tuple[str, str], ...]:
    record = wire.EvidenceRecord.FromString(entry.evidence_record)
    return (
        ("chain", record.chain.hex()),
        ("sequence", str(record.sequence)),
        ("record", data.hex()),
        ("sha256", record.sha256.hex()),
    )
