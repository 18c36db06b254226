"""Findings: who sees which of them, and how much of each?"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from policies.policy import about_advisories
from tests.dashboard.visiting import Visitor, sign_in
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

LEAD, PIP_ADMIN, UV = "coordinator-1", "pip-maintainer-1", "uv-maintainer-1"


def only_reported(*policies: str) -> Callable[[dict[str, Any]], None]:
    """Nothing is mended, and only these are told."""

    def edit(content: dict[str, Any]) -> None:
        content["policies"] = {policy: {"mode": "report"} for policy in policies}

    return edit


@pytest.fixture
async def found(github: FakeGitHub, looked: Bot) -> Bot:
    """At pip the switch is on, and an advisory that is open was not seen by its owner's people."""
    await edit_policy(looked, only_reported("private-reporting", "reports-reach-owner"))
    github.repo("pypa/pip").enable_private_reporting(by=PIP_ADMIN)
    github.repo("pypa/pip").report("Entry points escape from their scheme")
    await look(looked)
    return looked


async def look(bot: Bot) -> None:
    await bot.sweep()
    await bot.settle()


def told(page: Visitor) -> list[tuple[str, str]]:
    """Repository and policy of each finding on the page."""
    heads = [each.partition("</h3>")[0] for each in page.html.split("<h3 id=")[1:]]
    return [(each.split("/repositories/")[1].split('"')[0], each.split('"policy">')[1].split("<")[0]) for each in heads]


async def test_a_lead_sees_what_is_wrong_and_not_that_there_is_an_advisory(github: FakeGitHub, found: Bot) -> None:
    """That an advisory is unseen tells that there is one; the lead of a project that is not theirs is told neither."""
    page = await sign_in(found, LEAD, "/findings")

    assert told(page) == [("pypa/pip", "private-reporting")]
    assert "1 is open" in page.html
    assert "a person mends it; Greenroom would, if policy enforced it" in page.html
    listed = page.html.split('<ul class="plain findings">')[1]
    assert not [policy for policy in about_advisories() if policy in listed]
    assert [canary for canary in github.canaries if canary in page.html] == []


async def test_an_admin_sees_all_that_was_found_at_their_repository(github: FakeGitHub, found: Bot) -> None:
    """They read its advisories on GitHub, and have to act on them."""
    page = await sign_in(found, PIP_ADMIN, "/findings")

    assert sorted(told(page)) == [("pypa/pip", "private-reporting"), ("pypa/pip", "reports-reach-owner")]
    assert "under embargo" in page.html
    assert "/findings/accept" not in page.html  # that is for those who coordinate
    assert [canary for canary in github.canaries if canary in page.html] == []


async def test_an_admin_of_another_repository_sees_nothing_of_it(found: Bot) -> None:
    """What is wrong at pip is no matter of uv's people."""
    page = await sign_in(found, UV, "/findings")

    assert page.status == 200
    assert told(page) == []
    assert "Nothing is open" in page.html
    assert "pypa/pip" not in page.html.replace('placeholder="pypa/pip"', "")


async def test_an_outsider_gets_neither_page_nor_file(found: Bot) -> None:
    """What is not theirs is as what is not there."""
    page = await sign_in(found, "psrt-member-2", "/findings")

    for path in ("/findings", "/findings.csv", "/findings.json"):
        assert (await page.get(path)).status == 404


async def test_files_hold_what_the_page_shows_and_no_more(found: Bot) -> None:
    """An export that told more would be the way around the page."""
    lead, admin = await sign_in(found, LEAD), await sign_in(found, PIP_ADMIN)

    for person, many in ((lead, 1), (admin, 2)):
        rows = list(csv.DictReader(io.StringIO((await person.get("/findings.csv")).html)))
        data = (await person.get("/findings.json")).page.json()["findings"]
        assert len(rows) == len(data) == many
        assert person.page.headers["content-disposition"] == 'attachment; filename="findings.json"'
        assert person.page.headers["cache-control"] == "no-store"


async def test_what_happened_while_it_told_of_a_report_is_not_in_the_history_of_others(
    github: FakeGitHub, looked: Bot
) -> None:
    """A report slipped in, and only then the switch was left on: for a lead it begins with the switch."""
    await edit_policy(looked, only_reported("private-reporting"))
    pip = github.repo("pypa/pip").enable_private_reporting(by=PIP_ADMIN)
    pip.report("A report that slipped in")
    pip.disable_private_reporting(by=PIP_ADMIN)
    await look(looked)
    await looked.later(hours=2)
    began = looked.clock.now()
    pip.enable_private_reporting(by=PIP_ADMIN)
    await look(looked)

    lead, admin = await sign_in(looked, LEAD, "/findings"), await sign_in(looked, PIP_ADMIN, "/findings")

    assert told(lead) == told(admin) == [("pypa/pip", "private-reporting")]
    assert "reports came in on GitHub" in admin.html
    assert "reports came in" not in lead.html
    [finding] = (await lead.get("/findings.json")).page.json()["findings"]
    assert [line["what"] for line in finding["history"]] == ["opened"]
    assert finding["since"] == finding["opened_at"] == began.isoformat()
    assert not finding["embargoed"]


async def test_filters_and_groups(found: Bot) -> None:
    """Hundreds of findings are looked at by policy, or by repository."""
    admin = await sign_in(found, PIP_ADMIN, "/findings?policy=reports-reach-owner")
    assert told(admin) == [("pypa/pip", "reports-reach-owner")]

    for nothing in ("mode=enforce", "repository=wheel", "state=resolved", "state=accepted", "policy=owner-reachable"):
        assert told(await admin.get(f"/findings?{nothing}")) == [], nothing

    await admin.get("/findings?group=policy&repository=PyPA/pip")
    assert "<h2>private-reporting" in admin.html
    assert "<h2>reports-reach-owner" in admin.html


async def test_what_is_mended_is_resolved_with_its_history(github: FakeGitHub, found: Bot) -> None:
    """It stays to be looked up, with when it began and when it ended."""
    github.repo("pypa/pip").disable_private_reporting(by=PIP_ADMIN)
    await found.later(minutes=10)

    admin = await sign_in(found, PIP_ADMIN, "/findings?state=all&policy=private-reporting")

    assert "<strong>opened</strong>" in admin.html
    assert told(admin) == [("pypa/pip", "private-reporting")]


async def test_a_strange_question_is_no_error(found: Bot) -> None:
    """Addresses are typed by hand, and by scanners."""
    lead = await sign_in(found, LEAD)

    for query in ("page=0", "page=99999", "state=<b>", "repository=%25", "repository='><script>", "group=_"):
        assert (await lead.get(f"/findings?{query}")).status == 200, query
        assert "<script>" not in lead.html


async def test_what_was_not_looked_at_for_three_sweeps_is_stale(github: FakeGitHub, found: Bot) -> None:
    """Neither what is mended nor what is open is told as if somebody had just looked."""
    github.repo("pypa/pip").disable_private_reporting(by=PIP_ADMIN)
    await look(found)
    admin = await sign_in(found, PIP_ADMIN, "/findings?state=all")
    assert "state stale" not in admin.html

    found.clock.advance(seconds=3 * found.parts.settings.sweep_seconds)
    await admin.get("/findings?state=all")

    assert "state stale" in admin.html
    assert "state good" not in admin.html
    assert "as far as was last seen" in admin.html
