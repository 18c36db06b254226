"""How is a mirror written anew whose own parts were broken, without losing a character that people wrote?

What stands outside of our markers stays where it is. What stands between them is ours only if it is what we wrote last;
anything else is moved below, under a line that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.reconcile.body import BLOCK, FOOTER, RECORD, SOURCE, Body, Record

MOVED = "Greenroom's part was broken, and was written anew above. This stood in it:"

_BEGINS = {SOURCE[0]: "source", BLOCK[0]: "block"}
_ENDS = {SOURCE[1]: "source", BLOCK[1]: "block"}
Written = Callable[[str, str], bool]


@dataclass(slots=True)
class _Cut:
    """A text on its way into pieces. Lines keep their own ends."""

    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    remains: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    region: str | None = None
    has_begun: bool = False

    def line(self, line: str, is_ours: Written) -> None:
        marker = line.rstrip("\r ")
        if marker in _BEGINS or marker in _ENDS:
            self.leave(is_ours, whole=_ENDS.get(marker) == self.region)
            self.region = _BEGINS.get(marker)
            self.has_begun = self.has_begun or self.region is not None
        elif RECORD.fullmatch(line.strip()):
            return  # there will be a new one
        elif self.region is not None:
            self.inside.append(line)
        else:
            (self.after if self.has_begun else self.before).append(line)

    def leave(self, is_ours: Written, *, whole: bool) -> None:
        """A region ends. Without its end nobody can tell where it was meant to, so all of it stays."""
        text = "\n".join(line.rstrip("\r") for line in self.inside).strip()
        if self.region is not None and text and not (whole and is_ours(self.region, text)):
            self.remains += self.inside
        self.inside, self.region = [], None


def restored(text: str, *, source: str, block: str, record: Record, is_ours: Written) -> Body:
    """The description with our parts as they should be. `is_ours` tells of a region if that is what we wrote last."""
    cut = _Cut()
    for line in text.split("\n"):
        cut.line(line, is_ours)
    cut.leave(is_ours, whole=False)
    before, after = cut.before, cut.after
    if not cut.has_begun and any(map(str.strip, before)):
        before, after = [], ["", *before]  # nothing of ours was left, and ours comes first
    elif not cut.has_begun:
        before = []
    moved = ["", MOVED, "", *cut.remains] if cut.remains else []
    tail = "\n".join(["", *after, *moved]) if after or moved else ""
    return Body(
        before="\n".join([*before, ""]) if before else "",
        source=source,
        between="\n",
        block=block,
        record=record,
        after=tail or FOOTER,
    )
