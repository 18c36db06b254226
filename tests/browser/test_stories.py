"""What do people do on the pages? Each story once with scripts and once without: pages have none."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import path_of, sign_in
from tests.browser.place import Place
from tests.browser.worlds import LEAD, OFF, PIP, fought_over, found, switched_on, with_case
from tests.e2e.projects import switched

Window = Callable[[], Page]
slow = pytest.mark.slow


def test_a_lead_makes_a_plan_approves_it_and_the_app_does_it(place: Place, window: Window) -> None:
    """From the finding to the write: nothing is written by a click, and nothing without one."""
    switched_on(place)
    page = sign_in(window(), place, LEAD, "/plans")
    page.get_by_role("button", name="Make a plan now").click()
    expect(page.get_by_role("link", name=f"{PIP}#private-reporting")).to_be_visible()

    page.get_by_role("button", name=re.compile("^Approve plan")).click()
    expect(page.get_by_role("status")).to_have_text("Approved.")
    assert switched(place.github) == []

    place.settle()
    assert switched(place.github) == [PIP]
    page.get_by_role("link", name="All plans").click()
    expect(page.get_by_role("heading", name="Approved")).to_be_visible()
    expect(page.get_by_role("button", name=f"Take back the yes to {OFF}")).to_be_visible()


@slow
def test_a_lead_thaws_what_others_kept_undoing(place: Place, window: Window) -> None:
    """Settled who is right, it is mended again."""
    fought_over(place)
    page = sign_in(window(), place, LEAD)
    page.get_by_role("link", name="Plans", exact=True).click()

    page.get_by_role("button", name=f"Thaw {PIP}#private-reporting").click()

    expect(page.get_by_role("status")).to_contain_text("Thawed.")
    place.settle()
    assert switched(place.github) == [PIP, PIP, PIP]


@slow
def test_a_lead_accepts_a_finding_until_a_day(place: Place, window: Window) -> None:
    """Behind a fold that opens without scripts, with a day that the browser helps to choose."""
    found(place)
    page = sign_in(window(), place, LEAD, "/findings")
    card = page.get_by_role("listitem").filter(has_text="private-reporting").filter(has_text=PIP)

    card.get_by_text(re.compile("^Accept finding")).click()
    card.get_by_label("Until").fill("2026-12-20")
    card.get_by_label("Because").select_option(index=1)
    card.get_by_role("button", name="Accept").click()

    expect(page.get_by_role("status")).to_contain_text("Accepted until")
    place.sweep()
    page.goto(f"{place.here}/findings?state=accepted")
    expect(page.get_by_role("link", name=PIP)).to_be_visible()


@slow
def test_a_maintainer_asks_for_an_invitation_and_a_lead_confirms_it(place: Place, window: Window) -> None:
    """What shows a case to more people waits for a coordinator, on the page of that case."""
    with_case(place)
    uv = sign_in(window(), place, "uv-maintainer-1", "/cases/1")
    uv.get_by_text("Ask for something that a coordinator confirms").click()
    uv.get_by_label("Another tool").select_option("poetry")
    uv.get_by_role("button", name="Ask for an invitation").click()
    expect(uv.get_by_role("status")).to_contain_text("A coordinator has to confirm it")
    place.settle()
    assert not any("poetry" in login for login in _readers(place))

    lead = sign_in(window(), place, LEAD, "/cases/1")
    lead.get_by_role("button", name=re.compile("^Confirm")).click()
    expect(lead.get_by_role("status")).to_contain_text("Confirmed.")
    place.settle()
    assert any("poetry" in login for login in _readers(place))


@slow
def test_a_uv_maintainer_answers_for_uv_and_sees_no_other_case(place: Place, window: Window) -> None:
    """Affected, says uv. That there is a case of pip alone they do not learn."""
    with_case(place)
    page = sign_in(window(), place, "uv-maintainer-1", "/cases")
    page.get_by_role("link", name="Case 1").click()
    asked = page.get_by_role("region", name="Your answer is asked for")
    asked.get_by_role("combobox", name=re.compile("^Answer")).select_option("affected")
    asked.get_by_role("button", name="Answer").click()

    expect(page.get_by_role("status")).to_contain_text("Your answer is written down")
    parts = page.get_by_role("region", name=re.compile("^Who takes part"))
    expect(parts.get_by_role("row", name=re.compile("^uv"))).to_contain_text("affected")

    page.goto(f"{place.here}/cases")
    expect(page.get_by_role("link", name="Case 1")).to_be_visible()
    expect(page.get_by_role("link", name="Case 2")).to_have_count(0)
    _is_not_here(page, place, "/cases/2")
    place.settle()


@slow
def test_an_admin_reads_the_page_of_their_repository(place: Place, window: Window) -> None:
    """From the overview: how it stands and why, and a button for another look."""
    switched_on(place)
    page = sign_in(window(), place, "pip-maintainer-1")
    page.get_by_role("link", name=PIP).click()

    expect(page.get_by_role("heading", name=PIP)).to_be_visible()
    expect(page.get_by_text("private vulnerability reporting is on, but psrt")).to_be_visible()
    place.github.repo(PIP).disable_private_reporting(by="pip-maintainer-1")
    page.get_by_role("button", name="Look again now").click()
    expect(page.get_by_role("status")).to_contain_text("Greenroom looks again")
    place.settle()
    page.reload()
    expect(page.get_by_text("private vulnerability reporting is on, but psrt")).to_have_count(0)
    _is_not_here(page, place, "/repositories/pypa/wheel")


def test_an_outsider_sees_nothing(place: Place, window: Window) -> None:
    """Signed in they are, and nothing here is theirs; and signed out they are nobody again."""
    page = sign_in(window(), place, "reporter-1", "/access")

    expect(page.get_by_text("Nothing here is yours")).to_be_visible()
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link")).to_have_text(["My access"])
    for path in ("/", "/findings", "/cases", "/cases/1", "/plans", "/audit", "/repositories/pypa/pip"):
        _is_not_here(page, place, path)

    page.goto(f"{place.here}/access")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in with GitHub")).to_be_visible()
    page.goto(f"{place.here}/access")
    assert path_of(page, place).startswith("/login")


def _is_not_here(page: Page, place: Place, path: str) -> None:
    answer = page.goto(place.here + path)
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Not here")


def _readers(place: Place) -> list[str]:
    return [login for mirror in place.github.coordination.mirrors for login in mirror.collaborators]
