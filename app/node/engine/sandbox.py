"""A consortium for one computer: its genesis, its validators' keys, its parties.

Everything in it is real except that one person holds all the keys; the names say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.hashing import sha256
from app.core.keys import Algorithm, PublicKey
from app.core.units import Nanoseconds
from app.node.consensus.genesis import encode_genesis
from app.node.consensus.validators import Validator
from app.node.engine.keys import ConsortiumKeys, SigningSeed
from app.registry.genesis import GenesisAccount, GenesisParameters, GenesisSeat, encode_app_state

AGREEMENT = """络谱试用协议（本机）

本文件由“在本机试用”生成，仅用于试用、培训与测试。其摘要写入创世文件，
每一条存证都据此指向签署方的法律文件；正式联盟中，此处为各方与业务准入方签署的协议。

Trial agreement (this computer)

Made by "try on this computer", for trying out, training and tests only. Its digest stands in the genesis document, and
every evidence record points through it to the legal document of its signer. In a real consortium this is the agreement
that each party signed with the operator.
"""

VALIDATOR_POWER = 10
PARTNER_QUOTA = 10_000
BOOKKEEPER_QUOTA = 1_000
FIRST_BOOKKEEPER = 11


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What a new sandbox consists of."""

    genesis: bytes
    agreement: bytes


def make_sandbox(
    suffix: str, keys: ConsortiumKeys, clerks: Sequence[tuple[PublicKey, str]], time_ns: Nanoseconds
) -> Sandbox:
    """Genesis of a consortium with an operator, one bookkeeper per validator key and one partner.

    `clerks` are the partner's keys with their labels, at least one.
    """
    chain_id = f"luopu-local-{suffix}"
    agreement = AGREEMENT.encode()
    digest = sha256(agreement)
    parties = [_party(1, "试用业务准入方", "operator", keys.operator, digest)]
    parties += [
        _party(FIRST_BOOKKEEPER + number, f"试用记账方 {number + 1}", "bookkeeper", key, digest)
        for number, key in enumerate(keys.validators)
    ]
    partner = GenesisAccount(
        id=10001,
        name="试用合作方",
        party="partner",
        keys=tuple(clerks),
        permissions=("identity", "evidence", "voucher"),
        agreement=digest,
        quota_points=PARTNER_QUOTA,
    )
    seats = [
        GenesisSeat(key.public_key, VALIDATOR_POWER, FIRST_BOOKKEEPER + n) for n, key in enumerate(keys.validators)
    ]
    app_state = encode_app_state(chain_id, GenesisParameters(), [*parties, partner], seats)
    validators = [Validator(key.public_key, VALIDATOR_POWER) for key in keys.validators]
    genesis = encode_genesis(chain_id=chain_id, time_ns=time_ns, validators=validators, app_state=app_state)
    return Sandbox(genesis, agreement)


def _party(number: int, name: str, party: str, key: SigningSeed, agreement: bytes) -> GenesisAccount:
    return GenesisAccount(
        id=number,
        name=name,
        party=party,
        keys=((PublicKey(Algorithm.ED25519, key.public_key), name),),
        permissions=(),
        agreement=agreement,
        quota_points=BOOKKEEPER_QUOTA if party == "bookkeeper" else 0,
    )
