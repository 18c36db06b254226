"""Does what the doctor found stay short where much of it is alike?"""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from app.doctor.apps import of_app
from app.doctor.lines import Line
from app.doctor.seen import AppSeen
from app.doctor.showing import as_json, folded, for_people
from app.domain.facts import CannotTell, Known
from app.github.installations import Installation
from tests.clock import FakeClock


def _where(*accounts: str) -> tuple[Line, ...]:
    """An App that policy needs in these accounts, and that is installed in pypa alone."""
    seen = AppSeen(
        name="Greenroom",
        keys={},
        registered=CannotTell("not asked"),
        installations=Known(value=(Installation(id=1, account="pypa"),), observed_at=FakeClock().now()),
        asked={},
        events=frozenset(),
        needed_in=accounts,
        named=accounts,
        hidden={},
    )
    return tuple(line for line in of_app(seen) if line.name != "registration")


def _told(lines: tuple[Line, ...]) -> list[tuple[str, str, str]]:
    return [(each["name"], each["says"], each["do"]) for each in folded(as_json(lines)["lines"])]


PYPA = ("pypa", "installed on all repositories, all permissions accepted", "")


@pytest.mark.parametrize(
    ("accounts", "told"),
    [
        (("pypa",), [PYPA]),
        (("pypa", "psf"), [PYPA, ("psf", "not installed", "an owner of psf installs Greenroom")]),
        (
            ("conda", "pypa", "psf"),
            [
                (
                    "installations",
                    "not installed on 2 accounts that policy names: conda, psf",
                    "an owner of each installs Greenroom, or policy names them no more",
                ),
                PYPA,
            ],
        ),
    ],
    ids=["everywhere", "but in one", "but in several"],
)
def test_accounts_without_the_app_are_one_line(accounts: tuple[str, ...], told: list[tuple[str, str, str]]) -> None:
    """A policy that names dozens of accounts is no reason to lose sight of what else is to be mended."""
    assert _told(_where(*accounts)) == told


def test_scripts_get_an_entry_for_each_account() -> None:
    """Whoever watches one account looks for its name, and the count is of things to do."""
    shown = as_json(_where("conda", "pypa", "psf"))

    assert [line["name"] for line in shown["lines"]] == ["conda", "pypa", "psf"]
    assert shown["problems"] == 2


def test_what_is_shown_to_people_counts_each_account() -> None:
    """It is done once in each, by another owner."""
    paper = StringIO()

    Console(width=110, color_system=None, file=paper).print(for_people(as_json(_where("conda", "pypa", "psf"))))

    assert paper.getvalue().count("not installed") == 1
    assert "2 to mend." in paper.getvalue()
