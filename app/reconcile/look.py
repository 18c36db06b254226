"""What did one look at the world leave unanswered?

One failing route never hides what the others say: it becomes *cannot tell*, and the look remembers when to ask again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from app.domain.facts import CannotTell, Fact
from app.github.errors import RetryLater
from app.reconcile.snapshot import Unanswered
from policies.config import PolicyFile

T = TypeVar("T")

_AT_ONCE = timedelta(0)


class Look:
    """One look at the world: asks, and remembers whether anything has to be asked again."""

    def __init__(self, rules: PolicyFile) -> None:
        self.rules = rules
        self.unanswered: Unanswered | None = None

    async def ask(self, question: Callable[[], Awaitable[Fact[T]]]) -> Fact[T]:
        """The answer, or that we cannot tell just now."""
        try:
            return await question()
        except RetryLater as error:
            if self.unanswered is None or (error.after or _AT_ONCE) > (self.unanswered.after or _AT_ONCE):
                self.unanswered = Unanswered(reason=str(error), after=error.after)
            return CannotTell(str(error))
