"""How do tests speak about GitHub? `github.*` and `advisory.*` are what people do: they tell the app nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from app.clock import Clock
from app.domain.mirrors import Store
from app.sandbox import people
from app.sandbox.pypa import CASES, PRIVATE_CASES, empty_world, pypa_world
from app.sandbox.registering import HAND, WATCHER, new_private_key
from app.sandbox.server.application import Sandbox
from app.sandbox.server.faults import Because, Dropped, Elsewhere, Fault, Kind, Loss
from app.sandbox.state.accounts import User
from app.sandbox.state.traffic import Delivery, Exchange
from app.sandbox.state.world import World
from tests.canaries import Canaries
from tests.fake_deliveries import FakeDeliveryLog
from tests.fake_installations import FakeInstallation
from tests.fake_projects import FakeRepo
from tests.wire.validation import violations

# Most stories need a few projects; those about numbers take all.
_FEW = frozenset({"pypa/pip", "pypa/get-pip", "pypa/wheel", "astral-sh/uv", "python-poetry/poetry", "python/cpython"})
_WORLDS: dict[str, Callable[..., World]] = {
    "pypa": pypa_world,
    "few": functools.partial(pypa_world, only=_FEW),
    "empty": empty_world,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppCredentials:
    """What a registered App signs with."""

    app_id: str
    client_id: str
    client_secret: str = field(repr=False)
    private_key: str = field(repr=False)
    slug: str


@functools.cache
def _shared_key(_slug: str) -> str:
    """One key for each App and test run: making one takes a tenth of a second."""
    return new_private_key()


class FakeGitHub:
    """A world, the REST API over it, and what people do in it."""

    def __init__(
        self,
        *,
        clock: Clock,
        world: Literal["pypa", "few", "empty"] = "pypa",
        store: Store = "advisory",
        copies: Literal["case", "suggest"] = "suggest",
        checks_shapes: bool = True,
    ) -> None:
        self.store: Store = store
        self.copies = copies  # who ships copies of what a story is about makes a case of it in stories of that only
        self.checks_shapes = checks_shapes  # takes longer than all the rest: stories of many requests do without
        build = _WORLDS[world]
        self.world: World = build(clock=clock, watcher_key=_shared_key(WATCHER), hand_key=_shared_key(HAND))
        self.sandbox = Sandbox(self.world)
        self.url = self.world.api_url
        self.watcher = self._credentials(WATCHER)
        self.hand = self._credentials(HAND)
        self.webhook_secret: str = self.world.app(WATCHER).webhook_secret or ""
        self._canaries = Canaries()
        self.violations: list[str] = []
        self.transport: httpx.AsyncBaseTransport = Wire(self)

    def _credentials(self, slug: str) -> AppCredentials:
        app = self.world.app(slug)
        return AppCredentials(
            app_id=str(app.id),
            client_id=app.client_id,
            client_secret=app.client_secret,
            private_key=app.private_key,
            slug=app.slug,
        )

    # The world.

    def repo(self, full_name: str) -> FakeRepo:
        return FakeRepo(self.world, self._canaries, self.world.repository(full_name))

    def installation(self, app: str, org: str) -> FakeInstallation:
        """Of an App, by its slug, in an organization."""
        found = (
            each for each in self.world.installations.values() if (each.app.slug, each.account.login) == (app, org)
        )
        return FakeInstallation(self.world, next(found))

    def person(self, login: str) -> User:
        return self.world.person(login)

    def rename_user(self, login: str, to: str) -> None:
        """A person takes another login; the id stays, and the old login is free for strangers."""
        people.rename_user(self.world, self.person(login), to)

    def add_person(self, login: str) -> User:
        """Somebody opens an account."""
        return self.world.add_person(login)

    @property
    def coordination(self) -> FakeRepo:
        """The repository in which policy keeps mirrors."""
        name = PRIVATE_CASES if self.store == "issue" else CASES
        return FakeRepo(self.world, self._canaries, self.world.repository(name))

    @property
    def mirrors_path(self) -> str:
        """Where mirrors are opened; one of them is at `mirrors_path/*`."""
        if self.store == "issue":
            return f"/repos/{PRIVATE_CASES}/issues"
        return f"/repos/{CASES}/security-advisories"

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

    @property
    def delivery_log(self) -> FakeDeliveryLog:
        """What GitHub's own log says of webhooks that were sent to the Watcher."""
        return FakeDeliveryLog(self.world, self.world.app(self.watcher.slug))

    @property
    def canaries(self) -> set[str]:
        """Strings that must appear nowhere but on GitHub."""
        return self._canaries.all

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
        """The hourly limit (`x-ratelimit-reset`), or a secondary one (`retry-after`). GraphQL has its own, with 200."""
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

    def hostile_link(self, path: str, to: Elsewhere, times: int | None = 1) -> None:
        """Lists say that they go on at another host, scheme, userinfo or port, or in a loop."""
        self._arrange("hostile-link", "GET", path, to=to, times=times)

    def _arrange(self, kind: Kind, method: str, path: str, **how: Any) -> None:
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

    @property
    def inside_limits(self) -> list[str]:
        """Requests of those who had been told to wait."""
        return [f"{each.method} {each.path}" for each in self.requests if each.inside_limit]

    def verify(self) -> None:
        """What every test ends with: nothing untaught, nothing unused, nothing that GitHub's shapes forbid."""
        complaints = [
            *(f"never taught: {request}" for request in self.untaught),
            *(f"never happened: {fault}" for fault in self.unused_faults()),
            *(f"not as GitHub does: {violation}" for violation in self.violations),
        ]
        assert not complaints, "\n".join(complaints)


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
        await response.aread()
        path = request.url.path
        if path.startswith("/login/oauth/") or "/settings/apps" in path or path.endswith("/installations/new"):
            return response  # a page for people, and no part of the REST API
        if self._github.checks_shapes and not {"x-sandbox-fault", "x-sandbox-untaught"} & set(response.headers):
            self._github.violations += violations(request, response)
        return response
