"""What is told of a day, a number of days, or an exemption that is none?"""

from __future__ import annotations

import pytest

from policies.policy import all_policies
from tests.policies.broken_files import DAY, DAYS, REPO, V, exempt, mistakes, tenure

# text → the messages, each with its line
DAYS_AND_NUMBERS = {
    "days as a number": (
        V + "report_owners: {psrt: {takes_reports: email, clocks: {finish: 90}}}",
        [f"2: report_owners.psrt.clocks.finish: {DAYS}"],
    ),
    "no days at all": (
        V + "report_owners: {psrt: {takes_reports: email, clocks: {finish: 0d}}}",
        [f"2: report_owners.psrt.clocks.finish: {DAYS}"],
    ),
    "no such day": (
        tenure("from: 2024-02-30, owner: psrt"),
        ['6: "2024-02-30" looks like a date or a number and is none'],
    ),
    "a day as a number": (tenure("from: 0, owner: psrt"), [f"6: tools.pip.report_owner.0.from: {DAY}"]),
    "a day in other words": (
        tenure("from: 1 January 2024, owner: psrt"),
        [f"6: tools.pip.report_owner.0.from: {DAY}"],
    ),
}


@pytest.mark.parametrize(("text", "messages"), DAYS_AND_NUMBERS.values(), ids=DAYS_AND_NUMBERS)
def test_what_is_no_day_is_told(text: str, messages: list[str]) -> None:
    """A clock that runs wrong is worse than none."""
    assert mistakes(text) == messages


# text → the messages, each with its line
END = "write the day on which it ends, at most 90 days ahead, as in 2027-01-31"
EXEMPTIONS = {
    "an hour of a day": (
        exempt("2027-01-31", "2027-01-31T12:00:00Z"),
        [f"2: exemptions.0.until: {END}"],
    ),
    "an exemption without end": (exempt(", until: 2027-01-31", ""), [f"2: exemptions.0.until: {END}"]),
    "an exemption until whenever": (exempt("2027-01-31", "true"), [f"2: exemptions.0.until: {END}"]),
    "an exemption until never": (exempt("2027-01-31", "null"), [f"2: exemptions.0.until: {END}"]),
    "an exemption until long ago": (
        exempt("2027-01-31", "0001-01-05"),
        ["2: exemptions.0.until: 0001-01-05 is before 2020-01-01; write the day on which it ends, as in 2027-01-31"],
    ),
    "an exemption until the last day before all": (
        exempt("2027-01-31", "2019-12-31"),
        ["2: exemptions.0.until: 2019-12-31 is before 2020-01-01; write the day on which it ends, as in 2027-01-31"],
    ),
    "an exemption without owner": (
        exempt(' owner: "a:1",', ""),
        ['2: exemptions.0.owner: this is missing; write it, as in owner: "some-login:12345"'],
    ),
    "an exemption without reason": (
        exempt("moving", "''"),
        ["2: exemptions.0.reason: write more: 3 or more characters"],
    ),
    "an exemption with a blank reason": (
        exempt("moving", "'    '"),
        ["2: exemptions.0.reason: write more: 3 or more characters"],
    ),
    "an exemption of every repository": (
        exempt("pypa/pip", "'pypa/*'"),
        [f'2: exemptions.0.repository: "pypa/*" {REPO}'],
    ),
    "an exemption from everything": (
        exempt("private-reporting", "'*'"),
        [f'2: exemptions.0.policy: is "*"; there is {", ".join(policy.name for policy in all_policies())}'],
    ),
}


@pytest.mark.parametrize(("text", "messages"), EXEMPTIONS.values(), ids=EXEMPTIONS)
def test_what_is_no_exemption_is_told(text: str, messages: list[str]) -> None:
    """Who accepts a breach says who, why and until when."""
    assert mistakes(text) == messages
