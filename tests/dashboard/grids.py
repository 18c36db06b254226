"""What does the grid of a page show?"""

from __future__ import annotations

import re
from typing import TypeAlias

_ROW = re.compile(r'<tr><th scope="row"><a href="/repositories/([^"]*)">.*?</th>(.*?)</tr>', re.DOTALL)
_CELL = re.compile(r'<td class="([a-z]*)"><i>([^<]*)</i> ?([^<]*)</td>')
_COLUMN = re.compile(r'<th scope="col"><span>([^<]*)</span></th>')

Cell: TypeAlias = tuple[str, str, str]  # how it is drawn, its word, its age


def grid(html: str) -> dict[str, dict[str, Cell]]:
    """By repository and policy."""
    policies = _COLUMN.findall(html)
    rows = {name: [(look, word, age) for look, word, age in _CELL.findall(cells)] for name, cells in _ROW.findall(html)}
    return {name: dict(zip(policies, cells, strict=True)) for name, cells in rows.items()}


def looks(html: str) -> set[str]:
    """All ways in which anything is drawn."""
    return {look for row in grid(html).values() for look, _, _ in row.values()}
