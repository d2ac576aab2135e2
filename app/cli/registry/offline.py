"""`luopu sign`: a key signs on a computer that has no node, and perhaps no genesis (air gap; white paper 3.4.1).

Guarantees: all that the bytes say is shown before anybody signs, and that nothing else was checked. The approval is in the
log and the signature in the outbox before anything is written, so that a command that was interrupted may be typed again and
signs nothing anew. Leaves to others: whether the chain takes it (`luopu sign-request`, where a node is).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Final

from app.cli.elsewhere import PICTURE, check_free, knows, load_any, save_once
from app.cli.passphrase import read_passphrase
from app.cli.registry.perform import DONE
from app.cli.registry.session import Desk, Maker
from app.cli.registry.told import body_pairs
from app.cli.signing import Chooser, OwnKey, key_pairs
from app.cli.work import open_outbox
from app.client.drafting import sign_entry
from app.core.errors import LuopuError, UsageError
from app.core.keys import encode_key_text
from app.core.refusals import WrongChain
from app.core.walleterrors import OutcomeUnknown
from app.wallet.approval import Draft, describe
from app.wallet.entry import Entry, EntryId, State
from app.wallet.outbox import Outbox
from app.wallet.request_file import Request
from app.wallet.signatures import Signed, check_may_sign
from app.wiring.stores import load_genesis


async def sign(desk: Desk) -> int:
    """Show a request, sign it, and write it with the signature.

    Raises:
        UsageError: it is not said where to write it.
        WrongChain: this home's genesis document is another chain's.
        OutcomeUnknown: another for the same matter was signed here; --anyway signs all the same.
        LuopuError: the request, the key, or what is to be written.
    """
    targets = _targets(desk)
    request = await asyncio.to_thread(load_any, Path(desk.given.file))
    await asyncio.to_thread(_check_chain, desk, request)
    with closing(open_outbox(desk.home)) as outbox, ExitStack() as opened:
        is_new = not knows(outbox, request)
        entry = outbox.adopt_draft(request) if isinstance(request, Draft) else outbox.adopt(request.raw)
        try:
            signed = await _signed(desk, outbox, entry, _choose(desk, opened), targets)
        except BaseException:
            if is_new:
                _forget(desk, entry)
            raise
    for path in targets:
        await asyncio.to_thread(save_once, path, signed)
        desk.speaker.say(desk.speaker.words("carried-back", path=path))
    desk.speaker.answer(_answer(signed, targets))
    return DONE


def _targets(desk: Desk) -> list[Path]:
    given = desk.given
    if given.qr is not None and Path(given.qr).suffix.lower() != PICTURE:
        raise UsageError(argument="--qr", expected=f"a name that ends in {PICTURE}", got=given.qr)
    targets = [Path(name) for name in (given.output, given.qr) if name is not None]
    if not targets:
        raise UsageError(argument="sign", expected="--output G, or --qr P")
    return targets


def _check_chain(desk: Desk, request: Request) -> None:
    if desk.home.genesis.exists():
        own = load_genesis(desk.home.genesis)[0].chain_id
        named = (request.shown if isinstance(request, Signed) else describe(request)).chain_id
        if named != own:
            raise WrongChain(expected=own, got=named)


def _choose(desk: Desk, opened: ExitStack) -> OwnKey:
    given = desk.given
    chooser = Chooser(desk.home, desk.speaker, given, lambda: read_passphrase(desk.speaker, given.passphrase_file))
    return chooser.choose(given.signing_key, opened)


# ---- sign ------------------------------------------------------------------------------------------------------------
async def _signed(desk: Desk, outbox: Outbox, entry: Entry, key: OwnKey, targets: list[Path]) -> Signed:
    """With the key's signature. One that it gave before stays."""
    before = entry.signed
    has_signed = before is not None and key.public_key in {each.key for each in before.signatures}
    if before is not None and has_signed and entry.is_own:
        _show(desk, entry, key, "signed-here-before")
        return before
    check_may_sign(entry.draft, before, key.public_key)
    _check_rivals(desk, outbox, entry.id)
    for path in targets:
        check_free(path)
    _show(desk, entry, key, "to-sign")
    async with key.opened() as signer:
        entry = await asyncio.to_thread(sign_entry, outbox, entry.id, signer)
    assert entry.signed is not None, "it was signed just now"
    return entry.signed


def _check_rivals(desk: Desk, outbox: Outbox, entry_id: EntryId) -> None:
    """Nothing else of the same matter was signed here that may still land. A home where no node ever ran hears of no outcome,
    so what it signed before can be let go there; who sends both is told by the first one's outbox."""
    while True:
        try:
            return outbox.check_may_sign(entry_id)
        except OutcomeUnknown as error:
            if not desk.given.anyway or desk.home.node.exists():
                raise
            outbox.let_go(EntryId(str(error.facts["entry"])))


def _forget(desk: Desk, entry: Entry) -> None:
    """What nobody signed here: by a fresh look, which alone tells what a failed write left on the disk."""
    with suppress(LuopuError), closing(open_outbox(desk.home)) as outbox:
        if outbox.get(entry.id).state in {State.DRAFT, State.WAITING}:
            outbox.discard(entry.id)


# ---- what is said ----------------------------------------------------------------------------------------------------
def _show(desk: Desk, entry: Entry, key: OwnKey, heading: str) -> None:
    speaker = desk.speaker
    speaker.say(speaker.words(heading))
    speaker.pairs(body_pairs(speaker, entry.shown, entry.signed))
    speaker.say(speaker.words("not-checked"))
    speaker.pairs(key_pairs(speaker, key))


def _answer(signed: Signed, targets: list[Path]) -> dict[str, object]:
    shown = signed.shown
    return {
        "action": shown.action,
        "chain_id": shown.chain_id,
        "sender": shown.sender.hex(),
        "digest": shown.digest.hex(),
        "valid_until": int(shown.valid_until),
        "state": "signed" if signed.is_complete else "waiting",
        "missing": [encode_key_text(each) for each in signed.missing],
        "written": [str(path) for path in targets],
    }


QUESTIONS: Final[Mapping[str, Callable[[Desk], Awaitable[int]]]] = {"sign": sign}
DEEDS: Final[Mapping[str, Maker]] = {}
