"""What does a command do, coming from this person? Pure.

A participant speaks for its own tools, a coordinator for any. What shows a case to more people, and an hour, is only
ever proposed. What is told names tools, accounts and words that policy or we know, never what somebody wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain.cases import ANSWERS, FARTHEST, JUSTIFICATIONS, StoredCase
from app.domain.comments import Answer, Doing, Propose, Tell
from app.domain.ids import AdvisoryKey, Ghsa, InvalidName, Person, RepoName
from app.reconcile.commands import MOST, Command
from policies.config import PolicyFile
from policies.nearest import Unknown

USAGE: Mapping[str, str] = {
    "ack": "ack",
    "status": "status TOOL STATUS [JUSTIFICATION]",
    "invite": "invite TOOL",
    "embargo": "embargo 2026-12-15T16:00Z",
    "coordinator": "coordinator LOGIN",
    "link": "link OWNER/REPO GHSA-xxxx-xxxx-xxxx",
    "relay": "relay on|off",
    "help": "help",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who gave a command, as GitHub says: for which tools of the case do they speak, and do they coordinate?"""

    person: Person
    tools: tuple[str, ...]
    coordinates: bool

    @property
    def is_known(self) -> bool:
        return bool(self.tools) or self.coordinates


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """All that has to be known to judge."""

    case: StoredCase
    rules: PolicyFile
    now: datetime

    @property
    def present(self) -> tuple[str, ...]:
        return tuple(each.tool for each in self.case.present)


def judged(commands: tuple[Command, ...], speaker: Speaker, bench: Bench) -> tuple[Doing, ...]:
    """What the commands of one comment do, in order."""
    done = [doing for each in commands[:MOST] for doing in _judge(each, speaker, bench)]
    return (*done, Tell(line=("too-many", str(MOST)))) if len(commands) > MOST else tuple(done)


def _judge(command: Command, speaker: Speaker, bench: Bench) -> Iterator[Doing]:
    judge = _JUDGES.get(command.word)
    if judge is None:
        yield Tell(line=("unknown-command", _meant(command.word, list(USAGE)), ", ".join(USAGE)))
        return
    yield from judge(command.rest, speaker, bench)


def _ack(rest: tuple[str, ...], speaker: Speaker, bench: Bench) -> Iterator[Doing]:
    if rest:
        yield _usage("ack")
    elif not speaker.tools:
        yield Tell(line=("no-tool",))
    else:
        yield from (_acknowledged(tool, bench) for tool in speaker.tools)


def _acknowledged(tool: str, bench: Bench) -> Doing:
    status = next(each.status for each in bench.case.present if each.tool == tool)
    if status == "unknown":
        return Answer(tool=tool, status="acknowledged")
    return Tell(line=("answered-already", tool, status))


def _status(rest: tuple[str, ...], speaker: Speaker, bench: Bench) -> Iterator[Doing]:
    if len(rest) not in {2, 3}:
        yield _usage("status")
        return
    tool, status = _as_known(rest[0], bench.present), rest[1].lower()
    reason = "".join(rest[2:]).lower().replace("-", "_")
    yield _refused(tool, status, reason, speaker, bench) or Answer(
        tool=tool,
        status=next(each for each in ANSWERS if each == status),
        justification=next((each for each in JUSTIFICATIONS if each == reason), None),
    )


def _refused(tool: str, status: str, reason: str, speaker: Speaker, bench: Bench) -> Tell | None:
    """Why this is no answer, or none of theirs."""
    if tool not in bench.present:
        return Tell(line=("not-in-it", _meant(tool, bench.present), ", ".join(bench.present)))
    if tool not in speaker.tools and not speaker.coordinates:
        return Tell(line=("not-yours", tool, ", ".join(speaker.tools)))
    if status not in ANSWERS:
        return Tell(line=("unknown-status", _meant(status, ANSWERS), ", ".join(ANSWERS)))
    if status != "not-affected" and reason:
        return Tell(line=("no-reason", status))
    if status == "not-affected" and reason not in JUSTIFICATIONS:
        return Tell(line=("justify", tool, _meant(reason, JUSTIFICATIONS), ", ".join(JUSTIFICATIONS)))
    return None


def _invite(rest: tuple[str, ...], _: Speaker, bench: Bench) -> Iterator[Doing]:
    if len(rest) != 1:
        yield _usage("invite")
        return
    known = sorted(bench.rules.tools)
    tool = _as_known(rest[0], known)
    if tool not in known:
        yield Tell(line=("unknown-tool", _meant(tool, known)))
    elif tool in bench.present:
        yield Tell(line=("there-already", tool))
    else:
        yield Propose(what="invite", value=tool)


def _embargo(rest: tuple[str, ...], _: Speaker, bench: Bench) -> Iterator[Doing]:
    hour = _hour(rest[0]) if len(rest) == 1 else None
    if hour is None:
        yield _usage("embargo")
    elif hour <= bench.now:
        yield Tell(line=("hour-over",))
    elif hour.date() > (bench.now + FARTHEST).date():
        yield Tell(line=("hour-far",))
    else:
        yield Propose(what="embargo", value=f"{hour:%Y-%m-%dT%H:%MZ}")


def _hour(text: str) -> datetime | None:
    """An hour in UTC: what is written in local time means another hour to everybody else."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.utcoffset() == timedelta(0) else None
    except (ValueError, OverflowError):
        return None


def _coordinator(rest: tuple[str, ...], _: Speaker, bench: Bench) -> Iterator[Doing]:
    if len(rest) != 1:
        yield _usage("coordinator")
        return
    login = rest[0].removeprefix("@").lower()
    listed = {person.login.lower(): person for person in bench.rules.coordinators.users}
    if login in listed:
        yield Propose(what="coordinator", value=str(listed[login]))
    else:
        logins = sorted(person.login for person in listed.values())
        yield Tell(line=("no-coordinator", _meant(login, logins), ", ".join(logins)))


def _link(rest: tuple[str, ...], _: Speaker, bench: Bench) -> Iterator[Doing]:
    try:
        key = AdvisoryKey(RepoName.parse(rest[0]), Ghsa.parse(rest[1])) if len(rest) == 2 else None  # noqa: PLR2004
    except InvalidName:
        key = None
    if key is None:
        yield _usage("link")
    elif bench.rules.tool_of(key.repo) is None:
        yield Tell(line=("unknown-repository",))
    elif any(each.ghsa == key.ghsa for each in bench.case.links):
        yield Tell(line=("linked-already",))
    else:
        yield Propose(what="link", value=str(key))


def _relay(rest: tuple[str, ...], _: Speaker, _bench: Bench) -> Iterator[Doing]:
    way = rest[0].lower() if len(rest) == 1 else ""
    if way in {"on", "off"}:
        yield Propose(what="relay", value=way)
    else:
        yield _usage("relay")


def _help(_rest: tuple[str, ...], _: Speaker, _bench: Bench) -> Iterator[Doing]:
    yield Tell(line=("help",))


def _as_known(word: str, known: Iterable[str]) -> str:
    """Policy's spelling of a tool, whatever the case in which somebody wrote it."""
    return next((each for each in known if each.lower() == word.lower()), word)


def _usage(word: str) -> Tell:
    return Tell(line=("usage", word))


def _meant(word: str, valid: tuple[str, ...] | list[str]) -> str:
    """The valid word that comes nearest, empty where none does."""
    return Unknown("", word, valid).meant or "" if word else ""


_JUDGES: Mapping[str, Callable[[tuple[str, ...], Speaker, Bench], Iterator[Doing]]] = {
    "ack": _ack,
    "status": _status,
    "invite": _invite,
    "embargo": _embargo,
    "coordinator": _coordinator,
    "link": _link,
    "relay": _relay,
    "help": _help,
}
