"""A GitHub of very many repositories in which nothing happens: only how often and when it is asked is of interest.

For stories about numbers, for which the sandbox would take minutes.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.clock import FakeClock

_READ = {"metadata": "read", "administration": "read", "repository_advisories": "read"}
_PLACES = [f"t{number}" for number in range(3)] + [f"f{number}" for number in range(6)]
_NO_FILES = {"isPrivate": False, "isEmpty": False} | dict.fromkeys(_PLACES) | {"t1": {"entries": []}}  # its root


class QuietGitHub(httpx.AsyncBaseTransport):
    """One organization with one installation. `limit` is what it may ask in an hour, `number` GitHub's id of it."""

    def __init__(self, clock: FakeClock, *, account: str, repositories: int, limit: int, number: int = 7) -> None:
        self.clock, self.account, self.limit, self.number = clock, account, limit, number
        self.token = f"ghs_quiet{number}"
        self.ids = {f"{account}/tool-{each:05}": number * 100_000 + each for each in range(repositories)}
        self.off: set[str] = set()  # where somebody switched private reporting off
        self.broken: set[str] = set()  # where GitHub cannot tell whether it is on
        self.asked_at: list[datetime] = []  # by the installation, tokens apart
        self.lists: Counter[str] = Counter()  # of advisories, by repository
        self.looks: dict[str, list[datetime]] = defaultdict(list)  # when these were given
        self.switch_reads: dict[str, list[datetime]] = defaultdict(list)
        self.met: dict[str, datetime] = {}  # those that came later
        self.banned_until: datetime | None = None
        self.inside_ban = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/app/installations":
            return self._reply([self.installation()])
        if path == "/app/hook/config":
            return self._reply({"url": "https://greenroom.example/webhook", "content_type": "json"})
        if path.endswith("/installation"):
            return self._reply({"message": "Not Found"}, 404)
        if path.endswith("/access_tokens"):
            expires = (self.clock.now() + timedelta(hours=1)).isoformat()
            asked = json.loads(request.content)
            return self._reply({"token": self.token, "expires_at": expires, "permissions": asked["permissions"]}, 201)
        return self._of_installation(request)

    def asked_within(self, start: datetime, length: timedelta) -> int:
        return sum(start <= at < start + length for at in self.asked_at)

    def add(self, name: str) -> None:
        """Somebody makes another repository."""
        self.ids[name] = self.number * 100_000 + len(self.ids)
        self.met[name] = self.clock.now()

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
            self.looks[name].append(now)
            return self._reply([])
        if path.endswith("/code-security-configuration"):
            return httpx.Response(204)
        if path == "/graphql":
            return self._reply(
                {"data": dict.fromkeys(re.findall(r"(r\d+|defaults): ", request.content.decode()), _NO_FILES)}
            )
        self.switch_reads[name].append(now)
        return self._reply({"enabled": name not in self.off}, 502 if name in self.broken else 200)

    def _page(self, request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", "1"))
        names = sorted(self.ids)
        some = [
            {"id": self.ids[name], "full_name": name, "private": False} for name in names[page * 100 - 100 : page * 100]
        ]
        following = str(request.url.copy_set_param("page", page + 1))
        link = {"link": f'<{following}>; rel="next"'} if page * 100 < len(names) else {}
        return self._reply({"total_count": len(names), "repositories": some}, headers=link)

    def installation(self) -> dict[str, Any]:
        """As GitHub lists it."""
        account = {"login": self.account, "id": self.number}
        told = {"permissions": _READ, "repository_selection": "all", "suspended_at": None}
        return {"id": self.number, "account": account, **told}

    def _reply(self, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> httpx.Response:
        named = {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.limit - 1),
            "x-ratelimit-resource": "core",
        }
        return httpx.Response(status, json=body, headers=named | (headers or {}))
