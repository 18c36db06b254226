"""What keeps an instance from starting at all? Pure.

Each mistake is a line; of everything else nothing can be told before it is mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.doctor.lines import Line
from app.doctor.machine import HERE

_ELSE = "nothing else can be looked at before that is mended"


def of_settings(mistakes: str) -> tuple[Line, ...]:
    """A line of text for each setting, as `load_settings` tells them."""
    return tuple(_ended(_setting(each) for each in mistakes.splitlines()))


def of_start(mistake: str, *, name: str, do: str) -> tuple[Line, ...]:
    return tuple(_ended([Line(group=HERE, name=name, state="problem", says=mistake, do=do)]))


def of_away(reason: str) -> tuple[Line, ...]:
    """What is needed from GitHub to start at all did not come."""
    return tuple(_ended([Line(group=HERE, name="start", state="cannot tell", says=reason, do="try again later")]))


# By the kind of the mistake: what it is about, and what to do.
ABOUT: Mapping[str, tuple[str, str]] = {
    "InvalidPolicy": ("policy file", "mend GREENROOM_POLICY, or the file; greenroom policy check FILE tells more"),
    "InvalidKeys": ("digest keys", "mend GREENROOM_DIGEST_KEYS"),
    "InvalidRoutes": ("channels", "mend GREENROOM_NOTIFY_URLS"),
    "InvalidSecret": ("webhook secret", "mend GREENROOM_WEBHOOK_SECRET, here and in the App's settings on GitHub"),
    "UnusableKey": ("private key", "mend GREENROOM_PRIVATE_KEY or GREENROOM_HAND_PRIVATE_KEY"),
    "WrongSchema": ("database", "run greenroom migrate, with the version that is to be served"),
    "MovedAway": ("database", "name the database that it was copied into"),
    "InvalidName": ("policy file", "mend GREENROOM_POLICY"),
}
ELSEWHERE = ("database", "look at GREENROOM_DATABASE_URL, the disk and the rights of its folder, or at the server")


def _setting(mistake: str) -> Line:
    words = [word.rstrip(":;,") for word in mistake.split() if word.startswith("GREENROOM_")]
    name = words[0] if words else "settings"
    do = "set it in the environment or in .env; docs/reference.md says what each is for"
    return Line(group=HERE, name=name, state="problem", says=mistake, do=do)


def _ended(lines: Iterable[Line]) -> Iterator[Line]:
    yield from lines
    yield Line(group=HERE, name="everything else", state="cannot tell", says=_ELSE, do="then run it again")
