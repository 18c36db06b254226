"""What does `greenroom sweep` say of a round that takes longer?"""

from __future__ import annotations

from io import StringIO
from typing import Any

from rich.console import Console

from app.shown.terminal import standings_for_people


def _read(**changed: Any) -> str:
    shown: dict[str, Any] = {"looked_at": 75, "unseen": 0, "waiting": 0, "waiting_until": None, "standings": []}
    console = Console(file=StringIO(), width=200, color_system=None)
    console.print(standings_for_people(shown | changed))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_round_that_is_finished_needs_no_word() -> None:
    """The default: everything was looked at."""
    assert "later" not in _read()


def test_what_is_looked_at_later_is_counted_and_timed() -> None:
    """Whoever asks by hand must not take what was not looked at yet for peace."""
    told = _read(waiting=525, waiting_until="2026-12-01T14:35:12.345+00:00")

    assert "later, inside our share of GitHub's limit: 525 repositories, the last at 2026-12-01 14:35 UTC" in told
