"""What goes along with every page, so that a browser runs nothing and tells nobody anything."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "x-content-type-options": "nosniff",
    # Not no-referrer: with it browsers send `Origin: null` with forms, our own too (Fetch, "append a request Origin
    # header").
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
A_YEAR = "max-age=31536000"


class SafeHeaders:
    """No script, no frame, no referrer, no cache: on every answer, also where something broke.

    The form at the path `sign_in` leads to GitHub, whose origin is `github`, and browsers hold redirects of forms
    against the same rule. With `tls` they are told to come back over nothing else.
    """

    def __init__(self, app: ASGIApp, *, sign_in: str, github: str, tls: bool) -> None:
        self._app, self._sign_in = app, sign_in
        more = {"strict-transport-security": A_YEAR} if tls else {}
        self._always = [(name.encode(), value.encode()) for name, value in (ALWAYS | more).items()]
        self._usual = POLICY.format(forms="'self'").encode()
        self._leading_away = POLICY.format(forms=f"'self' {github}".strip()).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._always, *self._of(scope["path"])]
            await send(message)

        await self._app(scope, receive, sent)

    def _of(self, path: str) -> list[tuple[bytes, bytes]]:
        policy = self._leading_away if path == self._sign_in else self._usual
        kept = b"public, max-age=3600" if path.startswith("/static/") else b"no-store"
        return [(b"content-security-policy", policy), (b"cache-control", kept)]
