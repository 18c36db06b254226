"""What does the wizard show, and what can be clicked?"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from app import dashboard
from app.dashboard import forms
from app.doctor.lines import Line
from app.doctor.showing import as_json, folded
from app.domain.facts import Fact, Known
from app.github.installations import Installation
from app.setup.door import WIZARD
from app.setup.manifests import form_address, install_page, manifest_of
from app.setup.wizard import NotOurs, Wizard

CALLBACK = f"{WIZARD}/callback"
_STATIC = "/static"  # what SafeHeaders lets browsers keep, so that the last page has it too
_LONGEST = 500  # characters of GitHub's code and of our state
templates = Environment(
    loader=ChoiceLoader([PackageLoader("app.setup"), PackageLoader("app.dashboard")]),  # ours stand in its frame
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


class Pages:
    """`csrf` is asked for each form, as it follows from a session that begins later. `close` ends the server."""

    def __init__(
        self, wizard: Wizard, *, shipped: Mapping[str, Any], csrf: Callable[[], str], close: Callable[[], None]
    ) -> None:
        self._wizard, self._shipped, self._csrf, self._close = wizard, shipped, csrf, close

    def site(self) -> ASGIApp:
        wizard = self._wizard
        static = StaticFiles(directory=Path(dashboard.__path__[0]) / "static")
        return Starlette(
            routes=[
                Route(WIZARD, self._page, methods=["GET"]),
                Route(CALLBACK, self._come_back, methods=["GET"]),
                Route(f"{WIZARD}/again", self._doing(wizard.try_again), methods=["POST"]),
                Route(f"{WIZARD}/observe", self._doing(_soon(wizard.observe_only)), methods=["POST"]),
                Route(f"{WIZARD}/look", self._doing(wizard.look), methods=["POST"]),
                Route(f"{WIZARD}/close", self._end, methods=["POST"]),
                Mount(_STATIC, static),
            ],
            exception_handlers={HTTPException: _refused, Exception: _refused},
        )

    async def _page(self, request: Request) -> Response:  # noqa: ARG002 starlette's signature
        return await self._shown()

    async def _shown(self) -> HTMLResponse:
        wizard, places, step = self._wizard, self._wizard.places, self._wizard.step
        asked, register_at = {}, ""
        if step in ("watcher", "hand"):
            asked = manifest_of(step, self._shipped, places)
            register_at = form_address(places, wizard.state_for(step))
        return _html(
            "setup.html",
            wizard=wizard,
            places=places,
            step=step,
            asked=asked,
            manifest=json.dumps(asked),
            register_at=register_at,
            installs={kind: install_page(places, app.slug) for kind, app in wizard.apps.items()},
            installed={kind: _where(fact) for kind, fact in (await wizard.installed()).items()},
            found=_found(wizard.lines or ()),
            csrf=self._csrf(),
        )

    async def _come_back(self, request: Request) -> Response:
        """A GET that changes something, as GitHub leads here by an address: its state says that it is ours."""
        state, code = (request.query_params.get(name, "")[:_LONGEST] for name in ("state", "code"))
        try:
            await self._wizard.come_back(state, code)
        except NotOurs:
            raise HTTPException(403) from None
        return RedirectResponse(WIZARD, 303)

    def _doing(self, step: Callable[[], Awaitable[None]]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            await self._sent(request)
            await step()
            return RedirectResponse(WIZARD, 303)

        return endpoint

    async def _end(self, request: Request) -> Response:
        await self._sent(request)
        await self._wizard.close()
        if self._wizard.is_over:
            self._close()
        return await self._shown()

    async def _sent(self, request: Request) -> None:
        await forms.sent(request, origin=self._wizard.places.wizard, csrf=self._csrf())


def _found(lines: tuple[Line, ...]) -> dict[str, tuple[int, list[dict[str, str]]]]:
    """By state: how much there is, and what is said of it, where much of it is alike in a line."""
    told: dict[str, tuple[int, list[dict[str, str]]]] = {}
    for state in ("problem", "cannot tell", "ok"):
        those = as_json(tuple(line for line in lines if line.state == state))["lines"]
        groups = [list(found) for _, found in groupby(those, key=lambda line: line["group"])]
        told[state] = len(those), [line for group in groups for line in folded(group)]
    return told


def _where(fact: Fact[tuple[Installation, ...]]) -> tuple[str, str, str]:
    """A sign with its word, and where an App is installed."""
    if not isinstance(fact, Known):
        return "unsure", "cannot tell", f"where: {fact.reason}"
    if not fact.value:
        return "held", "not yet", "installed anywhere: it waits for an owner"
    return "good", "installed", f"on {', '.join(sorted(map(_account, fact.value)))}"


def _account(each: Installation) -> str:
    if each.suspended:
        return f"{each.account} (suspended)"
    return each.account if each.repository_selection == "all" else f"{each.account} (selected repositories)"


def _soon(step: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def later() -> None:
        step()

    return later


def _html(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(templates.get_template(template).render(status=status, **values), status)


async def _refused(request: Request, error: Exception) -> Response:  # noqa: ARG001 starlette's signature
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _html("refused.html", status)
