"""One action being carried out: what it is, who does it, when, and the questions that several actions ask."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from app.core.wire import registry_pb2 as wire
from tests.registry.model.book import Book
from tests.registry.model.matrix import USER
from tests.registry.model.things import Account, AccountKey, Certification, Key, Parameters, Stop, plain
from tests.registry.model.words import is_ascending, is_key, is_text, name_key, possession_digest, sound

IsSigned = Callable[[Key, bytes, bytes], bool]


@dataclass(frozen=True)
class Block:
    """What is the same for all of a block."""

    chain_id: str
    height: int
    time_ns: int
    is_signed: IsSigned
    parameters: Parameters
    """As they stood at its beginning."""


@dataclass(frozen=True)
class Case:
    """One action being carried out."""

    book: Book
    block: Block
    body: wire.Body
    name: str

    @property
    def action(self) -> Any:
        """The action's own message."""
        return getattr(self.body, self.name)

    @property
    def me(self) -> Account:
        """The sender, as it stands now."""
        return self.book.accounts[self.body.sender]

    @property
    def height(self) -> int:
        """Of the block."""
        return self.block.height

    @property
    def now(self) -> int:
        """Time of the block."""
        return self.block.time_ns

    def stop(self, document: bytes) -> Stop:
        """An order carried out by the sender."""
        return Stop(document, self.me.id, self.height)

    # ---- accounts ------------------------------------------------------------------------------------------------
    def user(self, number: int) -> Account:
        """A member that must be a user."""
        account = self.book.member(number)
        sound(account.party == USER, "wrong-party")
        return account

    def check_in_force(self, account: Account) -> None:
        """Refuse if the account is stopped."""
        if account.stop is not None:
            sound(False, "account-frozen" if account.party == USER else "account-suspended")

    def counts(self, certification: Certification) -> bool:
        """Whether a certification counts at this moment."""
        partner = self.book.accounts[self.book.numbers[certification.partner]]
        return partner.stop is None and (certification.expires_ns == 0 or self.now < certification.expires_ns)

    def counting(self, account: Account) -> list[Certification]:
        """Of an account, by partner."""
        return [each for each in account.certifications if self.counts(each)]

    def levels(self, account: Account) -> list[tuple[int, bool]]:
        """Of what counts: the level, and whether the partner answers."""
        return [(each.level, each.answers) for each in self.counting(account)]

    def answerable(self, account: Account) -> Account | None:
        """The partner who answers for a user; None: the organisation itself."""
        if account.party != USER:
            return None
        partners = [each.partner for each in self.counting(account)]
        first = account.partner if account.partner in partners else min(partners)
        return self.book.member(first)

    # ---- keys and names -------------------------------------------------------------------------------------------
    def check_name_free(self, name: str, address: bytes | None = None) -> None:
        """Nobody else has the name or ever had it."""
        owner = self.book.names.get(name_key(name))
        sound(owner is None or owner == address, "name-taken")

    def check_new_key(self, new: wire.NewKey) -> AccountKey:
        """A key that may become an account's."""
        key: Key = plain(new.key)
        known = all(1 <= role <= 3 for role in new.roles)
        sound(is_key(*key) and is_text(new.label, 64) and known and is_ascending(list(new.roles)))
        sound(key not in self.book.owners, "key-taken")
        digest = possession_digest(self.block.chain_id, key)
        sound(self.block.is_signed(key, digest, new.possession), "possession-not-shown")
        return AccountKey(key, new.label, tuple(new.roles))

    def next_number(self) -> int:
        """The number of the next account, which is then taken."""
        number: int = self.book.one["next-account"]
        self.book.one["next-account"] = number + 1
        return number

    def change(self, account: Account, **facts: Any) -> Account:
        """Put a changed account in the place of the old one."""
        changed = replace(account, **facts)
        self.book.put_account(changed)
        return changed


@dataclass(frozen=True)
class Done:
    """What an action leaves beside the changes: what the receipt names, and what stands as result in the log."""

    data: bytes = b""
    result: bytes = b""
