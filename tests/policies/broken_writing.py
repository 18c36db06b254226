"""What files are written from that are broken in one line."""

from __future__ import annotations

V = "version: 1\n"
OWNERS = V + "report_owners:\n  psrt: {takes_reports: email}\n  maintainers: {takes_reports: github}\n"
PIP = OWNERS + "tools:\n  pip:\n    repositories: [pypa/pip]\n"
TWO = PIP + "  wheel:\n    repositories: [pypa/wheel]\n"
ANCHORS = "anchors and aliases are not read here"
TAGS = "tags (!…) are not read here"
NUMBER = "is not the same number to every program"
MISSING = "this is missing; write it, as in"
KEY = "there is no such key; did you mean"
DAY = "write a day, as in"
PERSON = "this is not a person; write LOGIN:NUMERIC_ID"
REPO = "is not a repository; write OWNER/REPO"
TEAM = "is not a team; write ORG/TEAM-SLUG"
MODES = "there is observe, report, enforce"
EXEMPT = "- {policy: private-reporting, repository: pypa/pip, owner: 'a:1', reason: moving, until: 2027-01-31}"


def exempt(old: str = "", new: str = "") -> str:
    return f"{PIP}exemptions:\n{EXEMPT.replace(old, new)} # here\n"


def tenures(*written: str) -> str:
    rows = "".join(f"      - {{{each}}}\n" for each in written[:-1])
    return f"{PIP}    report_owner:\n{rows}      - {{{written[-1]}}} # here\n"
