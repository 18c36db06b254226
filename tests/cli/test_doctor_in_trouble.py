"""What does `greenroom doctor` say where next to nothing works? People ask it then, so it has an answer."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.machine import of_machine
from app.doctor.probing import probe
from app.doctor.reading import read
from app.doctor.seen import MachineSeen
from app.sandbox.registering import HAND, WATCHER
from tests.cli.conftest import Run, RunningSandbox
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running

CASES = "packaging-security/cases"


async def _lines(bot: Bot, seconds: float = 90.0) -> dict[tuple[str, str], Line]:
    return {(line.group, line.name): line for line in judge(await read(bot.parts, seconds=seconds))}


class _Hanging(httpx.AsyncBaseTransport):
    """A GitHub that takes every question about itself, and answers none of them."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.hangs = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.hangs:
            await asyncio.Event().wait()
        return await self._inner.handle_async_request(request)


async def test_a_github_that_hangs_keeps_nobody_waiting_for_longer_than_was_said(
    github: FakeGitHub, clock: FakeClock, tmp_path: Path
) -> None:
    """Each question would be asked three times for half a minute, and there are dozens."""
    github.transport = transport = _Hanging(github.transport)
    async with running(github, clock, tmp_path) as bot:
        await bot.settle()
        transport.hangs = True

        lines = await asyncio.wait_for(_lines(bot, seconds=0.2), timeout=10)

        transport.hangs = False
        assert lines["This machine", "database"].state == "ok"
        for name in ("registration", "installations"):
            line = lines["Greenroom", name]
            assert (line.state, line.says) == ("cannot tell", "GitHub did not answer in time")
        assert lines["Deliveries", "address"].state == "cannot tell"
        assert lines["Coordination", "repository"].state == "cannot tell"
        assert lines["Security configurations", "others"].state == "cannot tell"
        assert {name for (_, name), line in lines.items() if line.state == "problem"} == {"channels"}


@pytest.mark.parametrize(
    "path", ["/app", "/app/installations", "/app/hook/config", "/installation/repositories", "/repos/*", "*"]
)
@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 404}, {"status": 403, "because": "permission"}])
async def test_whatever_github_refuses_is_a_line_and_no_accident(
    github: FakeGitHub, bot: Bot, path: str, trouble: dict[str, Any]
) -> None:
    """A traceback would hide everything else that is wrong."""
    await bot.settle()
    await bot.restart()
    github.fail("GET", path, times=None, **trouble)

    lines = await _lines(bot)

    assert lines["This machine", "database"].state == "ok"
    assert all(line.do for line in lines.values() if line.state != "ok")
    assert "cannot tell" in {line.state for line in lines.values()}


async def test_an_app_that_github_does_not_know_is_a_problem_of_the_settings(github: FakeGitHub, bot: Bot) -> None:
    """GitHub answers 404 to an id that is nobody's. To try again later changes nothing."""
    await bot.settle()
    github.fail("GET", "/app", 404, times=None)

    line = (await _lines(bot))["Greenroom", "GREENROOM_PRIVATE_KEY"]

    assert (line.state, line.says) == ("problem", "GitHub knows no App of that id")


async def test_an_account_that_policy_names_is_no_stranger_however_it_is_written(github: FakeGitHub, bot: Bot) -> None:
    """GitHub compares logins without regard to case, so nobody is told that policy says nothing of them."""
    await bot.settle()
    for each in github.world.installations.values():
        each.account.login = each.account.login.upper()

    lines = await _lines(bot)

    assert ("Greenroom", "others") not in lines


async def test_nothing_that_is_under_embargo_is_told_whatever_fails(github: FakeGitHub, bot: Bot) -> None:
    """People paste it into issues: no text, no id of an advisory, no secret."""
    await bot.approve_everything()
    await bot.settle()
    advisory = github.repo("pypa/pip").draft("Path traversal", affects=["pip", "uv"])
    await bot.sweep()
    await bot.settle()
    [mirror] = github.coordination.drafts
    settings = bot.parts.settings
    secrets = [
        str(secret.get_secret_value())
        for secret in (settings.webhook_secret, settings.private_key, settings.hand_private_key, settings.digest_keys)
        if secret is not None
    ]

    for fails in (False, True):
        if fails:
            github.fail("GET", f"{github.mirrors_path}*", 500, times=None)
        told = "\n".join(f"{line.name} {line.says} {line.do}" for line in (await _lines(bot)).values())
        assert [text for text in (*github.canaries, *secrets, advisory.now.ghsa, mirror.ghsa) if text in told] == []
        assert re.findall(r"GHSA-\w{4}", told) == []
    github.clear_faults()


def _machine(**given: Any) -> list[Line]:
    usual: dict[str, Any] = {
        "skew": timedelta(0),
        "place": "db.example/greenroom",
        "is_writable": True,
        "free": 50_000_000_000,
        "disk": 100_000_000_000,
        "policy": "policy.yml",
        "mistakes": None,
        "swept_at": datetime(2026, 1, 1, tzinfo=None),  # noqa: DTZ001 - compared with the moment below alone
        "sweep_every": timedelta(minutes=10),
        "rotates_secret": False,
        "digest_keys": 1,
        "missing_for_sign_in": (),
        "origin": "https://greenroom.example",
        "channels": (),
        "writes": None,
    }
    return list(of_machine(MachineSeen(**{**usual, **given}), datetime(2026, 1, 1, tzinfo=None)))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("given", "name", "state"),
    [
        ({}, "disk", "ok"),
        ({"free": 900_000_000}, "disk", "problem"),
        ({"free": None, "disk": None}, "disk", "cannot tell"),
        ({"is_writable": False}, "database", "problem"),
        ({"skew": timedelta(seconds=21)}, "clock", "problem"),
        ({"skew": timedelta(seconds=-21)}, "clock", "problem"),
        ({"skew": None}, "clock", "cannot tell"),
        ({"mistakes": "line 3: ..."}, "policy file", "problem"),
        ({"swept_at": None}, "last sweep", "cannot tell"),
        ({"swept_at": datetime(2025, 12, 31, tzinfo=None)}, "last sweep", "problem"),  # noqa: DTZ001
    ],
)
def test_each_thing_of_this_machine_is_judged_by_itself(given: dict[str, Any], name: str, state: str) -> None:
    """And where it is not ok, it says what to do."""
    [line] = [line for line in _machine(**given) if line.name == name]

    assert line.state == state
    assert bool(line.do) == (state != "ok")


async def test_the_probe_is_made_by_the_hand_and_for_one_repository(github: FakeGitHub, bot: Bot) -> None:
    """The Watcher may not write, and a token for more than that repository could do harm elsewhere."""
    await bot.settle()
    start = len(github.requests)

    await _all(bot)

    minted = [each for each in github.requests[start:] if each.method == "POST"]
    hand = github.installation(HAND, "packaging-security").state
    watcher = {each.id for each in github.world.installations.values() if each.app is github.world.app(WATCHER)}
    paths = {each.path for each in minted if int(each.path.split("/")[3]) not in watcher}
    assert paths == {f"/app/installations/{hand.id}/access_tokens"}
    [write] = [each for each in github.requests[start:] if each.method == "DELETE" and each.path.startswith("/repos/")]
    assert (write.who, write.path) == (HAND, f"/repos/{CASES}/private-vulnerability-reporting")
    assert not [token for token in github.world.tokens.values() if "write" in token.permissions.values()]


async def test_where_the_hand_is_not_installed_the_probe_writes_nothing(github: FakeGitHub, bot: Bot) -> None:
    """It is a problem, and no traceback."""
    await bot.settle()
    github.installation(HAND, "packaging-security").uninstall()
    await bot.restart()

    lines = await _all(bot)

    assert "problem" in {line.state for line in lines}
    assert "ok" not in {line.state for line in lines}
    assert github.writes == []


async def _all(bot: Bot) -> list[Line]:
    return [line async for line in probe(bot.parts)]


BROKEN: dict[str, tuple[dict[str, str | None], str, str]] = {
    "a secret that is too short": ({"webhook_secret": "short"}, "webhook secret", "32 bytes"),
    "a key that is none": ({"private_key": "none"}, "private key", "PEM"),
    "a setting that is none": ({"appid": "1"}, "GREENROOM_APPID", "did you mean GREENROOM_APP_ID?"),
    "a setting that is missing": ({"app_id": None}, "GREENROOM_APP_ID", "is not set"),
    "half of the Hand": ({"hand_app_id": None}, "GREENROOM_HAND_APP_ID", "or neither"),
    "no policy file": ({"policy": "/nowhere/policy.yml"}, "policy file", "cannot be read"),
    "no database": ({"database_url": "sqlite:///{tmp}/other.db"}, "database", "cannot be used"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_keeps_it_from_starting_is_a_line_too(
    greenroom: Run, sandbox: RunningSandbox, tmp_path: Path, case: str
) -> None:
    """Half a configuration is when people ask it first. Standard output is one JSON object all the same."""
    given, name, says = BROKEN[case]
    (tmp_path / "other.db").write_bytes(b"no database" * 1000)
    changed = {setting: value and value.format(tmp=tmp_path) for setting, value in given.items()}

    result = greenroom("doctor", "--json", **changed)

    shown = json.loads(result.stdout)
    assert result.exit_code == 3
    problems = {line["name"]: line for line in shown["lines"] if line["state"] == "problem"}
    assert says in problems[name]["says"]
    assert problems[name]["do"]
    assert shown["lines"][-1]["state"] == "cannot tell"
    assert sandbox.writes == []


@pytest.mark.slow
def test_a_file_that_is_no_database_is_told_in_a_sentence_by_every_command(greenroom: Run, tmp_path: Path) -> None:
    """A traceback of a library helps nobody, and its words could hold more than they should."""
    (tmp_path / "other.db").write_bytes(b"no database" * 1000)

    result = greenroom("notices", database_url=f"sqlite:///{tmp_path}/other.db")

    assert result.exit_code == 2
    assert "cannot be used: file is not a database" in result.stderr
    assert "Traceback" not in result.stderr
