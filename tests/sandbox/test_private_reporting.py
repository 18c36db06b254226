import pytest

from app.sandbox.people import Impossible
from app.sandbox.state.repositories import Setting
from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client

PVR = "/repos/pypa/pip/private-vulnerability-reporting"
CONFIGURATION = "/repos/pypa/pip/code-security-configuration"


async def test_it_is_switched_by_put_and_delete(client: Client, github: FakeGitHub) -> None:
    """204 each time, also where nothing is to be changed."""
    token = await client.hand("pypa")

    for method, expected in (("PUT", True), ("PUT", True), ("DELETE", False)):
        assert (await client.ask(method, PVR, token)).status_code == 204
        assert (await client.ask("GET", PVR, token)).json() == {"enabled": expected}
        assert github.repo("pypa/pip").private_reporting is expected


async def test_people_switch_it_and_nobody_is_told(client: Client, github: FakeGitHub) -> None:
    """GitHub has no webhook for it that names it (GitHub: "Webhook events and payloads")."""
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")

    assert (await client.ask("GET", PVR, await client.watcher())).json() == {"enabled": True}
    assert github.deliveries == []


async def test_private_and_archived_repositories_have_no_switch(client: Client, github: FakeGitHub) -> None:
    """404 was observed for a private one, GitHub's page says 422; neither means that it is off."""
    token, hand = await client.watcher(), await client.hand("pypa")

    github.repo("pypa/pip").archive()
    assert (await client.ask("GET", PVR, token)).status_code == 422
    assert (await client.ask("DELETE", PVR, hand)).status_code == 422
    github.repo("pypa/pip").make_private()
    assert (await client.ask("GET", PVR, token)).status_code == 404
    assert (await client.ask("PUT", PVR, hand)).status_code == 422


async def test_an_enforced_configuration_lets_a_write_succeed_and_change_nothing(
    client: Client, github: FakeGitHub
) -> None:
    """GitHub: "Security configuration enforcement": the call appears to succeed."""
    github.repo("pypa/pip").attach_configuration("GitHub recommended", private_reporting="enabled", enforced=True)

    answer = await client.ask("DELETE", PVR, await client.hand("pypa"))

    assert answer.status_code == 204
    assert github.repo("pypa/pip").private_reporting
    with pytest.raises(Impossible, match="GitHub recommended"):
        github.repo("pypa/pip").disable_private_reporting()


@pytest.mark.parametrize(("setting", "enforcement"), [("not_set", "enforced"), ("enabled", "unenforced")])
async def test_a_configuration_that_does_not_enforce_it_leaves_it_free(
    client: Client, github: FakeGitHub, setting: Setting, enforcement: str
) -> None:
    """Features that are not set are not enforced (GitHub: "Creating a custom security configuration")."""
    repo = github.repo("pypa/pip").enable_private_reporting()
    repo.attach_configuration("Ours", private_reporting=setting, enforced=enforcement == "enforced")

    await client.ask("DELETE", PVR, await client.hand("pypa"))

    assert not repo.private_reporting


async def test_the_attached_configuration_can_be_read(client: Client, github: FakeGitHub) -> None:
    """204 where there is none; its name explains a write that does nothing."""
    token = await client.watcher()
    assert (await client.ask("GET", CONFIGURATION, token)).status_code == 204

    github.repo("pypa/pip").attach_configuration("GitHub recommended")
    answer = (await client.ask("GET", CONFIGURATION, token)).json()

    assert answer["status"] == "enforced"
    assert answer["configuration"]["name"] == "GitHub recommended"
    assert answer["configuration"]["private_vulnerability_reporting"] == "enabled"
    github.repo("pypa/pip").detach_configuration()
    assert (await client.ask("GET", CONFIGURATION, token)).status_code == 204
