"""Answers of a node about the registry, decoded strictly into `app.client.members`.

Guarantees: anything else than the node's API answers is a DecodingError. What is held is decoded from its own bytes, never
from what else the node says of it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from google.protobuf.message import Message

from app.client.fields import Fields
from app.client.members import (
    AccountName,
    AccountView,
    ActivityEntry,
    AgreementView,
    CustodyView,
    GrantView,
    HeldView,
    HolderView,
    HoldingView,
    LawParameters,
    LegalAgreement,
    Names,
    Page,
    PieceView,
    RecognitionView,
    SignerView,
    TermsView,
    VoucherView,
)
from app.client.model import QuotaStatus
from app.core.errors import BadKey, DecodingError
from app.core.keys import PublicKey, decode_key_text
from app.core.refusals import Refused
from app.core.transaction import decode_body
from app.core.wire import registry_pb2 as wire

T = TypeVar("T")


def decode_page(fields: Fields, what: str, decode_item: Callable[[Fields, Names], T]) -> Page[T]:
    """An answer with a list of `what`."""
    names = decode_names(fields)
    items = tuple(decode_item(Fields(item), names) for item in fields.items(what))
    return Page(fields.integer("height"), items, fields.cursor("next"), names)


def decode_names(fields: Fields) -> Names:
    """Who is named in an answer."""
    named = [_name(Fields(item)) for item in fields.items("named")]
    return MappingProxyType({each.id: each for each in named})


def decode_account(fields: Fields, names: Names) -> AccountView:
    quota = fields.object("quota")
    return AccountView(
        account=fields.message("account", wire.Account),
        level=fields.text("level"),
        counting=fields.numbers("counting"),
        is_in_force=fields.flag("in_force"),
        quota=QuotaStatus(quota.integer("points"), quota.integer("spent"), quota.integer("renews_ns")),
        names=names,
    )


def decode_terms(fields: Fields, _: Names) -> TermsView:
    return TermsView(fields.integer("version"), fields.hex("agreement"), fields.integer("since"))


def decode_held(fields: Fields, names: Names) -> HeldView:
    body_bytes = fields.base64("bytes")
    return HeldView(
        id=fields.hex("id"),
        body=_body(body_bytes),
        body_bytes=body_bytes,
        maker=_key(fields.text("maker")),
        approvers=tuple(_key(text) for text in fields.strings("approvers")),
        missing=fields.integer("missing"),
        is_open=fields.flag("open"),
        names=names,
    )


def decode_recognition(fields: Fields, _: Names) -> RecognitionView:
    return RecognitionView(fields.integer("partner"), fields.message("recognition", wire.Recognition))


def decode_grant(fields: Fields, names: Names) -> GrantView:
    grant = fields.message("grant", wire.AccessGrant)
    return GrantView(fields.hex("id"), fields.integer("user"), grant, fields.flag("in_force"), names)


def decode_custody(fields: Fields, _: Names) -> CustodyView:
    return CustodyView(fields.hex("voucher"), fields.message("custody", wire.Custody))


def decode_voucher(fields: Fields, names: Names) -> VoucherView:
    return VoucherView(fields.hex("id"), fields.message("voucher", wire.Voucher), names)


def decode_holding(fields: Fields, names: Names) -> HoldingView:
    return HoldingView(decode_voucher(fields, names), fields.message("holding", wire.Holding))


def decode_holder(fields: Fields, _: Names) -> HolderView:
    return HolderView(fields.integer("account"), fields.message("holding", wire.Holding))


def decode_piece(fields: Fields, _: Names) -> PieceView:
    piece = fields.message("piece", wire.Piece)
    return PieceView(fields.hex("voucher"), fields.integer("serial"), fields.integer("owner"), piece)


def decode_agreement(fields: Fields, names: Names) -> AgreementView:
    agreement = fields.message("agreement", wire.Agreement)
    return AgreementView(fields.hex("id"), agreement, fields.flag("open"), names)


def decode_entry(fields: Fields, names: Names) -> ActivityEntry:
    action, legal = fields.text("action"), fields.object("agreement")
    return ActivityEntry(
        index=fields.integer("index"),
        height=fields.integer("height"),
        time_ns=fields.integer("time_ns"),
        transaction_hash=fields.hex("transaction_hash"),
        action=action,
        fact=fields.message("fact", _kind_of_fact(action)),
        sender=fields.integer("sender"),
        signer=_signer(fields.object("signer")),
        approvers=tuple(_signer(Fields(item)) for item in fields.items("approvers")),
        partner=fields.integer("partner"),
        agreement=LegalAgreement(legal.hex("digest"), legal.integer("version"), legal.integer("since")),
        held=fields.hex("held"),
        result=fields.hex("result"),
        data=fields.hex("data"),
        names=names,
    )


def decode_parameters(fields: Fields) -> LawParameters:
    return LawParameters(
        validity_window=fields.integer("validity_window"),
        quota_period_seconds=fields.integer("quota_period_seconds"),
        quota_offset_seconds=fields.integer("quota_offset_seconds"),
        bytes_per_point=fields.integer("bytes_per_point"),
        max_transaction_bytes=fields.integer("max_transaction_bytes"),
        approval_numerator=fields.integer("approval_numerator"),
        approval_denominator=fields.integer("approval_denominator"),
        action_costs=MappingProxyType(fields.integers("action_costs")),
        level_points=MappingProxyType(fields.integers("level_points")),
        stopped_actions=fields.strings("stopped_actions"),
        upgrade=fields.optional_message("upgrade", wire.Upgrade),
        law_version=fields.integer("law_version"),
    )


def _name(fields: Fields) -> AccountName:
    return AccountName(fields.integer("id"), fields.text("name"), fields.text("party"), fields.hex("address"))


def _signer(fields: Fields) -> SignerView:
    return SignerView(_key(fields.text("key")), fields.text("label"))


def _key(untrusted_text: str) -> PublicKey:
    try:
        return decode_key_text(untrusted_text)
    except BadKey as error:
        raise DecodingError(kind="answer", **error.facts) from error


def _body(untrusted_bytes: bytes) -> wire.Body:
    try:
        return decode_body(untrusted_bytes)
    except Refused as error:
        raise DecodingError(kind="answer", **error.facts) from error


def _kind_of_fact(action: str) -> type[Message]:
    if action in _OTHER_FACTS:
        return _OTHER_FACTS[action]
    if action not in _ACTIONS:
        raise DecodingError(kind="answer", field="action", got=action[:40])
    return type(getattr(wire.Body(), action))


_OTHER_FACTS: Mapping[str, type[Message]] = {"notarize": wire.EvidenceRecord, "hold": wire.Body}
_ACTIONS = frozenset(each.name for each in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields)
