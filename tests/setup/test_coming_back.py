"""Does the page know of what was installed on GitHub since, when somebody comes back to it?"""

from __future__ import annotations

import html
import re

from app.sandbox.registering import HAND, WATCHER
from tests.fake_github import FakeGitHub
from tests.setup.conftest import WIZARD, Browser, SetUp


def _shown(browser: Browser) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", browser.page.text)).split())


async def _registered(browser: Browser) -> None:
    await browser.open()
    await browser.register("Greenroom")
    await browser.register("Greenroom Hand")


async def test_it_says_what_it_waits_for(browser: Browser) -> None:
    """Both Apps are there and nobody installed one, which is where people leave for GitHub."""
    await _registered(browser)

    assert _shown(browser).count("not yet installed anywhere: it waits for an owner") == 2


async def test_opened_again_it_says_where_each_app_is_installed(browser: Browser) -> None:
    """Without a script nothing tells it; so GitHub is asked whenever somebody looks."""
    await _registered(browser)
    await browser.install("greenroom", "packaging-security")
    await browser.install("greenroom", "pypa")
    await browser.install("greenroom-hand", "packaging-security", "cases")

    await browser.go(f"{WIZARD}/setup")

    assert "installed on packaging-security, pypa Install Greenroom Hand" in _shown(browser)
    assert "installed on packaging-security (selected repositories)" in _shown(browser)
    assert 'href="/setup">ask again</a>' in browser.page.text


async def test_where_github_does_not_answer_the_page_does(browser: Browser, github: FakeGitHub) -> None:
    """What cannot be told is said so, and the links are there."""
    await _registered(browser)
    github.fail("GET", "/app/installations", times=None)

    await browser.go(f"{WIZARD}/setup")
    github.clear_faults()

    assert browser.page.status_code == 200
    assert "cannot tell where: GitHub does not answer at this moment" in _shown(browser)
    assert "Install Greenroom Hand" in browser.page.text


async def test_a_key_that_github_refuses_is_no_app_that_nobody_installed(browser: Browser, github: FakeGitHub) -> None:
    """Somebody deleted the key in between."""
    await _registered(browser)
    github.world.app(WATCHER).public_key = github.world.app(HAND).public_key

    await browser.go(f"{WIZARD}/setup")

    assert "cannot tell where: GitHub does not accept its key" in _shown(browser)


async def test_accounts_without_the_app_are_one_line_of_what_the_doctor_found(browser: Browser) -> None:
    """As in the terminal; the count is of what somebody has to do."""
    await _registered(browser)

    await browser.click("Look at everything")

    shown = _shown(browser)
    [accounts] = re.findall(r"Greenroom: installations not installed on (\d+) accounts that policy names: ", shown)
    [count] = re.findall(r"problem (\d+) to mend", shown)
    assert int(count) > int(accounts)
    assert shown.count("not installed") == 2  # of each App


async def test_over_nothing_is_asked_any_more(browser: Browser, setup: SetUp, github: FakeGitHub) -> None:
    """The last page is of what was done."""
    await _registered(browser)
    asked = len(github.requests)

    await browser.click("Finish")

    assert setup.closed
    assert len(github.requests) == asked
