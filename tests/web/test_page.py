"""The page in real Chromium, opened from the disk: what a customer gives it, and what it says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.browser import DESKTOP, PHONE, Browser, browsing
from tests.web.cheats import CHEATS
from tests.web.conftest import PAGE
from tests.web.papers import BALANCES, CUSTODIAN, Paper, pretty

GENESIS = pretty(Paper().genesis)
THIN = "\u2009"
VALID = {"zh": "证明成立", "en": "The proof holds"}
REFUTED = {"zh": "证明不成立", "en": "The proof does not hold"}
UNSURE = {"zh": "还不能下结论", "en": "No conclusion yet"}
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(window: Browser) -> Iterator[Browser]:
    """The window; whatever a test does, nothing may stand in the console and nothing but the page may be asked for."""
    window.complaints()
    window.requests()
    yield window
    assert window.complaints() == []
    assert {url.partition("?")[0].partition("#")[0] for url in window.requests()} == {PAGE.as_uri()}


@pytest.fixture
def genesis(tmp_path: Path) -> Path:
    path = tmp_path / "genesis.json"
    path.write_text(GENESIS, encoding="utf-8")
    return path


def saved(folder: Path, name: str, paper: Paper) -> Path:
    path = folder / f"{name}.json"
    path.write_bytes(paper.encode())
    return path


def numbers(browser: Browser) -> list[str]:
    return [text.replace(THIN, " ").replace("\n", " ") for text in browser.texts(".number")]


@LANGUAGES
def test_an_empty_page_says_what_it_is_for_and_shows_no_numbers(browser: Browser, language: str) -> None:
    browser.open(PAGE, f"?lang={language}")
    assert browser.texts(".lead")[0]
    assert browser.texts(".result") == browser.texts(".number") == []


@LANGUAGES
def test_a_valid_paper_shows_verdict_balance_custody_and_ten_steps(
    browser: Browser, language: str, genesis: Path, tmp_path: Path
) -> None:
    browser.open(PAGE, f"?lang={language}")
    browser.give(saved(tmp_path, "mine", Paper(user=1)), genesis)
    assert browser.texts(".banner h2") == [VALID[language]]
    assert numbers(browser) == ["20.00 米票", "25.00", "25.00", "100.00%"]
    assert len(browser.texts(".step.passed")) == 9
    assert len(browser.texts(".step.skipped")) == 1
    assert "粮仓" in browser.find(".banner").text
    assert "undefined" not in browser.find("body").text


def test_amounts_are_grouped_and_more_than_is_owed_is_said(browser: Browser, genesis: Path, tmp_path: Path) -> None:
    rich = Paper(balances=(1_234_567_890, 1), kept=((CUSTODIAN, 1_300_000_000),), result=1_300_000_000)
    browser.open(PAGE, "?lang=en")
    browser.give(saved(tmp_path, "rich", rich), genesis)
    assert numbers(browser) == ["12 345 678.90 米票", "12 345 678.91", "13 000 000.00", "105.30%"]
    assert browser.texts(".extra")[0].replace(THIN, " ") == "654 321.09 more than owed"


def test_a_unique_voucher_shows_its_serial(browser: Browser, genesis: Path, tmp_path: Path) -> None:
    browser.open(PAGE, "?lang=en")
    browser.give(saved(tmp_path, "ticket", Paper(unique=True, kept=((CUSTODIAN, 5),), user=3)), genesis)
    assert numbers(browser)[0] == "13 米票"


@LANGUAGES
def test_every_cheat_is_explained_in_words(browser: Browser, language: str, genesis: Path, tmp_path: Path) -> None:
    """Each on its own card, so that one page shows them all."""
    browser.open(PAGE, f"?lang={language}")
    papers = [
        saved(tmp_path, f"cheat {at}", paper) for at, (paper, step, _) in enumerate(CHEATS.values()) if step != "user"
    ]
    browser.give(*papers, genesis)
    assert browser.texts(".banner h2") == [REFUTED[language]] * len(papers)
    assert all(browser.texts(".result .strong"))
    assert len(browser.texts(".step.failed")) == len(papers)
    assert browser.texts(".number") == []
    assert "undefined" not in browser.find("body").text


@LANGUAGES
def test_without_a_genesis_the_page_asks_for_it_by_its_fingerprint(
    browser: Browser, language: str, genesis: Path, tmp_path: Path
) -> None:
    browser.open(PAGE, f"?lang={language}")
    browser.give(saved(tmp_path, "mine", Paper()))
    assert browser.texts(".banner h2") == [UNSURE[language]]
    asked = browser.find(".result .print").text
    assert len(asked.split(" ")) == 16
    browser.give(genesis)
    assert browser.texts(".banner h2") == [VALID[language]]
    assert browser.find(".anchor .print").text == asked


def test_a_paper_of_another_chain_is_not_trusted(browser: Browser, genesis: Path, tmp_path: Path) -> None:
    other = Paper(change_header=lambda header: header.update(genesis_fingerprint="ab" * 32))
    browser.open(PAGE, "?lang=en")
    browser.give(saved(tmp_path, "other", other), genesis)
    assert browser.texts(".banner h2") == [UNSURE["en"]]
    assert browser.find(".result .strong").text == "This proof belongs to another chain"


def test_the_account_is_compared_as_soon_as_it_is_typed(browser: Browser, genesis: Path, tmp_path: Path) -> None:
    browser.open(PAGE, "?lang=en")
    browser.give(saved(tmp_path, "mine", Paper()), genesis)
    field = browser.find("#account")
    field.send_keys("101")
    browser.wait("return document.querySelector('.banner.refuted') !== null")
    assert "another account" in browser.find(".result .strong").text
    field.clear()
    field.send_keys("100")
    browser.wait("return document.querySelectorAll('.step.passed').length === 10")
    field.send_keys("x")
    browser.wait("return document.querySelector('#account').getAttribute('aria-invalid') === 'true'")
    assert browser.find("#account-error").text


def test_files_that_are_neither_are_named_and_change_nothing(browser: Browser, genesis: Path, tmp_path: Path) -> None:
    stranger, broken = tmp_path / "letter.json", tmp_path / "broken.json"
    stranger.write_text("Dear Sir")
    broken.write_text(GENESIS.replace('"10"', '"ten"'), encoding="utf-8")
    browser.open(PAGE, "?lang=en")
    browser.give(saved(tmp_path, "mine", Paper()), genesis)
    browser.give(stranger, broken)
    assert browser.texts(".banner h2") == [VALID["en"]]
    said = browser.find(".results").text
    assert "letter.json" in said
    assert "broken.json" in said


def test_a_damaged_paper_is_refuted_and_not_taken_for_something_else(
    browser: Browser, genesis: Path, tmp_path: Path
) -> None:
    path = tmp_path / "damaged.json"
    path.write_bytes(Paper().encode()[:-40])
    browser.open(PAGE, "?lang=en")
    browser.give(path, genesis)
    assert browser.texts(".banner h2") == [REFUTED["en"]]


def test_several_papers_each_get_their_verdict_and_can_be_taken_away(
    browser: Browser, genesis: Path, tmp_path: Path
) -> None:
    browser.open(PAGE, "?lang=en")
    browser.give(saved(tmp_path, "one", Paper()), saved(tmp_path, "two", CHEATS["less than it owes"][0]), genesis)
    assert browser.texts(".banner h2") == [VALID["en"], REFUTED["en"]]
    assert browser.run("return document.querySelector('[role=status]').textContent") == (
        "one.json: The proof holds two.json: The proof does not hold"
    )
    browser.find(".result .quiet").click()
    assert browser.texts(".banner h2") == [REFUTED["en"]]


def test_the_language_is_switched_and_what_was_given_stays(browser: Browser, genesis: Path, tmp_path: Path) -> None:
    browser.open(PAGE, "#en")
    browser.give(saved(tmp_path, "mine", Paper()), genesis)
    browser.find("#account").send_keys("100")
    browser.find(".top button").click()
    assert browser.texts(".banner h2") == [VALID["zh"]]
    assert browser.run("return [document.documentElement.lang, document.title]") == ["zh-CN", "核验储备证明"]
    assert browser.find("#account").get_attribute("value") == "100"


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@LANGUAGES
def test_nothing_is_wider_than_the_window(
    browser: Browser, language: str, size: tuple[int, int], genesis: Path, tmp_path: Path
) -> None:
    browser.open(PAGE, f"?lang={language}", size)
    browser.give(
        saved(tmp_path, "mine", Paper()), saved(tmp_path, "a-name-" * 20, CHEATS["less than it owes"][0]), genesis
    )
    browser.run("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert browser.run("return document.documentElement.scrollWidth") <= size[0]


def test_everything_is_reached_with_the_keyboard(browser: Browser, genesis: Path, tmp_path: Path) -> None:
    browser.open(PAGE, "?lang=en")
    browser.give(saved(tmp_path, "mine", Paper()), genesis)
    reached = browser.run(
        "return [...document.querySelectorAll('button, input, summary')].filter(one => one.tabIndex === 0)"
        ".map(one => one.id || one.textContent)"
    )
    assert reached == ["中文", "files", "account", "Remove", "Details for the record", "Remove"]


def test_names_of_others_cannot_become_part_of_the_page(browser: Browser, genesis: Path, tmp_path: Path) -> None:
    def named(state: dict[bytes, Any]) -> None:
        next(
            value for key, value in state.items() if key.startswith(b"voucher/")
        ).terms.name = "<img src=x onerror=alert(1)>\u202e"

    browser.open(PAGE, "?lang=en")
    browser.give(saved(tmp_path, "mine", Paper(change_state=named)), genesis)
    assert browser.texts(".banner h2") == [VALID["en"]]
    assert browser.run("return document.querySelectorAll('img').length") == 0
    assert "<img" in browser.find(".own").text


def test_many_papers_are_verified_in_one_call(browser: Browser) -> None:
    """So the page can be compared with another verifier over thousands."""
    browser.open(PAGE)
    papers = [Paper(user=at).encode().decode() for at in range(len(BALANCES))]
    balances = browser.run(
        "const [papers, genesis] = arguments;"
        "return papers.map((one, at) => verifyReserve(one, genesis, String(100 + at)))"
        ".map(({verdict, steps}) => [verdict, steps[2].facts.balance])",
        papers,
        pretty(Paper().genesis),
    )
    assert balances == [["valid", str(balance)] for balance in BALANCES]


@pytest.mark.parametrize(("browser_language", "shown"), [("zh-CN", "zh-CN"), ("de-DE", "en")])
def test_the_page_begins_in_the_language_of_the_browser(browser_language: str, shown: str, tmp_path: Path) -> None:
    with browsing(tmp_path, [f"--lang={browser_language}", f"--accept-lang={browser_language}"]) as browser:
        browser.open(PAGE)
        assert browser.run("return document.documentElement.lang") == shown
