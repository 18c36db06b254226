"""Does what the documentation advises against one alarm set off another?"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEAD_MAN = 15 * 60  # seconds, as operations says; and 1800 is what pages
A_SWEEP = 60  # seconds, of sixty repositories


def test_sweeps_that_are_as_rare_as_advised_leave_other_alarms_quiet() -> None:
    """The dead man's switch hears of each sweep that went well, and takes a longer pause for an outage."""
    [row] = re.findall(
        r"^\| `GreenroomBudgetSpent` .*$", (ROOT / "docs/operations.md").read_text("utf-8"), re.MULTILINE
    )
    setting = r"^\| `GREENROOM_SWEEP_SECONDS` .*$"
    [of_setting] = re.findall(setting, (ROOT / "docs/reference.md").read_text("utf-8"), re.MULTILINE)
    [most] = re.findall(r"`GREENROOM_SWEEP_SECONDS` may be raised to (\d+);", row)

    assert f"At most {most} where" in of_setting
    assert int(most) + A_SWEEP <= DEAD_MAN
