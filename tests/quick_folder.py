"""Where is a folder whose writes need not reach a disk?

The app's database waits for the disk at every commit. In a story that commits thousands of times this takes longer
than all the rest, and it is not what such a story is about.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux keeps this in memory; elsewhere the usual place has to do


@contextmanager
def quick_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        yield Path(folder)
