"""Does the sandbox show to strangers what GitHub shows them, and nothing else?"""

from typing import Any

import pytest

from app.sandbox.server.outsider_verbs import OUTSIDER_VERBS
from app.sandbox.server.vocabulary import Stage
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client

PIP = "/repos/pypa/pip"
REPORTING = f"{PIP}/private-vulnerability-reporting"


def do(github: FakeGitHub, verb: str, **arguments: Any) -> dict[str, Any]:
    stage = Stage(world=github.world, faults=github.sandbox.faults)
    return OUTSIDER_VERBS[verb](stage, **arguments) or {}


@pytest.fixture(params=["visitor", "classic token", "fine-grained token"])
def header(request: pytest.FixtureRequest, github: FakeGitHub) -> dict[str, str]:
    """The three ways to be a stranger."""
    if request.param == "visitor":
        return {}
    made = do(github, "make-token", login="stranger-1", fine_grained=request.param.startswith("fine"))
    return {"authorization": f"Bearer {made['token']}"}


async def names(client: Client, header: dict[str, str], **query: str) -> list[str]:
    answer = await client.http.get("/orgs/packaging-security/repos", params=query, headers=header)
    return [each["name"] for each in answer.json()]


async def test_strangers_see_public_repositories_only(client: Client, header: dict[str, str]) -> None:
    """The private coordination repository is not in any of their lists, and is 404 by its name."""
    assert await names(client, header) == ["cases"]
    assert await names(client, header, type="private") == []
    for path in ("", "/contents", "/private-vulnerability-reporting", "/security-advisories"):
        answer = await client.http.get(f"/repos/packaging-security/private-cases{path}", headers=header)
        assert answer.status_code == 404, path


async def test_strangers_never_see_drafts(client: Client, github: FakeGitHub, header: dict[str, str]) -> None:
    """They get what is published, and who worked on it is not told."""
    github.repo("pypa/pip").draft("Path traversal", affects=["pip", "uv"])

    every = (await client.http.get(f"{PIP}/security-advisories?per_page=100", headers=header)).json()
    drafts = (await client.http.get(f"{PIP}/security-advisories?state=draft", headers=header)).json()

    assert {each["state"] for each in every} == {"published"}
    assert {each["collaborating_users"] for each in every} == {None}
    assert drafts == []


async def test_strangers_change_nothing(client: Client, github: FakeGitHub, header: dict[str, str]) -> None:
    """Their tokens only read."""
    for method in ("PUT", "DELETE"):
        assert (await client.http.request(method, REPORTING, headers=header)).status_code in {401, 403}
    assert (await client.http.patch(PIP, json={}, headers=header)).status_code == 404  # never taught

    assert github.writes == [] or all(not each.had_effect for each in github.writes)
    github.untaught.clear()


@pytest.mark.parametrize(
    ("told", "statuses"),
    [("everybody", (200, 200)), ("whoever signs in", (404, 200)), ("apps", (404, 404))],
)
async def test_whom_github_tells_about_private_reporting_can_be_chosen(
    client: Client, github: FakeGitHub, told: str, statuses: tuple[int, int]
) -> None:
    """GitHub's pages do not say whether strangers may read it, so both answers have to be lived with."""
    token = do(github, "make-token", login="stranger-1")["token"]
    do(github, "tell-private-reporting", to=told)

    visitor, person = await client.http.get(REPORTING), await client.ask("GET", REPORTING, token)

    assert (visitor.status_code, person.status_code) == statuses
    assert (await client.ask("GET", REPORTING, await client.watcher())).status_code == 200


async def test_a_token_of_nobody_is_a_bad_credential(client: Client) -> None:
    """Also where no token at all would have been answered."""
    assert (await client.ask("GET", PIP, "ghp_" + "0" * 36)).status_code == 401


async def test_visitors_have_60_requests_an_hour(client: Client, github: FakeGitHub, clock: FakeClock) -> None:
    """By the world's clock; a token has 5,000, and the visitors' hour is not its."""
    answers = [await client.http.get(PIP) for _ in range(61)]
    assert [each.status_code for each in answers] == [200] * 60 + [403]
    assert [answers[at].headers["x-ratelimit-remaining"] for at in (0, 59, 60)] == ["59", "0", "0"]
    assert answers[0].headers["x-ratelimit-limit"] == "60"
    assert "rate limit exceeded" in answers[-1].json()["message"]

    token = do(github, "make-token", login="stranger-1")["token"]
    assert (await client.ask("GET", PIP, token)).headers["x-ratelimit-remaining"] == "4999"
    clock.advance(minutes=60)
    assert (await client.http.get(PIP)).headers["x-ratelimit-remaining"] == "59"
    assert [each.inside_limit for each in github.requests].count(True) == 1


async def test_a_long_list_of_repositories_has_pages(client: Client) -> None:
    """`Link` names the organization by its id, as GitHub does."""
    names, url = [], "/orgs/pypa/repos?per_page=20&type=public&sort=full_name"
    while url:
        answer = await client.http.get(url)
        names += [each["name"] for each in answer.json()]
        url = answer.links.get("next", {}).get("url", "")

    assert len(names) == 55
    assert names == sorted(names, key=str.lower)


async def test_an_account_of_a_person_is_no_organization(client: Client) -> None:
    """404, and the account itself says what it is."""
    assert (await client.http.get("/orgs/uv-maintainer-1/repos")).status_code == 404
    assert (await client.http.get("/users/uv-maintainer-1")).json()["type"] == "User"


QUERY = """query($owner: String!, $n0: String!) {
  r0: repository(owner: $owner, name: $n0) { isEmpty }
}"""


async def test_graphql_answers_people_about_what_is_public(client: Client, github: FakeGitHub) -> None:
    """Visitors are refused, and what is private is not there."""
    token = do(github, "make-token", login="stranger-1")["token"]
    answers = {}
    for name in ("cases", "private-cases"):
        body = {"query": QUERY, "variables": {"owner": "packaging-security", "n0": name}}
        answers[name] = (await client.ask("POST", "/graphql", token, json=body)).json()
    visitor = await client.http.post("/graphql", json=body)

    assert answers["cases"] == {"data": {"r0": {"isEmpty": True}}}
    assert answers["private-cases"]["data"] == {"r0": None}
    assert visitor.status_code == 401
