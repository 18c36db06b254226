"""Which pages are there to look at, and as whom?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from playwright.sync_api import Browser, Page

from tests.browser.looking import How, open_page, sign_in
from tests.browser.place import Place
from tests.browser.worlds import LEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A page, as one person sees it. `login` is empty where nobody is signed in."""

    name: str
    login: str
    path: str


def _lead(name: str, path: str) -> Sight:
    return Sight(name=name, login=LEAD, path=path)


SIGHTS = (
    Sight(name="sign-in", login="", path="/login"),
    _lead("overview", "/"),
    _lead("findings", "/findings?state=all"),
    _lead("cases", "/cases"),
    _lead("case", "/cases/1"),
    _lead("case-by-hand", "/cases/new"),
    _lead("case-leave", "/cases/1/leave"),
    _lead("case-close", "/cases/2/close"),
    _lead("case-public", "/cases/1/disclose"),
    _lead("case-not-public", "/cases/1/not-public"),
    _lead("case-restore", "/cases/1/restore"),
    _lead("repository-of-others", "/repositories/pypa/pip"),
    _lead("plans", "/plans"),
    _lead("plan", "/plans/{plan}"),
    _lead("refused", "/plans/{plan}/wide"),
    _lead("audit", "/audit"),
    _lead("access-of-a-lead", "/access"),
    Sight(name="overview-of-an-admin", login="pip-maintainer-1", path="/"),
    Sight(name="findings-of-an-admin", login="pip-maintainer-1", path="/findings?state=all"),
    Sight(name="repository", login="pip-maintainer-1", path="/repositories/pypa/pip"),
    Sight(name="case-of-a-participant", login="uv-maintainer-1", path="/cases/1"),
    Sight(name="access-of-a-participant", login="uv-maintainer-1", path="/access"),
    Sight(name="access-of-an-outsider", login="reporter-1", path="/access"),
    Sight(name="not-here", login="reporter-1", path="/cases/1"),
)


def shown(
    chromium: Browser, place: Place, how: How, plan: str, *, checked: bool = False
) -> Iterator[tuple[Sight, Page]]:
    """One page after another, each as its own person sees it. `plan` is the id of one that was made."""
    for login, sights in groupby(SIGHTS, key=lambda each: each.login):
        page = open_page(chromium, how=how, checked=checked)
        if login:
            sign_in(page, place, login, "/access")
        for sight in sights:
            page.goto(place.here + sight.path.format(plan=plan))
            yield sight, page
        page.context.close()
