"""What does `greenroom sweep --plan` say of how fresh everything is?"""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

from rich.console import Console

from app.domain.tiers import NAMED, REST, TIERS
from app.shown.tiers import tiers, tiers_for_people
from app.store import freshness
from app.store.database import Database
from app.store.freshness import Round
from tests.clock import START

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def _read(database: Database) -> str:
    console = Console(file=StringIO(), width=200, color_system=None)
    console.print(tiers_for_people(await database.read(lambda conn: tiers(conn, START))))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


async def test_before_the_first_sweep_nothing_is_known(database: Database) -> None:
    """And all tiers are told, with what they are meant to be."""
    told = await _read(database)

    assert all(tier.of in told for tier in TIERS)
    assert all(re.search(rf"{tier.of} +0 .* – *$", told, re.MULTILINE) for tier in TIERS)
    assert "No sweep planned anything yet" in told


async def test_a_limit_that_is_too_small_is_said_and_where(database: Database) -> None:
    """Whoever relies on a tier must know before something happens there."""
    await database.write(lambda conn: freshness.note(conn, NAMED, [MINUTE] * 19 + [HOUR], START))
    await database.write(lambda conn: freshness.note_round(conn, "pypa", NAMED, Round(things=20, every=HOUR), START))
    await database.write(lambda conn: freshness.note_round(conn, "pypa", REST, Round(things=9, every=HOUR), START))

    lines = (await _read(database)).splitlines()

    [named, of_pypa] = [re.split(r"\s{2,}", line.strip()) for line in lines if NAMED.of in line]
    assert named == [NAMED.of, "20", "15 min", "60 s", "60 min", "60 s", "GitHub's limit is too small for it"]
    assert of_pypa == ["pypa", NAMED.of, "20", "60 min"]


async def test_looks_that_are_late_now_are_told_apart_from_a_limit_that_is_too_small(database: Database) -> None:
    """After an outage it passes by itself."""
    await database.write(lambda conn: freshness.note(conn, NAMED, [HOUR], START))
    await database.write(
        lambda conn: freshness.note_round(conn, "pypa", NAMED, Round(things=1, every=10 * MINUTE), START)
    )

    assert "older than it was meant to be" in await _read(database)
