"""Which repositories are there, and what are and were they called?

GitHub's id is the identity: it stays when a repository is renamed or transferred, and a repository that is made anew
under a known name has another one. Kept: what we know of a repository follows it to its new name in the transaction
that notices the new name, and nothing that we know of one repository is ever told of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, or_, select, update

from app.domain.facts import Repository
from app.domain.ids import RepoName
from app.domain.records import Called, Renamed, Replaced, Whereabouts
from app.store import moving
from app.store.engines import insert
from app.store.prepared import Question
from app.store.putting import put
from app.store.schema import former_names, repositories


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What a look at lists of repositories taught."""

    new: frozenset[RepoName]
    changes: tuple[Renamed | Replaced, ...]


def meet(conn: Connection, found: Iterable[Repository], *, listed_at: datetime, now: datetime) -> Met:
    """Write down what repositories are called. `listed_at` is when GitHub was asked: what was met later stays."""
    known, late = _known(conn), _met_since(conn, listed_at)
    listed = {each.id: each.name for each in found if each.id not in late}
    changes: list[Renamed | Replaced] = [*_replaced(known, listed), *_renamed(known, listed)]
    for change in changes:
        if isinstance(change, Replaced):
            _part(conn, change.was, change.name, now)
            moving.forget(conn, change.name, now)
            conn.execute(delete(repositories).where(repositories.c.id == change.was))
    renamed = {change.was: change.now for change in changes if isinstance(change, Renamed)}
    for change in changes:
        if isinstance(change, Renamed):
            _part(conn, change.id, change.was, now)
            conn.execute(
                update(repositories).where(repositories.c.id == change.id).values(name=str(change.now), observed_at=now)
            )
    # A look that was under way when its repository was renamed may have written under the old name since.
    moving.move(conn, former(conn) | renamed)
    new = {number: name for number, name in listed.items() if number not in known}
    if new:
        rows = [{"id": number, "name": str(name), "observed_at": now} for number, name in sorted(new.items())]
        conn.execute(insert(conn.dialect.name, repositories).on_conflict_do_nothing(), rows)
    return Met(new=frozenset(new.values()), changes=tuple(changes))


def present(conn: Connection) -> dict[int, RepoName]:
    """Every repository that we ever saw and whose name nobody took, by GitHub's id."""
    return _known(conn)


def met_by(conn: Connection, moment: datetime) -> frozenset[RepoName]:
    """Of `present`: those that were met, and had their name, by then."""
    names = conn.execute(select(repositories.c.name).where(repositories.c.observed_at <= moment)).scalars()
    return frozenset(map(RepoName.parse, names))


def accounts(conn: Connection) -> frozenset[str]:
    """In which accounts did an installation ever list a repository that is still called so? In small letters."""
    return frozenset(name.owner.lower() for name in present(conn).values())


def named(conn: Connection, ids: Collection[int]) -> frozenset[RepoName]:
    """What are these called today? Those that are gone have no name."""
    names = conn.execute(select(repositories.c.name).where(repositories.c.id.in_(sorted(ids)))).scalars()
    return frozenset(map(RepoName.parse, names))


def by_id(conn: Connection, ids: Collection[int]) -> dict[int, RepoName]:
    """What is each of these called today? Those that we never saw are left out."""
    rows = conn.execute(select(repositories.c.id, repositories.c.name).where(repositories.c.id.in_(sorted(ids))))
    return {row.id: RepoName.parse(row.name) for row in rows}


def id_of(conn: Connection, repo: RepoName) -> int | None:
    """Which repository had this name when we last saw it?"""
    number: int | None = conn.execute(select(repositories.c.id).where(repositories.c.name == str(repo))).scalar()
    return number


def former(conn: Connection) -> dict[RepoName, RepoName]:
    """Names that no repository has any more, and what the last one of that name is called today."""
    holder = repositories.alias()
    rows = conn.execute(
        select(former_names.c.name, repositories.c.name.label("today"))
        .join(repositories, repositories.c.id == former_names.c.repository_id)
        .outerjoin(holder, holder.c.name == former_names.c.name)
        .where(holder.c.id.is_(None))
        .order_by(former_names.c.until)
    )
    return {RepoName.parse(row.name): RepoName.parse(row.today) for row in rows}


def names_of(conn: Connection, repo: RepoName) -> tuple[Called, ...]:
    """All names that the repository of this name has had, the present one last, each with when it had it.

    What was done under a name before or after that was done to another repository. A name that no other repository ever
    had has no end: what was under way when it was given up was still done to this one.
    """
    number = id_of(conn, repo)
    past = conn.execute(select(former_names).order_by(former_names.c.until)).all()
    taken = set(_known(conn).values()) - {repo}

    def called(name: RepoName, until: datetime | None) -> Called:
        others = [each.until for each in past if each.repository_id != number and RepoName.parse(each.name) == name]
        before = [at for at in others if until is None or at <= until]
        is_shared = bool(others) or name in taken
        return Called(name=name, since=max(before, default=None), until=until if is_shared else None)

    mine = [(RepoName.parse(each.name), each.until) for each in past if each.repository_id == number]
    return (*(called(name, until) for name, until in mine if name != repo), called(repo, None))


def changed_hands(conn: Connection, *, since: datetime) -> frozenset[int]:
    """Which repositories, by id, have a name that another one still had after then?"""
    before = former_names.c.name == repositories.c.name
    another = former_names.c.repository_id != repositories.c.id
    query = select(repositories.c.id).join(former_names, before).where(another, former_names.c.until > since)
    return frozenset(conn.execute(query).scalars())


def former_names_of(conn: Connection, repo: RepoName) -> tuple[RepoName, ...]:
    """Which names did the repository of this name have before? Others may have had them as well (`names_of`)."""
    return tuple(RepoName.parse(row.name) for row in _former_names(conn, of=str(repo)))


@Question
def _former_names() -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    query = select(former_names.c.name).join(repositories, repositories.c.id == former_names.c.repository_id)
    return query.where(repositories.c.name == bindparam("of")).order_by(former_names.c.name)


def called_today(
    conn: Connection, moments: Collection[tuple[RepoName, datetime]]
) -> dict[tuple[RepoName, datetime], RepoName]:
    """What is the repository called today that had this name at that moment? One that is gone keeps it."""
    names = sorted({str(name) for name, _ in moments})
    held = select(former_names, repositories.c.name.label("today")).outerjoin(
        repositories, repositories.c.id == former_names.c.repository_id
    )
    past = conn.execute(held.where(former_names.c.name.in_(names)).order_by(former_names.c.until)).all()
    left = former(conn) if past else {}

    def called(name: RepoName, at: datetime) -> RepoName:
        for each in past:
            if RepoName.parse(each.name) == name and at <= each.until:
                return RepoName.parse(each.today) if each.today else name
        return left.get(name, name)  # what was under way when the name was given up

    return {(name, at): called(name, at) for name, at in moments}


def whereabouts(
    conn: Connection, names: Iterable[RepoName], ids: Mapping[RepoName, int]
) -> dict[RepoName, Whereabouts]:
    """What became of the repositories that people mean by these names, where it is no longer the one of that name.

    They mean the one whose id they say, else the first that we saw under the name.
    """
    past: dict[RepoName, list[int]] = defaultdict(list)
    for row in conn.execute(select(former_names).order_by(former_names.c.until)):
        past[RepoName.parse(row.name)].append(row.repository_id)
    names = {name for name in names if name in past or name in ids}
    if not names:
        return {}
    firsts = {name: ids[name] if name in ids else past[name][0] for name in names}
    rows = conn.execute(
        select(repositories.c.id, repositories.c.name).where(
            or_(repositories.c.id.in_(firsts.values()), repositories.c.name.in_([str(name) for name in names]))
        )
    )
    called = {row.id: RepoName.parse(row.name) for row in rows}
    holders = {name: number for number, name in called.items()}
    found = {
        name: Whereabouts(first=first, called=called.get(first), holder=holders.get(name))
        for name, first in firsts.items()
    }
    return {name: each for name, each in found.items() if each.called != name and (each.called or each.holder)}


def _known(conn: Connection) -> dict[int, RepoName]:
    rows = conn.execute(select(repositories.c.id, repositories.c.name).order_by(repositories.c.id))
    return {row.id: RepoName.parse(row.name) for row in rows}


def _met_since(conn: Connection, moment: datetime) -> set[int]:
    return set(conn.execute(select(repositories.c.id).where(repositories.c.observed_at > moment)).scalars())


def _replaced(known: Mapping[int, RepoName], listed: Mapping[int, RepoName]) -> list[Replaced]:
    holders = {name: number for number, name in known.items()}
    return [
        Replaced(name=name, was=holders[name], now=number)
        for number, name in listed.items()
        if holders.get(name, number) != number and holders[name] not in listed
    ]


def _renamed(known: Mapping[int, RepoName], listed: Mapping[int, RepoName]) -> list[Renamed]:
    return [
        Renamed(id=number, was=known[number], now=name)
        for number, name in listed.items()
        if number in known and known[number] != name
    ]


def _part(conn: Connection, number: int, name: RepoName, now: datetime) -> None:
    """Write down that a repository has a name no more."""
    put(conn, former_names, {"repository_id": number, "name": str(name), "until": now})
