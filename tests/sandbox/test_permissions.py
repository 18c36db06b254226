import pytest

from app.manifest import manifest
from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client

_ADVISORIES = "/repos/pypa/pip/security-advisories"
_DRAFT = {
    "summary": "s",
    "description": "d",
    "vulnerabilities": [{"package": {"ecosystem": "pip", "name": "pip"}}],
}


async def test_installations_hold_what_the_manifest_asks_for(github: FakeGitHub) -> None:
    """So a route that needs more than app.yml has fails in every test, as it would on GitHub."""
    assert github.world.app("greenroom").permissions == manifest()["default_permissions"]
    assert github.world.app("greenroom-hand").permissions == manifest()["x-hand"]["default_permissions"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/repos/pypa/pip/private-vulnerability-reporting", None),
        ("DELETE", "/repos/pypa/pip/private-vulnerability-reporting", None),
        ("POST", _ADVISORIES, _DRAFT),
        ("GET", "/orgs/pypa/security-advisories", None),
        ("GET", "/orgs/pypa/code-security/configurations", None),
        ("GET", "/repos/pypa/pip/commits", None),
    ],
)
async def test_the_watcher_cannot_write(
    client: Client, github: FakeGitHub, method: str, path: str, body: dict[str, object] | None
) -> None:
    """It has read permissions only, and the org-wide list of advisories asks for *write*."""
    more = {} if body is None else {"json": body}

    answer = await client.ask(method, path, await client.watcher(), **more)

    assert (answer.status_code, answer.json()["message"]) == (403, "Resource not accessible by integration")
    assert not any(exchange.had_effect for exchange in github.writes)


@pytest.mark.parametrize(
    ("left_out", "path"),
    [
        ("repository_advisories", _ADVISORIES),
        ("administration", "/repos/pypa/pip/code-security-configuration"),
        ("members", "/orgs/pypa/members"),
        ("members", "/orgs/pypa/teams"),
        ("members", "/orgs/pypa/teams/pip-maintainers/members"),
    ],
)
async def test_a_token_without_the_permission_is_refused(client: Client, left_out: str, path: str) -> None:
    """Every route asks for its own permission."""
    kept = {name: level for name, level in manifest()["default_permissions"].items() if name != left_out}
    whole, narrowed = await client.watcher(), await client.watcher(permissions=kept)

    assert (await client.ask("GET", path, whole)).status_code in {200, 204}
    assert (await client.ask("GET", path, narrowed)).status_code == 403


async def test_a_repository_outside_the_token_cannot_be_written(client: Client, github: FakeGitHub) -> None:
    """The Hand is installed on pip and nothing else of PyPA."""
    github.repo("pypa/wheel").disable_private_reporting()
    token = await client.hand("pypa")

    answer = await client.ask("PUT", "/repos/pypa/wheel/private-vulnerability-reporting", token)

    assert answer.status_code == 403
    assert not github.repo("pypa/wheel").private_reporting


async def test_a_private_repository_outside_the_token_is_not_there(client: Client, github: FakeGitHub) -> None:
    """GitHub answers 404 so as not to say that it exists."""
    github.repo("pypa/wheel").make_private()
    token = await client.watcher(repositories=["pip"])

    assert (await client.ask("GET", "/repos/pypa/wheel", token)).status_code == 404


async def test_drafts_outside_the_token_are_not_there(client: Client, github: FakeGitHub) -> None:
    """What is published is for everybody; a draft is only for those who may read it."""
    draft = github.repo("astral-sh/uv").draft("Escape")
    token = await client.watcher("pypa")

    listed = await client.ask("GET", "/repos/astral-sh/uv/security-advisories", token)
    one = await client.ask("GET", f"/repos/astral-sh/uv/security-advisories/{draft.ghsa}", token)

    assert {each["state"] for each in listed.json()} == {"published"}
    assert one.status_code == 404


async def test_a_token_that_only_reads_may_see_no_drafts(client: Client, github: FakeGitHub) -> None:
    """GitHub's pages leave open whether *read* shows drafts, so the world has a switch."""
    github.repo("pypa/pip").draft("Escape")
    token = await client.watcher()
    path = f"{_ADVISORIES}?state=draft"

    assert len((await client.ask("GET", path, token)).json()) == 1
    github.world.read_shows_no_drafts = True
    assert (await client.ask("GET", path, token)).json() == []


async def test_drafts_of_one_account_may_be_hidden_from_readers(client: Client, github: FakeGitHub) -> None:
    """Not in lists and not by themselves; whoever may write sees them, and what is published stays."""
    draft, published = github.repo("pypa/pip").draft("Escape"), github.repo("pypa/pip").draft("Known").publish()
    reader, writer = await client.watcher(), await client.hand("pypa")
    github.installation("greenroom", "pypa").hide_drafts()

    listed = (await client.ask("GET", _ADVISORIES, reader)).json()
    assert draft.ghsa not in {each["ghsa_id"] for each in listed}
    assert published.ghsa in {each["ghsa_id"] for each in listed}
    assert (await client.ask("GET", f"{_ADVISORIES}/{draft.ghsa}", reader)).status_code == 404
    assert (await client.ask("GET", f"{_ADVISORIES}/{draft.ghsa}", writer)).status_code == 200


async def test_teams_look_like_none_without_members_read(client: Client, github: FakeGitHub) -> None:
    """An empty list, not an error: whoever writes it back takes the teams away."""
    draft = github.repo("pypa/pip").draft("Escape").edit(collaborating_teams=["wheel-maintainers"])
    path = f"{_ADVISORIES}/{draft.ghsa}"
    may_read_members, may_not = await client.watcher(), await client.hand("pypa")

    seen = (await client.ask("GET", path, may_read_members)).json()
    unseen = (await client.ask("GET", path, may_not)).json()

    assert [team["slug"] for team in seen["collaborating_teams"]] == ["wheel-maintainers"]
    assert unseen["collaborating_teams"] == []
