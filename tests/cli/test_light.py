"""`luopu light` as it is typed, against peers over HTTP."""

import asyncio
import sys
from pathlib import Path

import pytest

from app.core.wire import comet_pb2 as pb
from app.node.consensus.genesis import encode_genesis
from app.registry.genesis import GenesisAccount, GenesisParameters, encode_app_state
from tests.cli.answer import Answer
from tests.fakes.chain import CHAIN_ID, START, FakeBlock, make_light_chain, make_validators
from tests.fakes.consortium import AGREEMENT, Clerk
from tests.fakes.light import fork, light_peer
from tests.fakes.network import FakePeer

ROOT = Path(__file__).parents[2]
OLD, NEW = make_validators(4, seed="old"), make_validators(4, seed="new")
LENGTH = 16
FOR_EVER = ("--trusting-period", "never")


@pytest.fixture(scope="module")
def chain() -> list[FakeBlock]:
    """All validators change at height 9."""
    return make_light_chain(LENGTH, {1: OLD, 9: NEW})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a genesis document."""
    partner = GenesisAccount(1, "partner", "partner", ((Clerk().public_key, "01"),), ("evidence",), AGREEMENT, 1)
    app_state = encode_app_state(CHAIN_ID, GenesisParameters(), [partner])
    (tmp_path / "genesis.json").write_bytes(encode_genesis(CHAIN_ID, START, OLD.set.validators, app_state))
    return tmp_path


async def luopu(home: Path, *arguments: str, language: str = "en") -> Answer:
    command = [sys.executable, "-m", "app", "light", "--home", str(home), "--language", language, *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, complained = await process.communicate()
    return Answer(process.returncode or 0, said.decode(), complained.decode())


def kept_in(home: Path, pattern: str) -> list[Path]:
    return list((home / "light").glob(f"*/{pattern}"))


def asking(primary: FakePeer, *witnesses: FakePeer) -> list[str]:
    return ["--peer", primary.url, *(word for witness in witnesses for word in ("--witness", witness.url))]


async def test_the_newest_header_is_verified_and_shown(chain: list[FakeBlock], home: Path) -> None:
    async with light_peer(chain) as one, light_peer(chain) as two:
        answer = await luopu(home, *asking(one, two), *FOR_EVER)
    assert answer.status == 0
    assert answer.complained == ""
    assert chain[-1].block_id.hash.hex() in answer.said
    assert CHAIN_ID in answer.said
    assert "4 of 4" in answer.said
    assert "no fork was seen" in answer.said


async def test_the_answer_for_programs_and_the_next_run(chain: list[FakeBlock], home: Path) -> None:
    async with light_peer(chain) as one, light_peer(chain) as two:
        first = (await luopu(home, *asking(one, two), *FOR_EVER, "--height", "12", "--json")).document
        assert first["height"] == 12
        assert first["hash"] == chain[11].block_id.hash.hex()
        assert first["path"][-1] == 12
        assert len(first["path"]) > 1
        assert (first["signed"], first["validators"]) == (4, 4)
        assert first["dismissed"] == {}
        again = (await luopu(home, *asking(one, two), *FOR_EVER, "--sequential", "--json")).document
        assert again["path"] == [13, 14, 15, 16]  # from what the first run saved
        back = (await luopu(home, *asking(one, two), *FOR_EVER, "--height", "3", "--json")).document
        assert back["hash"] == chain[2].block_id.hash.hex()
        assert back["path"] == []
        assert back["signed"] is None


async def test_a_block_may_be_trusted_instead_of_the_genesis(chain: list[FakeBlock], tmp_path: Path) -> None:
    pinned = f"10:{chain[9].block_id.hash.hex().upper()}"
    async with light_peer(chain) as one:
        answer = await luopu(tmp_path, *asking(one), *FOR_EVER, "--trust", pinned)
    assert answer.status == 0
    assert "with one source, a fork cannot be noticed" in answer.said


async def test_an_attack_is_told_kept_and_ends_it_for_good(chain: list[FakeBlock], home: Path) -> None:
    forged = fork(chain, LENGTH, 1)
    async with light_peer(forged) as one, light_peer(chain) as two:
        answer = await luopu(home, *asking(one, two), *FOR_EVER)
        assert answer.status == 1
        assert "contradict" in answer.complained
        (kept,) = kept_in(home, "*.evidence")
        assert kept.stat().st_mode & 0o777 == 0o600
        evidence = pb.EvidenceList.FromString(kept.read_bytes())
        shown = {
            item.light_client_attack_evidence.conflicting_block.signed_header.header.data_hash
            for item in evidence.evidence
        }
        assert shown == {forged[-1].header.data_hash, chain[-1].header.data_hash}
        assert kept_in(home, "trusted") == []
        again = await luopu(home, *asking(two), *FOR_EVER, "--json")
        assert again.status == 1
        assert again.document["error"]["code"] == "light-client-attack"
        assert again.document["error"]["facts"]["path"] == str(kept)
        kept.unlink()
        assert (await luopu(home, *asking(two), *FOR_EVER)).status == 0


async def test_after_two_weeks_something_newer_must_be_trusted(chain: list[FakeBlock], home: Path) -> None:
    async with light_peer(chain) as one:
        answer = await luopu(home, *asking(one), language="zh")
    assert answer.status == 1
    assert "--trust" in answer.complained
    assert one.asked.total() == 0


async def test_a_peer_is_not_its_own_witness(chain: list[FakeBlock], home: Path) -> None:
    async with light_peer(chain) as one:
        answer = await luopu(home, "--peer", one.url, "--witness", one.url + "/")
    assert answer.status == 2


@pytest.mark.parametrize(
    "wrong",
    [
        ["--trust", "0:" + "00" * 32],
        ["--trust", "7:00"],
        ["--height", "0"],
        ["--height", "٣"],
        ["--trusting-period", "0"],
        ["--trusting-period", "2w"],
        ["--genesis", "g.json", "--trust", "7:" + "00" * 32],
    ],
    ids=" ".join,
)
async def test_wrong_words_are_refused_before_anybody_is_asked(home: Path, wrong: list[str]) -> None:
    answer = await luopu(home, "--peer", "http://127.0.0.1:9", *wrong)
    assert answer.status == 2
    assert answer.complained.startswith("usage:")
