from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.sandbox.server.comment_verbs import COMMENT_VERBS
from app.sandbox.server.disclosure_verbs import DISCLOSURE_VERBS
from app.sandbox.server.file_verbs import FILE_VERBS
from app.sandbox.server.issue_verbs import ISSUE_VERBS
from app.sandbox.server.outsider_verbs import OUTSIDER_VERBS
from app.sandbox.server.vocabulary import VERBS
from tests.fake_github import FakeGitHub


@pytest.fixture
async def outside(github: FakeGitHub) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who speaks to the sandbox from outside."""
    transport = httpx.ASGITransport(app=github.sandbox)
    async with httpx.AsyncClient(transport=transport, base_url=f"{github.url}/_sandbox/") as http:
        yield http


async def do(outside: httpx.AsyncClient, verb: str, **arguments: Any) -> dict[str, Any]:
    answer = await outside.post(verb, json=arguments)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def advisories(outside: httpx.AsyncClient, repository: str) -> list[dict[str, Any]]:
    world = (await outside.get("world")).json()
    found: list[dict[str, Any]] = next(
        each["advisories"] for each in world["repositories"] if each["full_name"] == repository
    )
    return [each for each in found if each["state"] != "published"]


async def test_the_list_of_verbs_explains_each(outside: httpx.AsyncClient) -> None:
    """Outside users have no other manual."""
    listed = (await outside.get("")).json()["verbs"]

    assert set(listed) == {
        *VERBS,
        *FILE_VERBS,
        *ISSUE_VERBS,
        *COMMENT_VERBS,
        *OUTSIDER_VERBS,
        *DISCLOSURE_VERBS,
    }
    assert all(each["does"] for each in listed.values())
    assert listed["archive"]["takes"] == {"repository": "str", "archived?": "bool"}


async def test_a_report_can_be_led_through_its_life(outside: httpx.AsyncClient) -> None:
    """Reported, accepted, edited, closed; the world tells every field and every reader."""
    await do(outside, "enable-private-reporting", repository="pypa/pip")
    made = await do(outside, "report", repository="pypa/pip", summary="Escape", affects=["pip", "rust:uv"])
    which = {"repository": "pypa/pip", "ghsa": made["advisory"]["ghsa_id"]}

    await do(outside, "accept", **which)
    await do(outside, "edit", **which, fields={"severity": "high", "collaborating_users": ["uv-maintainer-1"]})
    [draft] = await advisories(outside, "pypa/pip")
    await do(outside, "close", **which)
    [closed] = await advisories(outside, "pypa/pip")

    assert (draft["state"], draft["severity"], draft["summary"]) == ("draft", "high", "Escape")
    assert [each["package"]["name"] for each in draft["vulnerabilities"]] == ["pip", "uv"]
    assert draft["readers"]["uv-maintainer-1"] == "collaborator"
    assert closed["state"] == "closed"


async def test_a_draft_can_be_published(outside: httpx.AsyncClient, github: FakeGitHub) -> None:
    """The one thing about drafts that GitHub tells."""
    made = await do(outside, "draft", repository="pypa/pip", summary="Escape", affects=["pip"])

    await do(outside, "publish", repository="pypa/pip", ghsa=made["advisory"]["ghsa_id"])

    assert [each.action for each in github.deliveries] == ["published"]


async def test_a_webhook_is_switched_off_and_on(outside: httpx.AsyncClient, github: FakeGitHub) -> None:
    """Meanwhile nothing is sent, whatever happens, and GitHub's settings of the webhook say nothing of it."""
    await do(outside, "switch-webhook", on=False)
    await do(outside, "archive", repository="pypa/wheel")
    assert github.deliveries == []

    await do(outside, "switch-webhook")
    await do(outside, "make-private", repository="pypa/build")

    assert [each.action for each in github.deliveries] == ["privatized"]


async def test_repositories_and_people_change(outside: httpx.AsyncClient, github: FakeGitHub) -> None:
    """Each verb does what its sentence says."""
    await do(outside, "attach-configuration", repository="pypa/pip", name="GitHub recommended")
    assert github.repo("pypa/pip").private_reporting
    await do(outside, "detach-configuration", repository="pypa/pip")
    await do(outside, "disable-private-reporting", repository="pypa/pip")
    await do(outside, "archive", repository="pypa/wheel")
    await do(outside, "make-private", repository="pypa/build")
    await do(outside, "rename-repository", repository="pypa/twine", name="thread")
    await do(outside, "create-repository", repository="pypa/new")
    await do(outside, "push", repository="pypa/new")
    await do(outside, "rename-user", login="uv-maintainer-1", to="uv-maintainer-9")
    await do(outside, "hide-drafts-from-readers")
    await do(outside, "hide-drafts-from-readers", account="pypa")
    await do(outside, "drop-webhooks")
    await do(outside, "allow-points", a_minute=100_000)

    assert not github.repo("pypa/pip").private_reporting
    assert github.repo("pypa/wheel").state.archived
    assert github.repo("pypa/build").state.private
    assert github.repo("pypa/thread").state.id
    assert github.repo("pypa/new").state.commits == 1
    assert github.person("uv-maintainer-9").id
    assert github.world.read_shows_no_drafts
    hiding = {each.account.login for each in github.world.installations.values() if each.shows_no_drafts}
    assert hiding == {"pypa"}
    assert github.world.webhooks_dropped
    assert github.world.points_a_minute == 100_000


async def test_faults_are_arranged_and_requests_told(outside: httpx.AsyncClient, github: FakeGitHub) -> None:
    """What was arranged shows in the log of requests."""
    await do(outside, "garbage", method="GET", path="/users/*")
    await do(outside, "lose-answer", method="GET", path="/users/*")
    await do(outside, "fail", method="GET", path="/users/*", status=451)
    await do(outside, "slow", method="GET", path="/users/*", seconds=1)
    async with httpx.AsyncClient(transport=github.transport, base_url=github.url) as http:
        seen = [(await http.get("/users/reporter-1")).status_code for _ in range(4)]
    await do(outside, "clear-faults")

    told = (await outside.get("requests")).json()
    assert seen == [200, 502, 451, 200]
    assert [each["arranged"] for each in told] == [
        "garbage GET /users/*",
        "lose-answer GET /users/*",
        "fail GET /users/*",
        "slow GET /users/*",
    ]


@pytest.mark.parametrize(
    ("verb", "arguments", "words"),
    [
        ("reprot", {}, 'did you mean "report"?'),
        ("report", {"summary": "x"}, '"report" needs "repository" (str)'),
        ("report", {"repository": "pypa/pipp", "summary": "x"}, 'did you mean "pypa/pip"?'),
        ("archive", {"repository": "pypa/pip", "archive": True}, "it takes repository, archived"),
        ("archive", {"repository": "pypa/pip", "archived": "yes"}, "Input should be a valid boolean"),
        ("lose-answer", {"method": "GET", "path": "/", "how": "softly"}, "'502', 'timeout' or 'reset'"),
        ("draft", {"repository": "pypa/pip", "summary": "x", "fields": {"cve_id": "1"}}, "cve_id is not a CVE id"),
        ("create-repository", {"repository": "pypa/"}, "OWNER/REPO"),
        ("rename-user", {"login": "reporter-1", "to": "pypa"}, '"pypa" is taken'),
    ],
)
async def test_a_mistake_is_answered_with_what_would_be_right(
    outside: httpx.AsyncClient, verb: str, arguments: dict[str, object], words: str
) -> None:
    """400, and a sentence."""
    answer = await outside.post(verb, json=arguments)

    assert answer.status_code == 400
    assert words in answer.text.replace('\\"', '"')


async def test_what_is_no_json_object_is_a_mistake(outside: httpx.AsyncClient) -> None:
    """Verbs take names and values."""
    assert (await outside.post("push", content=b"{")).json() == {"error": "the body is not JSON"}
    assert (await outside.post("push", json=[])).json() == {"error": "the body is not a JSON object"}
    assert (await outside.get("worlds")).status_code == 404


async def test_issues_of_a_private_repository_can_be_led_from_outside(outside: httpx.AsyncClient) -> None:
    """Opened, edited, read by one more, deleted; and switched off as a whole."""
    private = "packaging-security/private-cases"
    opened = await do(outside, "open-issue", repository=private, title="Notes", by="pip-maintainer-1")
    number = opened["issue"]["number"]
    edited = await do(outside, "edit-issue", repository=private, number=number, fields={"body": "two"})
    await do(outside, "give-access", repository=private, to="reporter-1")

    [found] = await _issues(outside, private)
    assert (edited["issue"]["body"], edited["issue"]["former_bodies"]) == ("two", [""])
    assert "reporter-1" in found["readers"]

    await do(outside, "delete-issue", repository=private, number=number)
    await do(outside, "switch-issues", repository=private, on=False)
    assert await _issues(outside, private) == []
    refused = await outside.post("/open-issue", json={"repository": private, "title": "x", "by": "pip-maintainer-1"})
    assert (refused.status_code, "switched off" in refused.text) == (400, True)


async def _issues(outside: httpx.AsyncClient, repository: str) -> list[dict[str, Any]]:
    world = (await outside.get("/world")).json()
    [found] = [each["issues"] for each in world["repositories"] if each["full_name"] == repository]
    return list(found)


async def test_what_apps_wrote_can_be_asked_for_alone(github: FakeGitHub, outside: httpx.AsyncClient) -> None:
    """Among hundreds of requests that read, the one that wrote is what people look for."""
    async with httpx.AsyncClient(transport=github.transport, base_url=github.url) as app:
        await app.get("/repos/pypa/pip")
        await app.delete("/repos/pypa/pip/private-vulnerability-reporting")

    def told(answer: httpx.Response) -> list[str]:
        return [each["method"] for each in answer.json()]

    assert told(await outside.get("requests", params={"write": "1"})) == ["DELETE"]
    assert told(await outside.get("requests", params={"write": "0"})) == ["GET"]
    assert told(await outside.get("requests")) == ["GET", "DELETE"]
    refused = await outside.get("requests", params={"write": "yes"})
    assert (refused.status_code, refused.json()) == (400, {"error": 'write is 0 or 1, not "yes"'})
