"""What is taken for the policy file of a repository, what is not, and with which token is it asked for?"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.domain.ids import RepoName
from app.domain.policy_files import Head, NotRead, RepositoryFile
from app.github.client import Client
from app.github.contents import MOST_LISTED, Contents
from app.github.credentials import AppCredentials
from app.github.errors import RetryLater
from app.github.registration import Registration
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.github.calls import may_write

REPO = RepoName.parse("packaging-security/policy")
FILE = RepositoryFile.parse("packaging-security/policy:greenroom.yml")
INSIDE = RepositoryFile.parse("packaging-security/policy:.github/rules/greenroom.yml")
LARGEST = 1_000
TEXT = "version: 1\n"


class Rewritten(httpx.AsyncBaseTransport):
    """The connection to GitHub, on which one answer is another one. Remembers which tokens were asked for."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.changes: dict[str, Any] = {}
        self.asked: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/access_tokens"):
            self.asked.append(json.loads(request.content))
        answer = await self._inner.handle_async_request(request)
        if request.url.path.endswith("/contents/greenroom.yml") and self.changes:
            return httpx.Response(200, json=json.loads(answer.content) | self.changes)
        return answer


@pytest.fixture
def policy(github: FakeGitHub) -> FakeRepo:
    """A private repository on which the Hand is installed."""
    github.world.add_repository(github.world.organization("packaging-security"), "policy", private=True)
    github.installation("greenroom-hand", "packaging-security").add(str(REPO))
    return github.repo(str(REPO))


@pytest.fixture
def connection(github: FakeGitHub) -> Rewritten:
    return Rewritten(github.transport)


@pytest.fixture
async def contents(github: FakeGitHub, clock: FakeClock, connection: Rewritten) -> AsyncIterator[Contents]:
    async with Client(base_url=github.url, clock=clock, transport=connection, why_not_write=may_write) as client:
        signer = AppCredentials(github.hand.app_id, github.hand.private_key)
        hand = Registration(name="Greenroom Hand", signers=[signer], client=client, clock=clock)
        yield Contents(hand, clock)
    github.verify()


async def read(contents: Contents, file: RepositoryFile = FILE) -> bytes | str:
    """What is in it, or the outcome."""
    head = await contents.head(file.repo)
    if isinstance(head, NotRead):
        return head.outcome
    found = await contents.content(file, head.commit, largest=LARGEST)
    return found.outcome if isinstance(found, NotRead) else found


async def test_a_file_is_read_as_of_the_newest_commit(contents: Contents, policy: FakeRepo) -> None:
    """Its bytes are exactly those that were pushed."""
    policy.push_files({FILE.path: "old"})
    commit = policy.push_files({FILE.path: TEXT + "ä"})

    assert await contents.head(REPO) == Head(repository_id=policy.state.id, commit=commit)
    assert await read(contents) == (TEXT + "ä").encode()


async def test_a_file_in_folders_is_read(contents: Contents, policy: FakeRepo) -> None:
    """Two folders deep is as deep as one may be named."""
    policy.push_files({INSIDE.path: TEXT})

    assert await read(contents, INSIDE) == TEXT.encode()
    assert await read(contents, FILE) == "missing"


async def test_tokens_are_for_that_repository_and_for_reading_files(
    contents: Contents, policy: FakeRepo, connection: Rewritten
) -> None:
    """Whoever got hold of one could read what the Hand reads there, and nothing else."""
    policy.push_files({FILE.path: TEXT})

    await read(contents)
    await read(contents)

    narrow = [each for each in connection.asked if "repository_ids" in each]
    assert narrow == [{"permissions": {"metadata": "read", "contents": "read"}, "repository_ids": [policy.state.id]}]


async def test_what_is_not_there_is_missing(contents: Contents, policy: FakeRepo) -> None:
    """An empty repository, another file in its place, another folder: nothing of it is an error."""
    policy.state.commits = 0
    assert await read(contents) == "missing"
    policy.push_files({"README.md": "Our policy."})
    assert await read(contents) == "missing"
    assert await read(contents, INSIDE) == "missing"


@pytest.mark.parametrize("path", ["", "/commits", "/contents", "/contents/greenroom.yml"])
async def test_what_github_refuses_is_unreadable(
    contents: Contents, policy: FakeRepo, github: FakeGitHub, path: str
) -> None:
    """It may be there; who looks after permissions has to know."""
    policy.push_files({FILE.path: TEXT})
    github.refuse_permission("GET", f"/repos/{REPO}{path}")

    assert await read(contents) == "unreadable"


async def test_where_the_hand_is_not_installed_it_is_unreadable(
    contents: Contents, policy: FakeRepo, github: FakeGitHub
) -> None:
    """That a private repository is there is known to nobody else."""
    policy.push_files({FILE.path: TEXT})
    github.installation("greenroom-hand", "packaging-security").remove(str(REPO))

    assert await read(contents) == "unreadable"


@pytest.mark.parametrize("path", ["", "/commits", "/contents", "/contents/greenroom.yml"])
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_what_passes_by_itself_says_nothing(
    contents: Contents, policy: FakeRepo, github: FakeGitHub, path: str, status: int
) -> None:
    """Neither missing nor refused: ask again later."""
    policy.push_files({FILE.path: TEXT})
    github.fail("GET", f"/repos/{REPO}{path}", status, times=3)

    with pytest.raises(RetryLater):
        await read(contents)


@pytest.mark.parametrize("path", ["", "/commits", "/contents", "/contents/greenroom.yml"])
async def test_a_limit_says_until_when(contents: Contents, policy: FakeRepo, github: FakeGitHub, path: str) -> None:
    """GitHub's own word, to the second."""
    policy.push_files({FILE.path: TEXT})
    github.rate_limit("GET", f"/repos/{REPO}{path}", seconds=77)

    with pytest.raises(RetryLater) as later:
        await read(contents)

    assert later.value.after is not None
    assert 75 <= later.value.after.total_seconds() <= 77


async def test_a_public_repository_is_not_read_any_further(
    contents: Contents, policy: FakeRepo, github: FakeGitHub
) -> None:
    """Strangers can read who is named for what; that we do not read it is what makes somebody look."""
    policy.push_files({FILE.path: TEXT})
    policy.make_public()

    assert await read(contents) == "public"
    assert not [each for each in github.requests if "contents" in each.path or "commits" in each.path]


async def test_a_larger_file_is_not_even_asked_for(contents: Contents, policy: FakeRepo, github: FakeGitHub) -> None:
    """Its size stands in the list of its folder."""
    policy.push_files({FILE.path: "#" * (LARGEST + 1)})

    assert await read(contents) == "partial"
    assert not [each for each in github.requests if each.path.endswith(FILE.path)]
    policy.push_files({FILE.path: "#" * LARGEST})
    assert await read(contents) == b"#" * LARGEST


@pytest.mark.parametrize(
    "answer",
    [
        {"content": "dmVyc2lvbg==\n"},
        {"content": ""},
        {"content": "not base64!"},
        {"content": "", "encoding": "none"},
        {"type": "symlink", "target": "x"},
        {"type": "submodule"},
    ],
)
async def test_half_of_a_file_is_no_file(
    contents: Contents, policy: FakeRepo, connection: Rewritten, answer: dict[str, Any]
) -> None:
    """A valid beginning of a policy could be another policy."""
    policy.push_files({FILE.path: TEXT})
    connection.changes = answer

    assert await read(contents) == "partial"


async def test_a_folder_of_which_not_everything_is_listed_does_not_prove_that_it_is_missing(
    contents: Contents, policy: FakeRepo
) -> None:
    """GitHub lists the first thousand."""
    policy.push_files({f"{number:04}": "x" for number in range(MOST_LISTED)} | {FILE.path: TEXT})

    assert await read(contents) == "partial"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("pypa/policy:greenroom.yml", RepositoryFile(repo=RepoName("pypa", "policy"), path="greenroom.yml")),
        (
            "pypa/policy#12:a/b/c.yml",
            RepositoryFile(repo=RepoName("pypa", "policy"), path="a/b/c.yml", repository_id=12),
        ),
    ],
)
def test_a_place_is_read_as_it_is_written(written: str, read_as: RepositoryFile) -> None:
    """And written as it is read."""
    assert RepositoryFile.is_meant(written)
    assert RepositoryFile.parse(written) == read_as
    assert str(read_as) == written


@pytest.mark.parametrize("path", ["./pypa/policy:x.yml", "/etc/greenroom.yml", "greenroom.yml", "a/b/c.yml", "~/a:b"])
def test_a_path_of_this_machine_is_no_place_on_github(path: str) -> None:
    """Whoever has a folder of that name writes ./ before it."""
    assert not RepositoryFile.is_meant(path)


@pytest.mark.parametrize(
    "written",
    [
        "pypa/policy:../x",
        "pypa/policy:/x",
        "pypa/policy:a//b",
        "pypa/policy:a/b/c/d",
        "pypa/policy:a?ref=b",
        "py pa/x:y",
    ],
)
def test_a_place_that_is_none_is_refused(written: str) -> None:
    """Nothing of it may lead to another file, or to another branch."""
    with pytest.raises(ValueError, match="write OWNER/REPO"):
        RepositoryFile.parse(written)
