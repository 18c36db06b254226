"""What the sandbox remembers of the webhooks that it sent, as GitHub does."""

from __future__ import annotations

from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client
from tests.sandbox.test_lists import walk

LOG = "/app/hook/deliveries"


async def test_each_attempt_is_a_line_and_a_redelivery_has_the_same_guid(client: Client, github: FakeGitHub) -> None:
    """The newest first; whose payload it was is not said."""
    report = github.repo("pypa/pip").report("Embargoed")
    github.delivery_log.failed(report.reported(), 503)
    github.delivery_log.failed(report.reported(), "timeout")

    answer = await client.ask("GET", LOG, client.jwt(github.watcher))

    newest, oldest = answer.json()
    assert (newest["guid"], newest["redelivery"]) == (oldest["guid"], True)
    assert (oldest["status"], oldest["status_code"], oldest["redelivery"]) == ("Invalid HTTP Response: 503", 503, False)
    assert (newest["event"], newest["action"]) == ("repository_advisory", "reported")
    assert newest["repository_id"] == github.repo("pypa/pip").state.id
    assert "Embargoed" not in answer.text


async def test_the_log_comes_in_pages_each_line_once(client: Client, github: FakeGitHub) -> None:
    """Though new ones come while it is read."""
    for _ in range(250):
        github.delivery_log.line("issues", "opened")
    first = await client.ask("GET", f"{LOG}?per_page=100", client.jwt(github.watcher))
    github.delivery_log.line("issues", "opened")

    pages = await walk(client, first.links["next"]["url"], client.jwt(github.watcher))

    ids = [each["id"] for page in (first, *pages) for each in page.json()]
    assert len(ids) == len(set(ids)) == 250
    assert ids == sorted(ids, reverse=True)


async def test_three_days_are_kept(client: Client, github: FakeGitHub, clock: FakeClock) -> None:
    """What is older is gone, and cannot be sent again."""
    old = github.delivery_log.line("issues", "opened")
    clock.advance(days=3, seconds=1)

    assert (await client.ask("GET", LOG, client.jwt(github.watcher))).json() == []
    again = await client.ask("POST", f"{LOG}/{old.id}/attempts", client.jwt(github.watcher))
    assert again.status_code == 404


async def test_what_is_sent_again_is_what_was_sent(client: Client, github: FakeGitHub) -> None:
    """The same bytes under the same GUID; GitHub says only that it will."""
    delivery = github.repo("pypa/pip").report("A report").reported()
    github.delivery_log.failed(delivery)
    github.deliveries.clear()
    [attempt] = github.world.attempts.all

    answer = await client.ask("POST", f"{LOG}/{attempt.id}/attempts", client.jwt(github.watcher))

    assert (answer.status_code, answer.json()) == (202, {})
    assert github.deliveries == [delivery]


async def test_the_log_is_the_apps_own(client: Client, github: FakeGitHub) -> None:
    """Not the other App's, and not for the token of an installation."""
    github.delivery_log.line("issues", "opened")

    assert (await client.ask("GET", LOG, client.jwt(github.hand))).json() == []
    assert (await client.ask("GET", LOG, await client.watcher())).status_code == 401
    assert (await client.ask("GET", f"{LOG}?cursor=nonsense", client.jwt(github.watcher))).status_code == 400
