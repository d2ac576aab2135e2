"""The program's own processes: started, refused with the reason, stopped, and never left behind."""

import asyncio
import json
import os
import select
import signal
import sys
from pathlib import Path

import pytest

from app import children
from app.children import start_child
from app.client.model import NodeStatus
from app.client.node import NodeClient
from app.core.errors import BadGenesis, NodeUnreachable, ProcessFailed, StoreDamaged, StoreInUse, UsageError
from app.core.home import Home
from app.wiring.files import write_durably
from app.wiring.node import load_endpoint, load_peers, save_peers
from app.wiring.stores import open_store
from tests.fakes.consortium import FakeConsortium, make_consortium
from tests.scenarios.killing import make_home

ROOT = Path(__file__).parents[2]
QUICK = ("--interval", "0.1s")


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


@pytest.fixture
def home(tmp_path: Path, consortium: FakeConsortium) -> Home:
    return make_home(tmp_path / "家 home", consortium)


def printing(tmp_path: Path, text: str) -> list[str]:
    """A command that is not ours: it prints, and then waits for the end of its input."""
    program = tmp_path / "program.py"
    program.write_text(f"import sys\n{text}\nsys.stdout.flush()\nsys.stdin.read()\n")
    return [sys.executable, str(program)]


# ---- refused -------------------------------------------------------------------------------------------------------
async def test_a_second_process_on_the_same_folder_is_told_and_the_first_goes_on(home: Home) -> None:
    sandbox = await start_child(home, "sandbox", QUICK)
    node = await start_child(home, "node", [])
    try:
        for name in ("sandbox", "node"):
            with pytest.raises(StoreInUse):
                await start_child(home, name, [])
        assert sandbox.is_running
        assert node.is_running
        assert load_endpoint(home).url == node.url
        async with NodeClient(lambda: load_endpoint(home)) as client:
            await client.wait_for_height((await client.status()).height + 3)
    finally:
        await node.stop()
        await sandbox.stop()


async def test_a_folder_of_another_chain_is_refused_and_left_as_it_is(home: Home) -> None:
    for name in ("sandbox", "node"):
        child = await start_child(home, name, QUICK if name == "sandbox" else [])
        await child.stop()
    tips = [open_tip(folder) for folder in (home.sandbox, home.node)]
    write_durably(home.genesis, make_consortium(window=7).genesis_bytes, mode=0o644)
    for name in ("sandbox", "node"):
        with pytest.raises(BadGenesis) as caught:
            await start_child(home, name, [])
        assert caught.value.facts["reason"] == "this data folder holds another chain"
    assert [open_tip(folder) for folder in (home.sandbox, home.node)] == tips


def open_tip(folder: Path) -> bytes:
    store = open_store(folder)
    try:
        return store.tip.SerializeToString()
    finally:
        store.close()


async def test_a_home_without_a_genesis_has_no_node(tmp_path: Path) -> None:
    with pytest.raises(BadGenesis):
        await start_child(Home(tmp_path), "node", [])


async def test_a_port_that_is_taken_is_said(home: Home) -> None:
    sandbox = await start_child(home, "sandbox", QUICK)
    try:
        with pytest.raises(UsageError) as caught:
            await start_child(home, "node", ["--port", sandbox.url.rsplit(":", 1)[1]])
        assert caught.value.facts["argument"] == "port"
    finally:
        await sandbox.stop()


async def test_a_damaged_consortium_is_never_put_aside_by_itself(home: Home) -> None:
    """Its blocks are nowhere else."""
    sandbox = await start_child(home, "sandbox", QUICK)
    await sandbox.stop()
    (home.sandbox / "chain" / "CURRENT").unlink()
    with pytest.raises(StoreDamaged):
        await start_child(home, "sandbox", QUICK)
    assert not list(home.sandbox.glob("*.damaged*"))


# ---- ends ----------------------------------------------------------------------------------------------------------
async def test_a_stopped_process_takes_its_announcement_back(home: Home) -> None:
    sandbox = await start_child(home, "sandbox", QUICK)
    node = await start_child(home, "node", [])
    assert load_peers(home) == [sandbox.url]
    await node.stop()
    await sandbox.stop()
    assert not home.node_endpoint.exists()
    assert not home.sandbox_endpoint.exists()
    assert not node.is_running
    assert not sandbox.is_running
    for name in ("node", "sandbox"):
        assert "Traceback" not in (home.logs / f"{name}.log").read_text()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="watches a process that is not its own child")
async def test_a_process_does_not_outlive_a_killed_parent(home: Home) -> None:
    program = f"""
import asyncio
from pathlib import Path
from app.children import start_child
from app.core.home import Home

async def main():
    child = await start_child(Home(Path({str(home.root)!r})), "sandbox", ["--interval", "0.1s"])
    print(child.pid, flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    watched = os.pidfd_open(child)
    os.kill(parent.pid, signal.SIGKILL)
    await parent.wait()
    assert await asyncio.to_thread(select.select, [watched], [], [], 20) != ([], [], []), "it runs on"
    os.close(watched)
    again = await start_child(home, "sandbox", QUICK)  # the folder is free
    await again.stop()


async def test_a_node_brings_its_blocks_back_after_a_kill(home: Home) -> None:
    sandbox = await start_child(home, "sandbox", QUICK)
    node = await start_child(home, "node", [])
    async with NodeClient(lambda: load_endpoint(home)) as client:
        await client.wait_for_height(5)
        told = (await client.status()).height
        os.kill(node.pid, signal.SIGKILL)
        await node.stop()
        assert home.node_endpoint.exists()  # a killed process takes nothing back
        node = await start_child(home, "node", [])
        assert (await client_status(client)).height >= told
        await client.wait_for_height(told + 3)
    await node.stop()
    await sandbox.stop()


async def client_status(client: NodeClient) -> NodeStatus:
    """The first answer of a node that came back; the first question may still go to the old place."""
    try:
        return await client.status()
    except NodeUnreachable:
        return await client.status()


# ---- children that are not ours --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "",
        "print('nonsense')",
        "print('[]')",
        "print('{}')",
        "print('{\"ready\": 5}')",
        "print('x' * 200_000)",
        "print('{\"error\": {}}')",
        "sys.exit('it cannot')",
        "raise ValueError('it broke')",
    ],
)
async def test_a_child_that_says_nothing_sensible_has_failed_and_is_gone(
    home: Home, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "own_command", lambda: printing(tmp_path, text))
    if not text:
        monkeypatch.setattr(children, "START_SECONDS", 0.3)
    with pytest.raises(ProcessFailed) as caught:
        await start_child(home, "node", [])
    assert caught.value.facts["process"] == "node"
    if "cannot" in text or "broke" in text:
        assert text.split("'")[1] in str(caught.value.facts["reason"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="waits at a named pipe")
async def test_a_start_that_nobody_waits_for_any_more_leaves_nothing_behind(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, begun = tmp_path / "ended", tmp_path / "begun"
    os.mkfifo(begun)
    text = "import atexit, pathlib\n"
    text += f"atexit.register(lambda: pathlib.Path({str(note)!r}).write_text('ended'))\n"
    text += f"pathlib.Path({str(begun)!r}).write_text('begun')"
    monkeypatch.setattr(children, "own_command", lambda: printing(tmp_path, text))
    starting = asyncio.ensure_future(start_child(home, "node", []))
    assert await asyncio.to_thread(begun.read_text) == "begun"
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    assert note.exists()


# ---- peers ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("document", [b"", b"nonsense", b"[]", b'{"peers": 5}', b'{"peers": [""]}', b"{"])
async def test_a_node_starts_whatever_the_list_of_peers_holds(home: Home, document: bytes) -> None:
    home.peers.write_bytes(document)
    node = await start_child(home, "node", [])
    async with NodeClient(lambda: load_endpoint(home)) as client:
        assert (await client.status()).peers == ()
    await node.stop()


async def test_a_joined_node_follows_the_peers_it_was_given(tmp_path: Path, home: Home) -> None:
    other = Home(tmp_path / "other")
    other.root.mkdir()
    write_durably(other.genesis, home.genesis.read_bytes(), mode=0o644)
    sandbox = await start_child(home, "sandbox", QUICK)
    save_peers(other, [sandbox.url])
    node = await start_child(other, "node", [])
    async with NodeClient(lambda: load_endpoint(other)) as client:
        await client.wait_for_height(3)
    await node.stop()
    await sandbox.stop()
    assert json.loads(other.peers.read_bytes()) == {"peers": [sandbox.url]}
