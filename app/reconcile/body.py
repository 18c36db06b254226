"""What does the description of a mirror consist of, and is it still what we wrote?

Three regions: the copied source and the coordination block are ours, between markers that stand alone on their lines;
everything else is people's and is kept to the byte. The block ends with a small record from which a lost database is
rebuilt. It carries an HMAC, so a record that was altered, or copied from another mirror, is noticed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from app.domain.mirrors import Mirror
from app.reconcile.digests import Digest, Digests

LONGEST_BODY = 65_535  # characters, of an advisory's description; of an issue's body GitHub takes one more

SOURCE = ("<!-- greenroom:source:begin -->", "<!-- greenroom:source:end -->")
BLOCK = ("<!-- greenroom:case:begin -->", "<!-- greenroom:case:end -->")
_MARKERS = (*SOURCE, *BLOCK)
RECORD = re.compile(r"<!-- greenroom:record (\{.*\}) -->")
FOOTER = "\n\nWrite here. Greenroom copies the part above from its source and never touches the rest.\n"


class Tampered(ValueError):
    """Our markers or our record are not as we left them, so nothing of this mirror may be changed. Says which."""


def key_of_record(text: str) -> str:
    """Which key signed the record of this description? Empty where there is none that can be read."""
    found = RECORD.search(text)
    try:
        return str(json.loads(found[1])["key"]) if found else ""
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a mirror says of itself. `mirror` is None until GitHub has given it an id; `sequence` only grows.

    `told` is what it remembers of the case besides, in canonical JSON; empty in records of before.
    """

    case: int
    mirror: str | None
    sequence: int
    links: tuple[str, ...]
    told: str = ""

    @property
    def ghsas(self) -> frozenset[str]:
        """The ids of the linked advisories. Their repositories may have been renamed since."""
        return frozenset(link.rpartition("/")[2] for link in self.links)

    def _parts(self) -> tuple[str, ...]:
        kind = ("record", self.told) if self.told else ("record",)
        return (*kind, str(self.case), self.mirror or "", str(self.sequence), *self.links)

    def signed(self, digests: Digests) -> str:
        """The line that stands at the end of the coordination block."""
        mac = digests.of(*self._parts())
        data = {"v": 1, "case": self.case, "mirror": self.mirror, "seq": self.sequence, "links": self.links}
        data |= {"told": self.told} if self.told else {}
        return f"<!-- greenroom:record {json.dumps(data | {'key': mac.key_id, 'mac': mac.value})} -->"

    @classmethod
    def verified(cls, line: str, digests: Digests) -> Record:
        """Read a record. Raises Tampered unless it is exactly as we signed it."""
        try:
            data = json.loads(RECORD.fullmatch(line.strip())[1])  # type: ignore[index]
            record = cls(
                case=int(data["case"]),
                mirror=data["mirror"],
                sequence=int(data["seq"]),
                links=tuple(data["links"]),
                told=data.get("told", ""),
            )
            genuine = digests.matches(Digest(data["key"], data["mac"]), *record._parts())
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            raise Tampered("its record is missing or unreadable") from None
        if not genuine:
            raise Tampered("its record was altered, or signed with a key that is gone")
        return record


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Body:
    """A mirror's description, cut into its regions. Under embargo."""

    before: str
    source: str
    between: str
    block: str
    record: Record
    after: str

    @classmethod
    def new(cls, source: str, block: str, record: Record) -> Body:
        return cls(before="", source=source, between="\n", block=block, record=record, after=FOOTER)

    @classmethod
    def parse(cls, text: str, digests: Digests) -> Body:
        """Cut a description into its regions. Raises Tampered."""
        lines = text.split("\n")
        places = [[index for index, line in enumerate(lines) if line.rstrip("\r ") == marker] for marker in _MARKERS]
        if any(len(found) != 1 for found in places) or sorted(places) != places:
            raise Tampered("its markers are missing, doubled or out of order")
        begin, end, block_begin, block_end = (found[0] for found in places)
        block = [line.rstrip("\r") for line in lines[block_begin + 1 : block_end]]
        if not block:
            raise Tampered("its record is missing or unreadable")
        return cls(
            before="\n".join([*lines[:begin], ""]),
            source="\n".join(line.rstrip("\r") for line in lines[begin + 1 : end]),
            between="\n".join(["", *lines[end + 1 : block_begin], ""]),
            block="\n".join(block[:-1]),
            record=Record.verified(block[-1], digests),
            after="\n".join(["", *lines[block_end + 1 :]]),
        )

    def text(self, digests: Digests) -> str:
        """The description as GitHub gets it."""
        ours = "\n".join((BLOCK[0], self.block, self.record.signed(digests), BLOCK[1]))
        return f"{self.before}{SOURCE[0]}\n{self.source}\n{SOURCE[1]}{self.between}{ours}{self.after}"


def record_of(mirror: Mirror, digests: Digests) -> Record | None:
    """What is kept in the coordination repository says of itself. None where it is not one of our mirrors."""
    if not mirror.is_ours:
        return None
    try:
        return Body.parse(mirror.description, digests).record
    except Tampered:
        return None
