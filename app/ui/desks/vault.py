"""What windows ask of what the vault knows besides the plain attributes of people: their papers, and contacts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.core.paper_words import Kind
from app.core.record import FileDigests

if TYPE_CHECKING:  # presenters read this module, and they do no IO
    from pathlib import Path

    from app.client.members import AccountView
    from app.wallet.vault import Kept


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A paper by which somebody is known, as the clerk chose it: a copy is sealed when the person is kept."""

    path: "Path"
    digests: FileDigests
    kind: Kind


@dataclass(frozen=True, slots=True, repr=False)
class ContactView:
    """What an account is called at this desk, and what stands on the chain."""

    account: int
    name: str
    note: str
    view: "AccountView | None"
    """As the node shows it; None: it cannot be asked now."""


class VaultDesk(Protocol):
    """What the vault knows besides the plain attributes of people: their papers, and contacts."""

    async def contacts(self) -> list[ContactView]:
        """All contacts, by name; also where the node does not answer."""
        ...

    async def save_contact(self, account: int, name: str, note: str) -> None:
        """Call an account so here, in the place of what it was called. The node must know it."""
        ...

    async def drop_contact(self, account: int) -> None:
        """Forget a contact."""
        ...

    async def called(self, accounts: Collection[int]) -> Mapping[int, str]:
        """What accounts are called here: people by what the vault knows of them, others by their contact."""
        ...

    async def account_called(self, name: str) -> int:
        """The account of the contact of exactly this name; 0: there is none, or more than one."""
        ...

    async def person(self, person_id: str) -> "Kept":
        """One person of the vault."""
        ...

    async def papers_at_hand(self, person_id: str) -> frozenset[bytes]:
        """SHA-256 of those papers of a person of which a sealed copy is kept here."""
        ...

    async def save_paper(self, person_id: str, sha256: bytes, target: "Path") -> "Path":
        """Write a paper of a person to `target`, in the place of what is there."""
        ...
