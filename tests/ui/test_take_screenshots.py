"""The script that takes the pictures for the documentation runs through a clerk's whole day."""

import asyncio
from pathlib import Path

from app.ui.desk import Setup
from tests.fakes.desk import FakeDesk
from tests.ui.take_screenshots import take_all

PICTURES = {
    *("first-run-1-choice", "first-run-2-join", "first-run-3-passphrase", "first-run-4-progress", "overview"),
    *("notarize-1-empty", "notarize-2-files", "notarize-3-approval", "notarize-4-receipts"),
    *("records", "verify-1-empty", "verify-2-verdict", "verify-3-steps"),
    *("outbox", "keys", "vault", "log"),
}


def test_every_page_of_a_new_desk_is_taken(loop: asyncio.AbstractEventLoop, tmp_path: Path) -> None:
    loop.run_until_complete(take_all(FakeDesk(state=Setup.NEW), tmp_path, "en", "light"))
    assert {path.name.removesuffix("-en-light.png") for path in tmp_path.glob("*.png")} == PICTURES
