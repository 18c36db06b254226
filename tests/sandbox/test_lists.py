import re

import httpx
import pytest

from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client

CASES = "/repos/packaging-security/cases/security-advisories"


def next_of(answer: httpx.Response) -> str | None:
    found = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
    return found[1] if found else None


async def walk(client: Client, path: str, token: str) -> list[httpx.Response]:
    """Follow `Link` verbatim to the end."""
    pages, following = [], path
    while following:
        pages.append(await client.ask("GET", following, token))
        following = next_of(pages[-1]) or ""
    return pages


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (99, 1), (100, 1), (101, 2)])
async def test_advisories_come_in_pages_by_cursor(client: Client, github: FakeGitHub, count: int, pages: int) -> None:
    """Each one once, whatever the size of the last page; `Link` names the repository by id."""
    for number in range(count):
        github.coordination.draft(f"Number {number}")

    answers = await walk(client, f"{CASES}?per_page=100", await client.hand())

    ids = [each["ghsa_id"] for answer in answers for each in answer.json()]
    assert (len(answers), len(ids), len(set(ids))) == (pages, count, count)
    assert all("/repositories/" in answer.request.url.path for answer in answers[1:])


async def test_a_cursor_outlives_what_it_points_at(client: Client, github: FakeGitHub) -> None:
    """An advisory that leaves the list between two pages takes no other one with it."""
    advisories = [github.coordination.draft(f"Number {number}") for number in range(4)]
    token = await client.hand()
    first = await client.ask("GET", f"{CASES}?state=draft&per_page=2&direction=asc", token)
    shown = [each["ghsa_id"] for each in first.json()]
    next(each for each in advisories if each.ghsa == shown[-1]).close()

    second = await client.ask("GET", next_of(first) or "", token)

    expected = {each.ghsa for each in advisories} - set(shown)
    assert {each["ghsa_id"] for each in second.json()} == expected


async def test_advisories_are_sorted_and_filtered(client: Client, github: FakeGitHub, clock: FakeClock) -> None:
    """By state, and by what changed last."""
    older, newer = github.coordination.draft("Older"), github.coordination.draft("Newer")
    clock.advance(minutes=1)
    older.edit(severity="high")
    github.coordination.draft("Closed").close()

    answer = await client.ask("GET", f"{CASES}?state=draft&sort=updated&direction=desc", await client.hand())

    assert [each["ghsa_id"] for each in answer.json()] == [older.ghsa, newer.ghsa]


@pytest.mark.parametrize("query", ["state=withdrawn", "sort=severity", "after=nonsense"])
async def test_a_question_that_github_does_not_know_is_a_bad_request(github: FakeGitHub, query: str) -> None:
    """400, and the exchange is one that no real client should have."""
    async with httpx.AsyncClient(transport=github.transport, base_url=github.url) as http:
        client = Client(github, http)
        answer = await client.ask("GET", f"{CASES}?{query}", await client.hand())

    assert answer.status_code == 400


async def test_the_organizations_list_needs_write(client: Client, github: FakeGitHub) -> None:
    """And names each repository by `url` only."""
    github.coordination.draft("Escape")

    answer = await client.ask("GET", "/orgs/packaging-security/security-advisories", await client.hand())

    [advisory] = answer.json()
    assert advisory["url"].startswith(f"{github.url}/repos/packaging-security/cases/security-advisories/GHSA-")
    assert "repository" not in advisory


async def test_repositories_come_in_numbered_pages(client: Client) -> None:
    """All of PyPA, no matter the size of a page."""
    answers = await walk(client, "/installation/repositories?per_page=20", await client.watcher())

    names = [repo["full_name"] for answer in answers for repo in answer.json()["repositories"]]
    assert (len(names), len(set(names)), answers[0].json()["total_count"]) == (55, 55, 55)


async def test_installations_are_listed(client: Client, github: FakeGitHub) -> None:
    """The Watcher is everywhere, the Hand where it was let in."""
    hand = await client.ask("GET", "/app/installations", client.jwt(github.hand))
    watcher = await client.ask("GET", "/app/installations?per_page=100", client.jwt(github.watcher))

    assert [each["account"]["login"] for each in hand.json()] == ["packaging-security", "pypa"]
    assert len(watcher.json()) == len(github.world.organizations)


async def test_names_ignore_case(client: Client) -> None:
    """GitHub does, and answers with the right spelling."""
    token = await client.watcher()
    repo = await client.ask("GET", "/repos/PyPA/PIP", token)
    person = await client.ask("GET", "/users/Reporter-1", token)
    org = await client.ask("GET", "/orgs/PyPA", token)

    assert repo.json()["full_name"] == "pypa/pip"
    assert (person.json()["login"], org.json()["login"]) == ("reporter-1", "pypa")


async def test_a_renamed_repository_is_redirected_by_its_id(client: Client, github: FakeGitHub) -> None:
    """301 to read and 307 to write, everywhere below the name."""
    github.repo("pypa/pip").rename("piip")
    token = await client.watcher()

    moved = await client.ask("GET", "/repos/pypa/pip/private-vulnerability-reporting", token)
    followed = await client.ask("GET", moved.headers["location"], token)
    write = await client.ask("PUT", "/repos/pypa/pip/private-vulnerability-reporting", await client.hand("pypa"))

    assert (moved.status_code, followed.json()) == (301, {"enabled": False})
    assert write.status_code == 307


async def test_a_deleted_repository_is_not_found(client: Client, github: FakeGitHub) -> None:
    """Under its name and under its id."""
    gone = github.repo("pypa/pip")
    gone.delete()
    token = await client.watcher()

    for path in ("/repos/pypa/pip", f"/repositories/{gone.state.id}"):
        assert (await client.ask("GET", path, token)).status_code == 404
    assert github.untaught == []


async def test_people_and_teams_can_be_looked_up(client: Client, github: FakeGitHub) -> None:
    """An account is its id: a renamed person is found under the new login only."""
    token, person = await client.watcher(), github.person("pip-maintainer-1")
    team = await client.ask("GET", "/orgs/pypa/teams/pip-maintainers/members", token)
    before = await client.ask("GET", "/users/pip-maintainer-1", token)
    github.rename_user("pip-maintainer-1", "somebody-else")

    assert [each["login"] for each in team.json()] == ["pip-maintainer-1", "pip-maintainer-2"]
    assert before.json()["id"] == person.id
    assert (await client.ask("GET", "/users/pip-maintainer-1", token)).status_code == 404
    assert (await client.ask("GET", "/users/somebody-else", token)).json()["id"] == person.id


async def test_commits_of_an_empty_repository_are_a_conflict(client: Client, github: FakeGitHub) -> None:
    """409 is how one sees that the coordination repository holds nothing."""
    path, token = "/repos/packaging-security/cases/commits", await client.hand()

    assert (await client.ask("GET", path, token)).status_code == 409
    github.coordination.push()
    assert len((await client.ask("GET", path, token)).json()) == 1
