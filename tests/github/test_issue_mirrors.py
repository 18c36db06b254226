"""Issues at the border: what we send, what we read, and whose they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.actions import MirrorFields
from app.domain.facts import CannotTell, Known
from app.domain.ids import IssueNumber
from app.domain.mirrors import Mirror
from app.github import parse
from app.github.client import Client
from app.github.credentials import AppCredentials
from app.github.errors import Held as NotSent
from app.github.parse import Malformed
from app.github.reader import Reader
from app.github.registration import Registration
from app.github.writer import Writer
from tests.builders import PRIVATE_CASES as CASES
from tests.clock import FakeClock
from tests.e2e.rewriting import Rewriting, without
from tests.fake_github import FakeGitHub
from tests.github.calls import may_write
from tests.github.conftest import Held as Lease
from tests.github.conftest import Recorder

BOT = "greenroom-hand[bot]"
URL = "https://api.github.com/repos/packaging-security/private-cases"
FIELDS = MirrorFields(summary="Case 1", description="text")

pytestmark = pytest.mark.parametrize("store", ["issue"])


def issue(**more: Any) -> dict[str, Any]:
    """An issue of our own, in which everything that GitHub's description calls nullable is null."""
    nulls = ("body", "performed_via_github_app", "closed_by", "state_reason", "milestone", "assignee", "closed_at")
    ours = {"user": {"login": BOT, "id": 5, "type": "Bot"}, "created_at": "2026-11-22T10:00:00Z"}
    boring = {"number": 12, "repository_url": URL, "title": "Case 1", "state": "open", **dict.fromkeys(nulls), **ours}
    return boring | more


OURS: dict[str, tuple[dict[str, Any], bool]] = {
    "our bot's": ({}, True),
    "our bot's, told twice": ({"performed_via_github_app": {"id": 7, "slug": "greenroom-hand"}}, True),
    "our bot's, in other letters": ({"user": {"login": "Greenroom-Hand[bot]", "type": "Bot"}}, True),
    "our bot's, by an App that is not told": ({"performed_via_github_app": {"id": 7}}, True),
    "a person's": ({"user": {"login": "uv-maintainer-1", "type": "User"}}, False),
    "a person's, through our App": (
        {"user": {"login": "x", "type": "User"}, "performed_via_github_app": {"slug": "greenroom-hand"}},
        False,
    ),
    "of somebody called like it": ({"user": {"login": "greenroom-hand", "type": "User"}}, False),
    "of that login and no bot": ({"user": {"login": BOT, "type": "User"}}, False),
    "another bot's": ({"user": {"login": "greenroom[bot]", "type": "Bot"}}, False),
    "our bot's, through another App": ({"performed_via_github_app": {"slug": "other"}}, False),
    "of an account that was deleted": ({"user": None}, False),
    "a pull request": ({"pull_request": {"url": "https://api.github.com/…"}}, False),
}


@pytest.mark.parametrize(("said", "ours"), OURS.values(), ids=OURS)
def test_only_what_our_bot_opened_is_ours(said: dict[str, Any], *, ours: bool, store: str) -> None:
    """Everybody who reads the repository can write the same text."""
    del store
    assert parse.issue(issue(**said), bot=BOT).is_ours == ours


def test_an_issue_is_read(store: str) -> None:
    """Null is an empty text."""
    del store
    read = parse.issue(issue(), bot=BOT)

    assert (read.repo, read.id, read.state) == (CASES, IssueNumber(12), "open")
    assert (read.summary, read.description, read.people) == ("Case 1", "", ())


BROKEN: tuple[dict[str, Any], ...] = (
    {"number": 0},
    {"number": "1"},
    {"state": "draft"},
    {"title": None},
    {"repository_url": "x"},
)


@pytest.mark.parametrize("broken", [None, [], {}, *(issue(**said) for said in BROKEN)])
def test_what_is_no_issue_is_malformed(broken: Any, store: str) -> None:
    """And the error says nothing of it."""
    del store
    with pytest.raises(Malformed) as caught:
        parse.issue(broken, bot=BOT)
    assert "Case 1" not in str(caught.value)


@pytest.mark.parametrize("answer", [None, [], {}, {"number": "1"}, {"number": 0}])
def test_an_opened_issue_without_a_number_is_malformed(answer: Any, store: str) -> None:
    """Whether it was opened has to be looked up, then."""
    del store
    with pytest.raises(Malformed):
        parse.created_issue(answer)


async def _opened(writer: Writer, lease: Lease) -> IssueNumber:
    opened = await writer.open_mirror(CASES, "issue", FIELDS, lease=lease)
    assert isinstance(opened, IssueNumber)
    return opened


async def test_a_mirror_is_opened_changed_and_closed(
    writer: Writer, github: FakeGitHub, recorder: Recorder, lease: Lease
) -> None:
    """Each verb sends what it names, once; and what may write is revoked."""
    opened = await _opened(writer, lease)
    await writer.update_mirror(CASES, opened, MirrorFields(description="more"), lease=lease)
    await writer.update_mirror(CASES, opened, MirrorFields(description=""), lease=lease)
    await writer.update_mirror(CASES, opened, MirrorFields(), lease=lease)
    await writer.close_mirror(CASES, opened, lease=lease)

    assert recorder.bodies == [{"title": "Case 1", "body": "text"}, {"body": "more"}, {"body": ""}, {"state": "closed"}]
    [mirror] = github.coordination.mirrors
    assert (mirror.title, mirror.body, mirror.state, mirror.history) == ("Case 1", "", "closed", ["text", "more"])
    assert not [token for token in github.world.tokens.values() if "write" in token.permissions.values()]


@pytest.mark.parametrize("fields", [MirrorFields(summary="Case 1"), MirrorFields(description="text"), MirrorFields()])
async def test_half_an_issue_is_not_sent(
    writer: Writer, github: FakeGitHub, lease: Lease, fields: MirrorFields
) -> None:
    """GitHub would open one without a text, and nobody would find it again."""
    with pytest.raises(NotSent):
        await writer.open_mirror(CASES, "issue", fields, lease=lease)
    assert github.writes == []


async def test_every_issue_is_read_whatever_its_state_and_page(
    reader: Reader, writer: Writer, github: FakeGitHub, lease: Lease
) -> None:
    """Ours and those of others, who have to be told apart; no pull request."""
    for number in range(120):
        github.coordination.open_issue(f"Notes {number}", "…", by="uv-maintainer-1", is_pull_request=number % 2 == 0)
    opened = await _opened(writer, lease)
    await writer.close_mirror(CASES, opened, lease=lease)

    found = await reader.mirrors(CASES, "issue")
    one = await reader.mirror(CASES, opened)

    assert isinstance(found, Known)
    assert len(found.value) == 61
    assert [(mirror.id, mirror.state) for mirror in found.value if mirror.is_ours] == [(opened, "closed")]
    assert isinstance(one, Known)
    assert one.value in found.value


async def test_an_issue_that_was_moved_is_not_followed(
    reader: Reader, writer: Writer, github: FakeGitHub, lease: Lease
) -> None:
    """GitHub redirects to where it is now, which may be public, and may be another number."""
    opened = await _opened(writer, lease)
    github.coordination.state.name = "elsewhere"  # as its answers name it

    found = await reader.mirror(CASES, opened)

    assert found == CannotTell(
        "the mirror is not in packaging-security/private-cases any more: somebody moved the issue to another repository"
    )


async def test_nothing_is_ours_where_github_does_not_say_as_whom_we_act(
    github: FakeGitHub, clock: FakeClock, writer: Writer, lease: Lease
) -> None:
    """Otherwise our own issues would be taken for look-alikes, and opened again."""
    opened = await _opened(writer, lease)
    leaving_out = Rewriting(github.transport)
    leaving_out.rewrite("*/installation", without("app_slug"))

    async with Client(base_url=github.url, clock=clock, why_not_write=may_write, transport=leaving_out) as client:
        signer = AppCredentials(github.hand.app_id, github.hand.private_key)
        hand = Registration(name="Greenroom Hand", signers=[signer], client=client, clock=clock)
        reader = Reader(hand, hand, clock, accounts=tuple)
        listed, one = await reader.mirrors(CASES, "issue"), await reader.mirror(CASES, opened)

    assert isinstance(listed, CannotTell)
    assert isinstance(one, CannotTell)
    assert "did not say as whom we act" in one.reason


async def test_nothing_of_an_issue_is_shown_by_its_repr(store: str) -> None:
    """It is under embargo."""
    del store
    mirror = Mirror(repo=CASES, id=IssueNumber(1), state="open", summary="Case 1", description="secret")
    assert "secret" not in json.dumps(repr(mirror))
    assert "Case" not in repr(mirror)
