"""What a command of the registry has at hand: the home, its node, its key, and the way to turn typed words into things.

Guarantees: an account is found by its number or by its exact name; amounts are counted in a voucher's smallest unit, and one
with more decimals than the voucher has is refused, never rounded.
"""

import asyncio
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from google.protobuf.message import Message

from app.cli.elsewhere import KeyElsewhere
from app.cli.output import Speaker
from app.cli.passphrase import read_passphrase
from app.cli.registry.kinds import Taken
from app.cli.signing import Chooser, OwnKey, is_key_text
from app.client.members import AccountView
from app.client.model import AccountStatus
from app.client.node import NodeClient
from app.client.registry import RegistryReader
from app.core.card import PREFIX, decode_card
from app.core.errors import BadKey, FileUnreadable, NotFound, UsageError
from app.core.home import Home
from app.core.keys import PublicKey, decode_key_text
from app.core.record import FileDigests
from app.core.refusals import UnknownAccount
from app.core.wire import registry_pb2 as wire
from app.evidence.files import digest_file

MAX_TEXT_FILE_BYTES = 65_536

Pairs = list[tuple[str, str]]
"""Names and values to be said, in order."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command has that asks no node."""

    home: Home
    speaker: Speaker
    given: Namespace


class Session:
    """One command at one home. Close it: it may hold a token."""

    def __init__(self, home: Home, speaker: Speaker, node: NodeClient, given: Namespace) -> None:
        self.home, self.speaker, self.node, self.given = home, speaker, node, given
        self.reader = RegistryReader(node)
        self._opened = ExitStack()

    def close(self) -> None:
        """Let go of the token."""
        self._opened.close()

    @cached_property
    def key(self) -> OwnKey:
        """The key that acts: the keystore's, or the one that the command names."""
        given = vars(self.given)
        name: str | None = given.get("signing_key")
        if name is not None and given.get("draft_to") is not None and is_key_text(name):
            return KeyElsewhere(decode_key_text(name))  # it need not be here: another computer signs
        return Chooser(self.home, self.speaker, self.given, self.passphrase).choose(name, self._opened)

    def passphrase(self) -> str:
        """The clerk's passphrase; asked once, whatever it opens."""
        return self._passphrase

    @cached_property
    def _passphrase(self) -> str:
        source: str | None = self.given.passphrase_file
        return read_passphrase(self.speaker, source)

    # ---- accounts ------------------------------------------------------------------------------------------------
    async def own(self) -> AccountStatus:
        """The account of the key.

        Raises:
            UnknownAccount: nobody has registered the key.
        """
        account = await self.node.account_of_key(self.key.public_key)
        if account is None:
            raise UnknownAccount(key=self.key.public_key.data.hex())
        return account

    async def number(self, name: str) -> int:
        """Number of the account with a number or an exact name. One that is given as a number need not exist.

        Raises:
            NotFound: nobody is called so now.
        """
        if name.isascii() and name.isdecimal() and len(name) <= 18:
            return int(name)
        found = (await self.reader.account_of_name(name)).account
        if found.name != name:
            raise NotFound(what="account", name=name)
        return int(found.id)

    async def numbers(self, names: Sequence[str]) -> list[int]:
        """The same of several, ascending, each once."""
        return sorted({await self.number(name) for name in names})

    async def account(self, name: str | None) -> AccountView:
        """An account by number or exact name; without a name, the home's own."""
        return await self.reader.account((await self.own()).id if name is None else await self.number(name))

    # ---- documents -----------------------------------------------------------------------------------------------
    async def digests(self, path: str) -> FileDigests:
        """Both digests of a document."""
        return await asyncio.to_thread(digest_file, Path(path))

    async def digest(self, path: str | None) -> bytes:
        """SHA-256 of a document; nothing where none is named."""
        return b"" if path is None else (await self.digests(path)).sha256

    async def order(self) -> wire.Order:
        """The order that the options name."""
        given = self.given
        return wire.Order(document=await self.digest(given.order), authority=given.authority, reference=given.reference)

    async def card(self, text: str) -> wire.NewKey:
        """A key's card: its text, or a file with it.

        Raises:
            FileUnreadable: no such file.
            DecodingError, BadKey: not a card for this chain.
        """
        if not text.lstrip().startswith(PREFIX):
            text = await asyncio.to_thread(read_text, Path(text))
        return decode_card(text, (await self.node.status()).chain_id)

    async def height_after(self, blocks: int) -> int:
        """The height so many blocks from now."""
        return (await self.node.status()).height + blocks

    # ---- keys ----------------------------------------------------------------------------------------------------
    async def keys(self, names: Sequence[str]) -> list[PublicKey]:
        """Keys by their text, or keys of the own account by label or place."""
        if all(is_key_text(name) for name in names):
            return [decode_key_text(name) for name in names]
        listed = (await self.account(None)).account.keys
        return [decode_key_text(name) if is_key_text(name) else _key_called(listed, name) for name in names]

    # ---- amounts -------------------------------------------------------------------------------------------------
    async def terms(self, voucher: bytes) -> wire.Terms:
        """A voucher's terms."""
        return (await self.reader.voucher(voucher)).voucher.terms


def _key_called(listed: Sequence[wire.AccountKey], name: str) -> PublicKey:
    found = [key for key in listed if key.label == name]
    if not found and name.isascii() and name.isdecimal() and len(name) < 4 and 0 < int(name) <= len(listed):
        found = [listed[int(name) - 1]]
    if len(found) != 1:
        raise BadKey(reason="not exactly one key of the account is called so", got=name)
    return PublicKey.from_wire(found[0].key)


def units_of(text: str, terms: wire.Terms) -> int:
    """An amount in the voucher's smallest unit.

    Raises:
        UsageError: more decimals than the voucher has, or too large.
    """
    whole, _, fraction = text.partition(".")
    decimals = int(terms.decimals)
    if len(fraction) > decimals:
        raise UsageError(argument="AMOUNT", expected=f"at most {decimals} decimals", got=text)
    units = int(whole + fraction.ljust(decimals, "0"))
    if units >= 2**63:
        raise UsageError(argument="AMOUNT", expected="less than 2^63 of the smallest unit", got=text)
    return units


def amount_text(units: int, terms: wire.Terms) -> str:
    """An amount as it is written."""
    decimals = int(terms.decimals)
    whole, fraction = divmod(units, 10**decimals)
    return f"{whole}.{fraction:0{decimals}}" if decimals else str(whole)


def amount_and_serials(what: Taken, terms: wire.Terms) -> tuple[int, tuple[int, ...]]:
    """What is taken, as the law wants it: an amount, or serials."""
    return (0, what.serials) if what.serials else (units_of(what.amount, terms), ())


def read_text(path: Path) -> str:
    """A small text file.

    Raises:
        FileUnreadable: missing, too large, or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_TEXT_FILE_BYTES + 1)
        if len(content) > MAX_TEXT_FILE_BYTES:
            raise FileUnreadable(file=path.name, reason="too large")
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(file=path.name, reason=getattr(error, "strerror", None) or "not UTF-8") from error


# ---- what a verb is in code ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Beside:
    """What belongs to an action outside the chain."""

    before: Callable[[], Awaitable[object]] | None = None
    """What must be kept before anybody signs."""
    undo: Callable[[], Awaitable[None]] | None = None
    """It is given up where nobody signed after all."""
    after: Callable[[bytes], Awaitable[Mapping[str, object]]] | None = None
    """What is noted and said once it is final, told what the receipt names; and what a program is answered besides."""
    drawn: tuple[str, ...] = ()
    """Fields of the action that are drawn by chance: with others it is still the same that the clerk wants."""
    told: Sequence[tuple[str, str]] = ()
    """What the node says of it beside names and amounts."""
    keeps_draft: bool = False
    """It was drafted before this command, so it stays where nobody signs it now."""


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True)
class Deed:
    """An action, and what belongs to it outside the chain."""

    action: Message
    beside: Beside


Maker = Callable[[Session], Awaitable[Message | Deed]]
Doer = Callable[[Session], Awaitable[int]]
