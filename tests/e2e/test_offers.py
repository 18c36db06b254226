"""How does what people found in a mirror get into the advisory it came from?"""

from __future__ import annotations

from functools import partial

import pytest

from app.casework import offering
from app.domain.actions import TAKES_OVER
from app.domain.ids import CaseKey
from app.halting import NotAllowed
from app.planning import withdraw
from app.store import offers, timeline
from tests.e2e.test_cases_opened_by_hand import BY
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def edited_in_the_mirror(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    """Somebody of uv found out that it is worse than pip's people thought."""
    draft = github.repo("pypa/pip").draft("Entry points escape", affects=["pip", "rust:uv"], severity="high")
    await bot.later(minutes=10)
    [mirror] = github.coordination.drafts
    mirror.edit(severity="critical")
    await bot.later(minutes=10)
    assert (draft.severity, mirror.severity) == ("high", "critical")
    return draft


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_the_source_takes_over_what_its_own_people_say_yes_to(github: FakeGitHub, bot: Bot) -> None:
    """A coordinator is not enough, nor are people of another tool, and a coordinator approves the kind of write."""
    await withdraw(bot.parts, TAKES_OVER, BY)
    draft = await edited_in_the_mirror(github, bot)
    for stranger in (BY, "uv-maintainer-1", ""):
        with pytest.raises(NotAllowed, match="only its own people change pypa/pip"):
            await offering.offer(bot.parts, 1, "severity", "to-source", by=stranger)

    await offering.offer(bot.parts, 1, "severity", "to-source", by="pip-maintainer-1")
    await bot.settle()
    [action] = (await bot.plan())["actions"]
    assert (action["kind"], action["gate"], action["scope"]) == ("update-source", "unapproved", TAKES_OVER)
    assert draft.severity == "high"

    await bot.approve(TAKES_OVER)
    await bot.later(minutes=10)

    assert (draft.severity, draft.now.state) == ("critical", "draft")
    assert (await bot.explain("case/1"))["people_must"] == []
    assert await bot.parts.database.read(partial(offers.offers_of, number=1)) == ()
    told = await bot.parts.database.read(partial(timeline.events, number=1))
    assert [(each.detail, each.by) for each in told if each.what == "offer"] == [
        ("severity: to-source", "pip-maintainer-1"),
        ("severity: done", None),
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_where_nobody_consented_to_writes_it_is_held_with_the_reason(github: FakeGitHub, bot: Bot) -> None:
    """Installing the Hand is the consent. uv's own people may say yes and have not installed it."""
    uv = github.repo("astral-sh/uv").draft("Entry points escape", affects=["pip", "rust:uv"], severity="high")
    await bot.later(minutes=10)
    [mirror] = github.coordination.drafts
    mirror.edit(severity="critical")

    await offering.offer(bot.parts, 1, "severity", "to-source", by="uv-maintainer-1")
    await bot.settle()

    [held] = (await bot.plan())["held"]
    assert "is not installed on astral-sh/uv" in str(held)
    assert uv.severity == "high"


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_mirror_gives_in_where_a_coordinator_says_so(github: FakeGitHub, bot: Bot) -> None:
    """It was a mistake, and the people of pip know better."""
    draft = await edited_in_the_mirror(github, bot)
    with pytest.raises(NotAllowed, match="is no coordinator"):
        await offering.offer(bot.parts, 1, "severity", "to-mirror", by="pip-maintainer-1")

    await offering.offer(bot.parts, 1, "severity", "to-mirror", by=BY)
    await bot.later(minutes=10)

    [mirror] = github.coordination.drafts
    assert (draft.severity, mirror.severity) == ("high", "high")


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_answer_that_is_lost_on_the_way_back_is_looked_up(github: FakeGitHub, bot: Bot) -> None:
    """The advisory was changed, and is not changed again."""
    draft = await edited_in_the_mirror(github, bot)
    await offering.offer(bot.parts, 1, "severity", "to-source", by="pip-maintainer-1")
    github.lose_answer("PATCH", f"/repos/pypa/pip/security-advisories/{draft.id}")
    writes = len(github.writes)

    await bot.later(minutes=10)

    assert draft.severity == "critical"
    assert len(github.writes) == writes + 1


@pytest.mark.usefixtures("approved")
async def test_what_does_not_differ_is_nobodys_to_offer(github: FakeGitHub, bot: Bot) -> None:
    """The refusal says what does."""
    github.repo("pypa/pip").draft("Entry points escape", affects=["pip", "rust:uv"], severity="high")
    await bot.later(minutes=10)

    with pytest.raises(NotAllowed, match="what differs is nothing"):
        await offering.offer(bot.parts, 1, "severity", "to-mirror", by=BY)


@pytest.mark.usefixtures("approved")
@pytest.mark.slow
async def test_what_a_reporter_called_a_package_is_written_down_nowhere(github: FakeGitHub, bot: Bot) -> None:
    """A sentence fits there too. That it differs, and that somebody settled it, is kept without its name."""
    pip = github.repo("pypa/pip")
    named = [
        {"package": {"ecosystem": ecosystem, "name": name}} for ecosystem, name in (("pip", "pip"), ("rust", "uv"))
    ]
    draft = pip.draft("Entry points escape", vulnerabilities=[*named, pip.canaries.unheard_of()])
    await bot.later(minutes=10)
    [mirror] = github.coordination.drafts
    assert _packages(mirror) == _packages(draft)
    mirror.edit(vulnerabilities=[*named, pip.canaries.unheard_of()])
    await bot.later(minutes=10)
    differs = [each.field for each in (await bot.parts.reconciler.look(CaseKey(1)))[1].differences]

    for field in differs:
        await offering.offer(bot.parts, 1, field, "to-mirror", by=BY)
    await bot.later(minutes=10)

    assert len(differs) == 2
    assert _packages(mirror) == _packages(draft)
    told = await bot.parts.database.read(partial(timeline.events, number=1))
    assert {each.detail for each in told if each.by == BY} >= {f"{field}: to-mirror" for field in differs}


def _packages(advisory: FakeAdvisory) -> set[str | None]:
    return {each.package for each in advisory.now.vulnerabilities}
