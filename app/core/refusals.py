"""Why the law refuses a transaction. Each refusal has a code for people and a number for blocks.

A number is never used twice: it is part of the results that headers commit to.
"""

from typing import ClassVar

from app.core.errors import LuopuError


class Refused(LuopuError):
    """The law refuses a transaction. `number` is the result code in the block (CometBFT ExecTxResult.code)."""

    code = "refused"
    number: ClassVar[int] = 1


class Malformed(Refused):
    """Not a transaction of this format."""

    code = "malformed-transaction"
    number = 2


class WrongChain(Refused):
    """Made for another chain."""

    code = "wrong-chain"
    number = 3


class Expired(Refused):
    """The timeout height has passed (超时块高)."""

    code = "expired"
    number = 4


class TooFarAhead(Refused):
    """`valid_until` lies beyond the window."""

    code = "valid-until-too-far"
    number = 5


class Replayed(Refused):
    """This sender has used this nonce within the window."""

    code = "replayed"
    number = 6


class UnknownAccount(Refused):
    """No such account."""

    code = "unknown-account"
    number = 7


class BadSignature(Refused):
    """A signature that does not verify, or is missing."""

    code = "bad-signature"
    number = 8


class NotYourKey(Refused):
    """The signing key is not one of the account's."""

    code = "key-not-of-account"
    number = 9


class NotPermitted(Refused):
    """The account may not do this."""

    code = "not-permitted"
    number = 10


class QuotaSpent(Refused):
    """Not enough quota points left in this period (3.5)."""

    code = "quota-spent"
    number = 11


class TooLarge(Refused):
    """More bytes than one transaction may have."""

    code = "transaction-too-large"
    number = 12


class ChainForked(Refused):
    """The record does not follow the newest record of its hash chain."""

    code = "chain-forked"
    number = 13


class UnknownChain(Refused):
    """The record continues a hash chain that does not exist."""

    code = "unknown-record-chain"
    number = 14


class NotChainOwner(Refused):
    """Only who began a hash chain may continue it."""

    code = "not-chain-owner"
    number = 15


class BadAction(Refused):
    """The action's own fields are wrong."""

    code = "bad-action"
    number = 16


class UnknownProposal(Refused):
    """No such proposal."""

    code = "unknown-proposal"
    number = 17


class ProposalClosed(Refused):
    """The proposal is decided, or its deadline has passed."""

    code = "proposal-closed"
    number = 18


class AlreadyApproved(Refused):
    """This bookkeeper has approved the proposal before."""

    code = "already-approved"
    number = 19


class SeatsImpossible(Refused):
    """The change would leave a set of validators that cannot be."""

    code = "validators-impossible"
    number = 20


class NoSeat(Refused):
    """Only who holds a validator's seat votes."""

    code = "no-seat"
    number = 21


class ActionStopped(Refused):
    """The bookkeepers have stopped this class of action (3.7)."""

    code = "action-stopped"
    number = 22


class AccountSuspended(Refused):
    """An organisation that this needs is suspended by an order."""

    code = "account-suspended"
    number = 23


class AccountFrozen(Refused):
    """A user that this needs is frozen by an order."""

    code = "account-frozen"
    number = 24


class NotCertified(Refused):
    """No certification of the user counts: it may only query (3.4.1)."""

    code = "not-certified"
    number = 25


class LevelTooLow(Refused):
    """No certification of the user that counts has the level that this needs (3.4.1)."""

    code = "level-too-low"
    number = 26


class WrongParty(Refused):
    """An account of another party than this needs."""

    code = "wrong-party"
    number = 27


class RoleMissing(Refused):
    """The key has not the role that this needs (经办/复核)."""

    code = "role-missing"
    number = 28


class ApprovalsMissing(Refused):
    """Fewer checkers signed than the account's threshold asks."""

    code = "approvals-missing"
    number = 29


class UnknownHeld(Refused):
    """The account has no such transaction that waits for approvals."""

    code = "unknown-held"
    number = 30


class HeldClosed(Refused):
    """The last height for approvals has passed."""

    code = "held-closed"
    number = 31


class AlreadySigned(Refused):
    """This key has signed the held transaction before."""

    code = "already-signed"
    number = 32


class KeyTaken(Refused):
    """The key belongs to an account, or once did."""

    code = "key-taken"
    number = 33


class PossessionNotShown(Refused):
    """The new key did not sign that it wants to belong to an account."""

    code = "possession-not-shown"
    number = 34


class KeysImpossible(Refused):
    """The account could no longer act: too few keys for its roles and thresholds, or too many."""

    code = "keys-impossible"
    number = 35


class NameTaken(Refused):
    """The name belongs to another account."""

    code = "name-taken"
    number = 36


class UnknownMember(Refused):
    """No account has this number."""

    code = "unknown-member"
    number = 37


class AlreadyStopped(Refused):
    """The account is suspended or frozen already."""

    code = "already-stopped"
    number = 38


class NotStopped(Refused):
    """The account is neither suspended nor frozen."""

    code = "not-stopped"
    number = 39


class NotYourUser(Refused):
    """This partner is not the one who may do this with the user."""

    code = "not-your-user"
    number = 40


class NoSuchCertification(Refused):
    """There is no such certification or recognition."""

    code = "no-such-certification"
    number = 41


class LimitReached(Refused):
    """As many as there may be are there already."""

    code = "limit-reached"
    number = 42


class UnknownGrant(Refused):
    """The account has given no such access."""

    code = "unknown-grant"
    number = 43


class GrantOver(Refused):
    """The access was withdrawn before."""

    code = "grant-over"
    number = 44


class UnknownAgreement(Refused):
    """No such agreement."""

    code = "unknown-agreement"
    number = 45


class AgreementClosed(Refused):
    """The agreement is final, or its deadline has passed."""

    code = "agreement-closed"
    number = 46


class NotAParty(Refused):
    """The account is not a party of the agreement."""

    code = "not-a-party"
    number = 47


class AlreadyConfirmed(Refused):
    """The party has confirmed the agreement before."""

    code = "already-confirmed"
    number = 48


class NotConfirmed(Refused):
    """The party has not confirmed the agreement."""

    code = "not-confirmed"
    number = 49


class UnknownVoucher(Refused):
    """No such voucher."""

    code = "unknown-voucher"
    number = 50


class VoucherNotCreated(Refused):
    """The voucher is only applied for, or was declined."""

    code = "voucher-not-created"
    number = 51


class ApplicationDecided(Refused):
    """The application was decided before."""

    code = "application-decided"
    number = 52


class NotIssuer(Refused):
    """Only who issues a voucher may do this with it."""

    code = "not-issuer"
    number = 53


class CapExceeded(Refused):
    """More would be issued than the voucher's cap allows."""

    code = "cap-exceeded"
    number = 54


class VoucherStopped(Refused):
    """By an order, the voucher does not move now."""

    code = "voucher-stopped"
    number = 55


class VoucherExpired(Refused):
    """The voucher has lapsed."""

    code = "voucher-expired"
    number = 56


class NotYetExpired(Refused):
    """The voucher has not lapsed yet."""

    code = "not-yet-expired"
    number = 57


class OutsideWindow(Refused):
    """The voucher may not change hands yet, or no longer."""

    code = "outside-window"
    number = 58


class NotTransferable(Refused):
    """The voucher never changes hands."""

    code = "not-transferable"
    number = 59


class TransfersSpent(Refused):
    """The piece has changed hands as often as it may."""

    code = "transfers-spent"
    number = 60


class HolderNotAccepted(Refused):
    """The issuer does not accept this holder: no real-name certification that it recognises."""

    code = "holder-not-accepted"
    number = 61


class BalanceShort(Refused):
    """The account holds less."""

    code = "balance-short"
    number = 62


class HoldingFrozen(Refused):
    """By an order, this part of the holding does not move."""

    code = "holding-frozen"
    number = 63


class NotHolder(Refused):
    """The piece does not exist, or is somebody else's."""

    code = "not-holder"
    number = 64


class PieceEnded(Refused):
    """The piece was redeemed, has lapsed or was merged."""

    code = "piece-ended"
    number = 65


class NotDivisible(Refused):
    """Vouchers of this kind are neither split nor merged."""

    code = "not-divisible"
    number = 66


class CustodyShort(Refused):
    """The shares add up to more than the account holds."""

    code = "custody-short"
    number = 67


class CustodyNotAssigned(Refused):
    """What an account holds does not count for this custodian."""

    code = "custody-not-assigned"
    number = 68


REFUSALS: dict[int, type[Refused]] = {kind.number: kind for kind in Refused.__subclasses__()}
"""Result code in a block → the refusal it stands for."""
