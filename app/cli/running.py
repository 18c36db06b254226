"""What can be typed to run an instance, and to look at everything once?"""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from app import serving
from app.cli.command import DONE, AsJson, code_of, people, read_settings, run_to_exit, show_result, with_greenroom
from app.domain.findings import Standing
from app.main import Greenroom
from app.shown.terminal import say, standings_for_people
from app.shown.tiers import tiers, tiers_for_people
from app.store import findings, work


def serve() -> None:
    """Listen for webhooks, watch, and do what policy enforces and a coordinator approved."""
    settings = read_settings(serves=True)
    run_to_exit(serving.serve(settings, _told_at_a_terminal))


def _told_at_a_terminal(url: str) -> None:
    """Whatever gathers logs expects nothing but their lines."""
    if people.is_terminal:
        say(people, f"Greenroom listens on {url}; deliveries go to {url}/webhooks/github")


def sweep(
    only_plan: Annotated[
        bool, typer.Option("--plan", help="Look at nothing: show how fresh each tier is, and how long rounds take.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look at everything now, and do what is allowed. Ends with how every repository stands."""

    async def show_plan(greenroom: Greenroom) -> int:
        now = greenroom.reconciler.now()
        shown = await greenroom.database.read(partial(tiers, now=now))
        show_result(as_json, shown, tiers_for_people)
        return DONE

    async def run(greenroom: Greenroom) -> int:
        started = greenroom.reconciler.now()
        with people.status("looking at everything"):
            await greenroom.watch.sweep()
            count = await greenroom.worker.run_until_idle()
        standings = await greenroom.database.read(findings.standings)
        rows = [_row(each) for each in standings]
        later = await greenroom.database.read(work.waiting)
        shown = {
            "looked_at": count,
            "unseen": sum(each.observed_at < started for each in standings),
            "waiting": len(later),
            "waiting_until": max((due.isoformat() for due in later.values() if due), default=None),
            "standings": rows,
        }
        show_result(as_json, shown, standings_for_people)
        told = {row["state"] for row in rows}
        return code_of(told if greenroom.sweep.last_complete else told | {"cannot tell"})

    with_greenroom(show_plan if only_plan else run, begins=not only_plan)


def _row(standing: Standing) -> dict[str, str]:
    return {
        "repository": str(standing.repo),
        "policy": standing.policy,
        "state": standing.state,
        "message": standing.message,
        "since": standing.since.isoformat(),
        "observed_at": standing.observed_at.isoformat(),
    }
