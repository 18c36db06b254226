"""How is the doctor called?"""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from app.cli.command import (
    CANNOT_TELL,
    DONE,
    FOUND,
    MISCONFIGURED,
    AsJson,
    people,
    run_to_exit,
    show_result,
)
from app.clock import SystemClock
from app.doctor import starting
from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.looking import NOT_PROBED, looking
from app.doctor.probing import DECLARED, probe
from app.doctor.reading import read
from app.doctor.showing import as_json as shown_as_json
from app.doctor.showing import for_people
from app.domain.delivery import NotDurable
from app.github.errors import RetryLater
from app.logs import for_a_person, set_up
from app.settings import InvalidSettings, Settings, load_settings
from app.shown.terminal import say


def doctor(
    as_json: AsJson = False,
    probe_writes: Annotated[
        bool,
        typer.Option("--probe-writes", help="Try a write that changes nothing, on the coordination repository alone."),
    ] = False,
) -> None:
    """Look at everything that is needed: what is ok, what is not, what cannot be told, and what to do about it."""

    async def run() -> int:
        lines = await _told(probe_writes=probe_writes)
        show_result(as_json, shown_as_json(lines), for_people)
        return code(lines)

    run_to_exit(run())


def code(lines: tuple[Line, ...]) -> int:
    states = {line.state for line in lines if not line.lasts}
    if "problem" in states:
        return FOUND
    return CANNOT_TELL if "cannot tell" in states else DONE


async def _told(*, probe_writes: bool) -> tuple[Line, ...]:
    """What keeps an instance from starting is what people ask the doctor about first, so it is no accident here."""
    try:
        settings = load_settings()
        set_up(for_a_person(settings.log_level))
        return await _looked(settings, probe_writes=probe_writes)
    except InvalidSettings as mistakes:
        return starting.of_settings(str(mistakes))
    except RetryLater as error:
        return starting.of_away(str(error))
    except (*MISCONFIGURED, OSError) as error:
        name, do = starting.ABOUT.get(type(error).__name__, starting.ELSEWHERE)
        return starting.of_start(str(error), name=name, do=do)
    except (SQLAlchemyError, NotDurable) as error:  # its words hold statements and their values
        name, do = starting.ELSEWHERE
        return starting.of_start(f"it cannot be used ({type(error).__name__})", name=name, do=do)


async def _looked(settings: Settings, *, probe_writes: bool) -> tuple[Line, ...]:
    async with looking(settings, clock=SystemClock()) as (greenroom, missing):
        kept = greenroom.policy.current().file.coordination
        if probe_writes and kept and not missing:
            say(people, f"The probe {DECLARED.format(kept.repository)}.")
        with people.status("looking at everything"):
            lines = judge(await read(greenroom, missing=missing))
            if probe_writes:
                lines += (NOT_PROBED,) if missing else tuple([line async for line in probe(greenroom)])
    return lines
