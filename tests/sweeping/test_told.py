"""What changed between two lists that GitHub sends the App a delivery of?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.facts import Repository
from app.domain.ids import RepoName
from app.github.installations import Installation
from app.sweeping.told import Seen, changes, told_events
from tests.builders import NOW, PIP

BEFORE, LONG_AGO = NOW - timedelta(minutes=10), NOW - timedelta(days=400)
BETWEEN = NOW - timedelta(minutes=4)
REPO = Repository(id=7, name=PIP, private=False, created_at=LONG_AGO, updated_at=BETWEEN)
PYPA = Installation(
    id=3,
    account="PyPA",
    permissions={"metadata": "read", "repository_advisories": "read"},
    events=("repository", "repository_advisory", "security_advisory"),
)


def seen(at: datetime, *repositories: Repository, app: Installation = PYPA) -> Seen:
    return Seen(at=at, installations=(app,), repositories=repositories)


def told(before: Seen, now: Seen) -> list[tuple[str, datetime, datetime]]:
    return [(each.what.rpartition(" 20")[0] or each.what, each.earliest, each.latest) for each in changes(before, now)]


def differs(**how: Any) -> list[tuple[str, datetime, datetime]]:
    return told(seen(BEFORE, REPO), seen(NOW, replace(REPO, **how)))


def test_where_nothing_changed_nothing_is_to_be_heard() -> None:
    """However often somebody pushed."""
    assert differs(updated_at=NOW) == []


@pytest.mark.parametrize(
    ("how", "what"),
    [
        ({"archived": True}, "archived"),
        ({"private": True}, "privatized"),
        ({"name": RepoName("pypa", "pipe")}, "renamed"),
    ],
)
def test_a_repository_changed_between_the_list_before_and_what_github_says(how: dict[str, Any], what: str) -> None:
    """GitHub says when it was changed last. It happened no later, and after the list that did not show it."""
    assert differs(**how) == [(f"repository 7 {what}", BEFORE, BETWEEN)]
    assert differs(**how, updated_at=None) == [(f"repository 7 {what}", BEFORE, NOW)]
    assert differs(**how, updated_at=LONG_AGO) == [(f"repository 7 {what}", BEFORE, BEFORE)]


def test_one_that_came_back_is_told_as_well() -> None:
    """Both directions are events."""
    was = replace(REPO, archived=True, private=True)

    assert [what for what, *_ in told(seen(BEFORE, was), seen(NOW, REPO))] == [
        "repository 7 unarchived",
        "repository 7 publicized",
    ]


NEW = replace(REPO, id=8, created_at=BETWEEN)


@pytest.mark.parametrize(
    ("found", "app", "expected"),
    [
        (NEW, PYPA, [("repository 8 created", BETWEEN, BETWEEN)]),
        (replace(NEW, created_at=LONG_AGO), PYPA, []),
        (replace(NEW, created_at=None), PYPA, []),
        (replace(NEW, created_at=NOW + timedelta(hours=1)), PYPA, []),
        (replace(NEW, fork=True), PYPA, []),
        (NEW, replace(PYPA, repository_selection="selected"), []),
    ],
    ids=["made", "came from elsewhere", "nobody says when", "to come", "a fork", "selected"],
)
def test_a_repository_that_was_made_since_the_list_before(
    found: Repository, app: Installation, expected: list[tuple[str, datetime, datetime]]
) -> None:
    """Where the installation covers whatever there is. Others came to be seen in another way."""
    assert told(seen(BEFORE, REPO, app=app), seen(NOW, REPO, found, app=app)) == expected


def test_what_left_is_not_told() -> None:
    """GitHub does not tell Apps that a repository was deleted, and the former owner's not that it was transferred."""
    assert told(seen(BEFORE, REPO), seen(NOW)) == []
    assert differs(name=RepoName("elsewhere", "pip")) == []


def test_an_installation_was_suspended() -> None:
    """That is sent to every App."""
    found = told(seen(BEFORE), seen(NOW, app=replace(PYPA, suspended=True)))

    assert found == [("installation 3 suspend", BEFORE, NOW)]


def test_lists_that_are_days_apart_tell_nothing() -> None:
    """What came of it may be gone from GitHub's log."""
    assert told(seen(NOW - timedelta(days=2, seconds=1), REPO), seen(NOW, replace(REPO, archived=True))) == []


EVERYTHING = {"installation", "repository", "repository_advisory"}


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        (PYPA, {"pypa": EVERYTHING}),
        (replace(PYPA, suspended=True), {"pypa": {"installation"}}),
        (replace(PYPA, events=("repository",)), {"pypa": {"installation", "repository"}}),
        (replace(PYPA, permissions={"metadata": "read"}), {"pypa": {"installation", "repository"}}),
        (replace(PYPA, account="stranger"), {}),
    ],
    ids=["all", "suspended", "not subscribed", "not granted", "of strangers"],
)
def test_which_events_github_sends_of_an_account(app: Installation, expected: dict[str, set[str]]) -> None:
    """What the App subscribes to and may read there."""
    assert told_events([app], {"pypa"}) == expected
