"""Can what Greenroom tells people to type be typed?

Every command line in a text of ours is read out of the source and parsed as the shell would give it to Typer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli.root import app

ROOT = Path(__file__).parents[2]
COMMANDS: Any = typer.main.get_command(app)
ARGUMENT = re.compile(r"(--[a-z-]+|[A-Z][A-Z_/#:-]*|case/[0-9]+|[0-9]+)[.,;:)`”]*")
VALUES = {"KEY": "pypa/pip#private-reporting", "N": "1", "NUMBER": "1", "OLD": "a.yml", "NEW": "b.yml", "TOOL": "uv"}
FREE = {"writes off", "withdraw"}  # whoever sits at the machine may stop


def _texts() -> Iterator[tuple[str, str]]:
    """Each text in the source that is not a docstring, with its file. What is filled in stands as KEY."""
    for path in sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("policies/*.py")]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        parts = {id(value) for each in ast.walk(tree) if isinstance(each, ast.JoinedStr) for value in each.values}
        for each in ast.walk(tree):
            if id(each) in told | parts:
                continue
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield path.name, each.value
            elif isinstance(each, ast.JoinedStr):
                yield path.name, "".join(_part(value) for value in each.values)


def _part(value: ast.expr) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else "KEY"


def _hints(text: str) -> Iterator[str]:
    """The command lines in a text, up to where prose goes on. A bare name in backticks is no line to type."""
    for found in re.finditer(r"(`?)\bgreenroom (?=[a-z])", text):
        rest = text[found.end() :].split("`", maxsplit=1)[0].split() if found[1] else text[found.end() :].split()
        words, is_over = _command(rest)
        if not words or (found[1] and len(words) == len(rest)):
            continue
        for word in [] if is_over else rest[len(words) :]:
            match = ARGUMENT.fullmatch(word)
            words += [match[1]] if match else []
            if match is None or word != match[1]:
                break
        yield " ".join(words)


def _command(rest: list[str]) -> tuple[list[str], bool]:
    """The words that name a command, and whether a sentence ends behind them."""
    words: list[str] = []
    known: dict[str, Any] = commands_of(COMMANDS)
    for word in rest:
        plain = word.rstrip(".,;:)”")
        if plain not in known:
            break
        words.append(plain)
        known = commands_of(known[plain]) or dict.fromkeys(["on", "off"] if plain == "writes" else [])
        if plain != word:
            return words, True
    return words, False


def commands_of(command: Any) -> dict[str, Any]:
    return getattr(command, "commands", {})


HINTS = sorted({(file, hint) for file, text in _texts() for hint in _hints(text)})


def _parsed(hint: str, **values: str) -> Any:
    """The context of the command that would run. Raises where Typer refuses the line."""
    words = [(VALUES | values).get(word, word) for word in hint.split()]
    context, command = None, COMMANDS
    while words and words[0] in commands_of(command):
        context = click_context(command, context)
        command = commands_of(command)[words.pop(0)]
    return command.make_context(command.name, words, parent=context)


def click_context(command: Any, parent: Any) -> Any:
    return command.context_class(command, parent=parent, info_name=command.name)


@pytest.mark.parametrize(("file", "hint"), HINTS)
def test_what_people_are_told_to_type_can_be_typed(file: str, hint: str) -> None:
    """A hint that is refused sends people to the manual in the middle of an incident."""
    del file
    try:
        context = _parsed(hint)
    except typer.BadParameter:  # what is filled in there is the number of a case or of a proposal
        context = _parsed(hint, KEY="1")

    takes_by = any(each.name == "by" for each in context.command.params)
    assert not takes_by or hint in FREE or "--by LOGIN" in hint


def test_there_are_hints() -> None:
    """Else the search is broken."""
    assert len(HINTS) > 15
