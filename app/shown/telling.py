"""How does the whole story of one thing read?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.domain.cases import SHOWN
from app.shown.terminal import COLOURS, Json, age, moment, what

_MODES = {
    "observe": "Policy only observes this.",
    "report": "Policy tells people, and mends nothing.",
    "enforce": "Policy enforces this.",
}
_OUTCOMES = {
    "done": "it was done",
    "refused": "GitHub refused it",
    "without effect": "GitHub accepted it and changed nothing",
    "not sent": "it was not sent",
    "no effect seen": "the answer was lost, and a later look saw no effect",
    "unknown": "the answer was lost, and nobody can know any more whether it happened",
}
LET_IN = {"us": "; Greenroom let them in", "others": "; others let them in"}
_QUIET = {"unmanaged", "not applicable"}


def explanation_for_people(story: Json) -> RenderableType:
    """The whole story of a key, in sentences."""
    now = datetime.fromisoformat(story["asked_at"]) if "asked_at" in story else None
    parts: list[RenderableType] = [Text(story["key"], style="bold"), *map(Text, _what_it_is(story))]
    sections: dict[str, list[RenderableType]] = {
        "How it stands": [_standing(each, now) for each in story["states"]],
        "What we cannot tell": [*map(Text, story["cannot_tell"]), *_blind(story["unseen"], now)],
        "What would be done": [*map(_step, story["would_do"]), *_how_to_say_yes(story["would_do"])],
        "For people to settle": [Text(each) for each in story["people_must"]],
        "What was done": [Text(each) for each in _deeds(story["did"])],
        "When it went wrong lately": [Text(_breach(each)) for each in story["breaches"]],
        "Who reads the mirror, or will": [
            Text(f"{each['login']}, who {each['why']}{LET_IN.get(each.get('let_in_by'), '')}")
            for each in story.get("readers", [])
        ],
        "Who else may read it": [Text(each) for each in story.get("readers_unclear", [])],
        "What people were told": [
            Text(f"{each['text']} ({each['severity']}, open since {moment(each['since'])} UTC)")
            for each in story["notices"]
        ],
    }
    for title, lines in sections.items():
        if lines:
            parts += [Text(f"\n{title}", style="bold"), _list(lines)]
    parts += _guard(story["guard"])
    if not any(story[name] for name in ("would_do", "people_must", "cannot_tell")):
        parts.append(Text("\nNothing is to be done now.", style="dim"))
    return Group(*parts)


def _what_it_is(story: Json) -> Iterator[str]:
    if repository := story.get("repository"):
        yield from _repository(repository)
    if isinstance(story.get("case"), dict):
        yield from _case(story["case"])
    elif "candidate" in story:
        yield from _advisory(story)


def _repository(told: Json) -> Iterator[str]:
    if told["holds_mirrors"]:
        yield "The coordination repository: mirrors are kept here."
    elif told["tool"] is None:
        yield "Policy counts it to no tool."
        return
    else:
        yield f"A repository of {told['tool']}."
    if owner := told["report_owner"]:
        how = "on GitHub" if owner["takes_reports"] == "github" else f"by {owner['contact'] or 'mail'}"
        yield f"Since {owner['from']} {owner['name']} takes its reports, {how}."
    elif not told["holds_mirrors"]:
        yield "Nobody declared who takes its reports, so its reporting switch is left alone."
    if coming := told["next_report_owner"]:
        yield f"From {coming['from']} on {coming['name']} takes them."
    for each in told["exemptions"]:
        yield f"{each['owner']} accepted what {each['policy']} finds until {each['until']}: {each['reason']}."


def _embargo(case: Json) -> Iterator[str]:
    if case["embargo_until"]:
        yield f"Nothing of it is public before {moment(case['embargo_until'])} UTC, as its tools agreed."
    else:
        yield "No hour is agreed before which nothing of it may be public."
    if case["disclosed_at"]:
        yield f"A coordinator said {moment(case['disclosed_at'])} UTC that it is public."


def _case(case: Json) -> Iterator[str]:
    closed = f", and was closed {moment(case['closed_at'])} UTC" if case["closed_at"] else ""
    yield f"Opened {moment(case['opened_at'])} UTC{closed}; it is {case['state']}."
    yield from _embargo(case)
    for each in case["participants"]:
        because = f" ({each['justification']})" if each["justification"] else ""
        yield f"{each['tool']} takes part, {each['why']}; its answer: {SHOWN[each['status']]}{because}."
    for link, state in zip(case["linked"], case["sources"], strict=True):
        told = "its state cannot be told now" if state.startswith("cannot tell") else f"its state is {state}"
        yield f"Linked is {link}; {told}."
    if case["mirror"] is None:
        where = case["repository"] or "nowhere, since policy names no coordination repository"
        yield f"It has no mirror yet; one would be in {where}."
    else:
        state = case["mirror_state"] or "not known now"
        yield f"Its mirror is {case['repository']} {case['mirror']}; its state is {state}."
    if unheard := case.get("unheard"):
        yield f"Commands in its comments cannot be told: {unheard}. `greenroom case` has a command for each."
    if case["mode"] and case["mode"] != "enforce":
        yield f"Policy says {case['mode']} for mirrors, so nothing is written."


def _advisory(story: Json) -> Iterator[str]:
    tools = ", ".join(story["tools"]) or "no tool that policy knows"
    yield f"Its state is {story['state'] or 'not known now'}."
    if story["case"]:
        yield f"It belongs to {story['case']}."
    elif story["candidate"]:
        yield f"It names {tools}: a candidate, and nobody is invited until the project's own people accept it."
    elif story["first_seen"]:
        yield f"It names {tools}, so it concerns nobody else."
    if story["first_seen"]:
        yield f"First seen {moment(story['first_seen'])} UTC."


def _standing(told: Json, now: datetime | None) -> Text:
    state = told["state"]
    name = f"{told['policy']}: " if told["policy"] else ""
    since = f" (since {moment(told['since'])} UTC)" if told.get("since") and state not in _QUIET else ""
    text = Text.assemble(name, (state, COLOURS.get(state, "")), f"{since}; {told['message']}.")
    if state == "cannot tell":
        text.append(f" {_last_seen(told['seen_at'], now)}")
    if told.get("mode") and state not in _QUIET:
        text.append(f" {_MODES[told['mode']]}", style="dim")
    return text


def _last_seen(seen_at: str | None, now: datetime | None) -> str:
    if seen_at is None:
        return "It was never seen."
    ago = f", {age(now - datetime.fromisoformat(seen_at))} ago" if now else ""
    return f"Last really seen {moment(seen_at)} UTC{ago}."


def _blind(unseen: Json | None, now: datetime | None) -> Iterator[Text]:
    if unseen and now:
        looks = "the last look" if unseen["looks"] == 1 else f"the last {unseen['looks']} looks"
        since = datetime.fromisoformat(unseen["since"])
        yield Text(f"So it has been for {looks}, since {moment(unseen['since'])} UTC ({age(now - since)}).")


def _step(told: Json) -> Text:
    waits = [each for each in (told["why_not"], told["held"]) if each]
    if told["gate"] == "blocked":
        then = f"It was tried in vain, and is not tried again until something changes: {told['why_not']}."
    elif waits:
        then = f"It waits: {'; '.join(waits)}."
    else:
        then = "It is allowed, and the next look does it."
    return Text(f"{what(told)}: {told['reason']}. {then}")


def _how_to_say_yes(would_do: list[Json]) -> Iterator[Text]:
    if any(each["gate"] == "unapproved" for each in would_do):
        yield Text(
            "A coordinator says yes with greenroom plan, and then greenroom approve PLAN_ID --by LOGIN.", style="dim"
        )


def _deeds(did: list[Json]) -> Iterator[str]:
    """One sentence for each write: when it was announced, who had allowed it, and what became of it."""
    ends = {each["of"]: each for each in did if each["phase"] == "conclude"}
    for each in did:
        if each["phase"] != "intend":
            continue
        yes = f" {each['allowed_by']} had allowed “{each['scope']}”." if each["allowed_by"] else ""
        yield f"{moment(each['at'])} UTC, {what(each)}: {_became(ends.get(each['row']))}.{yes}"


def _guard(guard: Json | None) -> Iterator[Text]:
    """People copy it, so no line of it is broken."""
    if guard is None:
        return
    who, where = guard["organization"], f"POST /orgs/{guard['organization']}/code-security/configurations"
    yield Text("\nWhat would hold the switch where it should be", style="bold")
    yield Text(f"An owner of {who} creates this configuration ({where}) and attaches it; Greenroom does neither:")
    yield Text(json.dumps(guard["configuration"], ensure_ascii=False, indent=1), no_wrap=True, overflow="ignore")


def _breach(told: Json) -> str:
    """GitHub rarely says who did it. Between which looks it happened is known."""
    after = f"after {moment(told['last_good'])} UTC" if told["last_good"] else "before anybody looked"
    over = f"; it was right again {moment(told['over_at'])} UTC" if told["over_at"] else "; it still is"
    return f"{told['policy']}: {after}, seen {moment(told['first_bad'])} UTC{over}. Who did it is {told['actor']}."


def _became(end: Json | None) -> str:
    if end is None:
        return "announced, and not yet known whether it happened"
    said = str(_OUTCOMES.get(end["outcome"], end["outcome"]))
    return f"{said}: {end['detail']}" if end["detail"] else said


def _list(lines: Iterable[RenderableType]) -> Table:
    shown = Table.grid(padding=(0, 1, 0, 0))
    for line in lines:
        shown.add_row("  •", line)
    return shown
