"""What do two policy files say differently, in sentences for people?

Pure, and about the two files alone: nothing of the world is in it, so whoever may read the files may read this. What
people wrote freely (contacts, reasons) and ids of drafts are not repeated; names stand in code spans, so that nothing
of a file becomes a mention or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias

from app.domain.ids import AdvisoryKey, Person, RepoName, Team
from app.policy_file.leaves import Change, Path, leaves
from policies.config import Coordination, Exemption, PolicyFile, ReportOwner, Tenure, Tool


def changes(old: PolicyFile, new: PolicyFile) -> tuple[str, ...]:
    """Every change in a sentence, and what follows for private vulnerability reporting. Empty where nothing changes."""
    told = [sentence for change in _joined(_telling(leaves(old, new))) for sentence in _sentence(change)]
    return (*dict.fromkeys(told), *_switched(old, new))


def _telling(found: Iterator[Change]) -> Iterator[Change]:
    """What is taken out as a whole needs no word about each value in it; people in it do."""
    taken_out: set[Path] = set()
    for change in found:
        if change.is_gone and isinstance(change.before, ReportOwner | Tool | Coordination):
            taken_out.add(change.path)
        is_in_it = any(change.path[: len(path)] == path and change.path != path for path in taken_out)
        if not is_in_it or isinstance(change.before, Person | Team):
            yield change


def _joined(found: Iterable[Change]) -> Iterator[Change]:
    """An exemption with another end is one change; as items of a list they are one that goes and one that comes."""
    waiting: dict[tuple[str, RepoName], Change] = {}
    for change in found:
        if change.path != ("exemptions",):
            yield change
            continue
        item: Exemption = change.before or change.after
        key = item.policy, item.repository
        other = waiting.pop(key, None)
        if other is None:
            waiting[key] = change
        else:
            yield Change(path=change.path, before=other.before or change.before, after=other.after or change.after)
    yield from waiting.values()


def _sentence(change: Change) -> Iterator[str]:
    match change.path:
        case ("policies", policy, "mode"):
            yield _mode(f"the policy {_code(policy)}", change)
        case ("policies", _):
            return  # that it is mentioned says nothing; its mode does
        case ("coordination", "mode"):
            yield _mode("mirroring", change)
        case ("tools", tool, "report_owner"):
            yield _tenure(tool, change)
        case ("exemptions",):
            yield _exemption(change)
        case ("sentinels",):
            sentinel: AdvisoryKey = change.before or change.after
            yield f"The sentinel of {_code(sentinel.repo.owner)} {'is taken away' if change.is_gone else 'is set'}."
        case ("repository_ids", repo):
            yield _from_to(f"The id of {_code(repo)}", change)
        case ("tools" | "report_owners" as kind, name):
            what = "tool" if kind == "tools" else "report owner"
            yield f"The {what} {_code(name)} {'is taken out' if change.is_gone else 'is new'}."
        case ("coordination",):
            yield "No mirrors are kept any more." if change.is_gone else "Mirrors of cases are kept from now on."
        case path:
            yield _other(path, change)


def _other(path: Path, change: Change) -> str:
    for pattern, words in _LISTS.items():
        if (held := _match(pattern, path)) is not None:
            gained, lost = words
            return (lost if change.after is None else gained).format(_code(change.before or change.after), *held)
    for pattern, subject in _VALUES.items():
        if (held := _match(pattern, path)) is not None:
            return _from_to(subject.format(*held), change)
    return _from_to(_code(".".join(path)), change)


def _match(pattern: Path, path: Path) -> list[str] | None:
    """The names at the places of a pattern that are left open, as code."""
    if len(pattern) != len(path) or any(part not in {"*", name} for part, name in zip(pattern, path, strict=True)):
        return None
    return [_code(name) for part, name in zip(pattern, path, strict=True) if part == "*"]


# {0} is what comes or goes, {1} whose it is.
_LISTS: Mapping[Path, tuple[str, str]] = MappingProxyType(
    {
        ("coordinators", "users"): ("{0} becomes a coordinator.", "{0} is no coordinator any more."),
        ("coordinators", "teams"): (
            "Members of the team {0} become coordinators.",
            "Members of the team {0} are no coordinators any more.",
        ),
        ("coordination", "always_readers", "users"): (
            "{0} is listed as somebody who reads every case.",
            "{0} is not listed any more as somebody who reads every case.",
        ),
        ("coordination", "always_readers", "teams"): (
            "The team {0} is listed as reading every case.",
            "The team {0} is not listed any more as reading every case.",
        ),
        ("report_owners", "*", "users"): (
            "{0} is named for the report owner {1}.",
            "{0} is not named for the report owner {1} any more.",
        ),
        ("report_owners", "*", "teams"): (
            "The team {0} is named for the report owner {1}.",
            "The team {0} is not named for the report owner {1} any more.",
        ),
        ("tools", "*", "users"): ("{0} takes part for {1}.", "{0} does not take part for {1} any more."),
        ("tools", "*", "teams"): (
            "Members of the team {0} take part for {1}.",
            "Members of the team {0} do not take part for {1} any more.",
        ),
        ("tools", "*", "repositories"): ("{0} belongs to {1}.", "{0} does not belong to {1} any more."),
        ("tools", "*", "packages"): (
            "The package {0} belongs to {1}.",
            "The package {0} does not belong to {1} any more.",
        ),
    }
)
_VALUES: Mapping[Path, str] = MappingProxyType(
    {
        ("coordination", "repository"): "The repository of mirrors",
        ("coordination", "store"): "What mirrors are kept as",
        ("report_owners", "*", "takes_reports"): "How {0} takes reports",
        ("report_owners", "*", "contact"): "The contact of {0}",
        ("report_owners", "*", "escalation"): "Whom to turn to when nobody of {0} answers",
        ("report_owners", "*", "cna"): "Who assigns the CVE ids of {0}",
        ("report_owners", "*", "publishes_on_github"): "Whether {0} publishes advisories on GitHub",
        ("report_owners", "*", "clocks", "*"): "The time that {0} gives itself for {1}",
    }
)

_FREE = frozenset({"contact", "escalation"})  # people write there what they like


def _mode(what: str, change: Change) -> str:
    """From observe and to it, where a file says nothing."""
    before, after = change.before or "observe", change.after or "observe"
    so = {
        "observe": "it is only counted",
        "report": "people are told, nothing is mended",
        "enforce": "what it finds is mended, each kind once a coordinator has approved it",
    }
    return f"{what[0].upper()}{what[1:]} goes from `{before}` to `{after}`: {so[after]}."


def _tenure(tool: str, change: Change) -> str:
    tenure: Tenure = change.before or change.after
    owner, day = _code(tenure.owner), tenure.from_.isoformat()
    if change.is_gone:
        return f"It is taken back that {owner} takes the reports of {_code(tool)} from {day} on."
    return f"From {day} on {owner} takes the reports of {_code(tool)}."


def _exemption(change: Change) -> str:
    item: Exemption = change.after or change.before
    about = f"The exemption of {_code(item.repository)} from {_code(item.policy)}"
    if change.is_gone:
        return f"{about} (until {item.until}) is taken back."
    answering = f"{_code(item.owner)} answers for it"
    if change.before is None:
        return f"{about} is new: until {item.until}, and {answering}."
    if item.until == change.before.until:
        return f"{about} changes: still until {item.until}, and {answering}."
    return f"{about} lasts until {item.until} instead of {change.before.until}, and {answering}."


def _from_to(what: str, change: Change) -> str:
    before, after = _shown(change.before), _shown(change.after)
    if "" in {before, after} or change.path[-1] in _FREE:
        return f"{what} changes."
    if change.before is None:
        return f"{what} is set: {after}."
    return (
        f"{what} is not set any more: it was {before}." if change.is_gone else f"{what}: {after} instead of {before}."
    )


def _switched(old: PolicyFile, new: PolicyFile) -> Iterator[str]:
    """From when on private vulnerability reporting should be otherwise than it should be today, and where."""
    together: dict[str, list[str]] = {}
    for repo in sorted(old.repositories() | new.repositories(), key=str):
        for day, was, will in _turns(repo, old, new):
            how = f"is to be {_switch(will)}" if will is not None else "is left to its maintainers"
            instead = f"instead of {_switch(was)}" if was is not None else "where nobody had declared it"
            together.setdefault(f"{day}: {how} {instead}", []).append(_code(repo))
    for words, repos in together.items():
        day, _, rest = words.partition(": ")
        yield f"{day} private vulnerability reporting of {_listed(repos)} {rest}."


_Wanted: TypeAlias = bool | None


def _turns(repo: RepoName, old: PolicyFile, new: PolicyFile) -> Iterator[tuple[str, _Wanted, _Wanted]]:
    """The days from which on the two files want something else of each other, and what."""
    last: tuple[_Wanted, _Wanted] | None = None
    for day in _days(repo, old, new):
        wanted = _wanted(old, repo, day), _wanted(new, repo, day)
        if wanted[0] != wanted[1] and wanted != last:
            yield f"From {day} on", *wanted
        last = wanted


def _days(repo: RepoName, *files: PolicyFile) -> list[date]:
    found: set[date] = set()
    for file in files:
        if (tool := file.tool_of(repo)) is not None:
            found |= {tenure.from_ for tenure in file.tools[tool].report_owner}
    return sorted(found)


def _wanted(file: PolicyFile, repo: RepoName, day: date) -> _Wanted:
    owner = file.report_owner_of(repo, datetime(day.year, day.month, day.day, tzinfo=UTC))
    return owner[1].wants_private_reporting if owner else None


def _switch(on: bool) -> str:  # noqa: FBT001 a switch is on or off
    return "on" if on else "off"


def _shown(value: Any) -> str:
    """A value as code; nothing where it was written freely."""
    if value is None:
        return "nothing"
    if isinstance(value, timedelta):
        return f"{value.days} days"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | date | RepoName) and _is_plain(str(value)):
        return _code(value)
    return ""


def _is_plain(text: str) -> bool:
    return len(text) <= 100 and all(letter.isalnum() or letter in "._:/-" for letter in text)  # noqa: PLR2004


def _code(name: Any) -> str:
    return "`" + str(name).replace("`", "'") + "`"


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if words[1:] else words[0]
