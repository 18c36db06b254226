"""What is left of a backup or a restore that somebody kills, and how much room does one need elsewhere?"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.store import backups, engines, server_backups
from app.store.copies import Copy
from app.store.database import Database
from tests.clock import START


async def _back_up(url: str, into: Path) -> Copy:
    file = engines.file_of(make_url(url))
    return await (backups.back_up(file, into) if file else server_backups.back_up(url, into))


async def _restore(backup: Path, url: str) -> Copy:
    file = engines.file_of(make_url(url))
    if file:
        return await backups.restore(backup, file, aside=None, now=START, app=None)
    return await server_backups.restore(backup, url, aside=None, now=START, app=None)


async def test_a_copy_has_its_name_only_once_it_is_known_to_be_whole(
    database: Database, url: str, tmp_path: Path
) -> None:
    """Whoever kills it, or pulls the plug, leaves nothing that the next one takes for a backup."""
    await database.close()
    (tmp_path / "backups").mkdir()
    into = tmp_path / "backups" / "backup.db"

    making = asyncio.create_task(_back_up(url, into))
    others: set[str] = set()
    while not making.done():
        others |= {each.name for each in into.parent.iterdir()}
        await asyncio.sleep(0)

    await making
    assert others
    assert all(name.startswith(".greenroom-backup-") for name in others)
    assert [each.name for each in into.parent.iterdir()] == ["backup.db"]


async def test_nothing_is_restored_by_way_of_a_folder_that_may_be_small(
    database: Database, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container /tmp is in memory, of 64 MB. There is room where the backup is, or where the database is."""
    await database.close()
    backup = tmp_path / "backups" / "backup.db"
    backup.parent.mkdir()
    await _back_up(url, backup)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "full"))

    await _restore(backup, url)

    assert [each.name for each in backup.parent.iterdir()] == ["backup.db"]
