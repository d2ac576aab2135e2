"""`luopu notarize`: from files to records, and with --wait to their outcome.

Guarantees: everything is shown, decoded from the very bytes, before anybody signs; what speaks against it is said before the
passphrase is asked for. All records are signed and kept before the first is sent, and the list of a batch lies on the disk
before its record is signed. Where nobody signs in the end, neither drafts nor the list stay behind, unless they were written
for another computer. A command that was interrupted may be typed again: the same bytes are sent, and handed to colleagues,
again.
"""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from app.cli.elsewhere import check_free, lasting_of, numbered, save_once
from app.cli.output import Speaker
from app.cli.recording import Wanted, find_begun, read_wanted
from app.cli.registry.perform import DONE, FAILED, REQUEST_SUFFIX
from app.cli.registry.session import Pairs, Session
from app.cli.signing import key_pairs
from app.cli.work import entry_as_json, make_notary, node_of, open_outbox, outcome_as_json
from app.client.awaiting import look_for, reasons_against
from app.client.model import Final, NeverLanded, Outcome, RefusedInBlock
from app.client.notarization import Notary, points_for
from app.core.errors import LuopuError, NodeUnreachable
from app.core.home import Home
from app.core.keys import encode_key_text
from app.core.messages import explain, fact_label, fact_text, outcome_words
from app.core.record import ADDED
from app.desk.consent import consent_reasons
from app.wallet.entry import Entry
from app.wallet.outbox import Outbox
from app.wallet.signatures import check_may_sign


def run_notarize(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Put files on record; returns the exit status."""
    return asyncio.run(_notarize(arguments, home, speaker))


async def _notarize(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    async with node_of(home) as node:
        with closing(Session(home, speaker, node, arguments)) as session:
            key = session.key
            wanted = await asyncio.to_thread(read_wanted, arguments)
            with closing(open_outbox(home)) as outbox:
                return await _Clerk(session, outbox, make_notary(node, outbox, key), wanted).work()


@dataclass(frozen=True, slots=True)
class _Clerk:
    """One command."""

    session: Session
    outbox: Outbox
    notary: Notary
    wanted: Wanted

    async def work(self) -> int:
        """From what was typed to what became of it."""
        session, is_waiting = self.session, self.session.given.wait
        begun = await find_begun(session.node, self.outbox, self.notary, self.wanted, to_tell=is_waiting)
        if begun:
            await self._show("signed-before", begun)
        if session.given.draft_to is not None and len(begun) < len(self.wanted.sources):
            return self._tell_drafts(len(begun), await self._sign(begun))
        signed = [*begun, *await self._sign(begun)]
        await asyncio.to_thread(self.wanted.keep_list)
        requests = [self._hand_over(place, entry) for place, entry in enumerate(signed, start=1)]
        for entry in signed:
            await self.notary.send(entry.id)  # what waits for colleagues stays
        outcomes = [await self._follow(entry) if is_waiting or entry.outcome is not None else None for entry in signed]
        return self._tell(signed, requests, outcomes)

    # ---- sign --------------------------------------------------------------------------------------------------------
    async def _sign(self, begun: Sequence[Entry]) -> list[Entry]:
        """Draft, show and sign what is not signed yet, or write it for another computer. What nobody signs or carries away is
        not kept, nor is the list."""
        wanted, session = self.wanted, self.session
        rest = wanted.sources[len(begun) :]
        if not rest:
            return []
        if wanted.document:
            wanted.has_list()
        chain = begun[-1].shown.record.chain if begun else wanted.chain
        approvers = await session.keys(session.given.approver)
        drafts = await self.notary.draft(
            rest,
            chain,
            wanted.subject,
            approvers=approvers,
            additions=wanted.additions,
            lasting=lasting_of(session.given),
        )
        is_new = False
        try:
            await self._check(drafts, len(begun) + 1)
            await self._show("to-sign", drafts)
            if session.given.draft_to is not None:
                is_new = wanted.keep_list()
                for place, entry in enumerate(drafts, start=len(begun) + 1):
                    save_once(self._draft_path(place), entry.draft)
                return drafts
            async with session.key.opened() as signer:
                is_new = wanted.keep_list()
                return [self.notary.sign(entry.id, signer) for entry in drafts]
        except BaseException:
            if _forget(session.home, drafts) and is_new:
                wanted.sources[0].path.unlink(missing_ok=True)
            raise

    async def _check(self, drafts: Sequence[Entry], first_place: int) -> None:
        """Nothing speaks against signing.

        Raises:
            LuopuError: the law would refuse the record, or its signatures; or requests could not be written.
        """
        session, first = self.session, drafts[0]
        own = session.key.public_key
        check_may_sign(first.draft, None, own)
        account = (await session.reader.account((await session.own()).id)).account
        for reason in (*await reasons_against(session.node, first), *consent_reasons(account, first, own)):
            raise reason
        for place, entry in enumerate(drafts, start=first_place):
            if session.given.draft_to is not None:
                check_free(self._draft_path(place))
            elif entry.missing:
                check_free(self._request(place, entry))

    # ---- another computer --------------------------------------------------------------------------------------------
    def _draft_path(self, place: int) -> Path:
        return numbered(Path(self.session.given.draft_to), place, len(self.wanted.sources))

    def _tell_drafts(self, begun: int, drafts: Sequence[Entry]) -> int:
        speaker, listed = self.session.speaker, list[Mapping[str, object]]()
        for place, entry in enumerate(drafts, start=begun + 1):
            path = self._draft_path(place)
            speaker.say(speaker.words("draft-written", path=path))
            listed.append({**entry_as_json(entry), "state": "draft", "draft": str(path)})
        speaker.answer({"records": listed})
        return DONE

    # ---- colleagues --------------------------------------------------------------------------------------------------
    def _request(self, place: int, entry: Entry) -> Path:
        """Where the request goes: one of several has its place behind the name."""
        given = self.session.given.request
        if given is None:
            return Path(f"notarize-{entry.id[:8]}{REQUEST_SUFFIX}")
        return numbered(Path(given), place, len(self.wanted.sources))

    def _hand_over(self, place: int, entry: Entry) -> Path | None:
        """Write the request for those who must still sign; nothing: nobody must."""
        if entry.signed is None or not entry.missing:
            return None
        path, speaker = self._request(place, entry), self.session.speaker
        save_once(path, entry.signed)
        speaker.say(speaker.words("request-written", path=path, count=len(entry.missing)))
        return path

    # ---- what became of it -------------------------------------------------------------------------------------------
    async def _follow(self, entry: Entry) -> Outcome:
        """The outcome, wherever the record was sent from."""
        async with aclosing(self.session.node.heights()) as heights:
            async for _ in heights:
                if not self.outbox.get(entry.id).missing:
                    break
                with suppress(NodeUnreachable):
                    over = await look_for(self.session.node, self.outbox, entry)
                    if over is not None:
                        return over
        return await self.notary.wait_for_outcome(entry.id)

    def _tell(
        self, signed: Sequence[Entry], requests: Sequence[Path | None], outcomes: Sequence[Outcome | None]
    ) -> int:
        speaker, listed, is_done = self.session.speaker, list[Mapping[str, object]](), True
        for before, request, outcome in zip(signed, requests, outcomes, strict=True):
            entry = self.outbox.get(before.id)
            waits = request is not None and outcome is None
            document = _waiting_as_json(entry, request) if waits else outcome_as_json(outcome)
            listed.append({**entry_as_json(entry), **document})
            state = outcome_words("waiting", speaker.language) if waits else _outcome_text(speaker, outcome)
            digest = entry.record_digest.hex()
            speaker.say(f"{entry.file_name}  {speaker.words('record')} {digest[:16]}  {state}")
            is_done = is_done and not waits and isinstance(outcome, Final | None)
        speaker.answer({"records": listed})
        for entry in signed:
            if self.outbox.get(entry.id).outcome is not None:
                self.outbox.mark_told(entry.id)
        return DONE if is_done else FAILED

    # ---- what is shown -----------------------------------------------------------------------------------------------
    async def _show(self, heading: str, entries: Sequence[Entry]) -> None:
        """What will be signed, or was, decoded from the very bytes."""
        session = self.session
        speaker, account, parameters = session.speaker, await session.own(), await session.node.parameters()
        for entry in entries:
            points = points_for(entry.draft, parameters)
            speaker.say(speaker.words(heading))
            speaker.pairs(
                [
                    *_said(speaker, entry),
                    (speaker.words("account"), f"{account.name} {account.id}"),
                    *key_pairs(speaker, session.key),
                    (speaker.words("cost"), speaker.words("points", points=points, left=account.quota.left)),
                    (speaker.words("valid-until"), speaker.words("height", height=entry.valid_until)),
                ]
            )


def _said(speaker: Speaker, entry: Entry) -> Pairs:
    """What the bytes say."""
    record, language = entry.shown.record, speaker.language
    pairs = [
        (speaker.words("file"), entry.file_name),
        ("SHA-256", record.sha256.hex()),
        ("SM3", record.sm3.hex()),
        (speaker.words("subject"), record.subject or "—"),
        (speaker.words("chain"), f"{record.chain.hex()} #{record.sequence}"),
        *((fact_label(fact, language), fact_text(fact, language)) for fact in record.said if fact.name in ADDED),
    ]
    if entry.shown.approvers:
        keys = ", ".join(map(encode_key_text, entry.shown.approvers))
        pairs += [(speaker.words("approvers"), keys), (speaker.words("digest"), entry.shown.digest.hex())]
    return pairs


def _waiting_as_json(entry: Entry, request: Path | None) -> dict[str, object]:
    return {"state": "waiting", "request": str(request), "missing": [encode_key_text(key) for key in entry.missing]}


def _outcome_text(speaker: Speaker, outcome: Outcome | None) -> str:
    """The outcome in words."""
    match outcome:
        case Final():
            return outcome_words("final", speaker.language, height=outcome.height)
        case NeverLanded():
            return outcome_words("expired", speaker.language)
        case RefusedInBlock():
            return outcome_words("refused", speaker.language, reason=explain(outcome.error, speaker.language).sentence)
        case _:
            return outcome_words("unknown", speaker.language)


def _forget(home: Home, drafts: Sequence[Entry]) -> bool:
    """Forget what nobody signed, the last first, by a fresh look, which alone tells what a failed write left on the disk;
    whether that was all of it."""
    try:
        with closing(open_outbox(home)) as outbox:
            for entry in reversed(drafts):
                outbox.discard(entry.id)
    except LuopuError:
        return False
    return True
