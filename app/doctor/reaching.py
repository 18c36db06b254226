"""What does GitHub show to an App of what policy names?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TypeVar

from app.domain.facts import CannotTell, Fact, Known
from app.domain.ids import RepoName
from app.github import routes
from app.github.client import Access
from app.github.errors import RetryLater
from app.github.installations import Installation
from app.github.registration import NotInstalled, Registration
from app.main import Greenroom

T = TypeVar("T")


async def hidden(
    app: Registration, installed: Iterable[Installation], named: Iterable[RepoName]
) -> dict[str, tuple[RepoName, ...] | str]:
    """By account: the repositories that it does not see, or why that cannot be told."""
    found: dict[str, tuple[RepoName, ...] | str] = {}
    for each in installed:
        mine = [repo for repo in named if repo.owner.lower() == each.account.lower()]
        if mine and not each.suspended:
            try:
                seen = {repository.name for repository in await app.repositories(each)}
                found[each.account.lower()] = tuple(repo for repo in mine if repo not in seen)
            except (RetryLater, NotInstalled) as error:
                found[each.account.lower()] = str(error)
    return found


async def drafts(greenroom: Greenroom, installation: Installation) -> str | bool:
    """With the token that projects' lists are read with: it only reads, whatever was granted."""
    sentinel = greenroom.policy.current().file.sentinel_of(installation.account)
    if sentinel is None:
        return "no draft is known there that would have to be shown"
    listed = await fact(partial(greenroom.reader.own_advisories, sentinel.repo))
    if not isinstance(listed, Known):
        return listed.reason
    return any(each.ghsa == sentinel.ghsa and each.state == "draft" for each in listed.value)


async def listing(app: Registration, installation: Installation) -> str | bool:
    """Only who may write is answered there, so whoever only reads does not ask."""
    if not installation.grants("repository_advisories", "write"):
        return False
    call = routes.ADVISORIES_OF_ORGANIZATION.call(org=installation.account, query={"per_page": "1"})

    async def ask(access: Access) -> int:
        return (await app.client.read(call, access)).status

    try:
        statuses = set(await app.acting_everywhere(installation, {"repository_advisories": "write"}, ask))
    except (RetryLater, NotInstalled) as error:
        return str(error)
    return True if statuses == {200} else f"GitHub answered {max(statuses, default=0)} to {call}"


async def fact(ask: Callable[[], Awaitable[Fact[T]]]) -> Fact[T]:
    try:
        return await ask()
    except RetryLater as error:
        return CannotTell(str(error))
