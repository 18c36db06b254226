"""Can the old digest key go, and does everybody still know who changed what?"""

from __future__ import annotations

from typing import Any

import pytest

from app.main import Greenroom
from app.prints import Kind
from app.reconcile.body import key_of_record
from app.reconcile.digests import renewal
from app.rotating.looking import look
from app.rotating.renewing import renew_digests
from app.store import moments
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import DIGEST_KEYS, Bot
from tests.rotation.instances import command, stands, waits_for

KIND: Kind = "digest-key"
NEW = f"new:{'5a' * 32}"
BEHIND, FRONT = {"digest_keys": f"{DIGEST_KEYS},{NEW}"}, {"digest_keys": f"{NEW},{DIGEST_KEYS}"}


async def _restarted(bot: Bot, secrets: dict[str, Any]) -> Greenroom:
    bot.secrets = secrets
    await bot.parts.holding.end()
    await bot.restart()
    await bot.settle()
    bot.clock.advance(minutes=1)
    await bot.parts.holding.look()
    return bot.parts


async def _case(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    """A case with its mirror, which names a package that policy does not know."""
    await bot.approve_everything()
    advisory = github.repo("pypa/pip").draft("Path traversal", affects=["pip", "uv", "some-strangers-package"])
    await bot.sweep()
    await bot.later(minutes=2)
    await bot.later(minutes=2)
    assert len(github.coordination.drafts) == 1
    return advisory


def _key_of_mirror(github: FakeGitHub) -> str:
    [mirror] = github.coordination.drafts
    return key_of_record(mirror.description)


async def _rotate(bot: Bot) -> None:
    await bot.parts.holding.look()
    await _restarted(bot, BEHIND)
    await _restarted(bot, FRONT)
    bot.clock.advance(days=1, minutes=1)  # what was written in the last day is compared with what is wanted
    await bot.settle()
    await bot.parts.holding.look()
    async with command(bot) as typed:
        assert await renew_digests(typed)
    for _ in range(4):
        await bot.later(minutes=2)


async def test_the_whole_drill_from_the_first_step_to_the_last(github: FakeGitHub, bot: Bot) -> None:
    """Values, names of packages and the record of a mirror are made anew, by one write; then nothing needs the old."""
    await _case(github, bot)
    await bot.parts.holding.look()
    assert (await stands(bot, KIND)).is_done
    assert waits_for(await stands(bot, KIND, **BEHIND)) == "running instances know both"
    await _restarted(bot, BEHIND)
    assert waits_for(await stands(bot, KIND, **BEHIND)) == "the new one is in front"
    assert waits_for(await stands(bot, KIND, **FRONT)) == "running instances make everything with it"
    await _restarted(bot, FRONT)
    drill = await stands(bot, KIND, **FRONT)
    assert waits_for(drill) == "nothing needs the old one"
    [needs] = [each.says for each in drill.steps if each.state == "next"]
    assert "1 records of mirrors" in needs
    assert "values that both sides of a mirror shared" in needs
    writes = len(github.writes)

    bot.clock.advance(days=1, minutes=1)
    await bot.settle()
    assert len(github.writes) == writes, "nobody asked for it yet"
    await bot.parts.holding.look()
    async with command(bot) as typed:
        assert await renew_digests(typed)
    for _ in range(4):
        await bot.later(minutes=2)

    assert [each.method for each in github.writes[writes:]] == ["PATCH"]
    assert _key_of_mirror(github) == "new"
    await bot.parts.holding.look()
    assert waits_for(await stands(bot, KIND, **FRONT)) == "the old one is taken away"
    await _restarted(bot, {"digest_keys": NEW})
    assert (await stands(bot, KIND)).is_done


async def test_without_the_old_key_both_sides_are_still_told_apart(github: FakeGitHub, bot: Bot) -> None:
    """What the source changes is followed, what people changed in the mirror stays theirs."""
    advisory = await _case(github, bot)
    await _rotate(bot)
    await _restarted(bot, {"digest_keys": NEW})

    [mirror] = github.coordination.drafts
    mirror.edit(summary="A better title")
    advisory.edit(severity="critical")
    for _ in range(3):
        await bot.later(minutes=2)

    [mirror] = github.coordination.drafts
    assert mirror.severity == "critical"
    assert mirror.summary == "A better title"
    story = await bot.explain("case/1")
    assert "frozen" not in str(story["people_must"])
    writes = len(github.writes)
    for _ in range(3):
        await bot.later(minutes=2)
    assert len(github.writes) == writes


@pytest.mark.slow
async def test_what_both_sides_edited_holds_the_old_key_until_people_settled_it(github: FakeGitHub, bot: Bot) -> None:
    """Nobody says any more what both said last, so it cannot be made anew, and the command says so."""
    advisory = await _case(github, bot)
    [mirror] = github.coordination.drafts
    advisory.edit(summary="What the source calls it")
    mirror.edit(summary="What the mirror calls it")
    await _rotate(bot)
    await bot.parts.holding.look()

    drill = await stands(bot, KIND, **FRONT)
    assert waits_for(drill) == "nothing needs the old one"
    assert not drill.is_done
    [mirror] = github.coordination.drafts
    mirror.edit(summary="What the source calls it")
    for _ in range(3):
        await bot.later(minutes=2)
    await bot.parts.holding.look()
    assert waits_for(await stands(bot, KIND, **FRONT)) == "the old one is taken away"


async def test_an_instance_with_the_old_key_in_front_undoes_nothing(github: FakeGitHub, bot: Bot) -> None:
    """While instances are restarted one after the other both look at the same mirror; neither writes it for a key."""
    await _case(github, bot)
    await _rotate(bot)
    writes = len(github.writes)

    await _restarted(bot, BEHIND)  # somebody forgot one
    for _ in range(5):
        await bot.later(minutes=2)

    assert len(github.writes) == writes
    assert _key_of_mirror(github) == "new"
    await bot.parts.holding.look()
    async with command(bot, **FRONT) as typed:
        drill = await look(typed, KIND)
    assert waits_for(drill) == "running instances make everything with it"


@pytest.mark.parametrize(
    ("secrets", "typed_with"),
    [({}, {}), (BEHIND, BEHIND), (BEHIND, FRONT)],
    ids=["one key", "the new one behind", "in front for whoever types"],
)
async def test_nothing_is_made_anew_before_its_turn(
    github: FakeGitHub, bot: Bot, secrets: dict[str, Any], typed_with: dict[str, Any]
) -> None:
    """`--apply` does the next step only where it is this one."""
    await _case(github, bot)
    await bot.parts.holding.look()
    await _restarted(bot, secrets)
    writes = len(github.writes)

    async with command(bot, **typed_with) as typed:
        assert await renew_digests(typed) == ""
        assert await typed.database.read(lambda conn: moments.last(conn, renewal(typed.digests))) is None
    await bot.later(minutes=11)

    assert len(github.writes) == writes
    assert _key_of_mirror(github) == "test"
