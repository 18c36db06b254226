"""A process that writes keys of its own and says which of them are durable: `writer.py URL COUNT`."""

from __future__ import annotations

import asyncio
import os
import sys

from app.domain.ids import CaseKey
from app.store.database import Database
from app.store.work import mark
from tests.clock import START


async def main(url: str, count: int) -> None:
    database = await Database.open(url, migrate=True)

    async def write(number: int) -> None:
        key = CaseKey(os.getpid() * 1_000_000 + number)
        await database.write(lambda conn: mark(conn, [key], due=START))
        sys.stdout.write(f"{key}\n")
        sys.stdout.flush()

    for first in range(0, count, 10):
        await asyncio.gather(*(write(number) for number in range(first, min(first + 10, count))))
    await database.close()


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
