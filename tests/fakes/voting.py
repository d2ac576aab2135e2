"""A consortium whose validators change by vote."""

from app.core.codec import encode
from app.core.hashing import sha256
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import decode_genesis, encode_genesis
from app.node.consensus.validators import Validator
from app.node.engine.engine import EmbeddedEngine
from app.node.engine.keys import ConsortiumKeys, SigningSeed
from app.registry.genesis import GenesisAccount, GenesisParameters, GenesisSeat, encode_app_state
from tests.fakes.chain import START, make_key
from tests.fakes.consortium import AGREEMENT, CHAIN_ID, PLENTY, Clerk, FakeConsortium

SEATS = [SigningSeed(make_key(f"seat {number}")) for number in range(7)]
FIRST = SEATS[:3]
KEEPER = "bookkeeper"


def make_voting_consortium() -> FakeConsortium:
    """Three validators in office, four who may come; one bookkeeper answers for all and so decides alone."""
    partner, keeper = Clerk(), Clerk(KEEPER)
    accounts = [
        GenesisAccount(1, "partner", "partner", ((partner.public_key, "01"),), ("evidence",), AGREEMENT, PLENTY),
        GenesisAccount(2, "keeper", "bookkeeper", ((keeper.public_key, "01"),), (), AGREEMENT, PLENTY),
    ]
    seats = [GenesisSeat(seed.public_key, 10, 2) for seed in FIRST]
    document = encode_genesis(
        CHAIN_ID,
        START,
        [Validator(seed.public_key, 10) for seed in FIRST],
        encode_app_state(CHAIN_ID, GenesisParameters(), accounts, seats),
    )
    keys = ConsortiumKeys(SigningSeed(make_key("operator")), tuple(SEATS))
    return FakeConsortium(decode_genesis(document), document, keys, partner)


def vote(engine: EmbeddedEngine, keeper: Clerk, seed: SigningSeed, power: int) -> int:
    """Give a key this power; the height that decides it."""
    height = engine.store.tip.height
    wish = wire.Propose(
        document=sha256(b"minutes"),
        deadline=height + 10,
        validator=wire.Seat(key=seed.public_key, power=power, account=2),
    )
    body = wire.Body(
        chain_id=CHAIN_ID, sender=keeper.address, nonce=keeper.nonce(), valid_until=height + 10, propose=wish
    )
    engine.admit(keeper.sign_body(encode(body)))
    return engine.produce()
