"""What do intake and store say to each other about a webhook delivery?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.ids import Person, RepoName

# GitHub keeps three days of its log of deliveries, and what came after an outage is to be found in it.
LATELY = timedelta(days=2)


class NotDurable(Exception):
    """Nothing is known to be on disk, so nothing may be acknowledged. Trying again is safe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Somebody did something to a repository, and GitHub says who. Kept only of what would have to be explained.

    `happened_at` is when GitHub says that the repository last changed, not when the delivery arrived. None: not said.
    """

    repo: RepoName
    repository_id: int
    sender: Person | None
    happened_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook delivery. Its body is not kept: a delivery says where to look, never what is so.

    `guid` stays the same when GitHub delivers it again (GitHub: "Best practices for using webhooks"). `ids` are
    GHSA and CVE ids that are public, as it says. `left` is the account of who took back what they gave the App.
    """

    guid: str
    event: str
    action: str | None
    deed: Deed | None = None
    ids: frozenset[str] = frozenset()
    left: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One line of GitHub's own log of deliveries: what was sent and how it ended, and nothing of what it said.

    GitHub says *OK* where it was answered well; whatever else it says is a failure (GitHub: "Handling failed webhook
    deliveries"). `at` is by GitHub's clock.
    """

    guid: str
    at: datetime
    is_ok: bool
    event: str
    action: str | None
    installation: int | None
    repository: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that GitHub sends a delivery of, as a look of ours saw it: it happened between these two moments.

    `account` and `event` say which deliveries would tell of it. `what` names it, and is the same whoever sees it.
    """

    what: str
    account: str
    event: str
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """So many changes that GitHub's log should list by now, and no delivery since the first of them."""

    changes: int
    since: datetime


def silence_told(silence: Silence) -> str:
    """The same for people, who may look for it on GitHub."""
    changes = "1 change" if silence.changes == 1 else f"{silence.changes} changes"
    return f"GitHub sent nothing for {changes} that it sends deliveries for, since {silence.since:%Y-%m-%d %H:%M} UTC"
