"""What of the pages gets to whom? Every answer to every role, as sinks: bodies, files, headers, cookies, addresses.

One exception, and only this: the section of a case's page that shows its mirror, to those to whom GitHub shows it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.dashboard.routes import PAGES
from app.exports.documents import FORMATS
from tests.dashboard.visiting import Visitor, sign_in

if TYPE_CHECKING:
    from tests.e2e.sinks import Scene
    from tests.harness import Bot

ROLES: Mapping[str, str] = {
    "anonymous": "",
    "outsider": "reporter-1",
    "participant": "uv-maintainer-1",
    "psrt": "psrt-member-1",
    "admin": "wheel-admin-1",
    "lead": "coordinator-1",
}
OF_A_CASE = "/cases/{case}"
MAY_READ_THE_MIRROR = frozenset({"participant", "lead"})  # at the time of the scene
_TEXT_OF_THE_MIRROR = re.compile(r'<section aria-labelledby="text">.*?</section>', re.DOTALL)
_ADDRESS = re.compile(r'(?:href|action|src)="([^"]*)"')
_FILES = ("/findings.csv", "/findings.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What somebody got at an address; `path` as it stands in the table of pages."""

    role: str
    method: str
    path: str
    page: httpx.Response

    @property
    def body(self) -> str:
        """Without what the one exception allows."""
        if self.path == OF_A_CASE and self.role in MAY_READ_THE_MIRROR:
            return _TEXT_OF_THE_MIRROR.sub("", self.page.text)
        return self.page.text


async def walked(scene: Scene) -> tuple[Answered, ...]:
    """Everybody goes everywhere, signs out, and tries what is refused. A lead takes a case along as files."""
    for theirs in ("pypa/wheel", "pypa/pip"):
        scene.bot.github.world.repository(theirs).admins.add(_person(scene.bot, ROLES["admin"]))
    plan = (await scene.bot.plan())["plan_id"]
    blanks = {"{case}": "1", "{owner}": "pypa", "{repo}": "wheel", "{proposal}": "1", "{plan}": plan}
    found: list[Answered] = []
    for role, login in ROLES.items():
        visitor = await sign_in(scene.bot, login) if login else Visitor(scene.bot)
        for method, path in _everywhere():
            everything = "?state=all" if method == "GET" and path.startswith("/findings") else ""
            await visitor.look(re.sub(r"{\w+}", lambda it: blanks[it[0]], path) + everything, method)
            found.append(Answered(role=role, method=method, path=path, page=visitor.page))
        if role == "lead":
            found += await _exported(visitor)
        if login:
            await visitor.get("/access")
            await visitor.post("/logout")
            found.append(Answered(role=role, method="POST", path="/logout", page=visitor.page))
    found += [each async for each in _signing_in(scene.bot)]
    return tuple(found)


def _person(bot: Bot, login: str) -> int:
    known = [each.id for each in bot.github.world.users.values() if each.login == login]
    return known[0] if known else bot.github.add_person(login).id


def _everywhere() -> Iterator[tuple[str, str]]:
    yield from ((page.method, page.path) for page in PAGES)
    yield from (("GET", "/login"), ("POST", "/login"), ("GET", "/login/callback"), ("GET", "/no/such/page"))


async def _exported(lead: Visitor) -> list[Answered]:
    found = []
    for form in FORMATS:
        await lead.get("/cases/1")
        await lead.post("/cases/1/export", format=form, confirm="yes")
        path = "/export" if "content-disposition" in lead.page.headers else "/cases/{case}/export"  # or refused
        found.append(Answered(role="lead", method="POST", path=path, page=lead.page))
    return found


async def _signing_in(bot: Bot) -> AsyncIterator[Answered]:
    """Every step of it: where it leads, and which cookies are given."""
    visitor = Visitor(bot)
    address = await visitor.leave_for_github("/cases/1")
    yield Answered(role="anonymous", method="POST", path="/login", page=visitor.page)
    await visitor.look(await visitor.agree(address, "coordinator-1"))
    yield Answered(role="lead", method="GET", path="/login/callback", page=visitor.page)


def _pages_of(role: str) -> Callable[[Answered], str]:
    return lambda it: it.body if it.role == role and it.path not in {OF_A_CASE, *_FILES, "/export"} else ""


def _bodies_at(path: str) -> Callable[[Answered], str]:
    return lambda it: it.body if it.path == path else ""


def _exports(it: Answered) -> str:
    return it.page.content.decode("latin-1") if it.path == "/export" else ""


def _refused(it: Answered) -> str:
    return it.body if it.page.is_error else ""


def _headers(it: Answered) -> str:
    told = [f"{name}: {value}" for name, value in it.page.headers.items() if name not in {"set-cookie", "location"}]
    return "\n".join(told) + "\n"


def _cookies(it: Answered) -> str:
    return "\n".join(it.page.headers.get_list("set-cookie"))


def _redirects(it: Answered) -> str:
    return str(it.page.headers.get("location", "")) + "\n"


def _addresses(it: Answered) -> str:
    return "\n".join(_ADDRESS.findall(it.body)) + "\n" if it.path != OF_A_CASE else ""


# Each with something that only it has.
PAGE_SINKS: Mapping[str, tuple[Callable[[Answered], str], str]] = {
    "pages of anonymous": (_pages_of("anonymous"), "Sign in with GitHub"),
    "pages of an outsider": (_pages_of("outsider"), "Nothing here is yours"),
    "pages of a participant": (_pages_of("participant"), "uv-maintainer-1"),
    "pages of a member of the PSRT": (_pages_of("psrt"), "psrt-member-1"),
    "pages of an admin": (_pages_of("admin"), "wheel-admin-1"),
    "pages of a lead": (_pages_of("lead"), "coordinator-1"),
    "page of a case": (_bodies_at(OF_A_CASE), "What the mirror says"),
    "findings.csv": (_bodies_at("/findings.csv"), "reports-reach-owner,"),
    "findings.json": (_bodies_at("/findings.json"), '"reports-reach-owner"'),
    "exports": (_exports, "openvex"),
    "refused and not there": (_refused, "Nothing was changed"),
    "headers of pages": (_headers, "content-security-policy"),
    "cookies": (_cookies, "HttpOnly"),
    "redirects": (_redirects, "/login?back="),
    "addresses in pages": (_addresses, "/repositories/pypa/wheel"),
}
PAGES_MAY_NAME_IDS = frozenset({"page of a case", "exports"})


def read(name: str, answers: tuple[Answered, ...]) -> str:
    return "".join(map(PAGE_SINKS[name][0], answers))


def saying_too_much(inner: ASGIApp, text: str) -> ASGIApp:
    """Pages that have this at the end of everything: bodies, headers, cookies, redirects, links."""
    more = f'{text}<a href="/{text}"></a>'.encode()

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        leads_to_github = scope["path"].startswith("/login")

        async def also(message: Message) -> None:
            if message["type"] == "http.response.start":
                ends = {b"set-cookie": b"; x=" + text.encode()}
                ends |= {} if leads_to_github else {b"location": b"#" + text.encode()}
                kept = [(name, value + ends.get(name, b"")) for name, value in message["headers"]]
                kept = [(name, value) for name, value in kept if name != b"content-length"]
                message = {**message, "headers": [*kept, (b"x-more", text.encode())]}
            elif not message.get("more_body"):
                message = {**message, "body": message.get("body", b"") + more}
            await send(message)

        await inner(scope, receive, also)

    return served
