"""What is answered to machines: deliveries, and whether all is well?"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.clock import Clock
from app.domain.policy_files import RepositoryFile
from app.handling import Handling
from app.settings import Settings
from app.store.database import Database
from app.store.inbox import StoredInbox
from webhooks.endpoint import endpoint
from webhooks.signature import WebhookSecrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What is served. Deliveries pass the framework by: its own work would cost as much as taking them in."""

    deliveries: Route
    everything: Starlette

    @property
    def paths(self) -> frozenset[str]:
        """Everything else is a page, or nothing."""
        return frozenset(route.path for route in self.everything.routes if isinstance(route, Route))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == self.deliveries.path:
            await self.deliveries.app(scope, receive, send)
        else:
            await self.everything(scope, receive, send)


def web(settings: Settings, database: Database, clock: Clock, secrets: WebhookSecrets, handler: Handling) -> Web:
    async def healthz(request: Request) -> Response:  # noqa: ARG001 starlette's signature
        return JSONResponse({"ok": True})

    async def readyz(request: Request) -> Response:  # noqa: ARG001 starlette's signature
        ready = await handler.is_ready()
        return JSONResponse({"ready": ready}, status_code=200 if ready else 503)

    policy = settings.policy.repo if isinstance(settings.policy, RepositoryFile) else None
    deliveries = endpoint(StoredInbox(database, clock), secrets, policy)
    return Web(
        deliveries=deliveries,
        everything=Starlette(routes=[deliveries, Route("/healthz", healthz), Route("/readyz", readyz)]),
    )
