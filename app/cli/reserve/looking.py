"""`luopu reserve history`, `overview`: what custodians published, and all of it against the supply (white paper 3.4.3).

Guarantees: what was counted at a publication and what is held now are told apart.
"""

from collections.abc import Mapping, Sequence

from app.cli.registry.listing import up_to
from app.cli.registry.perform import DONE
from app.cli.registry.session import Session
from app.cli.registry.told import account_text
from app.cli.reserve.asking import Runner, asks
from app.cli.reserve.figures import moment, much, ratio, table
from app.client.registry import every
from app.client.stated import AttestationView, CustodianPage, CustodianView
from app.client.statements import StatementReader
from app.core.messages import clean


# ---- history ---------------------------------------------------------------------------------------------------------
async def history(session: Session) -> int:
    """All that a custodian published about a voucher, the oldest first."""
    given, speaker, reader = session.given, session.speaker, StatementReader(session.node)
    number = int((await session.account(given.custodian)).account.id)
    terms = await session.terms(given.voucher)
    pages = every(lambda at: reader.attestations(given.voucher, number, cursor=at))
    published = [each async for each in pages][::-1]
    if published:
        speaker.say(f"{clean(terms.name)} {given.voucher.hex()}  {await account_text(session, number)}")
        _say_history(session, published, int(terms.decimals))
    else:
        speaker.say(speaker.words("reserve-never"))
    speaker.answer(
        {
            "voucher": given.voucher.hex(),
            "name": terms.name,
            "decimals": int(terms.decimals),
            "custodian": number,
            "publications": [_publication_as_json(each) for each in published],
        }
    )
    return DONE


def _say_history(session: Session, published: Sequence[AttestationView], decimals: int) -> None:
    head = [session.speaker.words(f"reserve-{name}") for name in ("height", "time", "owed", "held", "ratio")]
    rows = [
        [
            str(each.height),
            moment(each.time_ns),
            much(int(each.attested.total), decimals),
            much(each.balance, decimals),
            ratio(each.balance, int(each.attested.total)),
        ]
        for each in published
    ]
    for line in table([head, *rows]):
        session.speaker.say(line)


def _publication_as_json(each: AttestationView) -> dict[str, object]:
    total = int(each.attested.total)
    return {
        "height": int(each.height),
        "time_ns": str(each.time_ns),
        "owed": total,
        "held": each.balance,
        "ratio": ratio(each.balance, total),
        "accounts": list(each.attested.accounts),
        "root": each.attested.root.hex(),
        "statement": each.attested.statement.hex(),
        "transaction": each.transaction_hash.hex(),
        "index": each.index,
    }


# ---- overview --------------------------------------------------------------------------------------------------------
async def overview(session: Session) -> int:
    """Who keeps how much of a voucher for others, by what each published last; those that hold most first."""
    voucher, reader = session.given.voucher, StatementReader(session.node)
    shown = await session.reader.voucher(voucher)
    pages = [await reader.custodians(voucher)]
    while pages[-1].next is not None:
        pages.append(await reader.custodians(voucher, cursor=pages[-1].next))
    supply = pages[-1].outstanding
    found = sorted(_all(pages), key=lambda each: (-each.counted, each.account))
    times = {each.account: await _newest(session, reader, each.account) for each in found}
    await _say_overview(session, supply, found, times)
    session.speaker.answer(
        {
            "voucher": voucher.hex(),
            "name": shown.voucher.terms.name,
            "decimals": int(shown.voucher.terms.decimals),
            "issuer": int(shown.voucher.issuer),
            "height": pages[-1].height,
            "outstanding": supply,
            "held": sum(each.counted for each in found),
            "owed": sum(int(each.custody.total) for each in found),
            "custodians": [_custodian_as_json(each, times[each.account]) for each in found],
        }
    )
    return DONE


def _all(pages: Sequence[CustodianPage]) -> list[CustodianView]:
    return [each for page in pages for each in page.items]


async def _newest(session: Session, reader: StatementReader, account: int) -> AttestationView:
    found, _ = await up_to(1, lambda at: reader.attestations(session.given.voucher, account, cursor=at, limit=1))
    return found[0]


async def _say_overview(
    session: Session, supply: int, found: Sequence[CustodianView], newest: Mapping[int, AttestationView]
) -> None:
    words, shown = session.speaker.words, await session.reader.voucher(session.given.voucher)
    terms, issuer = shown.voucher.terms, int(shown.voucher.issuer)
    decimals, held = int(terms.decimals), sum(each.counted for each in found)
    owed = sum(int(each.custody.total) for each in found)

    def share(units: int) -> str:
        return words("reserve-share-of", amount=much(units, decimals), share=ratio(units, supply))

    session.speaker.pairs(
        [
            (words("reserve-voucher"), f"{clean(terms.name)} {shown.id.hex()}"),
            (words("reserve-issuer"), await account_text(session, issuer)),
            (words("reserve-supply"), much(supply, decimals)),
            (words("reserve-with-custodians"), share(held)),
            (words("reserve-owed-to-users"), share(owed)),
        ]
    )
    if not found:
        session.speaker.say(words("reserve-never"))
        return
    names = ("custodian", "height", "time", "owed", "held-now", "ratio")
    rows = [await _row(session, each, newest[each.account], decimals) for each in found]
    for line in table([[words(f"reserve-{name}") for name in names], *rows]):
        session.speaker.say(line)


async def _row(session: Session, each: CustodianView, newest: AttestationView, decimals: int) -> list[str]:
    owed, held = int(each.custody.total), much(each.counted, decimals)
    return [
        await account_text(session, each.account),
        str(newest.height),
        moment(newest.time_ns),
        much(owed, decimals),
        session.speaker.words("reserve-at-least", held=held) if each.has_more else held,
        ratio(each.counted, owed),
    ]


def _custodian_as_json(each: CustodianView, newest: AttestationView) -> dict[str, object]:
    owed = int(each.custody.total)
    return {
        "account": each.account,
        "owed": owed,
        "held": each.counted,
        "whole": not each.has_more,
        "ratio": ratio(each.counted, owed),
        "sequence": int(each.custody.sequence),
        "height": int(newest.height),
        "time_ns": str(newest.time_ns),
        "root": each.custody.root.hex(),
        "accounts": [
            *([] if each.assigned_to else [{"account": each.account, "held": _held_by(each)}]),
            *({"account": one.account, "held": int(one.holding.amount + one.holding.packed)} for one in each.assigned),
        ],
    }


def _held_by(each: CustodianView) -> int:
    return int(each.holding.amount + each.holding.packed)


VERBS: Mapping[str, Runner] = {"history": asks(history), "overview": asks(overview)}
