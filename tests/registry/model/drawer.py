"""Random transactions by somebody who knows the state: most are sound, many are nearly so, some are wrong in one place.

A builder for each kind of action finds out from the model who could do it to what; now and then it looks elsewhere. Then the
drawer picks who signs, and sometimes spoils one thing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.core.wire import registry_pb2 as wire
from tests.registry.model.case import Case
from tests.registry.model.dice import Dice, digest, make_key, sign, wire_key
from tests.registry.model.matrix import (
    CHECKER,
    EVERYBODY,
    ROWS,
    USER,
    check_may,
    has_role,
    role_of_maker,
    threshold_of,
)
from tests.registry.model.model import Model
from tests.registry.model.mutation import mutate
from tests.registry.model.things import Account, Key
from tests.registry.model.words import No, body_digest, possession_digest

T = TypeVar("T")
SECOND = 1_000_000_000
ORGANISATIONS = tuple(sorted(EVERYBODY))


@dataclass(frozen=True)
class Drawn:
    """A transaction, whole and in its parts."""

    raw: bytes
    body: wire.Body
    signers: tuple[Key, ...]


@dataclass
class Wish:
    """An action and who is to send it; perhaps also which keys are to sign."""

    sender: Account
    action: Any
    signers: tuple[Key, ...] = ()


Builder = Callable[["Drawer"], "Wish | None"]


@dataclass
class Drawer:
    """Draws actions for a model's next transaction."""

    model: Model
    dice: Dice
    builders: Sequence[tuple[str, Builder, int]]
    """Kind, how to build it, and how often."""
    count: int = 0
    nonce: bytes = b""
    past: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Senders and nonces of before."""
    is_careful: bool = False
    """Spoils nothing."""

    # ---- what builders ask ---------------------------------------------------------------------------------------
    @property
    def book(self) -> Any:
        """The state."""
        return self.model.book

    @property
    def height(self) -> int:
        """Of the block that is being made."""
        return self.model.block.height

    @property
    def now(self) -> int:
        """Its time."""
        return self.model.block.time_ns

    def fresh(self, what: object = "") -> bytes:
        """A digest that nobody has seen."""
        self.count += 1
        return digest(f"fresh {what} {self.count} {self.dice.below(2**40)}")

    def accounts(self, *parties: int) -> list[Account]:
        """All of some parties, or all."""
        found = self.book.accounts.values()
        return [each for each in found if not parties or each.party in parties]

    def mostly(self, good: Sequence[T], others: Sequence[T], percent: float = 92) -> T | None:
        """A good one, if there is one; sometimes another."""
        if good and (not others or self.dice.chance(percent)):
            return self.dice.one(good)
        return self.dice.one(others) if others and self.dice.chance(40) else None

    def able(self, kind: str, among: Iterable[Account] | None = None) -> Account | None:
        """Somebody who may do it."""
        row = ROWS[kind]
        parties = set(row.parties) | ({USER} if row.level else set())
        found = [each for each in (self.accounts() if among is None else among) if each.party in parties]
        for _ in range(12):
            if not found:
                break
            account = found.pop(self.dice.below(len(found)))
            if account.stop is None and self.may(kind, account):
                return account
        return None

    def may(self, kind: str, account: Account) -> bool:
        """Whether the table lets an account do it."""
        levels = self.case().levels(account)
        if account.party == USER and not levels:
            return False
        try:
            check_may(account, kind, levels)
        except No:
            return False
        return True

    def case(self) -> Case:
        """For the model's own questions about the present."""
        return Case(self.book, self.model.block, wire.Body(), "")

    def moment(self) -> int:
        """Never, soon, or far ahead."""
        if self.dice.chance(60):
            return 0
        return self.now + self.dice.one((10, 40, 200, 3_600, 90_000, 2_000_000)) * SECOND + self.dice.chance(10)

    def order(self) -> wire.Order:
        """Of an authority."""
        return wire.Order(document=self.fresh("order"), authority="Court 一", reference=self.dice.one(("", "No. 7")))

    def new_key(self, roles: Sequence[int] = ()) -> wire.NewKey:
        """A key that nobody has yet; sometimes one that is somebody's or was."""
        self.count += 1
        key = make_key(f"new {self.count} {self.dice.below(2**30)}")
        if self.dice.chance(3):
            key = self.dice.one(list(self.book.owners))
        return self.key_entry(key, roles)

    def key_entry(self, key: Key, roles: Sequence[int] = ()) -> wire.NewKey:
        """As it stands in an action."""
        possession = sign(key, possession_digest(self.model.chain_id, key))
        if self.dice.chance(2):
            possession = self.dice.one((b"", possession[:-1] + b"\x00", sign(key, digest("else"))))
        return wire.NewKey(key=wire_key(key), label="clerk", roles=list(roles), possession=possession)

    # ---- drawing ---------------------------------------------------------------------------------------------------
    def draw(self, kind: str | None = None) -> Drawn:
        """The next transaction, of a kind or of any."""
        while True:
            wanted = self.dice.weighted([(name, weight) for name, _, weight in self.builders]) if kind is None else kind
            self.nonce = self.fresh("nonce")[:16]
            wish = next(builder for name, builder, _ in self.builders if name == wanted)(self)
            if wish is not None:
                return self.sealed(wanted, wish)
            kind = None

    def sealed(self, kind: str, wish: Wish) -> Drawn:
        """A wish as a transaction, with perhaps one thing wrong."""
        body = wire.Body(chain_id=self.model.chain_id, sender=wish.sender.address, nonce=self.nonce)
        body.valid_until = self.height + self.dice.below(self.model.block.parameters.validity_window)
        getattr(body, kind).CopyFrom(wish.action)
        getattr(body, kind).SetInParent()
        sender = wish.sender
        if self.is_careful:
            pass
        elif self.dice.chance(9):
            mutate(getattr(body, kind), self.dice)
        elif self.dice.chance(4):
            sender = self.dice.one(self.accounts())
            body.sender = sender.address
            wish.signers = ()
        signers = wish.signers or self.signers(kind, sender, body)
        body.approvers.extend(wire_key(each) for each in signers[1:])
        if self.dice.chance(4) and not self.is_careful:
            signers = self.spoil(body, signers)
        self.past.append((body.sender, body.nonce))
        return Drawn(seal(body, signers), body, signers)

    def signers(self, kind: str, sender: Account, body: wire.Body) -> tuple[Key, ...]:
        """Who signs: a maker with the right role, and as many checkers as are asked, or fewer."""
        role = role_of_maker(kind)
        makers = [each.key for each in sender.keys if not role or has_role(each.roles, role)]
        maker = self.mostly(makers, [each.key for each in sender.keys], 97) or sender.keys[0].key
        checkers = [each.key for each in sender.keys if has_role(each.roles, CHECKER) and each.key != maker]
        asked = threshold_of(sender, ROWS[kind].duty)
        count = asked
        if asked and self.dice.chance(45):
            count = self.dice.below(asked)
            body.hold_until = (
                self.height + self.dice.below(25) if self.dice.chance(92) else self.dice.one((0, 1, 10**9))
            )
        elif self.dice.chance(3):
            count, checkers = asked + 1, [each.key for each in sender.keys if each.key != maker]
        approvers = [checkers.pop(self.dice.below(len(checkers))) for _ in range(min(count, len(checkers)))]
        return (maker, *sorted(approvers))

    def spoil(self, body: wire.Body, signers: tuple[Key, ...]) -> tuple[Key, ...]:
        """One thing about the envelope is wrong. Returns who signs now."""
        match self.dice.below(9):
            case 0:
                body.valid_until = self.height - self.dice.between(1, 2)
            case 1:
                body.valid_until = self.height + self.model.block.parameters.validity_window + self.dice.below(2)
            case 2:
                body.chain_id = self.dice.one(("another", "", "x" * 51, "x" * 9_000))
            case 3:
                body.sender = self.fresh()[: self.dice.one((20, 20, 19))]
            case 4 if self.past:
                body.sender, body.nonce = self.dice.one(self.past[-60:])
                owner = self.book.accounts.get(body.sender)
                signers = signers if owner is None else (owner.keys[0].key, *signers[1:])
            case 5:
                return (self.dice.one(list(self.book.owners)), *signers[1:])
            case 6:
                return (*signers, self.dice.one(list(self.book.owners)))
            case 7:
                body.nonce = body.nonce[:15]
            case _:
                body.hold_until = self.dice.one((-1, 1, self.height + 5))
        return signers


def seal(body: wire.Body, signers: Sequence[Key]) -> bytes:
    """The bytes of a transaction that all of `signers` have signed."""
    data = body.SerializeToString(deterministic=True)
    signatures = [wire.Signature(key=wire_key(key), signature=sign(key, body_digest(data))) for key in signers]
    return wire.Transaction(body=data, signatures=signatures).SerializeToString(deterministic=True)
