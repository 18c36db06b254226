"""What is there to be done, in which order, and where does it stand? Pure.

Nothing of this is kept: it follows each time from the settings, from what running instances say that they know and use,
and from what GitHub answers. So it can be left and taken up again at any step, by anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from app.prints import Kind
from app.store.secrets_held import Held, Used

State: TypeAlias = Literal["done", "next", "later", "cannot tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `do` is what a person does where it is not done; it names no secret."""

    name: str
    state: State
    says: str
    do: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """The steps in order: what is done, the one that is next, and those that come later."""

    kind: Kind
    steps: tuple[Step, ...]
    begin: str = ""  # how to begin, where nothing is under way

    @property
    def is_done(self) -> bool:
        return all(each.state == "done" for each in self.steps)

    @property
    def cannot_tell(self) -> bool:
        return any(each.state == "cannot tell" for each in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of the secrets of one kind. `prints` are those of the settings, the one that is used first, first.

    `held` is what running instances know; `unheard` what those knew that fell silent lately, and did not say that they
    end; `used` when each was used.
    """

    kind: Kind
    prints: tuple[str, ...]
    held: tuple[Held, ...]
    unheard: tuple[Held, ...]
    used: Mapping[str, Used]
    now: datetime

    def last_use(self, name: str) -> datetime | None:
        use = self.used.get(name)
        return use.last if use else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Is a step done? None: that cannot be told."""

    name: str
    ok: bool | None
    says: str
    do: str


def in_order(checks: Iterable[Check]) -> tuple[Step, ...]:
    """Of those that are not done the first is next; what comes after it waits, whatever it looks like."""
    steps: list[Step] = []
    waits = False
    for check in checks:
        if waits:
            steps.append(Step(name=check.name, state="later", says=""))
        elif check.ok:
            steps.append(Step(name=check.name, state="done", says=check.says))
        else:
            waits = True
            state: State = "next" if check.ok is False else "cannot tell"
            steps.append(Step(name=check.name, state=state, says=check.says, do=check.do))
    return tuple(steps)


def known_to_all(seen: Seen, *, alone: bool) -> Check:
    """Does each running instance know what the settings hold? `alone`: and nothing else."""
    name = "running instances know only it" if alone else "running instances know both"
    do = "restart them with these settings, one after the other"
    if not seen.held:
        says = "no instance said within five minutes what it knows"
        return Check(name=name, ok=None, says=says, do="start greenroom serve, wait a minute, and look again")
    wanted = set(seen.prints)
    lacking = [each.instance for each in seen.held if not _suits(set(each.prints), wanted, alone=alone)]
    if lacking:
        return Check(name=name, ok=False, says=f"not yet: {', '.join(lacking)}", do=do)
    if silent := [each for each in seen.unheard if not _suits(set(each.prints), wanted, alone=alone)]:
        return not_heard(name, seen.kind, silent)
    return Check(name=name, ok=True, says=", ".join(each.instance for each in seen.held), do=do)


def not_heard(name: str, kind: Kind, silent: Iterable[Held]) -> Check:
    """They did not do what the step asks for when they were heard last. Nobody knows whether they run."""
    said = ", ".join(f"{each.instance} since {when(each.at)}" for each in silent)
    do = f"restart them with these settings; for one that is gone: greenroom rotate {kind} --gone INSTANCE"
    return Check(name=name, ok=None, says=f"nothing was heard of {said}, nor that it ended", do=do)


def _suits(known: set[str], wanted: set[str], *, alone: bool) -> bool:
    return known == wanted if alone else wanted <= known


def when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"
