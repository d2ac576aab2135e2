"""Kills at any moment: what was acknowledged stays, and everybody ends at the state of one who was never killed.

Whoever is killed is started again at once; some are killed again while they recover.
"""

import os
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import require
from tests.scenarios.killing import Campaign, campaign

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks processes to kill them")

RENAMES = "/^rename"
HARMS = [
    (name, call, when)
    for call, places in (
        ("fdatasync", (1, 2, 9)),
        ("fsync", (1, 4, 13, 40)),
        (RENAMES, (1, 2, 3)),
        ("write", (3, 11, 60)),
    )
    for when in places
    for name in ("sandbox", "node")
]


async def kill_at_random(kills: int, run: Campaign) -> None:
    """Kill the consortium, the node or both after some events, until enough were killed."""
    while run.kills < kills:
        await run.some_event()
        victims = run.chance.choice([["node"], ["sandbox"], ["node", "sandbox"]])
        if run.chance.random() < 0.3:
            await run.kill_while_recovering(victims[0])
            continue
        for name in victims:
            await run.kill(name)
        for name in reversed(victims):
            await run.start(name)


async def kill_at_calls(run: Campaign) -> None:
    """Kill each of them at chosen system calls, counted from its start: while it recovers, and while it writes blocks."""
    for name, call, when in HARMS:
        await run.some_event()
        await run.kill(name)
        await run.start_and_kill_at(name, call, when)
        await run.start(name)


def may_trace() -> bool:
    """Whether the system lets one process trace another."""
    return subprocess.run(["strace", "-f", "-o", os.devnull, "true"], check=False).returncode == 0


@pytest.mark.timeout(170)
async def test_kills_at_any_moment_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    run = await campaign(tmp_path / "home", partial(kill_at_random, 150), seed=20261122)
    assert run.kills >= 50
    assert run.recovery_kills >= 20


@pytest.mark.timeout(170)
async def test_kills_at_chosen_writes_and_syncs_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    require(shutil.which("strace") is not None, "strace is not installed")
    require(may_trace(), "strace may not trace here")
    run = await campaign(tmp_path / "home", kill_at_calls, seed=1)
    assert run.kills == 2 * len(HARMS)


@pytest.mark.campaign
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("seed", range(5))
async def test_many_more_kills(tmp_path: Path, seed: int) -> None:
    run = await campaign(tmp_path / "home", partial(kill_at_random, 1_000), seed)
    assert run.recovery_kills >= 100
