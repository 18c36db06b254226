"""Which channels were declared, and what goes over each? Pure.

    GREENROOM_NOTIFY_URLS    ROUTE[.SEVERITY]=URL, one after another, by lines or spaces
    GREENROOM_NOTIFY_QUIET   ROUTE=HH:MM-HH:MM[@ZONE], likewise

A route is `coordinators`, `operators`, `tool/NAME` or `person/LOGIN:ID`; a severity is `page` and `notice`, which are
sent when they open, or `digest`, once a day. A route without one takes pages and digests, as digests repeat what is
open; that of the operators takes notices too, since these are about Greenroom itself. The same URL is one channel,
whatever goes over it, so that nobody is told the same twice.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, get_args

from app.domain.ids import SWEEP, InvalidName, Person
from app.domain.records import Digest, Notice, NoticeKind
from app.notify.quiet import InvalidHours, Quiet
from app.reconcile.reminders import OPERATORS

Severity = Literal["page", "notice", "digest"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
COORDINATORS, TOOL, PERSON = "coordinators", "tool/", "person/"
ROUTES = (COORDINATORS, OPERATORS, f"{TOOL}NAME", f"{PERSON}LOGIN:ID")
URLS, QUIET = "GREENROOM_NOTIFY_URLS", "GREENROOM_NOTIFY_QUIET"
OF_GREENROOM: frozenset[NoticeKind] = frozenset(
    {
        "policy-invalid",
        "audit-broken",
        "digests-failed",
        "check-missing",
        "channel-dead",
        "too-wide",
        "deliveries-missed",
        "deliveries-fail",
    }
)
_USUAL = MappingProxyType({OPERATORS: frozenset(SEVERITIES)})  # of other routes: pages and digests


class InvalidRoutes(ValueError):
    """The routes of notices cannot be used. The message says what would be right, and repeats no URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One address, and what goes over it. `name` is the first route that was given to it, as it was written."""

    name: str
    url: str = field(repr=False)
    takes: frozenset[tuple[str, Severity]]
    quiet: tuple[Quiet, ...] = ()

    @property
    def about(self) -> str:
        """How notices call it."""
        return f"channel/{self.name}"

    def has(self, route: str) -> bool:
        """Is this how somebody may call it?"""
        return route == self.name or route in {taken for taken, _ in self.takes}

    def takes_notice(self, notice: Notice) -> bool:
        """Does it go over this channel at once? That it was dead itself does not."""
        if notice.about == self.about:
            return False
        severity: Severity = "page" if notice.severity == "page" else "notice"
        of_itself = notice.kind in OF_GREENROOM or notice.about == str(SWEEP)
        return (COORDINATORS, severity) in self.takes or (
            (OPERATORS, severity) in self.takes and (severity == "page" or of_itself)
        )

    def takes_digest(self, digest: Digest) -> bool:
        """Is it of one of those to whom this channel leads?"""
        routes = {route for route, severity in self.takes if severity == "digest"}
        return any(_is_of(digest, route) for route in routes)


def _is_of(digest: Digest, route: str) -> bool:
    if route == COORDINATORS:
        return digest.hears_all
    if route.startswith(PERSON):  # a login can be renamed and then claimed by a stranger
        return digest.recipient.rpartition(":")[2] == route.rpartition(":")[2]
    return digest.recipient == route


def channels_of(urls: str, quiet: str = "") -> tuple[Channel, ...]:
    """What the two settings say. Raises InvalidRoutes."""
    found: dict[str, Channel] = {}
    names: Counter[str] = Counter()
    for number, (name, url) in enumerate(_pairs(urls, URLS), start=1):
        route, severities = _route(name, f"{URLS}, entry {number}")
        if "://" not in url:
            raise InvalidRoutes(f"{URLS}, entry {number}: write {name}=URL, with the URL as Apprise takes it")
        takes = frozenset((route, severity) for severity in severities)
        if known := found.get(url):
            found[url] = replace(known, takes=known.takes | takes)
            continue
        names[name] += 1
        called = name if names[name] == 1 else f"{name}#{names[name]}"
        found[url] = Channel(name=called, url=url, takes=takes)
    hours = _hours(quiet, {route for channel in found.values() for route, _ in channel.takes})
    return tuple(_with_hours(each, hours) for each in found.values())


def tools_of(channels: tuple[Channel, ...]) -> frozenset[str]:
    """For which tools, rather than people, is a digest to be made?"""
    taken = {take for channel in channels for take in channel.takes}
    return frozenset(
        route.removeprefix(TOOL) for route, severity in taken if route.startswith(TOOL) and severity == "digest"
    )


def _pairs(text: str, setting: str) -> Iterator[tuple[str, str]]:
    for number, entry in enumerate(text.split(), start=1):
        name, equals, value = entry.partition("=")
        if not equals or not name or not value or "://" in name:  # the first may be a URL that has no route
            raise InvalidRoutes(f"{setting}, entry {number}: begin with a route, such as {COORDINATORS}=…")
        yield name, value


def _route(name: str, where: str) -> tuple[str, frozenset[Severity]]:
    before, dot, last = name.rpartition(".")
    severity = next((each for each in SEVERITIES if dot and each == last), None)
    route = before if severity else name
    if not _is_route(route):
        raise InvalidRoutes(f"{where}: {_not_a_route(route)}")
    if severity is None:
        return route, _USUAL.get(route, frozenset({"page", "digest"}))
    if severity != "digest" and route not in {COORDINATORS, OPERATORS}:
        raise InvalidRoutes(f"{where}: {route} takes digests only; what pages goes to {COORDINATORS} and {OPERATORS}")
    return route, frozenset({severity})


def _is_route(route: str) -> bool:
    if route.startswith(PERSON):
        try:
            Person.parse(route.removeprefix(PERSON))
        except InvalidName:
            return False
        return True
    return route in {COORDINATORS, OPERATORS} or bool(re.fullmatch(rf"{TOOL}\S+", route))


def _not_a_route(route: str) -> str:
    """What is nearest, of the routes and of the severities behind them."""
    before, dot, _ = route.rpartition(".")
    if dot and _is_route(before):
        choice = [f"{before}.{each}" for each in SEVERITIES]
    else:
        choice = [each for each in ROUTES if each.startswith(PERSON) or not route.startswith(PERSON)]
    [nearest] = difflib.get_close_matches(route, choice, n=1) or [""]
    hint = f"; did you mean {nearest}?" if nearest else f"; write one of {', '.join(choice)}"
    return f"there is no route {_short(route)}{hint}"


def _short(text: str) -> str:
    """What was meant as a route. A secret that stands there by mistake is not repeated."""
    return f"“{text}”" if re.fullmatch(r"[a-z]{1,16}(\.[a-z]{1,12})?", text) else "of that name"


def _hours(text: str, routes: set[str]) -> dict[str, Quiet]:
    hours: dict[str, Quiet] = {}
    for number, (route, value) in enumerate(_pairs(text, QUIET), start=1):
        if route not in routes:
            [nearest] = difflib.get_close_matches(route, sorted(routes), n=1) or [""]
            hint = f"; did you mean {nearest}?" if nearest else ""
            raise InvalidRoutes(f"{QUIET}, entry {number}: {URLS} has no route of that name{hint}")
        try:
            hours[route] = Quiet.parse(value)
        except InvalidHours as error:
            raise InvalidRoutes(f"{QUIET}, entry {number}: {error}") from None
    return hours


def _with_hours(channel: Channel, hours: dict[str, Quiet]) -> Channel:
    routes = sorted({route for route, _ in channel.takes})
    return replace(channel, quiet=tuple(hours[route] for route in routes if route in hours))
