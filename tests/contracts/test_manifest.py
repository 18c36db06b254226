"""app.yml asks for exactly what the code uses. More is a risk to everybody who installs it; less is a silent 403."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from app.github import graphql, routes
from app.github.reader import Reader
from app.github.registration import READ_PERMISSIONS
from app.github.routes import Route
from policies import permissions
from webhooks import routing

ROOT = Path(__file__).parents[2]
# To every App, asked for or not.
ALWAYS_SENT = {"installation", "installation_repositories", "installation_target", "github_app_authorization"}
WHERE_ONE_IS_BOTH = {"pull_request", "push", "check_run", "check_suite"}  # the Hand's, which has no webhook
LEVELS = ("read", "write")

# What the Hand does: it reads and writes the coordination repository, adds people to reports, and sets the switch.
HANDS = (
    routes.REPOSITORIES,
    routes.REPOSITORY,
    routes.COMMITS,
    routes.PRIVATE_REPORTING,
    routes.ADVISORIES,
    routes.ADVISORY,
    routes.ENABLE_REPORTING,
    routes.DISABLE_REPORTING,
    routes.CREATE_ADVISORY,
    routes.UPDATE_ADVISORY,
    routes.COLLABORATORS,
    routes.ISSUES,
    routes.ISSUE,
    routes.CREATE_ISSUE,
    routes.UPDATE_ISSUE,
    routes.ADVISORY_COMMENTS,
    routes.COMMENT_ON_ADVISORY,
    routes.EDIT_ADVISORY_COMMENT,
    routes.ISSUE_COMMENTS,
    routes.COMMENT_ON_ISSUE,
    routes.EDIT_ISSUE_COMMENT,
    routes.FOLDER,
    routes.FILE,
    routes.PULLS,
    routes.PULL_FILES,
    routes.CHECK_RUNS,
    routes.CHECK_SUITES,
    routes.CREATE_CHECK_RUN,
)
# What the Watcher does: it reads everything but the content of repositories. Public files need no permission.
WATCHERS = (
    routes.REPOSITORIES,
    routes.REPOSITORIES_OF_ORGANIZATION,
    routes.REPOSITORIES_OF_PERSON,
    routes.REPOSITORY,
    routes.PERSON,
    routes.TEAM_MEMBERS,
    routes.ORGANIZATION_MEMBERS,
    routes.PRIVATE_REPORTING,
    routes.CONFIGURATION,
    routes.ADVISORIES,
    routes.ADVISORY,
    routes.GLOBAL_ADVISORIES,
    routes.GLOBAL_ADVISORY,
    graphql.GRAPHQL,
)
# What the Watcher does where it was given more than it asks for, as where one registration is both.
WHERE_GRANTED = (routes.ADVISORIES_OF_ORGANIZATION,)
# What is asked with the token of whoever signed in, besides what they read of a mirror.
AS_A_PERSON = (routes.ME, routes.MY_INSTALLATIONS, routes.MY_REPOSITORIES)
AS_THE_APP = (
    routes.APP,
    routes.INSTALLATIONS,
    routes.INSTALLATION_OF,
    routes.WEBHOOK,
    routes.SET_WEBHOOK,
    routes.DELIVERY_LOG,
    routes.MINT,
    routes.REVOKE,
)


def _manifest() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "app.yml").read_text(encoding="utf-8")))


def _needed(used: Iterable[Route]) -> dict[str, str]:
    """The highest level of each permission that these routes need."""
    needed: dict[str, str] = {}
    for permission, level in (route.needs for route in used if route.needs):
        needed[permission] = max(level, needed.get(permission, "read"), key=LEVELS.index)
    return needed


def test_every_route_belongs_to_the_watcher_or_the_hand() -> None:
    """A new route has to say whose it is, so that somebody decides about the permission it needs."""
    known = {route for module in (routes, graphql) for route in vars(module).values() if isinstance(route, Route)}

    theirs = (*HANDS, *WATCHERS, *WHERE_GRANTED, *AS_A_PERSON, *AS_THE_APP)
    assert {str(route) for route in known} == {str(route) for route in theirs}


def test_the_watcher_asks_for_just_what_its_routes_need() -> None:
    """It is installed by every organization, so it asks for little, and for nothing that writes."""
    asked = _manifest()["default_permissions"]

    assert asked == _needed(WATCHERS)
    assert set(asked.values()) == {"read"}


def test_the_hand_asks_for_just_what_its_routes_need() -> None:
    """It is installed on selected repositories by their owners' consent."""
    assert _manifest()["x-hand"]["default_permissions"] == _needed(HANDS)


def test_the_hand_has_no_webhook_and_no_events() -> None:
    """Deliveries would be doubled."""
    hand = _manifest()["x-hand"]

    assert hand["hook_attributes"] == {"active": False}
    assert hand["default_events"] == []


def test_the_watcher_asks_for_just_the_events_that_intake_reads() -> None:
    """An event that nobody reads is work for nothing; one that is not asked for never comes.

    `public` says what `repository` says, and is read where somebody asked for it; so are those about pull requests.
    """
    asked = set(_manifest()["default_events"])

    assert asked == set(routing._READERS) - ALWAYS_SENT - WHERE_ONE_IS_BOTH - {"public"}


def test_what_the_doctor_looks_for_is_what_is_asked_for() -> None:
    """An event that is missing here would never be missed."""
    assert set(_manifest()["default_events"]) == permissions.EVENTS


def test_read_tokens_are_asked_for_no_more_than_an_app_may_have() -> None:
    """A token with a permission that no registration has would be refused as a whole.

    Those for pull requests are asked for one by one, for one repository, so no other token has them.
    """
    manifest = _manifest()
    either = {**manifest["default_permissions"], **manifest["x-hand"]["default_permissions"]}

    assert set(READ_PERMISSIONS) == set(either) - {"pull_requests", "checks"}


def test_the_reader_has_no_verb_that_writes() -> None:
    """Deciding gets the reader, and so cannot write."""
    writing = {name for name in vars(Reader) if name.startswith(("set", "add", "open", "update", "close", "publish"))}

    assert writing == set()


def test_every_setting_of_the_manifest_is_githubs_own() -> None:
    """It is pasted into GitHub (GitHub: "Registering a GitHub App from a manifest"); `x-hand` is taken out before."""
    theirs = {
        "name", "url", "description", "public", "default_permissions", "default_events", "hook_attributes",
        "redirect_url", "callback_urls", "setup_url", "request_oauth_on_install", "setup_on_update",
    }  # fmt: skip

    assert set(_manifest()) - {"x-hand"} <= theirs
    assert set(_manifest()["x-hand"]) <= theirs
