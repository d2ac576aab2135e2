"""The light client: what it trusts, whom it believes, when it stops."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.core.errors import (
    InvalidBlock,
    LightClientAttack,
    NodeUnreachable,
    NotFound,
    NoWitness,
    OutOfRange,
    PeerMisbehaved,
    StoreDamaged,
    TrustExpired,
)
from app.core.units import NANOSECONDS_PER_SECOND, Hash32, Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.attack import AttackKind
from app.node.consensus.hashes import header_hash
from app.node.consensus.predicates import check_commit_light, check_commit_trusting
from app.node.consensus.validators import ValidatorSet
from app.node.consensus.verifier import Options, UntrustedBlock
from app.node.consensus.votes import TrustLevel
from app.node.sync import light, light_witness
from app.node.sync.light import LightClient, LightOptions
from app.node.sync.light_panel import Panel
from app.node.sync.light_trust import PinnedBlock, TrustRoot
from tests.fakes.chain import (
    CHAIN_ID,
    INTERVAL,
    NIL,
    START,
    FakeBlock,
    FakeValidators,
    make_genesis,
    make_light_chain,
    make_validators,
)
from tests.fakes.consortium import MovedClock
from tests.fakes.light import MemoryTrust, Source, fork, single

OLD, NEW = make_validators(4, seed="old"), make_validators(4, seed="new")
LENGTH = 24
NOW = START + (LENGTH + 1) * INTERVAL


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light_witness, "POLL_SECONDS", 0.001)


@pytest.fixture(scope="module")
def chain() -> list[FakeBlock]:
    """Twenty-four blocks; all validators change at height 15."""
    return make_light_chain(LENGTH, {1: OLD, 15: NEW})


@pytest.fixture(scope="module")
def steady() -> list[FakeBlock]:
    """Twenty-four blocks by the same validators."""
    return make_light_chain(LENGTH, OLD)


class Setting:
    """A light client with everything around it."""

    def __init__(
        self,
        primary: Source,
        *witnesses: Source,
        root: TrustRoot | None = None,
        store: MemoryTrust | None = None,
        now: int = NOW,
        **options: object,
    ) -> None:
        self.kept: list[pb.EvidenceList] = []
        self.store = store or MemoryTrust()
        self.clock = MovedClock(now, step=0)
        primary.name = "primary"
        for number, witness in enumerate(witnesses):
            witness.name = f"witness {number}"
        self.client = LightClient(
            root or make_genesis(OLD),
            Panel(primary, witnesses),
            self.store,
            lambda data: self.kept.append(pb.EvidenceList.FromString(data)),
            self.clock,
            LightOptions(**{"patience": 0.0, **options}),  # type: ignore[arg-type]
        )

    @property
    def dismissed(self) -> list[str]:
        return [name for name, _ in self.client.panel.dismissed]

    async def to(self, height: int | None = None) -> list[int]:
        """Heights of the path."""
        path = await self.client.verify_to(None if height is None else Height(height))
        return [verified.height for verified in path]


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


# ---- witnesses -------------------------------------------------------------------------------------------------------
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


# ---- attacks ---------------------------------------------------------------------------------------------------------
async def attack_by(setting: Setting, height: int = LENGTH) -> LightClientAttack:
    """The attack that verifying comes upon; everything that must hold for any of them."""
    with pytest.raises(LightClientAttack) as caught:
        await setting.to(height)
    assert setting.store.saved is None
    assert setting.client.newest is None
    assert setting.client.halted is caught.value
    with pytest.raises(LightClientAttack):
        await setting.to(1)
    with pytest.raises(LightClientAttack):
        await setting.client.verified_header(Height(1))
    assert setting.kept
    for evidence in setting.kept:
        assert len(evidence.evidence) == 2
    return caught.value


def proven(evidence: pb.Evidence, common: ValidatorSet, opposed: UntrustedBlock) -> pb.LightClientAttackEvidence:
    """The attack, after the checks that CometBFT makes of it (evidence/verify.go)."""
    attack = evidence.light_client_attack_evidence
    block = UntrustedBlock.from_wire(attack.conflicting_block)
    commit = block.signed_header.commit
    if attack.common_height != block.header.height:
        check_commit_trusting(CHAIN_ID, commit, common, TrustLevel())
    check_commit_light(CHAIN_ID, commit, block.validators)
    assert attack.total_voting_power == common.total_power
    assert header_hash(block.header) != header_hash(opposed.header)
    return attack


def addresses(validators: FakeValidators | ValidatorSet) -> list[bytes]:
    members = validators.set if isinstance(validators, FakeValidators) else validators
    return [member.address for member in members]


async def test_equivocation_by_all_is_kept_told_and_halts(steady: list[FakeBlock]) -> None:
    forged = fork(steady, LENGTH, 1)
    primary, witness = Source(forged), Source(steady)
    setting = Setting(primary, witness, Source(steady))
    attack = await attack_by(setting)
    assert attack.facts["kind"] == AttackKind.EQUIVOCATION.value
    assert attack.facts["height"] == LENGTH
    assert attack.facts["expected"] == header_hash(forged[-1].header).hex()
    assert attack.facts["got"] == header_hash(steady[-1].header).hex()
    assert attack.facts["validators"] == ", ".join(address.hex() for address in addresses(OLD))
    (kept,) = setting.kept
    against_primary, against_witness = kept.evidence
    told = proven(against_primary, OLD.set, steady[-1].untrusted)
    assert told.conflicting_block.signed_header.header == forged[-1].header
    assert told.common_height == LENGTH
    assert [member.address for member in told.byzantine_validators] == addresses(OLD)
    back = proven(against_witness, OLD.set, forged[-1].untrusted)
    assert back.conflicting_block.signed_header.header == steady[-1].header
    assert witness.reported == [against_primary]
    assert primary.reported == [against_witness]


async def test_an_attack_through_a_witness_is_the_same(steady: list[FakeBlock]) -> None:
    setting = Setting(Source(steady), Source(steady), Source(fork(steady, LENGTH, 1)))
    attack = await attack_by(setting)
    assert attack.facts["got"] == header_hash(fork(steady, LENGTH, 1)[-1].header).hex()


async def test_lunatics_forge_a_state_with_a_set_of_their_own(chain: list[FakeBlock]) -> None:
    """Half of the old validators take over at height 8, alone; skipping from the genesis cannot tell."""
    lunatics = FakeValidators(ValidatorSet(OLD.set.validators[:2]), OLD.keys[:2])
    forged = fork(chain, 8, 5, validators=lunatics, app_hash=b"forged")
    primary, witness = Source(forged), Source(chain)
    setting = Setting(primary, witness)
    attack = await attack_by(setting, 12)
    assert attack.facts["kind"] == AttackKind.LUNATIC.value
    assert attack.facts["validators"] == ", ".join(address.hex() for address in addresses(lunatics))
    told = proven(setting.kept[0].evidence[0], OLD.set, chain[11].untrusted)
    assert told.common_height == 1
    assert told.timestamp == chain[0].header.time
    assert [member.address for member in told.byzantine_validators] == addresses(lunatics)
    assert witness.reported[0].light_client_attack_evidence == told


async def test_amnesia_names_nobody_guilty_but_says_who_signed_both(steady: list[FakeBlock]) -> None:
    primary, witness = Source(steady), Source(fork(steady, LENGTH, 1, round_=1))
    setting = Setting(primary, witness)
    attack = await attack_by(setting)
    assert attack.facts["kind"] == AttackKind.AMNESIA.value
    assert str(attack.facts["validators"]).count(",") == 3
    for evidence in setting.kept[0].evidence:
        assert not evidence.light_client_attack_evidence.byzantine_validators
    assert primary.reported == witness.reported == []  # CometBFT takes it and chokes on it


async def test_a_lunatic_block_in_the_future_is_found_out_by_time(steady: list[FakeBlock]) -> None:
    """The primary shows a block above the witness's newest, which is not earlier."""
    lunatics = FakeValidators(ValidatorSet(OLD.set.validators[:2]), OLD.keys[:2])
    high = fork(make_light_chain(LENGTH + 6, OLD), LENGTH + 6, 1, validators=lunatics)
    early = single(high[-1], time=steady[-1].header.time, app_hash=b"forged")
    primary = Source(steady)
    primary.blocks[LENGTH + 6] = early
    setting = Setting(primary, Source(steady))
    attack = await attack_by(setting, LENGTH + 6)
    assert attack.facts["kind"] == AttackKind.LUNATIC.value
    assert attack.facts["got"] == header_hash(steady[-1].header).hex()


async def test_the_common_block_is_the_newest_on_which_both_agree(chain: list[FakeBlock]) -> None:
    """Past the change of validators: the path of the primary has blocks that the witness has, too."""
    forged = fork(chain, LENGTH - 1, 2, app_hash=b"forged")
    setting = Setting(Source(forged), Source(chain))
    attack = await attack_by(setting)
    common = attack.facts["common_height"]
    assert isinstance(common, int)
    assert 15 <= common < LENGTH - 1
    told = setting.kept[0].evidence[0].light_client_attack_evidence
    assert told.common_height == common
    assert told.timestamp == chain[common - 1].header.time
    members = chain[common - 1].validators.set
    assert [member.address for member in told.byzantine_validators] == [
        member.address for member in members if member.address in addresses(NEW)
    ]


async def test_evidence_against_the_witness_begins_where_its_path_leaves_the_primarys(steady: list[FakeBlock]) -> None:
    """Half of the validators forge block 18 and hand the witness's chain to strangers; nobody known signed its end."""
    lunatics = FakeValidators(ValidatorSet(OLD.set.validators[:2]), OLD.keys[:2])
    strangers = make_validators(4, seed="stranger")
    forged = make_light_chain(LENGTH, {1: OLD, 18: lunatics, 20: strangers})
    primary = Source(steady)
    setting = Setting(primary, Source([*steady[:17], *forged[17:]]))
    attack = await attack_by(setting)
    assert attack.facts["validators"] is None
    first, last = setting.kept
    assert first.evidence[1].light_client_attack_evidence.conflicting_block.signed_header.header.height == LENGTH
    told = last.evidence[1].light_client_attack_evidence
    assert told.conflicting_block.signed_header.header == forged[17].header
    assert told.common_height == 12
    assert [member.address for member in told.byzantine_validators] == addresses(lunatics)
    proven(last.evidence[1], OLD.set, steady[17].untrusted)
    assert primary.reported == [last.evidence[1]]


async def test_votes_that_are_not_good_accuse_nobody(steady: list[FakeBlock]) -> None:
    """Three sign the forged block; the attacker adds a vote in the name of the fourth, who did not."""
    innocent = 3
    forged = fork(steady, LENGTH, 1)
    forged[-1].commit.signatures[innocent].signature = bytes(64)
    setting = Setting(Source(forged), Source(steady))
    attack = await attack_by(setting)
    assert addresses(OLD)[innocent].hex() not in str(attack.facts["validators"])
    told = proven(setting.kept[0].evidence[0], OLD.set, steady[-1].untrusted)
    assert [member.address for member in told.byzantine_validators] == addresses(OLD)[:innocent]
    absent = told.conflicting_block.signed_header.commit.signatures[innocent]
    assert absent.block_id_flag == pb.BLOCK_ID_FLAG_ABSENT


async def test_who_voted_for_nothing_did_not_sign_both(steady: list[FakeBlock]) -> None:
    forged = fork(steady, LENGTH, 1, flags=[1 + 1, 1 + 1, 1 + 1, NIL])
    attack = await attack_by(Setting(Source(forged), Source(steady)))
    assert addresses(OLD)[3].hex() not in str(attack.facts["validators"])


async def test_the_evidence_is_kept_though_nobody_listens(steady: list[FakeBlock]) -> None:
    primary, witness = Source(fork(steady, LENGTH, 1)), Source(steady)
    setting = Setting(primary, witness)
    order: list[str] = []
    keep = setting.client._keep_evidence
    setting.client._keep_evidence = lambda data: (order.append("kept"), keep(data))[-1]

    def fall_silent() -> None:
        if witness.asked:
            order.append("asked")

    primary.on_asked = fall_silent
    with pytest.raises(LightClientAttack):
        await setting.to(LENGTH)
    assert order[:1] == ["kept"]
    assert len(setting.kept) == 1


async def test_a_fork_at_the_first_block_is_an_attack(steady: list[FakeBlock]) -> None:
    attack = await attack_by(Setting(Source(fork(steady, 1, 3)), Source(steady)), 1)
    assert attack.facts["height"] == 1


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
