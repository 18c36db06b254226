"""Pictures of every page, to be looked at: python -m tests.browser.pictures FOLDER; of two for the README: --readme."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args

from playwright.sync_api import Browser, Page

from tests.browser.looking import How, browser, open_page, sign_in
from tests.browser.pages import shown
from tests.browser.place import Place
from tests.browser.worlds import LEAD, PIP, lively
from tests.e2e.policy_edits import edit_policy
from tests.quick_folder import quick_folder

IMAGES = Path("docs/images")
SUMMARY = "Entry points escape from their scheme"
TEXT = "A wheel whose entry point is named `../../bin/python` writes outside of the folder for scripts."


def pictures(chromium: Browser, place: Place, folder: Path) -> None:
    """Every page in light, dark and narrow."""
    plan = lively(place)
    for how in get_args(How):
        for sight, page in shown(chromium, place, how, plan):
            page.screenshot(path=folder / f"{sight.name}-{how}.png", full_page=True)


def for_readme(chromium: Browser, place: Place) -> None:
    """The overview of a few repositories, and a case."""
    place.run(edit_policy(place.bot, _some_take_reports))
    lively(place)
    for advisory in place.github.repo(PIP).advisories:
        if advisory.state == "draft":
            advisory.edit(summary=SUMMARY, description=TEXT, credits=[])
    place.sweep()
    place.clock.advance(minutes=4)
    page = open_page(chromium)
    sign_in(page, place, LEAD)
    _picture(page, "overview", height=1085)
    page.goto(f"{place.here}/cases/1")
    _picture(page, "case", height=800)


def _some_take_reports(content: dict[str, Any]) -> None:
    for tool in ("wheel", "uv", "poetry"):
        content["tools"][tool]["report_owner"] = [{"from": "2024-01-01", "owner": "maintainers"}]


def _picture(page: Page, name: str, *, height: int) -> None:
    """The upper part of a page."""
    page.set_viewport_size({"width": 1140, "height": height})
    page.screenshot(path=IMAGES / f"{name}.png")


def main(argument: str) -> None:
    is_readme = argument == "--readme"
    with quick_folder() as folder, Place(folder) as place, browser() as chromium:
        place.sweep()
        if is_readme:
            for_readme(chromium, place)
        else:
            Path(argument).mkdir(exist_ok=True)
            pictures(chromium, place, Path(argument))


if __name__ == "__main__":
    main(sys.argv[1])
