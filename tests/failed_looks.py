"""Which lines of a log say that work ended by an exception of ours?

What GitHub refuses, cannot tell or does not answer is no such thing: an app that meets it says so and tries again.
"""

from __future__ import annotations

import re

# As structlog writes it unless told otherwise, for people, or as JSON, as `greenroom serve` does.
_FAILED = re.compile(r"\[error\s*\] (failed|worker)\b|\"event\": \"(failed|worker)\"")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def failed_looks(*logs: str) -> list[str]:
    """Those lines, without colours."""
    lines = [_COLOURS.sub("", line) for log in logs for line in log.splitlines()]
    return [line for line in lines if _FAILED.search(line)]
