"""What a writer is told to write, and where."""

from __future__ import annotations

from app.domain.actions import MirrorFields
from app.domain.facts import Vulnerability
from app.domain.ids import Person

FIELDS = MirrorFields(
    summary="s",
    description="d",
    severity="high",
    vulnerabilities=(Vulnerability(ecosystem="pip", package="pip", vulnerable_version_range="< 2"),),
)
SOMEBODY = (Person("psrt-member-1", 1),)
