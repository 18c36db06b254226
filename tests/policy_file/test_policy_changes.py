"""What do two policy files say differently?"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from app.policy_file.changes import changes
from policies.config import PolicyFile
from policies.loading import load_policies

BASE: dict[str, Any] = {
    "version": 1,
    "coordination": {"repository": "org/cases", "always_readers": {"users": ["ann:1"]}},
    "coordinators": {"users": ["ann:1"]},
    "report_owners": {
        "psrt": {"takes_reports": "email", "contact": "a@example.org", "users": ["bob:2"]},
        "team": {"takes_reports": "github", "teams": ["org/team"]},
    },
    "tools": {
        "pip": {
            "repositories": ["pypa/pip"],
            "packages": ["pip:pip"],
            "users": ["cem:3"],
            "report_owner": [{"from": "2024-01-01", "owner": "psrt"}],
        },
        "uv": {"repositories": ["astral-sh/uv"]},
    },
    "policies": {"private-reporting": {"mode": "observe"}},
    "exemptions": [
        {
            "policy": "private-reporting",
            "repository": "pypa/pip",
            "owner": "ann:1",
            "reason": "so",
            "until": "2026-12-31",
        }
    ],
}
REASON = "because @everybody says `so`"
BASE["exemptions"][0]["reason"] = REASON


def file(data: dict[str, Any]) -> PolicyFile:
    return load_policies(yaml.safe_dump(data), "greenroom.yml").file


def edited(path: str, value: Any) -> PolicyFile:
    """The file with another value there; `...` takes it out, and of a list `+` adds one at the end."""
    data = yaml.safe_load(yaml.safe_dump(BASE))
    *parents, last = path.split(".")
    place = data
    for part in parents:
        place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
    if value is ...:
        del place[int(last) if isinstance(place, list) else last]
    elif last == "+":
        place.append(value)
    else:
        place[int(last) if isinstance(place, list) else last] = value
    return file(data)


ENFORCED = "what it finds is mended, each kind once a coordinator has approved it."
PVR = "private vulnerability reporting of"
POLICY = "`private-reporting`"
ANSWERS = "and `ann:1` answers for it."
EXEMPTION = {"policy": "private-reporting", "repository": "astral-sh/uv", "owner": "ann:1", "reason": REASON}
TABLE: list[tuple[str, Any, tuple[str, ...]]] = [
    ("version", 1, ()),
    (
        "policies.private-reporting.mode",
        "enforce",
        (f"The policy `private-reporting` goes from `observe` to `enforce`: {ENFORCED}",),
    ),
    (
        "policies.reports-reach-owner",
        {"mode": "report"},
        ("The policy `reports-reach-owner` goes from `observe` to `report`: people are told, nothing is mended.",),
    ),
    ("policies.reports-reach-owner", {}, ()),
    (
        "coordination.mode",
        "enforce",
        (f"Mirroring goes from `observe` to `enforce`: {ENFORCED}",),
    ),
    ("coordination.repository", "org/other", ("The repository of mirrors: `org/other` instead of `org/cases`.",)),
    ("coordination.store", "issue", ("What mirrors are kept as: `issue` instead of `advisory`.",)),
    (
        "coordination.always_readers.users.+",
        "dan:4",
        ("`dan:4` is listed as somebody who reads every case.",),
    ),
    ("coordinators.users.0", "dan:4", ("`ann:1` is no coordinator any more.", "`dan:4` becomes a coordinator.")),
    ("coordinators.teams", ["org/team"], ("Members of the team `org/team` become coordinators.",)),
    ("report_owners.psrt.users", [], ("`bob:2` is not named for the report owner `psrt` any more.",)),
    ("report_owners.psrt.contact", "<b>@evil</b>", ("The contact of `psrt` changes.",)),
    ("report_owners.psrt.escalation", "evil", ("Whom to turn to when nobody of `psrt` answers changes.",)),
    ("report_owners.psrt.cna", "PSF", ("Who assigns the CVE ids of `psrt` is set: `PSF`.",)),
    (
        "report_owners.psrt.takes_reports",
        "github",
        (
            "How `psrt` takes reports: `github` instead of `email`.",
            f"From 2024-01-01 on {PVR} `pypa/pip` is to be on instead of off.",
        ),
    ),
    (
        "report_owners.psrt.publishes_on_github",
        False,
        ("Whether `psrt` publishes advisories on GitHub: no instead of yes.",),
    ),
    (
        "report_owners.psrt.clocks",
        {"finish": "90d"},
        ("The time that `psrt` gives itself for `finish` is set: 90 days.",),
    ),
    (
        "report_owners.new",
        {"takes_reports": "email", "users": ["dan:4"]},
        (
            "The report owner `new` is new.",
            "`dan:4` is named for the report owner `new`.",
            "How `new` takes reports is set: `email`.",
        ),
    ),
    (
        "report_owners.team",
        ...,
        (
            "The report owner `team` is taken out.",
            "The team `org/team` is not named for the report owner `team` any more.",
        ),
    ),
    (
        "tools.pip.report_owner.+",
        {"from": "2027-01-01", "owner": "team"},
        (
            "From 2027-01-01 on `team` takes the reports of `pip`.",
            f"From 2027-01-01 on {PVR} `pypa/pip` is to be on instead of off.",
        ),
    ),
    (
        "tools.pip.report_owner",
        [],
        (
            "It is taken back that `psrt` takes the reports of `pip` from 2024-01-01 on.",
            f"From 2024-01-01 on {PVR} `pypa/pip` is left to its maintainers instead of off.",
        ),
    ),
    (
        "tools.uv.report_owner",
        [{"from": "2026-01-01", "owner": "team"}],
        (
            "From 2026-01-01 on `team` takes the reports of `uv`.",
            f"From 2026-01-01 on {PVR} `astral-sh/uv` is to be on where nobody had declared it.",
        ),
    ),
    ("tools.pip.users", [], ("`cem:3` does not take part for `pip` any more.",)),
    ("tools.pip.packages.+", "npm:@org/team", ("The package `npm:@org/team` belongs to `pip`.",)),
    ("tools.uv.repositories.+", "astral-sh/ruff", ("`astral-sh/ruff` belongs to `uv`.",)),
    ("tools.uv", ..., ("The tool `uv` is taken out.",)),
    (
        "exemptions.+",
        EXEMPTION | {"until": "2026-12-31"},
        (f"The exemption of `astral-sh/uv` from {POLICY} is new: until 2026-12-31, and `ann:1` answers for it.",),
    ),
    ("exemptions", [], (f"The exemption of `pypa/pip` from {POLICY} (until 2026-12-31) is taken back.",)),
    (
        "exemptions.0.until",
        "2027-01-15",
        (f"The exemption of `pypa/pip` from {POLICY} lasts until 2027-01-15 instead of 2026-12-31, {ANSWERS}",),
    ),
    (
        "exemptions.0.reason",
        "something else",
        (f"The exemption of `pypa/pip` from {POLICY} changes: still until 2026-12-31, and `ann:1` answers for it.",),
    ),
    ("repository_ids", {"pypa/pip": 12}, ("The id of `pypa/pip` is set: `12`.",)),
    ("sentinels", ["pypa/pip/GHSA-2222-3333-4444"], ("The sentinel of `pypa` is set.",)),
]


@pytest.mark.parametrize(
    ("path", "value", "told"), TABLE, ids=[f"{path}={str(value)[:20]}" for path, value, _ in TABLE]
)
def test_the_table(path: str, value: Any, told: tuple[str, ...]) -> None:
    """Every kind of change in a sentence; where nothing changes, nothing is said."""
    assert changes(file(BASE), edited(path, value)) == told


@pytest.mark.parametrize(
    ("path", "value", "told"), TABLE, ids=[f"{path}={str(value)[:20]}" for path, value, _ in TABLE]
)
def test_what_was_written_freely_and_ids_of_drafts_are_not_repeated(
    path: str, value: Any, told: tuple[str, ...]
) -> None:
    """They could mention people, draw pictures, or name a draft; back and forth."""
    del told
    said = " ".join((*changes(file(BASE), edited(path, value)), *changes(edited(path, value), file(BASE))))

    assert not any(word in said for word in ("everybody", "evil", "something else", "GHSA", "example.org"))
    outside = "".join(said.split("`")[::2])
    assert "@" not in outside
    assert "/" not in outside


def test_a_key_that_the_file_learns_later_is_told_by_its_place() -> None:
    """Nobody has to think of this module for a change to be noticed."""

    class Grown(PolicyFile):
        """The file of a later version."""

        of_tomorrow: str = "a"

    before = Grown.model_validate(yaml.safe_load(yaml.safe_dump(BASE)))
    after = before.model_copy(update={"of_tomorrow": "b"})
    assert changes(before, after) == ("`of_tomorrow`: `b` instead of `a`.",)
