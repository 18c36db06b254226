"""What does it mean that a coordinator accepts a finding until a day?"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial

import pytest

from app.domain.ids import PolicyKey, RepoName
from app.store import audit, found
from tests.dashboard.test_findings_page import LEAD, PIP_ADMIN, look, only_reported, told
from tests.dashboard.visiting import Visitor, sign_in
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PIP = RepoName("pypa", "pip")
REPORTING, READERS = ("pypa/pip", "private-reporting"), ("pypa/pip", "no-unexpected-readers")


@pytest.fixture
async def switched_on(github: FakeGitHub, looked: Bot) -> Bot:
    """Private reporting of pip is on, which nobody mends; and it is told."""
    await edit_policy(looked, only_reported("private-reporting"))
    github.repo("pypa/pip").enable_private_reporting(by=PIP_ADMIN)
    await look(looked)
    return looked


def form_of(page: Visitor, policy: str = "private-reporting") -> dict[str, str]:
    """What the page sends along for the finding of that policy."""
    part = page.html.split(f'"policy">{policy}<')[1]
    return dict(re.findall(r'name="(finding|seen)" value="([^"]*)"', part.split("</form>")[0]))


async def accept(
    bot: Bot, *, until: date | str = date(2027, 2, 1), policy: str = "private-reporting", login: str = LEAD, **more: str
) -> Visitor:
    lead = await sign_in(bot, login, "/findings")
    fields = form_of(lead, policy) | {"until": str(until), "reason": "moving"} | more
    await lead.post("/findings/accept", **fields)
    await bot.settle()
    return lead


async def test_what_a_lead_accepts_is_exempt_at_once(switched_on: Bot) -> None:
    """The state follows within the same minute, and the page says by whom and until when."""
    page = await accept(switched_on)

    assert "Accepted until the date you gave." in page.html
    standing = await switched_on.standing(*REPORTING)
    assert (standing.state, standing.message) == ("exempt", "accepted by coordinator-1 until 2027-02-01")
    await page.get("/findings?state=accepted")
    assert told(page) == [REPORTING]
    assert "coordinator-1 accepted it until 2027-02-01; then it is open again" in page.html


async def test_a_lead_who_was_renamed_accepts_and_the_audit_has_her_id(github: FakeGitHub, switched_on: Bot) -> None:
    """A login can be taken by somebody else; who it was is told by the number of the account."""
    github.rename_user(LEAD, "coordinator-renamed")

    lead = await accept(switched_on, login="coordinator-renamed")

    assert (lead.status, (await switched_on.standing(*REPORTING)).state) == (200, "exempt")
    rows = await switched_on.parts.database.read(partial(audit.history, key=PolicyKey(PIP, "private-reporting")))
    person = github.person("coordinator-renamed")
    assert {row.actor for row in rows if row.kind == "acceptance"} == {f"coordinator-renamed:{person.id}"}


async def test_an_acceptance_ends_by_itself_with_its_day(switched_on: Bot) -> None:
    """Nobody has to remember it: the day after its last day, in UTC, it is a finding again."""
    await accept(switched_on, until=date(2026, 12, 2))

    switched_on.clock.advance(days=1, hours=14, minutes=50)  # 23:50 of its last day
    await look(switched_on)
    assert (await switched_on.standing(*REPORTING)).state == "exempt"

    switched_on.clock.advance(minutes=20)
    await look(switched_on)
    assert (await switched_on.standing(*REPORTING)).state == "finding"


async def test_a_wider_breach_ends_it(github: FakeGitHub, switched_on: Bot) -> None:
    """Who accepted that the switch is on did not accept that reports lie there unseen."""
    await accept(switched_on)
    github.repo("pypa/pip").report("A report that slipped in")
    github.repo("pypa/pip").disable_private_reporting(by=PIP_ADMIN)
    await look(switched_on)

    standing = await switched_on.standing(*REPORTING)

    assert standing.state == "finding"
    assert "; not accepted by coordinator-1 until 2027-02-01: reports-unseen" in standing.message


async def test_who_accepted_one_reader_did_not_accept_another(github: FakeGitHub, looked: Bot) -> None:
    """Accounts are pinned at that moment, by keyed digests: whoever is let in later is a finding."""
    await edit_policy(looked, only_reported("no-unexpected-readers"))
    draft = github.repo("pypa/pip").draft("Entry points escape from their scheme")
    first, second = (github.add_person(login) for login in ("a-stranger", "another-stranger"))
    draft.collaborating_users.append(first.id)
    make_admin(github, LEAD)  # so that they may read it on GitHub, and accept what is found there
    await look(looked)

    await accept(looked, policy="no-unexpected-readers")
    assert (await looked.standing(*READERS)).state == "exempt"

    draft.collaborating_users.append(second.id)
    await look(looked)
    standing = await looked.standing(*READERS)
    assert standing.state == "finding"
    assert "not accepted by coordinator-1 until 2027-02-01: another-stranger" in standing.message


async def test_what_changed_since_the_page_was_made_is_not_accepted(github: FakeGitHub, looked: Bot) -> None:
    """They accept what they saw. Somebody was let in a moment before they pressed the button."""
    await edit_policy(looked, only_reported("no-unexpected-readers"))
    draft = github.repo("pypa/pip").draft("Entry points escape from their scheme")
    draft.collaborating_users.append(github.add_person("a-stranger").id)
    make_admin(github, LEAD)
    await look(looked)
    lead = await sign_in(looked, LEAD, "/findings")
    fields = form_of(lead, "no-unexpected-readers")

    draft.collaborating_users.append(github.add_person("another-stranger").id)  # and nobody looked since
    await lead.post("/findings/accept", **fields, until="2027-02-01", reason="moving")

    assert lead.status == 409
    assert "what is found there has changed since you looked" in lead.html.lower()
    await look(looked)
    assert (await looked.standing(*READERS)).state == "finding"


def make_admin(github: FakeGitHub, login: str) -> None:
    repo = github.world.find_repository("pypa/pip")
    assert repo is not None
    repo.admins.add(github.person(login).id)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"until": "2026-11-30"}, "not before today"),
        ({"until": "2027-12-02"}, "until 2027-12-01 at the latest"),
        ({"until": "soon"}, "say until which day"),
        ({"reason": ""}, "say why"),
        ({"reason": "because I say so"}, "say why"),
        ({"finding": "77"}, "there is no such finding"),
        ({"finding": "१"}, "there is no such finding"),
        ({"seen": "0"}, "has changed since you looked"),
    ],
)
async def test_what_is_not_right_changes_nothing_and_says_why(
    switched_on: Bot, wrong: dict[str, str], why: str
) -> None:
    """A refusal names what would be right."""
    page = await accept(switched_on, **wrong)

    assert page.status == 409
    assert why in page.html.lower()
    assert (await switched_on.standing(*REPORTING)).state == "finding"


async def test_only_leads_accept(switched_on: Bot) -> None:
    """An admin of the repository sees the finding, and its end is not theirs to say."""
    lead, admin = await sign_in(switched_on, LEAD, "/findings"), await sign_in(switched_on, PIP_ADMIN, "/findings")

    await admin.post("/findings/accept", **form_of(lead), until="2027-02-01", reason="moving")
    await switched_on.settle()

    assert admin.status == 404
    assert (await switched_on.standing(*REPORTING)).state == "finding"


async def test_a_lead_cannot_accept_what_they_may_not_see(github: FakeGitHub, looked: Bot) -> None:
    """Guessing its number tells nothing: it is as one that is not there."""
    await edit_policy(looked, only_reported("private-reporting", "reports-reach-owner"))
    github.repo("pypa/pip").enable_private_reporting(by=PIP_ADMIN)
    github.repo("pypa/pip").report("Entry points escape from their scheme")
    await look(looked)
    admin, lead = await sign_in(looked, PIP_ADMIN, "/findings.json"), await sign_in(looked, LEAD, "/findings")
    hidden = next(each for each in admin.page.json()["findings"] if each["policy"] == "reports-reach-owner")

    await lead.post("/findings/accept", finding=str(hidden["id"]), seen="0", until="2027-02-01", reason="moving")
    refused = lead.html
    await lead.get("/findings")
    await lead.post("/findings/accept", finding="77777", seen="0", until="2027-02-01", reason="moving")

    assert lead.html == refused
    assert "there is no such finding" in refused.lower()


async def test_it_is_in_the_audit_who_accepted_what_and_why(switched_on: Bot) -> None:
    """A reason of a closed list: what people write freely could hold what nobody may know."""
    await accept(switched_on)

    rows = await switched_on.parts.database.read(partial(audit.history, key=PolicyKey(PIP, "private-reporting")))

    [row] = [each for each in rows if each.kind == "acceptance"]
    assert row.actor == f"{LEAD}:{switched_on.github.person(LEAD).id}"
    assert row.scope == "switched-on until 2027-02-01, as its reports are moving to somebody else"


async def test_it_follows_the_repository_to_its_new_name(github: FakeGitHub, switched_on: Bot) -> None:
    """It is GitHub's id that was accepted: under the new name nobody has to accept it again."""
    await accept(switched_on)

    github.repo("pypa/pip").rename("pip-next")
    await look(switched_on)

    assert (await switched_on.standing("pypa/pip-next", "private-reporting")).state == "exempt"


async def test_a_later_acceptance_takes_the_place_of_the_earlier(github: FakeGitHub, switched_on: Bot) -> None:
    """What was wider is accepted anew, and counts until the day that was said last."""
    await accept(switched_on)
    github.repo("pypa/pip").report("A report that slipped in")
    github.repo("pypa/pip").disable_private_reporting(by=PIP_ADMIN)
    make_admin(github, LEAD)
    await look(switched_on)
    assert (await switched_on.standing(*REPORTING)).state == "finding"

    await accept(switched_on, until=date(2027, 1, 1))

    standing = await switched_on.standing(*REPORTING)
    assert (standing.state, standing.message) == ("exempt", "accepted by coordinator-1 until 2027-01-01")


async def test_what_is_accepted_is_not_mended(github: FakeGitHub, switched_on: Bot) -> None:
    """Policy begins to enforce: of what a person accepted nothing is changed, and after its end it is."""
    await accept(switched_on, until=date(2026, 12, 2))
    await switched_on.approve_everything()
    await edit_policy(switched_on, lambda content: content.update(policies={"private-reporting": {"mode": "enforce"}}))
    await look(switched_on)
    assert github.repo("pypa/pip").private_reporting

    switched_on.clock.advance(days=2)
    await look(switched_on)
    await switched_on.later(minutes=1)
    assert not github.repo("pypa/pip").private_reporting


async def test_github_does_not_answer_and_nothing_is_accepted(github: FakeGitHub, switched_on: Bot) -> None:
    """Nobody knows what would be accepted at that moment."""
    lead = await sign_in(switched_on, LEAD, "/findings")
    github.fail("GET", "/repos/pypa/pip/private-vulnerability-reporting", times=None)

    await lead.post("/findings/accept", **form_of(lead), until="2027-02-01", reason="moving")
    github.clear_faults()
    await switched_on.later(minutes=10)

    assert lead.status == 409
    assert (await switched_on.standing(*REPORTING)).state == "finding"
    known = await switched_on.parts.database.read(partial(found.of_repository, repo=PIP))
    assert known["private-reporting"].state == "open"
    assert switched_on.clock.now() - known["private-reporting"].since >= timedelta(minutes=10)
