"""How does somebody sit in front of a browser, signed in as themselves?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.place import Place

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 15_000  # milliseconds that a page or a button may take

How = Literal["light", "dark", "narrow"]
WIDTHS = {"light": 1280, "dark": 1280, "narrow": 390}


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # As root, as in containers, it starts only without its own sandbox. It sees nothing but our own pages.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


def open_page(chromium: Browser, *, how: How = "light", scripts: bool = True, checked: bool = False) -> Page:
    """A window of its own, in which nobody is signed in. Only a `checked` one lets our checks run in pages."""
    context = chromium.new_context(
        viewport={"width": WIDTHS[how], "height": 900},
        color_scheme="dark" if how == "dark" else "light",
        java_script_enabled=scripts,
        bypass_csp=checked,
        locale="en-GB",
    )
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def sign_in(page: Page, place: Place, login: str, path: str = "/") -> Page:
    """By way of GitHub's own page, as people do, and back to where they wanted to go."""
    page.goto(place.here + path)
    page.get_by_role("button", name="Sign in with GitHub").click()
    page.get_by_role("button", name=login, exact=True).click()
    return page


def path_of(page: Page, place: Place) -> str:
    return page.url.removeprefix(place.here)
