from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from app.domain.facts import Repository
from app.domain.findings import Standing
from app.domain.ids import AdvisoryKey, Ghsa, RepoName, RepositoryKey, parse_key
from app.domain.records import Attempt, Called, KnownAdvisory, Notice, Renamed, Replaced, Whereabouts
from app.store import advisories, attempts, cases, findings, notices, repositories, unseen, work
from app.store.database import Database
from app.store.repositories import Met
from tests.clock import START
from tests.unfinished import unfinished

PIP, NEW, OTHER, UV = (RepoName("pypa", name) for name in ("pip", "pip-ng", "other", "uv"))
GHSA = Ghsa.parse("GHSA-2222-3333-4444")


def _repo(number: int, name: RepoName) -> Repository:
    return Repository(id=number, name=name, private=False)


def _at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


async def _meet(database: Database, hours: int, *found: tuple[int, RepoName], listed_at: datetime | None = None) -> Met:
    """What the lists say at that time."""
    repos = [_repo(number, name) for number, name in found]
    return await database.write(
        lambda conn: repositories.meet(conn, repos, listed_at=listed_at or _at(hours), now=_at(hours))
    )


def _standing(repo: RepoName, message: str = "on") -> Standing:
    return Standing(
        repo=repo, policy="private-reporting", state="finding", message=message, since=START, observed_at=START
    )


def _known(repo: RepoName) -> KnownAdvisory:
    return KnownAdvisory(
        repo=repo, ghsa=GHSA, state="triage", candidate=True, tools=("pip", "uv"), first_seen=START, observed_at=START
    )


def _learn(conn: Connection, repo: RepoName, text: str) -> None:
    """Everything that is kept by a repository's name."""
    policy_key = parse_key(f"{repo}#private-reporting")
    findings.record(conn, _standing(repo, text))
    advisories.remember(conn, _known(repo))
    attempts.remember(conn, Attempt(key=policy_key, fingerprint="f", outcome="refused", reason=text, at=START))
    unseen.could_not_tell(conn, RepositoryKey(repo), START)
    notice = Notice(kind="cannot-see", about=str(repo), severity="warning", text=text, since=START)
    notices.tell(conn, notice)
    work.mark(conn, [RepositoryKey(repo), policy_key, AdvisoryKey(repo, GHSA)], due=START)


async def _known_of(database: Database, repo: RepoName) -> Sequence[object]:
    """What is kept under a name, table by table, as far as it can be told apart."""
    policy_key = parse_key(f"{repo}#private-reporting")

    def read(conn: Connection) -> list[object]:
        return [
            [each.message for each in findings.standings(conn, repo)],
            [each.ghsa for each in advisories.known_open(conn, repo)],
            [each.reason for each in attempts.attempts(conn, policy_key)],
            len(unseen.unseen(conn, RepositoryKey(repo))),
            [each.text for each in notices.open_notices(conn) if each.about == str(repo)],
        ]

    return await database.read(read)


NOTHING = [[], [], [], 0, []]


def _all(text: str) -> list[object]:
    return [[text], [GHSA], [text], 1, [text]]


async def test_meeting_the_same_repositories_again_changes_nothing(database: Database) -> None:
    """A quiet sweep of a quiet organization."""
    first = await _meet(database, 0, (1, PIP), (2, UV))
    again = await _meet(database, 1, (1, PIP), (2, UV))

    assert first == Met(new=frozenset({PIP, UV}), changes=())
    assert again == Met(new=frozenset(), changes=())
    assert await database.read(repositories.present) == {1: PIP, 2: UV}
    assert await database.read(repositories.former) == {}


async def test_what_is_known_follows_a_repository_to_its_new_name(database: Database) -> None:
    """GitHub's id is the identity, so a rename loses nothing and leaves nothing behind."""
    await _meet(database, 0, (1, PIP))
    await database.write(lambda conn: _learn(conn, PIP, "mine"))

    met = await _meet(database, 1, (1, NEW))

    assert met.changes == (Renamed(id=1, was=PIP, now=NEW),)
    assert await _known_of(database, NEW) == _all("mine")
    assert await _known_of(database, PIP) == NOTHING
    assert await database.read(repositories.former) == {PIP: NEW}
    due = await database.read(lambda conn: unfinished(conn, START))
    assert due == ["pypa/pip-ng", "pypa/pip-ng#private-reporting", f"pypa/pip-ng/{GHSA}"]


async def test_a_case_is_linked_to_the_new_name(database: Database) -> None:
    """A case outlives the renaming of its source."""
    await _meet(database, 0, (1, PIP))
    link = AdvisoryKey(PIP, GHSA)
    await database.write(lambda conn: cases.open_case(conn, number=1, links=[link], participants=[], now=START))

    await _meet(database, 1, (1, NEW))

    assert (await database.read(lambda conn: cases.case(conn, 1))).links == (AdvisoryKey(NEW, GHSA),)


async def test_two_repositories_that_exchange_their_names_keep_their_own(database: Database) -> None:
    """Nothing that is known of one is ever told of the other."""
    await _meet(database, 0, (1, PIP), (2, OTHER))
    await database.write(lambda conn: _learn(conn, PIP, "of one"))
    await database.write(lambda conn: _learn(conn, OTHER, "of two"))

    await _meet(database, 1, (1, OTHER), (2, PIP))

    assert (await _known_of(database, PIP), await _known_of(database, OTHER)) == (_all("of two"), _all("of one"))
    assert await database.read(repositories.present) == {1: OTHER, 2: PIP}


async def test_a_repository_that_is_made_anew_starts_anew(database: Database) -> None:
    """Deleted and made again, or squatted: its standing, its reports and its troubles were another's."""
    await _meet(database, 0, (1, PIP), (2, UV))
    await database.write(lambda conn: _learn(conn, PIP, "old"))

    met = await _meet(database, 1, (9, PIP), (2, UV))

    assert met == Met(new=frozenset({PIP}), changes=(Replaced(name=PIP, was=1, now=9),))
    assert await _known_of(database, PIP) == NOTHING
    assert await database.read(repositories.present) == {9: PIP, 2: UV}


async def test_which_names_changed_hands_is_known(database: Database) -> None:
    """What is linked by a name may be of whoever had it before; one that comes back to its own is nobody else's."""
    await _meet(database, 0, (1, PIP), (2, UV))
    await _meet(database, 1, (9, PIP), (2, OTHER))
    await _meet(database, 2, (9, PIP), (2, UV))

    assert await database.read(partial(repositories.changed_hands, since=_at(0))) == {9}
    assert await database.read(partial(repositories.changed_hands, since=_at(1))) == frozenset()


async def test_a_stranger_who_takes_a_former_name_gets_nothing(database: Database) -> None:
    """In the same look, or in a later one."""
    await _meet(database, 0, (1, PIP))
    await database.write(lambda conn: _learn(conn, PIP, "mine"))

    await _meet(database, 1, (9, PIP), (1, NEW))

    assert (await _known_of(database, PIP), await _known_of(database, NEW)) == (NOTHING, _all("mine"))
    await database.write(lambda conn: findings.record(conn, _standing(PIP, "a stranger's")))
    await _meet(database, 2, (9, PIP), (1, NEW))
    assert (await _known_of(database, PIP))[0] == ["a stranger's"]


async def test_what_a_look_wrote_under_the_old_name_meanwhile_follows_too(database: Database) -> None:
    """It began before the renaming was seen and ended after."""
    await _meet(database, 0, (1, PIP))
    await _meet(database, 1, (1, NEW))
    await database.write(lambda conn: findings.record(conn, _standing(PIP, "late")))

    await _meet(database, 2, (1, NEW))

    assert (await _known_of(database, NEW))[0] == ["late"]
    assert (await _known_of(database, PIP))[0] == []


async def test_where_both_names_are_known_the_older_knowledge_stays(database: Database) -> None:
    """A delivery named the new name first. Since when something is so must not be lost; the next look says the rest."""
    await _meet(database, 0, (1, PIP))
    await database.write(lambda conn: _learn(conn, PIP, "since long"))
    await database.write(lambda conn: _learn(conn, NEW, "just now"))

    await _meet(database, 1, (1, NEW))

    assert await _known_of(database, NEW) == _all("since long")


async def test_what_is_being_worked_on_is_left_to_its_worker(database: Database) -> None:
    """Its lease is under the old name; the new name is looked at when the next mark says so."""
    await _meet(database, 0, (1, PIP))
    await database.write(lambda conn: work.mark(conn, [RepositoryKey(PIP)], due=START))
    claimed = await database.write(lambda conn: work.claim(conn, owner="one", now=START, until=_at(5)))
    assert claimed is not None

    await _meet(database, 1, (1, NEW))

    assert await database.write(lambda conn: work.renew(conn, claimed, _at(6)))


async def test_an_older_list_does_not_bring_an_old_name_back(database: Database) -> None:
    """Two instances swept at once, and the list of one was read before the renaming."""
    await _meet(database, 0, (1, PIP))
    await _meet(database, 2, (1, NEW))

    met = await _meet(database, 3, (1, PIP), listed_at=_at(1))

    assert met.changes == ()
    assert await database.read(repositories.present) == {1: NEW}


async def test_a_repository_that_no_list_names_any_more_stays_known(database: Database) -> None:
    """Deleted, transferred out of sight, or an installation that could not be read: it is told as that."""
    await _meet(database, 0, (1, PIP), (2, UV))
    await _meet(database, 1, (2, UV))

    assert await database.read(repositories.present) == {1: PIP, 2: UV}


async def test_a_case_in_a_name_is_no_renaming(database: Database) -> None:
    """GitHub ignores case in names."""
    await _meet(database, 0, (1, PIP))

    assert (await _meet(database, 1, (1, RepoName("PyPA", "PIP")))).changes == ()


async def test_a_history_is_told_by_the_names_of_its_time(database: Database) -> None:
    """What was done under a name while it was another repository's was done to that one."""
    await _meet(database, 0, (1, PIP))
    await _meet(database, 1, (1, NEW))
    await _meet(database, 2, (1, NEW), (9, PIP))
    await _meet(database, 3, (1, NEW), (9, OTHER))

    mine = await database.read(lambda conn: repositories.names_of(conn, NEW))
    strangers = await database.read(lambda conn: repositories.names_of(conn, OTHER))

    assert mine == (Called(name=PIP, since=None, until=_at(1)), Called(name=NEW, since=None, until=None))
    assert strangers == (Called(name=PIP, since=_at(1), until=_at(3)), Called(name=OTHER, since=None, until=None))
    assert [mine[0].at(_at(hours)) for hours in (0, 1, 2)] == [True, True, False]
    assert [strangers[0].at(_at(hours)) for hours in (1, 2, 3, 4)] == [False, True, True, False]


async def test_a_name_that_no_other_ever_had_has_no_end(database: Database) -> None:
    """What was under way when it was given up was still done to that repository."""
    await _meet(database, 0, (1, PIP))
    await _meet(database, 1, (1, NEW))

    names = await database.read(lambda conn: repositories.names_of(conn, NEW))

    assert names == (Called(name=PIP, since=None, until=None), Called(name=NEW, since=None, until=None))
    unknown = await database.read(lambda conn: repositories.names_of(conn, UV))
    assert unknown == (Called(name=UV, since=None, until=None),)


@pytest.mark.parametrize(
    ("story", "meant", "expected"),
    [
        pytest.param([((1, PIP),)], {}, None, id="nothing happened"),
        pytest.param([((1, PIP),), ()], {}, None, id="it is out of sight and nobody took its name"),
        pytest.param([((1, PIP),), ((1, NEW),)], {}, Whereabouts(first=1, called=NEW, holder=None), id="renamed"),
        pytest.param([((1, PIP),), ((1, NEW),), ((1, PIP),)], {}, None, id="renamed there and back"),
        pytest.param(
            [((1, PIP),), ((1, NEW), (9, PIP))], {}, Whereabouts(first=1, called=NEW, holder=9), id="renamed and taken"
        ),
        pytest.param(
            [((1, PIP),), ((1, NEW), (9, PIP)), ((1, NEW), (9, OTHER)), ((1, NEW), (9, OTHER), (8, PIP))],
            {},
            Whereabouts(first=1, called=NEW, holder=8),
            id="taken twice",
        ),
        pytest.param([((1, PIP),), ((9, PIP),)], {}, Whereabouts(first=1, called=None, holder=9), id="made anew"),
        pytest.param([((1, PIP),), ((9, PIP),)], {PIP: 9}, None, id="made anew and confirmed"),
        pytest.param([((9, PIP),)], {PIP: 1}, Whereabouts(first=1, called=None, holder=9), id="people said another id"),
        pytest.param([((9, PIP), (1, NEW))], {PIP: 1}, Whereabouts(first=1, called=NEW, holder=9), id="and it is seen"),
    ],
)
async def test_a_name_means_the_first_of_that_name_or_the_one_whose_id_people_say(
    database: Database, story: list[tuple[tuple[int, RepoName], ...]], meant: dict[RepoName, int], expected: object
) -> None:
    """A name that was renamed away can be claimed by strangers, so it does not say who is meant."""
    for hours, found in enumerate(story):
        await _meet(database, hours, *found)

    found_now = await database.read(lambda conn: repositories.whereabouts(conn, [PIP, UV], meant))

    assert found_now == ({PIP: expected} if expected else {})
