"""What is said on both sides of a case, where people agreed that comments are relayed?

Elsewhere nothing is asked. All comments are read, since a copy whose answer was lost is found among them.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection

from app.domain.cases import StoredCase
from app.domain.comments import Comment
from app.domain.facts import Fact, Known
from app.domain.ids import AdvisoryKey
from app.domain.mirrors import Mirror
from app.domain.talks import Talk
from app.github.reader import Reader
from app.reconcile.look import Look
from app.store import relays
from app.store.database import Database


class Overhearing:
    """Reads comments of both sides."""

    def __init__(self, reader: Reader, database: Database) -> None:
        self._reader, self._database = reader, database

    async def of(self, case: StoredCase, mirror: Fact[Mirror | None], look: Look) -> Talk:
        """Of a case whose mirror is open."""
        kept = await self._database.read(partial(_kept, number=case.number))
        here = mirror.value if isinstance(mirror, Known) else None
        writes = {relay.ghsa for relay in kept.relays if relay.direction == "to-source"}
        wanted = {relay.ghsa: relay.ghsa in writes for relay in kept.relays if relay.is_on}
        if not wanted or here is None or here.state != "open":
            return kept
        return Talk(
            relays=kept.relays,
            copied=kept.copied,
            mirror=await look.ask(partial(self._reader.comments.of, here.repo, here.id)),
            sources={
                link.ghsa: await self._source(link, look, writes=wanted[link.ghsa])
                for link in case.links
                if link.ghsa in wanted
            },
        )

    async def _source(self, link: AdvisoryKey, look: Look, *, writes: bool) -> Fact[tuple[Comment, ...]]:
        """By the registration that writes there, or once did: only that one knows which comments are its own."""
        comments = self._reader.comments if writes else self._reader.comments_seen
        return await look.ask(partial(comments.of, link.repo, link.ghsa))


def _kept(conn: Connection, number: int) -> Talk:
    return Talk(relays=relays.of_case(conn, number), copied=relays.copied(conn, number))
