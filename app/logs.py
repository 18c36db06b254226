"""What does the process say of itself, and what may it never say?

One event with keys per line, as JSON; docs/reference.md has all of them. Other libraries are heard from warnings on
only, since their lines hold URLs, and a URL holds the id of an advisory; and only by the first line of what they say,
since asyncio and others quote whole exceptions below it, which may quote anything.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO, cast

import structlog

from app.domain.ids import without_ids

# Tokens have no fixed length or format (GitHub: "GitHub's token formats"), so they are known by their prefix.
_SECRET = re.compile(
    r"gh[opsru]_[\w.-]+|github_pat_\w+|-----BEGIN[^-]*-----.*?(-----END[^-]*-----|$)"
    r"|eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+|(?<=://)[^/\s@]+@",
    re.DOTALL,
)


class _StandardError:
    """Standard error as it is when something is written: a progress bar puts itself before it, and is drawn below."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def for_a_person(level: str) -> str:
    """The level for whoever types a command: no mere news, unless they ask for every detail."""
    return "warning" if level == "info" else level


def set_up(level: str) -> None:
    """Log to standard error from that level on."""
    handler = logging.StreamHandler(_StandardError())
    handler.setFormatter(_Brief())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _StandardError())),
        cache_logger_on_first_use=False,
    )


def redact(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001 structlog's signature
    """Remove what looks like a credential or the id of an advisory: a net below the rule that neither is logged."""
    for key, value in event.items():
        event[key] = _redacted(value)
    return event


def _redacted(value: Any) -> Any:
    match value:
        case bool() | int() | float() | None:
            return value
        case Mapping():
            return {_cut(str(key)): _redacted(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_redacted(inner) for inner in value]
        case BaseException():
            return type(value).__name__
        case bytes() | bytearray():
            return f"{len(value)} bytes"
        case _:
            return _cut(str(value))


def _cut(text: str) -> str:
    return without_ids(_SECRET.sub("[redacted]", text))


class _Brief(logging.Formatter):
    """A library's line: who says it, its first line, and an exception by its kind and place only."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "logger": record.name,
            "says": _cut(record.getMessage().partition("\n")[0]),
            "event": "library",
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        if record.exc_info and (error := record.exc_info[1]):
            event |= {"error": type(error).__name__, "at": place_of(error)}
        return json.dumps(event)


def place_of(error: BaseException) -> str:
    """Where an exception was raised, which tells nothing of what was being worked on."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
