"""What do we answer GitHub?

202 for what is new or of no interest, 200 for what was here before; 503 if it could not be made durable, so that GitHub
shows a failure and it can be sent again. Whoever is not GitHub gets a 4xx that tells nothing. GitHub itself is never
asked anything here, so we answer whatever state its API is in.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from starlette.routing import Route

from app.domain.delivery import Delivery, NotDurable
from app.domain.ids import SWEEP, Key, RepoName
from webhooks.body import Bodies, Disconnected, Receive, TooLarge, TooSlow
from webhooks.inbox import Inbox
from webhooks.routing import Hint, Malformed, hint
from webhooks.signature import WebhookSecrets, signed_with

PATH = "/webhooks/github"
EVENT = re.compile(rb"[a-z0-9_]{1,64}")
GUID = re.compile(rb"[\x21-\x7e]{1,100}")
LENGTH = re.compile(rb"[0-9]{1,18}")

Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers: TypeAlias = Iterable[tuple[bytes, bytes]]
SentOnce: TypeAlias = Mapping[bytes, bytes | None]
SignedWith: TypeAlias = Literal["current", "previous"] | None


def endpoint(
    inbox: Inbox,
    secrets: WebhookSecrets,
    policy: RepoName | None = None,
    *,
    now: Callable[[], datetime],
    concerns: Callable[[str], bool],
    on_signature: Callable[[SignedWith], None],
) -> Route:
    """The route that GitHub delivers to. `policy` is the repository of the policy file, where it is in one.

    `concerns` tells whether policy has to do with an account. `on_signature` hears with which secret each body was
    signed, None where it was with neither.
    """
    intake = Intake(inbox, secrets, policy, now=now, concerns=concerns, on_signature=on_signature)
    return Route(PATH, intake, methods=["POST"], name="github-webhook")


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a few words for whoever set the webhook up."""

    status: int
    body: bytes


class HeaderMissing(Exception):
    """A header that GitHub always sends is not there exactly once, or not as GitHub writes it."""


class NotJson(Exception):
    """The webhook is set up to send forms."""


class Unsigned(Exception):
    """It is not from GitHub."""


NEW = Answer(202, b'{"status":"accepted"}')
OF_NO_INTEREST = Answer(202, b'{"status":"ignored"}')
DUPLICATE = Answer(200, b'{"status":"duplicate"}')
REFUSALS: Mapping[type[Exception], Answer] = MappingProxyType(
    {
        HeaderMissing: Answer(400, b'{"error":"X-GitHub-Event and X-GitHub-Delivery are needed, once each"}'),
        Malformed: Answer(400, b'{"error":"malformed payload"}'),
        Unsigned: Answer(401, b'{"error":"signature"}'),
        TooSlow: Answer(408, b'{"error":"too slow"}'),
        TooLarge: Answer(413, b'{"error":"too large"}'),
        NotJson: Answer(415, b'{"error":"the content type must be application/json"}'),
        NotDurable: Answer(503, b'{"error":"try again"}'),
    },
)


class Intake:
    """An ASGI application, since a framework's request and response would cost more than all the rest."""

    def __init__(
        self,
        inbox: Inbox,
        secrets: WebhookSecrets,
        policy: RepoName | None,
        *,
        now: Callable[[], datetime],
        concerns: Callable[[str], bool],
        on_signature: Callable[[SignedWith], None],
    ) -> None:
        self._inbox, self._policy, self._concerns = inbox, policy, concerns
        self._secrets, self._now, self._on_signature = secrets, now, on_signature
        self._bodies = Bodies()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        try:
            answer = await self._take(scope["headers"], receive)
        except Disconnected:
            return
        except tuple(REFUSALS) as refusal:
            answer = REFUSALS[type(refusal)]
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer.body)).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _take(self, headers: Headers, receive: Receive) -> Answer:
        """Headers, then size, then signature, then JSON: nothing is looked into before the check in front of it."""
        sent = _sent_once(headers)
        event, guid = _matched(sent, b"x-github-event", EVENT), _matched(sent, b"x-github-delivery", GUID)
        if not _is_json(sent):
            raise NotJson
        signature, announced = sent.get(b"x-hub-signature-256"), _announced(sent)
        found = self._names(event, await self._bodies.read(receive, announced), signature)
        keys = self._allowed(found)
        if not (keys or found.ids or found.left):
            return OF_NO_INTEREST
        delivery = Delivery(
            guid=guid, event=event, action=found.action, deed=found.deed, ids=found.ids, left=found.left
        )
        is_new = await self._inbox.receive(delivery, keys)
        return NEW if is_new else DUPLICATE

    def _allowed(self, found: Hint) -> frozenset[Key]:
        """Strangers install the App and rename what they have as often as they like, and a sweep asks about our own."""
        if not found.accounts or any(map(self._concerns, found.accounts)):
            return found.keys
        return found.keys - {SWEEP}

    def _names(self, event: str, body: bytearray, signature: bytes | None) -> Hint:
        """What a body says. It does not outlive this function, so that few are in memory while deliveries wait."""
        secret = signed_with(body, signature, self._secrets.at(self._now()))
        self._on_signature(secret)
        if secret is None:
            raise Unsigned
        return hint(event, body, self._policy)


def _sent_once(headers: Headers) -> SentOnce:
    """The headers that occur exactly once. Of two that contradict each other neither is believed."""
    found: dict[bytes, bytes | None] = {}
    for name, value in headers:
        found[name] = None if name in found else value
    return found


def _matched(sent: SentOnce, name: bytes, pattern: re.Pattern[bytes]) -> str:
    value = sent.get(name)
    if value is None or not pattern.fullmatch(value):
        raise HeaderMissing
    return value.decode("ascii")


def _is_json(sent: SentOnce) -> bool:
    value = sent.get(b"content-type") or b""
    return value.partition(b";")[0].strip().lower() == b"application/json"


def _announced(sent: SentOnce) -> int | None:
    """What the request says about its size; the body is counted all the same."""
    value = sent.get(b"content-length")
    return int(value) if value and LENGTH.fullmatch(value) else None
