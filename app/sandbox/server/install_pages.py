"""How does somebody install an App: on which account, and on which of its repositories?

GitHub: "Installing a GitHub App from a third party". The sandbox's page lists every organization, and whoever clicks is
its owner.
"""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from app.sandbox.people import Impossible, install_app
from app.sandbox.server.webpage import no_such_page, page
from app.sandbox.state.accounts import Organization
from app.sandbox.state.apps import Registration
from app.sandbox.state.world import Unknown, World

_PATH = re.compile(r"/apps/([^/]+)/installations/new")


def is_about_installing(path: str) -> bool:
    return _PATH.fullmatch(path) is not None


def answer(world: World, request: Request, body: bytes) -> Response:
    found = _PATH.fullmatch(request.url.path)
    slug = found[1] if found else ""
    app = next((each for each in world.registrations.values() if each.slug == slug), None)
    if app is None:
        return no_such_page()
    if request.method != "POST":
        return page(f"Install {app.name}", _accounts(world, app))
    asked = parse_qs(body.decode(errors="replace"))
    chosen = [name for name in re.split(r"[\s,]+", asked.get("repositories", [""])[0]) if name]
    try:
        org = world.organization(asked.get("account", [""])[0])
        repositories = [world.repository(_named(org, name)) for name in chosen]
        install_app(world, app, org, by=world.users[min(org.owners)], repositories=repositories or None)
    except (Unknown, Impossible) as error:
        return page(f"{app.name} is not installed", f"<p>{html.escape(str(error))}</p>", 422)
    more = f'<p><a href="{request.url.path}">Install it elsewhere, too</a></p>'
    return page(f"{app.name} is installed on {org.login}", more)


def _named(org: Organization, typed: str) -> str:
    """By its name or as OWNER/NAME. Raises Impossible where it is not theirs."""
    owner, _, name = typed.rpartition("/")
    if owner.lower() not in {"", org.login.lower()}:
        raise Impossible(f"{typed} is no repository of {org.login}; each account is installed on for itself")
    return f"{org.login}/{name}"


def _accounts(world: World, app: Registration) -> str:
    has = {each.account.id for each in world.installations.values() if each.app is app}
    listed = sorted(world.organizations.values(), key=lambda org: org.login.lower())
    return "".join(_account(org, is_there=org.id in has) for org in listed)


def _account(org: Organization, *, is_there: bool) -> str:
    login = html.escape(org.login)
    if is_there:
        return f"<h2>{login}</h2><p>It is installed here.</p>"
    account = f'<input type="hidden" name="account" value="{login}">'
    return (
        f"<h2>{login}</h2>"
        f'<form method="post">{account}<button>Install on all repositories of {login}</button></form>'
        f'<form method="post">{account}<label>Only select repositories of {login}, '
        f"by their names or as {login}/NAME, with blanks between: "
        f'<input name="repositories" required></label> <button>Install on these of {login}</button></form>'
    )
