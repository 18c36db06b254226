"""Fixtures. Those of an end-to-end test end it with the same three questions."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import settings

from app.domain.mirrors import Store
from app.store.database import Database
from tests.agreement import disagreements
from tests.clock import FakeClock
from tests.failed_looks import failed_looks
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running
from tests.places import Engine, Place, keep_in
from tests.quick_folder import quick_folder
from tests.secrecy import leaks, whose
from tests.which_database import (  # noqa: F401 - pytest finds its hooks here
    engine_for,
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_generate_tests,
)

# httpx looks for it at each request that this process answers itself; to look in vain takes a fifth of the request.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

if os.environ.get("GREENROOM_CI"):
    settings.load_profile("ci")  # the same examples each time: new ones are drawn wherever somebody can look into them


def pytest_collection_finish() -> None:
    """What is there by now stays to the end, so nothing is gained by looking through it for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store() -> Store:
    """Where policy keeps mirrors. Stories that hold for both kinds are marked `in_both_stores`."""
    return "advisory"


@pytest.fixture
def copies(request: pytest.FixtureRequest) -> Literal["case", "suggest"]:
    """Do copies alone make a case? As shipped they do, in stories that are marked `as_shipped`."""
    return "case" if request.node.get_closest_marker("as_shipped") else "suggest"


@pytest.fixture
def github(clock: FakeClock, store: Store, copies: Literal["case", "suggest"]) -> FakeGitHub:
    return FakeGitHub(clock=clock, world="few", store=store, copies=copies)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    """Which database a story runs on: see `tests.which_database`."""
    return engine_for(request)


@pytest.fixture
def folder(engine: Engine) -> Iterator[Path]:
    """Where the bot's database (or a note where it is) and policy are: `bot.folder`."""
    with quick_folder() as folder:
        place = keep_in(engine, folder, patient=True)
        yield folder
        place.lose()


@pytest.fixture
def place(engine: Engine, tmp_path: Path) -> Iterator[Place]:
    """Where this test's database will be."""
    place = keep_in(engine, tmp_path)
    yield place
    place.lose()


@pytest.fixture
def url(place: Place) -> str:
    """Where this test's database is, which has no tables unless `database` is asked for."""
    if not place.exists():
        place.make_bare()
    return place.url


@pytest.fixture
def _is_made(place: Place) -> None:
    place.make()


@pytest.fixture
async def database(_is_made: None, url: str) -> AsyncIterator[Database]:
    """A new database of the current shape."""
    database = await Database.open(url, migrate=True)
    yield database
    await database.close()


@pytest.fixture
async def bot(
    github: FakeGitHub,
    clock: FakeClock,
    folder: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    *,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Bot]:
    """The running app. A day after the story: is everything at rest, did nothing leak, and did no look fail?"""
    async with running(github, clock, folder) as bot:
        yield bot
        github.verify()
        assert github.inside_limits == [], "something was sent though GitHub had asked to wait"
        await bot.settle()
        before = len(github.writes)
        clock.advance(days=1)
        last_sweep = clock.now()
        await bot.sweep()
        await bot.settle()
        assert [write.path for write in github.writes[before:]] == [], "a further sweep wrote something"
        assert await bot.waiting() == [], "the queue is not empty"
        assert await disagreements(bot, last_sweep) == [], "what is kept and what was seen last say different things"
        github.verify()
    captured = capfd.readouterr()
    logged = "\n".join(record.getMessage() for record in caplog.get_records("call"))
    assert bot.place.exists(), "there is nothing to look for leaks in"
    assert leaks(github, folder, captured.out, captured.err, logged) == []
    assert whose(github, captured.out, captured.err, logged) == []
    if not request.node.get_closest_marker("looks_fail"):
        assert failed_looks(captured.out, captured.err, logged) == [], "a look ended by an exception of ours"
