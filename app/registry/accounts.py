"""Accounts as the rules see them: who is in force, which certifications count, who answers (white paper 3.4.1, 3.6)."""

from collections.abc import Iterator, Mapping

from app.core.errors import LuopuError
from app.core.refusals import AccountFrozen, AccountSuspended, NotCertified, UnknownMember, WrongParty
from app.core.wire import registry_pb2 as wire
from app.registry.draft import Values
from app.registry.state import read_account, read_account_of_id

USER = wire.PARTY_USER
LEVELS: Mapping[int, str] = {
    wire.LEVEL_UNSPECIFIED: "none",
    wire.LEVEL_REGISTERED: "registered",
    wire.LEVEL_ANONYMOUS: "anonymous",
    wire.LEVEL_PHONE: "phone",
    wire.LEVEL_REAL_NAME: "real-name",
    wire.LEVEL_CERTIFICATE: "certificate",
}
PARTIES: Mapping[int, str] = {
    wire.PARTY_OPERATOR: "operator",
    wire.PARTY_BOOKKEEPER: "bookkeeper",
    wire.PARTY_PARTNER: "partner",
    wire.PARTY_USER: "user",
    wire.PARTY_REGULATOR: "regulator",
}


def is_user(account: wire.Account) -> bool:
    """Whether it is a user's; every other account is an organisation's."""
    return bool(account.party == USER)


def is_in_force(account: wire.Account) -> bool:
    """Neither suspended nor frozen."""
    return not account.HasField("stop")


def check_in_force(account: wire.Account) -> None:
    """Neither suspended nor frozen.

    Raises:
        AccountSuspended: an organisation that is suspended.
        AccountFrozen: a user that is frozen.
    """
    if account.HasField("stop"):
        kind: type[LuopuError] = AccountFrozen if is_user(account) else AccountSuspended
        raise kind(account=int(account.id), order=account.stop.document.hex())


def read_member(values: Values, account_id: int) -> wire.Account:
    """The account that an action names by its number.

    Raises:
        UnknownMember: there is none.
    """
    account = read_account_of_id(values, account_id)
    if account is None:
        raise UnknownMember(account=account_id)
    return account


def check_party(account: wire.Account, *parties: wire.Party) -> None:
    """It is of one of these parties.

    Raises:
        WrongParty: otherwise.
    """
    if account.party not in parties:
        expected = ", ".join(PARTIES[party] for party in parties)
        raise WrongParty(account=int(account.id), expected=expected, got=PARTIES[account.party])


def counting(values: Values, account: wire.Account, time_ns: int) -> Iterator[tuple[wire.Certification, wire.Account]]:
    """The certifications of a user that count at a block time, each with its partner, ascending by partner."""
    for certification in account.certifications:
        if certification.expires_ns and certification.expires_ns <= time_ns:
            continue
        partner = read_account_of_id(values, certification.partner)
        if partner is not None and is_in_force(partner):
            yield certification, partner


def level_of(values: Values, account: wire.Account, time_ns: int) -> int:
    """The highest level of a user's certifications that count; 0 where none does."""
    return max((int(each.level) for each, _ in counting(values, account, time_ns)), default=0)


def answering(values: Values, account: wire.Account, time_ns: int) -> wire.Account:
    """The organisation that answers for what the account does: itself, or of a user one of its partners (3.6).

    Raises:
        NotCertified: no certification of the user counts.
    """
    if not is_user(account):
        return account
    first = None
    for certification, partner in counting(values, account, time_ns):
        if certification.partner == account.partner:
            return partner
        first = partner if first is None else first
    if first is None:
        raise NotCertified(account=int(account.id))
    return first


def grant_counts(values: Values, user_address: bytes, grant: wire.AccessGrant, time_ns: int) -> bool:
    """Whether a grant lets its grantee have the data at a block time (4.2.2).

    It does not while its giver could not take it back: frozen, or without a certification that counts.
    """
    if grant.withdrawn or (grant.expires_ns and grant.expires_ns <= time_ns):
        return False
    user = read_account(values, user_address)
    return user is not None and is_in_force(user) and level_of(values, user, time_ns) > 0
