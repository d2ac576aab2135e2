"""Pictures of the customers' page in a real browser, with papers of a real publication.

python -m tests.web.page_pictures --output docs/screenshots
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from tests.fakes.reserves import custodian_at_work, owed_to
from tests.web.browser import DESKTOP, PHONE, Browser, browsing
from tests.web.conftest import PAGE


async def make_files(folder: Path) -> None:
    """A genesis document, a true paper, and the same with another balance."""
    async with custodian_at_work() as bank:
        voucher = bank.issue(12_500_00, name="五常大米提货券")
        papers = await bank.papers(voucher, owed_to([4_015_00, 2_700_00, 2_377_25]), padding=5)
        (folder / "genesis.json").write_bytes(bank.stage.consortium.genesis_bytes)
        paper = papers.paper(0)
    (folder / "20000.reserve.json").write_bytes(paper)
    changed = json.loads(paper)
    changed["leaf"]["balance"] = "501500"
    (folder / "changed.reserve.json").write_text(json.dumps(changed, sort_keys=True, separators=(",", ":")))


def take(browser: Browser, files: Path, output: Path, language: str, look: str) -> None:
    """All states of the page in one language and one look."""
    browser.colours(look)
    for name, given, size in (
        ("1-empty", (), DESKTOP),
        ("2-valid", ("20000.reserve.json", "genesis.json"), DESKTOP),
        ("3-refuted", ("changed.reserve.json", "genesis.json"), DESKTOP),
        ("4-phone", ("20000.reserve.json", "genesis.json"), PHONE),
        ("5-no-genesis", ("20000.reserve.json",), PHONE),
    ):
        browser.open(PAGE, f"?lang={language}", size)
        if given:
            browser.give(*(files / each for each in given))
        browser.picture(output / f"customers-page-{name}-{language}-{look}.png")


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    output: Path = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as files, tempfile.TemporaryDirectory() as profile:
        asyncio.run(make_files(Path(files)))
        with browsing(Path(profile)) as browser:
            for language, look in (("zh", "light"), ("en", "light"), ("zh", "dark")):
                take(browser, Path(files), output, language, look)


if __name__ == "__main__":
    main()
