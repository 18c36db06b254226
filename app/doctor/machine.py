"""Is this machine fit, and was it told all that it has to know? Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from app.doctor.lines import Line
from app.doctor.seen import MachineSeen
from app.store.sendings import ChannelState

DRIFT = timedelta(seconds=20)  # at a minute GitHub refuses what is signed here
LITTLE = 1_000_000_000  # bytes
HERE, PEOPLE = "This machine", "People"


def of_machine(seen: MachineSeen, now: datetime) -> Iterator[Line]:
    yield _clock(seen.skew)
    if seen.missing:
        yield Line(group=HERE, name="database", state="problem", says=seen.missing.says, do=seen.missing.do)
    else:
        yield _database(seen)
        yield of_disk(seen.free)
    yield _secret(seen)
    says = f"{seen.digest_keys} of at least 32 bytes" if seen.digest_keys > 1 else "one, of at least 32 bytes"
    yield Line(group=HERE, name="digest keys", state="ok", says=says)
    yield _policy(seen)
    if not seen.missing:
        yield _sweep(seen, now)
        yield _writes(seen.writes)


def of_people(seen: MachineSeen) -> Iterator[Line]:
    yield _sign_in(seen)
    if not seen.channels:
        do = "set GREENROOM_NOTIFY_URLS: without, even what should page somebody waits until it is looked at"
        yield Line(group=PEOPLE, name="channels", state="problem", says="there is none", do=do)
    yield from map(_channel, seen.channels)


def _clock(skew: timedelta | None) -> Line:
    if skew is None:
        do = "try again when GitHub answers"
        return Line(group=HERE, name="clock", state="cannot tell", says="GitHub did not say its time", do=do)
    off = abs(skew.total_seconds())
    says = f"{off:.0f} seconds {'behind' if skew > timedelta(0) else 'ahead of'} GitHub's" if off else "as GitHub's"
    if abs(skew) > DRIFT:
        do = "mend time synchronisation (timedatectl status): at a minute GitHub refuses what the App signs"
        return Line(group=HERE, name="clock", state="problem", says=says, do=do)
    return Line(group=HERE, name="clock", state="ok", says=says)


def _database(seen: MachineSeen) -> Line:
    if seen.is_writable:
        return Line(
            group=HERE, name="database", state="ok", says=f"{seen.place}: in this version's shape, and writable"
        )
    do = "look at the disk and the rights of its folder, or at the server"
    return Line(group=HERE, name="database", state="problem", says=f"{seen.place}: nothing can be written", do=do)


def of_disk(free: int | None) -> Line:
    if free is None:
        do = "watch the disk of the database's server there: deliveries are refused when it is full"
        says = "the database is on a server, whose disk cannot be seen from here"
        return Line(group=HERE, name="disk", state="cannot tell", says=says, do=do, lasts=True)
    says = f"{free / 1e9:.1f} GB are free"
    if free < LITTLE:
        return Line(
            group=HERE, name="disk", state="problem", says=says, do="make room: deliveries are refused when full"
        )
    return Line(group=HERE, name="disk", state="ok", says=says)


def _secret(seen: MachineSeen) -> Line:
    says = "at least 32 bytes, and no sample"
    if not seen.rotates_secret:
        return Line(group=HERE, name="webhook secret", state="ok", says=says)
    do = "greenroom rotate webhook-secret says when the one before may be taken away"
    return Line(group=HERE, name="webhook secret", state="ok", says=f"{says}; the one before is accepted too", do=do)


def _policy(seen: MachineSeen) -> Line:
    if seen.mistakes is None:
        return Line(group=HERE, name="policy file", state="ok", says=f"{seen.policy} is in force")
    do = "mend it; greenroom policy check FILE tells more. The last good one holds until then"
    return Line(group=HERE, name="policy file", state="problem", says=seen.mistakes, do=do)


def _sweep(seen: MachineSeen, now: datetime) -> Line:
    if seen.swept_at is None:
        do = "start greenroom serve, or run greenroom sweep once"
        return Line(group=HERE, name="last sweep", state="cannot tell", says="there was none yet", do=do)
    says = f"{seen.swept_at:%Y-%m-%d %H:%M} UTC"
    if now - seen.swept_at > 2 * seen.sweep_every:
        do = "is greenroom serve running? its log says why no sweep ends"
        return Line(group=HERE, name="last sweep", state="problem", says=f"{says}, too long ago", do=do)
    return Line(group=HERE, name="last sweep", state="ok", says=says)


def _writes(why_off: str | None) -> Line:
    if why_off is None:
        return Line(
            group=HERE, name="writes", state="ok", says="on, for what policy enforces and a coordinator approved"
        )
    return Line(
        group=HERE, name="writes", state="ok", says=why_off, do="a coordinator switches them on when it is time"
    )


def _sign_in(seen: MachineSeen) -> Line:
    if seen.missing_for_sign_in:
        do = f"set {', '.join(seen.missing_for_sign_in)} if people are to see the pages"
        return Line(group=PEOPLE, name="sign-in", state="ok", says="not set up: the pages are closed", do=do)
    says = f"set up; the App's callback URL has to be {seen.origin}/login/callback, which GitHub does not tell"
    return Line(group=PEOPLE, name="sign-in", state="ok", says=says)


def _channel(each: ChannelState) -> Line:
    name = f"channel {each.name}"
    if each.failures:
        since = f" since {each.failing_since:%Y-%m-%d %H:%M} UTC" if each.failing_since else ""
        says = f"nothing arrives{since}: {each.last_error}"
        return Line(group=PEOPLE, name=name, state="problem", says=says, do="mend its address in GREENROOM_NOTIFY_URLS")
    if each.last_success_at is None:
        do = "wait for the first notice or digest"
        return Line(group=PEOPLE, name=name, state="cannot tell", says="nothing was sent over it yet", do=do)
    says = f"the last message arrived {each.last_success_at:%Y-%m-%d %H:%M} UTC"
    return Line(group=PEOPLE, name=name, state="ok", says=says)
