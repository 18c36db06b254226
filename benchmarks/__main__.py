"""What shall be measured? Standard output is Markdown for docs/figures.md; progress goes to standard error."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from benchmarks import conditions, day, deciding, intake, many, sweeping
from benchmarks.children import DoesNotStart
from benchmarks.extent import FULL, QUICK, Extent

PARTS: Mapping[str, Callable[[Extent], str]] = {
    "intake": intake.run,
    "sweep": sweeping.run,
    "scale": many.run,
    "decide": deciding.run,
    "day": day.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description="What it costs, beside others.")
    parser.add_argument("--only", metavar=",".join(PARTS), help="only these parts", type=_parts, default=tuple(PARTS))
    parser.add_argument("--rounds", type=int, help="rounds of each measurement (3)")
    parser.add_argument("--quick", action="store_true", help="one short round: to see that it works, not for figures")
    asked = parser.parse_args()
    extent = QUICK if asked.quick else FULL
    if asked.rounds:
        extent = extent.with_rounds(asked.rounds)
    show(conditions.report())
    for part in asked.only:
        try:
            show(PARTS[part](extent))
        except day.Missed as error:
            show(str(error))
            return 1
        except (DoesNotStart, deciding.Hollow, intake.Wrong) as error:
            sys.stderr.write(f"{part}: {error}\n")
            return 1
    return 0


def show(text: str) -> None:
    sys.stdout.write(f"{text}\n\n")
    sys.stdout.flush()


def _parts(text: str) -> tuple[str, ...]:
    asked = tuple(text.split(","))
    if unknown := set(asked) - set(PARTS):
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
