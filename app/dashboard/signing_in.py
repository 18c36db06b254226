"""Is this browser somebody's, and how does it become so? By way of GitHub, with PKCE.

A state is good once, for ten minutes, and for the browser that was sent away with it: whoever brings somebody else's
address back is turned away. The callback is the one GET that changes anything, as GitHub leads there by an address.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from app.dashboard import forms
from app.dashboard.here import Session, templates
from app.dashboard.sessions import BROWSER, SESSION, Sessions, derived, digest, give, held, new_value, take_back
from app.dashboard.viewing import Viewing
from app.github.client import Unauthenticated
from app.github.errors import RetryLater
from app.github.sign_in import NotSignedIn, SignIn
from app.main import Greenroom
from app.store import sessions as store

ON_THE_WAY = timedelta(minutes=10)
_LONGEST = 500  # characters of a path, of GitHub's code, and of our state
SIGN_IN = "/login"
_CALLBACK = "/login/callback"


class SigningIn:
    """The public pages, and who is behind a request."""

    def __init__(self, greenroom: Greenroom) -> None:
        settings = greenroom.settings
        self._greenroom = greenroom
        self._sign_in = greenroom.sign_in
        self._sessions: Sessions | None = None
        if settings.encryption_keys is not None:
            keys = settings.encryption_keys.get_secret_value()
            self._sessions = Sessions(greenroom.database, greenroom.clock, keys=keys)
        self._viewing = Viewing(greenroom)
        self.origin = settings.origin
        self.github = _origin_of(settings.github_web_url) if self._sign_in else ""
        self.routes = [
            Route(SIGN_IN, self._page, methods=["GET"]),
            Route(SIGN_IN, self._leave, methods=["POST"]),
            Route(_CALLBACK, self._come_back, methods=["GET"]),
            Route("/logout", self._sign_out, methods=["POST"]),
        ]

    async def session_of(self, request: Request) -> Session | None:
        """Whose request it is. None where nobody's, or where GitHub does not know their token any more."""
        value = held(request, SESSION)
        if not value or self._sessions is None:
            return None
        found = await self._sessions.of(value)
        if found is None:
            return None
        stored, token = found
        try:
            eyes = self._greenroom.visitors.of(stored.person, token)
            viewer = await self._viewing.viewer(stored.id, stored.person, eyes)
        except Unauthenticated:
            await self.end(stored.id)
            return None
        csrf = derived(value, "forms")
        return Session(id=stored.id, viewer=viewer, csrf=csrf, token=token, expires_at=stored.expires_at)

    async def end(self, session: str) -> None:
        """Nobody is signed in with it any more."""
        self._viewing.forget(session)
        if self._sessions:
            await self._sessions.end(session)

    def asks(self, request: Request) -> Response:
        """Who is not signed in is asked to, and comes back to where they wanted to go."""
        if request.method not in {"GET", "HEAD"}:
            return _bare("signed_out.html", title="You are not signed in", status=401)
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{SIGN_IN}?{urlencode({'back': path})}" if path != "/" else SIGN_IN, 303)

    async def _page(self, request: Request) -> Response:
        """A button, as what leads away changes what is remembered here."""
        back = _own_path(request.query_params.get("back", ""))
        if await self.session_of(request):
            return RedirectResponse(back, 303)
        if self._sign_in is None:
            missing = self._greenroom.settings.missing_for_sign_in
            return _bare("not_set_up.html", title="Sign-in is not set up", status=503, missing=missing)
        browser = held(request, BROWSER) or new_value()
        login = request.query_params.get("login", "")[:_LONGEST]
        response = _bare("login.html", title="Sign in", csrf=derived(browser, "forms"), back=back, login=login)
        give(response, BROWSER, browser, seconds=_seconds(ON_THE_WAY))
        return response

    async def _leave(self, request: Request) -> Response:
        sign_in, browser = self._needed(), held(request, BROWSER)
        if request.headers.get("origin", self.origin) != self.origin:  # under localhost, say: it fails each time
            return _bare("elsewhere.html", title="This is not Greenroom's address", status=403, origin=self.origin)
        form = await forms.sent(request, origin=self.origin, csrf=derived(browser, "forms") if browser else "")
        state, now = new_value(), self._greenroom.clock.now()
        this = store.SignIn(
            state=digest(state),
            browser=digest(browser),
            back=_own_path(form.get("back", "")),
            expires_at=now + ON_THE_WAY,
        )
        await self._greenroom.database.write(partial(store.begin, this=this, now=now))
        address = sign_in.address(
            state=state, verifier=_verifier(browser, state), back_to=self._back_to, login=form.get("login", "")
        )
        response = RedirectResponse(address, 303)
        give(response, BROWSER, browser, seconds=_seconds(ON_THE_WAY))
        return response

    async def _come_back(self, request: Request) -> Response:
        """GitHub sends the browser here with a code. The sign-in is taken first, so that nothing is tried twice."""
        sign_in = self._needed()
        state, code = (request.query_params.get(name, "")[:_LONGEST] for name in ("state", "code"))
        browser, now = held(request, BROWSER), self._greenroom.clock.now()
        this = await self._greenroom.database.write(partial(store.take, state=digest(state), now=now))
        if this is None or not browser or not hmac.compare_digest(this.browser, digest(browser)):
            return _failed("This sign-in is over, or it was begun in another browser.")
        if not code:
            return _failed("GitHub says that you did not agree.")
        try:
            token = await sign_in.token(code, verifier=_verifier(browser, state), back_to=self._back_to)
            person = await self._greenroom.visitors.newcomer(token.value).who()
        except NotSignedIn as error:
            return _failed(f"{error}.")
        except RetryLater:
            return _failed("GitHub does not answer at this moment.", status=503)
        value = await self._started.start(person, token, instead_of=held(request, SESSION))
        response = RedirectResponse(this.back, 303)
        give(response, SESSION, value, seconds=_seconds(token.expires_at - now))
        take_back(response, BROWSER)
        return response

    async def _sign_out(self, request: Request) -> Response:
        """The session ends, whatever GitHub says to the end of the token."""
        session = await self.session_of(request)
        if session is None:
            return self.asks(request)
        await forms.sent(request, origin=self.origin, csrf=session.csrf)
        await self.end(session.id)
        with suppress(RetryLater):  # it expires by itself, and nobody has it any more
            await self._needed().revoke(session.token)
        response = RedirectResponse(SIGN_IN, 303)
        take_back(response, SESSION)
        return response

    @property
    def _back_to(self) -> str:
        return f"{self.origin}{_CALLBACK}"

    @property
    def _started(self) -> Sessions:
        if self._sessions is None:  # all or none, see Settings
            raise HTTPException(404)
        return self._sessions

    def _needed(self) -> SignIn:
        if self._sign_in is None:
            raise HTTPException(404)
        return self._sign_in


def _verifier(browser: str, state: str) -> str:
    """PKCE's secret: 43 characters that only this browser and this sign-in give (RFC 7636). It is stored nowhere."""
    return derived(browser, f"verifier {state}")


def _own_path(path: str) -> str:
    """A path of this site, `/` where it is anything else: browsers take what begins with two slashes for a host."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\", SIGN_IN)) and len(path) <= _LONGEST
    return path if is_ours and path.isascii() and path.isprintable() and "\\" not in path else "/"


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


def _failed(why: str, status: int = 400) -> Response:
    return _bare("not_signed_in.html", title="You are not signed in", status=status, why=why)


def _bare(template: str, *, title: str, status: int = 200, **values: object) -> HTMLResponse:
    return HTMLResponse(templates.get_template(template).render(values | {"title": title}), status)
