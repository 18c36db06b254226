"""From nothing to an install that watches: what is registered, what is written down, and what can go wrong between?"""

from __future__ import annotations

import asyncio
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.main import assemble
from app.manifest import manifest
from app.sandbox.registering import new_private_key, register
from app.serving import served
from app.settings import Settings, load_settings
from app.setup.keeping import Printed
from app.setup.writing import held_in
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.setup.conftest import PUBLIC, WIZARD, Browser, SetUp

KEY = new_private_key()
WATCHERS = {"watcher.pem", "client_secret", "webhook_secret", "encryption_keys", "digest_keys"}


def _files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "secrets").iterdir()}


async def test_both_apps_are_registered_as_app_yml_says_with_the_addresses_of_this_install(
    browser: Browser, github: FakeGitHub
) -> None:
    """Nobody types a permission, an event or an address."""
    await browser.open()
    await browser.register("Greenroom")
    await browser.register("Greenroom Hand")

    watcher, hand = github.world.app("greenroom"), github.world.app("greenroom-hand")
    assert set(watcher.permissions.values()) == {"read"}
    assert "repository_advisory" in watcher.events
    assert watcher.webhook_url == f"{PUBLIC}/webhooks/github"
    assert watcher.callback_urls == [f"{PUBLIC}/login/callback"]
    assert hand.permissions["repository_advisories"] == "write"
    assert (hand.webhook_secret, hand.events, hand.callback_urls) == (None, [], [])


async def test_what_github_gave_is_in_files_of_their_owner_and_named_by_dot_env(
    browser: Browser, github: FakeGitHub, folder: Path
) -> None:
    """0600 in a folder of 0700; no secret stands in `.env` itself, nor anywhere in what was said."""
    await browser.open()
    await browser.register("Greenroom")
    await browser.register("Greenroom Hand")

    watcher, hand = github.world.app("greenroom"), github.world.app("greenroom-hand")
    assert _files(folder) == {*WATCHERS, "hand.pem"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder / "secrets").iterdir()} == {0o600}
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "secrets", folder / ".env")] == [
        0o700,
        0o700,
        0o600,
    ]
    settings = load_settings(_env_file=folder / ".env")
    assert (settings.app_id, settings.client_id) == (str(watcher.id), watcher.client_id)
    assert settings.private_key.get_secret_value() == watcher.private_key.strip()
    assert settings.webhook_secret.get_secret_value() == watcher.webhook_secret
    assert settings.hand_private_key is not None
    assert settings.hand_private_key.get_secret_value() == hand.private_key.strip()
    assert (settings.hand_app_id, settings.public_url) == (str(hand.id), PUBLIC)
    assert settings.missing_for_sign_in == ()
    told = (folder / ".env").read_text() + "".join(browser.setup.said) + browser.page.text
    assert not [path.name for path in (folder / "secrets").iterdir() if path.read_text().strip() in told]
    assert hand.client_secret not in "".join(path.read_text() for path in (folder / "secrets").iterdir())


async def test_installed_the_doctor_has_nothing_to_say_of_the_apps_and_it_watches(
    browser: Browser, github: FakeGitHub, folder: Path, clock: FakeClock
) -> None:
    """The whole way: register, install, look, close; then deliveries are taken in, and nothing is written."""
    await browser.open()
    await browser.register("Greenroom")
    await browser.register("Greenroom Hand")
    for org in list(github.world.organizations.values()):
        await browser.install("greenroom", org.login)
    await browser.install("greenroom-hand", "packaging-security", "cases")
    await browser.click("Look at everything")
    lines = browser.setup.wizard.lines or ()
    wrong = {line.name: line.says for line in lines if line.state == "problem"}
    # The shipped policy names more than this small world has.
    assert [name for name, says in wrong.items() if not says.startswith(("not installed", "does not see"))] == [
        "channels"
    ]
    assert {line.says for line in lines if line.name.endswith("PRIVATE_KEY")} == {"GitHub accepts it"}

    clock.advance(minutes=1)
    closed = await browser.click("Finish")

    assert browser.setup.closed
    assert browser.setup.wizard.looked_at == clock.now()  # what was mended since is not told as broken
    assert f"As it was at {clock.now():%H:%M:%S} UTC" in closed.text
    assert "nothing listens here any more" in closed.text
    settings = load_settings(_env_file=folder / ".env", database_url=f"sqlite:///{folder / 'greenroom.db'}")
    async with assemble(settings, clock=clock, transport=github.transport) as greenroom:
        answers = httpx.ASGITransport(app=served(greenroom))
        async with httpx.AsyncClient(transport=answers, base_url=PUBLIC) as http:
            delivery = github.world.deliveries[-1]
            taken = await http.post("/webhooks/github", content=delivery.body, headers=delivery.headers)
            pages = {path: (await http.get(path)).status_code for path in ("/setup", "/setup/begin", "/no-such-page")}
        await greenroom.sweep.sweep()
    assert taken.status_code == 202
    assert pages == dict.fromkeys(pages, 404)
    assert github.writes == []


async def test_observing_only_is_a_choice_and_the_hand_can_come_later(
    browser: Browser, github: FakeGitHub, clock: FakeClock, folder: Path
) -> None:
    """Nothing of the Hand is registered; `--hand` adds it to what is there, line by line."""
    await browser.open()
    await browser.register("Greenroom")
    await browser.click("Observe only")
    before = (folder / ".env").read_text()
    assert "Install Greenroom Hand" not in browser.page.text
    assert [app.slug for app in github.world.registrations.values()] == ["greenroom"]

    later = Browser(SetUp(github, clock, folder, wanted=("hand",), held=held_in(folder)))
    await later.open()
    await later.register("Greenroom Hand")
    await later.http.aclose()

    assert (folder / ".env").read_text().startswith(before)
    assert "GREENROOM_HAND_APP_ID" in held_in(folder)
    assert _files(folder) == {*WATCHERS, "hand.pem"}


async def test_who_keeps_secrets_elsewhere_gets_lines_and_no_files(
    github: FakeGitHub, clock: FakeClock, folder: Path, tmp_path: Path
) -> None:
    """Once, in the terminal: not on the page, and not in what is told about it."""
    shown: list[str] = []
    browser = Browser(SetUp(github, clock, folder, keeper=Printed(shown.append)))
    await browser.open()
    await browser.register("Greenroom")
    await browser.http.aclose()

    app = github.world.app("greenroom")
    assert _everything_in(tmp_path) == []
    read = _settings_of("".join(shown), tmp_path)
    assert (read.private_key.get_secret_value(), read.app_id) == (app.private_key.strip(), str(app.id))
    assert app.client_secret not in browser.page.text + "".join(browser.setup.said)


def _everything_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


def _settings_of(lines: str, folder: Path) -> Settings:
    (folder / ".env").write_text(lines)
    return load_settings(_env_file=folder / ".env")


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
