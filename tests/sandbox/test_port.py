import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.sandbox.serving import serve


class Receiver:
    """Somebody who takes webhooks, and tells when one came."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[bytes] = asyncio.Queue()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await self.came.put(head)


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver, "127.0.0.1", 0)
    async with server:
        yield receiver, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhooks/github"


@pytest.fixture
async def ready(receiver: tuple[Receiver, str]) -> AsyncIterator[dict[str, Any]]:
    """A sandbox on a port, as its ready line describes it."""
    announced: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(port=0, webhook_url=receiver[1], world="pypa", latency_ms=1, on_ready=announced.set_result)
    )
    yield await announced
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_the_ready_line_says_how_to_point_a_greenroom_at_it(ready: dict[str, Any]) -> None:
    """Everything that a client needs, and nothing that it has to guess."""
    assert ready["env"]["GREENROOM_GITHUB_URL"] == ready["url"]
    assert ready["env"]["GREENROOM_PRIVATE_KEY"].startswith("-----BEGIN RSA PRIVATE KEY-----")
    assert {"greenroom", "greenroom-hand"} == {each["app"] for each in ready["installations"]}
    assert set(ready["env"]) == {
        "GREENROOM_GITHUB_URL",
        "GREENROOM_GITHUB_WEB_URL",
        "GREENROOM_APP_ID",
        "GREENROOM_CLIENT_ID",
        "GREENROOM_CLIENT_SECRET",
        "GREENROOM_ENCRYPTION_KEYS",
        "GREENROOM_PRIVATE_KEY",
        "GREENROOM_HAND_APP_ID",
        "GREENROOM_HAND_PRIVATE_KEY",
        "GREENROOM_WEBHOOK_SECRET",
    }


async def test_webhooks_are_sent_or_lost(ready: dict[str, Any], receiver: tuple[Receiver, str]) -> None:
    """Sent in the background, once. A lost one stays lost when webhooks work again."""
    async with httpx.AsyncClient(base_url=f"{ready['url']}/_sandbox/") as outside:
        await outside.post("drop-webhooks", json={})
        await outside.post("archive", json={"repository": "pypa/wheel"})
        await outside.post("drop-webhooks", json={"on": False})
        await outside.post("enable-private-reporting", json={"repository": "pypa/pip"})
        await outside.post("report", json={"repository": "pypa/pip", "summary": "Escape"})
        head = (await receiver[0].came.get()).lower()

    assert b"x-github-event: repository_advisory" in head
    assert b"x-hub-signature-256: sha256=" in head
    assert receiver[0].came.empty()


async def test_a_connection_breaks_where_a_fault_says_so(ready: dict[str, Any]) -> None:
    """A client on a port meets the same faults as one in a test."""
    async with httpx.AsyncClient(base_url=ready["url"]) as http:
        for how in ("reset", "timeout"):
            arguments = {"method": "GET", "path": "/users/*", "how": how}
            await http.post("/_sandbox/lose-answer", json=arguments)

        with pytest.raises(httpx.RemoteProtocolError):
            await http.get("/users/reporter-1")
        with pytest.raises(httpx.ReadTimeout):
            await http.get("/users/reporter-1", timeout=0.2)
        assert (await http.get("/users/reporter-1")).status_code == 200
