"""What does `greenroom doctor` say of an install, and does it say what to do?"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from app.cli.doctor import code
from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.machine import of_disk
from app.doctor.probing import probe
from app.doctor.reading import read
from app.doctor.showing import as_json, for_people
from app.sandbox.registering import HAND, WATCHER, _public_key, new_private_key
from tests.cli.conftest import Run, RunningSandbox
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.harness import Bot

CASES = "packaging-security/cases"


async def _lines(bot: Bot) -> dict[tuple[str, str], Line]:
    return {(line.group, line.name): line for line in judge(await read(bot.parts))}


async def _wrong(bot: Bot) -> dict[str, str]:
    """The problems, by name, but that this small world has not all that policy names."""
    found = {line.name: line.says for line in (await _lines(bot)).values() if line.state == "problem"}
    return {name: says for name, says in found.items() if not says.startswith(("not installed", "does not see"))}


async def test_nothing_is_wrong_with_an_install_as_it_should_be_but_that_nobody_is_told(bot: Bot) -> None:
    """And what cannot be told says why; this one has no channel, no case and no sentinel."""
    await bot.settle()

    lines = await _lines(bot)

    assert await _wrong(bot) == {"channels": "there is none"}
    unclear = {name for (_, name), line in lines.items() if line.state == "cannot tell" and not line.lasts}
    assert unclear >= {"comments", "activity"}
    assert all(each in {"comments", "activity"} or each.startswith("drafts of ") for each in unclear)
    assert all(line.do for line in lines.values() if line.state != "ok")


async def test_looking_writes_nothing_to_github(github: FakeGitHub, bot: Bot) -> None:
    """It is safe to run at any time."""
    await bot.settle()
    before = len(github.writes)

    await read(bot.parts)

    assert len(github.writes) == before


def _no_event(github: FakeGitHub) -> None:
    github.world.app(WATCHER).events.remove("repository_advisory")


def _less(github: FakeGitHub) -> None:
    del github.world.app(WATCHER).permissions["members"]


def _more(github: FakeGitHub) -> None:
    github.world.app(WATCHER).permissions["contents"] = "write"


def _unaccepted(github: FakeGitHub) -> None:
    del github.installation(WATCHER, "pypa").state.permissions["members"]


def _suspended(github: FakeGitHub) -> None:
    github.installation(WATCHER, "pypa").suspend()


def _gone(github: FakeGitHub) -> None:
    github.installation(WATCHER, "pypa").uninstall()


def _selected(github: FakeGitHub) -> None:
    installed = github.installation(WATCHER, "pypa")
    installed.state.repository_selection = "selected"
    installed.add("pypa/wheel")


def _no_address(github: FakeGitHub) -> None:
    github.world.app(WATCHER).webhook_url = None


def _elsewhere(github: FakeGitHub) -> None:
    github.world.app(WATCHER).webhook_url = "https://elsewhere.example/webhooks/github"


def _unverified(github: FakeGitHub) -> None:
    github.world.app(WATCHER).webhook_verifies = False


def _key(github: FakeGitHub) -> None:
    github.world.app(HAND).public_key = _public_key(new_private_key())


def _open(github: FakeGitHub) -> None:
    github.world.repository(CASES).has_wiki = True


TABLE: dict[str, tuple[Callable[[FakeGitHub], None], str, str]] = {
    "an event": (_no_event, "event repository_advisory", "not subscribed: its deliveries never come"),
    "a permission of the App": (_less, "permission members", "none, but read is needed"),
    "too wide a permission": (_more, "permission contents", "write, and nothing needs it"),
    "a permission that was not accepted": (_unaccepted, "pypa", "not accepted: members: read"),
    "a suspension": (_suspended, "pypa", "suspended"),
    "an account": (_gone, "pypa", "not installed"),
    "a selection": (_selected, "pypa", " and 19 more"),
    "an address": (_no_address, "address", "the webhook has no address"),
    "another address": (_elsewhere, "address", "it points to another host than GREENROOM_PUBLIC_URL"),
    "a certificate": (_unverified, "address", "GitHub does not verify its certificate"),
    "a key": (_key, "GREENROOM_HAND_PRIVATE_KEY", "GitHub does not accept it"),
    "a coordination repository": (
        _open,
        "store",
        f"{CASES} may keep mirrors as: nothing; policy says advisory",
    ),
}


@pytest.mark.parametrize(("happens", "name", "says"), [pytest.param(*each, id=key) for key, each in TABLE.items()])
async def test_what_is_wrong_is_a_problem_and_says_what_to_do(
    github: FakeGitHub, bot: Bot, happens: Callable[[FakeGitHub], None], name: str, says: str
) -> None:
    """Each of them looks like peace to whoever does not ask."""
    await bot.settle()
    happens(github)

    found = {line.name: line for line in judge(await read(bot.parts)) if line.state == "problem"}

    assert says in found[name].says
    assert found[name].do


class _Ahead(FakeClock):
    def __init__(self, other: FakeClock, seconds: int) -> None:
        super().__init__()
        self._other, self._seconds = other, seconds

    def now(self) -> Any:
        return self._other.now() + timedelta(seconds=self._seconds)


async def test_a_clock_that_drifts_is_told_before_github_refuses_the_key(github: FakeGitHub, bot: Bot) -> None:
    """From a minute on nothing works any more, and then it is harder to see why."""
    await bot.settle()
    github.world.clock = _Ahead(bot.clock, 30)

    assert (await _wrong(bot))["clock"] == "30 seconds behind GitHub's"


async def test_a_configuration_that_fights_policy_is_named(github: FakeGitHub, bot: Bot) -> None:
    """GitHub says 204 to a write under it, and changes nothing."""
    await bot.settle()
    github.repo("pypa/pip").attach_configuration("GitHub recommended")

    told = await _wrong(bot)

    assert "holds private vulnerability reporting on" in told["pypa/pip"]


async def test_github_is_away_and_nothing_is_told_as_wrong_or_right(github: FakeGitHub, bot: Bot) -> None:
    """What cannot be told is no problem of the install."""
    await bot.settle()
    github.fail("GET", "/app*", 502, times=None)

    lines = await _lines(bot)

    assert lines["Greenroom", "installations"].state == "cannot tell"
    assert lines["Greenroom", "GREENROOM_PRIVATE_KEY"].state == "cannot tell"
    assert lines["Deliveries", "address"].state == "cannot tell"
    assert await _wrong(bot) == {"channels": "there is none"}


async def test_the_probe_writes_on_the_coordination_repository_alone_and_changes_nothing(
    github: FakeGitHub, bot: Bot
) -> None:
    """It is asked for, it says what it does, and it stands in the audit."""
    await bot.settle()
    before = len(github.writes)

    lines = [line async for line in probe(bot.parts)]

    assert {line.state for line in lines} == {"ok"}
    assert [(each.method, each.path) for each in github.writes[before:]] == [
        ("DELETE", f"/repos/{CASES}/private-vulnerability-reporting")
    ]


async def test_the_probe_sends_nothing_while_writes_are_off(github: FakeGitHub, bot: Bot) -> None:
    """The kill switch is above everything."""
    bot.writes = "off"
    await bot.restart()
    await bot.settle()

    lines = [line async for line in probe(bot.parts)]

    assert lines[-1].state == "cannot tell"
    assert github.writes == []


@pytest.mark.parametrize(
    ("status", "ended"), [(502, "unknown"), (403, "refused")], ids=["the answer is lost", "refused"]
)
async def test_a_probe_that_was_sent_is_not_said_to_be_unsent(
    github: FakeGitHub, bot: Bot, status: int, ended: str
) -> None:
    """Where its answer is lost nobody knows whether GitHub carried it out, and the audit says so."""
    await bot.settle()
    github.fail("DELETE", f"/repos/{CASES}/private-vulnerability-reporting", status)

    lines = [line async for line in probe(bot.parts)]

    assert lines[-1].state != "ok"
    assert [each["outcome"] for each in (await bot.explain(CASES))["did"] if each["kind"] == "probe"] == [None, ended]


@pytest.mark.parametrize(
    ("states", "expected"),
    [((), 0), (("ok",), 0), (("ok", "cannot tell"), 4), (("cannot tell", "problem"), 3)],
)
def test_the_exit_code_says_the_worst(states: tuple[Any, ...], expected: int) -> None:
    """The same codes as everywhere: 3 something is to be done, 4 cannot tell."""
    assert code(tuple(Line(group="a", name="b", state=state, says="c") for state in states)) == expected


def test_what_nobody_can_tell_from_here_changes_no_exit_code() -> None:
    """Whoever watches the code of a healthy install on PostgreSQL would learn to pass over all that cannot be told."""
    disk = of_disk(None)

    assert (disk.state, as_json((disk,))["cannot_tell"]) == ("cannot tell", 1)
    assert "watch" in disk.do
    assert code((disk,)) == 0
    assert code((disk, Line(group="a", name="b", state="cannot tell", says="c"))) == 4


async def test_people_see_each_group_with_what_to_do(bot: Bot) -> None:
    """Problems are not lost among what is well."""
    await bot.settle()
    lines = judge(await read(bot.parts))
    paper = StringIO()
    console = Console(width=110, color_system=None, file=paper)

    console.print(for_people(as_json(lines)))

    told = paper.getvalue()
    assert "✗  channels" in told
    assert "→ set GREENROOM_NOTIFY_URLS" in told
    assert told.count("permission ") == 0  # those that are well are one line
    assert told.count("no draft is known there") == 1  # and so are accounts of which the same cannot be told
    assert " to mend, " in told


@pytest.mark.slow
def test_it_can_be_typed(greenroom: Run, sandbox: RunningSandbox) -> None:
    """And standard output is one JSON object."""
    result = greenroom("doctor", "--json")

    assert result.exit_code == 3
    assert json.loads(result.stdout)["problems"] >= 1
    assert sandbox.writes == []
