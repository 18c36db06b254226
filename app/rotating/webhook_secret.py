"""Where does the rotation of the webhook secret stand? Pure.

The new one is accepted before GitHub signs with it, and the old one until GitHub does so no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from app.rotating.drill import Check, Drill, Seen, in_order, known_to_all, when

QUIET = timedelta(hours=1)  # what was signed before is delivered within seconds; what people send again is signed anew
ENDS_AFTER = timedelta(days=7)  # as proposed
SIGNS, UNUSED, TAKEN = (
    "GitHub signs with the new one",
    "nothing is signed with the old one",
    "the old one is taken away",
)
MAY_TELL = frozenset({SIGNS, UNUSED, TAKEN})  # at these steps each running instance knows both
REDELIVER = "“Redeliver” any delivery on the App's page on GitHub, under Advanced, so that one comes"
BEGIN = "greenroom rotate webhook-secret --new FILE makes a new one"


def drill(seen: Seen, until: datetime | None) -> Drill:
    """`until`: from when the old one is refused."""
    if len(seen.prints) == 1:
        return Drill(kind="webhook-secret", steps=in_order(_alone(seen)), begin=BEGIN)
    return Drill(kind="webhook-secret", steps=in_order(_rotating(seen, until)))


def _alone(seen: Seen) -> Iterator[Check]:
    yield known_to_all(seen, alone=True)
    last = seen.last_use(seen.prints[0])
    other = max((use.last for name, use in seen.used.items() if name not in seen.prints), default=None)
    if last is None and other is None:
        yield Check(name="GitHub signs with it", ok=None, says="not seen yet: no delivery came", do=REDELIVER)
        return
    says = f"last at {when(last)}"
    do = "put the one that GitHub signs with into GREENROOM_WEBHOOK_SECRET_PREVIOUS, and tell GitHub the new one"
    ok = _is_later(last, other) or other is None
    if not ok:
        says = f"{says}; the last delivery, at {when(other)}, was signed with another"
    yield Check(name="GitHub signs with it", ok=ok, says=says, do=do)


def _rotating(seen: Seen, until: datetime | None) -> Iterator[Check]:
    new, old = seen.prints[0], seen.prints[1]
    yield Check(name="a new one is made", ok=True, says=f"{new}, beside {old}", do="")
    end = when(seen.now + ENDS_AFTER)
    yield Check(
        name="the old one has an end",
        ok=until is not None,
        says=f"it is refused from {when(until)} on" if until else "it is accepted as long as it is set",
        do=f"set GREENROOM_WEBHOOK_SECRET_PREVIOUS_UNTIL={seen.now + ENDS_AFTER:%Y-%m-%dT%H:%MZ} ({end})",
    )
    yield known_to_all(seen, alone=False)
    yield Check(
        name=SIGNS,
        ok=_is_later(seen.last_use(new), seen.last_use(old)),  # it may be a former one, which was used long ago
        says=f"last at {when(seen.last_use(new))}",
        do="greenroom rotate webhook-secret --apply tells GitHub; or write it into the App's settings there. Then "
        "“Redeliver” any delivery on the App's page, so that one comes",
    )
    yield _unused(seen, new, old)
    yield Check(
        name=TAKEN,
        ok=False,
        says=f"nothing needs it: it was last used {_at(seen, old)}",
        do="take GREENROOM_WEBHOOK_SECRET_PREVIOUS and …_PREVIOUS_UNTIL away, and restart",
    )


def _unused(seen: Seen, new: str, old: str) -> Check:
    last, latest = seen.last_use(old), seen.last_use(new)
    is_quiet = last is None or (latest is not None and latest > last and seen.now - last >= QUIET)
    return Check(
        name=UNUSED,
        ok=is_quiet,
        says=f"it was last used {_at(seen, old)}",
        do="wait until it was unused for an hour; if it goes on, GitHub was not told the new one, and --apply tells it",
    )


def _is_later(use: datetime | None, other: datetime | None) -> bool:
    """Was there a use, and none of the other one after it?"""
    return use is not None and (other is None or use >= other)


def _at(seen: Seen, name: str) -> str:
    last = seen.last_use(name)
    return f"at {when(last)}" if last else "never since instances say so"
