"""What does the sandbox say of the files in a repository, and to whom of a push?"""

from __future__ import annotations

import json

import httpx

from app.sandbox.state.files import LINK, SUBMODULE, File
from tests.fake_github import FakeGitHub


async def test_a_push_from_outside_moves_the_default_branch(github: FakeGitHub) -> None:
    """People try a policy repository without git: the verb says which commit came of it."""
    transport = httpx.ASGITransport(app=github.sandbox)
    async with httpx.AsyncClient(transport=transport, base_url=f"{github.url}/_sandbox/") as outside:
        answer = await outside.post(
            "push-files", json={"repository": "pypa/pip", "by": "pypa-owner-1", "files": {"a.yml": "x"}}
        )
        gone = await outside.post(
            "push-files", json={"repository": "pypa/pip", "by": "pypa-owner-1", "files": {"a.yml": None}}
        )

    pip = github.repo("pypa/pip").state
    assert (answer.status_code, gone.status_code) == (200, 200)
    assert "a.yml" not in pip.files
    before = pip.tree_at(answer.json()["commit"])
    assert before is not None
    assert before["a.yml"] == File(b"x")


def test_a_push_is_told_to_those_who_may_read_files(github: FakeGitHub) -> None:
    """GitHub: "Webhook events and payloads", push: an App needs contents: read, and to have asked for the event."""
    pip = github.repo("pypa/pip")
    pip.push_files({"a": "x"})
    assert github.deliveries == []
    github.world.app("greenroom").events.append("push")
    pip.push_files({"a": "y"})
    assert github.deliveries == []
    github.installation("greenroom", "pypa").grant("contents", "read")

    commit = pip.push_files({"a": "z"}, branch="try")

    [push] = github.deliveries
    told = json.loads(push.body)
    assert (push.event, told["ref"], told["after"]) == ("push", "refs/heads/try", commit)
    assert pip.state.files["a"] == File(b"y")


def test_git_names_files_by_their_content() -> None:
    """As `git hash-object` does; a submodule is named by the commit that it stands at."""
    assert File(b"hello\n").sha == "ce013625030ba8dba906f756967f9e9ca394464a"
    assert File(b"hello\n", LINK).sha == File(b"hello\n").sha
    assert File(b"a" * 40, SUBMODULE).sha == "a" * 40
