"""A GitHub in which things happen, and beside it thousands of repositories in which nearly nothing does.

The sandbox would take an hour for a day of them.
"""

from __future__ import annotations

import httpx
import jwt

from tests.fake_github import FakeGitHub
from tests.quiet_github import QuietGitHub


class Beside(httpx.AsyncBaseTransport):
    """The connection to both: one App, and the installations of all."""

    def __init__(self, github: FakeGitHub, *quiet: QuietGitHub) -> None:
        self._inner, self._watcher = github.transport, github.watcher.app_id
        self._accounts = {each.account: each for each in quiet}
        self._tokens = {f"Bearer {each.token}": each for each in quiet}
        self.at_once = self._under_way = 0  # the most, and now
        self._minting = {f"/app/installations/{each.number}/access_tokens": each for each in quiet}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._under_way += 1
        self.at_once = max(self.at_once, self._under_way)
        try:
            return await self._answer(request)
        finally:
            self._under_way -= 1

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        path, sent = request.url.path, request.headers.get("authorization", "")
        owner = path.split("/")[2] if path.startswith(("/repos/", "/orgs/", "/users/")) else ""
        theirs = self._minting.get(path) or self._tokens.get(sent) or self._accounts.get(owner)
        if theirs is not None:
            return await theirs.handle_async_request(request)
        response = await self._inner.handle_async_request(request)
        if path != "/app/installations" or not self._is_watcher(sent):
            return response
        listed = [*response.json(), *(each.installation() for each in self._accounts.values())]
        kept = {name: value for name, value in response.headers.items() if name.startswith("x-ratelimit")}
        return httpx.Response(200, json=listed, headers=kept)

    def _is_watcher(self, sent: str) -> bool:
        said = jwt.decode(sent.removeprefix("Bearer "), options={"verify_signature": False})
        return str(said["iss"]) == self._watcher
