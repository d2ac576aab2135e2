"""The light client: what it trusts, whom it believes, when it stops."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.core.errors import InvalidBlock, NodeUnreachable, NotFound, OutOfRange, StoreDamaged, TrustExpired
from app.core.units import NANOSECONDS_PER_SECOND, Hash32, Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.hashes import header_hash
from app.node.consensus.verifier import Options
from app.node.sync import light
from app.node.sync.light import LightOptions
from app.node.sync.light_trust import PinnedBlock
from tests.fakes.chain import (
    INTERVAL,
    START,
    FakeBlock,
    make_light_chain,
    make_validators,
)
from tests.fakes.light import MemoryTrust, Source, fork, single
from tests.node.sync.lightsetting import LENGTH, NEW, NOW, Setting


# ---- the straight way ------------------------------------------------------------------------------------------------
async def test_from_the_genesis_to_the_newest_block_across_a_change_of_all_validators(chain: list[FakeBlock]) -> None:
    primary, witness = Source(chain), Source(chain)
    setting = Setting(primary, witness)
    path = await setting.client.verify_to()
    assert path[-1].header == chain[-1].header
    assert path[-1].trusted.validators == NEW.set
    assert len(primary.asked) < LENGTH
    assert witness.asked == [LENGTH]
    assert setting.client.newest == path[-1]


async def test_every_height_is_verified_when_asked_to(chain: list[FakeBlock]) -> None:
    setting = Setting(Source(chain), Source(chain), sequential=True)
    assert await setting.to(20) == list(range(1, 21))


async def test_too_many_heights_for_one_go_step_by_step(
    chain: list[FakeBlock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(light, "MAX_STEPS", 10)
    setting = Setting(Source(chain), sequential=True)
    with pytest.raises(OutOfRange):
        await setting.to(11)
    assert await setting.to(10) == list(range(1, 11))
    assert await setting.to(20) == list(range(11, 21))


async def test_the_next_start_goes_on_from_what_was_saved(chain: list[FakeBlock]) -> None:
    store = MemoryTrust()
    await Setting(Source(chain), Source(chain), store=store).to(16)
    again = Source(chain)
    assert await Setting(again, Source(chain), store=store).to() == [LENGTH]
    assert again.asked == [None]


async def test_the_block_that_is_trusted_already_is_compared_and_not_verified_again(chain: list[FakeBlock]) -> None:
    setting = Setting(Source(chain), Source(chain))
    await setting.to(16)
    assert await setting.to(16) == [16]
    other = Source(fork(chain, 16, 1))
    other.blocks = {16: other.blocks[16]}
    setting.client.panel.primary = other
    setting.client.panel.witnesses = []
    with pytest.raises(InvalidBlock, match="header_hash"):
        await setting.to(16)


async def test_damage_to_what_was_saved_is_noticed(chain: list[FakeBlock]) -> None:
    store = MemoryTrust()
    await Setting(Source(chain), store=store).to(16)
    whole = store.saved
    assert whole is not None
    for place in range(0, len(whole), 7):
        store.saved = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        try:
            path = await Setting(Source(chain), store=store).client.verify_to(Height(16))
        except (StoreDamaged, OutOfRange):
            continue
        assert path[-1].trusted.hash == header_hash(chain[15].header)  # a bit that carries no meaning


# ---- a pinned block --------------------------------------------------------------------------------------------------
def pin(block: FakeBlock) -> PinnedBlock:
    return PinnedBlock(Height(block.header.height), Hash32(block.block_id.hash))


async def test_a_pinned_block_is_a_root_of_trust(chain: list[FakeBlock]) -> None:
    setting = Setting(Source(chain), Source(chain), root=pin(chain[9]))
    assert (await setting.to())[-1] == LENGTH
    assert await setting.client.verify_backwards(Height(3)) == chain[2].header


async def test_who_has_another_block_than_the_pinned_one_is_dismissed(chain: list[FakeBlock]) -> None:
    setting = Setting(Source(fork(chain, 10, 6)), Source(chain), Source(chain), root=pin(chain[9]))
    assert (await setting.to())[-1] == LENGTH
    assert setting.dismissed == ["primary"]


async def test_a_pinned_block_needs_a_good_commit(chain: list[FakeBlock]) -> None:
    source = Source(chain)
    broken = pb.SignedHeader.FromString(chain[9].signed_header.SerializeToString())
    for signature in broken.commit.signatures:
        signature.signature = bytes(64)
    source.blocks[10] = replace(source.blocks[10], signed_header=broken)
    with pytest.raises(InvalidBlock, match="commit_signature"):
        await Setting(source, root=pin(chain[9])).to()


# ---- time ------------------------------------------------------------------------------------------------------------
async def test_after_the_trusting_period_nothing_new_is_believed(chain: list[FakeBlock]) -> None:
    source = Source(chain)
    setting = Setting(source, now=START + light.TWO_WEEKS)
    with pytest.raises(TrustExpired):
        await setting.to()
    assert source.asked == []
    assert setting.dismissed == []


async def test_shortly_before_its_end_it_still_is(chain: list[FakeBlock]) -> None:
    assert (await Setting(Source(chain), now=START + light.TWO_WEEKS - 2).to())[-1] == LENGTH


async def test_trust_for_ever_may_be_chosen(chain: list[FakeBlock]) -> None:
    setting = Setting(Source(chain), now=START + 10**18, verification=Options())
    assert (await setting.to())[-1] == LENGTH


async def test_a_block_from_the_future_is_a_lie(chain: list[FakeBlock]) -> None:
    setting = Setting(Source(chain), Source(chain[:-8]), now=NOW - 6 * INTERVAL, require_witness=False)
    assert await setting.to(LENGTH - 8)
    with pytest.raises(NotFound):  # the witness in its place does not have it
        await setting.to(LENGTH)
    assert setting.dismissed == ["primary"]


# ---- providers that fail ---------------------------------------------------------------------------------------------
async def test_a_silent_primary_makes_room_for_a_witness_and_becomes_one(chain: list[FakeBlock]) -> None:
    primary, first, second = Source(chain), Source(chain), Source(chain)
    primary.failure = NodeUnreachable(node="primary")
    setting = Setting(primary, first, second)
    assert (await setting.to())[-1] == LENGTH
    assert setting.client.panel.primary is first
    assert setting.client.panel.witnesses == [second, primary]
    assert setting.dismissed == []


async def test_a_primary_that_falls_silent_half_way_is_replaced(chain: list[FakeBlock]) -> None:
    primary, witness, third = Source(chain), Source(chain), Source(chain)

    def fall_silent() -> None:
        if len(primary.asked) > 2:
            primary.failure = NodeUnreachable(node="primary")

    primary.on_asked = fall_silent
    setting = Setting(primary, witness, third)
    assert (await setting.to())[-1] == LENGTH
    assert setting.client.panel.primary is witness


@pytest.mark.parametrize("places", [[24], [12], range(13, 24)], ids=["target", "middle", "all between"])
async def test_a_lying_primary_is_dismissed_for_good_and_a_witness_used(
    chain: list[FakeBlock], places: Sequence[int]
) -> None:
    liar = Source(chain)
    strangers = make_light_chain(LENGTH, make_validators(4, seed="stranger"))
    for place in places:
        liar.blocks[place] = strangers[place - 1].untrusted
    setting = Setting(liar, Source(chain), Source(chain))
    path = await setting.client.verify_to(Height(LENGTH))
    assert path[-1].header == chain[-1].header
    assert setting.dismissed == ["primary"]
    asked = len(liar.asked)
    await setting.to(LENGTH)
    assert len(liar.asked) == asked


async def test_where_only_liars_are_left_the_lie_is_reported(chain: list[FakeBlock]) -> None:
    strangers = make_light_chain(LENGTH, make_validators(4, seed="stranger"))
    setting = Setting(Source(strangers), Source(strangers))
    with pytest.raises(InvalidBlock, match="validators_announced"):
        await setting.to(LENGTH)
    assert setting.store.saved is None


async def test_no_provider_is_tried_twice_for_the_same_block(chain: list[FakeBlock]) -> None:
    sources = [Source(chain) for _ in range(3)]
    for source in sources:
        source.failure = NodeUnreachable(node="gone")
    with pytest.raises(NodeUnreachable):
        await Setting(*sources).to()
    assert [len(source.asked) for source in sources] == [1, 1, 1]


async def test_nobody_has_a_block_that_is_not_made_yet(chain: list[FakeBlock]) -> None:
    setting = Setting(Source(chain), Source(chain))
    with pytest.raises(NotFound):
        await setting.to(LENGTH + 1)
    assert setting.dismissed == []


async def test_a_primary_that_is_behind_what_is_trusted_is_not_a_liar(chain: list[FakeBlock]) -> None:
    primary = Source(chain[:20])
    setting = Setting(primary, Source(chain), Source(chain))
    await setting.to(20)
    primary.blocks.pop(20)
    assert await setting.to() == [LENGTH]
    assert setting.dismissed == []


# ---- backwards -------------------------------------------------------------------------------------------------------
async def test_older_headers_follow_by_the_chain_of_hashes(chain: list[FakeBlock]) -> None:
    setting = Setting(Source(chain), Source(chain))
    await setting.to(20)
    assert await setting.client.verified_header(Height(7)) == chain[6].header
    assert await setting.client.verify_backwards(Height(20)) == chain[19].header
    assert await setting.client.verified_header(Height(24)) == chain[23].header


async def test_a_wrong_header_on_the_way_back_costs_the_primary_its_place(chain: list[FakeBlock]) -> None:
    primary = Source(chain)
    setting = Setting(primary, Source(chain))
    await setting.to(20)
    primary.blocks[15] = single(chain[14], app_hash=b"forged")
    assert await setting.client.verify_backwards(Height(10)) == chain[9].header
    assert setting.dismissed == ["primary"]


async def test_the_way_back_is_bounded(chain: list[FakeBlock], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light, "MAX_BACKWARDS", 5)
    primary = Source(chain)
    setting = Setting(primary, Source(chain))
    await setting.to(20)
    asked = len(primary.asked)
    for height in (14, 21):
        with pytest.raises(OutOfRange):
            await setting.client.verify_backwards(Height(height))
    assert len(primary.asked) == asked
    assert await setting.client.verify_backwards(Height(15)) == chain[14].header
    assert len(primary.asked) == asked + 5


async def test_before_anything_is_trusted_there_is_no_way_back(chain: list[FakeBlock]) -> None:
    with pytest.raises(OutOfRange):
        await Setting(Source(chain)).client.verify_backwards(Height(1))


async def test_a_height_below_what_is_trusted_is_not_reached_forwards(chain: list[FakeBlock]) -> None:
    setting = Setting(Source(chain), Source(chain))
    with pytest.raises(OutOfRange):
        await setting.to(0)
    await setting.to(20)
    with pytest.raises(OutOfRange):
        await setting.to(19)
    assert setting.dismissed == []


async def test_many_may_ask_at_once(chain: list[FakeBlock]) -> None:
    setting = Setting(Source(chain), Source(chain))
    headers = await asyncio.gather(*(setting.client.verified_header(Height(height)) for height in (20, 3, 24, 11)))
    assert headers == [chain[height - 1].header for height in (20, 3, 24, 11)]


def test_the_trusting_period_is_two_weeks() -> None:
    assert LightOptions().verification.trusting_period == 14 * 86_400 * NANOSECONDS_PER_SECOND
    assert Nanoseconds(light.TWO_WEEKS) > 0
