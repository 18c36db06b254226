"""What does the process say of itself, and what may it never say?

One event with keys per line, as JSON. Other libraries are heard from warnings on only: their lines hold URLs, and a URL
holds the id of an advisory.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Tokens have no fixed length or format (GitHub: "GitHub's token formats"), so they are known by their prefix.
_SECRET = re.compile(
    r"gh[opsru]_[\w.-]+|github_pat_\w+|-----BEGIN[^-]*-----.*?(-----END[^-]*-----|$)"
    r"|eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+|(?<=://)[^/\s@]+@",
    re.DOTALL,
)
_GHSA = re.compile(r"GHSA(-[0-9a-z]{4}){3}", re.IGNORECASE)


def set_up(level: str) -> None:
    """Log to standard error from that level on."""
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s", force=True
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def redact(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001 structlog's signature
    """Remove what looks like a credential or the id of an advisory: a net below the rule that neither is logged."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _GHSA.sub("GHSA-…", _SECRET.sub("[redacted]", value))
    return event
