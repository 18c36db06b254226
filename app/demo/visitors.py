"""Who can look at the pages of the demo, and what does each of them see?"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One of the sandbox's people, and what is theirs after the story was told."""

    login: str
    role: str
    sees: str
    begins_at: str = "/"


def _maintainer_of(tool: str) -> Visitor:
    return Visitor(
        login=f"{tool}-maintainer-1",
        role=f"a maintainer of {tool}",
        sees=f"the cases of {tool}, what their mirrors say, and {tool}'s own repository; answers for {tool}",
        begins_at="/cases",
    )


VISITORS = (
    Visitor(
        login="coordinator-1",
        role="a security lead",
        sees="everything but whose unpublished advisories there are; approves plans, thaws, confirms invitations",
    ),
    *map(_maintainer_of, ("uv", "pip", "poetry")),
    Visitor(
        login="pypa-owner-1",
        role="an admin of PyPA's repositories",
        sees="how each stands and why, what was done there, and no case",
    ),
    Visitor(
        login="psrt-member-1",
        role="of the PSRT, with no tool of its own",
        sees="nothing: what is theirs reaches them on GitHub",
        begins_at="/access",
    ),
    Visitor(login="reporter-1", role="a stranger", sees="nothing", begins_at="/access"),
)


def address_for(url: str, visitor: Visitor) -> str:
    """One click away from being them: GitHub's own page lets everybody in who is named to it, as it is a sandbox."""
    asked = {"login": visitor.login} | ({"back": visitor.begins_at} if visitor.begins_at != "/" else {})
    return f"{url}/login?{urlencode(asked, safe='/')}"


def for_people(url: str) -> RenderableType:
    """All of them with what they see, and below it where to click: an address is never broken into lines."""
    shown = Group(*(line for each in VISITORS for line in _lines(each, address_for(url, each))))
    return Group(
        Text(f"\nThe dashboard is at {url}/", style="bold"),
        Text("Open one of these and click once, to look at it as one of the sandbox's people:\n"),
        shown,
        Text("\nSign out before you are somebody else, or open a private window.", style="dim"),
    )


def _lines(visitor: Visitor, address: str) -> tuple[RenderableType, RenderableType]:
    told = Text.assemble((visitor.login, "cyan"), ", ", (visitor.role, "bold"), f": {visitor.sees}")
    return told, Padding(Text(address, style=f"link {address}"), (0, 0, 0, 4))
