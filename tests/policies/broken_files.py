"""Files that are broken, and the words in which that is told."""

from __future__ import annotations

import pytest

from policies.loading import InvalidPolicy, load_policies

KEYS = "version, coordination, coordinators, report_owners, tools, policies, exemptions, repository_ids, sentinels"
EXEMPTIONS = (
    '[{policy: private-reporting, repository: pypa/pip, owner: "some-login:12345", reason: moving house, '
    "until: 2027-01-31}]"
)
MAPPING = "write a mapping, as in"
PERSON = 'this is not a person; write LOGIN:NUMERIC_ID, as in "some-login:12345"'
REPO = "is not a repository; write OWNER/REPO, as in pypa/pip"
TEAM = "is not a team; write ORG/TEAM-SLUG, as in pypa/pip-committers"
NAME = "a name has letters, digits, dots, hyphens and underscores only, and at most 64"
SENTINEL = "write OWNER/REPO/GHSA-xxxx-xxxx-xxxx of a draft that somebody made for this"
SHARED = "belongs to a already; keep it in one tool"
TOO_LARGE = "no id on GitHub has so many digits; copy it from what GitHub's API answers"
DAY = "write a day, as in 2027-01-31"
DAYS = 'write a number of days, as in "90d"'
PACKAGE = "write it as ECOSYSTEM:NAME, as in pip:wheel"
V = "version: 1\n"
OWNER = V + "report_owners:\n  psrt: {takes_reports: email}\n"
EXEMPT = (
    'exemptions: [{policy: private-reporting, repository: pypa/pip, owner: "a:1", reason: moving, until: 2027-01-31}]'
)


def exempt(old: str, new: str) -> str:
    """A file with one exemption, in which something is written otherwise."""
    return V + EXEMPT.replace(old, new)


def tenure(written: str) -> str:
    """A file in which that says who takes the reports of pip, on line 6."""
    return f"{OWNER}tools:\n  pip:\n    report_owner: [{{{written}}}]\n"


def mistakes(text: str) -> list[str]:
    """What is told of that file, each "N: …" after the number of its line."""
    with pytest.raises(InvalidPolicy) as refused:
        load_policies(text, "greenroom.yml")
    told = str(refused.value).split("\n")
    assert all(line.startswith("greenroom.yml line ") for line in told)
    return [line.removeprefix("greenroom.yml line ") for line in told]
