"""Whatever GitHub answers instead of what was asked for, we cannot tell, and so we do nothing.

One route at a time is answered so, in a world in which something is wrong that would be mended if it could be seen.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from app.domain.mirrors import Store
from app.store import cases
from tests.e2e.answers import ANSWERS, Answer, recover
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.slow

PIP, CASES, WHEEL = "/repos/pypa/pip", "/repos/packaging-security/cases", "/repos/pypa/wheel"
ISSUES = "/repos/packaging-security/private-cases"  # where mirrors are issues


@dataclass(frozen=True, slots=True)
class Place:
    """One route, a world in which its answer matters, and what is so once it was given."""

    name: str
    path: str
    goes_wrong: Callable[[FakeGitHub, Bot], Awaitable[None]]
    is_mended: Callable[[FakeGitHub], bool]
    repo: str
    policy: str
    during: frozenset[str] = frozenset({"cannot tell"})
    before: Callable[[FakeGitHub, Bot], Awaitable[None]] | None = None
    store: Store = "advisory"

    def __str__(self) -> str:
        return self.name if self.store == "advisory" else f"{self.name}, of issues"


async def _switched_on(github: FakeGitHub, bot: Bot) -> None:
    del bot
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")


async def _reported(github: FakeGitHub, bot: Bot) -> None:
    del bot
    github.repo("pypa/pip").report("A report that slipped in")


async def _drafted(github: FakeGitHub, bot: Bot) -> None:
    del bot
    github.repo("pypa/pip").draft("Found by a maintainer")


async def _accepted(github: FakeGitHub, bot: Bot) -> None:
    del bot
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])


async def _mirrored(github: FakeGitHub, bot: Bot) -> None:
    await _accepted(github, bot)
    await bot.sweep()
    await bot.settle()
    assert _latest_is_mirrored(github)


async def _edited(github: FakeGitHub, bot: Bot) -> None:
    del bot
    github.repo("pypa/wheel").drafts[-1].edit(severity="critical")


async def _done(github: FakeGitHub, bot: Bot) -> None:
    del bot
    github.repo("pypa/wheel").drafts[-1].edit(state="closed")


async def _psrt_is_a_team(github: FakeGitHub, bot: Bot) -> None:
    del github
    await edit_policy(
        bot, lambda content: content["report_owners"]["psrt"].update({"users": [], "teams": ["python/psrt"]})
    )


def _is_off(github: FakeGitHub) -> bool:
    return not github.repo("pypa/pip").private_reporting


def _reaches_psrt(github: FakeGitHub) -> bool:
    reports = [each for each in github.repo("pypa/pip").advisories if each.state in {"triage", "draft"}]
    return all({"psrt-member-1", "psrt-member-2"} <= set(each.collaborators) for each in reports)


def _latest_is_mirrored(github: FakeGitHub) -> bool:
    sources = [each for each in github.repo("pypa/wheel").advisories if each.state == "draft"]
    mirrors = github.coordination.open_mirrors
    return len(mirrors) == len(sources) and all("uv-maintainer-1" in each.readers for each in mirrors)


def _follows(github: FakeGitHub) -> bool:
    return "critical" in github.coordination.open_mirrors[-1].text


def _is_closed(github: FakeGitHub) -> bool:
    return not github.coordination.mirrors[-1].is_open


PRIVATE = ("packaging-security/cases", "coordination-private")
PRIVATE_ISSUES = ("packaging-security/private-cases", "coordination-private")
REPORTING = ("pypa/pip", "private-reporting")
REACHING = ("pypa/pip", "reports-reach-owner")
SEEN = frozenset({"pass"})


def _of_issues() -> Iterator[Place]:
    """The places that concern a mirror, where it is an issue. Commits and the switch do not matter there."""
    place = partial(Place, store="issue", repo=PRIVATE_ISSUES[0], policy=PRIVATE_ISSUES[1])
    followed = partial(place, during=SEEN, before=_mirrored)
    source = f"{WHEEL}/security-advisories/*"
    yield place("the coordination repository", ISSUES, _accepted, _latest_is_mirrored)
    yield place("the mirrors", f"{ISSUES}/issues", _accepted, _latest_is_mirrored, during=SEEN)
    yield followed("a mirror", f"{ISSUES}/issues/*", _edited, _follows)
    yield followed("a source", source, _edited, _follows)
    yield followed("a done source", source, _done, _is_closed)


PLACES = (
    Place("the switch", f"{PIP}/private-vulnerability-reporting", _switched_on, _is_off, *REPORTING),
    # The switch was seen to be wrong, which is a finding; what guards it was not, so it is left alone.
    Place("its guard", f"{PIP}/code-security-configuration", _switched_on, _is_off, *REPORTING, frozenset({"finding"})),
    Place("reports", f"{PIP}/security-advisories", _reported, _reaches_psrt, *REPORTING),
    Place("a login", "/users/psrt-member-*", _reported, _reaches_psrt, *REPORTING),
    Place("a team", "/orgs/python/teams/psrt/members", _reported, _reaches_psrt, *REPORTING, before=_psrt_is_a_team),
    Place("open drafts", f"{PIP}/security-advisories", _drafted, _reaches_psrt, *REACHING),
    Place("one of its people", "/users/psrt-member-1", _drafted, _reaches_psrt, *REACHING),
    # That somebody is missing was seen; who else is there was not, so nobody is added.
    Place("a draft", f"{PIP}/security-advisories/*", _drafted, _reaches_psrt, *REACHING, frozenset({"finding"})),
    Place("the coordination repository", CASES, _accepted, _latest_is_mirrored, *PRIVATE),
    Place("its commits", f"{CASES}/commits", _accepted, _latest_is_mirrored, *PRIVATE),
    Place("its switch", f"{CASES}/private-vulnerability-reporting", _accepted, _latest_is_mirrored, *PRIVATE),
    Place("the mirrors", f"{CASES}/security-advisories", _accepted, _latest_is_mirrored, *PRIVATE),
    Place("a mirror", f"{CASES}/security-advisories/*", _edited, _follows, *PRIVATE, SEEN, before=_mirrored),
    Place("a source", f"{WHEEL}/security-advisories/*", _edited, _follows, *PRIVATE, SEEN, before=_mirrored),
    Place("a done source", f"{WHEEL}/security-advisories/*", _done, _is_closed, *PRIVATE, SEEN, before=_mirrored),
    *_of_issues(),
)


DOCUMENTED = {("a login", "404"), ("one of its people", "404")}  # nobody has that login: a finding


@pytest.mark.alike
@pytest.mark.parametrize(
    ("store", "place", "answer"),
    [pytest.param(place.store, place, answer, id=f"{place}-{answer}") for place in PLACES for answer in ANSWERS],
)
async def test_nothing_is_written_or_closed_before_it_was_seen(
    twisted_github: FakeGitHub, bot: Bot, place: Place, answer: Answer
) -> None:
    """Something is wrong, and one route that has to be asked fails. We wait; when GitHub recovers it is mended."""
    if (place.name, answer.name) in DOCUMENTED:
        pytest.skip("this refusal says something, see the next test")
    github = twisted_github
    await bot.approve_everything()
    await bot.settle()
    if place.before:
        await place.before(github, bot)
    await place.goes_wrong(github, bot)
    answer.to(github, place.path)
    writes = len(github.writes)

    await bot.later(minutes=2)
    await bot.sweep()
    await bot.later(minutes=2)

    assert len(github.writes) == writes
    # A limit is that of the whole installation, so then nothing else in it can be told either.
    assert (await bot.standing(place.repo, place.policy)).state in place.during | {"cannot tell"}
    assert not place.is_mended(github)
    assert all(case.state == "open" for case in await bot.parts.database.read(cases.open_cases))

    recover(github)
    await bot.later(minutes=20)
    await bot.later(minutes=3)
    assert place.is_mended(github)
    assert (await bot.standing(place.repo, place.policy)).state == "pass"


async def test_a_login_that_nobody_has_any_more_is_a_finding_and_adds_nobody(github: FakeGitHub, bot: Bot) -> None:
    """The documented 404: GitHub says that there is no such account, so policy has to be mended by people."""
    github.rename_user("psrt-member-1", "psrt-member-renamed")
    await bot.approve_everything()
    report = github.repo("pypa/pip").report("A report that slipped in")

    await bot.sweep()
    await bot.settle()

    assert "psrt-member-2" in report.collaborators
    assert len(report.collaborators) == 1
    standing = await bot.standing(*REPORTING)
    assert standing.state == "finding"
    assert "psrt-member-1" in standing.message
