"""How much may somebody ask for, and what is said to whoever asks for more?

GitHub: "Rate limits for the REST API". Of the secondary limits those are kept that can be counted from outside.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import Refusal
from app.sandbox.server.call import Call, Route
from app.sandbox.server.credentials import app_named_by, is_jwt
from app.sandbox.state.apps import Installation, Registration
from app.sandbox.state.outsiders import VISITOR, Outsider
from app.sandbox.state.traffic import Exchange
from app.sandbox.state.world import World

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)

LIMIT = 5000  # requests an hour of one installation,
MORE_PER_REPOSITORY = 50  # for each beyond the first 20,
HIGHEST_LIMIT = 12_500
CREATIONS = ((80, _MINUTE), (500, _HOUR))
CONCURRENT = 100
WAIT = _MINUTE

SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


Holder: TypeAlias = Installation | Registration | Outsider  # whose limit it is


@dataclass(slots=True)
class _Hour:
    start: datetime
    limit: int
    used: int = 0


@dataclass(slots=True)
class _Recent:
    """What was counted within the last minute or hour."""

    length: timedelta
    entries: deque[tuple[datetime, int]] = field(default_factory=deque)
    total: int = 0

    def add(self, amount: int, now: datetime) -> int:
        while self.entries and self.entries[0][0] <= now - self.length:
            self.total -= self.entries.popleft()[1]
        self.entries.append((now, amount))
        self.total += amount
        return self.total


class Limits:
    """Counts what everyone asks, by the world's clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hours: dict[int, _Hour] = {}
        self._points: dict[int, _Recent] = defaultdict(lambda: _Recent(_MINUTE))
        self._creations: dict[int, list[_Recent]] = defaultdict(lambda: [_Recent(length) for _, length in CREATIONS])
        self._under_way: Counter[int] = Counter()
        self._told_to_wait: dict[tuple[int, bool], datetime] = {}  # and whether that is about GraphQL alone
        self._banned: dict[int, datetime] = {}

    @contextmanager
    def under_way(self, holder: Holder) -> Iterator[None]:
        """A request is being answered."""
        self._under_way[holder.id] += 1
        try:
            yield
        finally:
            self._under_way[holder.id] -= 1

    def count(self, holder: Holder, exchange: Exchange) -> None:
        """One request more. Raises GitHub's 403 beyond a limit."""
        self._check_secondary(holder, exchange)
        hour = self._hour(holder)
        if hour.used >= hour.limit:
            raise Refusal(403, f"API rate limit exceeded for {_name(holder)}.")
        hour.used += 1

    def give_back(self, holder: Holder) -> None:
        """The last request was answered 304, which does not count."""
        self._hour(holder).used -= 1

    def use_up(self, holder: Holder, *, but: int) -> None:
        """Something else asked as the same holder, until so many requests were left of the hour."""
        hour = self._hour(holder)
        hour.used = max(hour.used, hour.limit - but)

    def headers(self, holder: Holder) -> dict[str, str]:
        hour = self._hour(holder)
        return {
            "x-ratelimit-limit": str(hour.limit),
            "x-ratelimit-remaining": str(hour.limit - hour.used),
            "x-ratelimit-reset": str(int((hour.start + _HOUR).timestamp())),
            "x-ratelimit-used": str(hour.used),
            "x-ratelimit-resource": "core",
        }

    def overview(self, holder: Holder) -> dict[str, int]:
        headers = self.headers(holder)
        return {name: int(headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset", "used")}

    def remember(self, holder: Holder, headers: Mapping[str, str]) -> None:
        """What an answer said about waiting, arranged answers included."""
        now, until = self._world.clock.now(), None
        if "retry-after" in headers:
            until = now + timedelta(seconds=int(headers["retry-after"]))
        elif headers.get("x-ratelimit-remaining") == "0":
            until = datetime.fromtimestamp(int(headers["x-ratelimit-reset"]), now.tzinfo)
        if until is not None:
            key = holder.id, headers.get("x-ratelimit-resource") == "graphql"
            self._told_to_wait[key] = max(until, self._told_to_wait.get(key, until))

    def was_told_to_wait(self, holder: Holder, path: str) -> bool:
        """Who asks now continues to ask while limited, for which GitHub may ban an App."""
        untils = [self._told_to_wait.get((holder.id, only)) for only in {False, path == "/graphql"}]
        return any(until is not None and self._world.clock.now() < until for until in untils)

    def _check_secondary(self, holder: Holder, exchange: Exchange) -> None:
        now = self._world.clock.now()
        banned = self._banned.get(holder.id, now)
        if now < banned:
            raise _secondary(banned - now)
        too_much = self._under_way[holder.id] > CONCURRENT
        too_much |= self._points[holder.id].add(_points(exchange), now) > self._world.points_a_minute
        if exchange.method == "POST" and exchange.is_write:
            for (most, _), recent in zip(CREATIONS, self._creations[holder.id], strict=True):
                too_much |= recent.add(1, now) > most
        if too_much:
            self._banned[holder.id] = now + WAIT
            raise _secondary(WAIT)

    def _hour(self, holder: Holder) -> _Hour:
        now, hour = self._world.clock.now(), self._hours.get(holder.id)
        if hour is None or now >= hour.start + _HOUR:
            hour = self._hours[holder.id] = _Hour(now, self._limit_of(holder))
        return hour

    def _limit_of(self, holder: Holder) -> int:
        if isinstance(holder, Outsider):
            return holder.requests_an_hour
        if isinstance(holder, Registration):
            return LIMIT
        covered = sum(holder.covers(repo) for repo in self._world.repositories.values())
        return min(HIGHEST_LIMIT, LIMIT + MORE_PER_REPOSITORY * max(0, covered - 20))


def holder_of(call: Call) -> Holder:
    """Whose limit a request counts against."""
    if call.outsider:
        return call.outsider
    return call.token.installation if call.token else call.issuer


def holder_behind(world: World, authorization: str) -> Holder | None:
    """The same before anything was checked: what was arranged strikes first. None where nobody has that credential."""
    if not authorization:
        return VISITOR
    _, _, credential = authorization.partition(" ")
    if outsider := world.personal_tokens.get(credential):
        return outsider
    if given := world.user_tokens.get(credential):
        return Outsider(id=given.person.id, login=given.person.login, app=given.app)
    if token := world.tokens.get(credential):
        return token.installation
    return app_named_by(world, credential) if is_jwt(credential) else None


def account_of(holder: Holder) -> str:
    """Whose installation it is; empty for an App."""
    return holder.account.login if isinstance(holder, Installation) else ""


def routes(limits: Limits) -> tuple[Route, ...]:
    """Asking for the limit costs nothing of it."""

    def get_rate_limit(call: Call) -> Response:
        core = limits.overview(holder_of(call))
        return JSONResponse({"resources": {"core": core, "search": core}, "rate": core})

    return (Route("GET", "/rate_limit", get_rate_limit, "any", in_public=True),)


def _points(exchange: Exchange) -> int:
    return 1 if exchange.method in {"GET", "HEAD"} or exchange.path == "/graphql" else 5


def _name(holder: Holder) -> str:
    if isinstance(holder, Outsider):
        return f"user ID {holder.id}" if holder.login else "127.0.0.1"
    return f"{'installation' if isinstance(holder, Installation) else 'application'} ID {holder.id}"


def _secondary(wait: timedelta) -> Refusal:
    return Refusal(403, SECONDARY, headers={"retry-after": str(max(1, round(wait.total_seconds())))})
