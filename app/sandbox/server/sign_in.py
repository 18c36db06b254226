"""How do people let an App act for them, and what does the App get? GitHub's web pages, and two routes for the App.

GitHub: "Generating a user access token for a GitHub App", "Delete an app token". Likely, not written there: the error
for a wrong verifier is the one for a wrong code, and a login that is suggested is let in at once where that person is
signed in and agreed before; here everybody is and did.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.sandbox.server.answers import Refusal, not_found
from app.sandbox.server.webpage import page
from app.sandbox.state.accounts import User
from app.sandbox.state.apps import Registration
from app.sandbox.state.signed_in import CODE_LIVES, REFRESHED_FOR, TOKEN_LIVES, Code, UserToken, text_of
from app.sandbox.state.world import World

AUTHORIZE = "/login/oauth/authorize"
ACCESS_TOKEN = "/login/oauth/access_token"  # noqa: S105 - a path
_OF_APP = re.compile(r"/applications/([^/]+)/token")
_KEPT = ("client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method")

Asked = Mapping[str, str]


def is_about_signing_in(path: str) -> bool:
    return path in {AUTHORIZE, ACCESS_TOKEN} or _OF_APP.fullmatch(path) is not None


def answer(world: World, request: Request, body: bytes) -> Response:
    """What a browser or the App is answered. Raises Refusal."""
    asked, path = dict(request.query_params) | _form(body), request.url.path
    if path == AUTHORIZE:
        return _authorize(world, asked)
    if path == ACCESS_TOKEN and request.method == "POST":
        return JSONResponse(_token(world, asked))
    if (found := _OF_APP.fullmatch(path)) and request.method == "DELETE":
        return _delete(world, found[1], request.headers.get("authorization", ""), body)
    raise not_found()


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode()))
    except UnicodeDecodeError:
        return {}


def _authorize(world: World, asked: Asked) -> Response:
    app = _app(world, asked.get("client_id", ""))
    back = asked.get("redirect_uri", "")
    if app is None or not back or (app.callback_urls and back not in app.callback_urls):
        raise not_found()
    if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
        return _back(back, error="invalid_request", state=asked.get("state", ""))
    person = world.find_person(asked.get("login", ""))
    if person is None or person.type != "User":
        return _page(world, app, asked)
    number = world.next_token()
    code = hashlib.sha256(f"code {number} {app.private_key}".encode()).hexdigest()[:20]
    world.sign_in_codes[code] = Code(
        app=app,
        person=person,
        redirect_uri=back,
        challenge=asked.get("code_challenge", ""),
        expires_at=world.now() + CODE_LIVES,
    )
    return _back(back, code=code, state=asked.get("state", ""))


def _back(to: str, **said: str) -> Response:
    return RedirectResponse(f"{to}{'&' if urlsplit(to).query else '?'}{urlencode(said)}", 302)


def _page(world: World, app: Registration, asked: Asked) -> Response:
    """Everybody who has an account, one button each."""
    kept = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(asked[name])}">' for name in _KEPT if name in asked
    )
    people = {user.id: user.login for user in world.users.values() if user.type == "User"}
    has_role = {each for org in world.organizations.values() for each in org.owners}
    has_role |= {each for repo in world.repositories.values() for each in repo.admins}
    title = "Owners of organizations, and admins of repositories"
    buttons = _buttons(title, [people[each] for each in people if each in has_role])
    buttons += _buttons("Everybody else", [people[each] for each in people if each not in has_role])
    form = f'<form method="post" action="{AUTHORIZE}">{kept}{buttons}</form>'
    return page(f"Sign in to {app.name}", f"<p>Who are you?</p>{form}")


def _buttons(title: str, logins: list[str]) -> str:
    named = [html.escape(each) for each in sorted(logins, key=str.lower)]
    listed = "".join(f'<li><button name="login" value="{each}">{each}</button>' for each in named)
    return f'<h2>{title}</h2><ul class="people">{listed}</ul>' if listed else ""


def _token(world: World, asked: Asked) -> dict[str, object]:
    """GitHub answers 200 to what is wrong, too."""
    app = _app(world, asked.get("client_id", ""))
    if app is None or asked.get("client_secret") != app.client_secret:
        return _wrong("incorrect_client_credentials")
    code = world.sign_in_codes.pop(asked.get("code", ""), None)
    if code is None or code.app is not app or code.expires_at <= world.now():
        return _wrong("bad_verification_code")
    if code.redirect_uri != asked.get("redirect_uri"):
        return _wrong("redirect_uri_mismatch")
    if code.challenge and code.challenge != _challenge(asked.get("code_verifier", "")):
        return _wrong("bad_verification_code")
    return _given(world, app, code.person)


def _given(world: World, app: Registration, person: User) -> dict[str, object]:
    number = world.next_token()
    text = text_of("ghu", app, person, number)
    world.user_tokens[text] = UserToken(app=app, person=person, expires_at=world.now() + TOKEN_LIVES)
    return {
        "access_token": text,
        "expires_in": int(TOKEN_LIVES.total_seconds()),
        "refresh_token": text_of("ghr", app, person, number),
        "refresh_token_expires_in": int(REFRESHED_FOR.total_seconds()),
        "token_type": "bearer",
        "scope": "",
    }


def _delete(world: World, client_id: str, authorization: str, body: bytes) -> Response:
    app = _app(world, client_id)
    scheme, _, credentials = authorization.partition(" ")
    expected = "" if app is None else base64.b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
    if app is None or scheme.lower() != "basic" or credentials != expected:
        raise not_found()
    try:
        token = world.user_tokens.get(str(json.loads(body)["access_token"]))
    except (ValueError, KeyError, TypeError):
        raise Refusal(422, "Validation Failed") from None
    if token is None or token.app is not app:
        raise not_found()
    world.user_tokens = {text: each for text, each in world.user_tokens.items() if each is not token}
    return Response(status_code=204)


def token_behind(world: World, credential: str, now: datetime) -> UserToken | None:
    """The token of that text, None where it is over or was never given."""
    token = world.user_tokens.get(credential)
    return token if token and token.expires_at > now else None


def _app(world: World, client_id: str) -> Registration | None:
    return next((app for app in world.registrations.values() if app.client_id == client_id), None)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _wrong(error: str) -> dict[str, object]:
    return {"error": error, "error_description": "Not what was asked for.", "error_uri": "https://docs.github.com/apps"}
