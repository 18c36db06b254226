"""Can a newcomer type what the pages about installing say, as it stands there?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "app").rglob("*.md"))]
INSTALLING = ("README.md", "docs/install.md", "docs/operations.md")
ACTIVATED = ". .venv/bin/activate"
AS_THE_SERVICE = "greenroom-as-service /usr/local/sbin/greenroom"


def _text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def test_nobody_is_told_to_install_what_is_not_released() -> None:
    """Under that name an index has nothing, or somebody else's."""
    by_name = re.compile(
        r"\b(?:pip install|pipx|uvx|uv (?:add|tool|pip install))\b[^\n`]*?\s['\"]?greenroom(?:\[|\b)(?![-./])"
    )
    told = [*PAGES, *sorted((ROOT / "app").rglob("*.py"))]

    assert [str(page.relative_to(ROOT)) for page in told if by_name.search(page.read_text(encoding="utf-8"))] == []
    assert by_name.search("pip install 'greenroom[postgresql]'")


@pytest.mark.parametrize("page", INSTALLING)
def test_what_is_installed_to_run_is_locked_and_nothing_of_what_tests_need(page: str) -> None:
    """By hashes, and by wheels, as in the image; what builds the project has a lock, too."""
    [install] = re.findall(r"\.venv/bin/pip install --require-hashes (.+)", _text(page))

    assert install == "--only-binary :all: -r requirements/app.txt -r requirements/build.txt"
    assert ".venv/bin/pip install --no-deps --no-build-isolation ." in _text(page)
    assert all((ROOT / lock).exists() for lock in re.findall(r"-r (\S+)", install))


def test_what_builds_the_project_is_what_the_lock_has() -> None:
    """Else `--no-build-isolation` finds no backend."""
    [backend] = re.findall(r'(?m)^requires = \["(\w+)"\]$', _text("pyproject.toml"))

    assert re.search(rf"(?m)^{backend}==", _text("requirements/build.txt"))


@pytest.mark.parametrize("page", INSTALLING)
def test_the_command_is_on_the_path_before_it_is_typed(page: str) -> None:
    """It is in `.venv/bin`: whoever types what stands in a block and nothing else would read “command not found”."""
    _, _, installing = _text(page).partition(".venv/bin/pip install --require-hashes")
    before, first, _ = re.split(r"(?m)(^ *greenroom |\Z)", installing, maxsplit=1)

    assert not first or ACTIVATED in before or AS_THE_SERVICE in before


def test_each_terminal_of_the_ten_minutes_begins_with_the_path() -> None:
    """What one terminal was told another one does not know."""
    _, _, rest = _text("docs/install.md").partition("## In ten minutes, against the sandbox")
    first, second, *_ = re.findall(r"(?ms)^```\n(.*?)^```$", rest)

    assert [each.splitlines()[0] for each in (first, second)] == [ACTIVATED, ACTIVATED]


def test_how_long_tests_take_is_said_everywhere_alike() -> None:
    """Whoever waits knows what for."""
    for page in ("README.md", "CONTRIBUTING.md", "Makefile"):
        [whole] = re.findall(r"(?m)make test  .*?in (about [\w-]+ minutes)", _text(page))
        assert whole == "about 35 minutes", page
        assert re.search(r"(?s)make test-fast.{,80}?about two minutes", _text(page)), page
