"""One recorded chain, replayed under other hash seeds, locales, time zones, options and interpreters: nothing differs."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from tests.registry.forger import Forger
from tests.registry.model import cast
from tests.registry.model.runs import drawer_of, run_block
from tests.registry.model.twins import Twins
from tests.registry.naive import NaiveChain
from tests.registry.replay import replay
from tests.registry.test_against_model import ALL_ACTIONS
from tests.registry.traffic import FLAWS, intents
from tests.registry.world import CHAIN_ID, Chain, app_state

ROOT = Path(__file__).parents[2]
BLOCKS, TRANSACTIONS, WHOLE_BLOCKS = 16, 20, 80
PINNED = "606d7a65ae0ba365de6c3b83c18644e2af765df713ceadcbe2690bf61058923f"
"""Of the recorded chains' digests. Changes only when the law does: a chain that runs would fork there.

Last changed when the whole registry came into the law: the genesis document names the cost of every action, roles,
thresholds and the approving share; accounts have names, numbers and versions of agreements in the state; a transaction may
have several signers. And again when orders against users could no longer be stuck with a partner that cannot act, and
organisations other than partners got no permission but for evidence. And again when a holding could be assigned to a
custodian. Nothing had been released by then, so no chain that runs has forked.
"""

ZONES = ("UTC", "Asia/Shanghai", "America/St_Johns", "Pacific/Kiritimati")
SUPPORTED = ("python3.11", "python3.12", "python3.13")
PROBE = (
    "import google.protobuf, nacl.bindings, cryptography.hazmat.bindings._rust\n"
    "import os, sys; print(os.path.realpath(sys.executable))"
)
NEEDED = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}


@cache
def recording() -> dict[str, Any]:
    """Some three hundred transactions of every sort, the same on every machine."""
    chain, naive, source = Chain(), NaiveChain(CHAIN_ID, app_state()), intents("recorded")
    forger, blocks = Forger(naive, []), []
    for _ in range(BLOCKS):
        environment = chain.environment(7)
        naive.open_block(environment.height, environment.time_ns)
        transactions = []
        for wish in islice(source, TRANSACTIONS):
            transactions.append(forger.forge(wish, FLAWS))
            naive.apply(transactions[-1])
        chain.block(*transactions, seconds=7)
        blocks.append({"time_ns": environment.time_ns, "transactions": [raw.hex() for raw in transactions]})
    return {"chain_id": CHAIN_ID, "app_state": app_state(), "signatures": "real", "blocks": blocks}


class Recorder(Twins):
    """Keeps the blocks that go to both laws."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[dict[str, Any]] = []

    def close_block(self) -> None:
        """Also write the block down."""
        self.blocks.append({"time_ns": self.time_ns, "transactions": [each.raw.hex() for each in self.drawn]})
        super().close_block()


@cache
def whole_registry() -> tuple[dict[str, Any], Counter[str]]:
    """Random actions of every kind, made with the second model's help; and how often each kind was accepted."""
    recorder = Recorder()
    drawer = drawer_of(recorder, seed=12)
    while recorder.height < WHOLE_BLOCKS and not recorder.is_over:
        run_block(recorder, drawer)
    chain = {"chain_id": cast.CHAIN_ID, "app_state": cast.app_state(), "signatures": "cheap"}
    return chain | {"blocks": recorder.blocks}, recorder.accepted


@cache
def recordings() -> list[dict[str, Any]]:
    """Both chains."""
    return [recording(), whole_registry()[0]]


@cache
def expected() -> list[str]:
    """The digests as this process finds them."""
    return [digest for each in recordings() for digest in replay(each)]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recordings on disk."""
    path = tmp_path_factory.mktemp("recording") / "recording.json"
    path.write_text(json.dumps(recordings()))
    return path


def run(file: Path, settings: Mapping[str, str], interpreter: str = sys.executable, *options: str) -> list[str]:
    """The digests as another process finds them, which is given these settings and no others."""
    environment = NEEDED | dict(settings)
    command = [interpreter, "-W", "error", *options, "-m", "tests.registry.replay", str(file)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    digests: list[str] = json.loads(done.stdout)
    return digests


def locales() -> list[str]:
    """What this machine has: C and UTF-8, Turkish where it is there, and two more that differ most from English."""
    if shutil.which("locale") is None:
        return ["C"]
    done = subprocess.run(["locale", "-a"], capture_output=True, text=True, timeout=30, check=True)
    found = done.stdout.split()
    wanted = [name for prefix in ("tr_TR", "de_DE", "zh_CN") for name in found if name.startswith(prefix)]
    plain = [name for name in found if name in {"C", "POSIX", "C.utf8", "C.UTF-8"}]
    return [*plain, *wanted[:4]] or found[:3]


LOCALES = locales()
SETTINGS = [
    {"PYTHONHASHSEED": seed, "LC_ALL": name, "TZ": zone}
    for (seed, name), zone in zip(
        [(seed, name) for seed in ("0", "1", "random") for name in LOCALES], cycle(ZONES), strict=False
    )
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: "-".join(settings.values()))
def test_hash_seed_locale_and_time_zone_change_nothing(file: Path, settings: dict[str, str]) -> None:
    assert run(file, settings) == expected()


def test_without_assertions_nothing_changes(file: Path) -> None:
    assert run(file, {}, sys.executable, "-OO") == expected()


def test_the_slow_protobuf_library_decides_as_the_fast_one(file: Path) -> None:
    settings = {"PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "python"}
    probe = [sys.executable, "-c", "import google.protobuf.internal.api_implementation as it; print(it.Type())"]
    done = subprocess.run(probe, env=NEEDED | settings, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "python"
    assert run(file, settings) == expected()


def other_interpreters() -> tuple[list[str], list[str]]:
    """Supported interpreters on PATH, but for this one: those that have what the law imports, and those that have not."""
    found, lacking = {os.path.realpath(sys.executable): ""}, []
    kept = sorted(
        str(folder) for folder in (ROOT / ".tools" / "python").glob("3.*/bin")
    )  # requirements/interpreters.sh
    for folder in (*kept, *os.get_exec_path()):
        for name in SUPPORTED:
            path = shutil.which(name, path=folder)
            if path is None:
                continue
            done = subprocess.run([path, "-c", PROBE], capture_output=True, text=True, timeout=60, check=False)
            if done.returncode == 0:
                found.setdefault(done.stdout.strip(), path)
            else:
                lacking.append(path)
    return [path for path in found.values() if path], lacking


def test_every_other_interpreter_on_path_comes_to_the_same_state(file: Path) -> None:
    interpreters, lacking = other_interpreters()
    if not interpreters:
        others = ", ".join(lacking) or "there is none"
        pytest.skip(f"no other supported interpreter on PATH can import protobuf, nacl and cryptography: {others}")
    for path in interpreters:
        assert run(file, {}, path) == expected(), path


def test_the_recorded_chain_comes_out_as_it_always_did() -> None:
    """Each interpreter that runs the tests is held to the same digest."""
    assert sha256("".join(expected()).encode()).hexdigest() == PINNED


def test_the_recording_is_worth_replaying() -> None:
    chain = Chain()
    codes: set[int] = set()
    changes = 0
    for block in recording()["blocks"]:
        outcome = chain.block(*(bytes.fromhex(raw) for raw in block["transactions"]), seconds=7)
        codes.update(receipt.code for receipt in outcome.receipts)
        changes += len(outcome.seat_changes)
    assert len(codes) >= 18
    assert len(chain.log) >= 50
    assert changes >= 3
    assert len(set(replay(recording()))) == BLOCKS + 1


def test_the_other_recording_has_every_kind_of_action_and_many_blocks() -> None:
    chain, accepted = whole_registry()
    assert len(chain["blocks"]) == WHOLE_BLOCKS
    assert {kind for kind in ALL_ACTIONS if not accepted[kind]} == set()
    assert len(set(expected())) == len(expected()) == BLOCKS + WHOLE_BLOCKS + 2


def test_two_replays_in_one_process_are_equal() -> None:
    assert [digest for each in recordings() for digest in replay(each)] == expected()
