"""Calls that a client is asked to make, and the ways in which an answer can be none."""

from __future__ import annotations

import httpx

from app.github import routes
from tests.builders import PIP

GHSA = "GHSA-2222-3333-4444"
LIST = "/repos/pypa/pip/security-advisories"
ONE = f"{LIST}/{GHSA}"
ADVISORIES = routes.ADVISORIES.of(PIP)
ADVISORY = routes.ADVISORY.of(PIP, ghsa_id=GHSA)
UPDATE = routes.UPDATE_ADVISORY.of(PIP, ghsa_id=GHSA, body={"summary": "canary"})
CREATE = routes.CREATE_ADVISORY.of(PIP, body={"summary": "canary"})
BROKEN = [httpx.ReadTimeout("canary"), httpx.ReadError("canary"), httpx.RemoteProtocolError("canary")]
GARBAGE = [b"<html>", b"{", b'"\\ud800"', b"[" * 100_000, b"\xff\xfe"]


async def may_write() -> None:
    """Nobody switched writes off."""
