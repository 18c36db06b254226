"""Can people settle from a terminal what a mirror and its source say differently?"""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run

BY = ("--by", "coordinator-1")


@pytest.mark.slow
def test_what_cannot_be_settled_is_answered_with_what_would_be_right(greenroom: Run) -> None:
    """Exit code 2, and nothing is written down."""
    greenroom("case", "open", "--tool", "pip", *BY)
    for words, right in (
        (("offer", "7", "severity", "--to-mirror", *BY), "there is no case 7"),
        (("offer", "1", "severity", *BY), "say either --to-source, as its own people, or --to-mirror"),
        (("offer", "1", "severity", "--to-source", "--to-mirror", *BY), "say either --to-source"),
        (("offer", "1", "severity", "--to-mirror", *BY), "what differs is nothing"),
        (("restore", "1", "--by", "stranger"), "stranger is no coordinator"),
        (("restore", "1", *BY), "the mirror of case 1 cannot be seen now"),
    ):
        answer = greenroom("case", *words)
        assert (answer.exit_code, right in " ".join(answer.output.split())) == (2, True), answer.output
    assert '"offer"' not in greenroom("case", "show", "1", "--json").stdout
