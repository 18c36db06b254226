"""What can be typed?

Exit codes: 0 done, or nothing to look at · 1 failed · 2 usage or invalid configuration · 3 findings or a plan that is
not empty · 4 cannot tell. With --json standard output is exactly one JSON object; everything else goes to standard
error.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from functools import partial
from typing import Annotated

import typer

from app import (
    backup_commands,
    case_commands,
    cve_commands,
    doctor_command,
    export_commands,
    finding_commands,
    halt_commands,
    migrate_command,
    notice_commands,
    offer_commands,
    planning,
    policy_commands,
    proposal_commands,
    relay_commands,
    retention_command,
    rotation_commands,
    sandbox_command,
    serving,
    setup_command,
    shown_tiers,
    suggestion_commands,
    survey_command,
    vendoring_command,
    written,
)
from app.command import (
    CANNOT_TELL,
    DONE,
    FAILED,
    FOUND,
    MISUSED,
    AsJson,
    code_of,
    out,
    people,
    progress,
    read_settings,
    run_to_exit,
    show_result,
    stop,
    with_greenroom,
)
from app.demo.show import show
from app.domain.findings import Standing
from app.domain.ids import PolicyKey, TimerKey, parse_key
from app.explaining import explain as explained
from app.logs import set_up
from app.main import Greenroom
from app.sandbox.policy import policy_for
from app.settings import PREFIX
from app.shown import (
    approval_for_people,
    plan_for_people,
    say,
    standings_for_people,
    withdrawal_for_people,
)
from app.store import findings, work
from app.store.cases import NoSuchCase
from app.telling import explanation_for_people
from policies.policy import all_policies

HELP = """Coordinate the security of Python packaging tools on GitHub.

Exit codes: 0 done · 1 failed · 2 misuse · 3 findings, or a plan that is not empty · 4 cannot tell.
"""

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=HELP)
app.add_typer(written.audit, name="audit")
app.add_typer(policy_commands.policy, name="policy")
case_commands.case.command()(suggestion_commands.suggest)
case_commands.case.command()(proposal_commands.confirm)
case_commands.case.command()(proposal_commands.decline)
case_commands.case.command()(offer_commands.offer)
case_commands.case.command()(relay_commands.relay)
case_commands.case.command()(offer_commands.restore)
case_commands.case.add_typer(cve_commands.ids, name="cve")
app.add_typer(case_commands.case, name="case")
app.add_typer(rotation_commands.rotate, name="rotate")
app.command()(notice_commands.notices)
app.command()(doctor_command.doctor)
app.command()(export_commands.export)
app.command()(vendoring_command.vendoring)
app.command()(backup_commands.backup)
app.command()(backup_commands.restore)
app.command()(migrate_command.migrate)
app.command()(retention_command.retention)
app.command()(halt_commands.writes)
app.command()(halt_commands.thaw)
app.command()(survey_command.survey)
app.command()(sandbox_command.sandbox)
app.command()(setup_command.setup)
app.command()(finding_commands.findings)


@app.command()
def serve() -> None:
    """Listen for webhooks, watch, and do what policy enforces and a coordinator approved."""
    settings = read_settings(serves=True)
    run_to_exit(serving.serve(settings, _told_at_a_terminal))


def _told_at_a_terminal(url: str) -> None:
    """Whatever gathers logs expects nothing but their lines."""
    if people.is_terminal:
        say(people, f"Greenroom listens on {url}; deliveries go to {url}/webhooks/github")


@app.command()
def sweep(
    only_plan: Annotated[
        bool, typer.Option("--plan", help="Look at nothing: show how fresh each tier is, and how long rounds take.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look at everything now, and do what is allowed. Ends with how every repository stands."""

    async def show_plan(greenroom: Greenroom) -> int:
        now = greenroom.reconciler.now()
        shown = await greenroom.database.read(partial(shown_tiers.tiers, now=now))
        show_result(as_json, shown, shown_tiers.tiers_for_people)
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

    with_greenroom(show_plan if only_plan else run)


def _row(standing: Standing) -> dict[str, str]:
    return {
        "repository": str(standing.repo),
        "policy": standing.policy,
        "state": standing.state,
        "message": standing.message,
        "since": standing.since.isoformat(),
        "observed_at": standing.observed_at.isoformat(),
    }


@app.command()
def plan(as_json: AsJson = False) -> None:
    """Show what would be done, and what waits for a coordinator's yes. Writes nothing to GitHub."""

    async def run(greenroom: Greenroom) -> int:
        with progress("looking at everything") as advance:
            shown = await planning.report(greenroom, advance)
        show_result(as_json, shown, plan_for_people)
        if shown["actions"] or shown["blocked"] or shown["people_must"]:
            return FOUND
        return CANNOT_TELL if shown["cannot_tell"] else DONE

    with_greenroom(run)


@app.command()
def approve(
    plan_id: Annotated[str, typer.Argument(help="The id that `greenroom plan` printed.")],
    by: Annotated[str, typer.Option(help="The coordinator who approves, as the audit will say.")] = "",
    wide: Annotated[bool, typer.Option("--wide", help="For a day: as many repositories at once as it shows.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say yes, as a coordinator, to the kinds of remedy in a plan. It stands for later remedies of the same kind."""

    async def run(greenroom: Greenroom) -> int:
        try:
            given = await planning.approve(greenroom, plan_id, by, wide=wide)
        except planning.CannotApprove as error:
            return stop(str(error), MISUSED)
        show_result(as_json, {"plan_id": plan_id, **given}, approval_for_people)
        return DONE

    with_greenroom(run)


@app.command()
def withdraw(
    scope: Annotated[str, typer.Argument(help="The kind of remedy, as `greenroom approve` printed it.")],
    by: Annotated[str, typer.Option(help="Who takes it back, as the audit will say.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take an approval back. Nothing of that kind is done any more until a coordinator approves it again."""

    async def run(greenroom: Greenroom) -> int:
        try:
            await planning.withdraw(greenroom, scope, by)
        except planning.CannotApprove as error:
            return stop(str(error), MISUSED)
        show_result(as_json, {"withdrawn": scope}, withdrawal_for_people)
        return DONE

    with_greenroom(run)


@app.command()
def explain(
    key: Annotated[str, typer.Argument(help="OWNER/REPO, OWNER/REPO#POLICY, OWNER/REPO/GHSA-… or case/N")],
    as_json: AsJson = False,
) -> None:
    """Tell the whole story of one thing: how it stands, what would be done, what was done."""

    async def run(greenroom: Greenroom) -> int:
        parsed = parse_key(key)
        if isinstance(parsed, TimerKey):
            return stop("a timer has no story; name a repository, a policy, an advisory or a case", MISUSED)
        if isinstance(parsed, PolicyKey) and parsed.policy not in (names := [each.name for each in all_policies()]):
            return stop(f'there is no policy "{parsed.policy}"; there are {", ".join(names)}', MISUSED)
        try:
            story = await explained(greenroom, parsed)
        except NoSuchCase as error:
            return stop(str(error), DONE)
        show_result(as_json, story, explanation_for_people)
        states = {each["state"] for each in story["states"]}
        return code_of(states | ({"cannot tell"} if story["cannot_tell"] else set()))

    with_greenroom(run)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop at the end instead of staying up.")] = False,
    port: Annotated[int, typer.Option(help="The app's port; 0 takes a free one.")] = 0,
    sandbox_port: Annotated[int, typer.Option(help="The sandbox's port; 0 takes a free one.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show the main job: a sandbox GitHub and the app, two servers on loopback, and six things that happen."""
    set_up("error")
    told = people if as_json else out
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]  # the demo tells its servers everything itself

    async def run() -> int:
        playing = asyncio.current_task()
        assert playing is not None  # noqa: S101 - this is a task
        asyncio.get_running_loop().add_signal_handler(
            signal.SIGTERM, playing.cancel
        )  # so that no server is left behind
        summary = await show(told, policy_for, port=port, sandbox_port=sandbox_port, stays=not once)
        if as_json:
            print(json.dumps(summary, ensure_ascii=False))
        return DONE if summary["ok"] else FAILED

    run_to_exit(run())


def main() -> None:
    """The entry point."""
    app()
