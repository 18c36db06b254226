from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.cases import Participant
from app.domain.findings import Standing
from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.domain.records import Approval, Baseline, KnownAdvisory
from app.store import advisories, approvals, cases
from app.store.database import Database
from app.store.findings import record, standings
from tests.clock import START

PIP, UV = RepoName.parse("pypa/pip"), RepoName.parse("astral-sh/uv")
LINK = AdvisoryKey(PIP, Ghsa.parse("GHSA-2222-3333-4444"))
OTHER = AdvisoryKey(UV, Ghsa.parse("GHSA-5555-6666-7777"))
LATER = START + timedelta(hours=1)

STANDING = Standing(
    repo=PIP,
    policy="private-reporting",
    state="finding",
    message="private vulnerability reporting is on",
    since=START,
    observed_at=START,
)
ADVISORY = KnownAdvisory(
    repo=PIP,
    ghsa=LINK.ghsa,
    state="triage",
    candidate=True,
    tools=("pip", "uv"),
    first_seen=START,
    observed_at=START,
)


async def seen(database: Database, *looks: Standing) -> tuple[Standing, ...]:
    for look in looks:
        await database.write(lambda conn, look=look: record(conn, look))  # type: ignore[misc]
    return await database.read(standings)


async def test_since_stays_while_the_state_does(database: Database) -> None:
    """People want to know how long something has been wrong, not when we last looked."""
    again = replace(STANDING, message="it is still on", since=LATER, observed_at=LATER)

    assert await seen(database, STANDING, again) == (replace(again, since=START),)


async def test_a_look_that_cannot_tell_leaves_when_it_was_really_seen(database: Database) -> None:
    """Its age is the age of what we know; having looked in vain does not make it younger."""
    known = replace(STANDING, seen_at=START)
    unclear = replace(STANDING, state="cannot tell", message="GitHub answered 502", since=LATER, observed_at=LATER)

    assert await seen(database, known, unclear) == (replace(unclear, seen_at=START),)


async def test_a_new_state_begins_anew(database: Database) -> None:
    """What was mended and broke again broke when it broke again."""
    mended = replace(STANDING, state="pass", message="it is off", since=LATER, observed_at=LATER)

    assert await seen(database, STANDING, mended) == (mended,)


async def test_an_older_look_changes_nothing(database: Database) -> None:
    """Two instances may finish in the other order than they looked."""
    newer = replace(STANDING, state="pass", since=LATER, observed_at=LATER)

    assert await seen(database, newer, STANDING) == (newer,)


async def test_standings_of_one_repository_ignore_case(database: Database) -> None:
    """GitHub does too."""
    elsewhere = replace(STANDING, repo=UV)
    await seen(database, STANDING, elsewhere)

    found = await database.read(lambda conn: standings(conn, RepoName.parse("PyPA/Pip")))

    assert found == (STANDING,)


async def test_an_advisory_keeps_the_time_of_its_first_look(database: Database) -> None:
    """Its age is what triaged-in-time goes by."""
    accepted = replace(ADVISORY, state="draft", first_seen=LATER, observed_at=LATER)
    await database.write(lambda conn: advisories.remember(conn, ADVISORY))
    await database.write(lambda conn: advisories.remember(conn, accepted))
    await database.write(lambda conn: advisories.remember(conn, ADVISORY))  # a look that took long

    assert await database.read(advisories.open_advisories) == (replace(accepted, first_seen=START),)
    assert await database.read(lambda conn: advisories.known_open(conn, UV)) == ()

    await database.write(lambda conn: advisories.forget(conn, PIP, LINK.ghsa))
    assert await database.read(lambda conn: advisories.known_open(conn, PIP)) == ()


async def test_a_case_is_what_was_opened(database: Database) -> None:
    """Nothing is added to what policy or a person named."""
    people = (Participant(tool="pip", why="it takes the report"), Participant(tool="uv", why="named by the advisory"))
    assert await database.read(cases.highest_number) == 0

    number = await database.write(
        lambda conn: cases.open_case(conn, number=7, links=[LINK], participants=people, now=START),
    )

    opened = await database.read(lambda conn: cases.case(conn, 7))
    assert number == 7
    assert (opened.links, opened.participants) == ((LINK,), people)
    assert (opened.state, opened.opened_at, opened.mirror, opened.sequence) == ("open", START, None, 0)
    assert await database.read(cases.highest_number) == 7


async def test_an_advisory_has_one_case_for_ever(database: Database) -> None:
    """Two instances that see the same advisory must not open two cases, nor a closed one again under a new number."""
    await database.write(lambda conn: cases.open_case(conn, number=1, links=[LINK], participants=(), now=START))
    await database.write(lambda conn: cases.close_case(conn, 1, START))

    number = await database.write(
        lambda conn: cases.open_case(conn, number=2, links=[OTHER, LINK], participants=(), now=LATER),
    )

    assert number == 1
    assert await database.read(lambda conn: cases.case_of(conn, OTHER.ghsa)) is None


async def test_a_number_is_given_once(database: Database) -> None:
    """A mirror's marker names its case; two cases of one number could not be told apart."""
    await database.write(lambda conn: cases.open_case(conn, number=1, links=[LINK], participants=(), now=START))

    with pytest.raises(IntegrityError):
        await database.write(lambda conn: cases.open_case(conn, number=1, links=[OTHER], participants=(), now=START))


async def test_a_closed_case_is_not_open_and_keeps_its_time(database: Database) -> None:
    """Closing twice, after a takeover, changes nothing."""
    await database.write(lambda conn: cases.open_case(conn, number=1, links=[LINK], participants=(), now=START))
    assert [case.number for case in await database.read(cases.open_cases)] == [1]

    await database.write(lambda conn: cases.close_case(conn, 1, START))
    await database.write(lambda conn: cases.close_case(conn, 1, LATER))

    assert await database.read(cases.open_cases) == ()
    assert (await database.read(lambda conn: cases.case(conn, 1))).closed_at == START


async def test_the_sequence_of_a_mirror_never_goes_back(database: Database) -> None:
    """An instance that was paused must not make us believe in an older mirror."""
    newer = Ghsa.parse("GHSA-8888-9999-cccc")
    await database.write(lambda conn: cases.open_case(conn, number=1, links=[LINK], participants=(), now=START))
    await database.write(lambda conn: cases.set_mirror(conn, 1, newer, 5))
    await database.write(lambda conn: cases.set_mirror(conn, 1, OTHER.ghsa, 4))

    case = await database.read(lambda conn: cases.case(conn, 1))

    assert (case.mirror, case.sequence) == (newer, 5)


async def test_baselines_are_replaced_together(database: Database) -> None:
    """Digests of different moments would look like an edit."""
    await database.write(lambda conn: cases.open_case(conn, number=1, links=[LINK], participants=(), now=START))
    first = {"summary": Baseline(key_id="k1", digest="a"), "severity": Baseline(key_id="k1", digest="b")}
    second = {"summary": Baseline(key_id="k2", digest="c")}
    await database.write(lambda conn: cases.save_baselines(conn, 1, first))
    assert await database.read(lambda conn: cases.baselines(conn, 1)) == first

    await database.write(lambda conn: cases.save_baselines(conn, 1, second))

    assert await database.read(lambda conn: cases.baselines(conn, 1)) == second
    assert await database.read(lambda conn: cases.baselines(conn, 2)) == {}


async def test_no_such_case(database: Database) -> None:
    """Somebody mistyped a number."""
    with pytest.raises(cases.NoSuchCase, match="there is no case 12"):
        await database.read(lambda conn: cases.case(conn, 12))


async def test_a_plan_is_approved_as_it_was_shown(database: Database) -> None:
    """What is approved is what was seen; the approval outlives a restart."""
    shown = approvals.StoredPlan(
        id="p1",
        made_at=START,
        policy_commit="abc",
        rules_version=1,
        actions=({"key": "pypa/pip#private-reporting", "kind": "set-private-reporting"},),
    )
    await database.write(lambda conn: approvals.save_plan(conn, shown))
    await database.write(lambda conn: approvals.save_plan(conn, replace(shown, actions=())))
    yes = Approval(
        scope="private-reporting: off",
        plan_id="p1",
        policy_commit="abc",
        rules_version=1,
        approved_by="coordinator-1:1",
        approved_at=START,
    )
    await database.write(lambda conn: approvals.approve(conn, yes))
    await database.write(lambda conn: approvals.approve(conn, replace(yes, approved_at=LATER)))  # no other yes
    after = await database.read(approvals.approvals)
    await database.write(lambda conn: approvals.approve(conn, replace(yes, approved_by="somebody:2")))

    assert await database.read(lambda conn: approvals.plan(conn, "p1")) == shown
    assert await database.read(lambda conn: approvals.plan(conn, "p2")) is None
    assert after == {yes.scope: yes}
    assert await database.read(approvals.approvals) == {yes.scope: replace(yes, approved_by="somebody:2")}

    await database.write(lambda conn: approvals.withdraw(conn, yes.scope, by="coordinator-1", at=LATER))
    assert await database.read(approvals.approvals) == {}
