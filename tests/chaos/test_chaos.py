"""A short campaign; `make chaos` is the long one."""

from __future__ import annotations

import pytest

from tests.chaos.history import history, store_of
from tests.chaos.story import tell
from tests.places import Engine

ROUNDS = 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", [17, 42, 2026])
async def test_whatever_goes_wrong_the_world_ends_as_if_nothing_had(seed: int, engine: Engine) -> None:
    """Lost deliveries, outages, crashes, lost databases and broken policies cost time, and nothing else.

    Everything follows from the seed. `make chaos ARGS="--seed N --rounds 3"` tells the same history, and shortens it.
    """
    assert (await tell(history(seed, ROUNDS), store_of(seed), engine)).complaints == []
