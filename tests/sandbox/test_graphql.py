"""GraphQL of the sandbox: repositories and their files, and strict about the rest."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client


async def ask(client: Client, text: str, **variables: str) -> Any:
    bearer = await client.watcher()
    answer = await client.ask("POST", "/graphql", bearer, json={"query": text, "variables": variables})
    assert answer.status_code == 200
    return answer.json()


async def test_files_and_folders_are_read_under_the_names_that_were_asked_for(
    client: Client, github: FakeGitHub
) -> None:
    """Aliases, variables, fragments and inline fragments: what it takes to ask for many repositories at once."""
    github.repo("pypa/pip").write_file("SECURITY.md", "Write.").link_file("docs/SECURITY.md", "../SECURITY.md")
    text = """
    query($owner: String!, $name: String!) { pip: repository(owner: $owner, name: $name) { ...Files isPrivate } }
    fragment Files on Repository {
      root: object(expression: "HEAD:") { ... on Tree { entries { name mode type } } ... on Blob { text } }
      docs: object(expression: "HEAD:docs") { ... on Tree { entries { name mode } } }
      file: object(expression: "HEAD:SECURITY.md") { ... on Blob { text isTruncated isBinary byteSize } }
      none: object(expression: "HEAD:setup.py") { ... on Blob { text } }
    }
    """

    said = await ask(client, text, owner="pypa", name="pip")

    assert said == {
        "data": {
            "pip": {
                "root": {
                    "entries": [
                        {"name": "SECURITY.md", "mode": 0o100644, "type": "blob"},
                        {"name": "docs", "mode": 0o40000, "type": "tree"},
                    ]
                },
                "docs": {"entries": [{"name": "SECURITY.md", "mode": 0o120000}]},
                "file": {"text": "Write.", "isTruncated": False, "isBinary": False, "byteSize": 6},
                "none": None,
                "isPrivate": False,
            }
        }
    }


async def test_what_is_not_visible_is_null_with_an_error_that_names_it(client: Client, github: FakeGitHub) -> None:
    """And the status is 200."""
    github.world.add_repository(github.repo("python/cpython").state.owner, "secret", private=True)

    said = await ask(
        client,
        'query { a: repository(owner: "python", name: "secret") { isPrivate } '
        'b: repository(owner: "pypa", name: "pip") { nameWithOwner isEmpty } }',
    )

    assert said["data"] == {"a": None, "b": {"nameWithOwner": "pypa/pip", "isEmpty": False}}
    assert [(error["type"], error["path"]) for error in said["errors"]] == [("NOT_FOUND", ["a"])]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "query {",
        "query { }",
        "mutation { x }",
        "query { viewer { login } }",
        'query { repository(owner: "pypa") { isPrivate } }',
        'query { repository(owner: "pypa", name: "pip") { stargazerCount } }',
        'query { repository(owner: "pypa", name: "pip") { ...Nowhere } }',
        'query { repository(owner: "pypa", name: "pip") { object(expression: "HEAD:") { ... on Tree { size } } } }',
        "query($owner: String!) { repository(owner: $owner, name: $owner) { isPrivate } }",
        "query { repository(owner: 1, name: 2) { isPrivate } }",
        "query { \x00 }",
    ],
)
async def test_what_it_was_never_taught_is_an_error_without_data(client: Client, text: str) -> None:
    """As GitHub answers a query that its schema does not have."""
    said = await ask(client, text)

    assert said.keys() == {"errors"}


async def test_a_query_is_no_write(client: Client, github: FakeGitHub) -> None:
    """It is a POST, and it changes nothing."""
    await ask(client, 'query { repository(owner: "pypa", name: "pip") { isPrivate } }')

    assert github.writes == []
    assert not any(each.had_effect for each in github.requests if each.path == "/graphql")
