"""Can a survey write? It cannot, whatever its code may come to ask for."""

import ast
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.domain.ids import RepoName
from app.survey.asking import NotAReading, Outsider, graphql_url
from app.survey.trees import question
from tests.clock import FakeClock

GITHUB = "https://api.github.com"
PACKAGE = Path(__file__).parents[2] / "app" / "survey"


@pytest.fixture
async def outsider(clock: FakeClock) -> AsyncIterator[Outsider]:
    async with Outsider(root=GITHUB, token="ghp_secret", clock=clock) as outsider:
        yield outsider


def query(text: str) -> bytes:
    return json.dumps({"query": text, "variables": {}}).encode()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY"])
async def test_nothing_but_get_leaves_the_client(outsider: Outsider, method: str) -> None:
    """Looked at as the last thing before sending."""
    with pytest.raises(NotAReading):
        await outsider.only_reads(httpx.Request(method, f"{GITHUB}/repos/pypa/pip"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"not JSON",
        query("mutation { closeIssue(input: {}) { clientMutationId } }"),
        query("query($n: Int) { a } mutation { b }"),
        query("query($n: Int) { a } subscription { b }"),
        query(" { viewer { login } }"),
        json.dumps([{"query": "query($a: Int) { a }"}]).encode(),
    ],
)
async def test_what_is_posted_is_a_query(outsider: Outsider, content: bytes) -> None:
    """GraphQL reads by POST, so what is in it decides."""
    with pytest.raises(NotAReading):
        await outsider.only_reads(httpx.Request("POST", f"{GITHUB}/graphql", content=content))


async def test_the_query_goes_to_graphql_only(outsider: Outsider) -> None:
    """The same bytes posted elsewhere would be a write."""
    text, variables = question([RepoName("acme", "tool")])
    content = json.dumps({"query": text, "variables": variables}).encode()

    await outsider.only_reads(httpx.Request("POST", f"{GITHUB}/graphql", content=content))
    with pytest.raises(NotAReading):
        await outsider.only_reads(httpx.Request("POST", f"{GITHUB}/repos/acme/tool/issues", content=content))


async def test_the_client_itself_is_guarded(clock: FakeClock) -> None:
    """The look is taken by what sends, not by what asks."""
    reached: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        reached.append(request)
        return httpx.Response(200, json=[])

    async with Outsider(root=GITHUB, token=None, clock=clock, transport=httpx.MockTransport(answer)) as outsider:
        with pytest.raises(NotAReading):
            await outsider.query("mutation { a }", {})
        assert (await outsider.get("orgs/acme/repos")).ok

    assert [each.method for each in reached] == ["GET"]


def test_names_are_never_part_of_a_query() -> None:
    """They are GitHub's answer of a moment ago, and travel as variables."""
    text, variables = question([RepoName("acme", "mutation"), RepoName("acme", "x")])

    assert "acme" not in text
    assert "mutation" not in text
    assert variables == {"owner": "acme", "n0": "mutation", "n1": "x"}


def test_no_module_of_the_survey_sends_by_itself() -> None:
    """There is one client, in `asking.py`, and requests are built there alone."""
    for path in PACKAGE.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {
            node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and hasattr(node.func, "attr")
        }
        assert not called & {"post", "put", "patch", "delete", "request"}, path.name
        if path.name != "asking.py":
            assert not called & {"build_request", "send", "AsyncClient", "Client"}, path.name


async def test_the_token_is_shown_nowhere(outsider: Outsider) -> None:
    """Not in what is printed of the client, nor of what it raises."""
    assert "secret" not in repr(outsider)
    assert "secret" not in repr(vars(outsider))


@pytest.mark.parametrize(
    ("root", "graphql"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://github.example/api/v3", "https://github.example/api/graphql"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/graphql"),
    ],
)
def test_graphql_is_beside_the_rest_root(root: str, graphql: str) -> None:
    """GitHub Enterprise Server has it elsewhere (GitHub: "Forming calls with GraphQL")."""
    assert str(graphql_url(httpx.URL(root.rstrip("/") + "/"))) == graphql
