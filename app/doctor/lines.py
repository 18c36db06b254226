"""What does one line of the doctor say?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["ok", "problem", "cannot tell"]
NOT_INSTALLED = "not installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How one thing is, and what to do about it where it is not ok. `group` is the heading that it stands under.

    `lasts` where it cannot be told from here whatever anybody does: it is said, and is nothing for an exit code.
    """

    group: str
    name: str
    state: State
    says: str
    do: str = ""
    lasts: bool = False
