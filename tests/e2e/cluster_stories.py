"""How do the people of a cluster live through it: who says yes to whom, what does each tool answer, who reads it?"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import httpx

from app.casework import suggesting
from app.casework.exporting import exported
from app.domain.cases import Participant, StoredCase
from app.store import cases, suggestions
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.vendoring.clusters import STORIES

BY = "coordinator-1"
OUTSIDE = "twine-maintainer-1"  # of a tool that no cluster concerns
UNREACHABLE = "vulnerable_code_not_in_execute_path"
Story = dict[str, Any]


def first_of(cluster: str) -> Story:
    """The advisory that came first."""
    return next(story for story in STORIES if story["cluster"] == cluster)


def had_it(cluster: str) -> set[str]:
    """Whom people named for its advisories, and who ships a copy of what these are about."""
    stories = [story for story in STORIES if story["cluster"] == cluster]
    return {tool for story in stories for kind in ("named", "vendored") for tool in story.get(kind, ())}


async def the_case(bot: Bot) -> StoredCase:
    return await bot.parts.database.read(partial(cases.case, number=1))


async def answer_suggestions(bot: Bot, story: Story) -> None:
    """A coordinator says yes to those who had it, and no to those who were left out for a reason."""
    asked = await bot.parts.database.read(partial(suggestions.suggestions_of, number=1))
    for each in asked:
        if each.tool in had_it(story["cluster"]):
            await suggesting.confirm(bot.parts, 1, each.tool, rsvp=None, by=BY)
        elif each.tool in story.get("left_out", ()):
            await suggesting.refuse(bot.parts, 1, each.tool, reason="code-not-reachable", by=BY)
    await bot.settle()


def people_of(bot: Bot, tool: str) -> list[str]:
    return [person.login for person in bot.parts.policy.current().file.tools[tool].users]


def answer_of(tool: str, story: Story) -> str:
    """Whose advisory it is fixed it; of those who ship a copy some do not run that code; the others are affected."""
    if tool in story.get("named", {}):
        return "fixed"
    shipping = sorted(story.get("vendored", ()))
    if tool in shipping:
        return f"not-affected {UNREACHABLE}" if shipping.index(tool) % 2 == 0 else "embedded"
    return "affected"


async def everybody_answers(bot: Bot, mirror: FakeAdvisory, story: Story) -> dict[str, str]:
    """In the mirror, each for their own tool. Gives what every tool's answer is then."""
    for each in (await the_case(bot)).present:
        bot.clock.advance(seconds=1)
        said = answer_of(each.tool, story)
        mirror.comment(f"/greenroom status {each.tool} {said}", by=people_of(bot, each.tool)[0])
    for _ in range(4):
        await bot.later(seconds=90)
    return {each.tool: each.status for each in (await the_case(bot)).present}


async def reads(github: FakeGitHub, login: str, mirror: FakeAdvisory) -> tuple[int, set[str]]:
    """What GitHub answers somebody who asks with a token of their own: about the mirror, and as a list."""
    token = github.world.add_personal_token(login, advisories=True)
    headers = {"authorization": f"Bearer {token}", "accept": "application/vnd.github+json"}
    headers["x-github-api-version"] = "2022-11-28"
    async with httpx.AsyncClient(transport=github.transport, base_url=github.url, headers=headers) as client:
        one = await client.get(f"{github.mirrors_path}/{mirror.id}")
        listed = await client.get(github.mirrors_path)
    return one.status_code, {each["ghsa_id"] for each in listed.json()}


async def vex(bot: Bot) -> dict[str, set[str]]:
    """What the exported OpenVEX says of each package, as PURL → statuses, a justification beside its status."""
    [document] = (await exported(bot.parts, 1, "openvex", confirmed=False, by="")).documents
    assert isinstance(document.content, dict)
    found: dict[str, set[str]] = {}
    for statement in document.content["statements"]:
        said = " ".join(filter(None, (statement["status"], statement.get("justification"))))
        for product in statement["products"]:
            found.setdefault(product["@id"].partition("@")[0], set()).add(said)
    return found


async def expected_vex(bot: Bot, fixed: Collection[str] = ()) -> dict[str, set[str]]:
    """What the answers say, for each package of each tool. Fixed are only those of which a version was named."""
    tools = bot.parts.policy.current().file.tools
    return {
        _purl(package): {_said(each, is_fixed=package in fixed)}
        for each in (await the_case(bot)).present
        for package in tools[each.tool].packages
    }


def _said(answered: Participant, *, is_fixed: bool) -> str:
    if answered.status == "not-affected":
        return f"not_affected {answered.justification}"
    return "fixed" if answered.status == "fixed" and is_fixed else "affected"


def versions(story: Story) -> list[dict[str, Any]]:
    """What its people write before they publish: from which version on it is fixed."""
    packages = [package.partition(":") for package in story["packages"]]
    return [
        {
            "package": {"ecosystem": ecosystem, "name": name},
            "vulnerable_version_range": "< 26.4.1",
            "patched_versions": "26.4.1",
        }
        for ecosystem, _, name in packages
    ]


def _purl(package: str) -> str:
    """As OpenVEX names it: "Package URL specification"."""
    ecosystem, _, name = package.partition(":")
    kind = {"pip": "pypi", "rust": "cargo", "other": "generic"}[ecosystem]
    return f"pkg:{kind}/{name}"
