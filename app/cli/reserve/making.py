"""`luopu reserve vouchers`, `make`: what reserves can be shown for, and a snapshot of a list (white paper 3.4.3).

Guarantees: a list of which one row is wrong makes nothing, and all that is wrong is told; interrupted, nothing is kept. A
database's URL is read from its file and goes nowhere else. No file is written over.
"""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.cli.elsewhere import check_free
from app.cli.registry.perform import DONE, FAILED
from app.cli.registry.session import Session, read_text
from app.cli.registry.told import account_text
from app.cli.reserve.asking import Runner, VaultWhenNeeded, asks, reserves_of
from app.cli.reserve.figures import much
from app.cli.reserve.parser import DELIMITERS
from app.cli.reserve.progress import Progress
from app.cli.reserve.snapshots import as_json, facts_of
from app.client.custody import CustodyHeld, custody_held
from app.client.reserve.work import Order, Snapshot
from app.core.errors import UsageError
from app.core.messages import clean, explain
from app.core.reserveerrors import ListRefused, ReserveShort, RowProblem
from app.core.wire import registry_pb2 as wire
from app.reserve.liabilities.model import ColumnNames, DatabaseQuery, Liabilities, ListFile
from app.reserve.liabilities.problems import save_problems

SHOWN = 20
"""Problems that are told one by one."""


# ---- vouchers --------------------------------------------------------------------------------------------------------
async def vouchers(session: Session) -> int:
    """Vouchers of which this account holds some, or whose holders named it as their custodian."""
    own = (await session.own()).id
    told = [await _say_voucher(session, each, own) for each in await custody_held(session.node, own)]
    if not told:
        session.speaker.say(session.speaker.words("nothing"))
    session.speaker.answer({"vouchers": told})
    return DONE


async def _say_voucher(session: Session, custody: CustodyHeld, own: int) -> dict[str, object]:
    terms, speaker = await session.terms(custody.voucher), session.speaker
    decimals, away = int(terms.decimals), custody.assigned_to
    voucher, counted = custody.voucher.hex(), much(custody.counted, decimals)
    speaker.say(speaker.words("reserve-voucher-line", voucher=voucher, name=clean(terms.name), held=counted))
    custodian = await account_text(session, away) if away else ""
    mine = "reserve-own-away" if away else "reserve-own"
    held = {own: custody.own, **custody.others} if custody.own else dict(custody.others)
    for account, units in held.items():
        shown = await account_text(session, account)
        name = mine if account == own else "reserve-other"
        speaker.say(f"  {speaker.words(name, account=shown, held=much(units, decimals), custodian=custodian)}")
    return {
        "voucher": voucher,
        "name": terms.name,
        "decimals": decimals,
        "unique": terms.kind == wire.KIND_UNIQUE,
        "held": custody.counted,
        "accounts": [{"account": account, "held": units} for account, units in sorted(held.items())],
        "assigned_to": away or None,
    }


# ---- make ------------------------------------------------------------------------------------------------------------
async def make(session: Session) -> int:
    """Read a list, build the tree, keep the snapshot."""
    given = session.given
    if given.problems is not None:
        check_free(Path(given.problems))
    source = await asyncio.to_thread(_source, given)
    order = Order(given.voucher, source, tuple(await session.numbers(given.custody_account)), given.padding)
    vault, progress = VaultWhenNeeded(session), Progress(session.speaker)
    async with reserves_of(session, vault) as reserving:
        await asyncio.to_thread(vault.inside)  # a wrong passphrase shows before a long list is read
        try:
            note, listed = await reserving.make(order, session.key.public_key, progress.tell)
        except ListRefused as refused:
            progress.end()
            return await _say_refused(session, refused)
        progress.end()
        return await _say_made(session, await reserving.snapshot(note.id), listed)


async def _say_made(session: Session, found: Snapshot, listed: Liabilities) -> int:
    speaker, note = session.speaker, found.note
    is_short = note.total > note.header.custody
    speaker.say(speaker.words("reserve-made", id=note.id))
    speaker.pairs(await facts_of(session, note))
    if listed.warning_count:
        speaker.say(speaker.words("reserve-warned"))
        _say_problems(session, listed.warnings, listed.warning_count)
    if is_short:
        missing = much(note.total - note.header.custody, note.terms.decimals)
        speaker.say(speaker.words("reserve-short-by", missing=missing))
        speaker.say(speaker.words("hint") + explain(ReserveShort(), speaker.language).hint)
    else:
        speaker.say(speaker.words("reserve-to-publish", id=note.id))
    warnings = {"warnings": _problems_as_json(session, listed.warnings), "warning_count": listed.warning_count}
    speaker.answer({**as_json(session, found, ""), **warnings})
    return FAILED if is_short else DONE


def _source(given: Namespace) -> ListFile | DatabaseQuery:
    """What the list is read from.

    Raises:
        UsageError: neither a list nor a query, or both.
        FileUnreadable: the file with the URL, or with the query.
    """
    columns = ColumnNames(given.user_column, given.value_column, given.voucher_column)
    of_query = (given.database_url_file, given.query_file)
    if given.list is not None and of_query == (None, None):
        delimiter = None if given.delimiter is None else DELIMITERS[given.delimiter]
        return ListFile(Path(given.list), columns, given.encoding, delimiter, given.sheet)  # type: ignore[arg-type]
    if given.list is not None or None in of_query or given.sheet or given.encoding or given.delimiter:
        expected = "LIST, or --database-url-file and --query-file; --sheet, --encoding and --delimiter are for files"
        raise UsageError(argument="reserve make", expected=expected)
    url = read_text(Path(given.database_url_file)).strip()
    return DatabaseQuery(url, read_text(Path(given.query_file)).strip(), columns)


async def _say_refused(session: Session, refused: ListRefused) -> int:
    speaker, target, count = session.speaker, session.given.problems, int(refused.facts.get("count") or 0)
    if target is not None:
        await asyncio.to_thread(save_problems, Path(target), refused)
    if not speaker.as_json:
        speaker.fail(refused)
        _say_problems(session, refused.problems, count)
        if target is not None:
            print(speaker.words("reserve-problems-saved", path=target), file=sys.stderr)
    problems = _problems_as_json(session, refused.problems)
    speaker.answer({"error": speaker.reason_as_json(refused), "count": count, "problems": problems, "saved": target})
    return FAILED


def _say_problems(session: Session, problems: Sequence[RowProblem], count: int) -> None:
    speaker = session.speaker
    if speaker.as_json:
        return
    for each in problems[:SHOWN]:
        said = explain(each, speaker.language).sentence
        print(speaker.words("reserve-problem", problem=said), file=sys.stderr)
    if count > SHOWN:
        print(speaker.words("reserve-problems-more", count=count), file=sys.stderr)


def _problems_as_json(session: Session, problems: Sequence[RowProblem]) -> list[dict[str, object]]:
    return [session.speaker.reason_as_json(each) for each in problems]


VERBS: Mapping[str, Runner] = {"vouchers": asks(vouchers), "make": asks(make)}
