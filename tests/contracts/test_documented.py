"""Everything that can be set or typed is documented. A failing test lists what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from app.cli.root import app
from app.metrics.names import ACK, ACK_SAYS, GAUGES
from app.settings import PREFIX, Settings
from policies.policy import all_policies

ROOT = Path(__file__).parents[2]


def _documents() -> str:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages if page.exists())


def _missing(names: set[str]) -> list[str]:
    text = _documents()
    return sorted(name for name in names if not _is_told(name, text))


def _is_told(name: str, text: str) -> bool:
    """As a word of its own: `GREENROOM_HOST` is not documented by `GREENROOM_HOSTS`, nor `--by` by `--by-whom`."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


def _parts() -> list[str]:
    """Paragraphs, and rows of tables each by itself."""
    blocks = re.split(r"\n\s*\n", _documents())
    rows = [block.splitlines() if block.lstrip().startswith("|") else [block] for block in blocks]
    return [part for each in rows for part in each]


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


def test_every_setting_that_is_documented_is_there() -> None:
    """One that is gone stops the start of whoever follows the page."""
    told = {name.removesuffix("_FILE") for name in re.findall(rf"\b{PREFIX}[A-Z][A-Z_]*[A-Z]\b", _documents())}

    assert told - {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} == set()


def test_every_command_has_a_row() -> None:
    """By the words that are typed, in the first column of the table of commands."""
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    firsts = re.findall(r"^\| (`greenroom .*?`) \|", text, re.MULTILINE)

    assert [name for name in _commands() if not any(_is_told(f"greenroom {name}", first) for first in firsts)] == []


def test_every_option_of_a_command_is_told_where_the_command_is() -> None:
    """Long names, as they are typed. `--by` of one command says nothing of who may use another."""
    parts = _parts()
    untold = [
        f"{name} {option}"
        for name, command in _commands().items()
        for option in _options(command)
        if not any(_is_told(option, part) and _is_told(_last(name), part) for part in parts)
    ]

    assert untold == []


def _last(name: str) -> str:
    return name.rsplit(" ", 1)[-1]


def _options(command: typer.core.TyperCommand) -> list[str]:
    """`--json` is told once for all, as `--help` is by itself."""
    names = [name for parameter in command.params for name in parameter.opts if name.startswith("--")]
    return [name for name in names if name not in {"--help", "--json"}]


def test_a_part_of_a_name_is_no_name() -> None:
    """Else whatever is short, or begins like something that is there, would count as documented."""
    invented = {f"{PREFIX}PRIVATE_KE", f"{PREFIX}COLOUR", "greenroom swee", "--wid", "--invented", "`greenroom_bogus`"}

    assert _missing(invented) == sorted(invented)


def test_every_metric_has_a_row_that_says_what_it_says_itself() -> None:
    """With its labels, or a query by them would find nothing."""
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(greenroom_\w+)`(?: \(histogram\))? \| (.*?)\| (.+) \|$", text, re.MULTILINE)
    told = {name: (tuple(re.findall(r"`(\w+)`", labels)), says.replace("`", "")) for name, labels, says in rows}

    assert told == {ACK: ((), ACK_SAYS)} | {name: (gauge.labels, gauge.says) for name, gauge in GAUGES.items()}


def test_every_metric_is_documented() -> None:
    """Whoever draws one has to know what it counts."""
    assert _missing({f"`{name}`" for name in (ACK, *GAUGES)}) == []


def test_every_policy_is_documented() -> None:
    """With a section of its own."""
    page = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")

    assert [policy.name for policy in all_policies() if f"\n## {policy.name}\n" not in page] == []


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
