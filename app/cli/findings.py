"""What can be typed about findings? Asks GitHub nothing: they are as the last looks left them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer
from sqlalchemy import Connection

from app.cli.command import CANNOT_TELL, DONE, FOUND, MISUSED, AsJson, out, show_result, stop, with_database
from app.clock import SystemClock
from app.domain.findings import Standing
from app.domain.ids import RepoName
from app.domain.records import Finding, FindingState
from app.settings import Settings
from app.shown.finding_rows import as_rows, row
from app.shown.findings import findings_for_people
from app.shown.terminal import Json
from app.store import found
from app.store.database import Database
from app.store.findings import standings
from policies.policy import about_advisories, all_policies


class Asked(StrEnum):
    """Which findings somebody wants to see."""

    OPEN = "open"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"
    ALL = "all"

    @property
    def states(self) -> tuple[FindingState, ...]:
        everything: tuple[FindingState, ...] = ("open", "accepted", "resolved")
        return tuple(each for each in everything if self in (Asked.ALL, each))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Of which findings and standings is it asked?"""

    states: tuple[FindingState, ...]
    policy: str | None
    repo: RepoName | None

    def concerns(self, thing: Finding | Standing) -> bool:
        return self.policy in (None, thing.policy) and self.repo in (None, thing.repo)


def findings(
    state: Annotated[Asked, typer.Option(help="Which to show.")] = Asked.OPEN,
    policy: Annotated[str, typer.Option(help="Only those of this policy.")] = "",
    repository: Annotated[str, typer.Option(help="Only those of this repository, OWNER/REPO.")] = "",
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values, with a line of names.")] = False,
) -> None:
    """Show what policies found, since when, and what is next. Exits 3 if anything is open, 4 if it cannot be told."""
    names = [each.name for each in all_policies()]
    if policy and policy not in names:
        raise SystemExit(stop(f'there is no policy "{policy}"; there are {", ".join(names)}', MISUSED))
    if as_json and as_csv:
        raise SystemExit(stop("--json and --csv are two ways to print the same; choose one", MISUSED))

    async def run(settings: Settings, database: Database) -> int:
        del settings
        repo = RepoName.parse(repository) if repository else None
        wanted = Wanted(states=state.states, policy=policy or None, repo=repo)
        shown = await database.read(partial(told, wanted=wanted, now=SystemClock().now()))
        if as_csv:
            out.file.write(as_rows(shown["findings"]))
        else:
            show_result(as_json, shown, findings_for_people)
        return _code(shown)

    with_database(run)


def told(conn: Connection, wanted: Wanted, now: datetime) -> Json:
    """All that is asked for, read at one moment."""
    stands = {(each.repo, each.policy): each for each in standings(conn, wanted.repo) if wanted.concerns(each)}
    known = [each for each in found.all_findings(conn, ("open", "accepted", "resolved")) if wanted.concerns(each)]
    return {
        "asked_at": now.isoformat(),
        "looked": bool(stands),
        "open": sum(each.state == "open" for each in known),
        "only_observed": sum(each.state == "finding" for each in stands.values())
        - sum(each.state != "resolved" and _stands(stands, each) == "finding" for each in known),
        "findings": [
            row(each, stands.get((each.repo, each.policy)), found.history(conn, each.id or 0))
            for each in known
            if each.state in wanted.states
        ],
        "cannot_tell": [
            {
                "repository": str(each.repo),
                "policy": each.policy,
                "since": each.since.isoformat(),
                "seen_at": each.seen_at.isoformat() if each.seen_at else None,
                "message": each.message,
                "embargoed": each.embargoed is not False or each.policy in about_advisories(),
            }
            for each in stands.values()
            if each.state == "cannot tell"
        ],
    }


def _stands(stands: dict[tuple[RepoName, str], Standing], finding: Finding) -> str | None:
    stand = stands.get((finding.repo, finding.policy))
    return stand.state if stand else None


def _code(shown: Json) -> int:
    if shown["open"]:
        return FOUND
    return CANNOT_TELL if shown["cannot_tell"] or not shown["looked"] else DONE
