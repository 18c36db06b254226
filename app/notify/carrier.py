"""How does a message get to a channel? The only file that knows Apprise.

Kept: a redirect is not followed, so nothing goes to a host that nobody configured; what Apprise and what it is made of
say in the log is not heard, as a URL is a secret; a channel that hangs is given up after some seconds, and gets no
second message while the first still hangs.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Any

from app.domain.records import Severity
from app.notify.parcels import Parcel
from app.notify.routes import URLS, Channel, InvalidRoutes

SILENT = logging.CRITICAL + 1
_KINDS = MappingProxyType[Severity, str]({"page": "failure", "warning": "warning", "info": "info"})


class NotDelivered(Exception):
    """It did not arrive, or nobody knows whether it did. The message is a word of ours, never one of theirs."""


class Carrier:
    """Delivers parcels. `time_limit`: seconds after which a channel is given up."""

    def __init__(self, channels: Iterable[Channel], *, time_limit: float) -> None:
        self._time_limit = time_limit
        self._channels = {each.name: each for each in channels}
        self._services: dict[str, Callable[..., Any]] = {}
        self._hanging: dict[str, threading.Thread] = {}

    def read(self) -> None:
        """Have Apprise read every URL. Raises InvalidRoutes for one that it cannot."""
        for name in self._channels:
            self._service(name)

    async def deliver(self, name: str, parcel: Parcel) -> None:
        """Deliver it. Raises NotDelivered."""
        if (thread := self._hanging.get(name)) is not None and thread.is_alive():
            raise NotDelivered("still hangs")
        loop = asyncio.get_running_loop()
        arrived: asyncio.Future[bool] = loop.create_future()
        # A thread of its own, since Apprise waits; a daemon, since what hangs must not keep the process from ending.
        thread = threading.Thread(target=_send, args=(self._service(name), parcel, loop, arrived), daemon=True)
        self._hanging[name] = thread
        thread.start()
        try:
            did = await asyncio.wait_for(arrived, self._time_limit)
        except TimeoutError:
            raise NotDelivered("no answer in time") from None
        if not did:
            raise NotDelivered("refused or not reached")

    def _service(self, name: str) -> Callable[..., Any]:
        if name not in self._services:
            self._services[name] = _service(self._channels[name])
        return self._services[name]


def _service(channel: Channel) -> Callable[..., Any]:
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(SILENT)
    apprise: Any = importlib.import_module("apprise")  # takes a second, so only where there are channels
    asset = apprise.AppriseAsset(
        app_id="Greenroom",
        app_desc="Greenroom",
        http_redirects=False,
        image_url_mask="",
        image_url_logo="",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        service_timeout=0,  # or it would wait in threads of its own, which keep a process from ending
        async_mode=False,
        default_service_retry=0,
    )
    service = apprise.Apprise.instantiate(channel.url, asset=asset, suppress_exceptions=True)
    if service is None:
        raise InvalidRoutes(
            f"{URLS}: Apprise cannot read the URL of {channel.name}; its documentation lists how to write it"
        )
    service.redirects = False  # whatever the URL says
    if "overflow=" not in channel.url:
        service.overflow_mode = apprise.OverflowMode.SPLIT  # services refuse what is longer than they take
    carrier = apprise.Apprise(asset=asset)
    carrier.add(service)
    return partial(carrier.notify, body_format=apprise.NotifyFormat.TEXT)  # mail makes HTML of it


def _send(
    notify: Callable[..., Any], parcel: Parcel, loop: asyncio.AbstractEventLoop, arrived: asyncio.Future[bool]
) -> None:
    """In a thread."""
    try:
        did = bool(notify(title=parcel.title, body=parcel.body, notify_type=_KINDS[parcel.severity]))
    except Exception:  # noqa: BLE001 - whatever a service raises may quote its address
        did = False
    with suppress(RuntimeError):  # the loop is closed by now: nobody waits any more
        loop.call_soon_threadsafe(_say, arrived, did)


def _say(arrived: asyncio.Future[bool], did: bool) -> None:  # noqa: FBT001 asyncio calls it
    if not arrived.done():
        arrived.set_result(did)
