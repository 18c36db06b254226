"""How is something said on a page of a case?"""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import Any

from starlette.responses import Response

from app.casework.exporting import NotTold
from app.dashboard.case_glance import forget
from app.dashboard.here import Here, see
from app.github.errors import RetryLater
from app.halting import NotAllowed
from app.store.cases import LinkedElsewhere, NoSuchCase
from app.store.participants import NotInIt
from app.store.proposals import NoSuchProposal
from app.store.suggestions import NotSuggested

_TYPED = re.compile(r"; (?:say |run )?(?:with )?(?:--|greenroom )[^;]*|: add --[^;]*")


async def done(here: Here, change: Awaitable[Any], said: str = "done") -> Response:
    """Do it, and look at the case again. Raises NotAllowed, whose words are shown."""
    await told(change)
    forget(here, here.number("case"))
    return see(f"/cases/{here.number('case')}", said)


async def told(change: Awaitable[Any]) -> Any:
    """Raises NotAllowed for everything that can be wrong about what people ask for."""
    try:
        return await change
    except NotAllowed as error:
        raise NotAllowed(on_pages(str(error))) from None
    except (NoSuchCase, NotInIt, LinkedElsewhere, NoSuchProposal, NotSuggested, NotTold) as error:
        raise NotAllowed(on_pages(str(error))) from error
    except RetryLater as error:
        raise NotAllowed("GitHub does not tell now what has to be known for that; try again in a while") from error


def on_pages(words: str) -> str:
    """Without what would be typed on a terminal: a page has a button for it."""
    return _TYPED.sub("", words).replace("for --wide", "for that")


def mine(here: Here, tool: str) -> str:
    """A tool for which this viewer may speak. Raises NotAllowed."""
    if not here.viewer.is_lead and tool not in here.viewer.tools:
        yours = ", ".join(sorted(here.viewer.tools)) or "none"
        raise NotAllowed(f"you speak for {yours}, so what is true of {tool} its own people say, or a coordinator")
    return tool


def field(here: Here, name: str) -> str:
    """What was written in a field of the form."""
    return here.form.get(name, "").strip()
