"""An app that watches a GitHub of very many repositories in which nothing happens."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.main import Greenroom, assemble
from app.sandbox.registering import new_private_key
from app.settings import load_settings
from tests.harness import DIGEST_KEYS
from tests.quiet_github import QuietGitHub

KEY = new_private_key()


@asynccontextmanager
async def watching(github: QuietGitHub, folder: Path, *, policy: str, log_level: str) -> AsyncIterator[Greenroom]:
    """One instance, whose database stays in the folder for the next."""
    file = folder / "greenroom.yml"
    file.write_text(policy, encoding="utf-8")
    settings = load_settings(
        _env_file=None,
        github_url="https://api.github.example",
        app_id="1",
        private_key=KEY,
        webhook_secret=secrets.token_hex(32),
        digest_keys=DIGEST_KEYS,
        database_url=f"sqlite:///{folder}/greenroom.db",
        policy=file,
        log_level=log_level,
    )
    async with assemble(settings, clock=github.clock, transport=github, begins=True) as greenroom:
        yield greenroom
