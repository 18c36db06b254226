"""`make chaos`: a campaign of histories, each from a seed. Ends with 1 at the first one that fails."""

from __future__ import annotations

import argparse
import sys

from tests.chaos.campaign import run

ROUNDS, SECONDS, FIRST = 6, 300, 1


def main() -> int:
    read = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    read.add_argument("--seed", type=int, help="tell only the history of this seed")
    read.add_argument("--first", type=int, default=FIRST, help="the first seed of a campaign")
    read.add_argument("--histories", type=int, default=1_000_000, help="at most so many")
    read.add_argument("--rounds", type=int, default=ROUNDS, help="rounds in each history")
    read.add_argument("--seconds", type=float, default=SECONDS, help="begin no further history after so many")
    read.add_argument("--only", help="tell only these events of the history: 3,7,12")
    asked = read.parse_args()
    seeds = [asked.seed] if asked.seed is not None else range(asked.first, asked.first + asked.histories)
    only = frozenset(int(number) for number in asked.only.split(",")) if asked.only else None
    failure = run(seeds, asked.rounds, seconds=asked.seconds, say=_say, only=only)
    if failure is None:
        return 0
    _say(str(failure))
    return 1


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is a command


sys.exit(main())
