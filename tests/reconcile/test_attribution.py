"""Is anybody named who did not do it?"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from app.domain.ids import Person
from app.domain.records import Breach, Effect, Heard
from app.reconcile.attribution import UNKNOWN, actor_of, between_writes, both_sides, told
from tests.builders import ALICE, BOB, CAROL, CASES, NOW, PIP

GOOD, BAD = NOW - timedelta(minutes=10), NOW
PEOPLE = (ALICE, BOB, CAROL)
OPENED = Breach(repo=CASES, policy="coordination-private", last_good=GOOD, first_bad=BAD, kinds=("public",))
DAY = timedelta(days=1)
OVER = replace(OPENED, over_at=BAD + 2 * DAY)
FLIPPED = Breach(repo=PIP, policy="private-reporting", last_good=GOOD, first_bad=BAD, kinds=("switched-on",))


def _heard(sender: Person | None = ALICE, minutes: float = 5, **said: object) -> Heard:
    boring: dict[str, object] = {
        "repo": CASES,
        "event": "repository",
        "action": "publicized",
        "sender": sender,
        "happened_at": GOOD + timedelta(minutes=minutes),
        "received_at": BAD - timedelta(seconds=1),
    }
    return Heard(**(boring | said))  # type: ignore[arg-type]


TRACES: dict[str, tuple[Breach, tuple[Heard, ...], str]] = {
    "nothing was heard": (OPENED, (), UNKNOWN),
    "GitHub said who": (OPENED, (_heard(),), str(ALICE)),
    "GitHub said it twice": (OPENED, (_heard(), _heard(event="public", action=None)), str(ALICE)),
    "two people did": (OPENED, (_heard(), _heard(BOB)), UNKNOWN),
    "somebody did, and of another GitHub does not say who": (OPENED, (_heard(), _heard(None)), UNKNOWN),
    "it was before the last good look": (OPENED, (_heard(minutes=0),), UNKNOWN),
    "it was after the first bad look": (OPENED, (_heard(minutes=11),), UNKNOWN),
    "GitHub does not say when": (OPENED, (_heard(happened_at=None),), UNKNOWN),
    "it was another repository": (OPENED, (_heard(repo=PIP),), UNKNOWN),
    "it was something else": (OPENED, (_heard(action="archived"),), UNKNOWN),
    "something else was wrong as well": (replace(OPENED, kinds=("public", "issues-off")), (_heard(),), UNKNOWN),
    "something else was wrong": (replace(OPENED, kinds=("archived",)), (_heard(),), UNKNOWN),
    "what was wrong is not known": (replace(OPENED, kinds=()), (_heard(),), UNKNOWN),
    "it came late, and it is still wrong": (OPENED, (_heard(received_at=BAD + DAY),), str(ALICE)),
    "it came late, and before it was right again": (OVER, (_heard(received_at=BAD + DAY),), str(ALICE)),
    "it came when it was right again": (OVER, (_heard(received_at=BAD + 2 * DAY),), UNKNOWN),
    "nobody looked before": (
        replace(OPENED, last_good=None),
        (_heard(),),
        UNKNOWN,
    ),
    "of a switch GitHub says nothing": (
        FLIPPED,
        (_heard(repo=PIP, event="security_and_analysis", action=None),),
        UNKNOWN,
    ),
}


@pytest.mark.parametrize(("breach", "heard", "actor"), TRACES.values(), ids=TRACES)
def test_a_name_needs_a_delivery_about_that_very_change(breach: Breach, heard: tuple[Heard, ...], actor: str) -> None:
    """Whoever did something else at about that time did not do this."""
    assert actor_of(breach, heard) == actor


def test_in_five_hundred_mixed_traces_nobody_is_named_falsely() -> None:
    """Deliveries get lost, are late and come twice, people do other things too, and some act unheard."""
    named = [_named(random.Random(number)) for number in range(500)]  # noqa: S311 - a game

    assert sum(named) > 50  # or nobody is ever named


def _named(dice: random.Random) -> bool:
    """Plays one trace. Who made the repository public between two looks is known here, and what of it is heard."""
    about, heard, culprits = CASES, [], set()
    at, public, looks = GOOD - timedelta(hours=2), False, [(GOOD - timedelta(hours=3), False)]
    for _ in range(dice.randint(3, 25)):
        at += timedelta(minutes=dice.randint(1, 9))
        who = dice.choice(PEOPLE)
        match dice.randrange(4):
            case 0:
                looks.append((at, public))
            case 1:
                public = not public
                culprits |= {(at, who)} if public else set()
                heard += _delivered(dice, at, who, "publicized" if public else "privatized")
            case 2:
                heard += _delivered(dice, at, who, dice.choice(["archived", "renamed", "edited"]))
            case _:
                other = _delivered(dice, at, who, "publicized")
                heard += [replace(each, repo=PIP) for each in other]
    dice.shuffle(heard)
    named = [_is_right(before, after, culprits, heard, about) for before, after in pairwise(looks)]
    return any(named)


def _delivered(dice: random.Random, at: datetime, who: Person, action: str) -> list[Heard]:
    """Lost, once or twice; sometimes without saying who or when."""
    told = _heard(
        who if dice.random() < 0.9 else None,
        action=action,
        happened_at=at if dice.random() < 0.9 else None,
        received_at=at + timedelta(minutes=dice.choice([0, 0, 0, 30])),
    )
    return [told] * dice.choice([0, 0, 1, 1, 1, 2])


def _is_right(
    before: tuple[datetime, bool],
    after: tuple[datetime, bool],
    culprits: set[tuple[datetime, Person]],
    heard: list[Heard],
    about: object,
) -> bool:
    if before[1] or not after[1]:
        return False
    breach = replace(OPENED, last_good=before[0], first_bad=after[0])
    did = {str(who) for at, who in culprits if before[0] < at <= after[0]}
    actor = actor_of(breach, heard)
    assert actor == UNKNOWN or actor in did, f"{actor} is named, and {about} was made public by {did}"
    return actor != UNKNOWN


def _wrote(minutes: float) -> Effect:
    return Effect(kind="set-private-reporting", scope="off", fingerprint="x", at=NOW + timedelta(minutes=minutes))


def test_people_are_told_between_which_looks_it_became_so_and_who_did_it() -> None:
    """In UTC and to the second; and that nobody looked before is no window."""
    assert told(OPENED, (_heard(),)) == (
        f"It became so between {GOOD:%Y-%m-%d %H:%M:%S} and {BAD:%H:%M:%S} UTC. Who did it is {ALICE}"
    )
    assert told(replace(OPENED, last_good=None), ()) == (
        f"It became so before {BAD:%Y-%m-%d %H:%M:%S} UTC, when it was first looked at. Who did it is unknown"
    )
    assert f"and {BAD + DAY:%Y-%m-%d %H:%M:%S} UTC" in told(replace(OPENED, first_bad=BAD + DAY), ())


def test_two_sides_are_told_in_the_order_in_which_they_were_seen() -> None:
    """Each of theirs between two looks, each of ours at its second."""
    flips = [
        replace(FLIPPED, last_good=NOW + timedelta(minutes=at), first_bad=NOW + timedelta(minutes=at + 1))
        for at in (0, 2)
    ]
    day = f"{NOW:%Y-%m-%d}"

    words = both_sides(flips, [_wrote(3.5), _wrote(1.5)], ()).split("; ")

    assert [each.split()[0] for each in words] == ["unknown", "Greenroom", "unknown", "Greenroom"]
    assert words[0] == f"unknown changed it between {day} {NOW:%H:%M:%S} and {NOW + timedelta(minutes=1):%H:%M:%S} UTC"
    assert words[1] == f"Greenroom changed it back {day} {NOW + timedelta(seconds=90):%H:%M:%S} UTC"


def test_where_only_our_own_writes_are_known_each_was_undone_before_the_next() -> None:
    """Of an invitation that somebody takes back no look but ours tells."""
    words = between_writes([_wrote(1), _wrote(5)], NOW + timedelta(minutes=9)).split("; ")

    assert [each.split()[0] for each in words] == ["Greenroom", "unknown", "Greenroom", "unknown"]
    assert words[1].endswith(f"before {NOW + timedelta(minutes=5):%Y-%m-%d %H:%M:%S} UTC")
    assert words[3].endswith(f"before {NOW + timedelta(minutes=9):%Y-%m-%d %H:%M:%S} UTC")
