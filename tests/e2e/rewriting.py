"""What if GitHub's answers leave something out, or people do something just before one is given?"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import httpx
import msgspec

Edit = Callable[[Any], Any]


class Rewriting(httpx.AsyncBaseTransport):
    """The connection to GitHub. Requests for a path, in which `*` may stand, can be waited for and rewritten."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._before: list[tuple[str, Callable[[], None]]] = []
        self._edits: list[tuple[str, Edit]] = []

    def before(self, path: str, act: Callable[[], None]) -> None:
        """What people do just before the next answer from there is made."""
        self._before.append((path, act))

    def rewrite(self, path: str, edit: Edit) -> None:
        """From now on what is read from there is changed on its way."""
        self._edits.append((path, edit))

    def clear(self) -> None:
        self._before.clear()
        self._edits.clear()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            return await self._inner.handle_async_request(request)
        for waiting in [each for each in self._before if fnmatchcase(request.url.path, each[0])]:
            self._before.remove(waiting)
            waiting[1]()
        response = await self._inner.handle_async_request(request)
        for edit in [edit for path, edit in self._edits if fnmatchcase(request.url.path, path)]:
            content = msgspec.json.encode(edit(msgspec.json.decode(await response.aread())))
            headers = {name: value for name, value in response.headers.items() if name != "content-length"}
            response = httpx.Response(response.status_code, content=content, headers=headers)
        return response


def without(*keys: str, value: Any = ...) -> Edit:
    """Leave these keys of each thing out, or give them another value."""

    def edit(json: Any) -> Any:
        if isinstance(json, list):
            return [edit(item) for item in json]
        kept = {name: said for name, said in json.items() if name not in keys}
        return kept if value is ... else kept | dict.fromkeys(keys, value)

    return edit
