"""Who stops all writes on a page, and who lets Greenroom write again where it left something alone?"""

from __future__ import annotations

from functools import partial

from app.domain.ids import parse_key
from app.domain.records import Freeze
from app.store import freezes, switches
from tests.dashboard.visiting import sign_in
from tests.e2e.projects import switched
from tests.fake_github import FakeGitHub
from tests.harness import Bot

LEAD = "coordinator-1"
OFF = "private-reporting: off"
UNSEEN = "reports-reach-owner: add the owner's people"
PIP = "pypa/pip"


async def test_what_is_frozen_is_thawed_by_a_coordinator(github: FakeGitHub, looked: Bot) -> None:
    """Others undid it each time. It is left alone until somebody settled who is right."""
    await looked.approve(OFF)
    for _ in range(3):
        github.repo(PIP).enable_private_reporting()
        await looked.later(seconds=60)
    assert switched(github) == [PIP, PIP]
    lead = await sign_in(looked, LEAD, "/plans")
    assert "pypa/pip#private-reporting" in lead.html

    await lead.post("/plans/thaw", key=f"{PIP}#private-reporting")

    assert "Thawed." in lead.html
    assert await looked.parts.database.read(freezes.freezes) == ()
    await looked.settle()
    assert switched(github) == [PIP, PIP, PIP]


async def test_what_is_frozen_about_an_advisory_is_not_told_and_not_thawed(looked: Bot) -> None:
    """That it is fought over would tell that it is there."""
    key = parse_key(f"{PIP}#reports-reach-owner")
    frozen = Freeze(key=key, thing="x", scope=UNSEEN, since=looked.clock.now())
    await looked.parts.database.write(partial(freezes.freeze, freeze=frozen))
    lead = await sign_in(looked, LEAD, "/plans")
    assert str(key) not in lead.html

    await lead.post("/plans/thaw", key=str(key))

    assert lead.status == 409
    assert await looked.parts.database.read(freezes.freezes) == (frozen,)
    await looked.parts.database.write(partial(freezes.thaw, key=key, by="x", at=looked.clock.now()))


async def test_thawing_what_is_not_frozen_does_not_tell_what_is(looked: Bot) -> None:
    """Among it are advisories that are not theirs to know, by their ids. The list is for whoever uses the machine."""
    hidden = parse_key(f"{PIP}#reports-reach-owner"), parse_key("pypa/pip/GHSA-2222-3333-4444")
    now = looked.clock.now()
    for key in hidden:
        frozen = Freeze(key=key, thing="x", scope=UNSEEN, since=now)
        await looked.parts.database.write(partial(freezes.freeze, freeze=frozen))
    lead = await sign_in(looked, LEAD, "/plans")

    await lead.post("/plans/thaw", key=f"{PIP}#private-reporting")

    assert (lead.status, "nothing of that name is frozen" in lead.html.lower()) == (409, True)
    assert "GHSA-2222-3333-4444" not in lead.html
    assert "reports-reach-owner" not in lead.html
    for key in hidden:
        await looked.parts.database.write(partial(freezes.thaw, key=key, by="x", at=now))


async def test_any_coordinator_stops_all_writes_and_lets_them_go_on(github: FakeGitHub, looked: Bot) -> None:
    """At once, on every instance; and everything is looked at before anything is written again."""
    await looked.approve(OFF)
    lead = await sign_in(looked, LEAD, "/plans")

    await lead.post("/plans/writes", to="off")
    assert "Writes are off" in lead.html
    switch = await looked.parts.database.read(switches.writes)
    assert switch is not None
    assert (switch.is_on, switch.set_by) == (False, f"{LEAD}:{looked.github.person(LEAD).id}")
    github.repo(PIP).enable_private_reporting()
    await looked.later(seconds=60)
    assert switched(github) == []

    await lead.post("/plans/writes", to="on")
    await looked.settle()
    assert switched(github) == [PIP]
