"""How is a request for a page answered: who asks, may they, and is it really they?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from app.dashboard import forms
from app.dashboard.guard import may
from app.dashboard.headers import SafeHeaders
from app.dashboard.here import Here, Session, templates
from app.dashboard.routes import PAGES, Page
from app.dashboard.signing_in import SIGN_IN, SigningIn
from app.domain.ids import InvalidName, RepoName
from app.github.client import Unauthenticated
from app.halting import NotAllowed
from app.main import Greenroom
from app.store import participants, repositories
from app.store.cases import NoSuchCase
from app.store.participants import NotInIt

TITLES = {400: "Not understood", 403: "Nothing was changed", 413: "Too much", 500: "Something broke"}
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


def site(greenroom: Greenroom) -> ASGIApp:
    """All pages. Raises what `SigningIn` raises where sign-in is set up by halves."""
    signing_in = SigningIn(greenroom)
    pages = [Route(page.path, _answer(greenroom, signing_in, page), methods=[page.method]) for page in PAGES]
    static = Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    refused = partial(_refused, greenroom, signing_in)
    answers = Starlette(
        routes=[*signing_in.routes, *pages, static], exception_handlers={HTTPException: refused, Exception: refused}
    )
    is_safe = signing_in.origin.startswith("https://")
    # Outermost, so that nothing is answered without.
    return SafeHeaders(answers, sign_in=SIGN_IN, github=signing_in.github, tls=is_safe)


def _answer(greenroom: Greenroom, signing_in: SigningIn, page: Page) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        session = await signing_in.session_of(request)
        if session is None:
            return signing_in.asks(request)
        if not await _is_theirs(greenroom, session, page, request.path_params):
            raise HTTPException(404)  # what is not theirs is as what is not there
        form = await forms.sent(request, origin=signing_in.origin, csrf=session.csrf) if page.method == "POST" else {}
        here = Here(greenroom=greenroom, request=request, session=session, form=form)
        try:
            return await page.show(here)
        except (NotAllowed, NotInIt, InvalidName) as error:
            return here.page("refused.html", title="Nothing was changed", status=409, why=str(error))
        except NoSuchCase:
            raise HTTPException(404) from None
        except Unauthenticated:  # what they may see is asked with a token that GitHub knows no more
            await signing_in.end(session.id)
            return signing_in.asks(request)

    return endpoint


async def _is_theirs(greenroom: Greenroom, session: Session, page: Page, named: Mapping[str, str]) -> bool:
    """Asked anew for each request, of the rows as they are now."""
    match page.needs:
        case "case":
            number = _number(named["case"])
            return may(session.viewer, "case", tools=await greenroom.database.read(partial(_tools, number=number)))
        case "repository":
            found = await greenroom.database.read(partial(repositories.id_of, repo=_name(named)))
            return may(session.viewer, "repository", repository=found)
        case needs:
            return may(session.viewer, needs)


def _tools(conn: Connection, *, number: int) -> frozenset[str]:
    """Who left sees it no more."""
    present = (each for each in participants.participants_of(conn, number) if each.left_at is None)
    return frozenset(each.tool for each in present)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - digits of the largest id
        raise HTTPException(404)
    return int(text)


def _name(named: Mapping[str, str]) -> RepoName:
    try:
        return RepoName.parse(f"{named['owner']}/{named['repo']}")
    except InvalidName:
        raise HTTPException(404) from None


async def _refused(greenroom: Greenroom, signing_in: SigningIn, request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404 and (session := await signing_in.session_of(request)):  # noqa: PLR2004 - HTTP's own
        here = Here(greenroom=greenroom, request=request, session=session, form={})
        return here.page("not_here.html", title="Not here", status=status)
    title = TITLES.get(status, "Not here")
    return HTMLResponse(templates.get_template("error.html").render(status=status, title=title), status)
