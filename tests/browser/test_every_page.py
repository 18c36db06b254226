"""Can everybody read every page: in light, in the dark, on a phone, and with whatever reads it to them?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from app.dashboard.routes import PAGES
from tests.browser.looking import How, open_page, sign_in
from tests.browser.pages import SIGHTS, shown
from tests.browser.place import Place
from tests.browser.worlds import LEAD, lively, too_much
from tests.quick_folder import quick_folder

GRAVE = {"serious", "critical"}
_ONLY_CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
_ALL_BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}
# What is on a page is the same in the dark, and its colours are the same on a phone.
CHECKS: dict[How, Mapping[str, Any]] = {"light": {}, "dark": _ONLY_CONTRAST, "narrow": _ALL_BUT_CONTRAST}
FILES = {"/findings.csv", "/findings.json"}


@pytest.fixture(scope="module")
def world(chromium: Browser) -> Iterator[tuple[Place, str]]:  # noqa: ARG001 - without it, skipped
    """Something of everything, which nobody changes; and the id of a plan."""
    with quick_folder() as folder, Place(folder) as place:
        place.sweep()
        yield place, lively(place)


@pytest.mark.slow
@pytest.mark.parametrize("how", get_args(How))
def test_nothing_grave_keeps_anybody_from_reading_a_page(chromium: Browser, world: tuple[Place, str], how: How) -> None:
    """What axe finds by itself: contrast, names, labels, order of headings, landmarks. And no page scrolls sideways."""
    place, plan = world
    axe, wrong = Axe(), []
    for sight, page in shown(chromium, place, how, plan, checked=True):
        found = axe.run(page, options={**CHECKS[how], "resultTypes": ["violations"]}).response["violations"]
        wrong += [_told(sight.name, each) for each in found if each["impact"] in GRAVE]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{sight.name}: scrolls sideways")

    assert wrong == []


@pytest.mark.slow
def test_nothing_grave_keeps_anybody_from_reading_what_a_wide_yes_reaches(chromium: Browser) -> None:
    """Its page is there only where a plan is wide; elsewhere its address answers with a refusal."""
    with quick_folder() as folder, Place(folder) as place:
        place.sweep()
        address, axe, wrong = f"{place.here}/plans/{too_much(place)}/wide", Axe(), []
        for how in get_args(How):
            page = open_page(chromium, how=how, checked=True)
            sign_in(page, place, LEAD, "/access")
            page.goto(address)
            assert "Say yes to all of plan" in page.title()
            found = axe.run(page, options={**CHECKS[how], "resultTypes": ["violations"]}).response["violations"]
            wrong += [_told(how, each) for each in found if each["impact"] in GRAVE]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"{how}: scrolls sideways")
            page.context.close()

    assert wrong == []


@pytest.mark.parametrize("how", get_args(How))
def test_what_nobody_could_read_is_found(chromium: Browser, how: How) -> None:
    """Otherwise the story above could say nothing: grey on white, and a field without a name."""
    page = open_page(chromium, how=how)
    page.set_content('<html lang="en"><title>x</title><p style="color: #bbb; background: #fff">faint</p><input></html>')

    found = Axe().run(page, options={**CHECKS[how], "resultTypes": ["violations"]}).response["violations"]

    grave = {each["id"] for each in found if each["impact"] in GRAVE}
    assert grave == {"light": {"color-contrast", "label"}, "dark": {"color-contrast"}, "narrow": {"label"}}[how]
    page.context.close()


def test_every_page_is_looked_at() -> None:
    """Whoever adds a page adds it to those that are looked at."""
    paths = [re.sub(r"{\w+}", "[^/]+", page.path) for page in PAGES if page.method == "GET" and page.path not in FILES]
    seen = [sight.path.partition("?")[0] for sight in SIGHTS]

    assert [path for path in paths if not any(re.fullmatch(path, each) for each in seen)] == []


def _told(page: str, violation: Mapping[str, Any]) -> str:
    nodes = violation["nodes"]
    first = nodes[0]
    return f"{page}: {violation['id']} ({violation['help']}) at {len(nodes)}: {first['html'][:150]}"
