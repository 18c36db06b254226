"""In which order is an organization looked at?

Without a token there are 60 questions an hour, so what matters most is asked first: the repositories, the
organization's default SECURITY.md, whether private reporting is on, then the SECURITY.md of those where it is not. What
is archived is not asked whether it takes reports.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias, TypeVar

from app.domain.facts import CannotTell, Fact, Known, NotApplicable, Repository
from app.survey.files import DEFAULTS, as_default, effective
from app.survey.found import NotSurveyed, Outcome, SecurityPolicy, Seen, Surveyed
from app.survey.questions import Questions
from app.survey.trees import AT_ONCE

T = TypeVar("T")
Advance: TypeAlias = Callable[[int, int], None]

_NOT_ASKED = CannotTell("not asked")
_ARCHIVED = NotApplicable("it is archived, and takes no reports")


@dataclass(slots=True, kw_only=True)
class _Look:
    """A repository while it is looked at."""

    repo: Repository
    private_reporting: Fact[bool] = _NOT_ASKED
    own_policy: Fact[SecurityPolicy | None] = _NOT_ASKED
    published_advisories: Fact[int] = _NOT_ASKED

    @property
    def has_reporting(self) -> bool:
        return isinstance(self.private_reporting, Known) and self.private_reporting.value

    def seen(self, default: Fact[SecurityPolicy | None]) -> Seen:
        archived = self.repo.archived
        return Seen(
            name=self.repo.name,
            archived=archived,
            fork=self.repo.fork,
            has_default=isinstance(default, Known) and default.value is not None,
            private_reporting=_ARCHIVED if archived else self.private_reporting,
            security_policy=_ARCHIVED if archived else effective(self.own_policy, default),
            published_advisories=self.published_advisories,
        )


@dataclass(slots=True, kw_only=True)
class _Organization:
    login: str
    looks: list[_Look] = field(default_factory=list)
    unlisted: CannotTell | None = None

    @property
    def defaults(self) -> _Look | None:
        """Its repository with what holds for all others."""
        return next((each for each in self.looks if each.repo.name.name.lower() == DEFAULTS), None)

    def surveyed(self) -> Surveyed:
        default: Fact[SecurityPolicy | None] = NotApplicable("the organization has no default")
        if self.defaults is not None:
            default = as_default(self.defaults.own_policy)
        elif self.unlisted is not None:
            default = as_default(self.unlisted)
        seen = tuple(each.seen(default) for each in self.looks)
        return Surveyed(login=self.login, repositories=seen, unlisted=self.unlisted)


def _batches(looks: Sequence[_Look]) -> Iterator[list[_Look]]:
    """As many as one query takes, each of one owner."""
    for _, group in groupby(looks, key=lambda look: look.repo.name.owner.lower()):
        of_owner = list(group)
        for begin in range(0, len(of_owner), AT_ONCE):
            yield of_owner[begin : begin + AT_ONCE]


class Looking:
    """One survey. `advance` is told how many questions are answered, of how many that are known so far."""

    def __init__(self, questions: Questions, advance: Advance) -> None:
        self._questions, self._advance = questions, advance
        self._answered = self._known = 0

    async def at(self, logins: Sequence[str]) -> tuple[Outcome, ...]:
        """What can be seen of each organization. Raises BadToken."""
        found = [await self._listed(login) for login in logins]
        organizations = [each for each in found if isinstance(each, _Organization)]
        looks = [look for org in organizations for look in org.looks]
        alive = [look for look in looks if not look.repo.archived]
        sources = [look for look in alive if not look.repo.fork]
        forks = [look for look in alive if look.repo.fork]
        defaults = [org.defaults for org in organizations if org.defaults]
        await self._ask(self._policies, list(_batches(alive)))
        await self._ask(self._policy, defaults)
        await self._ask(self._private_reporting, sources)
        await self._ask(self._policy, [each for each in sources if not each.has_reporting])
        await self._ask(self._private_reporting, forks)
        await self._ask(self._policy, [each for each in sources if each.has_reporting] + forks)
        await self._ask(self._published_advisories, sources + forks + [each for each in looks if each.repo.archived])
        return tuple(each.surveyed() if isinstance(each, _Organization) else each for each in found)

    async def _listed(self, login: str) -> _Organization | NotSurveyed:
        listed = await self._questions.repositories(login)
        if isinstance(listed, NotSurveyed):
            return listed
        return _Organization(login=login, looks=[_Look(repo=repo) for repo in listed.found], unlisted=listed.unlisted)

    async def _ask(self, question: Callable[[T], Awaitable[None]], subjects: Iterable[T]) -> None:
        """All of them, begun in this order: where there is not room for all, the first ones are answered."""
        asked = [question(subject) for subject in subjects]
        self._known += len(asked)
        await asyncio.gather(*(self._counted(each) for each in asked))

    async def _counted(self, asking: Awaitable[None]) -> None:
        await asking
        self._answered += 1
        self._advance(self._answered, self._known)

    async def _private_reporting(self, look: _Look) -> None:
        look.private_reporting = await self._questions.private_reporting(look.repo.name)

    async def _policies(self, looks: list[_Look]) -> None:
        found = await self._questions.own_policies([look.repo.name for look in looks])
        for look in looks:
            look.own_policy = found.get(look.repo.name, _NOT_ASKED)

    async def _policy(self, look: _Look) -> None:
        if look.own_policy is _NOT_ASKED:
            look.own_policy = await self._questions.own_policy(look.repo.name)

    async def _published_advisories(self, look: _Look) -> None:
        look.published_advisories = await self._questions.published_advisories(look.repo.name)
