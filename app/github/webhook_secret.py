"""How does GitHub learn a new webhook secret? GitHub: "Update a webhook configuration for an app".

It needs no permission but the App's own signature. It is sent when a person asks for it, also while writes are off:
whoever lost a secret has to be able to replace it. GitHub shows no secret, so whether it took it only a delivery shows.
"""

from __future__ import annotations

from app.github import routes
from app.github.errors import RetryLater
from app.github.registration import Registration


class HasNoWebhook(Exception):
    """The App has no address to which GitHub delivers, so it needs no secret."""


async def tell(app: Registration, secret: str) -> None:
    """From now on GitHub signs with that. The same may be told again. Raises RetryLater and HasNoWebhook."""
    found = await app.webhook()
    if found.url is None:
        raise HasNoWebhook("the App has no webhook; give it an address on its page first")
    # All of it: what GitHub does with fields that are left out is not documented.
    body = {
        "url": found.url,
        "content_type": "json",
        "insecure_ssl": "0" if found.verifies else "1",
        "secret": secret,
    }
    call = routes.SET_WEBHOOK.call(body=body)
    answer = await app.as_app(lambda access: app.client.ask(call, access))
    if not answer.ok:
        raise RetryLater(f"GitHub answered {answer.status} to {call}; write the secret into the App's settings there")
