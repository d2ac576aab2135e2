"""What happened, as values that indexes and subscribers can follow. Events are not part of the state.

An accepted transaction leaves one entry on the log, and its event follows from that entry and from what its receipt names,
so events are made when somebody asks for them and kept nowhere.
"""

from dataclasses import dataclass

from app.core.wire import registry_pb2 as wire


@dataclass(frozen=True, slots=True)
class Event:
    """A kind ("record") and its facts in a fixed order; all text."""

    kind: str
    facts: tuple[tuple[str, str], ...]


def event_of(entry: wire.LogEntry, data: bytes) -> Event:
    """The event of a log entry; `data` is what the receipt names: digest of the record, or id of the proposal."""
    account = ("account", entry.sender.hex())
    match entry.WhichOneof("fact"):
        case "evidence_record":
            record = wire.EvidenceRecord.FromString(entry.evidence_record)
            facts = (
                account,
                ("chain", record.chain.hex()),
                ("sequence", str(record.sequence)),
                ("record", data.hex()),
                ("sha256", record.sha256.hex()),
            )
            return Event("record", facts)
        case kind:
            return Event(str(kind), (account, ("proposal", data.hex())))
