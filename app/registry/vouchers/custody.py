"""Action `attest_custody` (white paper 3.4.3): who keeps vouchers for users states how they are shared: a root and a total.

Guarantees: the shares add up to no more than the account holds in that block. Each user checks their own share against the
root; that the leaves are all the users is for the statement and its auditors to show.
"""

from app.core.codec import encode
from app.core.refusals import CustodyShort
from app.core.units import check_hash32
from app.core.wire import registry_pb2 as wire
from app.registry.acted import Acted
from app.registry.checking import check_number, fields_checked
from app.registry.context import Context
from app.registry.places import CUSTODIES, number
from app.registry.vouchers.free import read_holding
from app.registry.vouchers.standing import read_living


def attest_custody(context: Context) -> Acted:
    """Put a snapshot on the chain, with the balance that it stands against.

    Raises:
        UnknownVoucher, VoucherNotCreated, AccountSuspended: the voucher does not live.
        BadAction: a field is wrong.
        CustodyShort: the shares add up to more than the sender holds.
    """
    wish, draft, owner = context.body.attest_custody, context.draft, context.sender.address
    read_living(draft, wish.voucher)
    with fields_checked():
        check_hash32("root", wish.root)
        check_hash32("statement", wish.statement)
        check_number("total", wish.total)
    held = read_holding(draft, owner, wish.voucher)
    balance = int(held.amount + held.packed)
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
    )
    CUSTODIES.write(draft, custody, owner, wish.voucher)
    return Acted("attest_custody", encode(wish), wish.voucher, number(balance))
