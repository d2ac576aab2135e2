"""Papers as a cheating custodian makes them: any tree, any root, really published, and whatever goes with it."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.client.reserve.papers import Ground
from app.core.errors import LuopuError
from app.core.keys import Algorithm
from app.core.units import AccountAddress, Hash32, Height
from app.core.verification import Verdict
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import Genesis
from app.reserve.header import AccountName, ReserveHeader
from app.reserve.proof import Leaf, PathStep, Publication, ReserveProof, encode_proof
from app.reserve.verify import Report, verify_proof
from tests.fakes.custody import BANK, ISSUER, SHOP, CustodyChain, attestation, signed, state_keys
from tests.fakes.evidence import GENESES, ClerkKey
from tests.reserve import model

LEFT, RIGHT = b"\x11" * 32, b"\x99" * 32
"""Positions that part at depth 0."""
Edit = Callable[[ReserveProof], ReserveProof]


@dataclass(frozen=True)
class User:
    """A user with a place in the tree that the custodian chose."""

    number: int
    balance: int
    position: bytes
    serial: int | None = None

    @property
    def name(self) -> AccountName:
        return AccountName(self.number, AccountAddress(sha256(b"user %d" % self.number).digest()[:20]))

    @property
    def salt(self) -> bytes:
        return sha256(b"salt %d" % self.number).digest()

    def leaf(self, chain_id: str) -> model.Item:
        """As the format wants it."""
        uid = model.user_digest(chain_id, self.number, self.name.address)
        return model.leaf(self.position, uid, self.salt, self.balance)

    @property
    def shown(self) -> Leaf:
        """In a paper."""
        return Leaf(self.balance, Hash32(self.position), Hash32(self.salt), self.serial)


@dataclass(frozen=True)
class Fraud:
    """What a custodian publishes and hands out; every part can be another than the honest one."""

    chain: CustodyChain
    ground: Ground

    def leaves(self, users: Sequence[User]) -> dict[bytes, model.Item]:
        """As the format wants them."""
        return {user.position: user.leaf(self.chain.chain_id) for user in users}

    def root(self, top: model.Item, header: ReserveHeader | None = None) -> bytes:
        """As the format wants it."""
        return model.root((header or self.ground.header).digest, top)

    def publish(self, root: bytes, total: int, **changes: Any) -> Publication:
        """By the bank, about the ground's header."""
        return self.chain.attest(self.ground.header, root, total, **changes)

    def paper(self, user: User, path: Sequence[model.Step], publication: Publication) -> ReserveProof:
        """What is handed out to a user."""
        steps = tuple(PathStep(depth, Hash32(hashed), each) for depth, hashed, each in path)
        ground = self.ground
        return ReserveProof(ground.header, user.name, user.shown, steps, ground.snapshot, publication, ())

    def papers(self, users: Sequence[User], **changes: Any) -> list[ReserveProof]:
        """An honest tree over these users, published, and everybody's paper."""
        leaves = self.leaves(users)
        top = model.top(leaves)
        publication = self.publish(self.root(top), changes.pop("total", top[1]), **changes)
        return [self.paper(user, model.path(leaves, user.position), publication) for user in users]

    def with_header(self, **changes: Any) -> "Fraud":
        """The same about another header; everything published afterwards is bound to it."""
        return replace(self, ground=replace(self.ground, header=replace(self.ground.header, **changes)))


def fraud(chain: CustodyChain, voucher: bytes, **how: Any) -> Fraud:
    """On an honest ground."""
    return Fraud(chain, chain.survey(voucher, **how))


def judge(paper: ReserveProof | bytes, trust: Genesis | None, account: str | None = None) -> Report:
    """What a verifier says. Where `PAPERS` names a folder, the paper is kept there, for another verifier to judge."""
    content = paper if isinstance(paper, bytes) else encode_proof(paper)
    if "PAPERS" in os.environ:
        _keep(Path(os.environ["PAPERS"]), content, trust, account)
    return verify_proof(content, trust, account)


def _keep(folder: Path, paper: bytes, trust: Genesis | None, account: str | None) -> None:
    genesis = None if trust is None else GENESES[trust.fingerprint].decode()
    case = json.dumps({"paper": paper.decode(), "genesis": genesis, "account": account}).encode()
    (folder / sha256(case).hexdigest()).write_bytes(case)


def failed(report: Report) -> str:
    """The step that failed."""
    assert report.verdict is Verdict.REFUTED, (report.verdict, report.error)
    names = [step.name for step in report.steps if not step.passed and not step.skipped]
    assert len(names) == 1
    return names[0]


def reason(report: Report) -> tuple[str, str]:
    """Step and rule that a paper fails at."""
    error = report.error
    assert isinstance(error, LuopuError)
    return failed(report), str(error.facts.get("check") or error.code)


def is_valid(paper: ReserveProof | bytes, trust: Genesis | None) -> bool:
    """Whether a verifier is convinced."""
    return judge(paper, trust).verdict is Verdict.VALID


def between(chain: CustodyChain, paper: ReserveProof, heights: Sequence[int]) -> ReserveProof:
    """With light blocks of these heights."""
    return replace(paper, light_blocks=tuple(chain.light_block(Height(height)) for height in heights))


def swapped(items: Sequence[bytes], changes: Mapping[int, bytes]) -> tuple[bytes, ...]:
    """Items with others in some places."""
    return tuple(changes.get(index, item) for index, item in enumerate(items))


# ---- the usual people --------------------------------------------------------------------------------------------------
ANN, BOB = User(20_001, 5, LEFT), User(20_002, 3, RIGHT)
UNIQUE = wire.KIND_UNIQUE


def tickets(chain: CustodyChain) -> bytes:
    """Serials 1 to 3 are the bank's, 4 the shop's, 5 and 6 the issuer's."""
    return chain.issue({BANK: 3, SHOP: 1, ISSUER: 2}, UNIQUE)


def verdict(fraud: Fraud, paper: ReserveProof) -> tuple[str, str]:
    """Step and rule at which the cheated finds out."""
    return reason(judge(paper, fraud.chain.genesis))


def owner(number: int, voucher: bytes, serial: int) -> User:
    """Who is owed a piece."""
    return User(number, 1, model.serial_position(voucher, serial), serial)


def piece_papers(made: Fraud, users: list[User]) -> list[ReserveProof]:
    """As `papers`, with the state proof of everybody's piece."""
    chain, header = made.chain, made.ground.header
    keys = [state_keys(header.voucher, [], user.serial)[-1] for user in users]
    proofs = chain.show(header.height, keys).commitments
    common = made.ground.snapshot
    return [
        replace(paper, snapshot=replace(common, commitments=(*common.commitments, proof)))
        for paper, proof in zip(made.papers(users), proofs, strict=True)
    ]


def made_on(chain: CustodyChain, held: int = 8) -> Fraud:
    """The bank holds so much of a new voucher."""
    return fraud(chain, chain.issue({BANK: held}))


def passed(paper: ReserveProof | bytes, chain: CustodyChain | None) -> list[str]:
    """Steps that a verifier says have passed."""
    report = judge(paper, None if chain is None else chain.genesis)
    return [step.name for step in report.steps if step.passed]


# ---- true papers that have everything ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class TruePaper:
    """A true paper, and who can read it."""

    chain: CustodyChain
    paper: ReserveProof

    @property
    def data(self) -> bytes:
        """The file."""
        return encode_proof(self.paper)


def paper_of_amounts() -> TruePaper:
    """Two accounts, of which one holds nothing; not the first publication; maker and checker with keys of both kinds."""
    checker = ClerkKey(7, Algorithm.P256)
    chain = CustodyChain(checkers=[checker], members=lambda height: range(height // 2, height // 2 + 4))
    voucher = chain.issue({BANK: 40})
    chain.assign(SHOP, voucher, BANK)
    fraud(chain, voucher, others=[SHOP]).papers([User(1, 9, LEFT)])
    made = fraud(chain, voucher, others=[SHOP])
    users = [User(20_000 + each, 3 * each, sha256(b"place %d" % each).digest()) for each in range(1, 5)]
    return TruePaper(chain, _complete(made, users, checker, ()))


def paper_of_a_piece() -> TruePaper:
    """Of a unique voucher; what was held and countersigned."""
    checker = ClerkKey(7)
    chain = CustodyChain(checkers=[checker], threshold=1, members=lambda height: range(height // 2, height // 2 + 4))
    voucher = chain.issue({BANK: 3, SHOP: 2}, wire.KIND_UNIQUE)
    made = fraud(chain, voucher)
    serials = (1, 2, 3)
    users = [User(30_000 + each, 1, model.serial_position(voucher, each), each) for each in serials]
    piece = chain.show(made.ground.header.height, [state_keys(voucher, [], 1)[-1]]).commitments
    return TruePaper(chain, _complete(made, users, checker, piece))


def _complete(made: Fraud, users: Sequence[User], checker: ClerkKey, piece: tuple[bytes, ...]) -> ReserveProof:
    """The first user's paper, with the light blocks that it needs."""
    chain, leaves = made.chain, made.leaves(users)
    top = model.top(leaves)
    action = attestation(made.ground.header, made.root(top), top[1])
    if chain.threshold:
        publication = chain.countersigned(action, checker)
    else:
        body = chain.body(BANK, approvers=[checker], attest_custody=action)
        publication = chain.publication(signed(body, chain.clerk, checker))
    paper = made.paper(users[0], model.path(leaves, users[0].position), publication)
    snapshot = replace(paper.snapshot, commitments=(*paper.snapshot.commitments, *piece))
    anchors = {paper.header.height + 1, chain.height}
    heights = [height for height in range(2, chain.height, 2) if height not in anchors]
    return between(chain, replace(paper, snapshot=snapshot), heights)
