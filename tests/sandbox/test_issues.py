"""Issues in the sandbox answer as GitHub documents them: who sees them, what is refused, and what stays behind."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.sandbox.pypa import PRIVATE_CASES
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.sandbox.conftest import Client
from tests.sandbox.test_lists import walk

ISSUES = f"/repos/{PRIVATE_CASES}/issues"


@pytest.fixture
def private(github: FakeGitHub) -> FakeRepo:
    return github.repo(PRIVATE_CASES)


async def test_what_an_app_opens_is_its_bots(client: Client, github: FakeGitHub, private: FakeRepo) -> None:
    """GitHub: "About creating GitHub Apps". The account is of type *Bot*, and no person's login ends so."""
    answer = await client.ask("POST", ISSUES, await client.hand(), json={"title": "Case 1", "body": "text"})

    told = answer.json()
    assert answer.status_code == 201
    assert (told["number"], told["state"], told["title"], told["body"]) == (1, "open", "Case 1", "text")
    assert (told["user"]["login"], told["user"]["type"]) == ("greenroom-hand[bot]", "Bot")
    assert told["performed_via_github_app"]["slug"] == "greenroom-hand"
    assert github.person("greenroom-hand[bot]").type == "Bot"
    assert [issue.now.number for issue in private.issues] == [1]


async def test_a_private_repository_is_out_of_sight_without_access(
    client: Client, github: FakeGitHub, private: FakeRepo
) -> None:
    """It is answered as if it were not there."""
    opened = private.open_issue("Notes", "…", by="pip-maintainer-1")
    strangers = await client.hand("pypa")

    asked = [await client.ask("GET", path, strangers) for path in (ISSUES, f"{ISSUES}/{opened.now.number}")]
    sent = await client.ask("POST", ISSUES, strangers, json={"title": "Case 1"})
    del github

    assert [each.status_code for each in (*asked, sent)] == [404, 404, 404]
    assert len(private.issues) == 1


@pytest.mark.parametrize(
    ("method", "permissions", "status"),
    [
        ("GET", {"metadata": "read"}, 403),
        ("GET", {"issues": "read"}, 200),
        ("POST", {"issues": "read"}, 403),
        ("POST", {"issues": "write"}, 201),
    ],
)
async def test_issues_have_a_permission_of_their_own(
    client: Client, method: str, permissions: dict[str, str], status: int
) -> None:
    """GitHub: "Permissions required for GitHub Apps", Issues."""
    body: dict[str, Any] = {"json": {"title": "Case 1"}} if method == "POST" else {}

    answer = await client.ask(method, ISSUES, await client.hand(permissions=permissions), **body)

    assert answer.status_code == status


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no title": ({"body": "text"}, "title is missing"),
    "an empty title": ({"title": " "}, "title can't be blank"),
    "a title that is too long": ({"title": "x" * 257}, "title is too long (maximum is 256 characters)"),
    "a body that is too long": (
        {"title": "Case 1", "body": "x" * 65_537},
        "body is too long (maximum is 65536 characters)",
    ),
    "a body that is no text": ({"title": "Case 1", "body": 7}, "not a string"),
    "what was never taught": ({"title": "Case 1", "labels": ["x"]}, "never taught labels"),
    "a state": ({"title": "Case 1", "state": "closed"}, "never taught state"),
    "a list": ([], "not an object"),  # type: ignore[dict-item]
}


@pytest.mark.parametrize(("body", "why"), WRONG.values(), ids=WRONG)
async def test_what_github_refuses_of_a_new_issue(
    client: Client, private: FakeRepo, body: dict[str, Any], why: str
) -> None:
    """422, with the field and the reason, and nothing is opened."""
    answer = await client.ask("POST", ISSUES, await client.hand(), json=body)

    told = answer.json()
    assert answer.status_code == 422
    assert why in " ".join([told["message"], *(error["message"] for error in told.get("errors", []))])
    assert private.issues == []


async def test_the_longest_body_is_taken(client: Client, private: FakeRepo) -> None:
    """65,536 characters."""
    await client.ask("POST", ISSUES, await client.hand(), json={"title": "Case 1", "body": "x" * 65_536})

    assert [len(issue.body) for issue in private.issues] == [65_536]


async def test_a_change_touches_what_it_names(client: Client, private: FakeRepo) -> None:
    """And what was there before stays in the history of edits, for all who read the issue."""
    issue = private.open_issue("Case 1", "before", by="coordinator-1")

    answer = await client.ask("PATCH", f"{ISSUES}/1", await client.hand(), json={"body": ""})

    assert (answer.json()["title"], answer.json()["body"]) == ("Case 1", "")
    assert issue.history == ["before"]


@pytest.mark.parametrize(
    ("change", "state", "reason"),
    [
        ({"state": "closed"}, "closed", "completed"),
        ({"state": "closed", "state_reason": "not_planned"}, "closed", "not_planned"),
        ({"body": "text"}, "open", None),
    ],
)
async def test_a_state_has_a_reason(
    client: Client, private: FakeRepo, change: dict[str, Any], state: str, reason: str | None
) -> None:
    """And whoever closed it is told; an issue that is opened again says so."""
    private.open_issue("Case 1", "", by="coordinator-1")
    token = await client.hand()

    told = (await client.ask("PATCH", f"{ISSUES}/1", token, json=change)).json()

    assert (told["state"], told["state_reason"]) == (state, reason)
    assert (told["closed_by"] or {}).get("login") == ("greenroom-hand[bot]" if state == "closed" else None)
    again = (await client.ask("PATCH", f"{ISSUES}/1", token, json={"state": "open"})).json()
    assert (again["state_reason"], again["closed_at"]) == ("reopened" if state == "closed" else None, None)


@pytest.mark.parametrize("change", [{"state": "draft"}, {"state": "published"}, {"state_reason": "done"}])
async def test_no_other_state_is_taken(client: Client, private: FakeRepo, change: dict[str, str]) -> None:
    """An issue is open or closed."""
    private.open_issue("Case 1", "", by="coordinator-1")

    assert (await client.ask("PATCH", f"{ISSUES}/1", await client.hand(), json=change)).status_code == 422


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (250, 3)])
async def test_issues_come_in_numbered_pages(client: Client, private: FakeRepo, count: int, pages: int) -> None:
    """Each one once; `Link` names the repository by id."""
    for number in range(count):
        private.open_issue(f"Number {number}", "", by="coordinator-1")

    answers = await walk(client, f"{ISSUES}?state=all&per_page=100", await client.hand())

    numbers = [each["number"] for answer in answers for each in answer.json()]
    assert (len(answers), sorted(numbers)) == (pages, list(range(1, count + 1)))
    assert all("/repositories/" in answer.request.url.path for answer in answers[1:])


async def test_a_list_holds_pull_requests_and_open_ones_only_unless_it_is_asked(
    client: Client, private: FakeRepo
) -> None:
    """GitHub: "REST API endpoints for issues": every pull request is an issue, and has a key of that name."""
    private.open_issue("Closed", "", by="coordinator-1").close()
    private.open_issue("A fix", "", by="uv-maintainer-1", is_pull_request=True)
    private.open_issue("Open", "", by="coordinator-1")
    token = await client.hand()

    async def shown(query: str) -> list[tuple[int, bool]]:
        listed = (await client.ask("GET", f"{ISSUES}{query}", token)).json()
        return [(each["number"], "pull_request" in each) for each in listed]

    assert await shown("") == [(3, False), (2, True)]
    assert await shown("?state=all&direction=asc") == [(1, False), (2, True), (3, False)]
    assert await shown("?state=closed") == [(1, False)]


async def test_without_issues_the_repository_has_none(client: Client, private: FakeRepo) -> None:
    """410, to reading as to writing."""
    private.open_issue("Case 1", "", by="coordinator-1")
    private.state.has_issues = False
    token = await client.hand()

    answers: list[httpx.Response] = [await client.ask("GET", path, token) for path in (ISSUES, f"{ISSUES}/1")]
    answers.append(await client.ask("POST", ISSUES, token, json={"title": "Case 2"}))
    answers.append(await client.ask("PATCH", f"{ISSUES}/1", token, json={"body": "text"}))

    assert [each.status_code for each in answers] == [410, 410, 410, 410]


async def test_a_deleted_issue_is_gone_and_its_number_is_not_given_again(client: Client, private: FakeRepo) -> None:
    """GitHub: "Get an issue": 410 where the repository can be read. One that never was is 404."""
    private.open_issue("Case 1", "", by="coordinator-1").delete()
    token = await client.hand()

    gone = await client.ask("GET", f"{ISSUES}/1", token)
    never = await client.ask("GET", f"{ISSUES}/7", token)
    opened = await client.ask("POST", ISSUES, token, json={"title": "Case 2"})

    assert (gone.status_code, never.status_code, opened.json()["number"]) == (410, 404, 2)


async def test_an_archived_repository_is_read_only(client: Client, private: FakeRepo) -> None:
    """Its issues are read and not written."""
    private.open_issue("Case 1", "", by="coordinator-1")
    private.archive()
    token = await client.hand()

    assert (await client.ask("GET", f"{ISSUES}/1", token)).status_code == 200
    assert (await client.ask("PATCH", f"{ISSUES}/1", token, json={"body": "x"})).status_code == 403
