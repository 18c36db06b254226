"""An explanation as `greenroom explain` has it, and how it stands on a wide terminal."""

from __future__ import annotations

from io import StringIO
from typing import Any

from rich.console import Console

from app.shown.telling import explanation_for_people

IN_ORDER: dict[str, Any] = {
    "key": "pypa/pip",
    "asked_at": "2026-12-01T09:00:00+00:00",
    "repository": {
        "tool": "pip",
        "holds_mirrors": False,
        "report_owner": {"name": "psrt", "takes_reports": "email", "contact": "s@python.example", "from": "2024-01-01"},
        "next_report_owner": {"name": "maintainers", "from": "2027-03-01"},
        "exemptions": [],
    },
    "states": [
        {
            "repository": "pypa/pip",
            "policy": "private-reporting",
            "state": "pass",
            "message": "off, as psrt declares",
            "since": "2026-11-01T09:00:00+00:00",
            "seen_at": "2026-12-01T09:00:00+00:00",
            "mode": "enforce",
        }
    ],
    "would_do": [],
    "did": [],
    "breaches": [],
    "people_must": [],
    "cannot_tell": [],
    "unseen": None,
    "guard": None,
    "notices": [],
}


def read(**changed: Any) -> str:
    """The story with these differences, as it stands on a wide terminal."""
    console = Console(file=StringIO(), width=200, color_system=None)
    console.print(explanation_for_people(IN_ORDER | changed))
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())
