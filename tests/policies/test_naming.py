"""Which repositories does policy mean, when they are called otherwise today?"""

from __future__ import annotations

import pytest

from app.domain.ids import RepoName
from app.domain.records import Whereabouts
from policies.config import Policies
from policies.loading import load_policies
from policies.naming import as_called_today, matters

PIP, NEW, CASES = (RepoName.parse(name) for name in ("pypa/pip", "pypa/pip-ng", "coord/cases"))
TEXT = """\
version: 1
coordination: {repository: coord/cases}
report_owners: {psrt: {takes_reports: email}}
tools:
  pip: {repositories: [pypa/pip, pypa/get-pip], report_owner: [{from: 2024-01-01, owner: psrt}]}
  wheel: {repositories: [pypa/wheel]}
exemptions:
  - {policy: private-reporting, repository: pypa/pip, owner: "ann:1", reason: "soon", until: 2030-01-31}
sentinels: [pypa/pip/GHSA-2222-3333-4444]
"""
WRITTEN = load_policies(TEXT, "greenroom.yml")

MOVED = Whereabouts(first=1, called=NEW, holder=None)
MOVED_AND_TAKEN = Whereabouts(first=1, called=NEW, holder=9)
MADE_ANEW = Whereabouts(first=1, called=None, holder=9)


def _tools(policies: Policies) -> dict[str, list[str]]:
    return {name: [str(repo) for repo in tool.repositories] for name, tool in policies.file.tools.items()}


def test_nothing_changes_while_every_name_is_still_its_own() -> None:
    """The very same value, so that nobody takes it for another policy."""
    assert as_called_today(WRITTEN, {}) is WRITTEN
    assert matters(WRITTEN, {}) == {}


@pytest.mark.parametrize("found", [MOVED, MOVED_AND_TAKEN], ids=["renamed", "renamed and taken by a stranger"])
def test_rules_go_with_a_repository_to_its_new_name(found: Whereabouts) -> None:
    """Tools, exemptions and sentinels; whoever has the old name now is in none of them."""
    today = as_called_today(WRITTEN, {PIP: found})

    assert _tools(today) == {"pip": ["pypa/pip-ng", "pypa/get-pip"], "wheel": ["pypa/wheel"]}
    assert [each.repository for each in today.file.exemptions] == [NEW]
    assert [each.repo for each in today.file.sentinels] == [NEW]
    assert (today.doubts, today.commit) == ({}, WRITTEN.commit)
    assert list(matters(WRITTEN, {PIP: found})) == [NEW]


def test_rules_do_not_go_to_whoever_makes_a_name_anew() -> None:
    """It is in no tool and exempt from nothing. Its sentinel stays: while that is not seen, nothing is judged."""
    today = as_called_today(WRITTEN, {PIP: MADE_ANEW})

    assert _tools(today) == {"pip": ["pypa/get-pip"], "wheel": ["pypa/wheel"]}
    assert today.file.exemptions == ()
    assert today.file.sentinels == WRITTEN.file.sentinels
    assert matters(WRITTEN, {PIP: MADE_ANEW}) == today.doubts
    assert "add it to repository_ids in the policy file: pypa/pip: 9" in today.doubts[PIP]


def test_mirrors_go_with_the_coordination_repository_and_to_no_other() -> None:
    """Whoever makes its name anew could read every draft in it."""
    renamed = as_called_today(WRITTEN, {CASES: Whereabouts(first=1, called=RepoName("coord", "new"), holder=None)})
    made_anew = as_called_today(WRITTEN, {CASES: MADE_ANEW})

    assert renamed.file.coordination is not None
    assert str(renamed.file.coordination.repository) == "coord/new"
    assert made_anew.file.coordination is None
    assert made_anew.concerns("coord")
    assert list(made_anew.doubts) == [CASES]


def test_what_people_wrote_by_its_new_name_already_counts_as_they_wrote_it() -> None:
    """They gave pip-ng to another tool, and the old name to a new repository without saying that it is meant."""
    written = load_policies(TEXT.replace("[pypa/wheel]", "[pypa/wheel, pypa/pip-ng]"), "greenroom.yml")

    today = as_called_today(written, {PIP: MOVED_AND_TAKEN})
    behind = as_called_today(written, {PIP: MOVED})

    assert _tools(today) == {"pip": ["pypa/get-pip"], "wheel": ["pypa/wheel", "pypa/pip-ng"]}
    assert list(today.doubts) == [PIP]
    assert behind is written
    assert matters(written, {PIP: MOVED}) == {}


def test_a_transferred_sentinel_keeps_guarding_the_account_that_it_was_made_for() -> None:
    """It is not seen there any more, which is cannot tell; dropping it would be peace."""
    elsewhere = Whereabouts(first=1, called=RepoName("elsewhere", "pip"), holder=None)

    today = as_called_today(WRITTEN, {PIP: elsewhere})

    assert today.file.sentinel_of("pypa") == WRITTEN.file.sentinels[0]
    assert _tools(today)["pip"] == ["elsewhere/pip", "pypa/get-pip"]
