from typing import Any

import pytest

from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client

CASES = "/repos/packaging-security/cases/security-advisories"
PIP = {"package": {"ecosystem": "pip", "name": "pip"}, "vulnerable_version_range": "<27"}
UV = {"package": {"ecosystem": "pip", "name": "uv"}}
DRAFT = {"summary": "Escape", "description": "How.", "vulnerabilities": [PIP]}
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


async def create(client: Client, **more: Any) -> str:
    """The path of a new draft in the coordination repository."""
    answer = await client.ask("POST", CASES, await client.hand(), json=DRAFT | more)
    assert answer.status_code == 201
    return f"{CASES}/{answer.json()['ghsa_id']}"


async def test_a_draft_is_made_by_the_apps_bot(client: Client, github: FakeGitHub) -> None:
    """What an App does is attributed to `slug[bot]`."""
    await create(client)

    [mirror] = github.coordination.mirrors
    assert github.world.users[mirror.now.author].login == "greenroom-hand[bot]"
    assert (mirror.state, mirror.summary) == ("draft", "Escape")


@pytest.mark.parametrize("missing", ["summary", "description", "vulnerabilities"])
async def test_a_draft_without_its_required_keys_is_refused(client: Client, github: FakeGitHub, missing: str) -> None:
    """GitHub: "Create a repository security advisory"."""
    body = {name: value for name, value in DRAFT.items() if name != missing}

    answer = await client.ask("POST", CASES, await client.hand(), json=body)

    assert answer.status_code == 422
    assert missing in answer.json()["message"]
    assert github.coordination.mirrors == []


@pytest.mark.parametrize("key", ["state", "collaborating_users", "collaborating_teams", "anything"])
async def test_a_draft_takes_no_state_and_no_collaborators(client: Client, github: FakeGitHub, key: str) -> None:
    """Those go into a PATCH afterwards."""
    answer = await client.ask("POST", CASES, await client.hand(), json=DRAFT | {key: []})

    assert (answer.status_code, github.coordination.mirrors) == (422, [])


async def test_arrays_are_replaced(client: Client, github: FakeGitHub) -> None:
    """GitHub replaces what is sent and keeps what is not: sending one collaborator removes the others."""
    path, token = await create(client), await client.hand()
    await client.ask("PATCH", path, token, json={"collaborating_users": ["uv-maintainer-1", "pip-maintainer-1"]})

    await client.ask("PATCH", path, token, json={"collaborating_users": ["uv-maintainer-2"]})
    await client.ask("PATCH", path, token, json={"vulnerabilities": [UV], "cwe_ids": ["CWE-22"]})

    [mirror] = github.coordination.mirrors
    assert mirror.collaborators == ["uv-maintainer-2"]
    assert [each.package for each in mirror.vulnerabilities] == ["uv"]
    assert mirror.summary == "Escape"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"vulnerabilities": []}, "Advisory must have at least one vulnerability"),
        ({"anything": 1}, '"anything" is not a permitted key.'),
        ({"summary": "x" * 1025}, "Validation Failed"),
        ({"description": "x" * 65_536}, "Validation Failed"),
        ({"severity": "moderate"}, "For 'properties/severity'"),
        ({"severity": "high", "cvss_vector_string": VECTOR}, "Validation Failed"),
        ({"cvss_vector_string": "CVSS:3.1/AV:N"}, "Validation Failed"),
        ({"cve_id": "2026-1"}, "Validation Failed"),
        ({"cwe_ids": ["22"]}, "Validation Failed"),
        ({"state": "triage"}, "For 'properties/state'"),
        ({"collaborating_users": ["nobody-of-that-name"]}, "Validation Failed"),
        ({"collaborating_teams": ["pypa/pip-maintainers"]}, "Validation Failed"),
        ({"collaborating_teams": ["pip-maintainers"]}, "Validation Failed"),
        ({"credits": [{"login": "reporter-1", "type": "hero"}]}, "For 'properties/credits'"),
    ],
)
async def test_an_update_that_github_would_not_take_changes_nothing(
    client: Client, github: FakeGitHub, changes: dict[str, object], message: str
) -> None:
    """422, and nothing is half done. Teams are bare slugs of the repository's own organization."""
    path = await create(client)
    before = (await client.ask("GET", path, await client.hand())).json()

    answer = await client.ask("PATCH", path, await client.hand(), json={"summary": "New", **changes})

    assert answer.status_code == 422
    assert message in answer.json()["message"]
    assert (await client.ask("GET", path, await client.hand())).json() == before
    assert github.coordination.mirrors[0].summary == "Escape"


async def test_severity_follows_from_cvss(client: Client) -> None:
    """Once a vector is set, GitHub refuses a severity of one's own, until the vector is taken away."""
    path, token = await create(client, severity="low"), await client.hand()

    scored = (await client.ask("PATCH", path, token, json={"cvss_vector_string": VECTOR})).json()
    refused = await client.ask("PATCH", path, token, json={"severity": "low"})
    cleared = (await client.ask("PATCH", path, token, json={"cvss_vector_string": None})).json()
    rated = (await client.ask("PATCH", path, token, json={"severity": "low"})).json()

    assert (scored["severity"], scored["cvss"]["score"]) == ("critical", 9.8)
    assert refused.json()["message"] == "Cannot update severity value when CVSS is set."
    assert cleared["cvss"]["vector_string"] is None
    assert rated["severity"] == "low"


STATES = ["triage", "draft", "closed", "published"]
ALLOWED = {("triage", "draft"), ("triage", "closed"), ("draft", "closed"), ("draft", "published"), ("closed", "draft")}


@pytest.mark.parametrize("after", ["draft", "closed", "published"])
@pytest.mark.parametrize("before", STATES)
async def test_states_follow_each_other_as_on_github(
    client: Client, github: FakeGitHub, before: str, after: str
) -> None:
    """What is published stays published; what nobody has seen GitHub do is refused."""
    advisory = github.coordination.report("Escape") if before == "triage" else github.coordination.draft("Escape")
    if before in {"closed", "published"}:
        advisory.edit(state=before)

    answer = await client.ask("PATCH", f"{CASES}/{advisory.ghsa}", await client.hand(), json={"state": after})

    if before == after or (before, after) in ALLOWED:
        assert (answer.status_code, advisory.state) == (200, after)
    else:
        words = f"Invalid state transition from `{before}` to `{after}`."
        assert (answer.status_code, answer.json()["message"], advisory.state) == (422, words, before)


async def test_an_accepted_report_says_so(client: Client, github: FakeGitHub) -> None:
    """`submission` is null for drafts that came in another way."""
    report, draft = github.coordination.report("Escape").accept(), github.coordination.draft("Other")
    token = await client.hand()

    submissions = [
        (await client.ask("GET", f"{CASES}/{each.ghsa}", token)).json()["submission"] for each in (report, draft)
    ]
    assert submissions == [{"accepted": True}, None]


async def test_every_change_moves_updated_at(client: Client, github: FakeGitHub) -> None:
    """A poll by `sort=updated` relies on it."""
    path = await create(client)
    github.world.clock.advance(minutes=1)  # type: ignore[attr-defined] # the clock of tests

    changed = (await client.ask("PATCH", path, await client.hand(), json={"severity": "high"})).json()

    assert changed["updated_at"] > changed["created_at"]


async def test_private_repositories_have_no_advisories(client: Client, github: FakeGitHub) -> None:
    """Seen live: their list is a 404, which is why mirrors live in a public repository."""
    path = await create(client)
    github.coordination.make_private()
    token = await client.hand()

    assert (await client.ask("GET", CASES, token)).status_code == 404
    assert (await client.ask("GET", path, token)).status_code == 404
    assert (await client.ask("POST", CASES, token, json=DRAFT)).status_code == 404


async def test_archived_repositories_are_read_only(client: Client, github: FakeGitHub) -> None:
    """Their advisories can be read and not changed."""
    path = await create(client)
    github.coordination.archive()

    answer = await client.ask("PATCH", path, await client.hand(), json={"severity": "high"})

    assert answer.status_code == 403
    assert (await client.ask("GET", path, await client.hand())).status_code == 200


async def test_reports_need_private_reporting(client: Client, github: FakeGitHub) -> None:
    """403 while it is off, in GitHub's words."""
    path, token = f"{CASES}/reports", await client.hand()
    body = {"summary": "Escape", "description": "How."}

    refused = await client.ask("POST", path, token, json=body)
    github.coordination.enable_private_reporting()
    taken = await client.ask("POST", path, token, json=body)

    assert refused.json()["message"] == "Repository does not have private vulnerability reporting enabled"
    assert (taken.status_code, taken.json()["state"]) == (201, "triage")
