"""Actions `apply_voucher`, `create_voucher`, `decline_voucher`, `manage_voucher` (white paper 3.4.3 申请, 创建, 管理).

An issuer applies, the operator creates or declines, the issuer manages. What a voucher stands for never changes: of its terms
only the accepted partners do, and by an order the cap.
"""

from collections.abc import Sequence

from app.core.codec import encode
from app.core.errors import OutOfRange
from app.core.ids import derive_voucher
from app.core.refusals import ApplicationDecided, BadAction
from app.core.text import check_name, check_text
from app.core.units import INT64_MAX, check_hash32
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import check_in_force, check_party, read_member
from app.registry.acted import Acted
from app.registry.checking import check_ascending, check_later, check_number, fields_checked
from app.registry.context import Context
from app.registry.draft import Values
from app.registry.places import VOUCHERS, copy_of
from app.registry.vouchers.standing import STATES, check_issuer, read_living, read_voucher

MAX_DECIMALS = 18
MAX_ACCEPTED = 64


def apply_voucher(context: Context) -> Acted:
    """Ask the operator to let the sender issue a voucher.

    Raises:
        BadAction: a field is wrong, or the id is taken.
        UnknownMember, WrongParty: what is to be accepted is not a partner.
    """
    wish, body = context.body.apply_voucher, context.body
    with fields_checked():
        check_terms(wish.terms, context.time_ns)
        check_hash32("legal document", wish.legal)
    _check_accepted_partners(context.draft, wish.terms.accepted)
    voucher_id = derive_voucher(body.sender, body.nonce)
    if VOUCHERS.read(context.draft, voucher_id) is not None:  # a nonce is free again once it has expired
        raise BadAction(field="voucher", expected="a new one", got=voucher_id.hex())
    voucher = wire.Voucher(
        issuer=context.sender.id, state=wire.VOUCHER_STATE_APPLIED, terms=wish.terms, legal=wish.legal
    )
    VOUCHERS.write(context.draft, voucher, voucher_id)
    return Acted("apply_voucher", encode(wish), voucher_id, voucher_id)


def create_voucher(context: Context) -> Acted:
    """Let the issuer issue it.

    Raises:
        UnknownVoucher, ApplicationDecided: there is no open application.
        AccountSuspended: the issuer is suspended.
    """
    wish = context.body.create_voucher
    voucher = _read_application(context.draft, wish.voucher)
    check_in_force(read_member(context.draft, voucher.issuer))
    _decide(context, wish.voucher, voucher, wire.VOUCHER_STATE_CREATED)
    return Acted("create_voucher", encode(wish), wish.voucher)


def decline_voucher(context: Context) -> Acted:
    """Do not let the issuer issue it.

    Raises:
        UnknownVoucher, ApplicationDecided: there is no open application.
        BadAction: no digest of the reasons.
    """
    wish = context.body.decline_voucher
    voucher = _read_application(context.draft, wish.voucher)
    with fields_checked():
        check_hash32("reason", wish.reason)
    _decide(context, wish.voucher, voucher, wire.VOUCHER_STATE_DECLINED)
    return Acted("decline_voucher", encode(wish), wish.voucher)


def manage_voucher(context: Context) -> Acted:
    """Say anew which partners, and whose users, may hold it from now on.

    Raises:
        UnknownVoucher, VoucherNotCreated, AccountSuspended: it does not live.
        NotIssuer: somebody else issues it.
        BadAction, UnknownMember, WrongParty: what is to be accepted is wrong.
    """
    wish = context.body.manage_voucher
    standing = read_living(context.draft, wish.voucher)
    check_issuer(standing, context.sender)
    with fields_checked():
        check_accepted(wish.accepted)
    _check_accepted_partners(context.draft, wish.accepted)
    voucher = copy_of(standing.voucher)
    voucher.terms.accepted[:] = wish.accepted
    VOUCHERS.write(context.draft, voucher, wish.voucher)
    return Acted("manage_voucher", encode(wish), wish.voucher)


def check_terms(terms: wire.Terms, time_ns: int) -> None:
    """The terms of a voucher, by themselves.

    Raises:
        OutOfRange: one is wrong.
    """
    check_name(terms.name)
    check_text("product", terms.product, least=1)
    check_hash32("description", terms.description)
    if terms.kind not in {wire.KIND_DIVISIBLE, wire.KIND_UNIQUE}:
        raise OutOfRange(field="kind", expected="a known one", got=int(terms.kind))
    is_unique = terms.kind == wire.KIND_UNIQUE
    check_number("decimals", terms.decimals, most=0 if is_unique else MAX_DECIMALS)
    check_number("cap", terms.cap, 1)
    _check_window(terms)
    check_later("expires_ns", terms.expires_ns, time_ns)
    check_number("max_transfers", terms.max_transfers, most=INT64_MAX if is_unique else 0)
    if terms.bound and (terms.opens_ns or terms.closes_ns or terms.max_transfers):
        raise OutOfRange(field="bound", expected="neither window nor max_transfers")
    check_accepted(terms.accepted)


def check_accepted(accepted: Sequence[int]) -> None:
    """Not more partners than a voucher may name, ascending.

    Raises:
        OutOfRange: otherwise.
    """
    check_ascending("accepted partners", accepted, 0, MAX_ACCEPTED)


def _check_window(terms: wire.Terms) -> None:
    check_number("opens_ns", terms.opens_ns)
    if terms.closes_ns:
        check_number("closes_ns", terms.closes_ns, terms.opens_ns + 1)


def _check_accepted_partners(values: Values, accepted: Sequence[int]) -> None:
    for account_id in accepted:
        check_party(read_member(values, account_id), wire.PARTY_PARTNER)


def _read_application(values: Values, voucher_id: bytes) -> wire.Voucher:
    voucher = read_voucher(values, voucher_id)
    if voucher.state != wire.VOUCHER_STATE_APPLIED:
        raise ApplicationDecided(voucher=voucher_id.hex(), got=STATES[voucher.state])
    return voucher


def _decide(context: Context, voucher_id: bytes, voucher: wire.Voucher, state: wire.VoucherState) -> None:
    decided = copy_of(voucher)
    decided.state = state
    VOUCHERS.write(context.draft, decided, voucher_id)
