"""Was a write done, was it not, or can nobody tell?"""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from app.domain.lease import LeaseLost
from app.github.client import Access, Client
from app.github.errors import Ambiguous, Refused, RetryLater
from app.github.errors import Held as WritesOff
from tests.clock import FakeClock
from tests.github.calls import BROKEN, CREATE, GARBAGE, LIST
from tests.github.conftest import API, Held, Script


async def test_a_limited_write_was_not_done(client: Client, script: Script, access: Access, lease: Held) -> None:
    """GitHub turns limited requests away before doing anything, so this is not ambiguous."""
    script.on("POST", LIST, httpx.Response(429, headers={"retry-after": "5"}))
    with pytest.raises(RetryLater) as caught:
        await client.write(CREATE, access, lease=lease)
    assert caught.value.after == timedelta(seconds=5)


@pytest.mark.parametrize(
    "trouble",
    [*BROKEN, *(httpx.Response(201, content=garbage) for garbage in GARBAGE), httpx.Response(500), httpx.Response(504)],
)
async def test_a_write_is_sent_once_and_may_have_happened(
    client: Client, script: Script, access: Access, lease: Held, trouble: httpx.Response | Exception
) -> None:
    """GitHub has no key against doing it twice, so a lost answer is looked up and never repeated."""
    script.on("POST", LIST, trouble)
    with pytest.raises(Ambiguous):
        await client.write(CREATE, access, lease=lease)
    assert len(script.requests) == 1


async def test_a_write_that_never_left_is_not_ambiguous(
    client: Client, script: Script, access: Access, lease: Held
) -> None:
    """Without a connection GitHub has seen nothing."""
    script.on("POST", LIST, httpx.ConnectError("canary"))
    with pytest.raises(RetryLater):
        await client.write(CREATE, access, lease=lease)
    assert len(script.requests) == 1


@pytest.mark.parametrize("status", [301, 307, 400, 403, 404, 409, 410, 422, 451])
async def test_a_refused_write_says_so(
    client: Client, script: Script, access: Access, lease: Held, status: int
) -> None:
    """A repository that moved (3xx) is another one than was decided upon, so a write does not follow it."""
    script.on("POST", LIST, httpx.Response(status, headers={"location": f"{API}/repositories/1/security-advisories"}))
    with pytest.raises(Refused) as caught:
        await client.write(CREATE, access, lease=lease)
    assert caught.value.status == status
    assert len(script.requests) == 1


async def test_nothing_is_sent_once_the_lease_is_lost(
    client: Client, script: Script, access: Access, lease: Held
) -> None:
    """Another instance may be at it already."""
    lease.lost = True
    with pytest.raises(LeaseLost):
        await client.write(CREATE, access, lease=lease)
    assert script.requests == []


async def test_the_lease_is_checked_after_the_wait_between_writes(
    client: Client, script: Script, access: Access, lease: Held, clock: FakeClock
) -> None:
    """A check before the wait would be a check of the past."""
    script.on("POST", LIST, httpx.Response(201, json={}))
    await client.write(CREATE, access, lease=lease)
    expires = clock.now() + timedelta(seconds=0.5)

    class Expiring(Held):
        def check(self) -> None:
            self.lost = clock.now() >= expires
            super().check()

    with pytest.raises(LeaseLost):
        await client.write(CREATE, access, lease=Expiring())
    assert len(script.requests) == 1


async def test_nothing_is_sent_once_writes_are_off_also_where_that_was_said_during_the_wait(
    script: Script, access: Access, lease: Held, clock: FakeClock
) -> None:
    """Whoever stops all writes means those too that wait for their turn already."""
    script.on("POST", LIST, httpx.Response(201, json={}))
    off_from = clock.now() + timedelta(seconds=0.5)  # the second write has to wait for a second

    async def why_not() -> str | None:
        return "somebody switched writes off" if clock.now() >= off_from else None

    async with Client(base_url=API, clock=clock, why_not_write=why_not, transport=script) as client:
        await client.write(CREATE, access, lease=lease)
        with pytest.raises(WritesOff, match="switched writes off"):
            await client.write(CREATE, access, lease=lease)
    assert len(script.requests) == 1
