"""Does the command say what is kept and what would go, and does it take only that?"""

from __future__ import annotations

import json

from tests.cli.conftest import Run


def test_what_is_kept_is_shown_and_the_audit_for_ever(greenroom: Run) -> None:
    """Whoever answers for the data has to be able to look it up."""
    result = greenroom("retention")

    assert result.exit_code == 0
    assert "for ever" in result.stdout
    assert "deliveries" in result.stdout


def test_applying_it_says_what_went(greenroom: Run) -> None:
    """Nothing, in a database of today."""
    shown = json.loads(greenroom("retention", "--apply", "--json").stdout)

    assert {each["what"]: each["forgotten"] for each in shown["kept"]}["deliveries"] == 0
    assert [each["what"] for each in shown["kept"] if each["days"] is None] == ["audit", "cases"]


def test_a_term_that_would_do_harm_is_refused_at_the_start(greenroom: Run) -> None:
    """Like every setting that is wrong, with what would be right."""
    result = greenroom("retention", keep="deliveries=1")

    assert result.exit_code == 2
    assert "7 days at least" in result.stderr
