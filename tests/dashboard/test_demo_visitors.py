"""Is everybody whom the demo names one click away, and do they see what it says?"""

from __future__ import annotations

import io
from html import unescape

import pytest
from rich.console import Console

from app.demo.visitors import VISITORS, Visitor, address_for, for_people
from app.sandbox.serving import ready_line
from app.settings import load_settings
from tests.dashboard import visiting
from tests.fake_github import FakeGitHub
from tests.harness import Bot

SEEN = {
    "coordinator-1": ("Overview", "Plans", "pypa/wheel"),
    "uv-maintainer-1": ("Cases", "Case 1"),
    "pip-maintainer-1": ("Cases", "Case 1"),
    "poetry-maintainer-1": ("Cases",),
    "pypa-owner-1": ("Overview", "pypa/pip", "pypa/wheel"),
    "psrt-member-1": ("My access", "Nothing here is yours"),
    "reporter-1": ("My access", "Nothing here is yours"),
}
HIDDEN = {
    "uv-maintainer-1": ("Case 2", "Plans"),
    "poetry-maintainer-1": ("Case 1", "Plans"),
    "pypa-owner-1": ("Case 1", "Plans", "astral-sh/uv"),
}


def test_everybody_is_told_what_they_see() -> None:
    """A lead, a maintainer, an admin and an outsider at least."""
    assert [each.login for each in VISITORS] == list(SEEN)


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda each: each.login)
async def test_each_of_them_is_one_click_away(with_case: Bot, visitor: Visitor) -> None:
    """The address opens a page with one button; behind it GitHub knows who it is, and the story begins."""
    browser = visiting.Visitor(with_case)
    await browser.get(address_for("", visitor))
    assert browser.html.count("<button") == 1
    fields = {name: unescape(value) for name, value in visiting._FIELD.findall(browser.html)}
    await browser.send("/login", fields)
    sent_back = await browser._github.get(browser.page.headers["location"])  # no name is asked for

    await browser.get(sent_back.headers["location"])

    assert browser.status == 200
    assert [word for word in SEEN[visitor.login] if word not in browser.html] == []
    assert [word for word in HIDDEN.get(visitor.login, ()) if word in browser.html] == []


def test_an_address_stands_on_one_line_of_a_terminal() -> None:
    """Whoever copies it gets all of it."""
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(for_people("http://127.0.0.1:65535"))

    lines = [line.strip() for line in console.export_text().splitlines()]

    assert [each.login for each in VISITORS if address_for("http://127.0.0.1:65535", each) not in lines] == []


def test_the_sandbox_tells_all_that_sign_in_needs(github: FakeGitHub) -> None:
    """The demo's app is told nothing else about it."""
    told = {name.removeprefix("GREENROOM_").lower(): value for name, value in ready_line(github.world)["env"].items()}

    assert load_settings(_env_file=None, digest_keys="demo:00", **told).missing_for_sign_in == ()
