"""Can somebody set it up with a browser as it is, and read each step: in light, in the dark, on a phone?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import How, open_page
from tests.browser.test_every_page import CHECKS, GRAVE
from tests.setup.processes import address_in, at, bare_github, typed

pytestmark = pytest.mark.slow
OPTIONS = ("--org", "packaging-security", "--public-url", "http://127.0.0.1:8765", "--port", "0")
OWNERS = "packaging-security"


@pytest.fixture
def github(chromium: Browser, tmp_path: Path) -> Iterator[str]:  # noqa: ARG001 - without it, skipped
    with bare_github(tmp_path) as address:
        yield address


def _register(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Register {name} on GitHub", exact=True).click()
    page.get_by_role("button", name=f"Create GitHub App for {OWNERS}").click()


def _installed(page: Page, name: str) -> None:
    """Who goes back before GitHub's page has come has no page to go back from."""
    expect(page.get_by_role("heading", name=f"{name} is installed on {OWNERS}", exact=True)).to_be_visible()


def test_from_the_terminals_address_to_a_closed_page(github: str, window: Callable[[], Page], tmp_path: Path) -> None:
    """Clicks alone, with scripts and without; browsers hold forms that lead to GitHub and back against our policy."""
    with typed("setup", *OPTIONS, cwd=tmp_path, **at(github)) as running:
        page = window()
        page.goto(address_in(running))
        assert "token" not in page.url
        _register(page, "Greenroom")
        expect(page.get_by_role("heading", name="May it write?")).to_be_visible()
        _register(page, "Greenroom Hand")

        page.get_by_role("link", name="Install Greenroom", exact=True).click()
        page.get_by_role("button", name=f"Install on all repositories of {OWNERS}").click()
        _installed(page, "Greenroom")
        page.go_back()
        page.go_back()
        page.get_by_role("link", name="Install Greenroom Hand").click()
        page.get_by_label(f"Only select repositories of {OWNERS}").fill("cases")
        page.get_by_role("button", name=f"Install on these of {OWNERS}").click()
        _installed(page, "Greenroom Hand")
        page.go_back()
        page.go_back()
        page.get_by_role("button", name="Look at everything").click()
        expect(page.get_by_text("Greenroom: GREENROOM_PRIVATE_KEY")).to_be_attached()
        page.get_by_role("button", name="Finish").click()
        expect(page.get_by_role("status")).to_have_text(re.compile("nothing listens here any more"))
        running.communicate(timeout=60)

    assert running.returncode == 0
    assert (tmp_path / "secrets" / "hand.pem").is_file()
    page.context.close()


@pytest.mark.parametrize("how", get_args(How))
def test_nothing_grave_keeps_anybody_from_reading_a_step(
    github: str, chromium: Browser, how: How, tmp_path: Path
) -> None:
    """Each step, one that went wrong, and the end."""
    wrong: list[str] = []
    with typed("setup", *OPTIONS, cwd=tmp_path, **at(github)) as running:
        page = open_page(chromium, how=how, checked=True)

        def look(step: str) -> None:
            found = Axe().run(page, options={**CHECKS[how], "resultTypes": ["violations"]}).response["violations"]
            wrong.extend(f"{step}: {each['id']}" for each in found if each["impact"] in GRAVE)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"{step}: scrolls sideways")

        page.goto(address_in(running))
        look("the Watcher")
        page.goto(f"{page.url}/callback?code=a&state=b")
        look("refused")
        page.get_by_role("link", name="Back to the set-up").click()
        (tmp_path / "secrets" / "watcher.pem").write_text("in the way")
        _register(page, "Greenroom")
        expect(page.get_by_role("alert")).to_contain_text("nothing is written over")
        look("in the way")
        (tmp_path / "secrets" / "watcher.pem").unlink()
        page.get_by_role("button", name="Try again").click()
        look("the Hand")
        page.get_by_role("button", name="Observe only").click()
        page.get_by_role("button", name="Look at everything").click()
        look("installing")
        page.get_by_role("button", name="Finish").click()
        look("the end")

    page.context.close()
    assert wrong == []
