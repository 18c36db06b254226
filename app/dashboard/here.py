"""What does a page get, and how does it answer?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.dashboard.times import ago, date_and_hour, iso
from app.domain.viewers import Viewer
from app.main import Greenroom

templates = Environment(
    loader=PackageLoader("app.dashboard"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# What was done, told by the page that follows. Only what is listed here is shown, as anybody can write an address.
SAID = {
    "done": "Done.",
    "accepted": "Accepted until the date you gave.",
    "approved": "Approved.",
    "answered": "Your answer is written down. The mirror shows it after the next look.",
    "asked": "A coordinator has to confirm it. Until then nothing changes.",
    "confirmed": "Confirmed. It is done at the next look.",
    "declined": "Declined. Nothing changes by it.",
    "withdrawn": "Taken back. Nothing more of that kind is written.",
    "thawed": "Thawed. It is mended again from the next look on, and counting starts anew.",
    "writes-off": "Writes are off, on every instance.",
    "writes-on": "Writes are on again. What waited is looked at first.",
    "looking": "Greenroom looks again. Load the page anew in a moment.",
    "planning": "The plan is being made. It stands here when everything was looked at.",
}

templates.filters |= {"ago": ago, "hour": date_and_hour, "iso": iso}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Of one browser. `csrf` is in each form; `token` is the person's own, and never leaves memory but encrypted."""

    id: str
    viewer: Viewer
    csrf: str
    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Session(of={self.viewer.person.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """One request of somebody who may make it: see `site`, which asks `guard` before."""

    greenroom: Greenroom
    request: Request
    session: Session
    form: Mapping[str, str]

    @property
    def viewer(self) -> Viewer:
        return self.session.viewer

    @property
    def by(self) -> str:
        """As whom they speak: LOGIN:ID, of which the id counts wherever it is held against policy."""
        return str(self.viewer.person)

    @property
    def now(self) -> datetime:
        return self.greenroom.reconciler.now()

    def page(self, template: str, *, title: str, status: int = 200, **values: Any) -> HTMLResponse:
        told = {"viewer": self.viewer, "csrf": self.session.csrf, "path": self.request.url.path, "title": title}
        now = {
            "now": self.now,
            "ends_at": self.session.expires_at,
            "said": SAID.get(self.request.query_params.get("said", ""), ""),
        }
        return HTMLResponse(templates.get_template(template).render(told | now | values), status)

    def number(self, name: str) -> int:
        """A number of the path. Raises 404 where it is none."""
        text = str(self.request.path_params[name])
        if not text.isascii() or not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - digits of the largest id
            raise HTTPException(404)
        return int(text)


def see(path: str, said: str = "done") -> Response:
    """After something was done: look at the page again, so that reloading does nothing twice."""
    return RedirectResponse(f"{path}?said={said}" if said else path, 303)
