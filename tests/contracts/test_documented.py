"""Everything that can be set or typed is documented. A failing test lists what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from app.cli import app
from app.metrics.names import ACK, GAUGES
from app.settings import PREFIX, Settings
from policies.policy import all_policies

ROOT = Path(__file__).parents[2]


def _documents() -> str:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages if page.exists())


def _missing(names: set[str]) -> list[str]:
    text = _documents()
    return sorted(name for name in names if name not in text)


def _commands() -> dict[str, typer.core.TyperCommand]:
    return dict(_commands_of(typer.main.get_command(app), ""))


def _commands_of(command: object, name: str) -> Iterator[tuple[str, typer.core.TyperCommand]]:
    """`audit verify` is a command of a group."""
    if isinstance(command, typer.core.TyperCommand):
        yield name, command
    elif isinstance(command, typer.core.TyperGroup):
        for each, inside in command.commands.items():
            number = " N" if command.params and command.params[0].name == "number" else ""  # of the case comes first
            yield from _commands_of(inside, f"{name}{number} {each}".strip())


def test_every_setting_is_documented() -> None:
    """Whoever installs it has to know what there is to set."""
    assert _missing({f"{PREFIX}{name.upper()}" for name in Settings.model_fields}) == []


def test_every_command_is_documented() -> None:
    """By the words that are typed."""
    assert _missing({f"greenroom {name}" for name in _commands()}) == []


def test_every_option_is_documented() -> None:
    """Long names, as they are typed."""
    options = {
        name
        for command in _commands().values()
        for parameter in command.params
        for name in parameter.opts
        if name.startswith("--")
    }

    assert _missing(options - {"--help"}) == []


def test_every_metric_is_documented() -> None:
    """Whoever draws one has to know what it counts."""
    assert _missing({f"`{name}`" for name in (ACK, *GAUGES)}) == []


def test_every_policy_is_documented() -> None:
    """With its name; its sentence is in its file."""
    assert _missing({policy.name for policy in all_policies()}) == []


def test_every_exit_code_is_documented() -> None:
    """Scripts depend on them, so the command line's own help says them all."""
    told = app.info.help or ""

    assert [number for number in range(5) if f"{number} " not in told] == []


@pytest.mark.parametrize("command", sorted(_commands()))
def test_every_command_and_option_says_what_it_does(command: str) -> None:
    """`--help` is the documentation that people read first."""
    found = _commands()[command]

    assert found.help
    silent = [each.name for each in found.params if isinstance(each, typer.core.TyperOption) and not each.help]
    assert silent == []


def test_every_setting_says_what_it_is_for() -> None:
    """The message about a missing setting repeats it."""
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
