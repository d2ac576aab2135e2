"""The desk behind the windows, with real processes: first run, a day's work, a pulled plug, a second desk that joins."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from app.children import start_child
from app.client.model import Final
from app.core.errors import BadGenesis, StoreInUse, UsageError
from app.core.home import Home
from app.core.walleterrors import WrongPassphrase
from app.desk.local import LocalDesk
from app.ui.desk import HashedFile, Setup

PASSPHRASE = "correct horse battery"


def ignore(*_: object) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "经办 desk")


@pytest.fixture
async def desk(home: Home) -> AsyncIterator[LocalDesk]:
    """A desk that is trying out on this computer."""
    home.root.mkdir()
    desk = LocalDesk(home)
    steps: list[str] = []
    await desk.try_here(PASSPHRASE, steps.append)
    assert steps == ["keystore", "keystore", "consortium", "node", "synced"]
    yield desk
    await desk.close()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "检验报告.txt"
    path.write_text("合格\n")
    return path


def pid_of(desk: LocalDesk, name: str) -> int:
    pid = desk.pid_of(name)
    assert pid is not None
    return pid


async def hashed(desk: LocalDesk, path: Path) -> HashedFile:
    return await desk.hash_file(path, ignore, lambda: False)


async def notarize(desk: LocalDesk, path: Path, chain: bytes | None = None) -> Final:
    (draft,) = await desk.draft([await hashed(desk, path)], chain, "入库")
    await desk.sign_and_send([draft.draft_id])
    outcome = await desk.wait_for_outcome(draft.draft_id)
    assert isinstance(outcome, Final)
    return outcome


async def test_from_first_run_to_a_bundle_that_verifies_and_back_again_after_closing(
    desk: LocalDesk, home: Home, report: Path, tmp_path: Path
) -> None:
    account = await desk.account()
    assert account is not None
    outcome = await notarize(desk, report)
    (record,) = await desk.records()
    assert (record.height, record.record_digest) == (outcome.height, outcome.record_digest)
    (chain,) = await desk.chains()
    assert (chain.title, chain.sequence) == ("入库", 1)
    bundle = await desk.save_bundle(record.record_digest, tmp_path / "report.asice", include_file=True)

    await desk.close()
    assert desk.setup() is Setup.LOCKED
    assert (await desk.verify_bundle(bundle, report, None)).verdict == "valid", "verifying needs no running node"

    with pytest.raises(WrongPassphrase):
        await desk.unlock("not the passphrase", ignore)
    assert desk.setup() is Setup.LOCKED
    await desk.unlock(PASSPHRASE, ignore)
    assert [item.state for item in await desk.outbox()] == ["final"]
    assert (await desk.records())[0].record_digest == record.record_digest
    await notarize(desk, report, chain.chain)
    assert [item.sequence for item in await desk.chain_records(chain.chain)] == [1, 2]
    assert desk.is_embedded()
    assert home.genesis.exists()


@pytest.mark.parametrize("name", ["node", "sandbox"])
async def test_a_process_that_is_killed_comes_back_and_the_work_goes_on(
    desk: LocalDesk, report: Path, name: str
) -> None:
    first = await notarize(desk, report)
    os.kill(pid_of(desk, name), signal.SIGKILL)
    second = await notarize_patiently(desk, report)
    assert second.height > first.height
    assert len(await desk.records()) == 2


async def notarize_patiently(desk: LocalDesk, path: Path) -> Final:
    """As a clerk would: wait until the desk shows a running node again, then notarize."""
    async with aclosing(desk.events()) as events:
        async for _ in events:
            return await notarize(desk, path)
    raise AssertionError("the desk never came back")


async def test_a_node_that_runs_already_is_used_and_left_and_when_it_falls_the_desk_has_its_own(
    desk: LocalDesk, home: Home, report: Path
) -> None:
    """As beside a custodian's service, which needs the node with or without a desk."""
    await desk.close()
    others = await start_child(home, "node", [])
    try:
        await desk.unlock(PASSPHRASE, ignore)
        assert desk.pid_of("node") is None
        first = await notarize(desk, report)
        await desk.close()
        assert others.is_running

        await desk.unlock(PASSPHRASE, ignore)
        os.kill(others.pid, signal.SIGKILL)
        second = await notarize_patiently(desk, report)
        assert second.height > first.height
        assert desk.pid_of("node") not in {None, others.pid}
    finally:
        await others.stop()


async def test_a_home_is_open_at_one_desk_at_a_time(desk: LocalDesk, home: Home, report: Path) -> None:
    other = LocalDesk(home)
    with pytest.raises(StoreInUse):
        await other.unlock(PASSPHRASE, ignore)
    assert other.setup() is Setup.LOCKED
    await notarize(desk, report)
    await desk.close()
    await other.unlock(PASSPHRASE, ignore)
    await notarize(other, report)
    await other.close()


async def test_another_desk_joins_by_genesis_file_and_sees_the_chain_but_cannot_write_before_it_is_registered(
    desk: LocalDesk, home: Home, report: Path, tmp_path: Path
) -> None:
    outcome = await notarize(desk, report)
    peers = [peer.address for peer in (await desk.status()).peers]
    other_home = Home(tmp_path / "other")
    other_home.root.mkdir()
    other = LocalDesk(other_home)
    try:
        await other.join(home.genesis, peers, PASSPHRASE, ignore)
        async with aclosing(other.events()) as events:
            async for _ in events:
                if (await other.status()).height >= outcome.height:
                    break
        ours, theirs = await desk.status(), await other.status()
        assert theirs.genesis_fingerprint == ours.genesis_fingerprint
        assert (theirs.signed_validators, theirs.total_validators) == (4, 4)
        assert await other.account() is None
        assert other.public_key_text().startswith("ed25519:")
        assert not other.is_embedded()
    finally:
        await other.close()


async def test_joining_with_a_broken_genesis_or_address_leaves_nothing_behind(home: Home, tmp_path: Path) -> None:
    home.root.mkdir()
    broken = tmp_path / "genesis.json"
    broken.write_text("{}")
    desk = LocalDesk(home)
    with pytest.raises(BadGenesis):
        await desk.join(broken, ["http://127.0.0.1:1"], PASSPHRASE, ignore)
    assert list(home.root.iterdir()) == []
    assert desk.setup() is Setup.NEW


@pytest.mark.parametrize("peer", ["", "ftp://host", "javascript:alert(1)", "http://", "http://user:word@host/"])
async def test_a_peer_address_must_be_a_plain_url(desk: LocalDesk, home: Home, tmp_path: Path, peer: str) -> None:
    other = LocalDesk(Home(tmp_path / "other"))
    with pytest.raises(UsageError):
        await other.join(home.genesis, [peer], PASSPHRASE, ignore)
    assert not (tmp_path / "other").exists()


async def test_a_set_up_that_was_cut_off_goes_on_with_the_same_passphrase_only(home: Home) -> None:
    """The program died after the key was made: nothing is overwritten, and the clerk's own passphrase finishes it."""
    home.root.mkdir()
    desk = LocalDesk(home)
    await desk.make_key(PASSPHRASE)
    kept = home.keystore.read_bytes()
    assert desk.setup() is Setup.NEW
    with pytest.raises(WrongPassphrase):
        await desk.try_here("another passphrase", ignore)
    try:
        await desk.try_here(PASSPHRASE, ignore)
        assert desk.setup() is Setup.OPEN
        assert home.keystore.read_bytes() == kept
    finally:
        await desk.close()


async def test_closing_ends_every_process_that_the_desk_started(desk: LocalDesk) -> None:
    pids = [pid_of(desk, "node"), pid_of(desk, "sandbox")]
    await desk.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
