"""Which part of a list is this page, and where is the next?"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from app.sandbox.server.answers import Refusal

T = TypeVar("T")
_MOST = 100
_USUAL = 30


def page_of(items: Sequence[T], query: Mapping[str, str], *, url: str) -> tuple[Sequence[T], dict[str, str]]:
    """Pages by number, as of installations and members. Returns the items and the `Link` header, if any."""
    size, number = _size(query), _number(query.get("page"), 1)
    last = max(1, -(-len(items) // size))
    links: dict[str, int] = {}
    if number > 1:
        links |= {"prev": number - 1, "first": 1}
    if number < last:
        links |= {"next": number + 1, "last": last}
    start = (number - 1) * size
    return items[start : start + size], _link(url, {rel: {**query, "page": str(n)} for rel, n in links.items()})


def cursor_page_of(
    items: Sequence[T], query: Mapping[str, str], *, url: str, key: Callable[[T], str]
) -> tuple[Sequence[T], dict[str, str]]:
    """Pages by an opaque cursor, as of advisories. A cursor names the item that it follows or precedes."""
    size = _size(query)
    keys = [key(item) for item in items]
    if "before" in query:
        end = _position(keys, query["before"])
        start = max(0, end - size)
    else:
        start = _position(keys, query["after"]) + 1 if "after" in query else 0
        end = min(len(items), start + size)
    kept = {name: value for name, value in query.items() if name not in {"after", "before"}}
    links: dict[str, dict[str, str]] = {}
    if end < len(items):
        links["next"] = kept | {"after": _cursor(keys[end - 1])}
    if start > 0:
        links["prev"] = kept | {"before": _cursor(keys[start])}
    return items[start:end], _link(url, links)


def _size(query: Mapping[str, str]) -> int:
    return max(1, min(_number(query.get("per_page"), _USUAL), _MOST))


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdigit() and int(text) > 0 else default


def _cursor(key: str) -> str:
    return base64.b64encode(f"cursor:v2:{key}".encode()).decode()


def _position(keys: Sequence[str], cursor: str) -> int:
    try:
        key = base64.b64decode(cursor, validate=True).decode().removeprefix("cursor:v2:")
    except (binascii.Error, UnicodeDecodeError):
        raise Refusal(400, "The cursor is not valid.") from None
    if key not in keys:
        raise Refusal(400, "The cursor is not valid.")
    return keys.index(key)


def _link(url: str, links: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    if not links:
        return {}
    return {"Link": ", ".join(f'<{url}?{urlencode(query)}>; rel="{rel}"' for rel, query in links.items())}
