"""What do people say about an advisory or an issue? It tells the app nothing."""

from __future__ import annotations

from app.sandbox import commenting
from app.sandbox.state.advisories import Advisory
from app.sandbox.state.issues import Issue
from app.sandbox.state.world import World
from tests.canaries import Canaries


def say(world: World, canaries: Canaries, about: Advisory | Issue, text: str, *, by: str) -> int:
    """A comment is under embargo, its commands apart, which are made of names and words of closed lists."""
    words = "\n".join(line for line in text.splitlines() if "/greenroom" not in line)
    canaries.watch({"description": words.strip()})
    return commenting.comment(world, about, by=world.person(by), body=text).id


def said(world: World, about: Advisory | Issue) -> list[tuple[str, str]]:
    """(login, text) of each comment, the oldest first."""
    return [(world.users[each.author].login, each.body) for each in about.comments]
