"""What has happened in the world that people look at?"""

from __future__ import annotations

from typing import Any

from app.casework import asking, embargoes, opening, taking_part
from app.domain.ids import Person
from tests.browser.place import Place
from tests.e2e.policy_edits import edit_policy

OFF = "private-reporting: off"
PIP = "pypa/pip"
LEAD = "coordinator-1"


def switched_on(place: Place) -> None:
    """Somebody switched pip's private reporting on, and a sweep saw it."""
    place.github.repo(PIP).enable_private_reporting(by="pip-maintainer-1")
    place.sweep()


def found(place: Place) -> None:
    """The same, where policy only reports it."""
    place.run(edit_policy(place.bot, lambda content: content["policies"]["private-reporting"].update(mode="report")))
    switched_on(place)


def fought_over(place: Place) -> None:
    """The switch was put right twice, and undone each time."""
    place.run(_fought(place))


async def _fought(place: Place) -> None:
    await place.bot.approve(OFF)
    for _ in range(3):
        place.github.repo(PIP).enable_private_reporting()
        await place.bot.later(seconds=60)


def with_case(place: Place) -> None:
    """Case 1 is of pip and uv; case 2 is of pip alone."""
    place.run(_with_case(place))


async def _with_case(place: Place) -> None:
    await place.bot.approve_everything()
    place.github.repo(PIP).draft("Entry points escape from their scheme", affects=["pip", "uv"])
    await place.bot.sweep()
    await place.bot.settle()
    await opening.open_case(place.bot.parts, tools={"pip"}, links=(), by=LEAD)
    await place.bot.settle()


def lively(place: Place) -> str:
    """Something of everything that pages can show. Gives the id of a plan."""
    with_case(place)
    fought_over(place)
    place.run(_lively(place))
    place.sweep()
    return str(place.run(place.bot.plan())["plan_id"])


def too_much(place: Place) -> str:
    """More switches are on at once than an ordinary yes is for. Gives the id of a plan."""
    return str(place.run(_too_much(place)))


async def _too_much(place: Place) -> str:
    def psrt_takes_all(content: dict[str, Any]) -> None:
        for tool in content["tools"].values():
            tool["report_owner"] = [{"from": "2024-01-01", "owner": "psrt"}]

    await edit_policy(place.bot, psrt_takes_all)
    for repository in list(place.github.world.repositories.values()):
        if repository.full_name.startswith("pypa/") or repository.full_name.startswith("astral-sh/"):
            place.github.repo(repository.full_name).enable_private_reporting()
    await place.bot.sweep()
    await place.bot.settle()
    return str((await place.bot.plan())["plan_id"])


async def _lively(place: Place) -> None:
    parts, uv = place.bot.parts, place.github.person("uv-maintainer-1")
    await embargoes.agree(parts, 1, embargoes.hour("2026-12-15T16:00Z"), by=LEAD)
    await taking_part.answer(parts, 1, "pip", "affected", justification=None, by="pip-maintainer-1")
    place.clock.advance(hours=20)
    await asking.ask(parts, 1, "invite", ("poetry",), by=Person(login=uv.login, id=uv.id))
    place.clock.advance(hours=3)
