"""Which permissions does what is known of a repository need?"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import yaml

from app.domain.facts import RepositoryFacts
from policies.permissions import HAND, NEEDS, WATCHER, both, lacking

MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "app.yml").read_text(encoding="utf-8"))


def test_what_apps_are_held_to_is_what_the_manifest_asks_for() -> None:
    """Else a permission that nobody granted would be missed by nobody."""
    assert dict(WATCHER) == MANIFEST["default_permissions"]
    assert dict(HAND) == MANIFEST["x-hand"]["default_permissions"]


def test_every_fact_says_what_it_needs() -> None:
    """Whoever adds a fact decides about the permission too; each is one that its App asks for."""
    assert set(NEEDS) == {field.name for field in fields(RepositoryFacts)} - {"name"}
    asked = {"Watcher": WATCHER, "Hand": HAND}
    assert [fact for fact, (app, needed) in NEEDS.items() if not set(needed) <= set(asked[app])] == []
    used = {name for app, needed in NEEDS.values() for name in needed if app == "Watcher"}
    assert used == set(WATCHER)


def test_what_is_lacking_is_told_as_people_write_it() -> None:
    """They look for it on a page where it stands so."""
    assert lacking({"metadata": "read"}, {"metadata": "read", "issues": "write"}) == ("issues: write",)
    assert lacking({"issues": "read"}, {"issues": "write"}) == ("issues: write",)
    assert lacking({"issues": "admin"}, {"issues": "write"}) == ()
    assert lacking({"issues": "sometimes"}, {"issues": "read"}) == ("issues: read",)
    assert both()["issues"] == "write"
    assert both()["members"] == "read"
