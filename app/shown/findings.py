"""How do findings look on a terminal?"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.domain.records import Finding
from app.shown.terminal import COLOURS, Json, age, moment, table
from policies.policy import all_policies

_OTHERS = {"accepted": "accepted", "resolved": "resolved"}


def next_step(finding: Finding, *, mends: bool) -> str:
    """What happens next to a finding, and who has to act. `mends`: is there a remedy that Greenroom could apply?"""
    if finding.state == "resolved":
        return "nothing"
    if finding.state == "accepted":
        return f"{finding.accepted_by} accepted it until {finding.accepted_until}; then it is open again"
    key = f"{finding.repo}#{finding.policy}"
    stuck = {
        "contested": f"somebody keeps changing it back; frozen until a person says greenroom thaw {key} --by LOGIN",
        "blocked": f"tried in vain, so something else has to change first; greenroom explain {key} says what",
    }
    return stuck.get(finding.verdict) or _mended(key, finding.policy, finding.mode, mends=mends)


def _mended(key: str, policy: str, mode: str, *, mends: bool) -> str:
    if not mends:
        return _by_people(policy)
    if mode == "enforce":
        return f"Greenroom mends it as soon as nothing holds it; greenroom explain {key} says what does"
    return "a person mends it; Greenroom would, if policy enforced it"


def _by_people(policy: str) -> str:
    """What the policy itself says that people do, in its first sentence, as the end of one of ours."""
    remedy = next((each.remedy for each in all_policies() if each.name == policy), "Greenroom")
    if remedy.startswith("Greenroom"):  # it mends most of what is found there, and nothing of this
        return "a person mends it"
    first = remedy.split(". ")[0].removesuffix(".")
    return first[0].lower() + first[1:]


def findings_for_people(shown: Json) -> RenderableType:
    """Findings, what needs somebody first, and what could not be told."""
    now = datetime.fromisoformat(shown["asked_at"])
    parts: list[RenderableType] = []
    if shown["findings"]:
        parts += [Text("Findings", style="bold"), _table(shown["findings"], now)]
    if shown["cannot_tell"]:
        rows = _unclear(shown["cannot_tell"], now)
        parts += [table("Cannot tell now", ("where", "policies", "last really seen", "why"), rows), Text()]
    return Group(*parts, *_summary(shown, now))


def only_observed(count: int) -> str:
    """What is not as policy says, and is no finding. Empty where nothing is."""
    if not count:
        return ""
    return f"policies that only observe make no findings: {count} {'is' if count == 1 else 'are'} counted"


def _unclear(told: list[Json], now: datetime) -> list[tuple[str, ...]]:
    """One line for a repository and a reason: what cannot be seen is so for most policies."""
    together: dict[tuple[str, str], list[Json]] = {}
    for each in told:
        together.setdefault((each["repository"], each["message"]), []).append(each)
    return [
        (repository, str(len(unclear)), _ago(min(_seen(each) for each in unclear) or None, now), why)
        for (repository, why), unclear in together.items()
    ]


def _seen(told: Json) -> str:
    return told["seen_at"] or ""


def _table(rows: list[Json], now: datetime) -> Table:
    """One block for each: keys and messages are too long to stand beside each other."""
    shown = Table.grid(padding=(0, 2, 0, 0))
    shown.add_column(justify="right", style="dim")
    shown.add_column(overflow="fold")
    for each in sorted(rows, key=lambda row: (not row["pages"], row["state"] != "open")):
        shown.add_row(str(each["id"]), _block(each, now))
        shown.add_row()
    return shown


def _block(row: Json, now: datetime) -> Text:
    is_open = row["state"] == "open"
    word, colour = (row["verdict"], COLOURS.get(row["verdict"], "red")) if is_open else (row["state"], "cyan")
    text = Text.assemble((f"{row['repository']}#{row['policy']}", "bold"), "  ", (word, colour))
    if row["embargoed"]:
        text.append("  under embargo", style="magenta")
    if row["cannot_tell_now"]:
        text.append("  cannot be told now", style=COLOURS["cannot tell"])
    text.append(f"\n{row['message']}")
    text.append(f"\n{_since(row, now)}", style="dim")
    if row["state"] != "resolved":
        text.append(f" → {row['next']}", style="dim")
    return text


def _since(row: Json, now: datetime) -> str:
    if row["state"] == "resolved":
        return f"since {moment(row['closed_at'])} UTC"
    passed = now - datetime.fromisoformat(row["since"])
    so_long = f"for {age(passed)}{' or more' if row['maybe_older'] else ''}"
    if row["maybe_older"] and passed < timedelta(minutes=1):
        so_long = "since the first look or longer"
    return f"{so_long}, last seen {_ago(row['observed_at'], now)}"


def _summary(shown: Json, now: datetime) -> list[Text]:
    if not shown["looked"]:
        return [Text("Nothing of this was looked at yet, so nothing can be told.", style="yellow")]
    others = Counter(each["state"] for each in shown["findings"] if each["state"] != "open")
    counts = [
        _of(shown["open"], "is open", "are open"),
        *(f"{count} {_OTHERS[state]}" for state, count in others.items()),
    ]
    lines = [Text(f"Findings: {', '.join(counts)}.", style="dim")]
    if observed := only_observed(shown["only_observed"]):
        lines = [Text(f"Findings: {', '.join(counts)}; {observed}, see greenroom plan.", style="dim")]
    if any(" or more" in _since(each, now) for each in shown["findings"]):
        said = "“or more”: it was found by the first look that this database remembers, so it may be older."
        lines.append(Text(said, style="dim"))
    return lines


def _of(count: int, one: str, many: str) -> str:
    return f"{count or 'none'} {one if count in (0, 1) else many}"


def _ago(iso: str | None, now: datetime) -> str:
    return f"{age(now - datetime.fromisoformat(iso))} ago" if iso else "never"
