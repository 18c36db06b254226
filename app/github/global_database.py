"""Is an id in GitHub's global advisory database, and since when?

Only ids are asked for, and only of GitHub itself. That there is none is said by a 404 or an empty list and by nothing
else. GitHub lists what came in with a CVE id and nobody reviewed only where one asks for it. Source: GitHub, "REST API
endpoints for global security advisories".
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from app.clock import Clock
from app.domain.facts import CannotTell, Fact, Known, Public
from app.domain.ids import Ghsa
from app.github import routes
from app.github.anywhere import Anywhere
from app.github.asking import Asking
from app.github.parse import Malformed
from app.github.shapes import Instant

_ABOUT = "an advisory of a case"  # a refusal is shown to people, and ids are under embargo
_TYPES = ("reviewed", "unreviewed")


class _Entry(msgspec.Struct):
    ghsa_id: str
    published_at: Instant
    cve_id: str | None = None


class GlobalDatabase:
    """Asks in the name of those whom policy names: the database is public, and what is asked is not."""

    def __init__(self, asking: Asking, anywhere: Anywhere, clock: Clock) -> None:
        self._asking, self._anywhere, self._clock = asking, anywhere, clock

    async def ghsa(self, ghsa: Ghsa) -> Fact[Public | None]:
        """Is this GHSA id in it?"""
        reply = await self._anywhere.get(routes.GLOBAL_ADVISORY.call(ghsa_id=ghsa), _ABOUT)
        if isinstance(reply, CannotTell):
            return reply
        if reply.status == 404:  # noqa: PLR2004
            return Known(value=None, observed_at=self._clock.now())
        return self._asking.fact(reply, partial(_entry_of, ghsa=ghsa))

    async def cve(self, cve_id: str) -> Fact[Public | None]:
        """Is this CVE id in it, reviewed or not?"""
        since: list[datetime] = []
        for kind in _TYPES:
            query = {"cve_id": cve_id, "type": kind, "per_page": "100"}
            reply = await self._anywhere.get(routes.GLOBAL_ADVISORIES.call(query=query), _ABOUT)
            if isinstance(reply, CannotTell):
                return reply
            found = self._asking.facts(reply, partial(_since, cve_id=cve_id))
            if not isinstance(found, Known):
                return found
            since += found.value
        return Known(value=Public(since=min(since)) if since else None, observed_at=self._clock.now())


def _entry_of(json: Any, ghsa: Ghsa) -> Public:
    entry = _convert(json, _Entry)
    if entry.ghsa_id.lower() != str(ghsa).lower():
        raise Malformed("another global advisory than the one that was asked for")
    return Public(since=entry.published_at)


def _since(json: Any, cve_id: str) -> tuple[datetime, ...]:
    entries = _convert(json, list[_Entry])
    if any((entry.cve_id or "").lower() != cve_id.lower() for entry in entries):
        raise Malformed("other global advisories than those that were asked for")
    return tuple(entry.published_at for entry in entries)


def _convert(json: Any, shape: Any) -> Any:
    try:
        return msgspec.convert(json, shape)
    except (msgspec.ValidationError, OverflowError, RecursionError):
        raise Malformed("a global advisory that lacks what we need") from None  # the message may quote the value
