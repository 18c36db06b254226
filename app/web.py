"""What is answered to machines: deliveries, and whether all is well?"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.clock import Clock
from app.domain.policy_files import RepositoryFile
from app.health.vitals import Vitals
from app.holding import Holding
from app.metrics.page import Metrics
from app.policy_file.in_force import PolicyInForce
from app.settings import Settings
from app.store.database import Database
from app.store.inbox import StoredInbox
from webhooks.endpoint import SignedWith, endpoint
from webhooks.signature import WebhookSecrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What is served. Deliveries pass the framework by: its own work would cost as much as taking them in."""

    deliveries: Route
    everything: Starlette
    metrics: Metrics
    clock: Clock

    @property
    def paths(self) -> frozenset[str]:
        """Everything else is a page, or nothing."""
        return frozenset(route.path for route in self.everything.routes if isinstance(route, Route))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == self.deliveries.path:
            began = self.clock.now()
            try:
                await self.deliveries.app(scope, receive, send)
            finally:
                self.metrics.ack.observe((self.clock.now() - began).total_seconds())
        else:
            await self.everything(scope, receive, send)


def web(
    settings: Settings,
    database: Database,
    clock: Clock,
    secrets: WebhookSecrets,
    policy: PolicyInForce,
    *,
    vitals: Vitals,
    metrics: Metrics,
    holding: Holding,
) -> Web:
    async def readyz(request: Request) -> Response:
        checks = await vitals.checks()
        ready = set(checks.values()) == {"ok"}
        told = {"ready": ready} | ({"checks": dict(checks)} if _may_look_inside(request, settings) else {})
        return JSONResponse(told, status_code=200 if ready else 503)

    async def metrics_page(request: Request) -> Response:
        if settings.metrics_token is None:
            return PlainTextResponse("Not Found", status_code=404)
        if not _may_look_inside(request, settings):
            return PlainTextResponse("Unauthorized", status_code=401, headers={"WWW-Authenticate": "Bearer"})
        return Response(await metrics.page(), media_type=CONTENT_TYPE_LATEST)

    deliveries = endpoint(
        StoredInbox(database, clock),
        secrets,
        settings.policy.repo if isinstance(settings.policy, RepositoryFile) else None,
        now=clock.now,
        concerns=lambda account: policy.current().concerns(account),
        on_signature=_counting(metrics, holding),
    )
    pages = [Route("/healthz", _healthz), Route("/readyz", readyz), Route("/metrics", metrics_page)]
    return Web(deliveries=deliveries, everything=Starlette(routes=[deliveries, *pages]), metrics=metrics, clock=clock)


def _may_look_inside(request: Request, settings: Settings) -> bool:
    """Does whoever asks have the token that monitoring has?"""
    if settings.metrics_token is None:
        return False
    sent = request.headers.get("authorization", "").encode()
    return hmac.compare_digest(sent, f"Bearer {settings.metrics_token.get_secret_value()}".encode())


async def _healthz(request: Request) -> Response:  # noqa: ARG001 starlette's signature
    return JSONResponse({"ok": True})


def _counting(metrics: Metrics, holding: Holding) -> Callable[[SignedWith], None]:
    def count(secret: SignedWith) -> None:
        metrics.signed[secret or "none"] += 1
        if secret is not None:
            holding.used("webhook-secret", ("current", "previous").index(secret))

    return count
