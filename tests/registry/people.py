"""A consortium with every kind of party, and users: for the tests of who may do what."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256 as plain_sha256
from typing import TypeVar

from google.protobuf.message import Message

from app.core.ids import derive_address, possession_digest
from app.core.refusals import Refused
from app.core.wire import registry_pb2 as wire
from app.registry.genesis import GenesisAccount, GenesisParameters, GenesisSeat
from app.registry.law import BlockOutcome, Receipt
from app.registry.places import AGREEMENTS, GRANTS, HELD
from app.registry.state import quota_key, read_account_of_id
from tests.registry.world import CHAIN_ID, Chain, Key, Member, co_sign, ed25519_key, nonce, p256_key, refusal, seat_key

M = TypeVar("M", bound=Message)

PARAMETERS = GenesisParameters(validity_window=100, max_transaction_bytes=60_000, bytes_per_point=1_000)
QUOTA = 1_000_000
ACTIONS = tuple(field.name for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields)
FIELD_OF = {field.message_type.name: field.name for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}
"""Kind of an action's message → its name in a body."""
LEVELS = {
    "registered": wire.LEVEL_REGISTERED,
    "anonymous": wire.LEVEL_ANONYMOUS,
    "phone": wire.LEVEL_PHONE,
    "real-name": wire.LEVEL_REAL_NAME,
    "certificate": wire.LEVEL_CERTIFICATE,
}


def digest(name: object) -> bytes:
    """32 bytes that follow from anything."""
    return plain_sha256(f"{name}".encode()).digest()


def party(
    number: int,
    name: str,
    kind: str,
    *permissions: str,
    keys: Sequence[Key] = (),
    roles: Sequence[tuple[str, ...]] = (),
    thresholds: Sequence[tuple[str, int]] = (),
    seats: Sequence[GenesisSeat] = (),
) -> Member:
    """An organisation from the start."""
    keys = tuple(keys) or (ed25519_key(name),)
    labelled = tuple((key.public, f"clerk {index}") for index, key in enumerate(keys, 1))
    account = GenesisAccount(
        number, name, kind, labelled, permissions, digest(f"agreement {name}"), QUOTA, tuple(roles), tuple(thresholds)
    )
    return Member(account, keys, tuple(seats))


OPERATOR = party(1, "Operator", "operator")
BOOKS = party(2, "Books", "bookkeeper", seats=[GenesisSeat(seat_key("books"), 10, 2)])
BANK = party(3, "Bank", "partner", "identity", "evidence", "voucher")
CLINIC = party(4, "Clinic", "partner", "identity")
SHOP = party(5, "Shop", "partner", "voucher")
PLAIN = party(6, "Plain", "partner")
NOTARY = party(7, "Notary", "partner", "evidence")
GUARD = party(8, "Guard", "regulator")
MAKER, CHECKER, SECOND, CHIEF = (ed25519_key(f"firm {name}") for name in ("maker", "checker", "second", "chief"))
MAKER_TWO = p256_key("firm other maker")
FIRM = party(
    9,
    "Firm",
    "partner",
    "identity",
    "evidence",
    "voucher",
    keys=(MAKER, CHECKER, SECOND, CHIEF, MAKER_TWO),
    roles=(("maker",), ("checker",), ("checker",), ("administrator",), ("maker", "checker")),
)
"""Each clerk has a part of the work; nobody asks for checkers yet."""
CAST = (OPERATOR, BOOKS, BANK, CLINIC, SHOP, PLAIN, NOTARY, GUARD, FIRM)
ORDER = wire.Order(document=digest("order"), authority="第一法院", reference="2025-7")
UNSOUND_ORDERS = (
    {"document": b""},
    {"document": bytes(31)},
    {"authority": ""},
    {"authority": "法" * 43},
    {"authority": "a\nb"},
    {"reference": "x" * 129},
    {"reference": "a\u202eb"},
)


@dataclass(frozen=True)
class Person:
    """An account that came onto the chain later: a user, or an organisation that was admitted."""

    number: int
    keys: tuple[Key, ...]

    @property
    def address(self) -> bytes:
        """The account's address."""
        return derive_address(CHAIN_ID, self.keys[0].public)


Anybody = Member | Person


def number_of(who: Anybody) -> int:
    """Numeric account ID."""
    return who.number if isinstance(who, Person) else who.account.id


def new_key(key: Key, *roles: wire.Role, label: str = "", chain_id: str = CHAIN_ID) -> wire.NewKey:
    """A key with a good proof that its holder wants it to be an account's."""
    possession = key.sign(possession_digest(chain_id, key.public))
    return wire.NewKey(key=key.public.to_wire(), label=label, roles=roles, possession=possession)


def enrolment(key: Key, level: str = "real-name", **facts: object) -> wire.Enrol:
    """A sound enrolment."""
    return changed(wire.Enrol(key=new_key(key), level=LEVELS[level], root=digest("root")), **facts)


def changed(message: M, **facts: object) -> M:
    """A copy with other fields."""
    fields = {field.name: field for field in message.DESCRIPTOR.fields}
    copy = type(message)()
    copy.CopyFrom(message)
    for name, value in facts.items():
        copy.ClearField(name)
        if isinstance(value, Message):
            getattr(copy, name).CopyFrom(value)
        elif fields[name].is_repeated:
            getattr(copy, name).extend(value)
        else:
            setattr(copy, name, value)
    return copy


class Town(Chain):
    """A chain with all parties, on which each block holds one transaction unless said otherwise."""

    def __init__(self, cast: Sequence[Member] = CAST, parameters: GenesisParameters = PARAMETERS) -> None:
        super().__init__(cast, parameters)
        self._sent = 0

    def body(self, who: Anybody, action: Message, *, hold_until: int = 0, name: object = None) -> wire.Body:
        """A body with a fresh nonce, or with one that follows from `name`."""
        self._sent += 1
        body = wire.Body(
            chain_id=CHAIN_ID,
            sender=who.address,
            nonce=nonce(f"people {self._sent}" if name is None else name),
            valid_until=self.height + 50,
            hold_until=hold_until,
        )
        part = getattr(body, FIELD_OF[type(action).__name__])
        part.CopyFrom(action)
        part.SetInParent()
        return body

    def transaction(
        self, who: Anybody, action: Message, by: Sequence[Key] = (), *, hold_until: int = 0, name: object = None
    ) -> bytes:
        """A transaction, signed by the first key, or by a maker and checkers."""
        return co_sign(self.body(who, action, hold_until=hold_until, name=name), *(by or who.keys[:1]))

    def do(
        self, who: Anybody, action: Message, by: Sequence[Key] = (), *, hold_until: int = 0, name: object = None
    ) -> Receipt:
        """An action that must be accepted, alone in the next block."""
        return self.accept(self.transaction(who, action, by, hold_until=hold_until, name=name)).receipts[0]

    def try_(
        self, who: Anybody, action: Message, by: Sequence[Key] = (), *, hold_until: int = 0, name: object = None
    ) -> Receipt:
        """What would become of an action in the next block; nothing is changed."""
        return self.preview(self.transaction(who, action, by, hold_until=hold_until, name=name)).receipts[0]

    def refused(
        self,
        kind: type[Refused],
        who: Anybody,
        action: Message,
        by: Sequence[Key] = (),
        *,
        hold_until: int = 0,
        name: object = None,
    ) -> dict[str, object]:
        """The facts of the refusal of an action, which must leave nothing but its cost."""
        outcome = self.preview(self.transaction(who, action, by, hold_until=hold_until, name=name))
        check_untouched(outcome, who)
        return refusal(outcome.receipts[0], kind)

    def enrol(self, name: str, level: str = "real-name", partner: Member = BANK, **facts: object) -> Person:
        """A new user with a key that follows from a name."""
        key = ed25519_key(f"user {name}")
        receipt = self.do(partner, enrolment(key, level, **facts))
        return Person(int.from_bytes(receipt.data, "big"), (key,))

    # ---- what stands on the chain ------------------------------------------------------------------------------------
    def account(self, who: Anybody) -> wire.Account:
        """An account as it stands."""
        found = read_account_of_id(self.values, number_of(who))
        assert found is not None
        return found

    def agreement(self, agreement_id: bytes) -> wire.Agreement:
        """An agreement as it stands."""
        found = AGREEMENTS.read(self.values, agreement_id)
        assert found is not None
        return found

    def grant(self, who: Anybody, grant_id: bytes) -> wire.AccessGrant:
        """An access grant as it stands."""
        found = GRANTS.read(self.values, who.address, grant_id)
        assert found is not None
        return found

    def held(self, who: Anybody, held_id: bytes) -> wire.Held | None:
        """What waits under an id."""
        return HELD.read(self.values, who.address, held_id)


def check_untouched(outcome: BlockOutcome, who: Anybody) -> None:
    """A block of a refused transaction changes its sender's quota and the nonces, nothing more."""
    assert set(outcome.writes) <= {quota_key(who.address), b"nonces"}
    assert outcome.entries == ()
    assert outcome.seat_changes == ()


def entry_of(receipt: Receipt) -> wire.LogEntry:
    """What an accepted transaction put on the log."""
    return wire.LogEntry.FromString(receipt.entry)


def suspend(who: Anybody) -> wire.Suspend:
    """The operator's order against an organisation."""
    return wire.Suspend(account=number_of(who), order=ORDER)


def resume(who: Anybody) -> wire.Resume:
    """Its end."""
    return wire.Resume(account=number_of(who), order=ORDER)


def freeze(who: Anybody) -> wire.Freeze:
    """A partner's order against a user."""
    return wire.Freeze(account=number_of(who), order=ORDER)


def unfreeze(who: Anybody) -> wire.Unfreeze:
    """Its end."""
    return wire.Unfreeze(account=number_of(who), order=ORDER)


def certify(who: Anybody, level: str = "real-name", **facts: object) -> wire.Certify:
    """A sound certification."""
    return changed(wire.Certify(account=number_of(who), level=LEVELS[level], root=digest("root")), **facts)


def revoke(who: Anybody) -> wire.RevokeCertification:
    """Its end."""
    return wire.RevokeCertification(account=number_of(who), reason=digest("reason"))


def empty(action: str) -> Message:
    """The message of an action, with nothing in it."""
    return type(getattr(wire.Body(), action))()
