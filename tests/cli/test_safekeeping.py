"""`luopu account passphrase`, `backup`, `restore`: what keeps a home from being lost; no passphrase is left anywhere."""

import getpass
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from nacl.pwhash import argon2id

from app.__main__ import main
from app.cli.registry.session import Session
from app.cli.registry.vault import open_vault as open_vault_for
from app.core.errors import LuopuError
from app.core.home import Home
from app.core.walleterrors import WrongPassphrase
from app.wallet import passphrases
from app.wallet.keystore import Cost
from app.wallet.passphrases import change_passphrases, open_key, open_vault, pending_keystore
from app.wallet.vault import Vault
from app.wiring.system import SystemRandomness
from tests.cli.hall import PASSPHRASE, Hall
from tests.conftest import require
from tests.wallet.test_passphrases import NEW, OLD, cut_at, make_home, which_open
from tests.wallet.vault_people import build_person

ROOT = Path(__file__).parents[2]
CHEAP = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
SECRET = "the backup's passphrase"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home", CHEAP)


def secret(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(f"{text}\n", encoding="utf-8")
    return str(path)


def command(home: Home, *words: object, language: str = "en") -> list[str]:
    return ["account", *map(str, words), "--home", str(home.root), "--language", language]


def failed(capsys: pytest.CaptureFixture[str]) -> str:
    return str(json.loads(capsys.readouterr().out)["error"]["code"])


# ---- the passphrase --------------------------------------------------------------------------------------------------
def test_the_passphrase_of_key_and_vault_is_changed(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = secret(tmp_path, "old", OLD), secret(tmp_path, "new", NEW)
    options = ("--passphrase-file", old, "--new-passphrase-file", new)
    assert main(command(home, "passphrase", *options)) == 0
    assert "the passphrase was changed" in capsys.readouterr().out
    assert which_open(home) == [NEW]
    assert main(command(home, "passphrase", *options, "--json")) == 1
    assert failed(capsys) == "wrong-passphrase"
    assert which_open(home) == [NEW]


def test_both_may_come_from_standard_input(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{OLD}\n{NEW}\n"))
    assert main(command(home, "passphrase", "--passphrase-file", "-", "--new-passphrase-file", "-", "--json")) == 0
    assert which_open(home) == [NEW]


def type_at_terminal(monkeypatch: pytest.MonkeyPatch, lines: Iterable[str]) -> list[str]:
    """A clerk at a terminal types these; what was asked."""
    asked, typed = list[str](), iter(lines)

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return next(typed)

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", ask)
    return asked


def test_a_new_passphrase_is_typed_twice(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = type_at_terminal(monkeypatch, [OLD, NEW, "something else"])
    assert main(command(home, "passphrase", "--json")) != 0
    assert failed(capsys) == "usage"
    assert asked == ["passphrase: ", "new passphrase (8 or more): ", "once more: "]
    assert which_open(home) == [OLD]
    type_at_terminal(monkeypatch, [OLD, NEW, NEW])
    assert main(command(home, "passphrase")) == 0
    assert which_open(home) == [NEW]


def test_a_short_one_is_refused(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = secret(tmp_path, "old", OLD), secret(tmp_path, "new", "seven77")
    options = ("--passphrase-file", old, "--new-passphrase-file", new)
    assert main(command(home, "passphrase", *options, "--json")) == 1
    assert failed(capsys) == "weak-passphrase"


async def test_commands_settle_what_was_cut_off(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    home = hall.home("partner")
    open_vault(home, PASSPHRASE, randomness=SystemRandomness()).close()
    with monkeypatch.context() as cut:
        cut_at(cut, passphrases, "move_over")
        with pytest.raises(LuopuError):
            change_passphrases(home, PASSPHRASE, NEW, randomness=SystemRandomness(), cost=CHEAP)
    answer = await hall.type("partner", "account", "card", "--json")
    assert answer.document["error"]["code"] == "wrong-passphrase"
    assert pending_keystore(home).exists()
    hall.passphrase = hall.file("new", f"{NEW}\n")
    answer = await hall.type("partner", "account", "card", "--json")
    assert answer.status == 0
    assert not pending_keystore(home).exists()


async def test_what_needs_the_vault_alone_settles_too(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as cut:
        cut_at(cut, Vault, "change_passphrase")
        with pytest.raises(LuopuError):
            change_passphrases(home, OLD, NEW, randomness=SystemRandomness(), cost=CHEAP)
    session = cast("Session", SimpleNamespace(home=home, passphrase=lambda: OLD))
    async with open_vault_for(session) as vault:
        assert [kept.person for kept in vault.search("")] == [build_person(1)]
    assert not pending_keystore(home).exists()


# ---- backups ---------------------------------------------------------------------------------------------------------
def test_a_home_comes_back_from_its_backup(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = ("--backup-passphrase-file", secret(tmp_path, "secret", SECRET))
    backup, fresh = tmp_path / "mine.luopu-backup", Home(tmp_path / "fresh")
    assert main(command(home, "backup", "--output", backup, *file)) == 0
    assert f"the backup was written: {backup}" in capsys.readouterr().out
    assert main(command(home, "backup", "--output", backup, *file, "--json")) == 1
    assert failed(capsys) == "file-unwritable"
    assert main(command(fresh, "restore", backup, *file, language="zh")) == 0
    said = capsys.readouterr().out
    assert "已恢复到" in said
    assert "valid_until" in said
    assert which_open(fresh) == [OLD]


def test_another_passphrase_restores_nothing(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, fresh = tmp_path / "mine", Home(tmp_path / "fresh")
    asked = type_at_terminal(monkeypatch, [SECRET, SECRET, OLD])
    assert main(command(home, "backup", "--output", backup, "--json")) == 0
    assert json.loads(capsys.readouterr().out) == {"backup": str(backup)}
    assert main(command(fresh, "restore", backup, "--json")) == 1
    assert failed(capsys) == "wrong-backup-passphrase"
    assert asked == ["passphrase for the backup (8 or more): ", "once more: ", "passphrase of the backup: "]
    assert not fresh.wallet.exists()


def test_a_home_that_has_a_key_is_not_asked_for_a_passphrase(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(home, "restore", tmp_path / "whatever", "--json")) == 1
    assert failed(capsys) == "keystore-exists"


# ---- nothing is left anywhere ----------------------------------------------------------------------------------------
COMMANDS = (
    (("passphrase", "--passphrase-file", "-", "--new-passphrase-file", "-"), (OLD, NEW)),
    (("backup", "--output", "{folder}/mine", "--backup-passphrase-file", "-"), (SECRET,)),
)
CALLS = "write,writev,pwrite64,pwritev,sendto,sendmsg,execve"


def watched(process: subprocess.Popen[bytes]) -> bytes:
    """Arguments and environment of a process from beginning to end."""
    seen = set[bytes]()
    with suppress(FileNotFoundError, ProcessLookupError):
        while process.poll() is None:
            seen |= {Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("cmdline", "environ")}
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
    return b"".join(seen)


def spellings(*texts: str) -> list[bytes]:
    """As they would stand on a disk."""
    return [text.encode(code) for text in texts for code in ("utf-8", "utf-16-le")]


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at /proc")
def test_no_passphrase_is_in_arguments_environment_files_or_answers_of_a_running_command(
    home: Home, tmp_path: Path
) -> None:
    for words, typed in COMMANDS:
        line = command(home, *(word.format(folder=tmp_path) for word in words))
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [sys.executable, "-m", "app", *line], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
        ) as process:
            assert process.stdin is not None
            process.stdin.write("".join(f"{text}\n" for text in typed).encode())
            process.stdin.flush()
            seen = watched(process)
            said, complained = process.communicate(timeout=60)
        assert process.returncode == 0, complained
        assert b"account" in seen
        left = seen + said + complained + b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert [text for text in spellings(*typed) if text in left] == []
    open_vault(home, NEW, randomness=SystemRandomness()).close()


def test_no_passphrase_is_ever_written_not_even_for_a_moment(home: Home, tmp_path: Path) -> None:
    """Every byte that the commands hand to the system, whatever becomes of the files."""
    require(shutil.which("strace") is not None, "strace is not installed")
    recording = tmp_path / "recording"
    for words, typed in COMMANDS:
        line = command(home, *(word.format(folder=tmp_path) for word in words))
        traced = ["strace", "-f", "-xx", "-s", "10000000", "-e", f"trace={CALLS}", "-o", str(recording)]
        done = subprocess.run(
            [*traced, sys.executable, "-m", "app", *line],
            cwd=ROOT,
            input="".join(f"{text}\n" for text in typed).encode(),
            capture_output=True,
            check=False,
            timeout=120,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        require(b"ptrace" not in done.stderr, "strace may not trace here")
        assert done.returncode == 0, done.stderr
        written = recording.read_text("ascii")
        assert home.root.name.encode().hex() in written.replace("\\x", "")  # the arguments are in it
        found = [text for text in spellings(*typed) if "".join(f"\\x{byte:02x}" for byte in text) in written]
        assert found == []
    with pytest.raises(WrongPassphrase):
        open_key(home, OLD)
