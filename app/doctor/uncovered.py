"""Where repositories were selected one by one: which public ones does nobody look at? Pure.

Which are selected is its owners' choice, so this is told and no problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.doctor.lines import Line
from app.store.uncovered import Uncovered, told


def of_uncovered(found: Iterable[Uncovered]) -> Iterator[Line]:
    for each in found:
        name = f"public repositories of {each.account}"
        if each.many is None:
            says = f"which of them are not in the installation: {each.why_not}"
            yield Line(group="Coverage", name=name, state="cannot tell", says=says, do="try again later")
        else:
            yield Line(group="Coverage", name=name, state="ok", says=f"{told(each)}, as of {each.listed_at:%H:%M} UTC")
