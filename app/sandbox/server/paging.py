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
_PREFIX = "cursor:v2:"


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
    items: Sequence[T], query: Mapping[str, str], *, url: str, key: Callable[[T], str], descending: bool
) -> tuple[Sequence[T], dict[str, str]]:
    """Pages by an opaque cursor, as of advisories.

    `items` are sorted by `key`. A cursor holds the key of the item that it follows or precedes, so a page is found
    again though that item has moved or gone.
    """
    size = _size(query)
    if "before" in query:
        end = _position(items, _read(query["before"]), key, descending=descending, including=False)
        start = max(0, end - size)
    else:
        after = _read(query["after"]) if "after" in query else None
        start = 0 if after is None else _position(items, after, key, descending=descending, including=True)
        end = min(len(items), start + size)
    kept = {name: value for name, value in query.items() if name not in {"after", "before"}}
    links: dict[str, dict[str, str]] = {}
    if end < len(items):
        links["next"] = kept | {"after": _cursor(key(items[end - 1]))}
    if start > 0:
        links["prev"] = kept | {"before": _cursor(key(items[start] if start < len(items) else items[-1]))}
    return items[start:end], _link(url, links)


def _position(items: Sequence[T], cursor: str, key: Callable[[T], str], *, descending: bool, including: bool) -> int:
    """How many items stand before the cursor; `including` counts the one it names."""
    keys = [key(item) for item in items]
    before = [each > cursor if descending else each < cursor for each in keys]
    return sum(before) + (1 if including and cursor in keys else 0)


def _size(query: Mapping[str, str]) -> int:
    return max(1, min(_number(query.get("per_page"), _USUAL), _MOST))


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdigit() and int(text) > 0 else default


def _cursor(key: str) -> str:
    return base64.b64encode(f"{_PREFIX}{key}".encode()).decode()


def _read(cursor: str) -> str:
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    if not text.startswith(_PREFIX):
        raise Refusal(400, "The cursor is not valid.")
    return text.removeprefix(_PREFIX)


def _link(url: str, links: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    if not links:
        return {}
    return {"Link": ", ".join(f'<{url}?{urlencode(query)}>; rel="{rel}"' for rel, query in links.items())}
