"""What GitHub's log of deliveries tells of those that never reached us. No payload is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.delivery import Logged
from app.domain.ids import POLICY_PULLS, POLL, SWEEP, AdvisoryKey, Key, RepoName, RepositoryKey
from app.reconcile.missed import KINDS, Missed, Place, is_strange, missed
from tests.builders import NOW, PIP, WHEEL
from tests.fake_github import FakeGitHub
from webhooks.routing import _READERS, hint

PLACE = Place(repositories={1: PIP, 2: WHEEL, 9: RepoName("packaging-security", "policy")}, ours={7}, policy=9)
AT_PIP: frozenset[Key] = frozenset({RepositoryKey(PIP)})
NOTHING: frozenset[Key] = frozenset()
A_SWEEP: frozenset[Key] = frozenset({SWEEP})


def line(event: str = "repository_advisory", action: str | None = "reported", **more: object) -> Logged:
    """One that failed, about pip."""
    usual = Logged(guid="a-guid", at=NOW, is_ok=False, event=event, action=action, installation=7, repository=1)
    return replace(usual, **more)  # type: ignore[arg-type]


def test_what_was_taken_in_asks_for_nothing() -> None:
    """Even where GitHub says that it failed: our answer may have been lost when all was written down."""
    assert missed([line(), line(is_ok=True)], taken={"a-guid"}, place=PLACE) == Missed()


@pytest.mark.parametrize(
    ("event", "action", "keys"),
    [
        ("repository_advisory", "reported", AT_PIP),
        ("repository_advisory", "published", AT_PIP),
        ("repository", "archived", AT_PIP),
        ("repository", "publicized", AT_PIP),
        ("repository", "renamed", AT_PIP | A_SWEEP),
        ("repository", "transferred", AT_PIP | A_SWEEP),
        ("public", None, AT_PIP),
        ("security_and_analysis", None, AT_PIP),
        ("installation", "deleted", A_SWEEP),
        ("installation", "of-next-year", A_SWEEP),
        ("installation_repositories", "added", A_SWEEP),
        ("installation_target", "renamed", A_SWEEP),
    ],
)
def test_what_failed_asks_for_what_it_would_have_asked_for(
    event: str, action: str | None, keys: frozenset[Key]
) -> None:
    """An advisory's id is not in the log, so its whole repository is looked at."""
    found = line(event, action)

    assert missed([found], taken=(), place=PLACE) == Missed(found=(found,), keys=keys)


@pytest.mark.parametrize(
    ("event", "action"),
    [
        ("repository_advisory", "of-next-year"),
        ("issues", "opened"),
        ("", None),
        ("github_app_authorization", "revoked"),
        ("push", None),
        ("pull_request", "opened"),
        ("check_run", "rerequested"),
    ],
)
def test_what_asks_for_nothing_that_we_know_is_counted(event: str, action: str | None) -> None:
    """Events of next year, what only its payload could tell, and pushes to what is not the policy's repository."""
    ignored = line(event, action)

    assert missed([ignored], taken=(), place=PLACE) == Missed(ignored=(ignored,))
    assert missed([replace(ignored, is_ok=True)], taken=(), place=PLACE) == Missed()


@pytest.mark.parametrize(
    ("event", "action", "keys"),
    [
        ("push", None, {POLL, POLICY_PULLS}),
        ("pull_request", "synchronize", {POLICY_PULLS}),
        ("check_run", "rerequested", {POLICY_PULLS}),
        ("check_suite", "rerequested", {POLICY_PULLS}),
        ("check_suite", "completed", set()),
    ],
)
def test_the_policys_own_repository_is_listened_to(event: str, action: str | None, keys: set[Key]) -> None:
    """Those that arrived may have been of no interest, of which no GUID is kept: they ask for nothing."""
    its = line(event, action, repository=9)

    assert missed([its], taken=(), place=PLACE).keys == keys
    assert missed([replace(its, is_ok=True)], taken=(), place=PLACE) == Missed()


@pytest.mark.parametrize("event", ["installation", "installation_repositories", "installation_target"])
def test_what_a_stranger_did_to_the_app_may_have_arrived(event: str) -> None:
    """Of no interest, so no GUID of it is kept. Else each would ask for a sweep after all."""
    its = line(event, "created", repository=None, is_ok=True)

    assert missed([its], taken=(), place=PLACE) == Missed()


def test_what_github_took_over_concerns_every_open_case() -> None:
    """The ids of the global advisory are in the payload only."""
    its = line("security_advisory", "published", installation=None, repository=None)

    assert missed([its], taken=(), place=PLACE) == Missed(found=(its,), asks_cases=True)


def test_what_arrived_at_another_database_asks_again() -> None:
    """GitHub says OK and we know nothing of it: the database came from a backup."""
    its = line(is_ok=True)

    assert missed([its], taken={"another"}, place=PLACE).keys == AT_PIP


@pytest.mark.parametrize("action", ["created", "renamed"])
def test_a_new_repository_of_ours_asks_for_a_sweep(action: str) -> None:
    """Only a list of the installation says what it is called."""
    its = line("repository", action, repository=3)

    assert missed([its], taken=(), place=PLACE).keys == A_SWEEP
    assert is_strange(its, PLACE)


def test_the_repository_of_a_stranger_asks_for_nothing() -> None:
    """Anybody can install the App, and have deliveries fail."""
    for action in ("created", "renamed", "publicized"):
        its = line("repository", action, repository=3, installation=8)
        assert missed([its], taken=(), place=PLACE) == Missed(ignored=(its,))
    advisory = line(repository=None, installation=None)
    assert missed([advisory], taken=(), place=PLACE).keys == NOTHING
    assert is_strange(advisory, PLACE)


def test_what_a_stranger_got_through_is_not_even_counted() -> None:
    """It arrived, and was of no interest."""
    its = line(repository=3, installation=7, is_ok=True)

    assert missed([its], taken=(), place=PLACE) == Missed()
    assert not is_strange(its, PLACE)


def test_several_attempts_of_one_delivery_are_one() -> None:
    """A redelivery has the GUID of the first attempt."""
    attempts = [line(), line(), line("issues", "opened", guid="b"), line("issues", "opened", guid="b")]

    found = missed(attempts, taken=(), place=PLACE)

    assert found.found == (attempts[0],)
    assert found.ignored == (attempts[2],)


def test_what_failed_first_and_arrived_then_is_not_counted_as_lost() -> None:
    """Somebody had GitHub send it again."""
    first = line("issues", "opened")

    assert missed([replace(first, is_ok=True), first], taken=(), place=PLACE) == Missed()


def test_the_log_asks_for_all_that_a_payload_would_have_asked_for(github: FakeGitHub) -> None:
    """But for advisories, which it does not name: of theirs the whole repository is looked at."""
    wheel, world = github.repo("pypa/wheel"), github.world
    wheel.report("A report").accept().publish()
    wheel.archive()
    wheel.rename("wheels")
    github.installation(github.watcher.slug, "pypa").suspend().unsuspend()
    place = Place(repositories={each.id: RepoName.parse(each.full_name) for each in world.repositories.values()})
    told = {each.guid: hint(each.event, each.body).keys for each in github.deliveries}
    for delivery in github.deliveries:
        github.delivery_log.failed(delivery)

    assert {each.event for each in github.deliveries} == {"repository_advisory", "repository", "installation"}
    for each in world.attempts.all:
        its = line(each.event, each.action, repository=each.repository, installation=each.installation)
        whole = {
            RepositoryKey(RepoName.parse("pypa/wheels")) if isinstance(key, RepositoryKey) else key
            for key in told[each.guid]
        }
        assert missed([its], taken=(), place=place).keys >= {key for key in whole if not isinstance(key, AdvisoryKey)}


def test_every_event_that_intake_knows_has_a_meaning_in_the_log() -> None:
    """A new event would be lost for ever with the deliveries that fail."""
    assert set(KINDS) == set(_READERS)
