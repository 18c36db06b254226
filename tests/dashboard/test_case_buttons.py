"""Do the buttons on the page of a case do what could be typed, for those who may, and nothing for others?"""

from __future__ import annotations

import pytest

from app.domain.cases import Proposal
from app.domain.ids import CaseKey, Person
from app.store import audit
from tests.dashboard.casework import BY, answers, mirror_of, proof_of, the_case, waiting
from tests.dashboard.visiting import Visitor, sign_in
from tests.fake_github import FakeGitHub
from tests.harness import Bot


def person(github: FakeGitHub, login: str) -> Person:
    return Person(login, github.person(login).id)


async def asked(bot: Bot, what: str, value: str) -> tuple[Visitor, Proposal]:
    """A maintainer of uv asks for something on the page."""
    uv = await sign_in(bot, "uv-maintainer-1", "/cases/1")
    await uv.post("/cases/1/ask", what=what, value=value)
    [waits] = await waiting(bot)
    return uv, waits


@pytest.mark.usefixtures("two_cases")
async def test_a_maintainer_answers_for_her_tool_on_the_page(github: FakeGitHub, bot: Bot) -> None:
    """Without a comment and without a terminal. The mirror says it after the next look."""
    uv = await sign_in(bot, "uv-maintainer-1", "/cases/1")
    assert "Your answer is asked for" in uv.html

    await uv.post("/cases/1/answer", tool="uv", status="affected", justification="")

    assert (uv.status, uv.at) == (200, "/cases/1?said=answered")
    assert "Your answer is written down" in uv.html
    assert await answers(bot) == {"pip": "unknown", "uv": "affected"}
    await bot.settle()
    mirror = mirror_of(github)
    assert "| uv | named by a coordinator | affected |" in mirror.body
    told = await bot.parts.database.read(lambda conn: audit.history(conn, CaseKey(1)))
    assert [each.actor for each in told if each.scope == "uv is affected"] == [str(person(github, "uv-maintainer-1"))]


@pytest.mark.usefixtures("two_cases")
async def test_what_is_no_answer_of_theirs_changes_nothing(bot: Bot) -> None:
    """A form can be sent with anything in it. They are told what would be right."""
    uv = await sign_in(bot, "uv-maintainer-1", "/cases/1")
    for tool, status, why, right in (
        ("pip", "fixed", "", "you speak for uv"),
        ("", "", "", "you speak for uv"),
        ("uv", "safe", "", "choose one of"),
        ("uv", "not-affected", "", "say why not-affected"),
        ("uv", "not-affected", "because", "choose one of"),
        ("uv", "fixed", "component_not_present", "only not-affected"),
    ):
        await uv.post("/cases/1/answer", tool=tool, status=status, justification=why)
        assert (uv.status, right in uv.html.lower()) == (409, True), uv.html
    assert await answers(bot) == {"pip": "unknown", "uv": "unknown"}


@pytest.mark.usefixtures("two_cases")
async def test_a_maintainer_does_nothing_in_a_case_of_others_nor_what_coordinators_do(bot: Bot) -> None:
    """Not even by a form that was taken from a page of theirs."""
    uv = await sign_in(bot, "uv-maintainer-1", "/cases/1")
    before = await the_case(bot, 1), await the_case(bot, 2)
    proof = {"csrf": proof_of(uv)}

    for path in ("/cases/2/answer", "/cases/2/ask", "/cases/1/invite", "/cases/1/leave", "/cases/1/embargo",
                 "/cases/1/close", "/cases/1/disclose", "/cases/1/not-public", "/cases/1/restore", "/cases/1/link",
                 "/cases/1/coordinator", "/cases/1/suggestions", "/cases/1/proposals/1/confirm", "/cases/new",
                 "/cases/1/cve/drop"):  # fmt: skip
        await uv.send(path, proof | {"tool": "uv", "status": "fixed", "what": "invite", "value": "poetry"})
        assert uv.status == 404, path

    assert (await the_case(bot, 1), await the_case(bot, 2)) == before


@pytest.mark.usefixtures("two_cases")
async def test_a_coordinator_confirms_an_invitation_and_the_next_look_invites(github: FakeGitHub, bot: Bot) -> None:
    """Who reads a case is never widened by asking alone."""
    uv, waits = await asked(bot, "invite", "poetry")
    assert "A coordinator has to confirm it" in uv.html
    assert "Invite poetry" in uv.html
    assert f"/proposals/{waits.id}/" not in uv.html  # no buttons for who may not
    await bot.settle()
    mirror = mirror_of(github)
    assert "poetry-maintainer-1" not in mirror.readers

    lead = await sign_in(bot, BY, "/cases/1")
    await lead.post(f"/cases/1/proposals/{waits.id}/confirm")

    assert (lead.status, "Confirmed." in lead.html) == (200, True)
    assert await answers(bot) == {"pip": "unknown", "poetry": "unknown", "uv": "unknown"}
    assert await waiting(bot) == ()
    await bot.settle()
    mirror = mirror_of(github)
    assert "poetry-maintainer-1" in mirror.readers


@pytest.mark.usefixtures("two_cases")
@pytest.mark.slow
async def test_a_proposal_is_settled_on_the_page_of_its_own_case_and_once(bot: Bot) -> None:
    """A yes on another page would be a yes to something that was not seen there."""
    _, waits = await asked(bot, "embargo", "2027-01-12T16:00Z")
    lead = await sign_in(bot, BY, "/cases/2")

    await lead.send(f"/cases/2/proposals/{waits.id}/confirm", {"csrf": proof_of(lead)})
    assert lead.status == 404
    assert (await the_case(bot)).embargo_until is None

    await lead.get("/cases/1")
    await lead.post(f"/cases/1/proposals/{waits.id}/decline")
    assert "Declined." in lead.html
    await lead.post(f"/cases/1/proposals/{waits.id}/confirm")
    assert (lead.status, "was declined by coordinator-1:" in lead.html) == (409, True), lead.html
    assert (await the_case(bot)).embargo_until is None


@pytest.mark.usefixtures("two_cases")
async def test_what_is_asked_for_is_judged_as_a_comment_would_be(bot: Bot) -> None:
    """With the same words, so that people learn one set of rules."""
    uv = await sign_in(bot, "uv-maintainer-1", "/cases/1")
    for what, value, right in (
        ("invite", "uvv", "did you mean &#34;uv&#34;"),
        ("invite", "pip", "takes part already"),
        ("embargo", "2020-01-12T16:00Z", "hour is over"),
        ("embargo", "tomorrow", "Write it as"),
        ("coordinator", "reporter-1", "no such coordinator"),
        ("link", "pypa/pip", "OWNER/REPO GHSA"),
        ("status", "uv fixed", "nothing that can be asked for"),
    ):
        await uv.post("/cases/1/ask", what=what, value=value)
        assert (uv.status, right.lower() in uv.html.lower()) == (409, True), uv.html
    assert await waiting(bot) == ()

    for what, value in (
        ("embargo", "2027-01-12T16:00"),
        ("coordinator", BY),
        ("invite", "poetry"),
        ("invite", "poetry"),
    ):
        await uv.get("/cases/1")
        await uv.post("/cases/1/ask", what=what, value=value)
        assert uv.status == 200, uv.html
    assert [(each.what, each.asked_by.login) for each in await waiting(bot)] == [
        ("embargo", "uv-maintainer-1"),
        ("coordinator", "uv-maintainer-1"),
        ("invite", "uv-maintainer-1"),
    ]


@pytest.mark.usefixtures("two_cases")
@pytest.mark.slow
async def test_who_took_a_coordinators_old_login_is_who_they_were(github: FakeGitHub, bot: Bot) -> None:
    """People are known by the number of their account: she speaks for uv still, the renamed one coordinates still."""
    github.rename_user(BY, "coordinator-renamed")
    github.rename_user("uv-maintainer-1", BY)
    taker = await sign_in(bot, BY, "/cases/1")

    await taker.post("/cases/1/answer", tool="uv", status="fixed", justification="")
    await taker.post("/cases/1/ask", what="invite", value="poetry")
    assert [str(each.asked_by.id) for each in await waiting(bot)] == [str(github.person(BY).id)]
    await taker.send("/cases/1/embargo", {"csrf": proof_of(taker), "until": "2027-01-12T16:00"})
    assert taker.status == 404
    lead = await sign_in(bot, "coordinator-renamed", "/cases/1")
    await lead.post("/cases/1/answer", tool="pip", status="affected", justification="")

    assert await answers(bot) == {"pip": "affected", "uv": "fixed"}
    assert (await the_case(bot)).embargo_until is None
    await bot.settle()
