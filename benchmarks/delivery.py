"""What is delivered? A signed report of 8 KB, of the shape that GitHub sends."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from app.clock import SystemClock
from app.sandbox import people
from app.sandbox.pypa import pypa_world
from app.sandbox.registering import new_private_key
from webhooks.signature import sign

SIZE = 8192  # bytes
REPOSITORY = "pypa/pip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A body and GitHub's headers for it; the GUID is each delivery's own."""

    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)


def signed_report(secret: str) -> Signed:
    """`repository_advisory.reported`, exactly SIZE bytes."""
    payload = _payload()
    payload["repository_advisory"]["description"] = ""
    missing = SIZE - len(_json(payload))
    payload["repository_advisory"]["description"] = "x" * missing
    body = _json(payload)
    return Signed(body=body, headers=_headers(sign(body, secret).decode()))


def _payload() -> dict[str, Any]:
    """The sandbox's, without the links of the repository, which are as long as all the rest."""
    world = pypa_world(
        clock=SystemClock(), only=frozenset({REPOSITORY, "python/cpython"}), watcher_key=_KEY, hand_key=_KEY
    )
    repo = world.repository(REPOSITORY)
    people.set_private_reporting(repo, enabled=True)
    people.report(world, repo, by=world.add_person("reporter-1"), fields={"summary": "A report", "description": "x"})
    payload: dict[str, Any] = json.loads(world.deliveries[-1].body)
    payload["repository"] = {key: value for key, value in payload["repository"].items() if not key.endswith("_url")}
    return payload


def _json(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, separators=(",", ":")).encode()


def _headers(signature: str) -> dict[str, str]:
    return {
        "Host": "127.0.0.1",
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/5a4d0be",
        "X-GitHub-Event": "repository_advisory",
        "X-GitHub-Hook-ID": "292430182",
        "X-Hub-Signature-256": signature,
    }


_KEY = new_private_key()
