"""Who else may be affected by an accepted advisory, and what follows from a coordinator's word?"""

from __future__ import annotations

from functools import partial

import pytest

from app.casework import opening, suggesting, taking_part
from app.domain.cases import Justification, Suggestion
from app.domain.mirrors import Store
from app.halting import NotAllowed
from app.reconcile.shipping import vendoring
from app.store import cases, suggestions, timeline, vendored
from app.store.suggestions import NotSuggested
from tests.clock import FakeClock
from tests.e2e.stores import in_both_stores
from tests.fake_github import FakeGitHub
from tests.harness import Bot

BY = "coordinator-1"
OWNERS = 9  # of the repositories that the shipped graph and policy know
PIPENV = "pip, patched in pipenv (with changes of its own; what pip vendors is there, a release behind)"
VIRTUALENV = "pip, embedded in virtualenv (one of them for the oldest Python only)"
LOCKED = ("pip:packaging", "uv.lock", "25.0")
UV_LOCK = """\
version = 1
revision = 3
requires-python = ">=3.9"

[[package]]
name = "packaging"
version = "{version}"
source = {{ registry = "https://pypi.example/simple" }}

[[package]]
name = "pytest"
version = "9.0.0"
source = {{ registry = "https://pypi.example/simple" }}

[[package]]
name = "wheel"
source = {{ editable = "." }}
dependencies = [{{ name = "packaging" }}]
"""


@pytest.fixture
def github(clock: FakeClock, store: Store) -> FakeGitHub:
    """A policy as it is shipped: copies alone make a case."""
    return FakeGitHub(clock=clock, world="few", store=store, copies="case")


async def asked(bot: Bot, number: int = 1) -> dict[str, Suggestion]:
    found = await bot.parts.database.read(partial(suggestions.suggestions_of, number=number))
    return {each.tool: each for each in found}


async def swept(bot: Bot) -> None:
    await bot.sweep()
    await bot.settle()


async def shown(bot: Bot, consumer: str) -> set[tuple[str, str, str | None]]:
    """As `greenroom vendoring` shows it."""
    graph = await bot.parts.database.read(vendoring)
    return {(each.component, each.place, each.version) for each in graph.lines if str(each.consumer) == consumer}


@in_both_stores
@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_accepted_draft_of_pip_suggests_who_ships_pip(github: FakeGitHub, bot: Bot, store: Store) -> None:
    """Their users are safe only with releases of their own; but nobody is told before a coordinator says so."""
    report = github.repo("pypa/pip").report("Entry points escape", affects=["pip"], cwe_ids=["CWE-22"])
    await swept(bot)
    assert await bot.parts.database.read(cases.all_cases) == ()  # while in triage it is ids, and nothing else
    assert github.coordination.open_mirrors == []

    report.accept()
    await swept(bot)

    [case] = await bot.parts.database.read(cases.all_cases)
    assert [each.tool for each in case.participants] == ["pip"]
    [mirror] = github.coordination.open_mirrors
    assert f"- pipenv: {PIPENV}\n" in mirror.body
    assert f"- virtualenv: {VIRTUALENV}\n" in mirror.body
    assert "the same class of bug, likely in another installer" in mirror.body
    if store == "advisory":
        assert "cpython-maintainer-1" not in mirror.collaborators


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_yes_lets_a_tool_in_and_a_no_is_remembered(github: FakeGitHub, bot: Bot) -> None:
    """Both with who said so, in the timeline and in the audit; what was refused does not come back by the same way."""
    github.repo("pypa/pip").draft("Entry points escape", affects=["pip"])
    await swept(bot)

    await suggesting.confirm(bot.parts, 1, "cpython", rsvp=None, by=BY)
    await suggesting.refuse(bot.parts, 1, "pex", reason="not-affected-version", by=BY)
    await bot.later(minutes=10)
    await swept(bot)

    [mirror] = github.coordination.open_mirrors
    assert "cpython-maintainer-1" in mirror.collaborators
    assert "| cpython | pip, bundled with cpython | unknown |" in mirror.body
    assert "- pex:" not in mirror.body
    assert "- pipenv:" in mirror.body
    found = await asked(bot)
    assert (found["cpython"].answer, found["pex"].answer, found["pex"].reason) == ("yes", "no", "not-affected-version")
    told = await bot.parts.database.read(partial(timeline.events, number=1))
    assert [(each.what, each.tool, each.detail, each.by) for each in told if each.by] == [
        ("confirmed", "cpython", "", f"{BY}"),
        ("invited", "cpython", "", f"{BY}"),
        ("declined", "pex", "not-affected-version", f"{BY}"),
    ]
    with pytest.raises(NotSuggested, match="pex is no suggestion of case 1 that waits"):
        await suggesting.confirm(bot.parts, 1, "pex", rsvp=None, by=BY)


@in_both_stores
@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_who_was_left_out_is_not_asked_about_again_after_a_lost_database(github: FakeGitHub, bot: Bot) -> None:
    """The mirror remembers each no, with who said it and why."""
    github.repo("pypa/pip").draft("Entry points escape", affects=["pip"])
    await swept(bot)
    await suggesting.refuse(bot.parts, 1, "pex", reason="not-affected-version", by=BY)
    await bot.later(minutes=10)
    before = (await asked(bot))["pex"]

    await bot.lose_database()
    await bot.approve_everything()
    await bot.settle()
    await bot.later(minutes=10)

    assert (await asked(bot))["pex"] == before
    [mirror] = github.coordination.open_mirrors
    assert "- pex:" not in mirror.body
    assert "- pipenv:" in mirror.body


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_reporters_fields_open_nothing_and_invite_nobody(github: FakeGitHub, bot: Bot) -> None:
    """Before the report is accepted, and after: its reporter can edit the draft."""
    report = github.repo("python-poetry/poetry").report("Escape", affects=["poetry"])
    report.accept()
    await swept(bot)
    assert await bot.parts.database.read(cases.all_cases) == ()

    report.edit(affects=["poetry", "pip", "packaging"])
    await swept(bot)
    await bot.later(hours=1)

    assert await bot.parts.database.read(cases.all_cases) == ()
    assert github.coordination.open_mirrors == []


@pytest.mark.usefixtures("approved")
async def test_only_a_coordinator_answers_and_only_what_was_asked(github: FakeGitHub, bot: Bot) -> None:
    """A yes shows a case to more people."""
    await opening.open_case(bot.parts, tools=["pip"], links=(), by=BY)
    await bot.settle()

    with pytest.raises(NotAllowed, match="coordinator"):
        await suggesting.confirm(bot.parts, 1, "pipenv", rsvp=None, by="reporter-1")
    with pytest.raises(NotAllowed, match="say one of not-affected-version, code-not-reachable"):
        await suggesting.refuse(bot.parts, 1, "pipenv", reason="because", by=BY)
    with pytest.raises(NotSuggested, match="twine is no suggestion"):
        await suggesting.confirm(bot.parts, 1, "twine", rsvp=None, by=BY)

    assert {each.answer for each in (await asked(bot)).values()} == {None}
    [case] = await bot.parts.database.read(cases.all_cases)
    assert [each.tool for each in case.participants] == ["pip"]
    assert github.coordination.open_mirrors != []


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_copies_of_what_is_not_affected_are_asked_about_no_more(github: FakeGitHub, bot: Bot) -> None:
    """Pip's people say that their code is not affected, so nobody needs to think of who ships it."""
    github.repo("astral-sh/uv").draft("Escape", affects=["rust:uv", "pip"])
    await swept(bot)
    assert {"pipenv", "virtualenv", "hatch"} <= set(await asked(bot))

    justified: Justification = "vulnerable_code_not_present"
    await taking_part.answer(bot.parts, 1, "pip", "not-affected", justification=justified, by="pip-maintainer-1")
    await bot.settle()

    assert sorted(await asked(bot)) == ["hatch"]
    [mirror] = github.coordination.open_mirrors
    assert "- pipenv:" not in mirror.body


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_what_a_repository_ships_is_read_where_a_case_is_open(github: FakeGitHub, bot: Bot) -> None:
    """Once a day, by one query for each owner; what is not there stays as people wrote it, and says so."""
    github.repo("pypa/pip").draft("Entry points escape", affects=["pip"])
    wheel = github.repo("pypa/wheel").write_file("pyproject.toml", '[project]\ndependencies = ["pip==26.2"]\n')
    await swept(bot)
    assert "wheel" not in await asked(bot)

    await bot.later(hours=25)
    await swept(bot)
    await bot.later(minutes=10)

    assert (await asked(bot))["wheel"].path == ("pip", "needed by wheel")
    looks = {str(each.consumer): each for each in await bot.parts.database.read(vendored.looks)}
    assert looks["pypa/wheel"].trouble is None
    assert "src/pip/_vendor/vendor.txt is not there" in (looks["pypa/pip"].trouble or "")
    assert looks["pypa/pip"].good_at is None

    wheel.write_file("pyproject.toml", "[project]\ndependencies = []\n")
    asked_before = len(github.requests)
    await bot.parts.vendoring.read()
    assert len(github.requests) - asked_before <= OWNERS
    await bot.later(minutes=10)
    assert "wheel" in await asked(bot)  # a file that names nothing cannot be told from one that was broken


@pytest.mark.slow
async def test_of_which_version_something_is_a_lock_file_says(github: FakeGitHub, bot: Bot) -> None:
    """Only of what is needed otherwise: who develops it has more installed than who uses it."""
    wheel = github.repo("pypa/wheel").write_file("pyproject.toml", '[project]\ndependencies = ["packaging>=24"]\n')
    wheel.write_file("uv.lock", UV_LOCK.format(version="25.0"))
    await bot.parts.vendoring.read()
    assert await shown(bot, "pypa/wheel") == {("pip:packaging", "pyproject.toml", None), LOCKED}

    wheel.write_file("uv.lock", UV_LOCK.format(version="26.0").replace("version = 1\n", "version = 9\n"))
    asked_before = len(github.requests)
    await bot.parts.vendoring.read()
    assert len(github.requests) - asked_before <= OWNERS
    assert await shown(bot, "pypa/wheel") == {("pip:packaging", "pyproject.toml", None), LOCKED}
    [look] = [each for each in await bot.parts.database.read(vendored.looks) if str(each.consumer) == "pypa/wheel"]
    assert look.trouble == "uv.lock: its format is not known"

    wheel.remove_file("uv.lock")
    await bot.parts.vendoring.read()
    assert await shown(bot, "pypa/wheel") == {("pip:packaging", "pyproject.toml", None)}
