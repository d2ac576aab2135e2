"""A drawer of tokens at a hall: real SoftHSM tokens, which are plugged in and pulled, and keys on them."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.hall import Hall
from tests.conftest import require

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so").resolve()
PIN, SO_PIN = "123456", "12345678"
MAKE_ASKING_KEY = f"""
import sys, pkcs11
from pkcs11 import Attribute, KeyType, Mechanism
token = pkcs11.lib(sys.argv[1]).get_token(token_label=sys.argv[2])
with token.open(rw=True, user_pin="{PIN}") as session:
    curve = {{Attribute.EC_PARAMS: bytes.fromhex("06082a8648ce3d030107")}}
    session.create_domain_parameters(KeyType.EC, curve, local=True).generate_keypair(
        id=b"each", label="each", store=True, mechanism=Mechanism.EC_KEY_PAIR_GEN,
        private_template={{Attribute.ALWAYS_AUTHENTICATE: True}},
    )
"""


@dataclass(frozen=True)
class Drawer:
    """Where tokens lie that are plugged in, and a module of its own, whose file may be exchanged."""

    folder: Path

    @property
    def module(self) -> Path:
        return self.folder / "module.so"

    def insert(self, label: str) -> None:
        """A new token."""
        words = ["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", SO_PIN]
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)

    def make_asking_key(self) -> None:
        """A key "each" on the token "desk", which wants the PIN with each signature."""
        subprocess.run([sys.executable, "-c", MAKE_ASKING_KEY, str(self.module), "desk"], check=True)

    def pull(self) -> None:
        """All of them out, …"""
        (self.folder / "tokens").rename(self.folder / "pulled")
        (self.folder / "tokens").mkdir()

    def put_back(self) -> None:
        """… and in again."""
        (self.folder / "tokens").rmdir()
        (self.folder / "pulled").rename(self.folder / "tokens")


def open_drawer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Drawer:
    """A drawer with a token "desk"; processes find it by their environment."""
    require(SOFTHSM.exists() and shutil.which("softhsm2-util") is not None, "SoftHSM is not installed")
    (folder / "tokens").mkdir(parents=True)
    config = folder / "softhsm.conf"
    config.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    shutil.copy(SOFTHSM, folder / "module.so")
    made = Drawer(folder)
    made.insert("desk")
    return made


async def told(hall: Hall, name: str, *words: str | Path) -> dict[str, Any]:
    """What a program is told by a command that succeeds, and opens no keystore."""
    answer = await hall.type(name, *words, "--json", sign=False)
    assert answer.status == 0, answer.said + answer.complained
    return answer.document


async def new_key(
    hall: Hall, drawer: Drawer, pin: Path, name: str, *, algorithm: str = "p256", role: str = "maker"
) -> str:
    """A key "token 01" on the token, added to somebody's account by its card; its text."""
    await told(hall, name, "token", "accept", drawer.module)
    words = ("token", "generate", "desk", "--algorithm", algorithm, "--label", "token 01", "--pin-file", pin)
    key = str((await told(hall, name, *words))["key"])
    card = await told(hall, name, "token", "card", "token 01", "--role", role, "--pin-file", pin)
    assert card["key"] == key
    await hall.do(name, "account", "keys", "add", card["card"])
    return key
