"""A TPM of the test's own (swtpm), with the store in which tpm2-pkcs11 keeps what belongs to it.

swtpm talks to one program at a time, and no kernel tidies up after those that ask it: so nothing here asks it while a module
does, and each of the tools that make a store begins with a tidied TPM.
"""

import os
import select
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from random import choice
from struct import pack

PIN = "123456"
SO_PIN = "12345678"
END_SECONDS = 10.0
PORTS = range(20_000, 32_000, 2)
"""It needs two in a row; below those that systems give to whoever wants any."""
PORT_TRIES = 20
TOOLS = ("createprimary", "create", "load", "loadexternal", "evictcontrol", "readpublic", "unseal", "import")
"""Those of tpm2-tools that tpm2_ptool calls and that leave something in the TPM."""
NO_PASSWORD = pack(">IIHBH", 9, 0x40000009, 0, 0, 0)
"""An authorization area with the empty password (TPM 2.0 Library, part 1, 18.7)."""
SHUTDOWN = pack(">HIIH", 0x8001, 12, 0x145, 0)
RESET_LOCKOUT = pack(">HIII", 0x8002, 27, 0x139, 0x4000000A) + NO_PASSWORD
"""TPM2_DictionaryAttackLockReset (part 3, 25.2): what an administrator does with `tpm2_dictionarylockout -c`."""


class Chip:
    """A TPM in a folder."""

    def __init__(self, folder: Path) -> None:
        self._state, self._store, self._tools = folder / "state", folder / "store", folder / "tools"
        for each in (self._state, self._store, self._tools):
            each.mkdir(parents=True, exist_ok=True)
        self._pipe = folder / "pid"
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        """By which tpm2-pkcs11 finds this TPM and its store."""
        return {"TPM2_PKCS11_STORE": str(self._store), "TPM2_PKCS11_TCTI": self._address}

    def start(self) -> None:
        """Plug it in. It stays at its port from then on."""
        for _ in range(1 if self._port else PORT_TRIES):
            port = self._port or choice(PORTS)
            if self._starts(port):
                self._port = port
                return
        raise AssertionError("swtpm does not start")

    def kill(self) -> None:
        """As a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(END_SECONDS)
            self._process = None

    def shut_down(self) -> None:
        """As a computer does; after a crash a TPM counts one more wrong PIN."""
        self._ask(SHUTDOWN)
        self.kill()

    def reset_lockout(self) -> None:
        """Forgive every wrong PIN."""
        self._ask(RESET_LOCKOUT)

    def make_store(self) -> None:
        """Two tokens, `A` with a key and `B` without."""
        for tool in TOOLS:
            self._wrap(tool)
        self._ptool("init")
        for label in ("A", "B"):
            self._ptool("addtoken", "--pid", "1", "--label", label, "--sopin", SO_PIN, "--userpin", PIN)
        self._ptool("addkey", "--label", "A", "--userpin", PIN, "--algorithm", "ecc256", "--key-label", "made before")

    # ---- inside --------------------------------------------------------------------------------------------------
    @property
    def _address(self) -> str:
        return f"swtpm:host=127.0.0.1,port={self._port}"

    def _starts(self, port: int) -> bool:
        """Whether it listens: it writes its number into a pipe then."""
        os.mkfifo(self._pipe)
        said = os.open(self._pipe, os.O_RDONLY | os.O_NONBLOCK)
        self._process = subprocess.Popen(self._command(port), stderr=subprocess.DEVNULL)
        ended = os.pidfd_open(self._process.pid)
        try:
            listens = said in select.select([said, ended], [], [])[0]
        finally:
            os.close(said)
            os.close(ended)
            self._pipe.unlink()
        if not listens:
            self.kill()
        return listens

    def _command(self, port: int) -> list[str]:
        """It ends with whoever started it."""
        channels = [f"type=tcp,port={each},bindaddr=127.0.0.1" for each in (port, port + 1)]
        command = ["setpriv", "--pdeathsig", "KILL", "swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self._state}"]
        command += ["--server", channels[0], "--ctrl", channels[1], "--flags", "not-need-init,startup-clear"]
        return [*command, "--pid", f"file={self._pipe}"]

    def _wrap(self, tool: str) -> None:
        wrapper = self._tools / f"tpm2_{tool}"
        program = shutil.which(wrapper.name)
        wrapper.write_text(f'#!/bin/sh\ntpm2_flushcontext --transient-object >/dev/null\nexec {program} "$@"\n')
        wrapper.chmod(0o755)

    def _ptool(self, command: str, *more: str) -> None:
        path = f"{self._tools}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, **self.environment, "TPM2TOOLS_TCTI": self._address, "PATH": path}
        words = ["tpm2_ptool", command, "--path", str(self._store), *more]
        done = subprocess.run(words, check=False, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr

    def _ask(self, command: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self._port), END_SECONDS) as connection:
            connection.sendall(command)
            answer = connection.recv(4096)
        assert answer[6:10] == bytes(4), answer.hex()
