"""Can another site make somebody do something here, or a page make a browser run something?"""

from __future__ import annotations

import re

import httpx
import pytest

from app.dashboard.routes import PAGES
from app.store.columns import metadata
from tests.dashboard.visiting import Visitor, sign_in, unsafe
from tests.harness import HERE, Bot
from tests.places import rows

CHANGING = [page for page in PAGES if page.method != "GET"]


def _filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "1", path.replace("{owner}/{repo}", "pypa/pip"))


def _content(bot: Bot) -> list[tuple[str, list[tuple[object, ...]]]]:
    """All rows of all tables."""
    tables = [table.name for table in metadata.sorted_tables]
    return [(name, rows(bot.place, f"SELECT * FROM {name}")) for name in tables]  # noqa: S608 - names of ours


def test_every_page_either_shows_or_changes() -> None:
    """There are no other methods, so whatever is not a GET is held to the rules of this file."""
    assert {page.method for page in PAGES} == {"GET", "POST"}


@pytest.mark.parametrize("proof", ["none", "wrong", "of another session", "empty"])
async def test_nothing_is_changed_by_a_form_that_we_did_not_give(with_case: Bot, proof: str) -> None:
    """Another site can send a form with the cookies of who visits it, and cannot know what stands in ours."""
    lead, other = await sign_in(with_case, "coordinator-1"), await sign_in(with_case, "uv-maintainer-1")
    theirs = re.search(r'name="csrf" value="([^"]+)"', other.html)
    assert theirs is not None
    fields = {"none": {}, "wrong": {"csrf": "x" * 43}, "of another session": {"csrf": theirs[1]}, "empty": {"csrf": ""}}
    before = _content(with_case)

    for page in CHANGING:
        await lead.send(_filled(page.path), fields[proof])
        assert lead.status == 403, page.path

    assert _content(with_case) == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://greenroom.example", f"{HERE}.evil.example"])
async def test_nothing_is_changed_by_a_form_that_another_site_sent(with_case: Bot, origin: str) -> None:
    """Even with the right proof: browsers say where a form comes from."""
    lead = await sign_in(with_case, "coordinator-1")
    proof = re.search(r'name="csrf" value="([^"]+)"', lead.html)
    assert proof is not None
    before = _content(with_case)

    for page in CHANGING:
        await lead.send(_filled(page.path), {"csrf": proof[1]}, origin=origin)
        assert lead.status == 403, page.path

    assert _content(with_case) == before


@pytest.mark.parametrize("path", ["/login", "/logout"])
async def test_signing_in_and_out_is_done_by_our_own_forms(bot: Bot, path: str) -> None:
    """Nobody is sent to GitHub, and nobody is signed out, by a page of somebody else's."""
    visitor = Visitor(bot) if path == "/login" else await sign_in(bot, "uv-maintainer-1")
    await visitor.get("/login" if path == "/login" else "/access")

    await visitor.send(path, {"csrf": "x" * 43})
    assert visitor.status == 403
    await visitor.get("/login" if path == "/login" else "/access")
    await visitor.post(path, csrf="")
    assert visitor.status == 403
    proof = re.search(r'name="csrf" value="([^"]+)"', (await visitor.get("/access")).html)
    assert proof is not None
    assert (await visitor.send(path, {"csrf": proof[1]}, origin="https://evil.example")).status == 403


async def test_who_came_under_another_name_is_led_to_the_public_url(bot: Bot) -> None:
    """As localhost for 127.0.0.1: no form is believed from there, so to repeat it would fail for ever."""
    visitor = Visitor(bot)
    await visitor.get("/login")

    await visitor.send("/login", {"csrf": "x" * 43}, origin="http://localhost:8000")

    assert visitor.status == 403
    assert f'<a href="{HERE}/login">{HERE}</a>' in visitor.html


async def test_looking_changes_nothing(with_case: Bot) -> None:
    """Crawlers, previews and prefetching look at pages. Only GitHub's way back of a sign-in is an address."""
    lead = await sign_in(with_case, "coordinator-1")
    before, written = _content(with_case), len(with_case.github.writes)

    for page in (each for each in PAGES if each.method == "GET"):
        for method in ("GET", "HEAD"):
            await lead.look(_filled(page.path), method)
    for path in ("/login", "/logout", "/login/callback", "/"):
        await Visitor(with_case).look(path)

    assert _content(with_case) == before
    assert len(with_case.github.writes) == written


async def test_a_page_is_asked_for_by_its_own_method_and_by_no_other(with_case: Bot) -> None:
    """A method that nobody thought of is refused."""
    lead = await sign_in(with_case, "coordinator-1")

    for path in sorted({_filled(each.path) for each in PAGES}):
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            assert (await lead.look(path, method)).status == 405, (method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/login"),
        ("POST", "/login"),
        ("GET", "/login/callback"),
        ("POST", "/logout"),
        ("GET", "/static/style.css"),
        ("GET", "/static/../site.py"),
        ("GET", "/static/no-such-file"),
        ("GET", "/no-such-page"),
        ("PATCH", "/access"),
        ("GET", "/cases/1' OR 1=1"),
        ("GET", "/cases/%00"),
        ("GET", "/%ff%fe"),
        ("GET", "/cases/²"),
        ("GET", "/cases/99999999999999999999"),
        ("GET", "/repositories/../etc"),
    ],
)
async def test_every_answer_is_safe_also_to_what_nobody_asks(bot: Bot, method: str, path: str) -> None:
    """`look` holds each against the list in `visiting`: policy, cache, referrer, no script, no token, no banner."""
    for visitor in (Visitor(bot), await sign_in(bot, "reporter-1")):
        await visitor.look(path, method)
        assert visitor.status < 500, path


async def test_an_error_of_ours_is_answered_safely_and_says_nothing(bot: Bot) -> None:
    """Here the database is gone. What went wrong may quote anything; whoever looks is told only that it did."""
    visitor = await sign_in(bot, "uv-maintainer-1")
    await bot.parts.database.close()
    transport = httpx.ASGITransport(app=bot.served, raise_app_exceptions=False)

    async with httpx.AsyncClient(transport=transport, base_url=HERE, cookies=visitor.cookies) as browser:
        page = await browser.get("/access")

    assert page.status_code == 500
    assert "Traceback" not in page.text
    assert "uv-maintainer-1" not in page.text
    assert unsafe(page) == []
    await bot.restart()


async def test_only_the_page_that_leads_to_github_may_lead_there(bot: Bot) -> None:
    """A form that somebody smuggled into another page would lead nowhere."""
    visitor = Visitor(bot)

    await visitor.look("/login")
    assert "form-action 'self' https://github.com;" in visitor.page.headers["content-security-policy"]
    await visitor.sign_in("uv-maintainer-1")
    assert "form-action 'self';" in visitor.page.headers["content-security-policy"]


async def test_browsers_are_told_to_come_back_over_tls_where_there_is_any(bot: Bot) -> None:
    """On this machine itself there is none, and a browser that was told so would never come back."""
    visitor = await Visitor(bot).look("/login")
    assert visitor.page.headers["strict-transport-security"] == "max-age=31536000"

    bot.public_url = "http://127.0.0.1:8000"
    await bot.restart()

    assert "strict-transport-security" not in (await Visitor(bot).look("/login")).page.headers


async def test_a_form_that_is_too_much_is_refused(bot: Bot) -> None:
    """What is read of a stranger's form is bounded."""
    visitor = Visitor(bot)
    await visitor.get("/login")

    await visitor.post("/login", back="/" + "x" * 20_000)
    assert visitor.status in {400, 413}
    await visitor.get("/login")
    await visitor.post("/login", **{f"field{number}": "x" for number in range(100)})
    assert visitor.status in {400, 413}


async def test_what_a_stranger_writes_into_an_address_is_shown_as_text(bot: Bot) -> None:
    """Each place where an address is repeated on a page."""
    text = '"><script>alert(1)</script>'
    visitor = Visitor(bot)

    await visitor.get(str(httpx.URL("/login", params={"login": text, "back": f"/{text}"})))
    assert text not in visitor.html
    await visitor.get(str(httpx.URL("/login/callback", params={"error": text, "state": text, "code": text})))
    assert text not in visitor.html
    await visitor.get(f"/{text}")
    assert text not in visitor.html
    await visitor.sign_in("uv-maintainer-1")
    await visitor.get(str(httpx.URL("/access", params={"said": text})))
    assert text not in visitor.html
