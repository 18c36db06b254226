"""On which databases does a story run?

Without a word each runs on SQLite, and those that are listed here on PostgreSQL too. `--database` runs all of them on
the one it names, and leaves out what asks none. `--other postgresql` runs there what has not been there by then: it
leaves out what runs there without a word, too, and of a story that is `alike` it plays one variant in fourteen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
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


# Of variants that differ in what GitHub does, of which a database knows nothing. GitHub answers in fifteen ways: where
# each route is answered in all of them, one in fourteen has every route and every way.
ONE_IN = 14


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), help="run every story on this database alone")
    parser.addoption("--other", choices=("postgresql",), help="run there what does not run there without this")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where one is named, what is about none or about the other is left to the pass that has them all."""
    named = _named(config)
    if not named:
        return
    kept = [item for item in items if _engine_of(item, named) == named]
    if config.getoption("--other"):
        kept = list(_not_yet_there(kept))
    left = set(items) - set(kept)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


def _named(config: pytest.Config) -> Engine | None:
    return cast("Engine | None", config.getoption("--database") or config.getoption("--other"))


def _not_yet_there(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    met = Counter[str]()
    for item in items:
        story = item.nodeid.partition("[")[0]
        met[story] += 1
        if item.get_closest_marker("once") or "engine" in _params(item) or _is_on_both(item.path):
            continue
        if not item.get_closest_marker("alike") or met[story] % ONE_IN == 1:
            yield item


def _is_on_both(module: Path) -> bool:
    place = module.relative_to(TESTS).with_suffix("").as_posix()
    return not ON_BOTH.isdisjoint({place, place.split("/")[0]})


def _params(item: pytest.Item) -> dict[str, object]:
    return getattr(getattr(item, "callspec", None), "params", {})


def _engine_of(item: pytest.Item, named: str) -> str | None:
    if "engine" not in getattr(item, "fixturenames", ()):
        return None
    return cast("str", _params(item).get("engine", named))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" not in metafunc.fixturenames or _named(metafunc.config):
        return
    if any("engine" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")):
        return
    if _is_on_both(Path(metafunc.module.__file__ or "")):
        metafunc.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)


on_both = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
about_files = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
about_servers = pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)


def engine_for(request: pytest.FixtureRequest) -> Engine:
    """Which database a story runs on."""
    return cast("Engine", getattr(request, "param", _named(request.config) or "sqlite"))
