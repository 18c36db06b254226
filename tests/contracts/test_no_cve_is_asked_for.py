"""GitHub is never asked for a CVE id. Each tool's owner says which CNA assigns them, and people ask it."""

from __future__ import annotations

from pathlib import Path

from app.github import graphql, routes
from app.github.routes import Route

ROOT = Path(__file__).parents[2]
OUR_PAGES = ROOT / "app" / "dashboard" / "routes.py"  # paths at which browsers find us: it sends nothing to anybody


def test_no_route_asks_github_for_an_id() -> None:
    """GitHub, "Request a CVE for a repository security advisory": POST …/security-advisories/{ghsa_id}/cve."""
    known = [route for module in (routes, graphql) for route in vars(module).values() if isinstance(route, Route)]

    assert routes.UPDATE_ADVISORY in known
    assert [str(route) for route in known if route.path.rstrip("/").lower().endswith("/cve")] == []


def test_no_code_can_put_that_route_together() -> None:
    """Only routes are sent, and no file names this one. The sandbox, too, refuses what it was not taught."""
    sources = [*(ROOT / "app").rglob("*.py"), *(ROOT / "policies").rglob("*.py"), *(ROOT / "webhooks").rglob("*.py")]

    sources.remove(OUR_PAGES)
    assert [path.name for path in sources if "/cve" in path.read_text(encoding="utf-8").lower()] == []
