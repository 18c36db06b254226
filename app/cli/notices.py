"""What can be typed about what people are told, and about whether it reaches them? Nothing of it asks GitHub."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from app.cli.command import DONE, FAILED, FOUND, MISUSED, AsJson, show_result, stop, with_database
from app.clock import SystemClock
from app.main import CARRIED, channels_of_settings
from app.notify.carrier import Carrier, NotDelivered
from app.notify.parcels import message_for_trying, waits
from app.notify.routes import URLS, Channel
from app.notify.sending import DEAD, arrived, waiting_for
from app.settings import Settings
from app.shown.terminal import Json, moment, table
from app.store import outbox
from app.store.database import Database
from app.store.notices import open_notices
from app.store.sendings import ChannelState, notify_state


def notices(
    test: Annotated[str, typer.Option(help="Send a trial message over the channels of this route.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what people have to know now, the latest digests, and how channels do. Exits 3 if anything is open."""

    async def run(settings: Settings, database: Database) -> int:
        channels, now = channels_of_settings(settings), SystemClock().now()
        if test:
            return await _try(channels, test, settings, database, as_json=as_json)
        found, digests = await database.read(open_notices), await database.read(outbox.latest)
        shown: Json = {
            "notices": [
                {
                    "since": each.since.isoformat(),
                    "severity": each.severity,
                    "kind": each.kind,
                    "about": each.about,
                    "text": each.text,
                }
                for each in found
            ],
            "digests": [
                {
                    "recipient": each.recipient,
                    "day": each.day.isoformat(),
                    "severity": each.severity,
                    "text": each.text,
                    "made_at": each.made_at.isoformat(),
                }
                for each in digests
            ],
            "channels": [await _channel(each, database, now) for each in channels],
        }
        show_result(as_json, shown, _for_people)
        return FOUND if found else DONE

    with_database(run)


async def _channel(channel: Channel, database: Database, now: datetime) -> Json:
    states = {each.name: each for each in await database.read(notify_state)}
    state = states.get(channel.name)
    since = state.since if state else now
    waiting = await database.read(partial(waiting_for, channel=channel, since=since, now=now))
    return {
        "channel": channel.name,
        "takes": sorted(f"{route}.{severity}" for route, severity in channel.takes),
        "quiet": [str(each) for each in channel.quiet],
        "state": _word(state),
        "waiting": len(waits(channel, waiting, now)),
        "failures": state.failures if state else 0,
        "last_success_at": _iso(state.last_success_at if state else None),
        "failing_since": _iso(state.failing_since if state else None),
        "last_error": state and state.last_error,
        "next_try_at": _iso(state.due_at if state else None),
    }


def _word(state: ChannelState | None) -> str:
    if state is None or (not state.failures and state.last_success_at is None):
        return "not used yet"
    if not state.failures:
        return "works"
    return "dead" if state.failures >= DEAD else "fails"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


async def _try(
    channels: tuple[Channel, ...], route: str, settings: Settings, database: Database, *, as_json: bool
) -> int:
    meant = [each for each in channels if each.has(route)]
    if not meant:
        known = sorted({each.name for each in channels} | {name for each in channels for name, _ in each.takes})
        [nearest] = difflib.get_close_matches(route, known, n=1) or [""]
        hint = f"; did you mean {nearest}?" if nearest else f"; there are {', '.join(known)}" if known else ""
        return stop(f"{URLS} has no such route{hint}", MISUSED)
    carrier = Carrier(meant, time_limit=CARRIED)
    carrier.read()
    tried = await asyncio.gather(*(_one(each, carrier, settings, database) for each in meant))
    show_result(as_json, {"tried": list(tried)}, _tried_for_people)
    return DONE if all(each["delivered"] for each in tried) else FAILED


async def _one(channel: Channel, carrier: Carrier, settings: Settings, database: Database) -> Json:
    try:
        await carrier.deliver(channel.name, message_for_trying(settings.public_url))
    except NotDelivered as error:
        return {"channel": channel.name, "delivered": False, "why": str(error)}
    # What waits for it need not wait for the next try.
    await database.write(partial(arrived, channel=channel, now=SystemClock().now()))
    return {"channel": channel.name, "delivered": True, "why": None}


def _for_people(shown: Json) -> RenderableType:
    rows = [(moment(each["since"]), each["severity"], each["about"], each["text"]) for each in shown["notices"]]
    told = table("Open notices", ("since (UTC)", "", "about", "what"), rows) if rows else Text("Nothing to tell.")
    return Group(told, *_digests(shown["digests"]), Text(), _channels(shown["channels"]))


def _digests(digests: list[Json]) -> Iterator[RenderableType]:
    """The latest ones. Most people are told the same, so each text is shown once."""
    for text in dict.fromkeys(each["text"] for each in digests):
        people = [each["recipient"] for each in digests if each["text"] == text]
        yield Text(f"\nThe latest digest for {', '.join(people)}", style="bold")
        yield Text(text.rstrip())


def _channels(channels: list[Json]) -> RenderableType:
    if not channels:
        return Text(f"Nothing is sent anywhere: {URLS} names no channel.", style="dim")
    rows = [(each["channel"], each["state"], str(each["waiting"]), _how(each)) for each in channels]
    return table("Channels", ("channel", "", "waiting", "how it does"), rows)


def _how(channel: Json) -> str:
    parts = [", ".join(channel["takes"])]
    parts += [f"quiet {each}" for each in channel["quiet"]]
    if channel["last_success_at"]:
        parts.append(f"last arrived {moment(channel['last_success_at'])} UTC")
    if channel["failing_since"]:
        tries = "1 try" if channel["failures"] == 1 else f"{channel['failures']} tries"
        parts.append(f"{channel['last_error']} since {moment(channel['failing_since'])} UTC, {tries}")
    if channel["next_try_at"]:
        parts.append(f"tried again {moment(channel['next_try_at'])} UTC")
    return "; ".join(parts)


def _tried_for_people(shown: Json) -> RenderableType:
    rows = [(each["channel"], "it arrived" if each["delivered"] else each["why"]) for each in shown["tried"]]
    return table("Tried", ("channel", ""), rows)
