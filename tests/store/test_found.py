"""Findings and digests as rows: who they belong to when names change, and what is never written twice."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from app.domain.findings import Standing, finding, passed
from app.domain.ids import RepoName
from app.domain.records import Digest, Finding
from app.reconcile import keeping
from app.store import findings, found, moving, outbox
from app.store.database import Database
from app.store.schema import finding_events
from tests.builders import policies
from tests.clock import START

PIP, NEW, OTHER = (RepoName("pypa", name) for name in ("pip", "pip-ng", "other"))
POLICY = "private-reporting"
RULES = policies()
DAY = timedelta(days=1)


def look(conn: Connection, repo: RepoName, message: str, *, days: int = 0, wrong: bool = True) -> None:
    """One look, written down as looks are."""
    now, verdict = START + days * DAY, finding(message) if wrong else passed(message)
    keeping.keep(conn, [(repo, POLICY, verdict)], policies=RULES, now=now)
    standing = Standing(repo=repo, policy=POLICY, state=verdict.state, message=message, since=now, observed_at=now)
    findings.record(conn, standing)


def known(conn: Connection) -> dict[str, Finding]:
    return {str(each.repo): each for each in found.all_findings(conn, ("open", "accepted", "resolved"))}


def events(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(finding_events)).scalar_one()


async def test_a_finding_known_under_both_names_is_the_one_that_was_known_for_longer(database: Database) -> None:
    """Between a renaming and the sweep that notices it, it was looked at under the new name, too."""

    def story(conn: Connection) -> tuple[dict[str, Finding], dict[str, Finding], int]:
        look(conn, PIP, "on")
        look(conn, NEW, "on, under its new name", days=1)
        before = known(conn)
        moving.move(conn, {PIP: NEW})
        return before, known(conn), events(conn)

    before, after, left = await database.write(story)

    assert {name: each.id for name, each in after.items()} == {"pypa/pip-ng": before["pypa/pip"].id}
    assert left == 1, "the history of the other one went with it"


async def test_two_repositories_that_exchange_their_names_take_their_findings_along(database: Database) -> None:
    """What is wrong with one is not wrong with the other."""

    def story(conn: Connection) -> dict[str, Finding]:
        look(conn, PIP, "wrong with the first")
        look(conn, OTHER, "wrong with the second")
        moving.move(conn, {PIP: OTHER, OTHER: PIP})
        return known(conn)

    after = await database.write(story)

    assert {name: each.message for name, each in after.items()} == {
        "pypa/pip": "wrong with the second",
        "pypa/other": "wrong with the first",
    }


async def test_an_id_is_never_given_again(database: Database) -> None:
    """Somebody may have written it into a mail; another finding under it would be taken for that one."""

    def story(conn: Connection) -> list[int | None]:
        look(conn, PIP, "on")
        first = known(conn)["pypa/pip"].id
        moving.forget(conn, PIP, START)
        look(conn, NEW, "on")
        return [first, known(conn)["pypa/pip-ng"].id]

    assert await database.write(story) == [1, 2]


async def test_names_of_repositories_ignore_case_in_findings_too(database: Database) -> None:
    """GitHub does, and two rows for one repository would be two findings."""

    def story(conn: Connection) -> int:
        look(conn, PIP, "on")
        look(conn, RepoName("PyPA", "Pip"), "on", days=1)
        return len(known(conn))

    assert await database.write(story) == 1


async def test_an_older_look_that_comes_late_changes_nothing(database: Database) -> None:
    """Two workers may look at a repository under two keys; the one that saw it last is right."""

    def story(conn: Connection) -> Finding:
        look(conn, PIP, "on")
        look(conn, PIP, "off", days=2, wrong=False)
        look(conn, PIP, "on", days=1)
        return known(conn)["pypa/pip"]

    assert (await database.write(story)).state == "resolved"


async def test_what_is_watched_no_more_does_not_stay_open(database: Database) -> None:
    """No look would ever resolve it, and it would be mentioned each week for ever."""

    def story(conn: Connection) -> dict[str, str]:
        look(conn, PIP, "on")
        look(conn, OTHER, "on")
        keeping.let_go(conn, lambda each: each.repo == PIP, commit=RULES.commit, now=START + DAY)
        return {name: each.state for name, each in known(conn).items()}

    assert await database.write(story) == {"pypa/pip": "open", "pypa/other": "resolved"}


async def test_a_second_digest_of_a_day_is_not_made(database: Database) -> None:
    """Whoever made the first one was faster, and it may have been sent by now."""
    first = Digest(recipient="carol:3", day=date(2026, 12, 2), severity="info", text="first", made_at=START)
    second = Digest(recipient="carol:3", day=date(2026, 12, 2), severity="info", text="second", made_at=START)

    def story(conn: Connection) -> tuple[int, int, tuple[Digest, ...]]:
        return outbox.put(conn, [first]), outbox.put(conn, [second]), outbox.latest(conn)

    assert await database.write(story) == (1, 0, (first,))
