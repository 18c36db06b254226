"""How does what a mirror says look on a page? What people wrote as the text it is, our own table as a table.

Nobody's Markdown becomes HTML. The one table is taken from between our markers, and only where it is as we write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.reconcile.body import BLOCK

_MARKS = re.compile(r"(?:^<!-- greenroom:.*-->\n?)+", re.MULTILINE)
_TABLE = re.compile(
    r"^\| tool \| here because \| status \|\n\| --- \| --- \| --- \|\n((?:\|.*\|(?:\n|\Z))+)", re.MULTILINE
)
_CELLS = 3

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a mirror's text, or the rows of who takes part. Under embargo, so its repr shows nothing."""

    text: str = ""
    rows: tuple[Row, ...] = ()

    def __repr__(self) -> str:
        return "Piece()"


def pieces(body: str) -> tuple[Piece, ...]:
    """One after the other, without what is for machines, as GitHub would show it."""
    return tuple(piece for piece in _pieces(body.replace("\r\n", "\n")) if piece.rows or piece.text)


def _pieces(body: str) -> Iterator[Piece]:
    table = _our_table(body)
    if table is None:
        yield Piece(text=_plain(body))
        return
    begin, end, rows = table
    yield Piece(text=_plain(body[:begin]))
    yield Piece(rows=rows)
    yield Piece(text=_plain(body[end:]))


def _our_table(body: str) -> tuple[int, int, tuple[Row, ...]] | None:
    """From where to where, and what is in it. None where there is none that is ours."""
    if any(body.count(marker) != 1 for marker in BLOCK):
        return None
    block = slice(body.index(BLOCK[0]), body.index(BLOCK[1]))
    found = _TABLE.search(body, block.start, max(block.start, block.stop))
    if found is None:
        return None
    rows = tuple(tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in found[1].splitlines())
    return (found.start(), found.end(), rows) if all(len(row) == _CELLS for row in rows) else None


def _plain(text: str) -> str:
    return _MARKS.sub("\n", text).strip("\n")
