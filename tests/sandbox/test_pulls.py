"""Pull requests and checks in the sandbox answer as GitHub documents them."""

from __future__ import annotations

from typing import Any

import pytest

from app.sandbox import contributing
from app.sandbox.pypa import PRIVATE_CASES
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.fake_pulls import FakePull
from tests.sandbox.conftest import Client
from tests.sandbox.test_lists import walk

REPO = f"/repos/{PRIVATE_CASES}"
SAID = {"name": "c", "conclusion": "success", "output": {"title": "t", "summary": "s"}}


@pytest.fixture
def repo(github: FakeGitHub) -> FakeRepo:
    """A private repository with two files, where the Hand is installed."""
    repo = github.repo(PRIVATE_CASES)
    repo.push_files({"a.yml": "a", "b.yml": "b"})
    return repo


@pytest.fixture
def pull(repo: FakeRepo) -> FakePull:
    return repo.open_pull({"a.yml": "changed"}, by="reporter-1")


async def test_the_open_ones_are_listed_newest_first(client: Client, repo: FakeRepo) -> None:
    """GitHub: "List pull requests". Their numbers are those of issues, too."""
    first, second = (repo.open_pull({"a.yml": text}, by="reporter-1") for text in "xy")
    closed = repo.open_pull({"a.yml": "z"}, by="reporter-1").close()
    token = await client.hand()

    found = (await client.ask("GET", f"{REPO}/pulls", token)).json()
    every = (await client.ask("GET", f"{REPO}/pulls?state=all", token)).json()

    assert [each["number"] for each in found] == [second.now.number, first.now.number]
    assert [each["number"] for each in every] == [closed.now.number, second.now.number, first.now.number]


async def test_a_long_list_goes_on(client: Client, repo: FakeRepo) -> None:
    """By page, as GitHub says in `Link`."""
    for number in range(7):
        repo.open_pull({"a.yml": str(number)}, by="reporter-1")

    found = await walk(client, f"{REPO}/pulls?per_page=3", await client.hand())

    assert [len(page.json()) for page in found] == [3, 3, 1]


@pytest.mark.parametrize(
    ("files", "listed"),
    [
        ({"a.yml": "changed"}, [("a.yml", "modified", None)]),
        ({"c.yml": "new"}, [("c.yml", "added", None)]),
        ({"a.yml": None}, [("a.yml", "removed", None)]),
        ({"a.yml": None, "c.yml": "a"}, [("c.yml", "renamed", "a.yml")]),
        ({"a.yml": "a"}, []),
    ],
)
async def test_the_files_that_it_changes(
    files: dict[str, str | None], listed: list[tuple[str, str, str | None]], client: Client, repo: FakeRepo
) -> None:
    """GitHub: "List pull requests files". One that moved is listed under its new name, with the former beside it."""
    number = repo.open_pull(files, by="reporter-1").now.number

    found = (await client.ask("GET", f"{REPO}/pulls/{number}/files", await client.hand())).json()

    assert [(each["filename"], each["status"], each.get("previous_filename")) for each in found] == listed


async def test_a_fork_is_another_repository_and_its_commit_is_here_too(
    client: Client, github: FakeGitHub, repo: FakeRepo
) -> None:
    """GitHub: "Checking out pull requests locally": refs/pull/N/head is in the repository itself."""
    copy = contributing.fork(github.world, repo.state, "strangers")
    pull = repo.open_pull({"a.yml": "theirs"}, by="stranger-1", fork=copy)
    token = await client.hand()

    [found] = (await client.ask("GET", f"{REPO}/pulls", token)).json()
    content = await client.ask("GET", f"{REPO}/contents/a.yml?ref={pull.now.head_sha}", token)

    assert found["head"]["repo"]["id"] != found["base"]["repo"]["id"]
    assert content.json()["size"] == len("theirs")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (SAID, 201),
        ({"name": "c"}, 201),
        (SAID | {"head_sha": "0" * 40}, 422),
        (SAID | {"conclusion": "perfect"}, 422),
        (SAID | {"actions": []}, 422),  # never taught
        (SAID | {"output": {"title": "t"}}, 422),
        (SAID | {"output": {"title": "t", "summary": "s" * 65_536}}, 422),
        (SAID | {"output": SAID["output"] | {"annotations": [{}] * 51}}, 422),  # type: ignore[operator]
    ],
)
async def test_what_an_app_may_say_of_a_commit(
    body: dict[str, Any], status: int, client: Client, github: FakeGitHub, pull: FakePull
) -> None:
    """GitHub: "Create a check run". What is refused leaves nothing behind."""
    github.checks_shapes = status == 201
    sent = {"head_sha": pull.now.head_sha, **body}

    answer = await client.ask("POST", f"{REPO}/check-runs", await client.hand(), json=sent)

    assert answer.status_code == status
    assert len(pull.checks) == (status == 201)


async def test_saying_it_needs_the_permission(client: Client, pull: FakePull) -> None:
    """GitHub: "Permissions required for GitHub Apps", Checks."""
    token = await client.hand(permissions={"checks": "read"})
    sent = SAID | {"head_sha": pull.now.head_sha}

    answer = await client.ask("POST", f"{REPO}/check-runs", token, json=sent)

    assert answer.status_code == 403
    assert pull.checks == []


async def test_re_run_puts_the_suite_back_and_leaves_the_run(client: Client, pull: FakePull) -> None:
    """GitHub: "Rerequest a check run": its suite is reset to queued, the check run itself is not updated."""
    token, commit = await client.hand(), f"{REPO}/commits/{pull.now.head_sha}"

    async def status() -> str:
        [suite] = (await client.ask("GET", f"{commit}/check-suites", token)).json()["check_suites"]
        return str(suite["status"])

    await client.ask("POST", f"{REPO}/check-runs", token, json=SAID | {"head_sha": pull.now.head_sha})
    assert await status() == "completed"

    pull.rerun()
    assert await status() == "queued"
    [run] = (await client.ask("GET", f"{commit}/check-runs", token)).json()["check_runs"]
    assert run["status"] == "completed"

    await client.ask("POST", f"{REPO}/check-runs", token, json=SAID | {"head_sha": pull.now.head_sha})
    assert await status() == "completed"


async def test_of_each_name_the_newest_is_listed_unless_all_are_asked_for(client: Client, pull: FakePull) -> None:
    """GitHub: "List check runs for a Git reference", `filter`."""
    token, commit = await client.hand(), f"{REPO}/commits/{pull.now.head_sha}"
    for name in ("c", "c", "d"):
        await client.ask("POST", f"{REPO}/check-runs", token, json=SAID | {"name": name, "head_sha": pull.now.head_sha})

    async def count(query: str) -> int:
        return len((await client.ask("GET", f"{commit}/check-runs{query}", token)).json()["check_runs"])

    assert [await count(each) for each in ("", "?filter=all", "?check_name=c&filter=all", "?app_id=1")] == [2, 3, 2, 0]


async def test_people_press_buttons_and_only_that_app_is_told(
    client: Client, github: FakeGitHub, pull: FakePull
) -> None:
    """GitHub: "Webhook events and payloads", `check_run`. The Hand has no webhook, so nobody is."""
    await client.ask("POST", f"{REPO}/check-runs", await client.hand(), json=SAID | {"head_sha": pull.now.head_sha})
    before = len(github.deliveries)

    pull.rerun().rerun(everything=True)

    assert len(github.deliveries) == before


async def test_merging_brings_its_changes_to_the_default_branch(repo: FakeRepo, pull: FakePull) -> None:
    """And closes it."""
    repo.push_files({"b.yml": "meanwhile"})

    pull.merge()

    assert {path: file.content for path, file in repo.state.files.items()} == {
        "a.yml": b"changed",
        "b.yml": b"meanwhile",
    }
    assert repo.state.issues[pull.now.number].state == "closed"
    assert pull.reopen().now.merged_at is not None
