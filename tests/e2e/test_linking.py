"""Which advisories belong to a case, who says so, and what is copied of them?"""

from __future__ import annotations

import pytest

from app.casework import linking, opening
from app.domain.ids import AdvisoryKey, parse_key
from app.domain.mirrors import Store
from app.halting import NotAllowed
from app.store import timeline
from tests.e2e.stores import in_both_stores
from tests.e2e.test_cases_opened_by_hand import BY, by_hand, link_to
from tests.fake_github import FakeGitHub
from tests.harness import Bot


@in_both_stores
@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_of_a_linked_report_nothing_is_copied_before_it_is_accepted(
    github: FakeGitHub, bot: Bot, store: Store
) -> None:
    """Its repository's people read it alone until they say yes; others then know that it is there, and no more."""
    number = await by_hand(bot, "uv")
    report = github.repo("pypa/pip").report(
        "Secret title", affects=["pip", "wheel"], description="Secret text", severity="low", cwe_ids=["CWE-22"]
    )
    await linking.link(bot.parts, number, link_to(report, "pypa/pip"), by=BY, agreed_by=["pip-maintainer-1"])
    await bot.later(minutes=10)

    [mirror] = github.coordination.open_mirrors
    assert f"Linked: pypa/pip {report.id}, triage. Nothing of a report is copied before it is accepted." in mirror.body
    assert not any(word in f"{mirror.title}{mirror.body}" for word in ("Secret", "CWE-22", "pip:wheel"))
    if store == "advisory":
        assert (mirror.cwe_ids, mirror.severity) == ([], None)

    report.accept()
    await bot.later(minutes=10)
    [mirror] = github.coordination.open_mirrors
    assert "Secret text" in mirror.body


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_linked_report_that_is_refused_is_copied_nowhere(github: FakeGitHub, bot: Bot) -> None:
    """Closed is not accepted. The case goes on with its other advisory."""
    github.repo("pypa/pip").draft("Entry points escape", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    report = github.repo("astral-sh/uv").report("Secret title", affects=["rust:uv"], description="Secret text")
    await linking.link(bot.parts, 1, link_to(report, "astral-sh/uv"), by=BY, agreed_by=["uv-maintainer-1"])
    await bot.later(minutes=10)

    report.close()
    await bot.later(minutes=10)

    [mirror] = github.coordination.open_mirrors
    assert "Secret" not in mirror.body
    assert f"{report.id}, closed" in mirror.body


@pytest.mark.usefixtures("approved")
async def test_an_advisory_is_linked_where_its_own_people_agree(github: FakeGitHub, bot: Bot) -> None:
    """Others read what is linked. A coordinator speaks for no tool, and the people of one tool for no other."""
    number = await by_hand(bot, "uv")
    link = link_to(github.repo("pypa/pip").draft("Entry points escape", affects=["pip"]), "pypa/pip")

    for others in ((), ("uv-maintainer-1",), ("stranger", BY)):
        with pytest.raises(NotAllowed, match=r"somebody who speaks for pip agrees; .* pip-maintainer-1"):
            await linking.link(bot.parts, number, link, by=BY, agreed_by=others)
        with pytest.raises(NotAllowed, match="somebody who speaks for pip agrees"):
            await opening.open_case(bot.parts, tools=("uv",), links=(link,), by=BY, agreed_by=others)
    with pytest.raises(NotAllowed, match="is no coordinator"):
        await linking.link(bot.parts, number, link, by="pip-maintainer-1")

    case = await opening.open_case(bot.parts, tools=("uv",), links=(link,), by=BY, agreed_by=["pip-maintainer-1"])
    assert (case.number, case.links, {each.tool for each in case.present}) == (2, (link,), {"pip", "uv"})
    await bot.later(minutes=10)


@pytest.mark.usefixtures("approved")
async def test_what_no_tool_owns_is_linked_to_nothing(github: FakeGitHub, bot: Bot) -> None:
    """A case of it would end never, and a mirror of a mirror would follow itself."""
    number = await by_hand(bot, "uv")
    [mirror] = github.coordination.open_mirrors
    for repo, words in (("mallory/thing", "no tool that policy knows"), (mirror.repo.full_name, "is the mirror of")):
        key = parse_key(f"{repo}/GHSA-2222-3333-4444")
        assert isinstance(key, AdvisoryKey)
        with pytest.raises(NotAllowed, match=words):
            await linking.link(bot.parts, number, key, by=BY, agreed_by=["uv-maintainer-1"])
        with pytest.raises(NotAllowed, match=words):
            await opening.open_case(bot.parts, tools=("uv",), links=(key,), by=BY, agreed_by=["uv-maintainer-1"])


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_what_is_linked_no_more_leaves_the_mirror(github: FakeGitHub, bot: Bot) -> None:
    """It was another bug. Its own people take it out, or a coordinator; then a case without others can be closed."""
    number = await by_hand(bot, "uv")
    draft = github.repo("pypa/pip").draft("Another bug", affects=["pip"], description="Secret text")
    link = link_to(draft, "pypa/pip")
    await linking.link(bot.parts, number, link, by=BY, agreed_by=["pip-maintainer-1"])
    await bot.later(minutes=10)
    [mirror] = github.coordination.open_mirrors
    assert "Secret text" in mirror.body

    with pytest.raises(NotAllowed, match="not known to speak for pip"):
        await linking.unlink(bot.parts, number, link, by="uv-maintainer-1")
    await linking.unlink(bot.parts, number, link, by="pip-maintainer-1")
    await bot.later(minutes=10)

    [mirror] = github.coordination.open_mirrors
    assert not any(words in mirror.body for words in ("Secret text", draft.id))
    events = await bot.parts.database.read(lambda conn: timeline.events(conn, number))
    assert [(each.what, each.by) for each in events][-1] == ("unlinked", "pip-maintainer-1")
    with pytest.raises(NotAllowed, match="is not linked to case 1"):
        await linking.unlink(bot.parts, number, link, by=BY)
    await opening.close_case(bot.parts, number, by=BY)
    await bot.settle()
    assert github.coordination.open_mirrors == []


@pytest.mark.usefixtures("approved")
async def test_an_advisory_has_one_case(github: FakeGitHub, bot: Bot) -> None:
    """Else two mirrors would follow it, and two groups of people read it."""
    draft = github.repo("pypa/pip").draft("Of a case already", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    link = link_to(draft, "pypa/pip")

    with pytest.raises(NotAllowed, match="has case 1"):
        await opening.open_case(bot.parts, tools=("pip",), links=(link,), by=BY, agreed_by=["pip-maintainer-1"])

    await by_hand(bot, "uv")
    with pytest.raises(ValueError, match="belongs to case 1"):
        await linking.link(bot.parts, 2, link, by=BY, agreed_by=["pip-maintainer-1"])
