"""How are the sandbox and the app started, killed and started again?"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from app.demo.outside import NotAsExpected

STARTS_WITHIN = 30.0  # seconds


class Processes:
    """The child processes of a demo. Only those that were started here are ever ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._children: dict[str, asyncio.subprocess.Process] = {}

    async def start_sandbox(self, port: int, webhook_url: str) -> dict[str, Any]:
        """Start the sandbox, and give its ready line."""
        child = await self._start("sandbox", ["--port", str(port), "--webhook-url", webhook_url, "--json"], os.environ)
        assert child.stdout is not None  # noqa: S101 - it is a pipe, see _start
        line = await asyncio.wait_for(child.stdout.readline(), STARTS_WITHIN)
        if not line:
            raise NotAsExpected(f"the sandbox did not start; see {self.log('sandbox')}")
        ready: dict[str, Any] = json.loads(line)
        return ready

    async def start_app(self, environment: Mapping[str, str], url: str, http: httpx.AsyncClient) -> None:
        """Start `greenroom serve`, and wait until it has looked at everything once."""
        child = await self._start("serve", [], {**os.environ, **environment})
        for _ in range(int(STARTS_WITHIN / 0.1)):
            if child.returncode is not None:
                raise NotAsExpected(f"the app stopped by itself; see {self.log('serve')}")
            if await _is_ready(url, http):
                return
            await asyncio.sleep(0.1)
        raise NotAsExpected(f"the app did not become ready; see {self.log('serve')}")

    async def kill(self, command: str) -> None:
        """Kill -9: nothing is finished, nothing is said."""
        child = self._children.pop(command)
        child.kill()
        await child.wait()

    async def stop(self) -> None:
        """End every child that still runs."""
        for child in self._children.values():
            if child.returncode is None:
                child.terminate()
        for child in self._children.values():
            try:
                await asyncio.wait_for(child.wait(), 5)
            except TimeoutError:
                child.kill()
                await child.wait()
        self._children.clear()

    async def wait(self) -> None:
        """Wait until one of them stops."""
        waiting = [asyncio.create_task(child.wait()) for child in self._children.values()]
        _, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            other.cancel()

    def log(self, command: str) -> Path:
        return self.folder / f"{command}.log"

    async def _start(
        self, command: str, arguments: list[str], environment: Mapping[str, str]
    ) -> asyncio.subprocess.Process:
        with self.log(command).open("ab") as log:
            self._children[command] = child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "app",
                command,
                *arguments,
                env=dict(environment),
                cwd=self.folder,  # where no .env of anybody's lies
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if command == "sandbox" else log,
                stderr=log,
            )
        return child


async def _is_ready(url: str, http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get(f"{url}/readyz")).is_success
    except httpx.TransportError:
        return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
