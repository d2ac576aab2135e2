"""`luopu voucher list`, `show`, `holdings`, `custody`: what there is, and who holds it."""

from collections.abc import Mapping
from functools import partial

from app.cli.registry.listing import say_list, up_to
from app.cli.registry.perform import DONE
from app.cli.registry.receipts import name_text, names_as_json
from app.cli.registry.session import Doer, Maker, Session, amount_text
from app.client.members import CustodyView, HolderView, HoldingView, Names, PieceView, VoucherView
from app.core.messages import choice_name, clean, moment_text
from app.core.plain import enum_text, plain_of
from app.core.wire import registry_pb2 as wire


async def list_vouchers(session: Session) -> int:
    """Vouchers of an issuer, in a state, or all."""
    given = session.given
    issuer = None if given.issuer is None else await session.number(given.issuer)
    found, names = await up_to(given.limit, lambda cursor: session.reader.vouchers(issuer, given.state, cursor=cursor))
    say_list(session.speaker, "vouchers", found, names, partial(_line, session), _as_json)
    return DONE


def _line(session: Session, view: VoucherView) -> str:
    speaker, voucher = session.speaker, view.voucher
    return "  ".join(
        (
            view.id.hex(),
            clean(voucher.terms.name),
            name_text(view.names, voucher.issuer),
            choice_name(enum_text(wire.VoucherState.DESCRIPTOR, voucher.state), speaker.language),
            speaker.words(
                "outstanding",
                out=amount_text(view.outstanding, voucher.terms),
                cap=amount_text(voucher.terms.cap, voucher.terms),
            ),
        )
    )


def _as_json(view: VoucherView) -> dict[str, object]:
    return {"id": view.id.hex(), "outstanding": view.outstanding, **plain_of(view.voucher)}


# ---- show ------------------------------------------------------------------------------------------------------------
async def show(session: Session) -> int:
    """A voucher; with --serial one of its pieces, with --holders who holds it."""
    given, view = session.given, await session.reader.voucher(session.given.voucher)
    _say_voucher(session, view)
    document = _as_json(view)
    names: Names = view.names
    if given.serial is not None:
        piece = await session.reader.piece(view.id, given.serial)
        session.speaker.say(_piece_line(session, view, piece))
        document["piece"] = _piece_as_json(piece)
    if given.holders:
        found, others = await up_to(given.limit, lambda cursor: session.reader.holders(view.id, cursor=cursor))
        names = {**names, **others}
        for each in found:
            session.speaker.say(f"  {name_text(names, each.account)}  {_holding_text(session, view, each.holding)}")
        document["holders"] = [_holder_as_json(each) for each in found]
    session.speaker.answer({**document, "named": names_as_json(names)})
    return DONE


def _say_voucher(session: Session, view: VoucherView) -> None:
    speaker, voucher, terms = session.speaker, view.voucher, view.voucher.terms
    language = speaker.language
    speaker.say(_line(session, view))
    moments = {"opens": terms.opens_ns, "closes": terms.closes_ns, "expires": terms.expires_ns}
    rules = [speaker.words("rule-bound")] if terms.bound else []
    rules += [speaker.words("rule-transfers", count=terms.max_transfers)] if terms.max_transfers else []
    speaker.pairs(
        {
            speaker.words("product"): clean(terms.product),
            speaker.words("kind"): choice_name(enum_text(wire.Kind.DESCRIPTOR, terms.kind), language),
            speaker.words("issued"): amount_text(voucher.issued, terms),
            speaker.words("redeemed"): amount_text(voucher.redeemed, terms),
            speaker.words("lapsed"): amount_text(voucher.lapsed, terms),
            speaker.words("flow"): choice_name(enum_text(wire.Flow.DESCRIPTOR, voucher.flow), language),
            **{speaker.words(name): moment_text(value) for name, value in moments.items() if value},
            speaker.words("rules"): ", ".join(rules) or "—",
            speaker.words("accepted"): ", ".join(name_text(view.names, each) for each in terms.accepted)
            or speaker.words("all-recognised"),
            speaker.words("description"): terms.description.hex(),
            speaker.words("legal"): voucher.legal.hex(),
        }
    )


def _holder_as_json(each: HolderView) -> dict[str, object]:
    return {"account": each.account, **plain_of(each.holding)}


# ---- holdings --------------------------------------------------------------------------------------------------------
async def holdings(session: Session) -> int:
    """What an account holds, each voucher with its pieces."""
    number, reader = int((await session.account(session.given.account)).account.id), session.reader
    found, names = await up_to(session.given.limit, lambda cursor: reader.holdings(number, cursor=cursor))
    pieces, _ = await up_to(session.given.limit, lambda cursor: reader.pieces(number, cursor=cursor))
    speaker = session.speaker
    for each in found:
        view = each.voucher
        speaker.say(f"{view.id.hex()}  {clean(view.voucher.terms.name)}  {_holding_text(session, view, each.holding)}")
        for piece in pieces:
            if piece.voucher == view.id:
                speaker.say(f"  {_piece_line(session, view, piece)}")
    if not found:
        speaker.say(speaker.words("nothing"))
    speaker.answer(
        {
            "holdings": [_holding_as_json(each) for each in found],
            "pieces": [_piece_as_json(each) for each in pieces],
            "named": names_as_json(names),
        }
    )
    return DONE


def _holding_text(session: Session, view: VoucherView, holding: wire.Holding) -> str:
    terms = view.voucher.terms
    frozen = "frozen-all" if holding.frozen else "frozen-part" if holding.frozen_amount else "frozen-none"
    text = session.speaker.words(
        "holding",
        amount=amount_text(holding.amount, terms),
        pieces=holding.pieces,
        packed=amount_text(holding.packed, terms),
    )
    return text + session.speaker.words(frozen, amount=amount_text(holding.frozen_amount, terms))


def _piece_line(session: Session, view: VoucherView, piece: PieceView) -> str:
    speaker = session.speaker
    return speaker.words(
        "piece",
        serial=piece.serial,
        amount=amount_text(piece.piece.amount, view.voucher.terms),
        owner=name_text(view.names, piece.owner),
        end=choice_name(enum_text(wire.PieceEnd.DESCRIPTOR, piece.piece.end), speaker.language),
        frozen=speaker.words("frozen-all" if piece.piece.HasField("stop") else "frozen-none", amount=""),
    )


def _piece_as_json(each: PieceView) -> dict[str, object]:
    told = plain_of(each.piece)
    return {**told, "voucher": each.voucher.hex(), "serial": each.serial, "owner": each.owner}


def _holding_as_json(each: HoldingView) -> dict[str, object]:
    terms = each.voucher.voucher.terms
    return {
        "voucher": each.voucher.id.hex(),
        "name": terms.name,
        "decimals": int(terms.decimals),
        **plain_of(each.holding),
    }


# ---- custody ---------------------------------------------------------------------------------------------------------
async def custody(session: Session) -> int:
    """The newest attestation of an account about each voucher."""
    number = int((await session.account(session.given.account)).account.id)
    found, names = await up_to(session.given.limit, lambda cursor: session.reader.custody(number, cursor=cursor))
    terms = {each.voucher: await session.terms(each.voucher) for each in found}

    def line(each: CustodyView) -> str:
        return session.speaker.words(
            "custody",
            voucher=each.voucher.hex(),
            name=clean(terms[each.voucher].name),
            sequence=each.custody.sequence,
            total=amount_text(each.custody.total, terms[each.voucher]),
            balance=amount_text(each.custody.balance, terms[each.voucher]),
            height=each.custody.height,
            root=each.custody.root.hex(),
        )

    say_list(session.speaker, "custody", found, names, line, _custody_as_json)
    return DONE


def _custody_as_json(each: CustodyView) -> dict[str, object]:
    return {"voucher": each.voucher.hex(), **plain_of(each.custody)}


QUESTIONS: Mapping[str, Doer] = {
    "voucher list": list_vouchers,
    "voucher show": show,
    "voucher holdings": holdings,
    "voucher custody": custody,
}
DEEDS: Mapping[str, Maker] = {}
