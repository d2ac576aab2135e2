"""Pictures of the page of reserve proofs, taken from real windows at the desks of a town in which a custodian has published.

python -m tests.ui.reserve_pictures --output docs/screenshots
"""

import argparse
import os
import tempfile
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QScrollArea, QWidget

from app.client.model import Final
from app.core.wire import registry_pb2 as wire
from app.ui.application import make_application
from app.ui.desks.reserves import FileSource, SnapshotWish
from app.ui.loop import make_loop, run
from app.ui.settings import LanguageChoice, ThemeChoice
from app.ui.windows.reserve_check import PaperPart
from app.ui.windows.reserve_making import MakingPart
from app.ui.windows.reserves_page import Checking, ReservesPage
from tests.scenarios.town import ALPHA, BETA, NUMBERS, OPERATOR, Town, running_town
from tests.ui.take_screenshots import HANGZHOU, Camera, open_window, settle, until
from tests.ui.town_pictures import calm

Kind = TypeVar("Kind", bound=QWidget)
USERS = ("明", "红", "兰")
HELD = 12_500_00
MONTHS = ((3_100_00, 2_480_50, 1_905_00), (3_420_00, 2_610_00, 2_040_75), (4_015_00, 2_700_00, 2_377_25))
"""What each of the users was owed when Beta published."""


def listed(folder: Path, town: Town, owed: tuple[int, ...], name: str = "应付清单 2026-11.csv") -> Path:
    """A list of what is owed."""
    path = folder / name
    rows = [f"{town.number(user)},{units // 100}.{units % 100:02}" for user, units in zip(USERS, owed, strict=True)]
    path.write_text("\n".join(("账户,数量", *rows)) + "\n", encoding="utf-8")
    return path


async def happenings(town: Town, folder: Path) -> bytes:
    """Rice that Beta keeps for three users, and has published about; the voucher."""
    for user in USERS:
        await town.enrol(user)
    await town.do(ALPHA, recognise=wire.Recognise(partner=NUMBERS[BETA], least=wire.LEVEL_REAL_NAME))
    rice = await town.voucher(ALPHA, name="五常大米提货券", product="五常大米 5 公斤", cap=20_000_00, decimals=2)
    legs = [wire.Allotment(to=NUMBERS[BETA], amount=HELD)]
    await town.do(ALPHA, allocate=wire.Allocate(voucher=rice, legs=legs))
    desk = await town.desk(BETA)
    for owed in MONTHS:
        await town.wait_until(await town.later(1))  # what is held is read at a block that has one on top
        wish = SnapshotWish(rice, (), FileSource(listed(folder, town, owed)))
        made = await desk.make_snapshot(wish, lambda _step: None)
        deed = await desk.prepare(await desk.attestation(made.snapshot.snapshot_id))
        await desk.sign_deed(deed.deed_id)
        assert isinstance(await desk.wait_for_outcome(deed.deed_id), Final)
    await town.wait_until(await town.later(1))
    await desk.make_snapshot(
        SnapshotWish(rice, (), FileSource(listed(folder, town, (9_000_00, 2_700_00, 999_99)))), lambda _step: None
    )
    return rice


def part_of(page: ReservesPage, kind: type[Kind]) -> Kind:
    """The newest part of this kind on the page."""
    return page.findChildren(kind)[-1]


async def take_custodian(camera: Camera, town: Town, folder: Path, rice: bytes) -> None:
    """From the list to the papers."""
    page = await reserves_page(camera)
    await camera.take("reserves-1-snapshots")
    page.begin_snapshot()
    await calm(camera)
    part = part_of(page, MakingPart)
    bad = folder / "有问题的清单.csv"
    bad.write_text(f"账户,数量\n{town.number('明')},12.50\n{town.number('明')},-3\n某商行,1.005\n", encoding="utf-8")
    part.form.file.place.take([bad])
    await camera.take("reserves-2-form")
    part.make(part.form.wish())
    await calm(camera)
    await camera.take("reserves-3-problems")
    part.form.file.place.take([listed(folder, town, (4_120_00, 2_905_00, 2_410_25))])
    part.make(part.form.wish())
    await until(lambda: isinstance(page.subject, str))
    await calm(camera)
    await camera.take("reserves-4-made")
    snapshot = (await page.around.desk.snapshots())[0]
    page.publish(snapshot)
    await until(lambda: page.session.stage == "approving")
    await camera.take("reserves-5-approval")
    page.leave()
    shots = await page.around.desk.snapshots()
    for name, state in (("6-short", "short"), ("7-published", "published")):
        page.show_subject(next(each.snapshot_id for each in shots if each.state == state))
        await calm(camera)
        await camera.take(f"reserves-{name}")
    page.show_coverage(rice, 0)
    await calm(camera)
    await camera.take("reserves-8-coverage")
    await page.around.desk.discard_snapshot(snapshot.snapshot_id)


async def take_supervisor(camera: Camera, town: Town, folder: Path) -> None:
    """All custodians, and a customer's paper."""
    page = await reserves_page(camera)
    await camera.take("reserves-9-custodians")
    custodian = await town.desk(BETA)
    newest = next(each for each in await custodian.snapshots() if each.state == "published")
    (paper,) = await custodian.save_reserve_paper(newest.snapshot_id, town.number("明"), folder)
    page.show_subject(Checking())
    await calm(camera)
    part = part_of(page, PaperPart)
    part.paper.take([paper])
    part.check()
    await until(lambda: not part.verdict.isHidden())
    await camera.take("reserves-10-paper")
    area = page.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    await settle()
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    await camera.take("reserves-11-steps")


async def reserves_page(camera: Camera) -> ReservesPage:
    """The page, once everything on it is loaded."""
    bridge = camera.window.bridge
    await until(lambda: bridge.status is not None and bridge.account_known)
    camera.frame.open_page("reserves")
    await calm(camera)
    page = camera.frame.pages["reserves"]
    assert isinstance(page, ReservesPage)
    return page


async def main_async(output: Path) -> None:
    """All pictures, in both languages, light and dark."""
    looks: tuple[tuple[LanguageChoice, ThemeChoice], ...] = (
        *(("zh", "light"), ("zh", "dark")),
        *(("en", "light"), ("en", "dark")),
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with running_town(folder / "town") as town:
            rice = await happenings(town, folder)
            for spoken, worn in looks:
                camera = open_window(await town.desk(BETA), output, spoken, worn, zone=HANGZHOU)
                await take_custodian(camera, town, folder, rice)
                camera.window.hide()
                camera = open_window(await town.desk(OPERATOR), output, spoken, worn, zone=HANGZHOU)
                await take_supervisor(camera, town, folder)
                camera.window.hide()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    application = make_application()
    run(make_loop(application), main_async(options.output))


if __name__ == "__main__":
    main()
