"""A wizard, a GitHub on which nobody registered our Apps yet, and somebody with a browser."""

from __future__ import annotations

import html
import os
import re
from collections.abc import AsyncIterator, Collection, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.looking import looking
from app.doctor.reading import read
from app.manifest import manifest
from app.sandbox.registering import unregister
from app.settings import load_settings
from app.setup.converting import convert
from app.setup.credentials import addresses, database, of_ourselves
from app.setup.door import Door
from app.setup.installing import installed
from app.setup.keeping import InFiles, Printed
from app.setup.manifests import Kind, Places
from app.setup.serving import doored
from app.setup.wizard import Wizard
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub

WIZARD = "http://127.0.0.1:8321"
PUBLIC = "https://greenroom.example"
PLACES = Places(github="https://github.com", organization="packaging-security", public=PUBLIC, wizard=WIZARD)


class SetUp:
    """One run of `greenroom setup`. Begun again, it is another one over the same folder."""

    def __init__(
        self,
        github: FakeGitHub,
        clock: FakeClock,
        folder: Path,
        *,
        wanted: tuple[Kind, ...] = ("watcher", "hand"),
        keeper: InFiles | Printed | None = None,
        held: Collection[str] = (),
    ) -> None:
        self.github, self.clock, self.folder = github, clock, folder
        self.said: list[str] = []
        kept = None if isinstance(keeper, Printed) else folder
        self.closed = False
        self.wizard = Wizard(
            places=PLACES,
            convert=partial(convert, api_url=github.url, transport=github.transport),
            keeper=keeper or InFiles(folder),
            look=self._look,
            where=partial(installed, api_url=github.url, clock=clock, transport=github.transport),
            clock=clock,
            always=(*addresses(PLACES, github.url, held), *database(kept, {}, held), *of_ourselves(held)),
            wanted=wanted,
            tell=self.said.append,
        )
        self.door: Door
        self.door, self.site = doored(self.wizard, manifest(), clock, close=self._close)

    def _close(self) -> None:
        self.closed = True

    async def _look(self) -> tuple[Line, ...]:
        settings = load_settings(_env_file=self.folder / ".env")
        async with looking(settings, clock=self.clock, transport=self.github.transport) as (greenroom, missing):
            return judge(await read(greenroom, missing=missing))


class Browser:
    """Follows links and sends forms, as somebody clicks. It keeps cookies by host, and runs nothing."""

    def __init__(self, setup: SetUp) -> None:
        self.setup = setup
        here = httpx.ASGITransport(app=setup.site, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(
            mounts={WIZARD: here}, transport=setup.github.transport, follow_redirects=True, trust_env=False
        )
        self.page: httpx.Response

    async def open(self) -> httpx.Response:
        """The address that the terminal shows."""
        return await self.go(self.setup.door.address)

    async def go(self, address: str) -> httpx.Response:
        self.page = await self.http.get(address)
        return self.page

    async def click(self, button: str, **typed: str) -> httpx.Response:
        """The form with that button, with its hidden fields and what was typed."""
        form = next(each for each in re.findall(r"<form.*?</form>", self.page.text, re.DOTALL) if button in each)
        named = re.findall(r'<input[^>]*name="([^"]+)"(?:[^>]*?value="([^"]*)")?', form)
        fields = {name: html.unescape(value) for name, value in named} | typed
        action = re.search(r'action="([^"]+)"', form)
        to = self.page.url.join(html.unescape(action[1])) if action else self.page.url
        headers = {"origin": f"{self.page.url.scheme}://{self.page.url.netloc.decode()}"}
        self.page = await self.http.post(to, data=fields, headers=headers)
        return self.page

    async def register(self, name: str) -> httpx.Response:
        """From the wizard to GitHub, where somebody clicks, and back."""
        await self.click(f"Register {name} on GitHub")
        return await self.click("Create GitHub App for")

    async def install(self, app: str, account: str, repositories: str = "") -> None:
        page = f"https://github.com/apps/{app}/installations/new"
        done = await self.http.post(page, data={"account": account, "repositories": repositories})
        assert done.status_code == 200


@pytest.fixture
def github(clock: FakeClock) -> Iterator[FakeGitHub]:
    """Nobody registered our Apps there."""
    github = FakeGitHub(clock=clock, world="few")
    for app in list(github.world.registrations.values()):
        unregister(github.world, app)
    yield github
    github.verify()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where credentials go, and where nothing else of this environment is."""
    for name in [name for name in os.environ if name.startswith("GREENROOM_")]:
        monkeypatch.delenv(name)
    return tmp_path / "greenroom"


@pytest.fixture
def setup(github: FakeGitHub, clock: FakeClock, folder: Path) -> SetUp:
    return SetUp(github, clock, folder)


@pytest.fixture
async def browser(setup: SetUp) -> AsyncIterator[Browser]:
    browser = Browser(setup)
    yield browser
    await browser.http.aclose()
