"""Where does the rotation of an App's private key stand? Pure.

GitHub lets an App have several keys, which people make and delete on the App's page: no API does. A key proves itself
by a request that GitHub accepts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from app.prints import Kind
from app.rotating.drill import Check, Drill, Seen, in_order, known_to_all, when

QUIET = timedelta(minutes=15)  # instances sign something each minute
SETTING: Mapping[Kind, str] = {"app-key": "GREENROOM_PRIVATE_KEY", "hand-key": "GREENROOM_HAND_PRIVATE_KEY"}


def drill(seen: Seen, answers: Mapping[str, str]) -> Drill:
    """`answers` are GitHub's to each key, by its print: accepted, refused, or why that is not known."""
    setting = SETTING[seen.kind]
    if len(seen.prints) == 1:
        begin = f"make a second key on the App's page; greenroom rotate {seen.kind} --key FILE tries it"
        return Drill(kind=seen.kind, steps=in_order(_alone(seen, answers, setting)), begin=begin)
    return Drill(kind=seen.kind, steps=in_order(_rotating(seen, answers, setting)))


def _alone(seen: Seen, answers: Mapping[str, str], setting: str) -> Iterator[Check]:
    [key] = seen.prints
    yield _accepted("GitHub accepts it", key, answers, f"put a key of the App into {setting}")
    yield known_to_all(seen, alone=True)


def _rotating(seen: Seen, answers: Mapping[str, str], setting: str) -> Iterator[Check]:
    new, old = seen.prints[0], seen.prints[1]
    yield _accepted("GitHub accepts the new one", new, answers, f"put a key of the App into {setting}_NEXT")
    yield known_to_all(seen, alone=False)
    last, latest = seen.last_use(old), seen.last_use(new)
    yield Check(
        name="the new one signs",
        ok=latest is not None,
        says=f"last at {when(latest)}",
        do="wait a minute, and look again",
    )
    yield Check(
        name="the old one signs nothing",
        ok=last is None or (latest is not None and latest > last and seen.now - last >= QUIET),
        says=f"it signed last at {when(last)}" if last else "it never did since instances say so",
        do="wait a quarter of an hour; if it goes on, an instance has other settings",
    )
    yield _gone(old, answers)
    yield Check(
        name="the old one is taken away",
        ok=False,
        says="nothing needs it",
        do=f"put the new one into {setting}, take {setting}_NEXT away, and restart",
    )


def _accepted(name: str, key: str, answers: Mapping[str, str], do: str) -> Check:
    answer = answers.get(key, "it was not asked")
    if answer == "accepted":
        return Check(name=name, ok=True, says=key, do=do)
    if answer == "refused":
        return Check(name=name, ok=False, says=f"it does not: {key}", do=do)
    return Check(name=name, ok=None, says=answer, do="try again when GitHub answers")


def _gone(old: str, answers: Mapping[str, str]) -> Check:
    name, answer = "GitHub has forgotten the old one", answers.get(old, "it was not asked")
    do = f"delete the key whose fingerprint is {old} on the App's page"
    if answer == "refused":
        return Check(name=name, ok=True, says=old, do=do)
    if answer == "accepted":
        return Check(name=name, ok=False, says=f"it still accepts {old}", do=do)
    return Check(name=name, ok=None, says=answer, do="try again when GitHub answers")
