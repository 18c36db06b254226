"""What differs between a mirror and its sources, and what did people say should become of it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.domain.ids import AdvisoryKey
from app.domain.records import Baseline

# to-source: a linked advisory takes over what people wrote in the mirror, as its own people say
# to-mirror: the mirror gives in, as a coordinator says
Direction = Literal["to-source", "to-mirror"]

MIRROR = "mirror"  # the field of a yes to writing our parts of a frozen mirror anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field in which both sides differ, and keyed digests of what each of them says.

    `target` is the linked advisory that could take it over; None where none can, which `why_not` says.
    """

    field: str
    both_edited: bool
    source: Baseline
    mirror: Baseline
    target: AdvisoryKey | None
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A yes to one direction. It holds while both sides say what they said then, and ends when they say the same."""

    field: str
    direction: Direction
    source: Baseline
    mirror: Baseline
    target: AdvisoryKey | None
    by: str
    at: datetime
