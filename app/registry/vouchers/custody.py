"""Custody (white paper 3.4.3): who keeps vouchers for users states how they are shared: a root and a total.

Guarantees: the shares add up to no more than the named accounts hold in that block, and what an account holds of a voucher
counts for one custodian at a time. Each user checks their own share against the root; that the leaves are all the users is
for the statement and its auditors to show.
"""

from collections.abc import Iterable, Iterator

from app.core.codec import encode
from app.core.refusals import BadAction, CustodyNotAssigned, CustodyShort
from app.core.units import check_hash32
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import check_party, read_member
from app.registry.acted import Acted
from app.registry.checking import check_ascending, check_number, fields_checked
from app.registry.context import Context
from app.registry.draft import Draft
from app.registry.places import ASSIGNMENTS, CUSTODIES, number
from app.registry.vouchers.free import read_holding
from app.registry.vouchers.standing import read_living

MAX_ACCOUNTS = 16
"""Beside the custodian's own."""


def assign_custody(context: Context) -> Acted:
    """Let what the account holds of a voucher count for a custodian, or for itself again.

    Raises:
        UnknownVoucher, VoucherNotCreated, AccountSuspended: the voucher does not live.
        BadAction: the sender itself, or there is nothing to take back.
        UnknownMember, WrongParty: the custodian is not a partner.
    """
    wish, draft, sender = context.body.assign_custody, context.draft, context.sender
    read_living(draft, wish.voucher)
    place = (sender.address, wish.voucher)
    before = ASSIGNMENTS.read(draft, *place)
    if wish.custodian:
        _check_custodian(draft, wish.custodian, sender)
        ASSIGNMENTS.write(draft, wire.Assignment(custodian=wish.custodian, height=context.height), *place)
    elif before is None:
        raise BadAction(field="custodian", expected="an assignment to take back", got=0)
    else:
        ASSIGNMENTS.delete(draft, *place)
    return Acted("assign_custody", encode(wish), wish.voucher, b"" if before is None else number(before.custodian))


def _check_custodian(draft: Draft, custodian: int, sender: wire.Account) -> None:
    if custodian == sender.id:
        raise BadAction(field="custodian", expected="another partner", got=custodian)
    check_party(read_member(draft, custodian), wire.PARTY_PARTNER)


def attest_custody(context: Context) -> Acted:
    """Put a snapshot on the chain, with the balance that it stands against.

    Raises:
        UnknownVoucher, VoucherNotCreated, AccountSuspended: the voucher does not live.
        BadAction: a field is wrong.
        UnknownMember, CustodyNotAssigned: one of the accounts does not count for the sender.
        CustodyShort: the shares add up to more than the accounts hold.
    """
    wish, draft, owner = context.body.attest_custody, context.draft, context.sender.address
    read_living(draft, wish.voucher)
    _check_fields(wish, context.sender)
    balance = _balance(draft, wish.voucher, _owners(draft, wish, context.sender))
    if wish.total > balance:
        raise CustodyShort(voucher=wish.voucher.hex(), expected=f"at most {balance}", got=int(wish.total))
    before = CUSTODIES.read(draft, owner, wish.voucher)
    custody = wire.Custody(
        sequence=1 if before is None else before.sequence + 1,
        root=wish.root,
        total=wish.total,
        statement=wish.statement,
        balance=balance,
        height=context.height,
        accounts=wish.accounts,
    )
    CUSTODIES.write(draft, custody, owner, wish.voucher)
    return Acted("attest_custody", encode(wish), wish.voucher, number(balance))


def _check_fields(wish: wire.AttestCustody, sender: wire.Account) -> None:
    with fields_checked():
        check_hash32("root", wish.root)
        check_hash32("statement", wish.statement)
        check_number("total", wish.total)
        check_ascending("accounts", wish.accounts, 0, MAX_ACCOUNTS)
    if sender.id in wish.accounts:
        raise BadAction(field="accounts", expected="other accounts", got=int(sender.id))


def _owners(draft: Draft, wish: wire.AttestCustody, sender: wire.Account) -> Iterator[bytes]:
    """Addresses of the accounts whose holdings count, none twice: the sender's own unless it counts for another."""
    for account_id in wish.accounts:
        account = read_member(draft, account_id)
        assignment = ASSIGNMENTS.read(draft, account.address, wish.voucher)
        if assignment is None or assignment.custodian != sender.id:
            raise CustodyNotAssigned(account=account_id, voucher=wish.voucher.hex())
        yield account.address
    if ASSIGNMENTS.read(draft, sender.address, wish.voucher) is None:
        yield sender.address


def _balance(draft: Draft, voucher_id: bytes, owners: Iterable[bytes]) -> int:
    """What they hold together, free and in pieces: never more than the voucher's cap."""
    holdings = [read_holding(draft, owner, voucher_id) for owner in owners]
    return sum(int(each.amount + each.packed) for each in holdings)
