"""Comments in the sandbox: who may read and write them, what a list leaves out, and what GitHub does not offer."""

from __future__ import annotations

import pytest

from app.sandbox.pypa import CASES, PRIVATE_CASES
from tests.clock import FakeClock
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.sandbox.conftest import Client


@pytest.fixture
def draft(github: FakeGitHub) -> FakeAdvisory:
    return github.repo(CASES).draft("Escape", affects=["pip"])


@pytest.fixture
def issue(github: FakeGitHub) -> FakeIssue:
    return github.repo(PRIVATE_CASES).open_issue("Case 1", "text", by="coordinator-1")


def of(about: FakeAdvisory | FakeIssue) -> str:
    if isinstance(about, FakeIssue):
        return f"/repos/{PRIVATE_CASES}/issues/{about.now.number}/comments"
    return f"/repos/{CASES}/security-advisories/{about.id}/comments"


def one(about: FakeAdvisory | FakeIssue, comment: int) -> str:
    return (
        f"/repos/{PRIVATE_CASES}/issues/comments/{comment}"
        if isinstance(about, FakeIssue)
        else f"{of(about)}/{comment}"
    )


@pytest.mark.parametrize("kind", ["draft", "issue"])
async def test_what_people_and_apps_say_is_listed_and_can_be_edited(
    client: Client, clock: FakeClock, request: pytest.FixtureRequest, kind: str
) -> None:
    """The author is the account, of an App its bot. An edit leaves the author and the time at which it was written."""
    about, hand = request.getfixturevalue(kind), await client.hand()
    persons = about.comment("Does it concern uv?", by="uv-maintainer-1")
    clock.advance(minutes=1)
    told = (await client.ask("POST", of(about), hand, json={"body": "Noted."})).json()
    clock.advance(minutes=1)
    edited = (await client.ask("PATCH", one(about, persons), hand, json={"body": "It does."})).json()

    listed = (await client.ask("GET", of(about), hand)).json()
    assert [(each["id"], each["user"]["login"], each["body"]) for each in listed] == [
        (persons, "uv-maintainer-1", "It does."),
        (told["id"], "greenroom-hand[bot]", "Noted."),
    ]
    assert edited["created_at"] < edited["updated_at"]
    assert told["created_at"] == told["updated_at"]
    assert (await client.ask("GET", one(about, told["id"]), hand)).json() == told


@pytest.mark.parametrize("kind", ["draft", "issue"])
async def test_a_list_leaves_out_what_was_not_updated_since_and_has_pages(
    client: Client, clock: FakeClock, request: pytest.FixtureRequest, kind: str
) -> None:
    """`since` counts edits, too."""
    about, hand = request.getfixturevalue(kind), await client.hand()
    first, *_, last = [about.comment(f"Comment {number}", by="uv-maintainer-1") for number in range(3)]
    clock.advance(minutes=5)
    about.edit_comment(last, "Edited")
    since = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    lately = await client.ask("GET", of(about), hand, params={"since": since})
    page = await client.ask("GET", of(about), hand, params={"per_page": "2"})
    rest = await client.ask("GET", page.links["next"]["url"], hand)

    assert [each["id"] for each in lately.json()] == [last]
    assert page.json()[0]["id"] == first
    assert [each["id"] for each in rest.json()] == [last]
    assert (await client.ask("GET", of(about), hand, params={"since": "yesterday"})).status_code == 422


async def test_an_advisory_says_how_many_there_are(client: Client, draft: FakeAdvisory) -> None:
    """So nobody has to ask for a list that is empty. Whether a comment makes it newer nobody knows."""
    hand, path = await client.hand(), f"/repos/{CASES}/security-advisories/{draft.id}"
    before = (await client.ask("GET", path, hand)).json()
    draft.comment("Does it concern uv?", by="uv-maintainer-1")
    after = (await client.ask("GET", path, hand)).json()

    assert (before["comments"], after["comments"]) == (0, 1)
    assert after["comments_url"].endswith(f"{draft.id}/comments")
    assert before["updated_at"] == after["updated_at"]


async def test_who_does_not_see_an_advisory_sees_no_comment_of_it(
    client: Client, github: FakeGitHub, draft: FakeAdvisory
) -> None:
    """Access is that of the advisory, and so are its permissions."""
    draft.comment("Does it concern uv?", by="uv-maintainer-1")
    reads = await client.hand(permissions={"repository_advisories": "read"})

    assert (await client.ask("GET", of(draft), await client.hand("pypa"))).status_code == 404
    assert (await client.ask("GET", of(draft), reads)).status_code == 200
    assert (await client.ask("POST", of(draft), reads, json={"body": "x"})).status_code == 403
    github.world.read_shows_no_drafts = True
    assert (await client.ask("GET", of(draft), reads)).status_code == 404


async def test_nobody_comments_on_what_is_published(client: Client, draft: FakeAdvisory) -> None:
    """It was observed to answer 404, and to have no address for comments."""
    draft.publish()
    hand = await client.hand()

    assert (await client.ask("POST", of(draft), hand, json={"body": "Thanks."})).status_code == 404
    told = (await client.ask("GET", f"/repos/{CASES}/security-advisories/{draft.id}", hand)).json()
    assert told["comments_url"] is None


async def test_where_the_preview_is_not_offered_there_are_no_comments(
    client: Client, github: FakeGitHub, draft: FakeAdvisory
) -> None:
    """GitHub may take it away again, and GitHub Enterprise Server may not have it."""
    github.world.no_advisory_comments = True
    hand = await client.hand()

    assert (await client.ask("GET", of(draft), hand)).status_code == 404
    assert "comments" not in (await client.ask("GET", f"/repos/{CASES}/security-advisories/{draft.id}", hand)).json()


@pytest.mark.parametrize("sent", [{}, {"body": ""}, {"body": "x" * 65_537}, {"body": 1}, {"body": "x", "title": "y"}])
async def test_what_is_no_text_is_refused(client: Client, draft: FakeAdvisory, sent: dict[str, object]) -> None:
    """And nothing is said."""
    assert (await client.ask("POST", of(draft), await client.hand(), json=sent)).status_code == 422
    assert draft.comments == []
