"""Real Chromium on the built page, opened from the disk as a customer opens it."""

import base64
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.conftest import require

PROGRAMS = ("chromium", "chromedriver")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic", "--disable-dev-shm-usage"),
)
PATIENCE = 20.0
DESKTOP, PHONE = (1280, 900), (360, 740)


class Browser:
    """One window. What it shows is asked for in the words of the page."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def open(self, page: Path, query: str = "", size: tuple[int, int] = DESKTOP) -> None:
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self._driver.get("about:blank")
        self._driver.get(page.as_uri() + query)

    def colours(self, scheme: str) -> None:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def give(self, *files: Path) -> None:
        """Through the real file input, and wait until the page has taken them."""
        before = self.run("return document.querySelector('.results').dataset.taken || '0'")
        self.find("#files").send_keys("\n".join(map(str, files)))
        self.wait(f"return (document.querySelector('.results').dataset.taken || '0') !== '{before}'")

    def find(self, selector: str) -> WebElement:
        return self._driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        return [element.text for element in self._driver.find_elements(By.CSS_SELECTOR, selector)]

    def run(self, script: str, *arguments: Any) -> Any:
        return self._driver.execute_script(script, *arguments)

    def wait(self, script: str) -> None:
        WebDriverWait(self._driver, PATIENCE, poll_frequency=0.05).until(lambda driver: driver.execute_script(script))

    def complaints(self) -> list[str]:
        """Everything in the console."""
        return [str(entry["message"]) for entry in self._driver.get_log("browser")]

    def requests(self) -> list[str]:
        """The addresses of everything that was asked for since the last call, but for what the page holds itself."""
        messages = [json.loads(entry["message"])["message"] for entry in self._driver.get_log("performance")]
        asked = [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]
        return [url for url in asked if not url.startswith(("data:", "about:", "chrome:"))]

    def picture(self, target: Path) -> None:
        size = self._driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self._driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
        target.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def browsing(folder: Path, flags: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser with an empty profile."""
    paths = {name: shutil.which(name) for name in PROGRAMS}
    require(all(paths.values()), "chromium and chromedriver are missing")
    options = ChromeOptions()
    options.binary_location = paths["chromium"]
    for flag in (*FLAGS, f"--user-data-dir={folder}", *flags):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(paths["chromedriver"]))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
