"""How do people look at the pages? With a browser that keeps cookies, and by way of GitHub.

`visitor = await sign_in(bot, "uv-maintainer-1")`, then `await visitor.get(path)`, `await visitor.post(path, name="…")`,
and `visitor.html`, `visitor.status`, `visitor.at`. Every answer is held against what no answer may lack or hold.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Self
from urllib.parse import urlsplit

import httpx
from starlette.types import Receive, Scope, Send

from tests.harness import HERE, Bot

_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_SCRIPT = re.compile(r"<script|javascript:|\son[a-z]+=|\sstyle=|<iframe|<object|<embed", re.IGNORECASE)
TOKENS = ("ghu_", "ghr_", "ghs_", "ghp_", "gAAAA")  # of people, what refreshes them, of installations; encrypted ones


class Visitor:
    """Somebody at a browser. `page` is the last answer, `html` its text."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        transport = httpx.ASGITransport(app=self._served)
        self._greenroom = httpx.AsyncClient(transport=transport, base_url=HERE)
        self._github = httpx.AsyncClient(transport=bot.github.transport)
        self.page = httpx.Response(204)

    @property
    def html(self) -> str:
        return self.page.text

    @property
    def status(self) -> int:
        return self.page.status_code

    @property
    def at(self) -> str:
        """Where the last page leads, or is: a path of ours, or an address of GitHub's."""
        there = self.page.headers.get("location", "") or str(self.page.request.url)
        return there.removeprefix(HERE)

    @property
    def cookies(self) -> httpx.Cookies:
        return self._greenroom.cookies

    async def get(self, path: str) -> Self:
        """Look at a page, and follow our own redirects."""
        await self.look(path)
        while self.page.is_redirect and _is_ours(self.page.headers["location"]):
            await self.look(self.page.headers["location"])
        return self

    async def look(self, path: str, method: str = "GET") -> Self:
        """Ask for a page, and stay where a redirect would lead away."""
        return self._seen(await self._greenroom.request(method, path))

    async def post(self, path: str, **form: str) -> Self:
        """Send a form of the last page, with what was filled in, and look at what follows."""
        return await self.send(path, {"csrf": self._proof()} | form)

    async def send(self, path: str, fields: dict[str, str], **headers: str) -> Self:
        """Send exactly these fields."""
        self._seen(await self._greenroom.post(path, data=fields, headers={"origin": HERE} | headers))
        if self.page.is_redirect and _is_ours(self.page.headers["location"]):
            await self.get(self.page.headers["location"])
        return self

    async def leave_for_github(self, path: str = "/access") -> str:
        """Press the button of the sign-in page. Gives the address of GitHub to which it leads."""
        await self.get(path)
        fields = {name: unescape(value) for name, value in _FIELD.findall(self.html)}
        await self.send("/login", fields)
        return str(self.page.headers["location"])

    async def agree(self, address: str, login: str) -> str:
        """Sign in at GitHub as that person. Gives the address with which it sends the browser back."""
        answer = await self._github.get(f"{address}&login={login}")
        return str(answer.headers["location"])

    async def sign_in(self, login: str, path: str = "/access") -> Self:
        back = await self.agree(await self.leave_for_github(path), login)
        return await self.get(back)

    async def _served(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.bot.served(scope, receive, send)  # whatever is running now

    def _seen(self, page: httpx.Response) -> Self:
        self.page = page
        assert (wrong := unsafe(page)) == [], f"{page.request.method} {page.request.url.path}: {wrong}"
        return self

    def _proof(self) -> str:
        return next((unescape(value) for name, value in _FIELD.findall(self.html) if name == "csrf"), "")


def unsafe(page: httpx.Response) -> list[str]:
    """What no answer may lack or hold, whoever asks for whatever."""
    policy, headers = page.headers.get("content-security-policy", ""), page.headers
    wanted = {
        "nothing by default": "default-src 'none'" in policy,
        "no script": "script" not in policy and "unsafe" not in policy,
        "no frames": "frame-ancestors 'none'" in policy,
        "forms go home": "form-action 'self'" in policy,
        "no guessing": headers.get("x-content-type-options") == "nosniff",
        "no cache": headers.get("cache-control") == "no-store" or page.request.url.path.startswith("/static/"),
        "no referrer elsewhere": headers.get("referrer-policy") == "same-origin",
        "no script in it": _SCRIPT.search(page.text) is None,
        "no banner": "server" not in headers and "x-powered-by" not in headers,
    }
    everything = page.text + "".join(headers.values()) + str(page.request.url)
    return [*(name for name, holds in wanted.items() if not holds), *(each for each in TOKENS if each in everything)]


async def sign_in(bot: Bot, login: str, path: str = "/access") -> Visitor:
    """Somebody signs in with GitHub and looks at a page."""
    return await Visitor(bot).sign_in(login, path)


def _is_ours(location: str) -> bool:
    return not urlsplit(location).netloc or location.startswith(f"{HERE}/")
