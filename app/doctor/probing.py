"""Can the coordination repository be written to? Only where somebody asks for the probe.

What it does, and all that it does: for each permission to write that Greenroom needs there it has a token made for that
one repository and gives it back; then, where mirrors are advisories, it switches private vulnerability reporting off,
which it is. That changes nothing, nobody hears of it, and GitHub refuses it to whoever may not write. Both ends of it
are in the audit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from app.clock import Clock
from app.doctor.lines import Line
from app.domain.facts import Known
from app.domain.ids import PolicyKey, RepoName
from app.domain.lease import LeaseLost
from app.domain.records import Ended
from app.github.client import Access
from app.github.errors import Ambiguous, Held, Refused, RetryLater
from app.github.registration import NotInstalled
from app.github.roles import NO_HAND, roles
from app.github.writer import Writer
from app.main import Greenroom
from app.store import audit
from policies.permissions import HAND

GROUP = "Probe of writes"
DECLARED = "makes and gives back tokens for {}, and switches private reporting off there, which it is"
LASTS = timedelta(seconds=30)
_UNSENT: Ended = "not sent"


@dataclass(frozen=True, slots=True)
class _Until:
    """What the probe does changes nothing, so it may meet anything; it must only not come late."""

    moment: datetime
    clock: Clock

    def check(self) -> None:
        if self.clock.now() >= self.moment:
            raise LeaseLost("the probe took too long")


async def probe(greenroom: Greenroom) -> AsyncIterator[Line]:
    kept = greenroom.policy.current().file.coordination
    if kept is None:
        yield Line(group=GROUP, name="probe", state="cannot tell", says="policy names no coordination repository")
        return
    if roles(greenroom.watcher, greenroom.hand) == "no Hand":
        do = "greenroom setup --hand registers one, if something is to be written"
        yield Line(group=GROUP, name="probe", state="cannot tell", says=f"{NO_HAND}, and nothing is written", do=do)
        return
    for permission in sorted(name for name, level in HAND.items() if level == "write"):
        yield await _token(greenroom, kept.repository, permission)
    if kept.store == "advisory":
        yield await _switch(greenroom, kept.repository)


async def _token(greenroom: Greenroom, repo: RepoName, permission: str) -> Line:
    async def nothing(access: Access) -> None:
        """It was given, and is given back."""

    name = f"token {permission}"
    try:
        seat = await greenroom.hand.seat(repo)
        if seat is not None:
            await greenroom.hand.acting(seat, {permission: "write"}, nothing)
    except NotInstalled as error:
        do = f"install {greenroom.hand.name} on {repo} and accept its permissions"
        return Line(group=GROUP, name=name, state="problem", says=str(error), do=do)
    except RetryLater as error:
        return Line(group=GROUP, name=name, state="cannot tell", says=str(error), do="try again later")
    if seat is None:
        do = f"install {greenroom.hand.name} on {repo}"
        return Line(group=GROUP, name=name, state="problem", says=f"{greenroom.hand.name} is not there", do=do)
    return Line(group=GROUP, name=name, state="ok", says="one that may write was made, and given back")


async def _switch(greenroom: Greenroom, repo: RepoName) -> Line:
    name, clock = "switch off what is off", greenroom.clock
    try:
        found = await greenroom.reader.coordination(repo)
    except RetryLater as error:
        return Line(group=GROUP, name=name, state="cannot tell", says=str(error), do="try again later")
    if not isinstance(found, Known) or found.value.private_reporting or found.value.repository.private:
        says = "not tried: private vulnerability reporting is not off there, or is not known"
        return Line(group=GROUP, name=name, state="cannot tell", says=says, do="see the coordination repository above")
    writer = Writer([greenroom.hand], enabled=greenroom.settings.writes == "on")
    announced = partial(
        audit.intend,
        at=clock.now(),
        key=PolicyKey(repo, "private-reporting"),
        kind="probe",
        scope="probe: private reporting off, as it is",
        fingerprint="probe",
    )
    intent = await greenroom.database.write(announced)
    line, outcome = await _tried(writer, repo, _Until(clock.now() + LASTS, clock), name)
    await greenroom.database.write(lambda conn: audit.conclude(conn, intent, outcome, None, at=clock.now()))
    return line


async def _tried(writer: Writer, repo: RepoName, lease: _Until, name: str) -> tuple[Line, Ended]:
    try:
        await writer.set_private_reporting(repo, enabled=False, lease=lease)
    except Held as held:
        line = Line(group=GROUP, name=name, state="cannot tell", says=f"not sent: {held}", do="see writes above")
        return line, _UNSENT
    except Refused as error:
        line = Line(group=GROUP, name=name, state="problem", says=str(error), do="see the permissions above")
        return line, "refused"
    except (Ambiguous, RetryLater, LeaseLost) as error:
        line = Line(group=GROUP, name=name, state="cannot tell", says=str(error), do="try again later")
        return line, "unknown" if isinstance(error, Ambiguous) else _UNSENT
    line = Line(group=GROUP, name=name, state="ok", says="GitHub carried it out; nothing is changed by it")
    return line, "without effect"
