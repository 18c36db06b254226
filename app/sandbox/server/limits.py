"""How many requests are left in this hour?"""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import Refusal
from app.sandbox.server.call import Call, Route
from app.sandbox.state.world import World

LIMIT = 5000  # requests an hour of one installation (GitHub: "Rate limits for the REST API")
_HOUR = timedelta(hours=1)


class Limits:
    """Counts the requests of everyone who asks, in windows of an hour by the world's clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._windows: dict[str, tuple[datetime, int]] = {}

    def count(self, who: str) -> None:
        """One request more. Raises GitHub's 403 beyond the limit."""
        start, used = self._window(who)
        self._windows[who] = (start, used + 1)
        if used >= LIMIT:
            raise Refusal(403, f"API rate limit exceeded for {who}.")

    def headers(self, who: str) -> dict[str, str]:
        start, used = self._window(who)
        return {
            "x-ratelimit-limit": str(LIMIT),
            "x-ratelimit-remaining": str(max(0, LIMIT - used)),
            "x-ratelimit-reset": str(int((start + _HOUR).timestamp())),
            "x-ratelimit-used": str(min(used, LIMIT)),
            "x-ratelimit-resource": "core",
        }

    def overview(self, who: str) -> dict[str, int]:
        headers = self.headers(who)
        return {name: int(headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset", "used")}

    def _window(self, who: str) -> tuple[datetime, int]:
        now = self._world.clock.now()
        start, used = self._windows.get(who, (now, 0))
        return (now, 0) if now >= start + _HOUR else (start, used)


def holder_of(call: Call) -> str:
    """Whose limit it is: that of the installation, or of the App."""
    if call.token:
        return f"installation ID {call.token.installation.id}"
    return f"application ID {call.issuer.id}"


def routes(limits: Limits) -> tuple[Route, ...]:
    """Asking for the limit costs nothing of it."""

    def get_rate_limit(call: Call) -> Response:
        core = limits.overview(holder_of(call))
        return JSONResponse({"resources": {"core": core, "search": core}, "rate": core})

    return (Route("GET", "/rate_limit", get_rate_limit, "any"),)
