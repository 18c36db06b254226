"""On which databases does a story run?

`--database sqlite` or `postgresql` says it for all of them, and leaves out what asks none. Without it each runs on
SQLite, and those that are listed here on PostgreSQL too.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tests.places import Engine

TESTS = Path(__file__).parent
# Whatever asks the database something that it is not asked elsewhere; and stories of many parts.
ON_BOTH = frozenset(
    {
        "store",
        "e2e/test_two_instances",
    }
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), help="run every story on this database alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where one is named, what is about none or about the other is left to the pass that has them all."""
    named = config.getoption("--database")
    if not named:
        return
    left = [item for item in items if _engine_of(item, named) != named]
    items[:] = [item for item in items if item not in set(left)]
    config.hook.pytest_deselected(items=left)


def _engine_of(item: pytest.Item, named: str) -> str | None:
    if "engine" not in getattr(item, "fixturenames", ()):
        return None
    params = getattr(getattr(item, "callspec", None), "params", {})
    return cast("str", params.get("engine", named))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" not in metafunc.fixturenames or metafunc.config.getoption("--database"):
        return
    if any("engine" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")):
        return
    place = Path(metafunc.module.__file__ or "").relative_to(TESTS).with_suffix("").as_posix()
    if ON_BOTH & {place, place.split("/")[0]}:
        metafunc.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)


on_both = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
about_files = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
about_servers = pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)


def engine_for(request: pytest.FixtureRequest) -> Engine:
    """Which database a story runs on."""
    return cast("Engine", getattr(request, "param", request.config.getoption("--database") or "sqlite"))
