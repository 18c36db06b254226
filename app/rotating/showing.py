"""How is a rotation told, to people and to machines? Never with a secret in it."""

from __future__ import annotations

from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.prints import Kind
from app.rotating.drill import Drill
from app.rotating.rings import SETTING
from app.shown.terminal import Json

_MARKS = {"done": ("✓", "green"), "next": ("→", "bold"), "later": ("·", "dim"), "cannot tell": ("?", "yellow")}


def as_json(drill: Drill, did: str) -> Json:
    steps = [{"step": each.name, "state": each.state, "says": each.says, "do": each.do} for each in drill.steps]
    return {"kind": drill.kind, "done": drill.is_done, "did": did, "steps": steps, "begin": drill.begin}


def for_people(shown: Json) -> RenderableType:
    steps = Table.grid(padding=(0, 1, 0, 0))
    for step in shown["steps"]:
        mark, style = _MARKS[step["state"]]
        steps.add_row(Text(mark, style=style), _step(step, style))
    before = [Text(f"{shown['did']}.")] if shown["did"] else []
    after = [Text(f"Nothing is under way. To begin: {shown['begin']}.")] if shown["done"] else []
    return Group(*before, steps, *after)


def _step(step: Json, style: str) -> Text:
    text = Text(step["step"], style=style)
    if step["says"]:
        text.append(f": {step['says']}", style="default")
    if step["do"]:
        text.append(f"\n{step['do']}", style="default")
    return text


def begun(kind: Kind, file: Path | None, until: str) -> Json:
    """A new secret was made; what is to be set now."""
    where = f"{file}" if file else "what was printed"
    if kind == "webhook-secret":
        setting = "GREENROOM_WEBHOOK_SECRET"
        steps = [
            f"put what {setting} holds now into {setting}_PREVIOUS",
            f"set {setting}_PREVIOUS_UNTIL={until}",
            f"set {setting}{'_FILE' if file else ''} to {where}",
        ]
    else:
        setting = SETTING[kind]
        steps = [f"set {setting}{'_FILE' if file else ''} to {where}: the keys of now, and behind them the new one"]
    again = f"restart each instance, then see greenroom rotate {kind}"
    return {"kind": kind, "file": str(file) if file else None, "do": [*steps, again]}


def begun_for_people(shown: Json) -> RenderableType:
    made = [Text(shown["secret"])] if "secret" in shown else []
    return Group(*made, *(Text(f"{number}. {each}") for number, each in enumerate(shown["do"], start=1)))
