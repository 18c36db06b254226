"""Whose doing is it that a delivery asks us to look at everything?"""

from __future__ import annotations

from typing import Any

import msgspec


class _Said(msgspec.Struct):
    installation: Any = None
    account: Any = None
    changes: Any = None


# GitHub: "Webhook events and payloads". An enterprise has a `slug` where others have a `login`. Who got another name
# had one before, and what was transferred had another owner.
_PLACES = (
    ("installation", "account", "login"),
    ("installation", "account", "slug"),
    ("account", "login"),
    ("account", "slug"),
    ("changes", "login", "from"),
    ("changes", "slug", "from"),
    ("changes", "owner", "from", "organization", "login"),
    ("changes", "owner", "from", "user", "login"),
)


def accounts(body: bytes | bytearray) -> frozenset[str]:
    """The accounts that a payload names as concerned, by their names of today and before. None: it does not say."""
    said = msgspec.structs.asdict(_said.decode(body))
    return frozenset(name for place in _PLACES if (name := _at(said, place)))


def _at(said: Any, place: tuple[str, ...]) -> str | None:
    for name in place:
        said = said.get(name) if isinstance(said, dict) else None
    return said if isinstance(said, str) else None


_said = msgspec.json.Decoder(_Said)
