"""How do tests speak about GitHub? `github.*` and `advisory.*` are what people do: they tell the app nothing."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from app.clock import Clock
from app.sandbox import people
from app.sandbox.pypa import CASES, empty_world, pypa_world
from app.sandbox.registering import HAND, WATCHER, new_private_key
from app.sandbox.server.application import Sandbox
from app.sandbox.server.faults import Because, Dropped, Fault, Loss
from app.sandbox.server.fields import changed_fields
from app.sandbox.state.accounts import User
from app.sandbox.state.advisories import Advisory, Credit
from app.sandbox.state.reading import readers
from app.sandbox.state.repositories import Configuration, Repository, Setting
from app.sandbox.state.traffic import Delivery, Exchange
from app.sandbox.state.world import World

_WORLDS = {"pypa": pypa_world, "empty": empty_world}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppCredentials:
    """What a registered App signs with."""

    app_id: str
    client_id: str
    private_key: str = field(repr=False)
    slug: str


@functools.cache
def _shared_key(_slug: str) -> str:
    """One key for each App and test run: making one takes a tenth of a second."""
    return new_private_key()


class FakeGitHub:
    """A world, the REST API over it, and what people do in it."""

    def __init__(self, *, clock: Clock, world: Literal["pypa", "empty"] = "pypa") -> None:
        build = _WORLDS[world]
        self.world: World = build(clock=clock, watcher_key=_shared_key(WATCHER), hand_key=_shared_key(HAND))
        self.sandbox = Sandbox(self.world)
        self.url = self.world.api_url
        self.watcher = self._credentials(WATCHER)
        self.hand = self._credentials(HAND)
        self.webhook_secret: str = self.world.app(WATCHER).webhook_secret or ""
        self.canaries: set[str] = set()
        self.violations: list[str] = []
        self.transport: httpx.AsyncBaseTransport = Wire(self)
        self._canary = itertools.count(1)

    def _credentials(self, slug: str) -> AppCredentials:
        app = self.world.app(slug)
        return AppCredentials(app_id=str(app.id), client_id=app.client_id, private_key=app.private_key, slug=app.slug)

    # The world.

    def repo(self, full_name: str) -> FakeRepo:
        return FakeRepo(self, self.world.repository(full_name))

    def person(self, login: str) -> User:
        return self.world.person(login)

    @property
    def coordination(self) -> Coordination:
        return Coordination(self, self.world.repository(CASES))

    @property
    def requests(self) -> list[Exchange]:
        return self.world.requests

    @property
    def writes(self) -> list[Exchange]:
        """Requests that changed something or may have; tokens apart."""
        return self.world.writes

    @property
    def deliveries(self) -> list[Delivery]:
        """The webhooks that GitHub has queued and nobody has sent."""
        return self.world.deliveries

    def canary(self, place: str) -> str:
        """A string that must appear nowhere but on GitHub."""
        text = f"canary-{place}-{next(self._canary)}-embargoed"
        self.canaries.add(text)
        return text

    # What goes wrong. `path` may hold `*`.

    def fail(
        self,
        method: str,
        path: str,
        status: int = 502,
        times: int | None = 1,
        *,
        because: Because = "outage",
        retry_after: int | None = None,
    ) -> None:
        """Requests fail and have no effect."""
        self._arrange("fail", method, path, times=times, status=status, because=because, retry_after=retry_after)

    def refuse_permission(self, method: str, path: str, times: int | None = 1) -> None:
        """403 as for a permission that was not granted."""
        self.fail(method, path, 403, times, because="permission")

    def rate_limit(
        self, method: str, path: str, *, seconds: int, status: int = 403, secondary: bool = False, times: int | None = 1
    ) -> None:
        """The hourly limit (`x-ratelimit-reset`), or a secondary one (`retry-after`)."""
        because: Because = "secondary-limit" if secondary else "primary-limit"
        self.fail(method, path, status, times, because=because, retry_after=seconds)

    def lose_answer(self, method: str, path: str, how: Loss = "502", times: int | None = 1) -> None:
        """Requests have their effect, and the answer is lost."""
        self._arrange("lose-answer", method, path, times=times, how=how)

    def slow(self, method: str, path: str, seconds: float, times: int | None = 1) -> None:
        """Answers are late."""
        self._arrange("slow", method, path, times=times, seconds=seconds)

    def garbage(self, method: str, path: str, times: int | None = 1) -> None:
        """Answers are 200 and not JSON."""
        self._arrange("garbage", method, path, times=times)

    def _arrange(
        self, kind: Literal["fail", "lose-answer", "slow", "garbage"], method: str, path: str, **how: Any
    ) -> None:
        self.sandbox.faults.arrange(Fault(kind=kind, method=method, path=path, **how))

    def clear_faults(self) -> None:
        self.sandbox.faults.clear()

    def unused_faults(self) -> list[str]:
        """Outages that never happened."""
        return [str(fault) for fault in self.sandbox.faults.unused()]

    @property
    def untaught(self) -> list[str]:
        """Requests of which the sandbox has never heard."""
        return self.sandbox.untaught

    def verify(self) -> None:
        """What every test ends with: nothing untaught, nothing unused, nothing that GitHub's shapes forbid."""
        assert self.untaught == []
        assert self.unused_faults() == []
        assert self.violations == []


class Wire(httpx.AsyncBaseTransport):
    """The connection between a client and the sandbox, without a socket."""

    def __init__(self, github: FakeGitHub) -> None:
        self._github = github
        self._inner = httpx.ASGITransport(app=github.sandbox)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        clock, started = self._github.world.clock, self._github.world.clock.now()
        try:
            response = await self._inner.handle_async_request(request)
        except Dropped as dropped:
            if dropped.how == "timeout":
                raise httpx.ReadTimeout("no answer", request=request) from None
            raise httpx.ReadError("connection reset", request=request) from None
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and (clock.now() - started).total_seconds() > patience:
            raise httpx.ReadTimeout("no answer in time", request=request)
        return response


@dataclass(frozen=True, slots=True)
class FakeRepo:
    """A repository, and what its people do."""

    github: FakeGitHub
    state: Repository

    @property
    def owner(self) -> User:
        return self.github.world.users[min(self.state.owner.owners)]

    @property
    def private_reporting(self) -> bool:
        return self.state.private_reporting

    def enable_private_reporting(self, by: str | None = None) -> FakeRepo:
        return self._set_private_reporting(by, enabled=True)

    def disable_private_reporting(self, by: str | None = None) -> FakeRepo:
        return self._set_private_reporting(by, enabled=False)

    def _set_private_reporting(self, by: str | None, *, enabled: bool) -> FakeRepo:
        if by is not None:
            self.github.person(by)
        people.set_private_reporting(self.state, enabled=enabled)
        return self

    def attach(self, configuration: Configuration) -> FakeRepo:
        people.attach(self.state, configuration)
        return self

    def attach_configuration(
        self, name: str, *, private_reporting: Setting = "enabled", enforced: bool = True
    ) -> FakeRepo:
        """Make a code security configuration and attach it."""
        world = self.github.world
        return self.attach(world.add_configuration(name, private_reporting=private_reporting, enforced=enforced))

    def detach_configuration(self) -> FakeRepo:
        people.detach(self.state)
        return self

    def archive(self) -> FakeRepo:
        people.archive(self.github.world, self.state, by=self.owner)
        return self

    def make_private(self) -> FakeRepo:
        people.set_private(self.github.world, self.state, by=self.owner, private=True)
        return self

    def make_public(self) -> FakeRepo:
        people.set_private(self.github.world, self.state, by=self.owner, private=False)
        return self

    def rename(self, name: str) -> FakeRepo:
        people.rename(self.github.world, self.state, name, by=self.owner)
        return self

    def delete(self) -> None:
        people.delete_repository(self.github.world, self.state)

    def push(self, commits: int = 1) -> FakeRepo:
        people.push(self.state, commits=commits)
        return self

    def report(
        self, summary: str, *, affects: Iterable[str] = ("pip",), by: str = "reporter-1", **fields: Any
    ) -> FakeAdvisory:
        """Somebody reports a vulnerability by private reporting, which has to be on."""
        read = self._fields(summary, affects, fields)
        person = self.github.person(by)
        return self._handle(people.report(self.github.world, self.state, by=person, fields=read))

    def draft(
        self, summary: str, *, affects: Iterable[str] = ("pip",), by: str | None = None, **fields: Any
    ) -> FakeAdvisory:
        """A maintainer opens a draft."""
        read = self._fields(summary, affects, fields)
        person = self.github.person(by) if by else self.owner
        return self._handle(people.draft(self.github.world, self.state, by=person, fields=read))

    def _fields(self, summary: str, affects: Iterable[str], fields: dict[str, Any]) -> dict[str, Any]:
        """Every text has a canary in it unless the test sets the field itself; so does the summary it gives."""
        world, canary = self.github.world, self.github.canary
        thanked = world.add_person(canary("credit"))
        usual = {
            "summary": f"{summary} {canary('summary')}",
            "description": f"How it happens. {canary('description')}",
            "vulnerabilities": people.affected(affects, functions=[canary("function")]),
            "credits": [Credit(user=thanked.id, type="finder")],
        }
        return usual | changed_fields(world, self.state, fields)

    def _handle(self, advisory: Advisory) -> FakeAdvisory:
        return FakeAdvisory(self.github, self.state, advisory)

    @property
    def advisories(self) -> list[FakeAdvisory]:
        return [self._handle(advisory) for advisory in self.state.advisories.values()]

    @property
    def drafts(self) -> list[FakeAdvisory]:
        return [advisory for advisory in self.advisories if advisory.state == "draft"]


@dataclass(frozen=True, slots=True)
class Coordination(FakeRepo):
    """The coordination repository."""

    @property
    def mirrors(self) -> list[FakeAdvisory]:
        """All of them, the closed ones too."""
        return self.advisories


@dataclass(frozen=True, slots=True, repr=False)
class FakeAdvisory:
    """An advisory as it stands on GitHub now, and what its people do."""

    github: FakeGitHub
    repo: Repository
    now: Advisory

    def __repr__(self) -> str:
        return f"FakeAdvisory({self.repo.full_name}, {self.now.state})"

    def __getattr__(self, name: str) -> Any:
        """Fields as GitHub keeps them: summary, description, severity, state, cve_id …"""
        return getattr(self.now, name)

    @property
    def readers(self) -> dict[str, str]:
        """Login → why."""
        return readers(self.github.world, self.repo, self.now)

    @property
    def collaborators(self) -> list[str]:
        return [self.github.world.users[id_].login for id_ in self.now.collaborating_users]

    def accept(self) -> FakeAdvisory:
        return self._change({"state": "draft"})

    def close(self) -> FakeAdvisory:
        return self._change({"state": "closed"})

    def reopen(self) -> FakeAdvisory:
        return self._change({"state": "draft"})

    def publish(self) -> FakeAdvisory:
        return self._change({"state": "published"})

    def edit(self, **fields: Any) -> FakeAdvisory:
        """Change fields, named and replaced as in GitHub's REST API; `affects=[…]` is short for packages."""
        affects = fields.pop("affects", None)
        more = {} if affects is None else {"vulnerabilities": people.affected(affects)}
        return self._change(fields, more)

    def _change(self, fields: dict[str, Any], more: dict[str, Any] | None = None) -> FakeAdvisory:
        world = self.github.world
        by = world.users[min(self.repo.owner.owners)]
        changes = changed_fields(world, self.repo, fields) | (more or {})
        people.edit(world, self.repo, self.now, by=by, changes=changes)
        return self

    def reported(self) -> Delivery:
        """The delivery that GitHub sent when it was reported."""
        return self._delivery("reported")

    def published(self) -> Delivery:
        """The delivery that GitHub sent when it was published."""
        return self._delivery("published")

    def _delivery(self, action: str) -> Delivery:
        return next(
            each
            for each in reversed(self.github.deliveries)
            if each.event == "repository_advisory" and each.action == action and self.now.ghsa.encode() in each.body
        )
