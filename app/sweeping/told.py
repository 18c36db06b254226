"""What changed between two lists that GitHub sends the App a delivery of? Pure.

GitHub: "Webhook events and payloads", `repository` and `installation`. Left out is what it does not tell: a repository
that was deleted, and one that left the account.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from app.domain.delivery import LATELY, Change
from app.domain.facts import Repository
from app.github.installations import Installation

# By event: the permission that GitHub asks for. Of installations every App is told, whatever it was granted.
NEEDS: Mapping[str, str] = MappingProxyType({"repository": "metadata", "repository_advisory": "repository_advisories"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What GitHub listed when it was asked at that moment."""

    at: datetime
    installations: tuple[Installation, ...]
    repositories: tuple[Repository, ...]


def told_events(installations: Iterable[Installation], ours: Collection[str]) -> dict[str, set[str]]:
    """Which events does GitHub send of each of these accounts (in small letters)?"""
    events: dict[str, set[str]] = {}
    for each in installations:
        if each.account.lower() in ours:
            sent = {event for event, needed in NEEDS.items() if event in each.events and each.grants(needed, "read")}
            events[each.account.lower()] = {"installation"} | (set() if each.suspended else sent)
    return events


def changes(before: Seen, now: Seen) -> Iterator[Change]:
    """What happened in between to what is in both lists, and what was made since.

    Nothing where that is so long that GitHub's log of deliveries may have forgotten what came of it.
    """
    if now.at - before.at > LATELY:
        return
    was_installed = {each.id: each for each in before.installations}
    for each in now.installations:
        if each.id in was_installed and each.suspended != was_installed[each.id].suspended:
            what = f"installation {each.id} {'suspend' if each.suspended else 'unsuspend'}"
            yield _change(what, each.account, "installation", before.at, now.at)
    there = {each.id: each for each in before.repositories}
    whole = {each.account.lower() for each in now.installations if each.repository_selection == "all"}
    for repo in now.repositories:
        for action, earliest, latest in _of_repository(repo, there.get(repo.id), before.at, now.at, whole):
            what = f"repository {repo.id} {action} {latest:%Y-%m-%dT%H:%M:%S}"
            yield _change(what, repo.name.owner, "repository", earliest, latest)


def _of_repository(
    repo: Repository, was: Repository | None, asked: datetime, now: datetime, whole: Collection[str]
) -> Iterator[tuple[str, datetime, datetime]]:
    if was is None:
        made = repo.created_at  # of one that was selected later, or that came from elsewhere, that was long ago
        if made and asked < made <= now and not repo.fork and repo.name.owner.lower() in whole:
            yield "created", made, made
        return
    latest = min(now, max(asked, repo.updated_at or now))
    if repo.archived != was.archived:
        yield "archived" if repo.archived else "unarchived", asked, latest
    if repo.private != was.private:
        yield "privatized" if repo.private else "publicized", asked, latest
    is_elsewhere = repo.name.owner.lower() != was.name.owner.lower()
    if repo.name != was.name and not is_elsewhere:
        yield "renamed", asked, latest


def _change(what: str, account: str, event: str, earliest: datetime, latest: datetime) -> Change:
    return Change(what=what, account=account, event=event, earliest=earliest, latest=latest)
