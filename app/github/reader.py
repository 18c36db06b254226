"""What is so on GitHub, as far as we can tell?

Well-formed answers are Known. What passes by itself (5xx, limits, timeouts, garbage) raises RetryLater. Everything else
is NotApplicable or CannotTell with its reason, so that no caller can take a refusal for peace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from app.clock import Clock
from app.domain.facts import (
    Advisory,
    CannotTell,
    Configuration,
    CoordinationRepository,
    Coverage,
    Fact,
    Known,
    NotApplicable,
    Repository,
    SecurityPolicy,
    Whole,
)
from app.domain.ids import AdvisoryKey, Ghsa, MirrorId, Person, RepoName, Team
from app.domain.mirrors import Mirror, Store, store_of
from app.github import parse, routes
from app.github.anywhere import Anywhere
from app.github.asking import Asking, Reply
from app.github.comments import Comments
from app.github.coverage import Coverages
from app.github.errors import RetryLater
from app.github.global_database import GlobalDatabase
from app.github.installations import Installation
from app.github.mirrors import STORES
from app.github.overview import Overview
from app.github.policy_rounds import PolicyRounds
from app.github.public_lists import public_repositories
from app.github.registration import NotInstalled, Registration
from app.github.roles import NO_HAND, roles
from app.github.security_policies import SecurityPolicies
from app.github.share import Pace

_NEWEST = {"sort": "updated", "direction": "desc", "per_page": "100"}


class Reader:
    """Reads as the Watcher, and of the coordination repository as the Hand. Both may be the same registration.

    What everybody may read is asked in the name of `accounts`, the first of them that can.
    """

    def __init__(
        self,
        watcher: Registration,
        hand: Registration,
        clock: Clock,
        *,
        accounts: Callable[[], Iterable[str]],
        public_url: str | None = None,
    ) -> None:
        self._clock, self._accounts = clock, accounts
        self._watcher, self._overview = Asking(watcher, clock), Overview(watcher, clock)
        self._policies = PolicyRounds(SecurityPolicies(self._watcher, clock), clock)
        self._hand = self._watcher if hand is watcher else Asking(hand, clock)
        self._coverages = Coverages(watcher, hand, clock, public_url=public_url)
        self._anywhere = Anywhere(self._watcher, accounts, clock)
        self.comments = Comments(self._hand)  # of mirrors, and of what the Hand may write to
        self.comments_seen = Comments(self._watcher)  # of all others
        self.global_database = GlobalDatabase(self._watcher, self._anywhere, clock)

    def at(self, clock: Clock) -> Reader:
        """One that reads the same and dates it otherwise, for what would follow at another time."""
        reader = Reader(self._watcher.registration, self._hand.registration, clock, accounts=self._accounts)
        reader._coverages = self._coverages
        return reader

    async def installations(self) -> tuple[Installation, ...]:
        """Where the Watcher is installed, suspended installations included. What the Hand may do is read again too."""
        found = await self._watcher.registration.installations()
        await self._coverages.begin(found)
        return found

    async def repositories(self, installation: Installation) -> tuple[Repository, ...]:
        """What an installation sees, without the temporary forks of advisories."""
        app = self._watcher.registration
        if installation.suspended:
            raise RetryLater(f"the installation of {app.name} in {installation.account} is suspended")
        try:
            found = await app.repositories(installation)
        except NotInstalled:
            raise RetryLater(f"{app.name} gets no token for {installation.account}") from None
        self._coverages.holds(installation, found)
        self._overview.begin(installation, found)
        self._policies.expect(installation.account, (repo.name for repo in found if not repo.private))
        return found

    async def coverage(self, repo: RepoName) -> Fact[Coverage]:
        """Where the Apps are installed and what the Watcher sees, by the last lists. Asks nothing after a sweep."""
        return await self._coverages.of(repo)

    def coverage_seen(self, repo: RepoName) -> Fact[Coverage]:
        """The same by the last lists, however old they are. Never asks."""
        return self._coverages.last(repo)

    async def public_repositories(self, installation: Installation) -> tuple[Repository, ...]:
        """What its organization shows to everybody, covered or not. Raises RetryLater."""
        return await public_repositories(self._watcher.registration, installation)

    def pace(self, account: str) -> Pace:
        """How much routine work may ask of an account now, so that what is urgent finds room."""
        return self._watcher.registration.pace(account)

    def wait(self, account: str) -> timedelta:
        """How long a look at something of an account would wait for its turn, and others behind it."""
        return max(asking.registration.pace(account).wait for asking in (self._watcher, self._hand))

    async def repository(self, repo: RepoName) -> Fact[Repository]:
        """The repository, by its present name where it was renamed."""
        return await _repository(self._watcher, repo, parse.repository)

    async def private_reporting(self, repo: RepoName) -> Fact[bool]:
        """Is private vulnerability reporting on?"""
        return await _private_reporting(self._watcher, repo)

    async def security_policy(
        self, repo: RepoName, alongside: Callable[[RepoName], bool]
    ) -> Fact[SecurityPolicy | None]:
        """What GitHub shows to who wants to report a vulnerability, at most ten minutes old."""
        return await self._policies.policy(repo, alongside)

    async def configuration(self, repo: RepoName) -> Fact[Configuration | None]:
        """The code security configuration in force, None where there is none."""
        reply = await self._watcher.get(routes.CONFIGURATION.of(repo), repo)
        return reply if isinstance(reply, CannotTell) else self._watcher.fact(reply, parse.configuration)

    async def advisories(self, repo: RepoName, sentinel: AdvisoryKey | None = None) -> Fact[tuple[Advisory, ...]]:
        """The advisories of a repository, of which none in triage or draft is missing.

        Once after an installation's repositories were listed, the organization's own list may answer; where the account
        has a sentinel, only if it is in there as a draft.
        """
        return await self._overview.open_advisories(repo, sentinel) or await self.own_advisories(repo)

    async def own_advisories(self, repo: RepoName) -> Fact[tuple[Advisory, ...]]:
        """All in the repository's own list where one page holds them, else all that are in triage or draft."""
        reply = await self._watcher.get(routes.ADVISORIES.of(repo, query=_NEWEST), repo)
        if isinstance(reply, CannotTell):
            return reply
        if reply.status == 404:  # noqa: PLR2004
            return await _without_meaning(self._watcher, repo, reply)
        if reply.pages[0].next_page is None:
            listed = self._watcher.facts(reply, _advisories(reply))
            return Whole(value=listed.value, observed_at=listed.observed_at) if isinstance(listed, Known) else listed
        return await self._open_advisories(repo)

    async def public_advisories(self, repo: RepoName) -> Fact[tuple[Advisory, ...]]:
        """The published advisories of a repository."""
        reply = await self._watcher.get_all(routes.ADVISORIES.of(repo, query={**_NEWEST, "state": "published"}), repo)
        return reply if isinstance(reply, CannotTell) else self._watcher.facts(reply, _advisories(reply))

    async def advisory(self, repo: RepoName, ghsa: Ghsa) -> Fact[Advisory]:
        """One advisory of a project."""
        reply = await self._watcher.get(routes.ADVISORY.of(repo, ghsa_id=ghsa), repo)
        return reply if isinstance(reply, CannotTell) else self._watcher.fact(reply, _advisory(reply))

    async def team_members(self, team: Team) -> Fact[tuple[Person, ...]]:
        """The members of a team, those of its child teams included."""
        call = routes.TEAM_MEMBERS.call(org=team.org, team_slug=team.slug, query={"per_page": "100"})
        reply = await self._watcher.get_in(call, team.org, str(team))
        return reply if isinstance(reply, CannotTell) else self._watcher.facts(reply, parse.people)

    async def person(self, login: str) -> Fact[Person | None]:
        """Who has this login now, None where nobody has (404: the one refusal that says something)."""
        reply = await self._anywhere.get(routes.PERSON.call(username=login), login)
        if isinstance(reply, CannotTell):
            return reply
        if reply.status == 404:  # noqa: PLR2004
            return Known(value=None, observed_at=self._clock.now())
        return self._watcher.fact(reply, parse.person)

    async def coordination(self, repo: RepoName) -> Fact[CoordinationRepository]:
        """The coordination repository, and what could make it leak. Without a Hand nothing is kept there."""
        if roles(self._watcher.registration, self._hand.registration) == "no Hand":
            return NotApplicable(NO_HAND)
        repository = await _repository(self._hand, repo, parse.complete_repository)
        if not isinstance(repository, Known):
            return repository
        commits = await self._has_commits(repo)
        reporting = await _private_reporting(self._hand, repo)
        published = await self._has_published(repo)
        for fact in (commits, reporting, published):
            if isinstance(fact, CannotTell):
                return fact
        # What has no meaning there, as in a private repository, is not on.
        return Known(
            value=CoordinationRepository(
                repository=repository.value,
                has_commits=_is_true(commits),
                private_reporting=_is_true(reporting),
                has_published_advisories=_is_true(published),
            ),
            observed_at=repository.observed_at,
        )

    async def coordination_repository(self, repo: RepoName) -> Fact[Repository]:
        """The coordination repository itself: is it private at this moment?"""
        return await _repository(self._hand, repo, parse.repository)

    async def collaborators(self, repo: RepoName) -> Fact[tuple[Person, ...]]:
        """Who can read a private repository: organization owners, teams and members by its base permission included."""
        call = routes.COLLABORATORS.of(repo, query={"affiliation": "all", "per_page": "100"})
        reply = await self._hand.get_all(call, repo)
        return reply if isinstance(reply, CannotTell) else self._hand.facts(reply, parse.people)

    async def owners(self, org: str) -> Fact[tuple[Person, ...]]:
        """Who owns an organization, and so reads every advisory in it."""
        call = routes.ORGANIZATION_MEMBERS.call(org=org, query={"role": "admin", "per_page": "100"})
        reply = await self._watcher.get_in(call, org, org)
        return reply if isinstance(reply, CannotTell) else self._watcher.facts(reply, parse.people)

    async def mirrors(self, repo: RepoName, store: Store) -> Fact[tuple[Mirror, ...]]:
        """Everything in the coordination repository that could be a mirror, the closed ones too."""
        return await STORES[store].every(repo, self._hand)

    async def mirror(self, repo: RepoName, mirror: MirrorId) -> Fact[Mirror]:
        """One mirror."""
        return await STORES[store_of(mirror)].one(repo, mirror, self._hand)

    async def _open_advisories(self, repo: RepoName) -> Fact[tuple[Advisory, ...]]:
        found: dict[Ghsa, Advisory] = {}  # what is accepted between the two lists is in both
        for state in ("triage", "draft"):
            reply = await self._watcher.get_all(routes.ADVISORIES.of(repo, query={**_NEWEST, "state": state}), repo)
            if isinstance(reply, CannotTell):
                return reply
            fact = self._watcher.facts(reply, _advisories(reply))
            if not isinstance(fact, Known):
                return fact
            found |= {each.ghsa: each for each in fact.value}
        return Known(value=tuple(found.values()), observed_at=self._clock.now())

    async def _has_commits(self, repo: RepoName) -> Fact[bool]:
        reply = await self._hand.get(routes.COMMITS.of(repo, query={"per_page": "1"}), repo)
        if isinstance(reply, CannotTell):
            return reply
        if reply.status == 409:  # noqa: PLR2004 - GitHub: "Git Repository is empty."
            return Known(value=False, observed_at=self._clock.now())
        return self._hand.fact(reply, parse.has_items)

    async def _has_published(self, repo: RepoName) -> Fact[bool]:
        reply = await self._hand.get(routes.ADVISORIES.of(repo, query={"state": "published", "per_page": "1"}), repo)
        if isinstance(reply, CannotTell):
            return reply
        if reply.status == 404:  # noqa: PLR2004
            return await _without_meaning(self._hand, repo, reply)
        return self._hand.fact(reply, parse.has_items)


async def _repository(asking: Asking, repo: RepoName, parsed: Callable[[Any], Repository]) -> Fact[Repository]:
    reply = await asking.get(routes.REPOSITORY.of(repo), repo)
    return reply if isinstance(reply, CannotTell) else asking.fact(reply, parsed)


async def _private_reporting(asking: Asking, repo: RepoName) -> Fact[bool]:
    reply = await asking.get(routes.PRIVATE_REPORTING.of(repo), repo)
    if isinstance(reply, CannotTell):
        return reply
    if reply.status in {404, 422}:
        return await _without_meaning(asking, repo, reply)
    return asking.fact(reply, parse.private_reporting)


async def _without_meaning(asking: Asking, repo: RepoName, reply: Reply) -> NotApplicable | CannotTell:
    """GitHub has neither advisories nor their reporting in private repositories, and answers 404 or 422 there.

    GitHub: "About repository security advisories". Only the repository itself tells this from lost access.
    """
    match await _repository(asking, repo, parse.repository):
        case Known(value=repository) if repository.private or repository.archived:
            kind = "private" if repository.private else "archived"
            return NotApplicable(f"{repo} is {kind}, so this has no meaning there: {reply.route}")
        case Known():
            return CannotTell(f"GitHub answered {reply.status} to {reply.route} of {repo}, which is public and active")
        case unclear:
            return unclear


def _advisories(reply: Reply) -> Callable[[Any], tuple[Advisory, ...]]:
    return partial(parse.advisories, sees_teams=reply.sees_teams)


def _advisory(reply: Reply) -> Callable[[Any], Advisory]:
    return partial(parse.advisory, sees_teams=reply.sees_teams)


def _is_true(fact: Fact[bool]) -> bool:
    return isinstance(fact, Known) and fact.value
