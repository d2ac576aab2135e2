"""Signatures a second through the port to tokens, and how soon a token that is plugged in is seen.

The token is SoftHSM's: what is measured is the port, and not a slow card. The ceiling of the same run is the bare module
in one process: a loop that signs and does nothing else; beside it stands the same loop that also verifies, which the port
must. Through the port go four clients at once, as a desk has them; each
signature crosses two processes and is verified before it is given out. A plug is a token's folder that appears where SoftHSM
looks. Linux only.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

from app.core.keys import P256_ORDER, Algorithm, PublicKey, is_signed_by
from app.core.tokens import Token, TokenKey
from app.hsm.discovery import file_digest, find_modules
from app.hsm.module import Module

PIN = "123456"
CLIENTS = 4
WAIT_SECONDS = 10.0


def run(arguments: list[str]) -> int:
    """Measure, print a table, and last `hsm ratio=…`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks hsm", description=__doc__)
    parser.add_argument("--signatures", type=int, default=4_000, help="of each kind (default 4000)")
    parser.add_argument("--plugs", type=int, default=40, help="how often the token is plugged in (default 40)")
    options = parser.parse_args(arguments)
    ratios = {}
    with softhsm() as (path, folder):
        for algorithm in Algorithm:
            bare, verified, ours = rates(path, algorithm, options.signatures)
            ratios[algorithm] = ours / bare
            print(
                f"{algorithm.name:<8} bare {bare:>7.0f}/s   bare and verified {verified:>7.0f}/s   "
                f"through the port {ours:>7.0f}/s   {ours / bare:.2f}",
                flush=True,
            )
        seen = sorted(plugs(path, folder, options.plugs))
    p95 = seen[int(len(seen) * 0.95)]
    print(f"plug to visible: median {statistics.median(seen) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms", flush=True)
    each = " ".join(f"{algorithm.name.lower()}={ratio:.2f}" for algorithm, ratio in ratios.items())
    print(f"hsm ratio={min(ratios.values()):.2f} {each} plug_p95_ms={p95 * 1000:.0f}")
    return 0


@contextmanager
def softhsm() -> Iterator[tuple[str, Path]]:
    """SoftHSM with one token, and the folder in which tokens are."""
    path = next(module.path for module in find_modules() if module.name == "SoftHSM")
    with tempfile.TemporaryDirectory(prefix="luopu-benchmark-") as name:
        folder = Path(name) / "tokens"
        folder.mkdir()
        config = Path(name) / "softhsm2.conf"
        config.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(config)
        made = ["softhsm2-util", "--init-token", "--free", "--label", "benchmark", "--pin", PIN, "--so-pin", PIN]
        subprocess.run(made, check=True, capture_output=True)
        yield path, folder


class Watch:
    """What a module tells is plugged in."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._tokens: tuple[Token, ...] = ()

    def heard(self, tokens: tuple[Token, ...]) -> None:
        """From the module's thread."""
        with self._news:
            self._tokens = tokens
            self._news.notify_all()

    def until(self, count: int) -> tuple[Token, ...]:
        """Wait until so many are there."""
        with self._news:
            if not self._news.wait_for(lambda: len(self._tokens) == count, WAIT_SECONDS):
                raise TimeoutError(f"{count} tokens never came")
            return self._tokens


# ---- signatures --------------------------------------------------------------------------------------------------------
def rates(path: str, algorithm: Algorithm, count: int) -> tuple[float, float, float]:
    """Signatures a second of the bare module, of the same when each is verified, and through the port."""
    watch = Watch()
    module = Module(path, file_digest(path), watch.heard)
    module.start()
    try:
        token = watch.until(1)[0].name
        module.login(token, PIN)
        key = module.generate(token, algorithm, algorithm.name)
        _through_the_port(module, key, count // 10)
        ours = _through_the_port(module, key, count)
    finally:
        module.close()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        bare = pool.submit(_bare, path, key, count, False).result()
        verified = pool.submit(_bare, path, key, count, True).result()
    return bare, verified, ours


def _through_the_port(module: Module, key: TokenKey, count: int) -> float:
    def client(number: int) -> None:
        for turn in range(count // CLIENTS):
            module.sign(key.token, key.public_key, bytes([number, turn & 255]) * 16)

    started = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    return count / (perf_counter() - started)


def _bare(path: str, key: TokenKey, count: int, verifies: bool) -> float:
    """The module alone, in the process that calls this."""
    import pkcs11  # noqa: PLC0415 (in this process only)

    algorithm = key.public_key.algorithm
    mechanism = {Algorithm.ED25519: pkcs11.Mechanism.EDDSA, Algorithm.P256: pkcs11.Mechanism.ECDSA}[algorithm]
    token = next(iter(pkcs11.lib(path).get_tokens(token_label="benchmark")))
    wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.Attribute.ID: key.id}
    with token.open(user_pin=PIN) as session:
        private: Any = next(iter(list(session.get_objects(wanted))))
        for _ in range(count // 10):
            private.sign(bytes(32), mechanism=mechanism)
        started = perf_counter()
        for turn in range(count):
            data = bytes([turn & 255]) * 32
            signature = private.sign(data, mechanism=mechanism)
            if verifies:
                verify_signature(key.public_key, data, signature)
        return count / (perf_counter() - started)


def verify_signature(key: PublicKey, data: bytes, signature: bytes) -> None:
    """As the port does, with s brought into the lower half first where the module did not."""
    if not is_signed_by(key, data, low_s(signature) if key.algorithm is Algorithm.P256 else signature):
        raise AssertionError("the module's signature does not verify")


def low_s(signature: bytes) -> bytes:
    """The same ECDSA signature with the lower s."""
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + min(s, P256_ORDER - s).to_bytes(32, "big")


# ---- plugs -------------------------------------------------------------------------------------------------------------
def plugs(path: str, folder: Path, count: int) -> list[float]:
    """Seconds from a plug until the token is seen, each time."""
    watch, seen = Watch(), []
    module = Module(path, file_digest(path), watch.heard)
    module.start()
    try:
        watch.until(1)
        token = next(folder.iterdir())
        for _ in range(count):
            shutil.move(token, folder.parent / "pulled")
            watch.until(0)
            started = perf_counter()
            shutil.move(folder.parent / "pulled", token)
            watch.until(1)
            seen.append(perf_counter() - started)
    finally:
        module.close()
    return seen
