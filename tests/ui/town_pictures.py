"""Pictures of the registry's pages, taken from real windows at the desks of a town where some things have happened.

python -m tests.ui.town_pictures --output docs/screenshots
"""

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QPushButton

from app.core.hashing import sha256, sm3
from app.core.wire import registry_pb2 as wire
from app.ui.application import make_application
from app.ui.loop import make_loop, run
from app.ui.present.pages import HOME_PAGES
from app.ui.settings import LanguageChoice, ThemeChoice
from app.ui.windows.deed_page import DeedPage
from tests.hsm.conftest import PIN, SoftHsm
from tests.scenarios.town import ALPHA, BETA, BOOKKEEPER, NUMBERS, OPERATOR, Town, running_town
from tests.ui.take_screenshots import HANGZHOU, Camera, open_window, settle, until

PAGES = {
    ALPHA: ("users", "vouchers", "agreements", "approvals", "partners", "orders", *HOME_PAGES),
    OPERATOR: ("partners", "vouchers", "orders"),
    BOOKKEEPER: ("governance",),
}
"""Whose window → the pages of which pictures are taken."""
OPENS = ("打开", "Open")


async def happenings(town: Town) -> None:
    """People, vouchers, an agreement, an order, a proposal."""
    ming = await town.enrol("明")
    hong = await town.enrol("红")
    breakfast = await town.voucher(ALPHA, name="早餐券", product="西湖店早餐一份", cap=5_000)
    ticket = await town.voucher(ALPHA, name="音乐节门票", product="2026 音乐节入场一次", kind=wire.KIND_UNIQUE, cap=300)
    cakes = wire.Terms(
        name="月饼券", product="中秋月饼一盒", description=sha256(b"cakes"), kind=wire.KIND_UNIQUE, cap=800
    )
    await town.do(ALPHA, apply_voucher=wire.ApplyVoucher(terms=cakes, legal=sha256(b"legal")))
    legs = [wire.Allotment(to=ming, amount=120), wire.Allotment(to=hong, amount=30)]
    await town.do(ALPHA, allocate=wire.Allocate(voucher=breakfast, legs=legs))
    await town.do(ALPHA, allocate=wire.Allocate(voucher=ticket, legs=[wire.Allotment(to=ming, amount=2)]))
    contract = "仓储合同（2026）".encode()
    opened = wire.OpenAgreement(
        sha256=sha256(contract),
        sm3=sm3(contract),
        size=len(contract),
        subject="仓储合同（2026）",
        context_digest=sha256(b"context"),
        parties=[NUMBERS[ALPHA], NUMBERS[BETA]],
        deadline=100_000,
    )
    agreement = (await town.do(BETA, open_agreement=opened)).data
    confirm = wire.ConfirmAgreement(agreement=agreement, sha256=sha256(contract))
    await town.do(BETA, confirm_agreement=confirm)
    order = wire.Order(document=sha256(b"order"), authority="杭州市西湖区人民法院", reference="（2026）浙0106执123号")
    await town.do(ALPHA, freeze=wire.Freeze(account=hong, order=order))
    await town.do(ALPHA, recognise=wire.Recognise(partner=NUMBERS[BETA], least=wire.LEVEL_REAL_NAME))


async def plug_in(town: Town, hsm: SoftHsm) -> None:
    """A token with a key of Alpha's, which its desk signs with when it is chosen."""
    desk = await town.desk(ALPHA)
    await desk.accept_module(hsm.path)
    hsm.insert_new("杭州合作方 复核")
    await until(lambda: bool(desk._keys.plugged))
    token = desk._keys.plugged[0].name
    await desk.log_in(token, PIN)
    await desk.generate_key(token, "p256", "复核 02")
    await desk.log_out(token)


async def take(town: Town, output: Path, spoken: LanguageChoice, worn: ThemeChoice) -> None:
    """Every page at the desks that have it."""
    for who, pages in PAGES.items():
        desk = await town.desk(who)
        camera = open_window(desk, output, spoken, worn, zone=HANGZHOU)
        bridge = camera.window.bridge
        await until(lambda bridge=bridge: bridge.status is not None and bridge.account_known)
        for page in pages:
            camera.frame.open_page(page)
            await calm(camera)
            await camera.take(f"{page}-{who}")
            await take_more(camera, page, who)
        camera.window.hide()


async def take_more(camera: Camera, name: str, who: str) -> None:
    """The form behind the page's main action, and the first thing on the page in full sight."""
    page = camera.frame.pages[name]
    main = next((each for each in page.findChildren(QPushButton) if is_main(each)), None)
    if isinstance(page, DeedPage) and main is not None:
        main.click()
        await calm(camera)
        await camera.take(f"{name}-{who}-form")
        page.leave()
        await calm(camera)
    opening = next((each for each in page.findChildren(QPushButton) if each.text() in OPENS and each.isVisible()), None)
    if opening is not None:
        opening.click()
        await calm(camera)
        await camera.take(f"{name}-{who}-detail")


def is_main(button: QPushButton) -> bool:
    """Whether it is the page's one main action."""
    return button.property("part") == "primary" and button.isVisible() and button.isEnabled()


async def calm(camera: Camera) -> None:
    """Until everything that the page asked for has come."""
    for _ in range(20):
        await settle()
        await asyncio.sleep(0.05)


async def main_async(output: Path) -> None:
    """All pictures, in both languages, light and dark."""
    with tempfile.TemporaryDirectory() as folder:
        hsm = SoftHsm(Path(folder))
        os.environ["SOFTHSM2_CONF"] = str(hsm.config)
        async with running_town(Path(folder) / "town") as town:
            await happenings(town)
            await plug_in(town, hsm)
            languages: tuple[LanguageChoice, ...] = ("zh", "en")
            for spoken in languages:
                await take(town, output, spoken, "light" if spoken == "zh" else "dark")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    run(make_loop(make_application()), main_async(options.output))


if __name__ == "__main__":
    main()
