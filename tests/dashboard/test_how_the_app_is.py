"""What does the overview say of the app itself, and of what keeps it from being told?"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, delete

from app.domain.ids import AdvisoryKey, Ghsa, Key, PolicyKey, RepoName
from app.domain.records import Freeze, Notice
from app.halting import stop_writes
from app.sandbox.registering import WATCHER
from app.store import freezes, notices, sendings, work
from app.store.schema import work as works
from policies.policy import about_advisories
from tests.dashboard.grids import grid
from tests.dashboard.test_overview import LEAD, PIP_ADMIN, UV, look
from tests.dashboard.visiting import sign_in
from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def test_leads_see_what_holds_the_app_back(looked: Bot) -> None:
    """Whoever answers for it sees at a glance why nothing is mended."""
    await stop_writes(looked.parts.database, by="", now=looked.clock.now())
    looked.policy.write_text("version: 1\ntools: [", encoding="utf-8")
    await looked.poll()
    await looked.settle()

    lead, admin = await sign_in(looked, LEAD, "/"), await sign_in(looked, PIP_ADMIN, "/")

    for page in (lead, admin):
        assert '<dt>Writes to GitHub</dt><dd><span class="state held">off</span>' in page.html
        assert '<span class="state bad">as it is now, not valid</span>' in page.html
    assert "greenroom.yml line 2" in lead.html
    assert "greenroom.yml line 2" not in admin.html  # what people wrote there may name anybody
    assert '<dt>Audit</dt><dd><span class="state good">whole</span>' in lead.html
    assert "<dt>Audit</dt>" not in admin.html


async def test_a_channel_that_is_dead_is_shown(looked: Bot) -> None:
    """Who hears nothing takes it for peace, so the page says that nothing can be sent."""

    def die(conn: Connection) -> None:
        now = looked.clock.now()
        sendings.declare(conn, ["pagers"], now)
        sendings.failed(conn, "pagers", error="refused", now=now, due=now + timedelta(minutes=5))

    await looked.parts.database.write(die)

    lead = await sign_in(looked, LEAD, "/")

    assert '<dt>Notices</dt><dd><span class="state bad">not delivered</span>' in lead.html
    assert "nothing could be sent to pagers since Tue 2026-12-01" in lead.html


async def test_an_audit_that_nobody_verified_for_days_is_not_called_whole(looked: Bot) -> None:
    """It was whole when it was verified last, and that grows old like any other look."""
    looked.clock.advance(days=3)

    lead = await sign_in(looked, LEAD, "/")

    assert '<dt>Audit</dt><dd><span class="state stale">whole</span>' in lead.html
    assert "when it was verified, 3 days ago" in lead.html


async def test_leads_see_which_public_repositories_nobody_selected(github: FakeGitHub, looked: Bot) -> None:
    """Where an organization selects them one by one. That grows old, too, and others are told nothing of it."""
    installed = github.installation(WATCHER, "pypa").state
    installed.repository_selection = "selected"
    installed.repositories = {github.repo("pypa/pip").state.id}
    await looked.later(minutes=10)

    lead, admin = await sign_in(looked, LEAD, "/"), await sign_in(looked, PIP_ADMIN, "/")

    named = "<dt>Public repositories of pypa</dt>"
    assert f'{named}<dd><span class="state ">2 not covered</span>' in lead.html
    assert "2 of 3 public repositories are not in the installation: get-pip, wheel" in lead.html
    assert named not in admin.html
    looked.clock.advance(hours=3)
    assert f'{named}<dd><span class="state stale">' in (await sign_in(looked, LEAD, "/")).html


async def test_that_nothing_is_frozen_or_told_grows_old_with_the_last_sweep(looked: Bot) -> None:
    """Where nobody looked for three days nothing new is found: that is no good sign."""
    await quiet(looked)
    lead = await sign_in(looked, LEAD, "/")
    assert '<dt>Frozen</dt><dd><span class="state good">nothing</span>' in lead.html
    assert '<dt>Notices</dt><dd><span class="state good">none open</span>' in lead.html

    looked.clock.advance(days=3)
    lead = await sign_in(looked, LEAD, "/")

    assert '<dt>Frozen</dt><dd><span class="state stale">nothing</span>' in lead.html
    assert '<dt>Notices</dt><dd><span class="state stale">none open</span>' in lead.html


async def quiet(bot: Bot) -> None:
    """Nobody has to be told anything."""
    now = bot.clock.now()
    for each in await bot.parts.database.read(notices.open_notices):
        await bot.parts.database.write(partial(notices.close_all, about=each.about, now=now))


async def test_what_is_hidden_from_a_lead_is_in_no_number_either(looked: Bot) -> None:
    """One more frozen, told or due where a report came in would tell that one did. Its own admins see it there."""
    await quiet(looked)
    lead = await sign_in(looked, LEAD, "/")
    before, now = _states(lead.html), looked.clock.now()
    ghsa = Ghsa("GHSA-2222-3333-4444")
    pip = RepoName("pypa", "pip")
    hidden: tuple[Key, ...] = (
        AdvisoryKey(pip, ghsa),
        *(PolicyKey(pip, policy) for policy in sorted(about_advisories())),
    )
    told = [*map(looked.parts.digests.pseudonym, hidden), "reports-reach-owner: add"]

    def happen(conn: Connection) -> None:
        work.mark(conn, hidden, due=now - timedelta(hours=1), priority=work.PROMPT)
        for key in hidden:
            freezes.freeze(conn, Freeze(key=key, thing="reports-reach-owner: add", scope="add", since=now))
        for about in told:
            notices.tell(conn, Notice(kind="blocked", about=about, severity="warning", text="Something.", since=now))

    await looked.parts.database.write(happen)
    await lead.get("/")

    assert _states(lead.html) == before
    await looked.parts.database.write(partial(notices.close, kind="blocked", about=told[-1], now=now))
    await looked.parts.database.write(lambda conn: conn.execute(delete(works).where(works.c.key == str(hidden[0]))))


def _states(html: str) -> list[str]:
    return [*re.findall(r"<dt>(?:Queue|Frozen|Notices)</dt><dd>.*?</dd>", html, re.DOTALL)]


async def test_before_the_first_sweep_nothing_is_claimed(bot: Bot) -> None:
    """A fresh install knows nothing, and says so."""
    lead = await sign_in(bot, LEAD, "/")

    assert grid(lead.html) == {}
    assert "No repository was looked at yet" in lead.html
    assert '<dt>Last full sweep</dt><dd><span class="state unsure">none yet</span>' in lead.html
    await look(bot)


async def test_what_cannot_be_told_of_a_viewer_is_said(github: FakeGitHub, looked: Bot) -> None:
    """An admin whom GitHub does not confirm sees less than theirs, and should know why."""
    page = await sign_in(looked, UV, "/")
    assert set(grid(page.html)) == {"astral-sh/uv"}

    looked.clock.advance(minutes=6)
    github.fail("GET", "/user/installations*", times=None)
    await page.get("/")
    github.clear_faults()

    assert page.status == 200
    assert grid(page.html) == {}
    assert "Cannot tell which repositories you administer" in page.html
