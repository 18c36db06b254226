"""How is the doctor called?"""

from __future__ import annotations

from typing import Annotated

import typer

from app.clock import SystemClock
from app.command import (
    CANNOT_TELL,
    DONE,
    FOUND,
    AsJson,
    people,
    read_settings,
    run_to_exit,
    show_result,
)
from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.probing import DECLARED, probe
from app.doctor.reading import read
from app.doctor.showing import as_json as shown_as_json
from app.doctor.showing import for_people
from app.main import assemble
from app.shown import say


def doctor(
    as_json: AsJson = False,
    probe_writes: Annotated[
        bool,
        typer.Option("--probe-writes", help="Try a write that changes nothing, on the coordination repository alone."),
    ] = False,
) -> None:
    """Look at everything that is needed: what is ok, what is not, what cannot be told, and what to do about it."""
    settings = read_settings()

    async def run() -> int:
        async with assemble(settings, clock=SystemClock()) as greenroom:
            kept = greenroom.policy.current().file.coordination
            if probe_writes and kept:
                say(people, f"The probe {DECLARED.format(kept.repository)}.")
            with people.status("looking at everything"):
                lines = judge(await read(greenroom))
                if probe_writes:
                    lines += tuple([line async for line in probe(greenroom)])
        show_result(as_json, shown_as_json(lines), for_people)
        return code(lines)

    run_to_exit(run())


def code(lines: tuple[Line, ...]) -> int:
    states = {line.state for line in lines}
    if "problem" in states:
        return FOUND
    return CANNOT_TELL if "cannot tell" in states else DONE
