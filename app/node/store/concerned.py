"""Whom a fact of the log concerns, so that everybody finds what was done by and to an account (white paper 3.3, 3.6).

Guarantees: an entry is found under its sender; under every account that its fact names as a member, party or recipient; and
under who opened, issued or proposed what it names by an id: withdrawing a grant concerns both partners, a final
agreement all its parties, a lapsed piece its owner. An order is found under the account and the voucher that it is about, an
attestation of custody under the voucher, and there under its custodian, too.
All this is the same in whatever later state it is worked out, because what is looked up in the map never changes there.

A transaction that is only held concerns nobody but its sender yet. Records are found by `app.node.store.lookups`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from google.protobuf.message import Message

from app.core.codec import decode
from app.core.wire import registry_pb2 as wire
from app.node.store import keys
from app.node.store.map import VALUES
from app.node.store.staging import Staging

M = TypeVar("M", bound=Message)

FINAL = b"\x01"
"""The result of a confirmation that was the last."""
_NUMBER_BYTES = 8


def stage_fact(staging: Staging, index: int, entry: wire.LogEntry) -> None:
    """Let the entry be found by whom it concerns, and by what it is about. The map stands as after its block.

    Raises:
        DecodingError: a fact that cannot be.
    """
    stamp, seen = keys.number(index), _Seen(staging, entry)
    for owner in dict.fromkeys(seen.lookups()):
        staging.put(owner + stamp, b"")


def attestation_lookups(voucher: bytes, custodian: bytes) -> Iterator[bytes]:
    """Under what a custodian's (address) attestation about a voucher is found, beside whom it concerns."""
    yield keys.ATTESTED + voucher
    yield keys.ATTESTED_BY + voucher + custodian


class _Seen:
    """An entry and the state in which it is looked at."""

    def __init__(self, staging: Staging, entry: wire.LogEntry) -> None:
        self._staging = staging
        self.entry = entry

    def lookups(self) -> Iterator[bytes]:
        """Under what the entry is found."""
        yield keys.ACTED + self.entry.sender
        fact = self.entry.WhichOneof("fact")
        if fact is None or fact not in _FACTS:
            return
        kind, concerned = _FACTS[fact]
        message = decode(kind, getattr(self.entry, fact))
        yield from concerned(self, message)
        if fact in _ORDERS:
            yield from _ORDERS[fact](message)
        if isinstance(message, wire.AttestCustody):
            yield from attestation_lookups(message.voucher, self.entry.sender)

    def stored(self, kind: type[M], key: bytes) -> M:
        """What stands under a key of the law; an empty one where nothing does, as in a state that only claims to be one."""
        data = self._staging.get(VALUES + key)
        return kind() if data is None else decode(kind, data)

    def voucher(self, voucher: bytes) -> wire.Voucher:
        return self.stored(wire.Voucher, b"voucher/" + voucher)


def _numbers(*numbers: int) -> Iterator[bytes]:
    return (keys.NAMED + keys.number(number) for number in numbers if number)


def _addresses(addresses: Iterable[bytes]) -> Iterator[bytes]:
    return (keys.ACTED + address for address in addresses if address)


# ---- one function for each kind of fact -------------------------------------------------------------------------------


def _member(_: _Seen, fact: wire.Amend) -> Iterator[bytes]:
    return _numbers(fact.account)


def _newcomer(seen: _Seen, _: Message) -> Iterator[bytes]:
    if len(seen.entry.result) == _NUMBER_BYTES:
        yield keys.NAMED + seen.entry.result


def _recognised(_: _Seen, fact: wire.Recognise) -> Iterator[bytes]:
    return _numbers(fact.partner)


def _granted(_: _Seen, fact: wire.Grant) -> Iterator[bytes]:
    return _numbers(fact.grantee, fact.holder)


def _withdrawn(seen: _Seen, fact: wire.WithdrawGrant) -> Iterator[bytes]:
    grant = seen.stored(wire.AccessGrant, b"grant/" + seen.entry.sender + fact.grant)
    return _numbers(grant.grantee, grant.holder)


def _parties(_: _Seen, fact: wire.OpenAgreement) -> Iterator[bytes]:
    return _numbers(*fact.parties)


def _opener(seen: _Seen, fact: wire.ConfirmAgreement | wire.RetractConfirmation) -> Iterator[bytes]:
    agreement = seen.stored(wire.Agreement, b"agreement/" + fact.agreement)
    everybody = agreement.terms.parties if seen.entry.result == FINAL else ()
    return _numbers(agreement.opener, *everybody)


def _issuer(seen: _Seen, fact: wire.CreateVoucher) -> Iterator[bytes]:
    return _numbers(seen.voucher(fact.voucher).issuer)


def _recipients(_: _Seen, fact: wire.Allocate | wire.Transfer) -> Iterator[bytes]:
    return _numbers(*(leg.to for leg in fact.legs))


def _lapsed(seen: _Seen, fact: wire.Expire) -> Iterator[bytes]:
    yield from _numbers(*fact.accounts)
    places = (b"piece/" + fact.voucher + keys.number(serial) for serial in fact.serials)
    yield from _addresses(seen.stored(wire.Piece, place).owner for place in places)


def _supervised(seen: _Seen, fact: wire.Supervise) -> Iterator[bytes]:
    return _numbers(seen.voucher(fact.voucher).issuer, fact.holder.account)


def _attested(seen: _Seen, fact: wire.AttestCustody) -> Iterator[bytes]:
    return _numbers(seen.voucher(fact.voucher).issuer, *fact.accounts)


def _assigned(seen: _Seen, fact: wire.AssignCustody) -> Iterator[bytes]:
    """Also whom the holding counted for before: what it can show for its users became less."""
    if len(seen.entry.result) == _NUMBER_BYTES:
        yield keys.NAMED + seen.entry.result
    yield from _numbers(seen.voucher(fact.voucher).issuer, fact.custodian)


def _candidate(_: _Seen, fact: wire.Propose) -> Iterator[bytes]:
    return _numbers(fact.validator.account)


def _proposer(seen: _Seen, fact: wire.Approve) -> Iterator[bytes]:
    return _addresses([seen.stored(wire.Proposal, b"proposal/" + fact.proposal).proposer])


_FACTS: Mapping[str, tuple[type[Message], Callable[..., Iterator[bytes]]]] = {
    "proposal": (wire.Propose, _candidate),
    "approval": (wire.Approve, _proposer),
    "admit": (wire.Admit, _newcomer),
    "amend": (wire.Amend, _member),
    "suspend": (wire.Suspend, _member),
    "resume": (wire.Resume, _member),
    "record_order": (wire.RecordOrder, _member),
    "enrol": (wire.Enrol, _newcomer),
    "certify": (wire.Certify, _member),
    "revoke_certification": (wire.RevokeCertification, _member),
    "recognise": (wire.Recognise, _recognised),
    "reset_key": (wire.ResetKey, _member),
    "freeze": (wire.Freeze, _member),
    "unfreeze": (wire.Unfreeze, _member),
    "grant": (wire.Grant, _granted),
    "withdraw_grant": (wire.WithdrawGrant, _withdrawn),
    "open_agreement": (wire.OpenAgreement, _parties),
    "confirm_agreement": (wire.ConfirmAgreement, _opener),
    "retract_confirmation": (wire.RetractConfirmation, _opener),
    "create_voucher": (wire.CreateVoucher, _issuer),
    "decline_voucher": (wire.DeclineVoucher, _issuer),
    "allocate": (wire.Allocate, _recipients),
    "transfer": (wire.Transfer, _recipients),
    "redeem": (wire.Redeem, _issuer),
    "expire": (wire.Expire, _lapsed),
    "supervise": (wire.Supervise, _supervised),
    "attest_custody": (wire.AttestCustody, _attested),
    "assign_custody": (wire.AssignCustody, _assigned),
}
"""Facts that concern somebody besides the sender."""


def _about_account(fact: wire.Suspend) -> Iterator[bytes]:
    yield keys.ORDERS_ON_ACCOUNT + keys.number(fact.account)


def _about_voucher(fact: wire.Supervise) -> Iterator[bytes]:
    yield keys.ORDERS_ON_VOUCHER + fact.voucher
    if fact.holder.account:
        yield keys.ORDERS_ON_ACCOUNT + keys.number(fact.holder.account)


_ORDERS: Mapping[str, Callable[..., Iterator[bytes]]] = {
    **dict.fromkeys(("suspend", "resume", "record_order", "freeze", "unfreeze"), _about_account),
    "supervise": _about_voucher,
}
