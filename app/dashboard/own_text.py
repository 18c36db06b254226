"""What does the mirror of a case say, as GitHub shows it to whoever looks?

With their own token, for this one page: it is kept nowhere, and what one person read is shown to no other. Where GitHub
refuses, the page has the number, the state and a link.
"""

from __future__ import annotations

import asyncio

from app.dashboard.here import Here
from app.domain.cases import StoredCase
from app.domain.facts import CannotTell, Fact, NotApplicable
from app.github.client import Unauthenticated
from app.github.errors import RetryLater
from app.github.own_eyes import MirrorText

PATIENCE = 8.0  # seconds; somebody waits in front of a browser


async def text_of_mirror(here: Here, case: StoredCase) -> Fact[MirrorText]:
    """One request. Raises Unauthenticated where GitHub knows their token no more, which ends the session."""
    coordination = here.greenroom.policy.current().file.coordination
    if coordination is None or case.mirror is None:
        return NotApplicable("this case has no mirror yet")
    eyes = here.greenroom.visitors.of(here.viewer.person, here.session.token)
    try:
        async with asyncio.timeout(PATIENCE):
            return await eyes.text(coordination.repository, case.mirror)
    except Unauthenticated:
        raise
    except (RetryLater, TimeoutError):
        return CannotTell("GitHub does not answer at this moment")
