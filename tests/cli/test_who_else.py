"""Can people ask from a terminal who ships what, and answer who else takes part?"""

from __future__ import annotations

import json

from tests.cli.conftest import Run

BY = ("--by", "coordinator-1")


def test_who_ships_what_is_shown_with_its_age(greenroom: Run) -> None:
    """As people wrote it, until the repositories' own files were read."""
    shown = json.loads(greenroom("vendoring", "--json").stdout)

    [pipenv] = [each for each in shown["lines"] if (each["consumer"], each["component"]) == ("pypa/pipenv", "pip:pip")]
    assert (pipenv["mode"], pipenv["read_at"], shown["as_of"]) == ("patched", None, "2026-11-22")
    assert "as of 2026-11-22" in " ".join(greenroom("vendoring").stdout.split())


def test_what_was_not_suggested_cannot_be_answered(greenroom: Run) -> None:
    """Exit code 2, with what would be right."""
    greenroom("case", "open", "--tool", "pip", *BY)
    for words, right in (
        (("1", "uv", "yes", *BY), "uv is no suggestion of case 1"),
        (("1", "uv", "no", *BY), "a no needs a reason; say one of not-affected-version"),
        (("1", "uv", "yes", "other", *BY), "a yes needs no reason"),
        (("7", "uv", "yes", *BY), "there is no case 7"),
    ):
        refused = greenroom("case", "suggest", *words)
        assert (refused.exit_code, right in " ".join(refused.output.split())) == (2, True), refused.output
