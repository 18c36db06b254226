"""A channel on loopback, which really receives: what arrived, and what it answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Receiver:
    """Somebody's webhook. `status` is what it answers; it answers nothing while it `hangs`."""

    port: int = 0
    status: int = 200
    location: str = ""
    day: str = ""  # of the test's clock
    got: list[dict[str, Any]] = field(default_factory=list)
    days: list[str] = field(default_factory=list)  # on which each of them arrived
    raw: list[str] = field(default_factory=list)  # heads and bodies, refused ones too
    hangs: threading.Event | None = None
    arrived: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its address, as Apprise takes it."""
        return f"json://127.0.0.1:{self.port}/a-secret-path"

    @property
    def by_day(self) -> list[tuple[str, str]]:
        return list(zip(self.days, self.texts, strict=True))

    @property
    def texts(self) -> list[str]:
        return [f"{each['title']}\n{each['message']}" for each in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """It listens on a port of its own until the end."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.raw.append(f"{self.path}\n{self.headers}\n{body.decode()}")
            receiver.arrived.set()
            if receiver.hangs is not None:
                receiver.hangs.wait()
                return
            if receiver.status < 300:
                receiver.got.append(json.loads(body))
                receiver.days.append(receiver.day)
            self.send_response(receiver.status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 its name there
            """It says nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        if receiver.hangs is not None:
            receiver.hangs.set()
        server.shutdown()
        server.server_close()
        thread.join()
