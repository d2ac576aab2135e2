"""A consortium for one computer: its genesis, its validators' keys, its parties.

Everything in it is real except that one person holds all the keys; the names say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.hashing import sha256
from app.core.keys import PublicKey
from app.core.units import Nanoseconds
from app.node.engine.founding import Bookkeeper, Founding, Partner, ed25519, encode_founding
from app.node.engine.keys import ConsortiumKeys

AGREEMENT = """络谱试用协议（本机）

本文件由“在本机试用”生成，仅用于试用、培训与测试。其摘要写入创世文件，
每一条存证都据此指向签署方的法律文件；正式联盟中，此处为各方与业务准入方签署的协议。

Trial agreement (this computer)

Made by "try on this computer", for trying out, training and tests only. Its digest stands in the genesis document, and
every evidence record points through it to the legal document of its signer. In a real consortium this is the agreement
that each party signed with the operator.
"""


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
    agreement = AGREEMENT.encode()
    founding = Founding(
        chain_id=f"luopu-local-{suffix}",
        time_ns=time_ns,
        agreement=sha256(agreement),
        operator=("试用业务准入方", ed25519(keys.operator.public_key)),
        bookkeepers=tuple(
            Bookkeeper(f"试用记账方 {number}", ed25519(key.public_key), key.public_key)
            for number, key in enumerate(keys.validators, start=1)
        ),
        partners=(Partner("试用合作方", tuple(clerks)),),
    )
    return Sandbox(encode_founding(founding), agreement)
