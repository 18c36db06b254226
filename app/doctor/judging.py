"""How is everything, line by line? Pure: what was seen goes in, and nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator

from app.doctor import apps, fresh, home, machine, uncovered
from app.doctor.lines import Line
from app.doctor.seen import Seen


def judge(seen: Seen) -> tuple[Line, ...]:
    """Every line, in the order in which one would mend them."""
    return tuple(_lines(seen))


def _lines(seen: Seen) -> Iterator[Line]:
    yield from machine.of_machine(seen.machine, seen.now)
    yield from fresh.of_freshness(seen.fresh)
    for app in seen.apps:
        yield from apps.of_app(app)
    yield from uncovered.of_uncovered(seen.uncovered)
    yield from apps.of_hook(seen.hook, seen.now)
    if seen.roles == "no Hand":
        yield home.of_observing(seen.enforced)
    else:
        yield from home.of_home(seen.home)
    yield from home.of_drafts(seen.drafts)
    yield from home.of_listing(seen.listing)
    yield from home.of_unused_lists(seen.listing)
    yield from home.of_configurations(seen.configurations)
    yield from machine.of_people(seen.machine)
