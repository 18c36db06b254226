"""Every event that is logged is documented with its keys, and nothing else is."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
ALWAYS = {"event", "level", "timestamp"}
LIBRARIES = "library"  # made by the formatter, from what a library says
# Where the event is a variable, or keys come as a mapping: which events those are.
CHOSEN = {"app/policy_file/in_force.py": {"page", "policy.invalid"}}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for folder in ("app", "policies", "webhooks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level)) if level in LEVELS:
                        yield path.relative_to(ROOT).as_posix(), node


def _logged() -> tuple[dict[str, set[str]], set[str]]:
    """The keys of each event, and those events of which some keys are known only when it happens."""
    keys: dict[str, set[str]] = defaultdict(set)
    open_ended = set()
    for where, call in _calls():
        event = call.args[0]
        events = {str(event.value)} if isinstance(event, ast.Constant) else CHOSEN[where]
        for each in events:
            keys[each] |= {keyword.arg for keyword in call.keywords if keyword.arg}
            if any(keyword.arg is None for keyword in call.keywords):
                open_ended.add(each)
    return keys, open_ended


def _documented() -> dict[str, tuple[str, str]]:
    text = (ROOT / "docs" / "logs.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \|(.*)\| (.+) \|$", text, re.MULTILINE)
    assert len(rows) == len({name for name, _, _ in rows}), "an event is there twice"
    return {name: (keys, when) for name, keys, when in rows}


def test_every_event_is_documented_and_no_other() -> None:
    """Whoever searches a log, or makes an alert of it, has to know what there is to find."""
    logged, _ = _logged()

    assert set(_documented()) == {*logged, LIBRARIES}


def test_every_key_of_an_event_is_documented() -> None:
    """By the very names; where keys are known only when it happens, more may be told."""
    logged, open_ended = _logged()

    wrong = {}
    for event, keys in logged.items():
        told = set(re.findall(r"`(\w+)`", _documented()[event][0]))
        if keys - told or (told - keys and event not in open_ended):
            wrong[event] = (sorted(keys), sorted(told))
    assert wrong == {}


def test_no_event_has_a_key_that_every_line_has_anyway() -> None:
    """It would be overwritten."""
    logged, _ = _logged()

    assert {event for event, keys in logged.items() if keys & ALWAYS} == set()


def test_no_exception_is_logged_with_its_words() -> None:
    """`log.exception` and `exc_info` write whole tracebacks, which quote what is under embargo."""
    wrong = [
        f"{where}:{call.lineno}"
        for where, call in _calls()
        if ast.unparse(call.func) == "log.exception"
        or {"exc_info", "stack_info"} & {each.arg for each in call.keywords}
    ]

    assert wrong == []
