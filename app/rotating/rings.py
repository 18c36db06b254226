"""Where does the rotation of encryption or digest keys stand? Pure.

These stand in one setting, and whatever is made is made with the first of them. So that no instance meets something
that it does not know, a new key comes in behind, then goes to the front, and the old one goes when nothing needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.prints import Kind
from app.rotating.drill import Check, Drill, Seen, in_order, known_to_all, not_heard

SETTING: Mapping[Kind, str] = {"encryption-key": "GREENROOM_ENCRYPTION_KEYS", "digest-key": "GREENROOM_DIGEST_KEYS"}


def drill(seen: Seen, needs: Mapping[str, str], renewed: str) -> Drill:
    """`needs` says by print what still needs a key that is not in front; `renewed` how that is made anew."""
    setting = SETTING[seen.kind]
    if len(seen.prints) == 1:
        begin = f"greenroom rotate {seen.kind} --new FILE makes a new one"
        return Drill(kind=seen.kind, steps=in_order([known_to_all(seen, alone=True)]), begin=begin)
    return Drill(kind=seen.kind, steps=in_order(_rotating(seen, needs, renewed, setting)))


def _rotating(seen: Seen, needs: Mapping[str, str], renewed: str, setting: str) -> Iterator[Check]:
    front, *behind = seen.prints
    yield known_to_all(seen, alone=False)
    waiting = [name for name in behind if name not in seen.used and name not in needs]
    yield Check(
        name="the new one is in front",
        ok=not waiting or front not in seen.used,
        says=f"{front} is in front" + (f"; {', '.join(waiting)} never was" if waiting else ""),
        do=f"put it first in {setting}, and restart",
    )
    yield _made_with(front, seen)
    left = {name: needs[name] for name in behind if name in needs}
    yield Check(
        name="nothing needs the old one",
        ok=not left,
        says="; ".join(f"{name}: {why}" for name, why in left.items()) or "nothing does",
        do=renewed,
    )
    yield Check(
        name="the old one is taken away",
        ok=False,
        says="nothing needs it",
        do=f"leave only {front} in {setting}, and restart",
    )


def _made_with(front: str, seen: Seen) -> Check:
    name = "running instances make everything with it"
    elsewhere = [each.instance for each in seen.held if each.prints[0] != front]
    if not elsewhere and (silent := [each for each in seen.unheard if each.prints[0] != front]):
        return not_heard(name, seen.kind, silent)
    return Check(
        name=name,
        ok=not elsewhere,
        says=f"not yet: {', '.join(elsewhere)}" if elsewhere else ", ".join(each.instance for each in seen.held),
        do="restart them with these settings",
    )
