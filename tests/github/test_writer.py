from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import app.github
from app.domain.actions import MirrorFields
from app.domain.facts import Vulnerability
from app.domain.ids import Ghsa, Person, RepoName
from app.domain.lease import LeaseLost
from app.github.client import Client
from app.github.credentials import AppCredentials
from app.github.errors import Ambiguous, Held, Refused, RetryLater
from app.github.registration import Registration
from app.github.writer import Writer
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeAdvisory
from tests.github.conftest import Held as Lease

PIP = RepoName("pypa", "pip")
WHEEL = RepoName("pypa", "wheel")
CASES = RepoName("packaging-security", "cases")
FIELDS = MirrorFields(
    summary="s",
    description="d",
    severity="high",
    vulnerabilities=(Vulnerability(ecosystem="pip", package="pip", vulnerable_version_range="< 2"),),
)
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


class Recorder(httpx.AsyncBaseTransport):
    """Keeps what the writer sends, since the world keeps only what came of it."""

    def __init__(self, github: FakeGitHub) -> None:
        self._github = github
        self.bodies: list[Any] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method in {"POST", "PATCH"} and not request.url.path.endswith("/access_tokens"):
            self.bodies.append(json.loads(request.content))
        return await self._github.transport.handle_async_request(request)


@pytest.fixture
def recorder(github: FakeGitHub) -> Recorder:
    return Recorder(github)


@pytest.fixture
async def registrations(github: FakeGitHub, recorder: Recorder, clock: FakeClock) -> AsyncIterator[list[Registration]]:
    async with Client(base_url=github.url, clock=clock, transport=recorder) as client:
        yield [
            Registration(name=name, signers=[AppCredentials(app.app_id, app.private_key)], client=client, clock=clock)
            for name, app in (("Greenroom Hand", github.hand), ("Greenroom", github.watcher))
        ]
    github.verify()


@pytest.fixture
def writer(registrations: list[Registration]) -> Writer:
    return Writer(registrations, enabled=True)


@pytest.fixture
def mirror(github: FakeGitHub) -> FakeAdvisory:
    opened: FakeAdvisory = github.coordination.draft("mirror")
    return opened


Verb = Callable[[Writer, Ghsa, Lease], Awaitable[Any]]
SOMEBODY = (Person("psrt-member-1", 1),)
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


async def test_people_are_added_to_those_who_are_there(
    writer: Writer, github: FakeGitHub, recorder: Recorder, mirror: FakeAdvisory, lease: Lease
) -> None:
    """GitHub replaces the list, so sending only the new ones would lock the others out; teams are left alone."""
    github.world.add_person("Early-Bird")
    mirror.edit(collaborating_users=["Early-Bird"])
    new = Person("psrt-member-1", github.person("psrt-member-1").id)

    await writer.add_people(CASES, Ghsa(mirror.now.ghsa), (new,), lease=lease)

    assert mirror.collaborators == ["Early-Bird", "psrt-member-1"]
    assert recorder.bodies == [{"collaborating_users": ["Early-Bird", "psrt-member-1"]}]


async def test_two_who_add_to_one_advisory_take_turns(
    writer: Writer, github: FakeGitHub, mirror: FakeAdvisory, lease: Lease
) -> None:
    """Two keys may add people to the same list. If one read it before the other wrote it, the other's would be lost."""
    people = [Person(login, github.person(login).id) for login in ("psrt-member-1", "psrt-member-2", "uv-maintainer-1")]

    await asyncio.gather(
        *(writer.add_people(CASES, Ghsa(mirror.now.ghsa), (person,), lease=lease) for person in people)
    )

    assert set(mirror.collaborators) == {person.login for person in people}


async def test_people_who_are_there_are_not_added_again(
    writer: Writer, github: FakeGitHub, mirror: FakeAdvisory, lease: Lease
) -> None:
    """GitHub ignores case, and a renamed account keeps its id: neither is a difference."""
    first, second = github.person("psrt-member-1"), github.person("psrt-member-2")
    mirror.edit(collaborating_users=[first.login, second.login])
    for people in (
        (Person("PSRT-Member-1", first.id), Person("former-name", second.id)),
        (Person("PSRT-Member-1", 999_999),),
        (),
    ):
        await writer.add_people(CASES, Ghsa(mirror.now.ghsa), people, lease=lease)
    assert github.writes == []


async def test_people_are_not_added_to_what_cannot_be_read(
    writer: Writer, github: FakeGitHub, mirror: FakeAdvisory, lease: Lease
) -> None:
    """Without the present list there is nothing to merge with. Nothing was sent, so nothing was refused."""
    path = f"/repos/{CASES}/security-advisories/*"
    ghsa = Ghsa(mirror.now.ghsa)
    github.fail("GET", path, 404)
    with pytest.raises(RetryLater):
        await writer.add_people(CASES, ghsa, SOMEBODY, lease=lease)
    github.garbage("GET", path, times=3)
    with pytest.raises(RetryLater):
        await writer.add_people(CASES, ghsa, SOMEBODY, lease=lease)
    assert github.writes == []


async def test_a_mirror_is_opened_as_a_draft_without_credits(writer: Writer, github: FakeGitHub, lease: Lease) -> None:
    """Credits notify people, so a copy carries none."""
    ghsa = await writer.open_mirror(CASES, "advisory", FIELDS, lease=lease)
    [mirror] = github.coordination.drafts
    assert (mirror.now.ghsa, mirror.now.state, mirror.now.summary, mirror.now.severity) == (
        str(ghsa),
        "draft",
        "s",
        "high",
    )
    assert mirror.now.credits == []


@pytest.mark.parametrize("fields", [MirrorFields(), MirrorFields(summary="s", description="d", vulnerabilities=())])
async def test_a_mirror_that_github_would_refuse_is_held(
    writer: Writer, github: FakeGitHub, lease: Lease, fields: MirrorFields
) -> None:
    """GitHub: "Advisory must have at least one vulnerability"."""
    with pytest.raises(Held):
        await writer.open_mirror(CASES, "advisory", fields, lease=lease)
    assert github.requests == []


@pytest.mark.parametrize("how", ["502", "timeout", "reset"])
async def test_a_lost_answer_makes_no_second_mirror(writer: Writer, github: FakeGitHub, lease: Lease, how: Any) -> None:
    """It was opened and nobody told us: to be looked up, not repeated."""
    github.lose_answer("POST", f"/repos/{CASES}/security-advisories", how)
    with pytest.raises(Ambiguous):
        await writer.open_mirror(CASES, "advisory", FIELDS, lease=lease)
    assert len(github.coordination.mirrors) == 1


async def test_an_answer_without_an_id_is_ambiguous(writer: Writer, github: FakeGitHub, lease: Lease) -> None:
    """A 201 that we cannot read still opened something."""
    github.garbage("POST", f"/repos/{CASES}/security-advisories")
    with pytest.raises(Ambiguous):
        await writer.open_mirror(CASES, "advisory", FIELDS, lease=lease)


@pytest.mark.parametrize(
    ("fields", "bodies"),
    [
        (MirrorFields(), []),
        (MirrorFields(summary="t"), [{"summary": "t"}]),
        (MirrorFields(clears_cve=True), [{"cve_id": None}]),
        (MirrorFields(cve_id="CVE-2026-1234"), [{"cve_id": "CVE-2026-1234"}]),
        (MirrorFields(cwe_ids=()), [{"cwe_ids": []}]),
        (MirrorFields(severity="low"), [{"severity": "low"}]),
        (MirrorFields(severity="low", cvss_vector=VECTOR), [{"cvss_vector_string": VECTOR}]),
        (MirrorFields(clears_cvss=True), [{"cvss_vector_string": None}]),
        (
            MirrorFields(clears_cvss=True, severity="low", summary="t"),
            [{"cvss_vector_string": None}, {"summary": "t", "severity": "low"}],
        ),
    ],
)
async def test_only_what_changes_is_sent(
    *,
    writer: Writer,
    recorder: Recorder,
    mirror: FakeAdvisory,
    lease: Lease,
    fields: MirrorFields,
    bodies: list[Any],
) -> None:
    """What people wrote into other fields stays, and a severity never goes with a vector."""
    await writer.update_mirror(CASES, Ghsa(mirror.now.ghsa), fields, lease=lease)
    assert recorder.bodies == bodies


async def test_a_mirror_is_closed(writer: Writer, mirror: FakeAdvisory, lease: Lease) -> None:
    """Closing is all that can be done with it: GitHub has no way to delete."""
    await writer.close_mirror(CASES, Ghsa(mirror.now.ghsa), lease=lease)
    assert mirror.now.state == "closed"


async def test_a_refusal_is_told(writer: Writer, mirror: FakeAdvisory, lease: Lease) -> None:
    """GitHub's 422 stays one until somebody changes something."""
    mirror.publish()
    with pytest.raises(Refused) as caught:
        await writer.close_mirror(CASES, Ghsa(mirror.now.ghsa), lease=lease)
    assert caught.value.status == 422
    assert mirror.now.ghsa not in str(caught.value)


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
