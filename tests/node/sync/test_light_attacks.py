"""Attacks on a light client: proved, kept, told, and then it halts."""

import pytest

from app.core.errors import LightClientAttack
from app.core.units import Height
from app.core.wire import comet_pb2 as pb
from app.node.consensus.attack import AttackKind
from app.node.consensus.hashes import header_hash
from app.node.consensus.predicates import check_commit_light, check_commit_trusting
from app.node.consensus.validators import ValidatorSet
from app.node.consensus.verifier import UntrustedBlock
from app.node.consensus.votes import TrustLevel
from tests.fakes.chain import (
    CHAIN_ID,
    NIL,
    FakeBlock,
    FakeValidators,
    make_light_chain,
    make_validators,
)
from tests.fakes.light import Source, fork, single
from tests.node.sync.lightsetting import LENGTH, NEW, OLD, Setting


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
