"""Is what is refused said in words for people in front of a page?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app.casework
from app.dashboard.saying import on_pages

CASEWORK = Path(app.casework.__file__).parent


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("the mirror of case 1 is not frozen", "the mirror of case 1 is not frozen"),
        ("it is linked where uv agrees; say with --agreed-by who; policy names uv-1",
         "it is linked where uv agrees; policy names uv-1"),
        ("2 of 3 are not published; a coordinator can (ada): add --confirm and --by to let answers and ids leave",
         "2 of 3 are not published; a coordinator can (ada)"),
        ("there is no proposal 7; greenroom case show N lists those of a case", "there is no proposal 7"),
        ("no id for pip was asked for; say greenroom case cve 1 request pip first", "no id for pip was asked for"),
        ("its record names GHSA-x; greenroom case link N A --by B does; say --alone where nothing of it is",
         "its record names GHSA-x"),
        ("that plan is older than an hour, which is too old for --wide; run greenroom plan again",
         "that plan is older than an hour, which is too old for that"),
    ],
)  # fmt: skip
def test_what_would_be_typed_is_left_out(typed: str, told: str) -> None:
    """A page has a button for it."""
    assert on_pages(typed) == told


def test_nothing_that_is_refused_names_a_command() -> None:
    """Every message of the work on cases, as it stands in the code."""
    texts = [path.read_text(encoding="utf-8") for path in CASEWORK.glob("*.py")]
    messages = [found for text in texts for found in re.findall(r"NotAllowed\(\s*f?\"([^\"]*)\"", text)]
    assert len(messages) > 20
    assert [each for each in map(on_pages, messages) if "greenroom case" in each] == []
