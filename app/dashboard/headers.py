"""What goes along with every page, so that a browser runs nothing and tells nobody anything."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{sign_in}; "
    "base-uri 'none'; frame-ancestors 'none'"
)


class SafeHeaders:
    """No script, no frame, no referrer, no cache. `sign_in` is where the form of the sign-in page leads to."""

    def __init__(self, app: ASGIApp, *, sign_in: str) -> None:
        self._app = app
        self._headers = [
            (name.encode(), value.encode())
            for name, value in {
                "content-security-policy": POLICY.format(sign_in=f" {sign_in}" if sign_in else ""),
                "x-content-type-options": "nosniff",
                # Not no-referrer: with it browsers send `Origin: null` with forms, our own too (Fetch, "append a
                # request Origin header").
                "referrer-policy": "same-origin",
                "cross-origin-opener-policy": "same-origin",
                "cross-origin-resource-policy": "same-origin",
                "permissions-policy": "camera=(), geolocation=(), microphone=()",
            }.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = "public, max-age=3600" if scope["path"].startswith("/static/") else "no-store"
                message["headers"] = [*message["headers"], *self._headers, (b"cache-control", kept.encode())]
            await send(message)

        await self._app(scope, receive, sent)
