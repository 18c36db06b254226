"""How do people look at the pages? With a browser that keeps cookies, and by way of GitHub."""

from __future__ import annotations

import re
from html import unescape
from typing import Self
from urllib.parse import urlsplit

import httpx

from app.serving import served
from tests.harness import HERE, Bot

_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


class Visitor:
    """Somebody at a browser. `page` is the last answer, `html` its text."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._app = served(bot.parts)
        self._greenroom = httpx.AsyncClient(transport=httpx.ASGITransport(app=self._app), base_url=HERE)
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
        self.page = await self._greenroom.get(path)
        while self.page.is_redirect and self._is_ours(self.page.headers["location"]):
            self.page = await self._greenroom.get(self.page.headers["location"])
        return self

    async def look(self, path: str, method: str = "GET") -> Self:
        """Ask for a page, and stay where a redirect would lead away."""
        self.page = await self._greenroom.request(method, path)
        return self

    async def post(self, path: str, **form: str) -> Self:
        """Send the form of the last page, with what was filled in, and look at what follows."""
        fields = {"csrf": self._proof()} | form
        return await self.send(path, fields)

    async def send(self, path: str, fields: dict[str, str], **headers: str) -> Self:
        """Send exactly these fields."""
        self.page = await self._greenroom.post(path, data=fields, headers={"origin": HERE} | headers)
        if self.page.is_redirect and self._is_ours(self.page.headers["location"]):
            await self.get(self.page.headers["location"])
        return self

    async def leave_for_github(self, path: str = "/") -> str:
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

    async def close(self) -> None:
        await self._greenroom.aclose()

    def _proof(self) -> str:
        return next((unescape(value) for name, value in _FIELD.findall(self.html) if name == "csrf"), "")

    def _is_ours(self, location: str) -> bool:
        parts = urlsplit(location)
        return not parts.netloc or location.startswith(f"{HERE}/")


async def sign_in(bot: Bot, login: str, path: str = "/access") -> Visitor:
    """Somebody signs in with GitHub and looks at a page."""
    return await Visitor(bot).sign_in(login, path)
