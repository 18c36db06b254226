"""How far is the set-up, and what comes of each step?

Properties kept: a state is good once, for an hour, and for one App; a code is spent only for a state that is ours;
what GitHub gave is held until it is written, and said to be lost where it is lost. A registration that is never
finished leaves an App on GitHub that can do nothing, as nobody has its key.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from app.clock import Clock
from app.doctor.lines import Line
from app.domain.facts import Fact
from app.github.installations import Installation
from app.setup.converting import Convert, NotConverted, Registered
from app.setup.credentials import Entry, of_hand, of_watcher
from app.setup.installing import Where
from app.setup.manifests import Kind, Places, app_page, apps_page
from app.setup.writing import CannotWrite

GOOD_FOR = timedelta(hours=1)  # GitHub: "Registering a GitHub App from a manifest"
NAMES: dict[Kind, str] = {"watcher": "Greenroom", "hand": "Greenroom Hand"}
FILES: dict[Kind, tuple[str, ...]] = {
    "watcher": ("watcher.pem", "client_secret", "webhook_secret"),
    "hand": ("hand.pem",),
}
Step: TypeAlias = Literal["watcher", "hand", "install", "over"]
Look: TypeAlias = Callable[[], Awaitable[tuple[Line, ...]]]


class Keeper(Protocol):
    """Where credentials are kept."""

    def check(self, files: Collection[str]) -> None:
        """Could it keep these secrets? Raises CannotWrite."""
        ...

    def keep(self, entries: Collection[Entry]) -> str:
        """Keeps all or nothing, and says where. Raises CannotWrite."""
        ...


class NotOurs(Exception):
    """Somebody came back with a state that we did not give, or not any more."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A state, and until when it is good."""

    value: str = field(repr=False)
    until: datetime


class Wizard:
    """One set-up, in memory alone: begun again, it begins with what is written down.

    `always` is kept beside the Watcher's credentials, and `wanted` are the Apps that are not there yet.
    """

    def __init__(
        self,
        *,
        places: Places,
        convert: Convert,
        keeper: Keeper,
        look: Look,
        where: Where,
        clock: Clock,
        always: Collection[Entry],
        wanted: tuple[Kind, ...],
        tell: Callable[[str], None],
    ) -> None:
        self.places = places
        self._convert, self._keeper, self._look, self._clock = convert, keeper, look, clock
        self._where = where
        self._always, self._wanted, self.tell = tuple(always), wanted, tell
        self._states: dict[Kind, _Given] = {}
        self._shown: set[Kind] = set()  # whose button there was, so that GitHub may have the App
        self._code: tuple[Kind, str] | None = None  # to be tried again
        self._unkept: tuple[Kind, Registered, tuple[Entry, ...]] | None = None
        self.apps: dict[Kind, Registered] = {}
        self.kept: list[str] = []
        self.observes_only = False
        self.problem = ""
        self.lines: tuple[Line, ...] | None = None
        self.looked_at: datetime | None = None
        self.is_over = False

    @property
    def step(self) -> Step:
        if self.is_over:
            return "over"
        left = (each for each in self._wanted if each not in self.apps and not (each == "hand" and self.observes_only))
        return next(left, "install")

    @property
    def can_try_again(self) -> bool:
        return self._code is not None or self._unkept is not None

    def is_wanted(self, kind: Kind) -> bool:
        return kind in self._wanted

    def state_for(self, kind: Kind) -> str:
        """What GitHub gives back, so that we know it was us who sent them. The same until it is used or over."""
        now = self._clock.now()
        self._shown.add(kind)
        if kind not in self._states or self._states[kind].until <= now:
            self._states[kind] = _Given(secrets.token_urlsafe(32), now + GOOD_FOR)
        return self._states[kind].value

    async def come_back(self, state: str, code: str) -> None:
        """From GitHub, with a code. Raises NotOurs; whatever else is wrong is told on the page."""
        kind = self._kind_of(state)
        if kind != self.step or self._unkept is not None:
            raise NotOurs
        await self._spend(kind, code)

    async def try_again(self) -> None:
        """With the code that may still be good, or with the files that could not be written."""
        if self._unkept is not None:
            self._keep(*self._unkept)
        elif self._code is not None:
            await self._spend(*self._code)

    def observe_only(self) -> None:
        if self.step == "hand":
            self.observes_only, self.problem = True, ""
            self.tell("No Greenroom Hand: this install only watches. `greenroom setup --hand` adds it later.")

    async def look(self) -> None:
        """What the doctor says. The Apps have to be installed for it to be of use."""
        if self.step == "install":
            self.lines, self.looked_at = await self._look(), self._clock.now()

    async def installed(self) -> dict[Kind, Fact[tuple[Installation, ...]]]:
        """Where each App is installed now, as long as that is what the page waits for."""
        if self.step != "install":
            return {}
        found = await asyncio.gather(*map(self._where, self.apps.values()))
        return dict(zip(self.apps, found, strict=True))

    async def close(self) -> None:
        """Not before there is anything to close, as whoever only opened it would have to begin again.

        What was looked at is looked at again: it was before somebody installed something, perhaps.
        """
        if self.step != "install":
            return
        if self.lines is not None:
            await self.look()
        self.is_over = True

    def left_behind(self) -> str:
        """What to do on GitHub about an App whose credentials were not kept."""
        if self._unkept is None:
            return ""
        kind, app, _ = self._unkept
        page = app_page(self.places, app.slug)
        return (
            f"{NAMES[kind]} is registered as App {app.app_id}, and its credentials were not kept. Delete it at {page} "
            "and begin again, or make a private key, a client secret and a webhook secret there and set them by hand."
        )

    def perhaps_there(self) -> str:
        """What to look for on GitHub where somebody stops between its page and ours. Nobody sees what happens there."""
        if self.step not in self._shown:
            return ""
        return f"If GitHub lists {NAMES[self.step]} at {apps_page(self.places)}, delete it: nobody has its key."

    def _kind_of(self, state: str) -> Kind:
        now = self._clock.now()
        for kind, given in list(self._states.items()):
            if hmac.compare_digest(given.value.encode(), state.encode()):
                del self._states[kind]
                if given.until > now:
                    return kind
        raise NotOurs

    async def _spend(self, kind: Kind, code: str) -> None:
        """Looked at before GitHub is asked: a folder that cannot be written to costs no App."""
        self._code, self.problem = None, ""  # whoever clicks twice spends it once
        try:
            self._keeper.check(self._files(kind))
            app = await self._convert(code)
        except CannotWrite as error:
            self._code = (kind, code)
            self._trouble(f"{error}. Then try again: GitHub was not asked yet, and waits for an hour.")
        except NotConverted as error:
            self._code = (kind, code) if error.can_try_again else None
            self._trouble(f"{error}. {self._what_now(error)}")
        else:
            self._keep(kind, app, (*of_watcher(app), *self._always) if kind == "watcher" else of_hand(app))

    def _files(self, kind: Kind) -> list[str]:
        beside = [each.file for each in self._always if each.file] if kind == "watcher" else []
        return [*FILES[kind], *beside]

    def _what_now(self, error: NotConverted) -> str:
        again = f"delete it at {apps_page(self.places)} and register it again below, as nobody has its key"
        if error.can_try_again:
            return f"Should GitHub say then that the code is used, {again}."
        return f"If GitHub lists the App, {again}."

    def _keep(self, kind: Kind, app: Registered, entries: tuple[Entry, ...]) -> None:
        self._unkept, self.problem = (kind, app, entries), ""
        try:
            where = self._keeper.keep(entries)
        except CannotWrite as error:
            self._trouble(f"{error}. Then try again: what GitHub gave is held here until this window is closed.")
            return
        self._unkept, self.apps[kind] = None, app
        self.kept.append(where)
        self.tell(f"{NAMES[kind]} is registered as App {app.app_id}. {where}")
        if kind == "watcher" and app.webhook_secret is None:
            page = app_page(self.places, app.slug)
            self._trouble(f"GitHub gave no webhook secret. Type the one that was made here into {page}.")

    def _trouble(self, words: str) -> None:
        self.problem = words
        self.tell(words)
