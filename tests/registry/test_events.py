"""Events: of every fact that can stand on the log, under a name by which somebody looks for it."""

import pytest

from app.core.wire import registry_pb2 as wire
from app.registry.events import NAMED, Event, event_of
from tests.registry.world import ALPHA, Chain, notarize

FACTS = [field.name for field in wire.LogEntry.DESCRIPTOR.oneofs_by_name["fact"].fields]
SENDER, ID, HELD = bytes(range(20)), bytes(range(16)), bytes(16)


def entry(fact: str, held: bytes = b"") -> wire.LogEntry:
    """A log entry of this fact."""
    made = wire.LogEntry(sender=SENDER, held=held)
    setattr(made, fact, b"")
    return made


def test_every_fact_but_a_record_names_something() -> None:
    assert sorted(NAMED) == sorted(set(FACTS) - {"evidence_record"})


@pytest.mark.parametrize(
    ("fact", "data", "named"),
    [
        *((fact, ID, ("proposal", ID.hex())) for fact in ("proposal", "approval")),
        *((fact, ID, ("held", ID.hex())) for fact in ("hold", "countersign", "discard")),
        *((fact, (300).to_bytes(8, "big"), ("member", "300")) for fact in ("admit", "suspend", "enrol", "freeze")),
        ("grant", ID, ("grant", ID.hex())),
        ("confirm_agreement", ID, ("agreement", ID.hex())),
        *((fact, ID, ("voucher", ID.hex())) for fact in ("apply_voucher", "transfer", "supervise")),
    ],
)
def test_an_event_names_who_sent_it_and_what_it_is_about(fact: str, data: bytes, named: tuple[str, str]) -> None:
    assert event_of(entry(fact), data) == Event(fact, (("account", SENDER.hex()), named))


def test_what_brought_a_held_transaction_to_effect_names_it_too() -> None:
    facts = (("account", SENDER.hex()), ("voucher", ID.hex()), ("held", HELD.hex()))
    assert event_of(entry("transfer", HELD), ID) == Event("transfer", facts)


def test_the_event_of_a_record_is_found_by_chain_record_and_file() -> None:
    receipt = Chain().accept(notarize(ALPHA, 1)).receipts[0]
    assert receipt.events[0].kind == "record"
    assert [name for name, _ in receipt.events[0].facts] == ["account", "chain", "sequence", "record", "sha256"]
