"""How are figures said? As medians with their spread, in tables that can be pasted into docs/figures.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median


def spread(values: Iterable[float], digits: int = 0) -> str:
    """The median, and the least and the most: `4,101 (3,950–4,300)`."""
    known = sorted(values)
    middle, least, most = (f"{value:,.{digits}f}" for value in (median(known), known[0], known[-1]))
    return middle if least == most else f"{middle} ({least}–{most})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, its columns as wide as their widest cell."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    padded = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    return "\n".join([padded[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *padded[1:]])
