"""What a consortium starts from: its parties, its seats, its genesis document. Pure: the same facts give the same bytes.

For the embedded consortium one person holds all the keys; for one of companies each brings the public part of its own.
"""

from dataclasses import dataclass

from app.core.keys import Algorithm, PublicKey
from app.core.units import Hash32, Nanoseconds
from app.node.consensus.genesis import encode_genesis
from app.node.consensus.validators import Validator
from app.registry.genesis import GenesisAccount, GenesisParameters, GenesisSeat, encode_app_state

VALIDATOR_POWER = 10
PARTNER_QUOTA = 10_000
BOOKKEEPER_QUOTA = 1_000
OPERATOR_QUOTA = 10_000
OPERATOR = 1
FIRST_BOOKKEEPER = 11
FIRST_PARTNER = 10_001
PARTNER_PERMISSIONS = ("identity", "evidence", "voucher")


@dataclass(frozen=True, slots=True)
class Bookkeeper:
    """Who runs a validator."""

    name: str
    key: PublicKey
    """Decides about validators."""
    seat: bytes | None
    """Signs blocks: Ed25519, 32 bytes. None: may be given a seat later."""


@dataclass(frozen=True, slots=True)
class Partner:
    """Who works with the chain."""

    name: str
    clerks: tuple[tuple[PublicKey, str], ...]
    """(key, label), at least one."""
    quota_points: int = PARTNER_QUOTA


@dataclass(frozen=True, slots=True)
class Founding:
    """Everything that a genesis document is made from."""

    chain_id: str
    time_ns: Nanoseconds
    agreement: Hash32
    """Digest of the legal agreement that all parties signed."""
    operator: tuple[str, PublicKey]
    bookkeepers: tuple[Bookkeeper, ...]
    partners: tuple[Partner, ...]


def encode_founding(founding: Founding) -> bytes:
    """The genesis document.

    Raises:
        BadGenesis: no chain can start from this.
    """
    name, key = founding.operator
    accounts = [_account(founding, OPERATOR, name, "operator", key, OPERATOR_QUOTA)]
    accounts += [
        _account(founding, number, party.name, "bookkeeper", party.key, BOOKKEEPER_QUOTA)
        for number, party in enumerate(founding.bookkeepers, start=FIRST_BOOKKEEPER)
    ]
    accounts += [
        GenesisAccount(
            number, party.name, "partner", party.clerks, PARTNER_PERMISSIONS, founding.agreement, party.quota_points
        )
        for number, party in enumerate(founding.partners, start=FIRST_PARTNER)
    ]
    seats = [
        GenesisSeat(party.seat, VALIDATOR_POWER, number)
        for number, party in enumerate(founding.bookkeepers, start=FIRST_BOOKKEEPER)
        if party.seat is not None
    ]
    return encode_genesis(
        chain_id=founding.chain_id,
        time_ns=founding.time_ns,
        validators=[Validator(seat.key, seat.power) for seat in seats],
        app_state=encode_app_state(founding.chain_id, GenesisParameters(), accounts, seats),
    )


def ed25519(data: bytes) -> PublicKey:
    """The account key with these 32 bytes."""
    return PublicKey(Algorithm.ED25519, data)


def _account(founding: Founding, number: int, name: str, party: str, key: PublicKey, quota: int) -> GenesisAccount:
    return GenesisAccount(number, name, party, ((key, name),), (), founding.agreement, quota)
