"""What was asked of GitHub, and which webhooks are on their way?"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime

from app.sandbox.state.apps import Installation


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request and what became of it. `status` is None while it runs, and for ever if no answer was sent.

    `origin` is where it was sent to, `account` whose installation asked (empty: the App itself, or nobody). `arranged`
    names the fault that shaped the answer; `inside_limit` says that whoever asked had been told to wait.
    """

    number: int
    at: datetime
    method: str
    path: str
    query: str = ""
    origin: str = ""
    who: str = ""
    account: str = ""
    status: int | None = None
    had_effect: bool = False
    arranged: str | None = None
    inside_limit: bool = False

    @property
    def is_write(self) -> bool:
        """Everything but reading, which GraphQL does by POST, making and dropping tokens, and what people click."""
        is_about_tokens = self.path.endswith("/access_tokens") or self.path == "/installation/token"
        is_about_tokens |= self.path.startswith(("/login/oauth/", "/applications/", "/app-manifests/"))
        is_somebodys = "/settings/apps" in self.path or self.path.endswith("/installations/new")  # who clicks, no App
        others = is_about_tokens or is_somebodys or self.path == "/graphql"
        return self.method not in {"GET", "HEAD"} and not others


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A webhook as GitHub sends it: the bytes were fixed when the thing happened."""

    guid: str
    event: str
    action: str
    installation: Installation = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """GitHub: "Webhook events and payloads", delivery headers."""
        app = self.installation.app
        secret = (app.webhook_secret or "").encode()
        return {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/5a4d0be",
            "X-GitHub-Delivery": self.guid,
            "X-GitHub-Event": self.event,
            "X-GitHub-Hook-ID": str(app.id + 400_000_000),
            "X-GitHub-Hook-Installation-Target-ID": str(app.id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature": f"sha1={hmac.new(secret, self.body, hashlib.sha1).hexdigest()}",
            "X-Hub-Signature-256": f"sha256={hmac.new(secret, self.body, hashlib.sha256).hexdigest()}",
        }
