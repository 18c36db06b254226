"""How fresh is what was seen, tier by tier, and how long do rounds take? For people and for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.text import Text
from sqlalchemy import Connection

from app.domain.tiers import Freshness, in_words
from app.shown.terminal import Json, table
from app.store import freshness
from app.store.freshness import Round

_AS_MEANT, _NOTHING = "as it was meant to be", "there is nothing"
_SHORTLY = {_AS_MEANT: "✓", _NOTHING: "–"}  # a table of 80 characters has no room for what is as it should be


def tiers(conn: Connection, now: datetime) -> Json:
    """As `greenroom sweep --plan --json` prints it, in seconds."""
    planned = freshness.rounds(conn)
    return {"tiers": [_tier(each, planned.get(each.tier, {})) for each in freshness.freshness(conn, now)]}


def _tier(found: Freshness, planned: Mapping[str, Round]) -> Json:
    return {
        "tier": found.tier.name,
        "of": found.tier.of,
        "target": int(found.tier.target.total_seconds()),
        "things": found.now.things if found.now else 0,
        "measured_at": found.at.isoformat() if found.at else None,
        "p95": int(found.now.p95.total_seconds()) if found.now else None,
        "oldest": int(found.now.oldest.total_seconds()) if found.now else None,
        "p95_of_the_last_day": int(found.day.total_seconds()) if found.day else None,
        "too_short": found.is_short,
        "says": says(found),
        "rounds": [
            {"account": account, "things": each.things, "every": int(each.every.total_seconds())}
            for account, each in planned.items()
        ],
    }


def says(found: Freshness) -> str:
    """How it is, in a few words."""
    if found.is_short:
        return "GitHub's limit is too small for it"
    if found.now is None:
        return "nothing of it was seen yet" if found.every else _NOTHING
    if found.is_late:
        return "older than it was meant to be"
    return "one is not seen" if found.is_missing_one else _AS_MEANT


def tiers_for_people(told: Json) -> RenderableType:
    """A row for each tier, and one for each round that takes longer than a sweep."""
    head = ("what", "how many", "within", "now", "oldest", "last day", "")
    rows = [
        (
            each["of"],
            str(each["things"]),
            _length(each["target"]),
            _length(each["p95"]),
            _length(each["oldest"]),
            _length(each["p95_of_the_last_day"]),
            _SHORTLY.get(each["says"], each["says"]),
        )
        for each in told["tiers"]
    ]
    what = "within: no older than this it is meant to be; now, last day: of 19 out of 20"
    parts: list[RenderableType] = [table("How fresh it is", head, rows, copied=0), Text(what, style="dim")]
    if rounds := list(_rounds(told["tiers"])):
        parts += [Text(), table("How often each is looked at", ("account", "what", "how many", "every"), rounds)]
    else:
        parts.append(Text("\nNo sweep planned anything yet: `greenroom serve` does, every ten minutes.", style="dim"))
    return Group(*parts)


def _rounds(told: Iterable[Json]) -> Iterator[tuple[str, str, str, str]]:
    for tier in told:
        for each in tier["rounds"]:
            yield each["account"], tier["of"], str(each["things"]), _length(each["every"])


def _length(seconds: int | None) -> str:
    return "–" if seconds is None else in_words(timedelta(seconds=seconds))
