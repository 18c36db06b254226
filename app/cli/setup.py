"""How is the set-up begun, and when is it refused?"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.text import Text

from app.cli.command import DONE, MISCONFIGURED, MISUSED, people, run_to_exit, stop
from app.clock import SystemClock
from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.looking import looking
from app.doctor.reading import read
from app.doctor.showing import as_json, for_people
from app.github.errors import RetryLater
from app.logs import set_up
from app.manifest import manifest
from app.ports import CannotListen, listen
from app.settings import PREFIX, Settings, is_origin, load_settings, told
from app.setup.converting import convert
from app.setup.credentials import OF_APPS, OF_THE_HAND, Entry, addresses, database, holding, of_ourselves
from app.setup.installing import installed
from app.setup.keeping import InFiles, Printed
from app.setup.manifests import Kind, Places, is_login
from app.setup.serving import address_of, serve
from app.setup.wizard import FILES, Wizard
from app.setup.writing import ENV, CannotWrite, held_in
from app.shown.terminal import say

PORT = 8321
_HERE = {"localhost", "127.0.0.1", "::1"}


class NotNow(Exception):
    """The wizard does not open. The message says why, and what to do instead."""


def setup(
    *,
    org: Annotated[str, typer.Option(help="The organization that the Apps belong to; without it your account.")] = "",
    public_url: Annotated[str, typer.Option(help="Where GitHub and browsers will find Greenroom: https://…")] = "",
    folder: Annotated[Path, typer.Option("--out", help="The folder for .env and secrets/.")] = Path(),
    prints: Annotated[bool, typer.Option("--print", help="Print the credentials instead, and write no file.")] = False,
    hand: Annotated[bool, typer.Option("--hand", help="Add Greenroom Hand to an install that only watches.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the page, on loopback; 0 takes a free one.")] = PORT,
) -> None:
    """Register the Apps on GitHub, on a page that opens once, write down their credentials, and look at everything."""
    set_up("error")
    try:
        # What a command finds where it is typed counts, too: it would win over, or add to, what is written here.
        written = held_in(folder)
        held = {**written, **told()}
        wanted = _wanted(held, folder, hand=hand)
        kept = Printed(lambda lines: print(lines, flush=True)) if prints else InFiles(folder.absolute())
        public = (public_url or held.get(f"{PREFIX}PUBLIC_URL", "")).rstrip("/")
        ground = _Ground(held=held, written=frozenset(written), org=org, public=public, kept=kept)
        _check(ground)
        kept.check([*(name for kind in wanted for name in FILES[kind]), *_made(ground, wanted)])
        listener = listen(port, instead="with --port")
    except (NotNow, CannotWrite, CannotListen) as error:
        raise SystemExit(stop(str(error), MISUSED)) from None
    with listener:
        run_to_exit(_run(ground, wanted, listener))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What the set-up stands on."""

    held: Mapping[str, str] = field(repr=False)
    written: frozenset[str]  # names that stand in the file, and not just in the environment
    org: str
    public: str
    kept: InFiles | Printed

    def held_or_usual(self, name: str) -> str:
        usual = Settings.model_fields[name].default
        return (self.held.get(f"{PREFIX}{name.upper()}") or str(usual)).rstrip("/")

    def places(self, wizard: str) -> Places:
        github = self.held_or_usual("github_web_url")
        return Places(github=github, organization=self.org, public=self.public, wizard=wizard)

    def database(self) -> tuple[Entry, ...]:
        folder = self.kept.folder if isinstance(self.kept, InFiles) else None
        return database(folder, self.held, self.written)

    async def look(self) -> tuple[Line, ...]:
        """With the settings that a command will find, in the database that it will use. It makes none."""
        try:
            async with looking(self._settings(), clock=SystemClock()) as (greenroom, missing):
                return judge(await read(greenroom, missing=missing))
        except (*MISCONFIGURED, RetryLater, OSError) as error:
            do = "mend it, then look again, or run greenroom doctor"
            return (Line(group="Set-up", name="settings", state="problem", says=str(error), do=do),)

    def _settings(self) -> Settings:
        if isinstance(self.kept, Printed):
            return load_settings(**self.kept.given)
        there = {} if f"{PREFIX}DATABASE_URL" in self.held else {"database_url": _database(self.kept.folder)}
        return load_settings(_env_file=self.kept.folder / ENV, **there)


def _made(ground: _Ground, wanted: tuple[Kind, ...]) -> list[str]:
    """Files of keys that nobody gives us, which come with the Watcher."""
    return [each.file for each in of_ourselves(ground.held)] if "watcher" in wanted else []


def _database(folder: Path) -> str:
    """Where commands that are typed in that folder have it."""
    return f"sqlite:///{folder / 'greenroom.db'}"


def _wanted(held: Mapping[str, str], folder: Path, *, hand: bool) -> tuple[Kind, ...]:
    """Which Apps are to be registered. Raises NotNow."""
    watcher, its_hand = holding(OF_APPS, held), holding(OF_THE_HAND, held)
    app_id = held.get(f"{PREFIX}APP_ID", "")
    rotate = "`greenroom rotate` replaces keys and secrets; nothing here writes over them."
    if its_hand:
        raise NotNow(f"This Greenroom is set up: {its_hand[0]} is set, and App {app_id or '?'} watches. {rotate}")
    if watcher and not hand:
        raise NotNow(
            f"This Greenroom is set up: settings hold App {app_id or '?'} ({', '.join(watcher)}), which watches. "
            f"To add Greenroom Hand: greenroom setup --hand. {rotate} To set up another one, use another folder "
            f"than {folder.absolute()}, without these settings."
        )
    if hand and not app_id:
        raise NotNow("There is no App that watches yet: leave --hand away, and the set-up begins with that one.")
    return ("hand",) if hand else ("watcher", "hand")


def _check(ground: _Ground) -> None:
    """Raises NotNow."""
    if ground.org and not is_login(ground.org):
        raise NotNow(f"--org {ground.org} is no name of an organization")
    if not ground.public:
        raise NotNow("Say where GitHub and browsers will find Greenroom: --public-url https://greenroom.example")
    if ground.held.get(f"{PREFIX}PUBLIC_URL", ground.public).rstrip("/") != ground.public:
        raise NotNow(
            f"settings say already where Greenroom is: {PREFIX}PUBLIC_URL. Change it there, or leave it away here"
        )
    if not is_origin(ground.public):
        raise NotNow(
            "--public-url is a scheme and a host, with TLS unless it is this machine: https://greenroom.example"
        )
    is_github = ground.held_or_usual("github_web_url") == Settings.model_fields["github_web_url"].default
    if is_github and urlsplit(ground.public).hostname in _HERE:
        raise NotNow("GitHub cannot deliver to this machine's loopback: --public-url is what the world sees of it")


async def _run(ground: _Ground, wanted: tuple[Kind, ...], listener: socket.socket) -> int:
    places, api = ground.places(address_of(listener)), ground.held_or_usual("github_url")
    wizard = Wizard(
        places=places,
        convert=partial(convert, api_url=api),
        keeper=ground.kept,
        look=_Looks(ground),
        where=partial(installed, api_url=api, clock=SystemClock()),
        clock=SystemClock(),
        always=(*addresses(places, api, ground.written), *ground.database(), *of_ourselves(ground.held)),
        wanted=wanted,
        tell=lambda words: say(people, words),
    )
    try:
        await serve(wizard, listener, shipped=manifest(), clock=SystemClock(), announce=_announce)
    except asyncio.CancelledError:
        pass
    finally:
        code = _end(wizard)
    return code


class _Looks:
    """What is told on the page stands in the terminal, too: once, where it is as it was."""

    def __init__(self, ground: _Ground) -> None:
        self._ground = ground
        self._told: tuple[Line, ...] = ()

    async def __call__(self) -> tuple[Line, ...]:
        lines = await self._ground.look()
        if lines == self._told:
            say(people, "Looked again: everything is as it was.")
        else:
            people.print(for_people(as_json(lines)))
        self._told = lines
        return lines


def _announce(address: str) -> None:
    say(people, "Open this address in a browser on this machine, within a quarter of an hour. It works once:")
    people.print(Text(address, style="bold"), soft_wrap=True)  # the one secret that a terminal shows
    say(
        people,
        "From elsewhere: ssh -L with the same port first. Ctrl-C stops it, and what is written down stays.",
    )


def _end(wizard: Wizard) -> int:
    if left := wizard.left_behind():
        return stop(left, MISUSED)
    if wizard.is_over:
        say(people, "Greenroom is set up, and the page is closed. Next: greenroom serve", style="green")
        return DONE
    if "watcher" in wizard.apps and wizard.step == "hand":
        words = "Stopped. Greenroom is registered and may watch; greenroom setup --hand adds the Hand."
        return stop(f"{words} {wizard.perhaps_there()}".rstrip(), DONE)
    if wizard.step == "install":
        return stop("Stopped. Everything is registered; greenroom doctor tells what is missing.", DONE)
    if perhaps := wizard.perhaps_there():
        return stop(f"Stopped, and nothing was written down. {perhaps} Begun again, it begins anew.", DONE)
    return stop("Stopped, and nothing was registered. Begun again, it begins anew.", DONE)
