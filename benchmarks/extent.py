"""How much is measured?"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Rounds of everything, and how much belongs to one."""

    rounds: int
    seconds: float  # of intake, for each server and number of connections
    sizes: tuple[int, ...]  # repositories that are swept in real time
    long_rounds: int  # of sweeps that take minutes each
    many: int  # repositories on the simulated clock
    evaluations: int
    hours: int  # of thousands, the whole app

    def with_rounds(self, rounds: int) -> Extent:
        return replace(self, rounds=rounds)


FULL = Extent(rounds=3, seconds=5, sizes=(60, 600), long_rounds=3, many=6000, evaluations=10_000, hours=24)
QUICK = Extent(rounds=1, seconds=1, sizes=(60,), long_rounds=1, many=200, evaluations=1_000, hours=2)
