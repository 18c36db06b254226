"""How is the demo set up, told and summed up?"""

from __future__ import annotations

import secrets
import shlex
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.clock import SystemClock
from app.demo.outside import Json, Outside
from app.demo.processes import Processes, free_port
from app.demo.stage import Stage
from app.demo.story import CASES, STEPS
from app.demo.visitors import for_people
from app.main import assemble
from app.ports import listen
from app.settings import load_settings
from app.store import findings

PolicyFor = Callable[[Callable[[str], int | None]], str]


async def show(console: Console, policy_for: PolicyFor, *, port: int, sandbox_port: int, stays: bool) -> Json:
    """Play all steps, and sum up. With `stays` the servers run on until somebody stops them. Raises CannotListen."""
    started = time.monotonic()
    for wanted, option in ((port, "--port"), (sandbox_port, "--sandbox-port")):
        listen(wanted, instead=f"with {option}").close()  # or it would be told by the log of a child
    with tempfile.TemporaryDirectory(prefix="greenroom-demo-") as folder:
        async with _stage(Path(folder), policy_for, port or free_port(), sandbox_port, console) as stage:
            console.print(Text("Greenroom against a sandbox GitHub. Each step is checked in the sandbox's world.\n"))
            steps = [await _play(stage, number, console) for number in range(len(STEPS))]
            summary = await _sum_up(stage, steps)
            summary = {"ok": all(step["ok"] for step in steps), "seconds": _since(started), **summary}
            _tell_end(console, stage, summary)
            if stays:
                await _stay(console, stage)
    return summary


@asynccontextmanager
async def _stage(
    folder: Path, policy_for: PolicyFor, port: int, sandbox_port: int, console: Console
) -> AsyncIterator[Stage]:
    processes, url, clock = Processes(folder), f"http://127.0.0.1:{port}", SystemClock()
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        try:
            with console.status("starting a sandbox GitHub and the app"):
                ready = await processes.start_sandbox(sandbox_port, f"{url}/webhooks/github")
                outside = Outside(ready["url"], http, clock)
                people = (await outside.world())["people"]
                environment = _environment(ready["env"], folder, port, policy_for(people.get))
                await processes.start_app(environment, url, http)
            settings = load_settings(
                _env_file=None, **{name[10:].lower(): value for name, value in environment.items()}
            )
            async with assemble(settings, clock=clock) as desk:
                yield Stage(
                    outside=outside,
                    processes=processes,
                    desk=desk,
                    clock=clock,
                    http=http,
                    url=url,
                    environment=environment,
                )
        finally:
            await processes.stop()


def _environment(sandbox: dict[str, str], folder: Path, port: int, policy: str) -> dict[str, str]:
    """What `serve` is told. Only the poll differs from an ordinary install, so that nobody waits half a minute."""
    path = folder / "greenroom.yml"
    path.write_text(policy, encoding="utf-8")
    return {
        **sandbox,
        "GREENROOM_DIGEST_KEYS": f"demo:{secrets.token_hex(32)}",
        "GREENROOM_DATABASE_URL": f"sqlite:///{folder / 'greenroom.db'}",
        "GREENROOM_POLICY": str(path),
        "GREENROOM_PORT": str(port),
        "GREENROOM_POLL_SECONDS": "1",
    }


async def _play(stage: Stage, number: int, console: Console) -> Json:
    step_id, step = STEPS[number]
    console.print(Text(f"{number + 1}  {step.__doc__}", style="bold"))
    started = time.monotonic()
    try:
        with console.status("waiting for the world to change"):
            observed, ok = await step(stage), True
    except Exception as error:  # noqa: BLE001 - whatever stopped this step is told, and the others are played
        observed, ok = str(error) or type(error).__name__, False
    seconds = _since(started)
    console.print(_outcome(observed, ok=ok, seconds=seconds))
    if step_id == "mirror-opened" and ok:
        _tell_readers(stage, console)
    return {"id": step_id, "ok": ok, "seconds": seconds, "observed": observed}


def _outcome(observed: str, *, ok: bool, seconds: float) -> Table:
    line = Table.grid(padding=(0, 1, 0, 0))
    said = Text.assemble(observed, (f" ({seconds:.1f}\N{NO-BREAK SPACE}s)", "dim"))
    line.add_row("  ", Text("✓" if ok else "✗", style="green" if ok else "red"), said)
    return line


async def _sum_up(stage: Stage, steps: list[Json]) -> Json:
    standings = await stage.desk.database.read(findings.standings)
    wrong = [each for each in standings if each.state in {"finding", "blocked", "contested"}]
    return {
        "steps": steps,
        "writes": [
            {"method": each["method"], "path": each["path"], "status": each["status"]}
            for each in await stage.outside.requests()
            if each["write"]
        ],
        "findings": [{"policy": each.policy, "repository": str(each.repo), "state": each.state} for each in wrong],
        "mirrors": [
            {
                "store": "advisory",
                "repository": CASES,
                "number": each["ghsa_id"],
                "state": each["state"],
                "readers": list(each["readers"]),
            }
            for each in await stage.outside.mirrors()
        ],
    }


def _tell_readers(stage: Stage, console: Console) -> None:
    readers = Table.grid(padding=(0, 2, 0, 0))
    for login, why in stage.readers:
        readers.add_row("   ", Text(login, style="cyan"), Text(why))
    console.print(readers)


def _tell_end(console: Console, stage: Stage, summary: dict[str, Any]) -> None:
    writes = summary["writes"]
    console.print()
    verdict = ("Everything is as the story says.", "bold green") if summary["ok"] else ("Not as expected.", "bold red")
    console.print(Text.assemble(verdict, f" {len(writes)} writes to GitHub, {summary['seconds']:.0f} s."))
    if not summary["ok"]:
        for command in ("sandbox", "serve"):
            console.print(Text(f"\nThe last lines of {command}:", style="bold"))
            console.print(Text("\n".join(stage.processes.log(command).read_text(errors="replace").splitlines()[-15:])))


async def _stay(console: Console, stage: Stage) -> None:
    sandbox = stage.environment["GREENROOM_GITHUB_URL"]
    console.print(Text(f"\nBoth servers are still running. The app: {stage.url}  The sandbox: {sandbox}", style="bold"))
    settings = stage.processes.folder / "env.sh"
    settings.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in stage.environment.items()))
    settings.chmod(0o600)
    console.print(Text("Try, from another terminal:"))
    for command in (
        f". {settings}; {Path(sys.executable).parent}/greenroom explain case/1",
        f"{Path(sys.executable).parent}/greenroom plan",
        f"curl -s {sandbox}/_sandbox | python3 -m json.tool   # what people can do in the sandbox",
        f"""curl -s {sandbox}/_sandbox/detach-configuration -d '{{"repository": "pypa/pip"}}'""",
    ):
        console.print(Text(f"  {command}"), soft_wrap=True)
    console.print(Text("After the last one pip's reporting is switched off again within seconds."))
    console.print(for_people(stage.url), soft_wrap=False)
    console.print(Text("Press Ctrl-C to stop.", style="dim"))
    await stage.processes.wait()
    console.print(Text("A server has stopped.", style="red"))


def _since(started: float) -> float:
    return round(time.monotonic() - started, 2)
