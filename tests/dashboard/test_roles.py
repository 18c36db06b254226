"""Who is a coordinator, who speaks for a tool, whose is a repository? By numeric id, five minutes at most."""

from __future__ import annotations

import pytest
import yaml

from app.casework.saying import said_for
from app.halting import NotAllowed, coordinator
from tests.dashboard.visiting import Visitor, sign_in
from tests.harness import Bot

LEAD = "Policy names you as coordinator"
TOOLS = "Tools you speak for"
OURS = "Repositories you administer"
OUTSIDER = "Nothing here is yours"
UNCLEAR = "Cannot tell"


def _told(visitor: Visitor) -> set[str]:
    return {each for each in (LEAD, TOOLS, OURS, OUTSIDER, UNCLEAR) if each in visitor.html}


async def _again(visitor: Visitor) -> set[str]:
    return _told(await visitor.get("/access"))


async def _change_policy(bot: Bot, **changes: object) -> None:
    policy = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    bot.policy.write_text(yaml.safe_dump(policy | changes), encoding="utf-8")
    await bot.poll()
    await bot.settle()


def _outside_admin(bot: Bot, repo: str, login: str = "wheel-admin-1") -> str:
    """Somebody who administers a repository, and whom policy does not name."""
    bot.github.world.repository(repo).admins.add(bot.github.add_person(login).id)
    return login


@pytest.mark.parametrize(
    ("login", "told"),
    [
        ("coordinator-1", {LEAD, OURS}),  # who owns the organization of the mirrors administers their repository
        ("uv-maintainer-1", {TOOLS, OURS}),
        ("psrt-member-1", {OUTSIDER}),
        ("reporter-1", {OUTSIDER}),
    ],
)
async def test_everybody_is_what_policy_and_github_say(looked: Bot, login: str, told: set[str]) -> None:
    """Coordinators and people of tools by policy, admins by GitHub; whoever is neither has nothing here."""
    assert _told(await sign_in(looked, login)) == told


async def test_an_admin_has_the_repositories_that_are_watched_and_no_others(looked: Bot) -> None:
    """What the App does not see is none of its business, though GitHub would name it."""
    login = _outside_admin(looked, "pypa/wheel")
    visitor = await sign_in(looked, login)

    assert _told(visitor) == {OURS}
    assert "pypa/wheel" in visitor.html
    assert "pypa/pip" not in visitor.html


async def test_before_the_first_sweep_nobody_administers_anything(bot: Bot) -> None:
    """A repository counts when it is known here."""
    assert _told(await sign_in(bot, _outside_admin(bot, "pypa/wheel"))) == {OUTSIDER}


async def test_a_new_login_changes_nothing_and_the_old_one_gives_nothing(looked: Bot) -> None:
    """Names of accounts can be given up, and claimed by strangers the same minute."""
    visitor = await sign_in(looked, "coordinator-1")
    looked.github.rename_user("coordinator-1", "coordinator-one")
    squatter = looked.github.add_person("coordinator-1")
    looked.clock.advance(minutes=5)

    assert LEAD in await _again(visitor)
    assert "coordinator-one" in visitor.html
    assert _told(await sign_in(looked, squatter.login)) == {OUTSIDER}


async def test_what_is_said_is_held_against_policy_by_id(looked: Bot) -> None:
    """A page that let a stranger through by mistake would still change nothing."""
    person = looked.github.person("coordinator-1")
    looked.github.rename_user("coordinator-1", "coordinator-one")
    squatter = looked.github.add_person("coordinator-1")

    assert await coordinator(looked.parts, f"coordinator-one:{person.id}") == f"coordinator-one:{person.id}"
    with pytest.raises(NotAllowed, match="is no coordinator"):
        await coordinator(looked.parts, f"coordinator-1:{squatter.id}")
    with pytest.raises(NotAllowed, match="is not known to speak for uv"):
        await said_for(looked.parts, "uv", f"uv-maintainer-1:{squatter.id}")


async def test_who_lost_a_role_on_github_loses_it_here_within_five_minutes(looked: Bot) -> None:
    """Read again by the clock, and by nothing that a visitor does."""
    login = _outside_admin(looked, "pypa/wheel")
    visitor = await sign_in(looked, login)
    looked.github.world.repository("pypa/wheel").admins.clear()
    looked.clock.advance(minutes=4, seconds=59)
    assert await _again(visitor) == {OURS}

    looked.clock.advance(seconds=1)

    assert await _again(visitor) == {OUTSIDER}


async def test_who_left_a_team_loses_what_it_gave_within_five_minutes_of_the_last_look_at_it(looked: Bot) -> None:
    """The list of a team is read for all at once, so whoever comes later has less time left and not more."""
    await _change_policy(looked, coordinators={"users": [], "teams": ["pypa/wheel-maintainers"]})
    visitor = await sign_in(looked, "wheel-maintainer-1")
    assert LEAD in _told(visitor)
    looked.clock.advance(minutes=4)
    late = await sign_in(looked, "wheel-maintainer-2")
    assert LEAD in _told(late)

    looked.github.world.organization("pypa").teams["wheel-maintainers"].members.clear()
    looked.clock.advance(minutes=1)

    assert LEAD not in await _again(late)
    assert LEAD not in await _again(visitor)


async def test_a_policy_that_names_somebody_no_more_counts_at_once(looked: Bot) -> None:
    """A reviewed change need not wait for five minutes to pass."""
    visitor = await sign_in(looked, "coordinator-1")
    await _change_policy(looked, coordinators={"users": [f"psrt-member-1:{looked.github.person('psrt-member-1').id}"]})

    assert LEAD not in await _again(visitor)


@pytest.mark.parametrize("path", ["/user", "/user/installations", "/user/installations/*/repositories"])
async def test_what_github_does_not_say_is_nobodys(looked: Bot, path: str) -> None:
    """Neither what was so five minutes ago, nor what would be convenient. It is asked again soon."""
    visitor = await sign_in(looked, _outside_admin(looked, "pypa/wheel"))
    looked.clock.advance(minutes=5)
    looked.github.fail("GET", path, times=3)

    assert await _again(visitor) == {OUTSIDER, UNCLEAR}
    asked = len(looked.github.requests)
    assert await _again(visitor) == {OUTSIDER, UNCLEAR}
    assert len(looked.github.requests) == asked  # nor does each page load make an outage worse

    looked.clock.advance(seconds=30)
    assert await _again(visitor) == {OURS}


async def test_a_team_that_cannot_be_read_makes_nobody_a_coordinator_and_is_not_named_to_strangers(
    looked: Bot,
) -> None:
    """The policy file is private: which teams it names is not for everybody who has an account at GitHub."""
    await _change_policy(looked, coordinators={"users": [], "teams": ["pypa/wheel-maintainers"]})
    looked.github.refuse_permission("GET", "/orgs/pypa/teams/wheel-maintainers/members")

    visitor = await sign_in(looked, "reporter-1")

    assert _told(visitor) == {OUTSIDER, UNCLEAR}
    assert "wheel-maintainers" not in visitor.html


async def test_a_look_at_who_somebody_is_costs_a_few_requests_once_in_five_minutes(looked: Bot) -> None:
    """One for who they are, one for the list of installations, one for each of those; none of them as the App."""
    before = len(looked.github.requests)
    visitor = await sign_in(looked, "uv-maintainer-1")
    first = [each for each in looked.github.requests[before:] if not each.path.startswith("/login/")]
    for _ in range(20):
        await visitor.get("/access")

    assert {each.who for each in first} == {"uv-maintainer-1"}
    assert [each.path.split("/")[1:3] for each in first].count(["user", "installations"]) <= 3
    assert len(first) <= 6
    assert len(looked.github.requests) == before + len(first) + 2  # and two that are the sign-in itself
