"""A GitHub of very many repositories in which nothing happens: only how often and when it is asked is of interest.

For stories about numbers, for which the sandbox would take minutes.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.clock import FakeClock

_READ = {"metadata": "read", "administration": "read", "repository_advisories": "read"}


class QuietGitHub(httpx.AsyncBaseTransport):
    """One organization with one installation. `limit` is what it may ask in an hour."""

    def __init__(self, clock: FakeClock, *, account: str, repositories: int, limit: int) -> None:
        self.clock, self.account, self.limit = clock, account, limit
        self.ids = {f"{account}/tool-{number:05}": number + 1000 for number in range(repositories)}
        self.asked_at: list[datetime] = []  # by the installation, tokens apart
        self.lists: Counter[str] = Counter()  # of advisories, by repository
        self.banned_until: datetime | None = None
        self.inside_ban = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/app/installations":
            return self._reply([self._installation()])
        if path == "/app/hook/config":
            return self._reply({"url": "https://greenroom.example/webhook", "content_type": "json"})
        if path.endswith("/installation"):
            return self._reply({"message": "Not Found"}, 404)
        if path.endswith("/access_tokens"):
            expires = (self.clock.now() + timedelta(hours=1)).isoformat()
            asked = json.loads(request.content)
            return self._reply({"token": "ghs_quiet", "expires_at": expires, "permissions": asked["permissions"]}, 201)
        return self._of_installation(request)

    def asked_within(self, start: datetime, length: timedelta) -> int:
        return sum(start <= at < start + length for at in self.asked_at)

    def ban(self, length: timedelta) -> None:
        """Whoever asks is sent away until then."""
        self.banned_until = self.clock.now() + length

    def _of_installation(self, request: httpx.Request) -> httpx.Response:
        now, path = self.clock.now(), request.url.path
        self.asked_at.append(now)
        if self.banned_until and now < self.banned_until:
            self.inside_ban += 1
            after = str(int((self.banned_until - now).total_seconds()))
            return self._reply({"message": "secondary rate limit"}, 403, {"retry-after": after})
        if path == "/installation/repositories":
            return self._page(request)
        name = "/".join(path.split("/")[2:4])
        if path.endswith("/security-advisories"):
            self.lists[name] += 1
            return self._reply([])
        return self._reply({"enabled": True})

    def _page(self, request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", "1"))
        names = sorted(self.ids)
        some = [
            {"id": self.ids[name], "full_name": name, "private": False} for name in names[page * 100 - 100 : page * 100]
        ]
        following = str(request.url.copy_set_param("page", page + 1))
        link = {"link": f'<{following}>; rel="next"'} if page * 100 < len(names) else {}
        return self._reply({"total_count": len(names), "repositories": some}, headers=link)

    def _installation(self) -> dict[str, Any]:
        account = {"login": self.account, "id": 1}
        return {"id": 7, "account": account, "permissions": _READ, "repository_selection": "all", "suspended_at": None}

    def _reply(self, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> httpx.Response:
        named = {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.limit - 1),
            "x-ratelimit-resource": "core",
        }
        return httpx.Response(status, json=body, headers=named | (headers or {}))
