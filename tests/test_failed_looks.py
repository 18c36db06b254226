"""What of a log counts as work that failed?"""

from __future__ import annotations

import pytest

from tests.failed_looks import failed_looks

PEOPLE = "2026-11-23 05:57:41 [error    ] failed                         at=look:103 error=KeyError key=poll"
JSON = '{"key": "poll", "error": "KeyError", "at": "look:103", "event": "failed", "level": "error"}'
COLOURED = "\x1b[2m2026-11-23\x1b[0m [\x1b[31m\x1b[1merror    \x1b[0m] \x1b[1mfailed\x1b[0m at=look:103"
WORKER = "2026-11-23 05:57:41 [error    ] worker                         error=NotDurable"


@pytest.mark.parametrize("line", [PEOPLE, JSON, COLOURED, WORKER])
def test_work_that_ended_by_an_exception_of_ours_is_seen_however_it_is_logged(line: str) -> None:
    """Every story ends by asking for such lines; one that is never seen would let all of them pass."""
    assert len(failed_looks("a line before", f"one more\n{line}\n")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-23 05:57:41 [error    ] page                           key=pypa/pip message=it failed",
        "2026-11-23 05:57:41 [warning  ] retry_later                    attempts=1 key=case/1 reason=failed",
        '{"key": "failed", "event": "retry_later", "level": "warning"}',
    ],
)
def test_what_github_refuses_or_people_are_told_is_no_failure(line: str) -> None:
    """An app that cannot do something, says so and tries again does what it is for."""
    assert failed_looks(line) == []
