"""A real browser, an app and a GitHub that listen on loopback. Without a browser these stories are left out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import CHROMIUM, browser, open_page
from tests.browser.place import Place
from tests.quick_folder import quick_folder
from tests.secrecy import leaks


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's. Where everything is checked it has to be there.

    Playwright leaves a loop running in its thread: it ends before any story of another module begins one.
    """
    if not CHROMIUM.exists():
        missing = f"there is no {CHROMIUM}: apt-get install chromium, and pages are looked at with it"
        if os.environ.get("GREENROOM_CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with browser() as started:
        yield started


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def window(request: pytest.FixtureRequest, chromium: Browser) -> Callable[[], Page]:
    """Opens a window. Each story is told once with scripts and once without: pages have none."""
    return partial(open_page, chromium, scripts=request.param)


@pytest.fixture
def place(chromium: Browser, capfd: pytest.CaptureFixture[str]) -> Iterator[Place]:  # noqa: ARG001 - without it, skipped
    """The app after its first sweep. In the end: was nothing asked that GitHub does not know, and did nothing leak?"""
    with quick_folder() as folder:
        with Place(folder) as place:
            place.sweep()
            yield place
            place.github.verify()
        captured = capfd.readouterr()
        assert leaks(place.github, folder, captured.out, captured.err) == []
