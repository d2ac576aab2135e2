"""Whatever is tried in whatever order: nothing comes from nowhere, nothing frozen moves, explaining agrees with the law."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.refusals import Refused
from app.core.wire import registry_pb2 as wire
from tests.registry.vouchers.stage import (
    ANN,
    BEN,
    CAT,
    DAN,
    ISSUER,
    RIVAL,
    Stage,
    leg,
    order,
    terms,
    unique_terms,
)
from tests.registry.world import SECOND, sign

HOLDERS = [ANN, BEN, CAT, 4, 5]
OTHERS = [DAN, 7, 1]
AMOUNTS = st.sampled_from([0, 1, 1, 2, 3, 5, 8, 2**63])
SERIALS = st.lists(st.integers(0, 12), min_size=1, max_size=3, unique=True).map(sorted)
FLOWS = st.sampled_from([wire.FLOW_OPEN, wire.FLOW_OPEN, wire.FLOW_HELD, wire.FLOW_FROZEN])


@st.composite
def steps(draw: st.DrawFn, vouchers: list[bytes]) -> tuple[int, Any]:
    """Who does what: mostly sense, some nonsense."""
    voucher, who = draw(st.sampled_from(vouchers)), draw(st.sampled_from([*HOLDERS, *HOLDERS, *OTHERS]))
    to, amount, serials = st.sampled_from([*HOLDERS, *HOLDERS, *OTHERS]), draw(AMOUNTS), draw(SERIALS)
    parcel = {"amount": amount} if draw(st.booleans()) else {"serials": serials}
    match draw(
        st.sampled_from(["transfer"] * 3 + ["allocate", "split", "merge", "redeem", "expire", "holder", "supervise"])
    ):
        case "transfer":
            legs = st.builds(leg, st.sampled_from(vouchers), to, st.integers(0, 3))
            return who, wire.Transfer(legs=[leg(voucher, draw(to), **parcel), *draw(st.lists(legs, max_size=2))])
        case "allocate":
            return 4, wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=draw(to), amount=amount)])
        case "split":
            return who, wire.Split(voucher=voucher, amounts=[amount, draw(AMOUNTS)])
        case "merge":
            return who, wire.Merge(voucher=voucher, serials=serials)
        case "redeem":
            return who, wire.Redeem(voucher=voucher, **parcel)
        case "expire":
            return 4, wire.Expire(voucher=voucher, accounts=[draw(to)], serials=serials if draw(st.booleans()) else [])
        case "holder":
            holder = wire.HolderMeasure(
                account=draw(to), frozen=draw(st.booleans()), frozen_amount=draw(st.integers(0, 3))
            )
            return draw(st.sampled_from([1, 2, 4])), wire.Supervise(voucher=voucher, order=order(), holder=holder)
        case _:
            measure = draw(
                st.one_of(
                    st.builds(lambda cap: {"cap": cap}, st.integers(0, 40)),
                    st.builds(lambda flow: {"flow": wire.FlowMeasure(flow=flow)}, FLOWS),
                    st.builds(
                        lambda serial, frozen: {"piece": wire.PieceMeasure(serial=serial, frozen=frozen)},
                        st.integers(1, 6),
                        st.booleans(),
                    ),
                )
            )
            return draw(st.sampled_from([1, 2, 4, 7])), wire.Supervise(voucher=voucher, order=order(), **measure)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_random_walks_keep_what_must_be_kept(data: st.DataObject) -> None:
    stage = Stage()
    ends = stage.now + 120 * SECOND
    vouchers = [
        stage.created(terms(cap=40), ann=8, ben=8),
        stage.created(terms(cap=40, expires_ns=ends), ann=8, bank=8),
        stage.created(unique_terms(cap=40, max_transfers=2), ann=4, cat=3),
    ]
    for _ in range(data.draw(st.integers(1, 25))):
        sender, action = data.draw(steps(vouchers))
        stage.chain.time_ns += data.draw(st.sampled_from([0, 0, 0, 0, 0, 90])) * SECOND
        frozen = _frozen(stage)
        reasons = stage.reasons(sender, action) if _may_transfer(sender, action) else None
        receipt = stage.send(sender, action)
        assert receipt.refusal is None or isinstance(receipt.refusal, Refused)
        if reasons is not None:
            assert (receipt.refusal is None) == (not reasons)
        if not isinstance(action, wire.Supervise):
            assert frozen.items() <= stage.chain.values.items()


def _may_transfer(sender: int, action: Any) -> bool:
    """Whether only the legs decide: an authority's or a phone user's transfer is refused before them."""
    return isinstance(action, wire.Transfer) and sender not in {1, DAN}


def _frozen(stage: Stage) -> dict[bytes, bytes]:
    """Every frozen piece as it stands; no action of anybody but a supervisor may change it."""
    return {
        key: data
        for key, data in stage.chain.values.items()
        if key.startswith(b"piece/") and wire.Piece.FromString(data).HasField("stop")
    }


def test_transactions_of_one_block_see_each_other() -> None:
    stage = Stage()
    voucher = stage.created(ann=10, ben=1)
    actions = [
        (ANN, wire.Transfer(legs=[leg(voucher, BEN, 6)])),
        (ANN, wire.Transfer(legs=[leg(voucher, CAT, 5)])),
        (BEN, wire.Transfer(legs=[leg(voucher, CAT, 7)])),
        (CAT, wire.Redeem(voucher=voucher, amount=3)),
    ]
    transactions = []
    for sender, action in actions:
        transactions.append(sign(stage.body(sender, action), stage.keys[sender]))
        stage._count += 1
    refusals = [receipt.refusal for receipt in stage.chain.block(*transactions).receipts]
    assert [refusal and refusal.code for refusal in refusals] == [None, "balance-short", None, None]
    assert [stage.held(each, voucher)[0] for each in (ANN, BEN, CAT)] == [4, 0, 4]
    assert stage.out(voucher) == (11, 3, 0)


def test_two_issuers_vouchers_are_counted_apart() -> None:
    stage = Stage()
    stage.recognise(RIVAL, ISSUER, wire.LEVEL_REAL_NAME)
    mine, theirs = stage.created(ann=5), stage.created(issuer=RIVAL, ann=7)
    stage.do(ANN, wire.Transfer(legs=[leg(theirs, ISSUER.account.id, 7), leg(mine, BEN, 5)]))
    assert stage.holding(BEN, theirs) is None
    assert stage.held(ISSUER.account.id, theirs) == (7, 0, 0)
