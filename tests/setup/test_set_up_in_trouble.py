"""What goes wrong between the first page of a set-up and its last, and is anything lost by it?"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.manifest import manifest
from app.sandbox.registering import new_private_key, register
from app.setup.writing import held_in
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.setup.conftest import WIZARD, Browser, SetUp

KEY = new_private_key()


async def test_interrupted_and_begun_again_it_goes_on_where_it_was(
    browser: Browser, github: FakeGitHub, clock: FakeClock, folder: Path
) -> None:
    """Somebody stopped it while GitHub's page was open: nothing was written, and a new state is given."""
    await browser.open()
    await browser.click("Register Greenroom on GitHub")
    left = browser.page

    again = Browser(SetUp(github, clock, folder))
    await again.open()
    again.page = left
    stale = await again.click("Create GitHub App for")
    await again.go(f"{WIZARD}/setup")
    settings_page = "https://github.com/organizations/packaging-security/settings/apps/greenroom"
    await again.http.post(settings_page)  # nobody has its key, so its owner deletes it
    await again.register("Greenroom")
    await again.http.aclose()

    assert stale.status_code == 403
    assert held_in(folder)["GREENROOM_APP_ID"] == str(github.world.app("greenroom").id)


async def test_a_name_that_is_taken_is_changed_on_github(browser: Browser, github: FakeGitHub) -> None:
    """Names are unique there; here the App is known by its number."""
    register(
        github.world, "greenroom", manifest(), github.world.organization("pypa"), private_key=KEY, webhook_secret=""
    )
    await browser.open()
    await browser.register("Greenroom")
    assert "Name has already been taken" in browser.page.text
    await browser.click("Create GitHub App for", name="Greenroom of PyPA")

    assert browser.setup.wizard.apps["watcher"].slug == "greenroom-of-pypa"
    assert "/apps/greenroom-of-pypa/installations/new" not in browser.page.text  # not before the Hand was decided
    await browser.click("Observe only")
    assert "/apps/greenroom-of-pypa/installations/new" in browser.page.text


@pytest.mark.parametrize("answer", ["fail", "lose_answer", "garbage"])
async def test_when_github_does_not_answer_the_same_code_is_tried_again(
    browser: Browser, github: FakeGitHub, answer: str, folder: Path
) -> None:
    """It is good for an hour. If it was used meanwhile, nobody has the key: the page says what to do on GitHub."""
    await browser.open()
    await browser.click("Register Greenroom on GitHub")
    github.sandbox.verbs.do(answer.replace("_", "-"), {"method": "POST", "path": "/app-manifests/*"})

    await browser.click("Create GitHub App for")
    assert "Try again" in browser.page.text
    assert not (folder / ".env").exists()
    await browser.click("Try again")

    if answer == "lose_answer":
        assert "it was used already" in browser.page.text
        assert "delete it at https://github.com/organizations/packaging-security/settings/apps" in browser.page.text
        await browser.http.post("https://github.com/organizations/packaging-security/settings/apps/greenroom")
        await browser.register("Greenroom")
    assert held_in(folder)["GREENROOM_APP_ID"] == str(github.world.app("greenroom").id)


async def test_who_clicks_twice_is_not_told_that_it_failed(browser: Browser, github: FakeGitHub, folder: Path) -> None:
    """The second click would hear that the code was used, and the page would say to delete an App that works."""
    await browser.open()
    await browser.click("Register Greenroom on GitHub")
    github.sandbox.verbs.do("fail", {"method": "POST", "path": "/app-manifests/*"})
    await browser.click("Create GitHub App for")
    wizard = browser.setup.wizard

    await asyncio.gather(wizard.try_again(), wizard.try_again())

    assert wizard.problem == ""
    asked = [each.status for each in github.requests if each.path.startswith("/app-manifests/")]
    assert asked == [502, 201]
    assert held_in(folder)["GREENROOM_APP_ID"] == str(github.world.app("greenroom").id)


async def test_a_code_that_is_over_is_told_and_the_step_begins_anew(browser: Browser, github: FakeGitHub) -> None:
    """An hour at most, from GitHub's page to here."""
    await browser.open()
    await browser.click("Register Greenroom on GitHub")
    browser.http.follow_redirects = False
    back = (await browser.click("Create GitHub App for")).headers["location"]
    browser.http.follow_redirects = True
    github.world.manifest_codes.clear()

    await browser.go(back)

    assert "GitHub does not know this code" in browser.page.text
    assert browser.setup.wizard.step == "watcher"
    assert "Try again" not in browser.page.text
    assert "Register Greenroom on GitHub" in browser.page.text
    assert (await browser.go(back)).status_code == 403  # the state was good once, whatever came of it


@contextmanager
def _files_of_at_most(size: int) -> Iterator[None]:
    """A disk on which nothing larger has room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_loses_nothing_while_the_window_is_open(
    browser: Browser, github: FakeGitHub, folder: Path
) -> None:
    """What GitHub gave is held, written when there is room, and said to be lost when the terminal is closed before."""
    await browser.open()
    await browser.click("Register Greenroom on GitHub")
    wizard = browser.setup.wizard

    with _files_of_at_most(1000):  # bytes: a key has more
        await browser.click("Create GitHub App for")
    assert "nothing could be written" in browser.page.text
    assert list((folder / "secrets").iterdir()) == []
    assert "were not kept" in wizard.left_behind()
    assert "settings/apps/greenroom" in wizard.left_behind()
    await browser.click("Try again")

    assert held_in(folder)["GREENROOM_APP_ID"] == str(github.world.app("greenroom").id)
    assert wizard.left_behind() == ""


async def test_a_place_that_is_taken_costs_no_app(browser: Browser, github: FakeGitHub, folder: Path) -> None:
    """GitHub is asked when there is room for what it says: its code waits, and what is in the way stays as it was."""
    await browser.open()
    await browser.click("Register Greenroom on GitHub")
    stands_there = _somebodys(folder / "secrets" / "watcher.pem")

    await browser.click("Create GitHub App for")

    assert "nothing is written over" in browser.page.text
    assert not [each for each in github.requests if each.path.startswith("/app-manifests/")]
    assert stands_there.read_text() == "somebody's"
    stands_there.unlink()
    await browser.click("Try again")
    assert held_in(folder)["GREENROOM_APP_ID"] == str(github.world.app("greenroom").id)


def _somebodys(path: Path) -> Path:
    path.parent.mkdir(parents=True, mode=0o700)
    path.write_text("somebody's")
    return path


async def test_who_stops_is_told_of_an_app_that_github_may_have_and_nobody_has_the_key_of(
    browser: Browser, github: FakeGitHub
) -> None:
    """Nobody here sees what happens on GitHub's page; there an App without a key stays until somebody deletes it."""
    wizard, apps = browser.setup.wizard, "https://github.com/organizations/packaging-security/settings/apps"
    assert wizard.perhaps_there() == ""

    await browser.open()
    told = f"If GitHub lists Greenroom at {apps}, delete it: nobody has its key."
    assert wizard.perhaps_there() == told
    await browser.click("Register Greenroom on GitHub")
    github.sandbox.verbs.do("lose-answer", {"method": "POST", "path": "/app-manifests/*"})
    await browser.click("Create GitHub App for")
    assert wizard.perhaps_there() == told

    await browser.http.post(f"{apps}/greenroom")
    await browser.click("Try again")
    await browser.register("Greenroom")
    assert wizard.perhaps_there() == f"If GitHub lists Greenroom Hand at {apps}, delete it: nobody has its key."

    await browser.click("Observe only")
    assert wizard.perhaps_there() == ""
