"""May this be written, and is it written once?"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import app.github
from app.domain.actions import MirrorFields
from app.domain.ids import Ghsa
from app.domain.lease import LeaseLost
from app.github.errors import Held
from app.github.registration import Registration
from app.github.writer import Writer
from tests.builders import CASES, WHEEL
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.github.conftest import Held as Lease
from tests.github.conftest import Recorder
from tests.github.written import FIELDS, SOMEBODY

Verb = Callable[[Writer, Ghsa, Lease], Awaitable[Any]]
VERBS: dict[str, Verb] = {
    "reporting": lambda writer, _, lease: writer.set_private_reporting(CASES, True, lease=lease),
    "people": lambda writer, ghsa, lease: writer.add_people(CASES, ghsa, SOMEBODY, lease=lease),
    "open": lambda writer, _, lease: writer.open_mirror(CASES, "advisory", FIELDS, lease=lease),
    "update": lambda writer, ghsa, lease: writer.update_mirror(CASES, ghsa, MirrorFields(summary="t"), lease=lease),
    "close": lambda writer, ghsa, lease: writer.close_mirror(CASES, ghsa, lease=lease),
}


@pytest.fixture(params=VERBS)
def verb(request: pytest.FixtureRequest) -> Verb:
    return VERBS[request.param]


async def test_nothing_is_sent_while_writes_are_off(
    registrations: list[Registration], github: FakeGitHub, mirror: FakeAdvisory, lease: Lease, verb: Verb
) -> None:
    """The kill switch works before anything else, tokens included."""
    with pytest.raises(Held, match="switched off"):
        await verb(Writer(registrations, enabled=False), Ghsa(mirror.now.ghsa), lease)
    assert github.requests == []


async def test_why_nothing_can_be_written_is_told_without_asking_for_it(
    registrations: list[Registration], writer: Writer, github: FakeGitHub
) -> None:
    """A plan says beforehand what an apply would be held for."""
    assert await writer.why_not(CASES, "administration") is None
    assert await Writer(registrations, enabled=False).why_not(CASES, "administration") == "writes are switched off"
    assert "installing it is the consent" in (await writer.why_not(WHEEL, "administration") or "")
    assert github.writes == []


async def test_nothing_is_written_without_the_lease(
    writer: Writer, github: FakeGitHub, mirror: FakeAdvisory, lease: Lease, verb: Verb
) -> None:
    """Another instance may have taken over while we looked and minted."""
    lease.lost = True
    with pytest.raises(LeaseLost):
        await verb(writer, Ghsa(mirror.now.ghsa), lease)
    assert github.writes == []


async def test_each_verb_writes_once_publishes_nothing_and_leaves_no_token(
    *,
    writer: Writer,
    github: FakeGitHub,
    recorder: Recorder,
    mirror: FakeAdvisory,
    lease: Lease,
    verb: Verb,
) -> None:
    """One intent, one write; never a publication; and a token that may write is gone when it is done."""
    await verb(writer, Ghsa(mirror.now.ghsa), lease)
    assert "published" not in json.dumps(recorder.bodies)
    assert len(github.writes) == 1
    assert not [token for token in github.world.tokens.values() if "write" in token.permissions.values()]


async def test_reporting_is_switched(writer: Writer, github: FakeGitHub, lease: Lease) -> None:
    """Both ways, and nothing else of the repository."""
    await writer.set_private_reporting(CASES, True, lease=lease)
    assert github.coordination.private_reporting
    await writer.set_private_reporting(CASES, False, lease=lease)
    assert not github.coordination.private_reporting


async def test_installing_the_hand_is_the_consent(writer: Writer, github: FakeGitHub, lease: Lease) -> None:
    """Without it the Watcher's read permissions change nothing, and the reason says what would."""
    with pytest.raises(Held) as caught:
        await writer.set_private_reporting(WHEEL, True, lease=lease)
    assert str(caught.value) == "Greenroom Hand is not installed on pypa/wheel; installing it is the consent"
    assert github.writes == []


async def test_a_single_registration_with_both_will_do(
    registrations: list[Registration], github: FakeGitHub, lease: Lease
) -> None:
    """A small install has one App; whichever holds the permission is taken."""
    for installation in github.world.installations.values():
        installation.permissions["administration"] = "write"
    await Writer(registrations, enabled=True).set_private_reporting(WHEEL, True, lease=lease)
    assert github.repo("pypa/wheel").private_reporting


async def test_a_missing_permission_is_named(writer: Writer, github: FakeGitHub, lease: Lease) -> None:
    """It is checked before asking for a token."""
    for installation in github.world.installations.values():
        installation.permissions.pop("administration", None)
    with pytest.raises(Held, match="packaging-security has not granted administration: write to Greenroom Hand"):
        await writer.set_private_reporting(CASES, True, lease=lease)


async def test_a_stale_directory_is_looked_up_again(writer: Writer, github: FakeGitHub, lease: Lease) -> None:
    """A repository that left the selection is no longer ours to write to."""
    await writer.set_private_reporting(CASES, True, lease=lease)
    for installation in github.world.installations.values():
        installation.repositories.clear()
    with pytest.raises(Held):
        await writer.set_private_reporting(CASES, False, lease=lease)
    assert len(github.writes) == 1


def test_no_line_at_the_border_can_publish() -> None:
    """Publishing is irreversible. The word occurs only where states are read or listed, never where bodies are made."""
    sources = {path.name: path.read_text() for path in Path(app.github.__file__).parent.glob("*.py")}
    naming = {name for name, source in sources.items() if re.search(r"[\"']published[\"']", source)}
    assert naming == {"reader.py"}  # asks for the list of them, of which there must be none
    bodies = {name: re.findall(r"(?:return|body=)\s*{[\"']state[\"']: (\S+)}", text) for name, text in sources.items()}
    written = {name: states for name, states in bodies.items() if states}
    assert written == {"advisory_mirrors.py": ["state"], "issue_mirrors.py": ['"closed"']}  # the first is a MirrorState
    assert not re.search(r"[\"']state[\"']:", sources["writer.py"])
