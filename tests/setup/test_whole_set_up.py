"""From nothing to an install that watches: what is registered, and what is written down?"""

from __future__ import annotations

import stat
from pathlib import Path

import httpx
import pytest

from app.main import assemble
from app.serving import served
from app.settings import Settings, load_settings
from app.setup.credentials import database
from app.setup.keeping import Printed
from app.setup.writing import held_in
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.setup.conftest import PUBLIC, Browser, SetUp

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
    assert settings.database_url == f"sqlite:///{folder}/greenroom.db"  # wherever a command is typed with it
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
        "database",
        "channels",
    ]
    assert _names(folder) == [".env", "secrets"]  # looking made no database
    assert {line.says for line in lines if line.name.endswith("PRIVATE_KEY")} == {"GitHub accepts it"}

    clock.advance(minutes=1)
    closed = await browser.click("Finish")

    assert browser.setup.closed
    assert browser.setup.wizard.looked_at == clock.now()  # what was mended since is not told as broken
    assert f"As it was at {clock.now():%H:%M:%S} UTC" in closed.text
    assert "nothing listens here any more" in closed.text
    settings = load_settings(_env_file=folder / ".env")
    async with assemble(settings, clock=clock, transport=github.transport, begins=True) as greenroom:
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


NAMED = "GREENROOM_DATABASE_URL"
OF_THE_SERVICE = "sqlite:////var/lib/greenroom/greenroom.db"


@pytest.mark.parametrize(
    ("held", "written", "expected"),
    [
        ({}, (), ["sqlite:////etc/greenroom/greenroom.db"]),
        ({NAMED: OF_THE_SERVICE}, (), [OF_THE_SERVICE]),
        ({NAMED: OF_THE_SERVICE}, (NAMED,), []),
        ({NAMED: "postgresql://greenroom:secret@db.example/greenroom"}, (), []),
    ],
)
def test_settings_name_one_database_from_wherever_a_command_is_typed(
    held: dict[str, str], written: tuple[str, ...], expected: list[str]
) -> None:
    """With a relative path there is another in each folder. What is written already stays; a password is not ours."""
    assert [each.value for each in database(Path("/etc/greenroom"), held, written)] == expected


def test_a_relative_path_is_that_of_where_the_set_up_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sees later from which folder it was meant."""
    monkeypatch.chdir(tmp_path)

    [entry] = database(Path("/etc/greenroom"), {NAMED: "sqlite:///mine.db"}, ())

    assert (entry.name, entry.value) == (NAMED, f"sqlite:///{tmp_path}/mine.db")


def _everything_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


def _settings_of(lines: str, folder: Path) -> Settings:
    (folder / ".env").write_text(lines)
    return load_settings(_env_file=folder / ".env")


def _names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())
