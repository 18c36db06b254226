"""How do findings look on a terminal?"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.domain.records import Finding
from app.shown import COLOURS, Json, age, moment, table

_OTHERS = {"accepted": "accepted", "resolved": "resolved"}


def next_step(finding: Finding, *, mends: bool) -> str:
    """What happens next to a finding, and who has to act. `mends`: is there a remedy that Greenroom could apply?"""
    if finding.state == "resolved":
        return "nothing"
    if finding.state == "accepted":
        return f"{finding.accepted_by} accepted it until {finding.accepted_until}; then it is open again"
    key = f"{finding.repo}#{finding.policy}"
    stuck = {
        "contested": f"somebody keeps changing it back; frozen until a person says greenroom thaw {key}",
        "blocked": f"tried in vain, so something else has to change first; greenroom explain {key} says what",
    }
    return stuck.get(finding.verdict) or _mended(key, finding.mode, mends=mends)


def _mended(key: str, mode: str, *, mends: bool) -> str:
    if not mends:
        return "a person mends it"
    if mode == "enforce":
        return f"Greenroom mends it as soon as nothing holds it; greenroom explain {key} says what does"
    return "a person mends it; Greenroom would, if policy enforced it"


def findings_for_people(shown: Json) -> RenderableType:
    """Findings, what needs somebody first, and what could not be told."""
    now = datetime.fromisoformat(shown["asked_at"])
    parts: list[RenderableType] = []
    if shown["findings"]:
        parts += [_table(shown["findings"], now)]
    if shown["cannot_tell"]:
        rows = [
            (f"{each['repository']}#{each['policy']}", _ago(each["seen_at"], now), each["message"])
            for each in shown["cannot_tell"]
        ]
        parts += [Text(), table("Cannot tell now", ("where", "last really seen", "why"), rows)]
    return Group(*parts, Text(), *_summary(shown))


def _table(rows: list[Json], now: datetime) -> Table:
    shown = Table(title="Findings", title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    for heading, justify in (("id", "right"), ("where", "left"), ("since", "left"), ("last seen", "left")):
        shown.add_column(heading, header_style="dim", no_wrap=heading == "where", justify=justify)  # type: ignore[arg-type]
    shown.add_column("what, and what is next", header_style="dim", overflow="fold")
    for each in sorted(rows, key=lambda row: (not row["pages"], row["state"] != "open")):
        seen_style = COLOURS["cannot tell"] if each["cannot_tell_now"] else ""
        shown.add_row(
            Text(str(each["id"]), style="dim"),
            Text(f"{each['repository']}#{each['policy']}", style="bold" if each["pages"] else ""),
            Text(_since(each, now)),
            Text(_ago(each["observed_at"], now), style=seen_style),
            _what(each),
        )
    return shown


def _what(row: Json) -> Text:
    state = "exempt" if row["state"] == "accepted" else "pass" if row["state"] == "resolved" else row["verdict"]
    word = row["verdict"] if row["state"] == "open" else row["state"]
    text = Text.assemble((word, COLOURS.get(state, "red")), f": {row['message']}")
    if row["state"] != "resolved":
        text.append(f"\n→ {row['next']}", style="dim")
    return text


def _since(row: Json, now: datetime) -> str:
    if row["state"] == "resolved":
        return f"until {moment(row['closed_at'])}"
    passed = age(now - datetime.fromisoformat(row["since"]))
    return f"{passed} or more" if row["maybe_older"] else passed


def _summary(shown: Json) -> list[Text]:
    if not shown["looked"]:
        return [Text("Nothing of this was looked at yet, so nothing can be told.", style="yellow")]
    others = Counter(each["state"] for each in shown["findings"] if each["state"] != "open")
    counts = [
        _of(shown["open"], "is open", "are open"),
        *(f"{count} {_OTHERS[state]}" for state, count in others.items()),
    ]
    lines = [Text(f"Findings: {', '.join(counts)}.", style="dim")]
    if any(each["maybe_older"] for each in shown["findings"]):
        said = "“or more”: it was found by the first look that this database remembers, so it may be older."
        lines.append(Text(said, style="dim"))
    return lines


def _of(count: int, one: str, many: str) -> str:
    return f"{count or 'none'} {one if count in (0, 1) else many}"


def _ago(iso: str | None, now: datetime) -> str:
    return f"{age(now - datetime.fromisoformat(iso))} ago" if iso else "never"
