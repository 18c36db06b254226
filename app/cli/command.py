"""How does a command run, and with which exit code does it end?"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.engine import make_url
from uvicorn.loops.auto import auto_loop_factory

from app.clock import SystemClock
from app.domain.ids import InvalidName
from app.github.credentials import UnusableKey
from app.github.errors import RetryLater
from app.holding import KeysDiffer
from app.logs import for_a_person, set_up
from app.main import Greenroom, assemble
from app.notify.routes import InvalidRoutes
from app.ports import CannotListen
from app.reconcile.digests import InvalidKeys
from app.settings import InvalidSettings, Settings, load_settings
from app.shown.terminal import say
from app.store import engines
from app.store.begun import NoDatabase
from app.store.database import Away, Database, WrongSchema
from app.store.itself import MovedAway, refuse_moved
from policies.loading import InvalidPolicy
from webhooks.signature import InvalidSecret

DONE, FAILED, MISUSED, FOUND, CANNOT_TELL = range(5)
MISCONFIGURED = (
    InvalidSettings,
    InvalidPolicy,
    InvalidKeys,
    InvalidRoutes,
    InvalidSecret,
    UnusableKey,
    NoDatabase,
    WrongSchema,
    MovedAway,
    InvalidName,
)

# May be well again by itself: whatever starts a service again after 1, and not after 2, goes on trying.
NOT_NOW = (Away, CannotListen, KeysDiffer)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]

people = Console(stderr=True)
out = Console()


def read_settings(*, serves: bool = False) -> Settings:
    """And begin to log: what serves at the level that settings say, what a person types no mere news."""
    try:
        settings = load_settings()
    except InvalidSettings as error:
        raise SystemExit(stop(str(error), MISUSED)) from None
    set_up(settings.log_level if serves else for_a_person(settings.log_level))
    return settings


def with_greenroom(work_on: Callable[[Greenroom], Coroutine[Any, Any, int]], *, begins: bool = False) -> None:
    """`begins`: also where there is no database yet, or one of an older shape, which others leave alone."""
    settings = read_settings()

    async def run() -> int:
        is_new = begins and not engines.is_there(make_url(settings.database_url))
        async with assemble(settings, clock=SystemClock(), begins=begins) as greenroom:
            if is_new:
                say(people, f"There was no database at {greenroom.database.place}; this is a new one.")
            if greenroom.policy.declares_nothing:  # an answer would look like peace
                return stop(f"cannot tell: {greenroom.policy.mistakes}", CANNOT_TELL)
            if greenroom.policy.mistakes:
                say(people, greenroom.policy.mistakes, style="red")
            return await work_on(greenroom)

    run_to_exit(run())


def with_database(work_on: Callable[[Settings, Database], Coroutine[Any, Any, int]]) -> None:
    """For what needs only what was written down: it works without GitHub, and with a policy file that is invalid."""
    settings = read_settings()

    async def run() -> int:
        database = await Database.open(settings.database_url, migrate=False, begin=False)
        try:
            await refuse_moved(database)
            return await work_on(settings, database)
        finally:
            await database.close()

    run_to_exit(run())


def run_to_exit(work_on: Coroutine[Any, Any, int | None]) -> None:
    try:
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # asyncio.run() would not take uvloop
            code = runner.run(work_on)
    except NOT_NOW as error:
        code = stop(str(error), FAILED)
    except (*MISCONFIGURED, OSError) as error:
        code = stop(str(error), MISUSED)
    except RetryLater as error:
        code = stop(f"cannot tell: {error}", CANNOT_TELL)
    except (KeyboardInterrupt, asyncio.CancelledError):
        code = DONE
    raise SystemExit(code or DONE)


def stop(message: str, code: int) -> int:
    say(people, message, style="red" if code else "")
    return code


def code_of(states: set[str]) -> int:
    if states & {"finding", "blocked", "contested"}:
        return FOUND
    return CANNOT_TELL if "cannot tell" in states else DONE


def show_result(as_json: bool, data: dict[str, Any], for_people: Callable[[dict[str, Any]], Any]) -> None:
    if as_json:
        print(json.dumps(data, ensure_ascii=False))
    else:
        out.print(for_people(data), crop=False)  # what people copy is longer than their terminal is wide


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    with Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), console=people, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda looked, known: bar.update(task, completed=looked, total=known)
