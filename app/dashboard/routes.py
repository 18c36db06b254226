"""Which pages are there, and for whom is each? Whatever is not in this table is not served."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from app.dashboard import access
from app.dashboard.guard import Needs
from app.dashboard.here import Here


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One route. Of a `case` page the path names its number as `{case}`, of a `repository` page `{owner}/{repo}`."""

    method: str
    path: str
    needs: Needs
    show: Callable[[Here], Awaitable[Response]]


def _get(path: str, needs: Needs, show: Callable[[Here], Awaitable[Response]]) -> Page:
    return Page(method="GET", path=path, needs=needs, show=show)


def _post(path: str, needs: Needs, do: Callable[[Here], Awaitable[Response]]) -> Page:
    return Page(method="POST", path=path, needs=needs, show=do)


PAGES: tuple[Page, ...] = (_get("/access", "anybody", access.show),)
