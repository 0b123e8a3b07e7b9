"""A real browser for the tests of web pages: Debian's chromium, where it is installed. Nothing is downloaded.

A test file takes the fixture by ``browser = screen.browser`` after ``from tests import browser as screen``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

CHROMIUM = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    """Chromium without a window, which notes what pages ask for; tests that need it are skipped where it is not."""
    for program in (CHROMIUM, DRIVER):
        if not program.exists():
            pytest.skip(f"{program} is not installed (Debian: apt-get install chromium chromium-driver)")
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in _FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    driver = Chrome(options=options, service=ChromeService(executable_path=str(DRIVER)))
    yield driver
    driver.quit()


def show(browser: Chrome, page: Path, width: int, height: int = 844, scale: int = 1, dark: bool = False) -> None:
    """Open a file as it is seen on a screen of this size in CSS dots."""
    size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 800}
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    browser.get_log("performance")  # type: ignore[no-untyped-call]  # forgets what earlier pages asked for
    browser.get(page.as_uri())


def overflow(browser: Chrome) -> int:
    """By how many dots the page is wider than the screen."""
    found = browser.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
    return int(found)


def requests(browser: Chrome) -> list[str]:
    """The addresses that the page has asked for since it was opened."""
    entries = browser.get_log("performance")  # type: ignore[no-untyped-call]
    messages = [json.loads(entry["message"])["message"] for entry in entries]
    sent = [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]
    return [str(url) for url in sent]
