"""`luopu demo`: the whole path without a window, on real files and real processes.

A consortium comes up, a node follows and verifies it, three files are notarized in one hash chain, their bundles are
written and verified offline, and a file that was changed afterwards is refused. Everything is left under the home.
"""

import argparse
import asyncio
import secrets
import struct
import time
import zlib
from collections.abc import Mapping
from pathlib import Path

from app.children import Child, start_child
from app.cli.output import Speaker
from app.cli.verify import report_as_json
from app.cli.work import entry_as_json, make_notary, node_of, open_outbox, outcome_as_json
from app.client.model import Final, Outcome
from app.client.node import NodeClient
from app.client.notarization import Source
from app.client.papers import save_bundle
from app.core.errors import ProcessFailed, UsageError
from app.core.home import Home
from app.core.messages import outcome_words, step_name, verdict_name
from app.core.verification import Verdict
from app.evidence.files import digest_file
from app.evidence.verify import verify_bundle
from app.wallet.entry import Entry
from app.wallet.keystore import load_keystore
from app.wallet.outbox import Outbox
from app.wiring.sandbox import create_clerk_key, create_sandbox
from app.wiring.stores import load_genesis

SUBJECT = "批次 HG-2026-1107 富硒大米"
VALIDATORS = 4

REPORT = """入库检验报告

批次：HG-2026-1107 富硒大米
检验项目：水分、镉、硒、黄曲霉毒素 B1
结论：合格
"""
TEMPERATURES = "时间,仓温(°C),湿度(%)\n" + "\n".join(
    f"2026-11-07 {hour:02d}:00,{14 + hour % 5}.{hour % 10},{58 + hour % 7}" for hour in range(24)
)


def run_demo(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Run the walk-through in a fresh home; exit status 0 only if everything was as it must be."""
    if home.root.exists() and any(home.root.iterdir()):
        raise UsageError(argument="--home", reason="the demo needs an empty folder", path=str(home.root))
    home.root.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_demo(arguments.interval, home, speaker))


async def _demo(interval: float, home: Home, speaker: Speaker) -> int:
    began = time.monotonic()
    passphrase = secrets.token_urlsafe(16)  # the demo's key is thrown away: nobody is told its passphrase
    await asyncio.to_thread(create_clerk_key, home, passphrase)
    keystore = load_keystore(home.keystore)
    create_sandbox(home, VALIDATORS, keystore.public_key, keystore.label)
    files = write_files(home.root / "files")
    children: list[Child] = []
    outbox = open_outbox(home)
    try:
        children.append(await start_child(home, "sandbox", ["--interval", str(interval)]))
        children.append(await start_child(home, "node", []))
        async with node_of(home) as node:
            await node.wait_for_height(1)
            status = await node.status()
            speaker.say(speaker.words("signers", signed=status.signed_validators, total=status.total_validators))
            listed = await _notarize(node, outbox, home, speaker, files, passphrase)
    finally:
        outbox.close()
        for child in reversed(children):
            await child.stop()
    refused = refuse_changed_file(home, speaker, files[0])
    seconds = round(time.monotonic() - began, 1)
    speaker.say(speaker.words("demo-done", files=len(listed), seconds=seconds, path=home.root))
    speaker.answer(
        {
            "chain_id": status.chain_id,
            "validators": status.total_validators,
            "genesis": str(home.genesis),
            "files": listed,
            "changed_file": refused,
            "seconds": seconds,
        }
    )
    return 0


async def _notarize(
    node: NodeClient, outbox: Outbox, home: Home, speaker: Speaker, files: list[Path], passphrase: str
) -> list[dict[str, object]]:
    keystore = load_keystore(home.keystore)
    notary = make_notary(node, outbox, keystore)
    sources = [Source(path, await asyncio.to_thread(digest_file, path)) for path in files]
    entries = await notary.draft(sources, None, SUBJECT)
    key = await asyncio.to_thread(keystore.unlock, passphrase)
    signed = [notary.sign(entry.id, key) for entry in entries]
    key.lock()
    for entry in signed:
        await notary.send(entry.id)
    outcomes = [await notary.wait_for_outcome(entry.id) for entry in signed]
    pairs = zip(signed, outcomes, strict=True)
    return [await _finish(node, outcome, entry, home, speaker) for entry, outcome in pairs]


async def _finish(node: NodeClient, outcome: Outcome, entry: Entry, home: Home, speaker: Speaker) -> dict[str, object]:
    """Write and verify the bundle of a record that must be final."""
    if not isinstance(outcome, Final):
        raise ProcessFailed(process="demo", reason=f"{entry.file_name} is not final")
    await node.wait_for_height(outcome.height + 1)
    bundle = home.root / f"{entry.path.stem}.asice"
    genesis = load_genesis(home.genesis)[0]
    material = await node.proof(entry.record_digest)
    await asyncio.to_thread(save_bundle, material, entry.context, entry.path, bundle, genesis, detached=False)
    report = verify_bundle(bundle, genesis)
    final = outcome_words("final", speaker.language, height=outcome.height)
    speaker.say(f"{entry.file_name}  {final}  {bundle.name}  {verdict_name(report.verdict.value, speaker.language)}")
    if report.verdict is not Verdict.VALID:
        raise ProcessFailed(process="demo", reason=f"{bundle.name} does not verify")
    return {
        **entry_as_json(entry),
        **outcome_as_json(outcome),
        "bundle": str(bundle),
        "verdict": report.verdict.value,
    }


def refuse_changed_file(home: Home, speaker: Speaker, original: Path) -> Mapping[str, object]:
    """Change one byte of a copy and hold it against the bundle: it must be refuted at the step about the file."""
    changed = original.with_name(f"changed-{original.name}")
    content = bytearray(original.read_bytes())
    content[0] ^= 1
    changed.write_bytes(content)
    report = verify_bundle(home.root / f"{original.stem}.asice", load_genesis(home.genesis)[0], changed)
    failed = [step.name for step in report.steps if not step.passed and not step.skipped]
    if report.verdict is not Verdict.REFUTED or failed != ["file"]:
        raise ProcessFailed(process="demo", reason="a changed file was not found out")
    verdict = verdict_name(report.verdict.value, speaker.language)
    speaker.say(f"{changed.name}  {verdict}: {step_name('file', speaker.language)}")
    return {"file": str(changed), **report_as_json(report)}


def write_files(folder: Path) -> list[Path]:
    """Three files such as a clerk has: a report, a table, a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "入库检验报告.txt": REPORT.encode(),
        "仓储温湿度.csv": TEMPERATURES.encode("utf-8-sig"),
        "入库照片.png": _picture(320, 200),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def _picture(width: int, height: int) -> bytes:
    """A small PNG with a gradient."""
    rows = b"".join(
        b"\x00" + bytes(value for x in range(width) for value in (x * 255 // width, y * 255 // height, 96))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
