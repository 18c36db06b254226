"""Which page is whose? Every route for every role, written down: a route without a row fails."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from app.dashboard.routes import PAGES
from tests.dashboard.visiting import Visitor, sign_in
from tests.harness import Bot

Enter = Callable[[Bot], Awaitable[Visitor]]


async def _anonymous(bot: Bot) -> Visitor:
    return Visitor(bot)


async def _outsider(bot: Bot) -> Visitor:
    """Somebody with an account at GitHub, and nothing here."""
    return await sign_in(bot, "reporter-1")


async def _participant(bot: Bot) -> Visitor:
    """One of the people of uv, which takes part in case 1."""
    return await sign_in(bot, "uv-maintainer-1")


async def _elsewhere(bot: Bot) -> Visitor:
    """The admin of a repository that is watched, and that has nothing to do with case 1."""
    bot.github.world.repository("pypa/wheel").admins.add(bot.github.add_person("wheel-admin-1").id)
    return await sign_in(bot, "wheel-admin-1")


async def _psrt(bot: Bot) -> Visitor:
    """Somebody of the team that takes reports: what is theirs on GitHub gives them nothing here."""
    return await sign_in(bot, "psrt-member-1")


async def _admin(bot: Bot) -> Visitor:
    """An admin of the repository in question, who speaks for no tool."""
    bot.github.world.repository("pypa/pip").admins.add(bot.github.add_person("pip-admin-1").id)
    return await sign_in(bot, "pip-admin-1")


async def _lead(bot: Bot) -> Visitor:
    return await sign_in(bot, "coordinator-1")


ROLES: dict[str, Enter] = {
    "anonymous": _anonymous,
    "outsider": _outsider,
    "participant": _participant,
    "psrt": _psrt,
    "elsewhere": _elsewhere,
    "admin": _admin,
    "lead": _lead,
}

# What is answered: a page (200), or to a form that it lacks our proof (403), so it would have been taken. What is not
# theirs is as what is not there (404). Who is not signed in is led to the sign-in (303), or told to sign in (401).
# The case is one of pip and uv, the repository is pip's, and the plan is the last, of which nothing is wide (409).
TABLE = """
                                                       anonymous  outsider  participant  psrt  elsewhere  admin  lead
GET   /                                                303        404       200          404   200        200    200
GET   /access                                          303        200       200          200   200        200    200
GET   /audit                                           303        404       404          404   404        404    200
GET   /cases                                           303        404       200          404   200        200    200
GET   /cases/new                                       303        404       404          404   404        404    200
POST  /cases/new                                       401        404       404          404   404        404    403
GET   /cases/{case}                                    303        404       200          404   404        404    200
POST  /cases/{case}/answer                             401        404       403          404   404        404    403
POST  /cases/{case}/ask                                401        404       403          404   404        404    403
GET   /cases/{case}/close                              303        404       404          404   404        404    200
POST  /cases/{case}/close                              401        404       404          404   404        404    403
POST  /cases/{case}/coordinator                        401        404       404          404   404        404    403
POST  /cases/{case}/cve/drop                           401        404       404          404   404        404    403
POST  /cases/{case}/cve/record                         401        404       403          404   404        404    403
POST  /cases/{case}/cve/request                        401        404       403          404   404        404    403
POST  /cases/{case}/cve/write                          401        404       403          404   404        404    403
GET   /cases/{case}/disclose                           303        404       404          404   404        404    200
POST  /cases/{case}/disclose                           401        404       404          404   404        404    403
POST  /cases/{case}/embargo                            401        404       404          404   404        404    403
POST  /cases/{case}/export                             401        404       403          404   404        404    403
POST  /cases/{case}/invite                             401        404       404          404   404        404    403
GET   /cases/{case}/leave                              303        404       404          404   404        404    200
POST  /cases/{case}/leave                              401        404       404          404   404        404    403
POST  /cases/{case}/link                               401        404       404          404   404        404    403
GET   /cases/{case}/not-public                         303        404       404          404   404        404    200
POST  /cases/{case}/not-public                         401        404       404          404   404        404    403
POST  /cases/{case}/offer                              401        404       403          404   404        404    403
POST  /cases/{case}/proposals/{proposal}/confirm       401        404       404          404   404        404    403
POST  /cases/{case}/proposals/{proposal}/decline       401        404       404          404   404        404    403
POST  /cases/{case}/relay                              401        404       403          404   404        404    403
GET   /cases/{case}/restore                            303        404       404          404   404        404    200
POST  /cases/{case}/restore                            401        404       404          404   404        404    403
POST  /cases/{case}/suggestions                        401        404       404          404   404        404    403
POST  /cases/{case}/unlink                             401        404       403          404   404        404    403
GET   /findings                                        303        404       200          404   200        200    200
GET   /findings.csv                                    303        404       200          404   200        200    200
GET   /findings.json                                   303        404       200          404   200        200    200
POST  /findings/accept                                 401        404       404          404   404        404    403
GET   /plans                                           303        404       404          404   404        404    200
POST  /plans                                           401        404       404          404   404        404    403
POST  /plans/thaw                                      401        404       404          404   404        404    403
POST  /plans/withdraw                                  401        404       404          404   404        404    403
POST  /plans/writes                                    401        404       404          404   404        404    403
GET   /plans/{plan}                                    303        404       404          404   404        404    200
POST  /plans/{plan}/approve                            401        404       404          404   404        404    403
GET   /plans/{plan}/wide                               303        404       404          404   404        404    409
POST  /plans/{plan}/wide                               401        404       404          404   404        404    403
GET   /repositories/{owner}/{repo}                     303        404       404          404   404        200    200
POST  /repositories/{owner}/{repo}/look                401        404       404          404   404        403    403
GET   /login                                           200        303       303          303   303        303    303
POST  /login                                           403        403       403          403   403        403    403
GET   /login/callback                                  400        400       400          400   400        400    400
POST  /logout                                          401        403       403          403   403        403    403
GET   /static/style.css                                200        200       200          200   200        200    200
"""
# How somebody becomes somebody here, and what pages look like: for everybody, so in no table of pages.
FOR_EVERYBODY = ("GET /login", "POST /login", "GET /login/callback", "POST /logout", "GET /static/style.css")


def _rows() -> dict[str, tuple[int, ...]]:
    rows = (line.split() for line in TABLE.strip().splitlines()[1:])
    return {f"{method} {path}": tuple(map(int, statuses)) for method, path, *statuses in rows}


async def _answered(visitor: Visitor, method: str, path: str) -> int:
    """A form is sent without its proof, so that nothing happens."""
    return (await visitor.look(path, method)).status


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    """Whoever adds a page says here whose it is, and whoever takes one away takes its row along."""
    assert sorted(_rows()) == sorted((*FOR_EVERYBODY, *(f"{page.method} {page.path}" for page in PAGES)))
    assert all(len(statuses) == len(ROLES) for statuses in _rows().values())


async def test_each_page_is_for_those_for_whom_it_is_meant(with_case: Bot) -> None:
    """Every route for every role. No is the default."""
    plan = (await with_case.plan())["plan_id"]
    blanks = {"{case}": "1", "{owner}": "pypa", "{repo}": "pip", "{proposal}": "1", "{plan}": plan}
    found: dict[str, list[int]] = {route: [] for route in _rows()}

    for enter in ROLES.values():
        visitor = await enter(with_case)
        for route, statuses in found.items():
            method, path = route.split()
            statuses.append(await _answered(visitor, method, re.sub(r"{\w+}", lambda it: blanks[it[0]], path)))

    assert {route: tuple(statuses) for route, statuses in found.items()} == _rows()


async def test_a_participant_sees_nothing_of_another_case(with_case: Bot) -> None:
    """Not even that it is there: its number answers as one that was never given."""
    with_case.github.repo("pypa/pip").draft("Another", affects=["pip", "poetry"])
    await with_case.sweep()
    await with_case.settle()
    uv, lead = await sign_in(with_case, "uv-maintainer-1"), await sign_in(with_case, "coordinator-1")

    for page in (each for each in PAGES if "{case}" in each.path):
        other, none = (re.sub(r"{\w+}", number, page.path) for number in ("2", "99"))
        assert await _answered(uv, page.method, other) == await _answered(uv, page.method, none) == 404, page.path
        assert uv.html == (await uv.look(other, page.method)).html
    assert await _answered(lead, "GET", "/cases/2") == 200


async def test_who_left_a_case_sees_it_no_more(with_case: Bot) -> None:
    """Access is per case, and as it is now."""
    uv, lead = await sign_in(with_case, "uv-maintainer-1"), await sign_in(with_case, "coordinator-1")
    assert await _answered(uv, "GET", "/cases/1") == 200

    await lead.get("/cases/1/leave?tool=uv")
    await lead.post("/cases/1/leave", tool="uv")

    assert await _answered(uv, "GET", "/cases/1") == 404


async def test_an_admin_sees_their_own_repository(with_case: Bot) -> None:
    """By its id: what has its name tomorrow may be somebody else's."""
    admin = await _elsewhere(with_case)
    assert await _answered(admin, "GET", "/repositories/pypa/wheel") == 200

    with_case.github.repo("pypa/wheel").rename("wheelwright")
    with_case.github.world.add_repository(with_case.github.world.organization("pypa"), "wheel")
    await with_case.sweep()
    await with_case.settle()

    assert await _answered(admin, "GET", "/repositories/pypa/wheelwright") == 200
    assert await _answered(admin, "GET", "/repositories/pypa/wheel") == 404


async def test_who_is_signed_in_can_go_on_from_what_is_not_here(looked: Bot) -> None:
    """Their name, the navigation and the way out stand there, too; what is not theirs is as what is not there."""
    uv = await sign_in(looked, "uv-maintainer-1")
    await uv.get("/repositories/pypa/no-such-one")

    assert uv.status == 404
    assert '<span class="who">uv-maintainer-1</span>' in uv.html
    assert 'action="/logout"' in uv.html
    nowhere = uv.html
    await uv.get("/repositories/pypa/pip")
    assert (uv.status, uv.html) == (404, nowhere)
