"""In whose name is something asked that GitHub tells everybody, such as who has a login?

Never in that of a stranger: anybody can install the App, and then use up its limits there or refuse its addresses, and
ids under embargo would be asked for with a token of theirs. Whoever failed is asked last from then on, so that no
account makes us blind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from app.clock import Clock
from app.domain.facts import CannotTell
from app.github.asking import Asking, Reply
from app.github.errors import RetryLater
from app.github.registration import NotInstalled
from app.github.routes import Call

AT_A_TIME = 3  # that fail: in an outage of GitHub all of them do
ANSWERS = frozenset({200, 404})


class Anywhere:
    """Asks in the name of the accounts that policy concerns, those first that policy puts first."""

    def __init__(self, asking: Asking, accounts: Callable[[], Iterable[str]], clock: Clock) -> None:
        self._asking, self._accounts, self._clock = asking, accounts, clock
        self._failed_at: dict[str, datetime] = {}

    async def get(self, call: Call, about: str) -> Reply | CannotTell:
        """Ask for every page. Raises RetryLater where that may help."""
        name = self._asking.registration.name
        found: Reply | CannotTell | RetryLater
        found = CannotTell(f"{name} is installed in no account that policy names, and asks as nobody else: {about}")
        failures = 0
        for account in self._in_turn():
            answer = await self._ask(call, account, about)
            if answer is None:
                continue
            if isinstance(answer, Reply) and answer.status in ANSWERS:
                self._failed_at.pop(account, None)
                return answer
            self._failed_at[account] = self._clock.now()
            found, failures = answer, failures + 1
            if failures == AT_A_TIME:
                break
        if isinstance(found, RetryLater):
            raise found
        return found

    async def _ask(self, call: Call, account: str, about: str) -> Reply | CannotTell | RetryLater | None:
        """None where the App is not installed."""
        try:
            if await self._asking.registration.seat_in(account) is None:
                return None
            return await self._asking.get_in(call, account, about)
        except NotInstalled:
            return CannotTell(f"{self._asking.registration.name} gets no token for {account}")
        except RetryLater as error:
            return error

    def _in_turn(self) -> list[str]:
        """Who failed longest ago is asked first of those who did."""
        accounts = list(self._accounts())
        never = [account for account in accounts if account not in self._failed_at]
        return never + sorted(set(accounts) - set(never), key=lambda account: self._failed_at[account])
