"""How does a request become an answer? A plain ASGI application over one world."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from email.utils import format_datetime
from typing import Any, TypeAlias, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from app.sandbox.server import (
    accounts,
    advisories,
    app_pages,
    apps,
    checks,
    comments,
    conditional,
    contents,
    global_database,
    graphql,
    install_pages,
    issues,
    organization_lists,
    pulls,
    repositories,
    sign_in,
    users,
)
from app.sandbox.server.answers import NOT_ACCESSIBLE, NOT_PUBLIC, Refusal, not_accessible, not_found
from app.sandbox.server.call import Call, Route
from app.sandbox.server.credentials import app_of, bearer_of, is_jwt, outsider_of, token_of
from app.sandbox.server.faults import Dropped, Fault, Faults, elsewhere
from app.sandbox.server.limits import SECONDARY, Limits, account_of, holder_behind, holder_of, routes
from app.sandbox.server.verbs import Verbs
from app.sandbox.state.outsiders import Outsider
from app.sandbox.state.traffic import Exchange
from app.sandbox.state.world import World

T = TypeVar("T")
Page: TypeAlias = Callable[[World, Request, bytes], Response]
# What GitHub's website answers, and what goes with it and asks for no token.
_PAGES: tuple[tuple[Callable[[str], bool], Page], ...] = (
    (sign_in.is_about_signing_in, sign_in.answer),
    (app_pages.is_about_apps, app_pages.answer),
    (install_pages.is_about_installing, install_pages.answer),
)
_VERSIONS = {"2022-11-28", "2026-03-10"}
_BY_ID = re.compile(r"/repositories/(\d+)(/.*)?")
_ORG_BY_ID = re.compile(r"/organizations/(\d+)(/.*)?")
_BY_NAME = re.compile(r"/repos/([^/]+/[^/]+)(/.*)?")
_WORDS = {
    "outage": "Server Error",
    "permission": NOT_ACCESSIBLE,
    "primary-limit": "API rate limit exceeded for installation.",
    "secondary-limit": SECONDARY,
}


class Sandbox:
    """GitHub's REST API over `world`, and people's verbs under `/_sandbox`.

    A request that it was never taught is remembered in `untaught` and answered 404. A connection that an arranged
    fault breaks leaves it as the exception `Dropped`: whoever serves it decides how a broken connection looks.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults = Faults()
        self.untaught: list[str] = []
        self.limits = Limits(world)
        self.verbs = Verbs(world, self.faults)
        self._routes: tuple[Route, ...] = (
            *apps.ROUTES,
            *users.ROUTES,
            *accounts.ROUTES,
            *repositories.ROUTES,
            *contents.ROUTES,
            *organization_lists.ROUTES,
            *advisories.ROUTES,
            *global_database.ROUTES,
            *issues.ROUTES,
            *comments.ROUTES,
            *graphql.ROUTES,
            *pulls.ROUTES,
            *checks.ROUTES,
            *routes(self.limits),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        if request.url.path.startswith("/_sandbox"):
            response = await self.verbs.answer(request)
        else:
            response = await self._github(request)
        await response(scope, receive, send)

    async def _github(self, request: Request) -> Response:
        body = await request.body()
        exchange = Exchange(
            number=len(self.world.requests) + 1,
            at=self.world.now(),
            method=request.method,
            path=request.url.path,
            query=request.url.query,
            origin=f"{request.url.scheme}://{request.url.netloc}",
        )
        self.world.requests.append(exchange)
        fault = self.faults.striking(exchange.method, exchange.path)
        exchange.arranged = str(fault) if fault else None
        holder = holder_behind(self.world, request.headers.get("authorization", ""))
        if holder is None:
            response = await self._struck(request, body, exchange, fault)
        else:
            exchange.account = account_of(holder)
            exchange.inside_limit = self.limits.was_told_to_wait(holder, exchange.path)
            with self.limits.under_way(holder):
                response = await self._struck(request, body, exchange, fault)
            self.limits.remember(holder, response.headers)
        exchange.status = response.status_code
        response.headers["x-github-request-id"] = f"{exchange.number:04X}:SANDBOX"
        response.headers["date"] = format_datetime(self.world.clock.now(), usegmt=True)
        return response

    async def _struck(self, request: Request, body: bytes, exchange: Exchange, fault: Fault | None) -> Response:
        if fault is None:
            return self._answer(request, body, exchange)
        if fault.kind == "fail":
            return _marked(self._failure(fault), fault)
        if fault.kind == "garbage":
            return _marked(PlainTextResponse("<html><!-- not what you asked for", media_type="application/json"), fault)
        if fault.kind == "slow":
            await self.world.clock.sleep(fault.seconds)
            return self._answer(request, body, exchange)
        answer = self._answer(request, body, exchange)
        if fault.kind == "hostile-link":
            answer.headers["link"] = f'<{elsewhere(str(request.url), fault.to)}>; rel="next"'
            return _marked(answer, fault)
        if fault.how == "502":
            return _marked(Refusal(502, "Server Error").response(), fault)
        raise Dropped("timeout" if fault.how == "timeout" else "reset")

    def _failure(self, fault: Fault) -> Response:
        headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
        if fault.because == "primary-limit":
            reset = int(self.world.clock.now().timestamp()) + (fault.retry_after or 60)
            headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
        if fault.because == "primary-limit" and fault.status == 200:  # noqa: PLR2004 - as only GraphQL answers it
            return graphql.limited(headers)
        return Refusal(fault.status, _WORDS[fault.because], headers=headers).response()

    def _answer(self, request: Request, body: bytes, exchange: Exchange) -> Response:
        holder = None
        for is_there, page in _PAGES:
            if is_there(request.url.path):
                return self._page(page, request, body)
        try:
            _check_version(request)
            route, path = self._route(request)
            call = self._call(request, body, route, path)
            holder, exchange.who = holder_of(call), call.who
            if route.template != "/rate_limit":
                self.limits.count(holder, exchange)
            self._check_permission(call, route)
            response = route.handler(call)
        except Refusal as refusal:
            response = refusal.response()
        else:
            exchange.had_effect = exchange.method not in {"GET", "HEAD"} and route.template != "/graphql"
            if request.method == "GET" and (same := conditional.unchanged(request, response)):
                response = same
                if route.template != "/rate_limit":
                    self.limits.give_back(holder)
        headers = self.limits.headers(holder) if holder else {}
        for name, value in {**headers, **_usual_headers(request, response)}.items():
            response.headers.setdefault(name, value)
        return response

    def _page(self, page: Page, request: Request, body: bytes) -> Response:
        try:
            return page(self.world, request, body)
        except Refusal as refusal:
            return refusal.response()

    def _route(self, request: Request) -> tuple[Route, dict[str, str]]:
        path = self._by_name(request)
        for route in self._routes:
            if (found := route.match(request.method, path)) is not None:
                return route, found
        self.untaught.append(f"{request.method} {request.url.path}")
        raise Refusal(404, "The sandbox was never taught this route.", headers={"x-sandbox-untaught": "yes"})

    def _by_name(self, request: Request) -> str:
        """The path under today's names. `Link` headers have `/repositories/{id}/…` and `/organizations/{id}/…`."""
        path: str = request.url.path
        if found := _BY_ID.fullmatch(path):
            repo = self.world.repositories.get(int(found[1]))
            return f"/repos/{_known(repo).full_name}{found[2] or ''}"
        if found := _ORG_BY_ID.fullmatch(path):
            org = self.world.organizations.get(int(found[1]))
            return f"/orgs/{_known(org).login}{found[2] or ''}"
        if found := _BY_NAME.fullmatch(path):
            self._redirect_moved(request, found[1].lower(), found[2] or "")
        return path

    def _redirect_moved(self, request: Request, former: str, rest: str) -> None:
        """GitHub: "Best practices for using the REST API", follow redirects: 301 to read, 307 to write."""
        moved = self.world.moved.get(former)
        if moved not in self.world.repositories:
            return
        url = f"{self.world.api_url}/repositories/{moved}{rest}"
        if request.method == "GET":
            raise Refusal(301, "Moved Permanently", headers={"Location": url}, url=url)
        raise Refusal(307, "Temporary Redirect", headers={"Location": url}, url=url)

    def _call(self, request: Request, body: bytes, route: Route, path: dict[str, str]) -> Call:
        call = Call(
            world=self.world,
            path=path,
            query=dict(request.query_params),
            body=_json(body),
            url_path=request.url.path,
            needs=route.needs,
        )
        authorization = request.headers.get("authorization", "")
        if outsider := outsider_of(self.world, authorization):
            return replace(call, outsider=_admitted(outsider, route))
        credential = bearer_of(authorization)
        if route.by == "jwt" or (route.by == "any" and is_jwt(credential)):
            return replace(call, app=app_of(self.world, credential))
        return replace(call, token=token_of(self.world, credential))

    def _check_permission(self, call: Call, route: Route) -> None:
        if not call.outsider and route.needs and not call.bearer.may(*route.needs):
            raise not_accessible()


def _check_version(request: Request) -> None:
    """GitHub: "API Versions": an unknown version is answered with 400; none means the oldest that is supported."""
    version = request.headers.get("x-github-api-version", "2022-11-28")
    if version not in _VERSIONS:
        raise Refusal(400, f"{version} is not a supported version of the API.")


def _admitted(outsider: Outsider, route: Route) -> Outsider:
    if route.in_public or (outsider.login and route.for_people):
        return outsider
    raise Refusal(403, NOT_PUBLIC) if outsider.login else Refusal(401, "Requires authentication")


def _known(this: T | None) -> T:
    if this is None:
        raise not_found()
    return this


def _json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise Refusal(400, "Problems parsing JSON") from None


def _marked(response: Response, fault: Fault) -> Response:
    """An arranged answer says so, for whoever checks answers against GitHub's shapes."""
    response.headers["x-sandbox-fault"] = fault.kind
    return response


def _usual_headers(request: Request, response: Response) -> dict[str, str]:
    usual = {
        "x-github-media-type": "github.v3; format=json",
        "x-github-api-version-selected": request.headers.get("x-github-api-version", "2022-11-28"),
    }
    if isinstance(response, JSONResponse):
        response.headers["content-type"] = "application/json; charset=utf-8"
    return usual
