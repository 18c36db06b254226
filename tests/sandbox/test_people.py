import hashlib
import hmac
import json

import httpx
import pytest

from app.sandbox.people import Impossible
from app.sandbox.server.fields import ECOSYSTEMS
from app.sandbox.state.advisories import Unprocessable
from tests.fake_github import FakeGitHub
from tests.wire.validation import breaks


async def test_a_quiet_world_has_nothing_to_deliver(github: FakeGitHub) -> None:
    """Building a world is not news."""
    assert github.deliveries == []


async def test_github_is_silent_about_drafts(github: FakeGitHub) -> None:
    """Made, edited, accepted, reopened, closed, shared: none of it has a webhook."""
    report = github.repo("pypa/pip").report("Escape")
    github.deliveries.clear()

    report.accept().edit(severity="high", collaborating_users=["uv-maintainer-1"]).close().reopen()
    github.repo("pypa/pip").draft("Another").edit(summary="Changed in the meantime")

    assert github.deliveries == []


async def test_a_report_and_a_publication_are_delivered_signed(github: FakeGitHub) -> None:
    """The Watcher alone has a webhook; the signature covers the bytes that are sent."""
    advisory = github.repo("pypa/pip").report("Escape")
    advisory.accept().publish()

    reported, published = advisory.reported(), advisory.published()

    assert [each.action for each in github.deliveries] == ["reported", "published"]
    for delivery in (reported, published):
        digest = hmac.new(github.webhook_secret.encode(), delivery.body, hashlib.sha256).hexdigest()
        assert delivery.headers["X-Hub-Signature-256"] == f"sha256={digest}"
        assert delivery.headers["X-GitHub-Event"] == "repository_advisory"
    assert reported.headers["X-GitHub-Delivery"] != published.headers["X-GitHub-Delivery"]


async def test_a_delivery_tells_how_things_stood(github: FakeGitHub) -> None:
    """Its bytes were fixed when it happened, so a late one is out of date."""
    advisory = github.repo("pypa/pip").report("Escape")
    advisory.accept().close()

    payload = json.loads(advisory.reported().body)

    assert payload["repository_advisory"]["state"] == "triage"
    assert payload["repository"]["full_name"] == "pypa/pip"
    assert breaks("repository-advisory", payload["repository_advisory"]) == ()
    assert breaks("full-repository", payload["repository"]) == ()
    assert breaks("simple-user", payload["sender"]) == ()


async def test_what_happens_to_repositories_and_installations_is_delivered(github: FakeGitHub) -> None:
    """Except a deletion, of which Apps are not told."""
    repo = github.repo("pypa/wheel")
    repo.archive().make_private().make_public().rename("wheels")
    github.installation("greenroom", "pypa").remove("pypa/build").suspend()
    github.repo("pypa/twine").delete()

    assert [(each.event, each.action) for each in github.deliveries] == [
        ("repository", "archived"),
        ("repository", "privatized"),
        ("repository", "publicized"),
        ("repository", "renamed"),
        ("installation_repositories", "removed"),
        ("installation", "suspend"),
    ]


async def test_an_app_without_a_webhook_is_told_nothing(github: FakeGitHub) -> None:
    """Not even of its own installations, which every other App is told of."""
    github.installation("greenroom-hand", "pypa").suspend().unsuspend().add("pypa/wheel")

    assert github.deliveries == []


async def test_a_report_comes_in_only_while_private_reporting_is_on(github: FakeGitHub) -> None:
    """Stories may start with a report that slipped in; the sandbox's own verb is strict."""
    repo = github.repo("pypa/pip")

    repo.report("Slipped in")
    answer = await _do(github, "report", repository="pypa/pip", summary="Too late")

    assert not repo.private_reporting
    assert answer[0] == 400
    assert "is off" in answer[1]["error"]


async def test_readers_are_told_with_their_reason(github: FakeGitHub) -> None:
    """Owners, security managers, admins, collaborators, members of collaborating teams and the reporter.

    GitHub: "Permission levels for repository security advisories".
    """
    report = github.repo("pypa/pip").report("Escape")
    report.edit(collaborating_users=["uv-maintainer-1"], collaborating_teams=["wheel-maintainers"])
    github.world.organization("pypa").security_managers.add(github.person("psrt-member-1").id)

    assert report.readers == {
        "pypa-owner-1": "owner of pypa",
        "psrt-member-1": "security manager of pypa",
        "pip-maintainer-1": "admin of pypa/pip by team pypa/pip-maintainers",
        "pip-maintainer-2": "admin of pypa/pip by team pypa/pip-maintainers",
        "uv-maintainer-1": "collaborator",
        "wheel-maintainer-1": "member of collaborating team pypa/wheel-maintainers",
        "wheel-maintainer-2": "member of collaborating team pypa/wheel-maintainers",
        "reporter-1": "reporter",
    }


async def test_a_mirror_is_read_by_owners_of_its_organization_and_collaborators_only(github: FakeGitHub) -> None:
    """That is why the coordination repository sits in an organization of its own."""
    assert github.coordination.draft("Escape").readers == {"coordinator-1": "owner of packaging-security"}


async def test_every_text_of_an_advisory_has_a_canary(github: FakeGitHub) -> None:
    """So that a leak of any field is found."""
    advisory = github.repo("pypa/pip").report("Escape")
    advisory.edit(summary="A text that the test itself wrote")

    function = advisory.vulnerabilities[0].vulnerable_functions[0]
    thanked = github.world.users[advisory.credits[0].user].login
    assert {function, thanked, "A text that the test itself wrote"} <= github.canaries
    assert any(canary in advisory.description for canary in github.canaries)


async def test_two_worlds_are_alike(github: FakeGitHub) -> None:
    """Ids and GHSA ids follow from counters, so a test that fails fails again."""
    other = FakeGitHub(clock=github.world.clock)

    assert other.person("uv-maintainer-1").id == github.person("uv-maintainer-1").id
    assert other.repo("pypa/pip").draft("x").ghsa == github.repo("pypa/pip").draft("x").ghsa


async def test_what_is_impossible_says_what_would_be_possible(github: FakeGitHub) -> None:
    """Messages of the sandbox are for people."""
    github.coordination.make_private()
    with pytest.raises(Impossible, match="only public repositories have advisories"):
        github.coordination.draft("Escape")
    with pytest.raises(LookupError, match='did you mean "pypa/wheel"'):
        github.repo("pypa/whee")
    with pytest.raises(Unprocessable, match="Invalid state transition"):
        github.repo("pypa/pip").draft("Escape").publish().close()


@pytest.mark.parametrize("name", sorted(ECOSYSTEMS))
async def test_ecosystems_are_githubs(name: str) -> None:
    """The list is the one of GitHub's description."""
    assert breaks("security-advisory-ecosystems", name) == ()


async def _do(github: FakeGitHub, verb: str, **arguments: object) -> tuple[int, dict[str, str]]:
    transport = httpx.ASGITransport(app=github.sandbox)
    async with httpx.AsyncClient(transport=transport, base_url=github.url) as http:
        answer = await http.post(f"/_sandbox/{verb}", json=arguments)
    return answer.status_code, answer.json()
