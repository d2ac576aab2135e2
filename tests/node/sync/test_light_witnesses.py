"""Witnesses of a light client: who must confirm, who is waited for, who is dismissed."""

import pytest

from app.core.errors import NodeUnreachable, NoWitness, PeerMisbehaved
from tests.fakes.chain import (
    FakeBlock,
    make_light_chain,
    make_validators,
)
from tests.fakes.light import Source, single
from tests.node.sync.lightsetting import LENGTH, Setting


async def test_without_witnesses_none_is_needed(chain: list[FakeBlock]) -> None:
    assert (await Setting(Source(chain)).to())[-1] == LENGTH


async def test_one_witness_that_agrees_is_enough(chain: list[FakeBlock]) -> None:
    silent, behind = Source(chain), Source(chain[:-1])
    silent.failure = NodeUnreachable(node="silent")
    setting = Setting(Source(chain), silent, behind, Source(chain))
    assert (await setting.to())[-1] == LENGTH
    assert setting.dismissed == []
    assert len(setting.client.panel.witnesses) == 3  # asked again next time


@pytest.mark.parametrize("kind", ["silent", "behind"])
async def test_where_no_witness_answers_nothing_is_trusted(chain: list[FakeBlock], kind: str) -> None:
    witness = Source(chain if kind == "silent" else chain[:-1])
    witness.failure = NodeUnreachable(node="silent") if kind == "silent" else None
    setting = Setting(Source(chain), witness)
    with pytest.raises(NoWitness):
        await setting.to()
    assert setting.store.saved is None
    assert setting.client.newest is None
    witness.failure = None
    witness.blocks = Source(chain).blocks
    assert (await setting.to())[-1] == LENGTH


async def test_nobody_need_confirm_when_that_is_chosen(chain: list[FakeBlock]) -> None:
    witness = Source(chain)
    witness.failure = NodeUnreachable(node="silent")
    assert (await Setting(Source(chain), witness, require_witness=False).to())[-1] == LENGTH


async def test_the_last_witness_promoted_leaves_nobody_to_confirm(chain: list[FakeBlock]) -> None:
    liar = Source(make_light_chain(LENGTH, make_validators(4, seed="stranger")))
    with pytest.raises(NoWitness):
        await Setting(liar, Source(chain)).to(LENGTH)


async def test_a_witness_that_is_one_block_behind_is_waited_for(chain: list[FakeBlock]) -> None:
    witness = Source(chain[:-1])

    def catch_up() -> None:
        if len(witness.asked) == 6:
            witness.blocks[LENGTH] = chain[-1].untrusted

    witness.on_asked = catch_up
    assert (await Setting(Source(chain), witness, patience=60.0).to())[-1] == LENGTH
    assert witness.asked.count(LENGTH) == 4


async def test_a_witness_with_a_block_that_does_not_verify_is_dismissed(chain: list[FakeBlock]) -> None:
    liar = Source(chain)
    liar.blocks[LENGTH] = single(chain[-1], app_hash=b"other")
    liar.blocks[LENGTH].signed_header.commit.signatures[1].signature = bytes(64)
    setting = Setting(Source(chain), liar, Source(chain))
    assert (await setting.to())[-1] == LENGTH
    assert setting.dismissed == ["witness 0"]
    assert setting.kept == []


async def test_a_witness_that_claims_another_block_and_cannot_show_its_origin_is_dismissed(
    chain: list[FakeBlock],
) -> None:
    liar = Source(make_light_chain(LENGTH, make_validators(4, seed="stranger")))
    liar.blocks = {LENGTH: liar.blocks[LENGTH]}
    setting = Setting(Source(chain), liar, Source(chain))
    assert (await setting.to())[-1] == LENGTH
    assert setting.dismissed == ["witness 0"]


async def test_a_witness_that_answers_nonsense_is_dismissed(chain: list[FakeBlock]) -> None:
    witness = Source(chain)
    witness.failure = PeerMisbehaved(peer="witness 0", reason="nonsense")
    setting = Setting(Source(chain), witness, Source(chain))
    assert (await setting.to(20))[-1] == 20
    assert setting.dismissed == ["witness 0"]
    assert (await setting.to())[-1] == LENGTH
    assert witness.asked == [20]  # never again
