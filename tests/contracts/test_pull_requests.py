"""What can be reached by the code that answers pull requests to the policy file? Not only what it names: all of it."""

from __future__ import annotations

import ast
from pathlib import Path

import grimp
import pytest

from app.github import routes
from app.github.routes import Route
from tests.contracts.test_tree import ROOT

ANSWERING = ("app.policy_file.pulls", "app.policy_file.checks", "app.policy_file.untold_pulls")
MAY_WRITE = {"app.github.writer", "app.github.mirrors", "app.github.advisory_mirrors", "app.github.issue_mirrors"}


@pytest.fixture(scope="module")
def reached() -> set[str]:
    """Those modules, what they import, and what that imports."""
    graph = grimp.build_graph("app", "webhooks", "policies", cache_dir=None)
    found = {name for module in ANSWERING for name in graph.find_upstream_modules(module)}
    assert graph.find_upstream_modules("app.reconcile.apply") >= {"app.github.writer"}, "a graph that knows nothing"
    return found | set(ANSWERING)


def test_no_way_leads_from_a_pull_request_to_the_writer(reached: set[str]) -> None:
    """Nor to what decides, applies and remembers: whatever a pull request holds, there is nobody to ask for more."""
    assert "app.github.checks" in reached
    assert reached & MAY_WRITE == set()
    beside = {name for name in reached if name.startswith(("app.reconcile", "app.store", "app.main", "app.worker"))}
    assert beside == set()


def test_of_all_that_changes_github_one_request_can_be_named_there(reached: set[str]) -> None:
    """A check of a commit. The others are how a token is made and given back."""
    changing = {
        name for name, route in vars(routes).items() if isinstance(route, Route) and route.method not in {"GET", "HEAD"}
    }
    named = {name for module in reached for name in _attributes_of_routes(_path(module))}

    assert len(changing) > 5
    assert named & changing == {"CREATE_CHECK_RUN", "MINT", "REVOKE"}


def test_only_the_check_is_sent_as_a_write(reached: set[str]) -> None:
    """Everything that changes GitHub goes through the client's one verb for that; here it is called in one place."""
    calling = {module for module in reached if "client.write" in _calls(_path(module))}

    assert calling == {"app.github.checks"}


def _path(module: str) -> Path:
    path = ROOT / Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _attributes_of_routes(path: Path) -> set[str]:
    """What is taken of `routes`, by attribute or by import."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "routes"
    } | {
        alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "app.github.routes"
        for alias in node.names
    }


def _calls(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return "\n".join(ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))
