"""Who can look at the pages of the demo, and what does each of them see?"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One of the sandbox's people, and what is theirs after the story was told."""

    login: str
    role: str
    sees: str
    begins_at: str = "/"


VISITORS = (
    Visitor(
        login="coordinator-1",
        role="a security lead",
        sees="everything but whose unpublished advisories there are; approves plans, thaws, confirms invitations",
    ),
    Visitor(
        login="uv-maintainer-1",
        role="a maintainer of uv",
        sees="the cases of uv, what their mirrors say, and uv's own repository; answers for uv",
        begins_at="/cases",
    ),
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
    shown = Table.grid(padding=(0, 2, 0, 0))
    shown.add_column(no_wrap=True)
    shown.add_column(overflow="fold")
    for each in VISITORS:
        address = address_for(url, each)
        shown.add_row(Text(each.login, style="cyan"), Text.assemble((each.role, "bold"), f": {each.sees}"))
        shown.add_row("", Text(address, style=f"link {address}"))
    return Group(
        Text(f"\nThe dashboard is at {url}/", style="bold"),
        Text("Open one of these and click once, to look at it as one of the sandbox's people:\n"),
        shown,
        Text("\nSign out before you are somebody else, or open a private window.", style="dim"),
    )
