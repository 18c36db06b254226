"""How does somebody register an App from a manifest, see it in their organization's settings, and delete it?

GitHub: "Registering a GitHub App from a manifest", "Create a GitHub App from a manifest". Who clicks is an owner of
that organization; the sandbox asks nobody to sign in for it.
"""

from __future__ import annotations

import hashlib
import html
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.sandbox import manifests
from app.sandbox.people import Impossible, uninstall
from app.sandbox.registering import new_private_key, register, unregister
from app.sandbox.server.answers import not_found
from app.sandbox.server.webpage import no_such_page, page
from app.sandbox.state.accounts import Organization
from app.sandbox.state.apps import Registration
from app.sandbox.state.manifest_codes import CODE_LIVES, ManifestCode
from app.sandbox.state.world import World
from app.sandbox.wire.apps import integration

_NEW = re.compile(r"/organizations/([^/]+)/settings/apps(/new)?")
_ONE = re.compile(r"/organizations/([^/]+)/settings/apps/([^/]+)")
_CONVERSION = re.compile(r"/app-manifests/([^/]+)/conversions")
Asked = Mapping[str, str]


def is_about_apps(path: str) -> bool:
    return any(each.fullmatch(path) for each in (_NEW, _ONE, _CONVERSION))


def answer(world: World, request: Request, body: bytes) -> Response:
    """What a browser, or whoever holds a code, is answered. Raises Refusal."""
    path, is_sent = request.url.path, request.method == "POST"
    if found := _CONVERSION.fullmatch(path):
        return _converted(world, found[1]) if is_sent else _never()
    asked = dict(request.query_params) | dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    if found := _NEW.fullmatch(path):
        org = world.find_organization(found[1])
        if org is None or not is_sent:
            return no_such_page()
        return _offered(org, asked) if found[2] else _created(world, org, asked)
    found = _ONE.fullmatch(path)
    return _shown(world, *found.groups(), delete=is_sent) if found else no_such_page()


def _never() -> Response:
    raise not_found()


def _offered(org: Organization, asked: Asked, wrong: str = "") -> Response:
    """What the App would be, with a name that can be changed, and the button."""
    try:
        manifest = manifests.read(asked.get("manifest", ""))
    except Impossible as error:
        return page("This manifest is invalid", f"<p>{html.escape(str(error))}</p>", 422)
    kept = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(asked.get(name, ""))}">'
        for name in ("manifest", "state")
    )
    rights = "".join(
        f"<li>{html.escape(name)}: {html.escape(level)}</li>" for name, level in manifest["default_permissions"].items()
    )
    name = html.escape(asked.get("name", str(manifest.get("name", ""))))
    return page(
        f"Create GitHub App for {org.login}",
        f"<p><strong>{html.escape(wrong)}</strong></p><ul>{rights}</ul>"
        f'<form method="post" action="/organizations/{org.login}/settings/apps">{kept}'
        f'<label>GitHub App name <input name="name" value="{name}" maxlength="{manifests.LONGEST_NAME}"></label> '
        f"<button>Create GitHub App for {org.login}</button></form>",
        422 if wrong else 200,
    )


def _created(world: World, org: Organization, asked: Asked) -> Response:
    try:
        manifest, name = manifests.read(asked.get("manifest", "")), manifests.name_of(asked.get("name", ""))
    except Impossible as error:
        return _offered(org, asked, str(error))
    slug = manifests.slug_of(name)
    if not slug or any(app.slug == slug for app in world.registrations.values()):
        return _offered(org, asked, "Name has already been taken")
    code = _code(world, _registered(world, org, manifest | {"name": name}, slug))
    state = {"state": asked["state"]} if asked.get("state") else {}
    back = manifest["redirect_url"]
    return RedirectResponse(f"{back}{'&' if urlsplit(back).query else '?'}{urlencode({'code': code} | state)}", 302)


def _registered(world: World, org: Organization, manifest: dict[str, Any], slug: str) -> Registration:
    hook = manifest.get("hook_attributes", {})
    is_active = bool(hook) and hook.get("active", True)
    return register(
        world,
        slug,
        manifest,
        org,
        private_key=new_private_key(),
        webhook_secret=secrets.token_hex(20) if is_active else None,
        webhook_url=hook.get("url", ""),
    )


def _code(world: World, app: Registration) -> str:
    code = hashlib.sha256(f"manifest {world.next_token()} {app.private_key}".encode()).hexdigest()[:40]
    world.manifest_codes[code] = ManifestCode(app=app, expires_at=world.now() + CODE_LIVES)
    return code


def _converted(world: World, code: str) -> Response:
    """Everything that the App's owner has to keep, once."""
    found = world.manifest_codes.pop(code, None)
    if found is None or found.expires_at <= world.now():
        raise not_found()
    app = found.app
    kept = {"client_secret": app.client_secret, "webhook_secret": app.webhook_secret, "pem": app.private_key}
    return JSONResponse(integration(world, app) | kept, 201)


def _shown(world: World, login: str, slug: str, *, delete: bool) -> Response:
    app = next((each for each in world.registrations.values() if each.slug == slug), None)
    if app is None or app.owner.login.lower() != login.lower():
        return no_such_page()
    if not delete:
        return page(app.name, f"<p>App ID: {app.id}</p><form method=post><button>Delete GitHub App</button></form>")
    for installation in [each for each in world.installations.values() if each.app is app]:
        uninstall(world, installation, by=world.users[min(installation.account.owners)])
    unregister(world, app)
    return page("The App is deleted", "")
