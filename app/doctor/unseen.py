"""What is said of a part of the look that failed, or did not come in time? Why, of each thing in it."""

from __future__ import annotations

from app.doctor.seen import AppSeen, HomeSeen, HookSeen
from app.domain.facts import CannotTell
from app.github.registration import Registration
from app.main import Greenroom


def of_app(app: Registration, why: str) -> AppSeen:
    unknown = CannotTell(why)
    return AppSeen(
        name=app.name,
        keys={},
        registered=unknown,
        installations=unknown,
        asked={},
        events=frozenset(),
        needed_in=(),
        named=(),
        hidden={},
    )


def of_hook(greenroom: Greenroom, why: str) -> HookSeen:
    unknown = CannotTell(why)
    public_url = greenroom.settings.public_url
    return HookSeen(webhook=unknown, public_url=public_url, last_delivery=None, failing=unknown, silence=None)


def of_home(greenroom: Greenroom, why: str) -> HomeSeen | None:
    kept, unknown = greenroom.policy.current().file.coordination, CannotTell(why)
    if kept is None:
        return None
    return HomeSeen(repository=kept.repository, store=kept.store, found=unknown, drafts=unknown, comments=unknown)
