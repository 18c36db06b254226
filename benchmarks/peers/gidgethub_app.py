"""A bot of gidgethub and aiohttp that checks signatures and does nothing: `gidgethub_app.py PORT`.

Runs in an environment of its own, see requirements/bench.txt.
"""

from __future__ import annotations

import os
import sys

import uvloop
from aiohttp import web
from gidgethub import sansio

SECRET = os.environ["WEBHOOK_SECRET"]


async def take(request: web.Request) -> web.Response:
    sansio.Event.from_http(request.headers, await request.read(), secret=SECRET)
    return web.Response(status=202)


def main(port: int) -> None:
    app = web.Application()
    app.router.add_post("/webhooks", take)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
