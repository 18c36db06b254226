"""Pictures of every page, to be looked at: python -m tests.browser.pictures FOLDER; of two for the README: --readme."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

from playwright.sync_api import Browser

from tests.browser.looking import How, browser, open_page, sign_in
from tests.browser.pages import shown
from tests.browser.place import Place
from tests.browser.worlds import LEAD, lively
from tests.quick_folder import quick_folder

IMAGES = Path("docs/images")


def pictures(chromium: Browser, place: Place, folder: Path) -> None:
    """Every page in light, dark and narrow."""
    plan = lively(place)
    for how in get_args(How):
        for sight, page in shown(chromium, place, how, plan):
            page.screenshot(path=folder / f"{sight.name}-{how}.png", full_page=True)


def for_readme(chromium: Browser, place: Place) -> None:
    """The overview of all of PyPA, and a case."""
    lively(place)
    page = open_page(chromium)
    sign_in(page, place, LEAD)
    page.screenshot(path=IMAGES / "overview.png", clip={"x": 0, "y": 0, "width": 1280, "height": 1000}, full_page=True)
    page.goto(f"{place.here}/cases/1")
    page.screenshot(path=IMAGES / "case.png", clip={"x": 0, "y": 0, "width": 1280, "height": 900}, full_page=True)


def main(argument: str) -> None:
    is_readme = argument == "--readme"
    with quick_folder() as folder, Place(folder, world="pypa" if is_readme else "few") as place:
        place.sweep()
        with browser() as chromium:
            if is_readme:
                IMAGES.mkdir(exist_ok=True)
                for_readme(chromium, place)
            else:
                Path(argument).mkdir(exist_ok=True)
                pictures(chromium, place, Path(argument))


if __name__ == "__main__":
    main(sys.argv[1])
