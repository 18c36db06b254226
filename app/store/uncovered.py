"""Which public repositories of an account does no installation of ours cover?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from app.domain.ids import RepoName
from app.store.engines import insert
from app.store.schema_running import public_lists, uncovered_repositories

FEW = 5  # names that people read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """Of an account's public repositories, `many` in all, those that are not in the installation.

    `many` is None where they could not be listed; `why_not` says why. All of it is as of `listed_at`.
    """

    account: str
    listed_at: datetime
    many: int | None
    names: tuple[RepoName, ...] = ()
    why_not: str = ""


def note(conn: Connection, found: Uncovered) -> None:
    """What was listed takes the place of what was. What could not be listed leaves the names that were."""
    account = found.account.lower()
    row = {"listed_at": found.listed_at, "many": found.many, "why_not": found.why_not or None}
    statement = insert(conn.dialect.name, public_lists).values(account=account, **row)
    conn.execute(statement.on_conflict_do_update(index_elements=[public_lists.c.account], set_=row))
    if found.many is None:
        return
    conn.execute(delete(uncovered_repositories).where(uncovered_repositories.c.account == account))
    if found.names:
        rows = [{"name": str(name), "account": account} for name in sorted(set(found.names), key=str)]
        conn.execute(insert(conn.dialect.name, uncovered_repositories).on_conflict_do_nothing(), rows)


def forget_others(conn: Connection, accounts: Collection[str]) -> None:
    """Only in these (in small letters) are repositories selected one by one."""
    for table in (public_lists, uncovered_repositories):
        conn.execute(delete(table).where(table.c.account.not_in(sorted(accounts))))


def uncovered(conn: Connection) -> tuple[Uncovered, ...]:
    """What is known, by account. Where it could not be listed the last time, no names: they may be covered by now."""
    names: dict[str, list[RepoName]] = {}
    for row in conn.execute(select(uncovered_repositories).order_by(uncovered_repositories.c.name)):
        names.setdefault(row.account, []).append(RepoName.parse(row.name))
    return tuple(
        Uncovered(
            account=row.account,
            listed_at=row.listed_at,
            many=row.many,
            names=tuple(names.get(row.account, ())) if row.many is not None else (),
            why_not=row.why_not or "",
        )
        for row in conn.execute(select(public_lists).order_by(public_lists.c.account))
    )


def listed_at(conn: Connection) -> dict[str, tuple[datetime, int | None]]:
    """By account (in small letters): when its public repositories were listed last, and how many they were."""
    return {row.account: (row.listed_at, row.many) for row in conn.execute(select(public_lists))}


def told(found: Uncovered) -> str:
    """The same for people."""
    if not found.names:
        return f"all {found.many} are in the installation"
    shown, more = ", ".join(each.name for each in found.names[:FEW]), len(found.names) - FEW
    rest = f" and {more} more" if more > 0 else ""
    return f"{len(found.names)} of {found.many} public repositories are not in the installation: {shown}{rest}"
