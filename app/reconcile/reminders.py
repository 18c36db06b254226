"""What is each person to be told today? Pure.

Kept: at most one digest a day for each person; a finding is mentioned by the first digest after it was opened, and 1,
3, 7 and 14 days and every week after that one; the end of an exemption 14 and 3 days before it, and once it has come.
What fell into days on which nobody worked is mentioned once, by the first digest after them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from app.domain.ids import SWEEP, Person, PolicyKey, RepoName
from app.domain.records import Digest, Finding, Notice, NoticeKind, Severity
from app.reconcile.digests import Digests
from app.reconcile.wording import Ending, Mention, Told, text_of
from policies.config import Exemption, PolicyFile

HOUR = time(7, tzinfo=UTC)
DAYS = frozenset({0, 1, 3, 7, 14})  # after the first mention; then every week
LEFT = (14, 3, -1)  # days until the last day of an exemption; the last: it is over
OPERATORS = "operators"  # where policy names nobody
OF_FINDINGS: frozenset[NoticeKind] = frozenset({"page", "blocked", "contested"})

_DAY = timedelta(days=1)
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """All that is open, at the hour `at` of these digests; `last` is the hour of those before."""

    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]
    rules: PolicyFile
    last: datetime
    at: datetime

    def is_due(self, since: datetime) -> bool:
        """Is what is open since then mentioned today?"""
        first = hour_after(since)
        before = (self.last - first) // _DAY if self.last >= first else -1
        return any(_is_a_day(day) for day in range(before + 1, (self.at - first) // _DAY + 1))

    def tells_of(self, finding: Finding) -> bool:
        """Does policy still want it told? It may observe by now, and nobody could look since."""
        return finding.pages or self.rules.mode_of(finding.policy) != "observe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who is told. `repos`: those of which they hear; None: of all, and of Greenroom itself."""

    recipient: str
    repos: frozenset[RepoName] | None = frozenset()
    accepted: tuple[Exemption, ...] = ()

    def hears_of(self, repo: RepoName) -> bool:
        return self.repos is None or repo in self.repos


def hour_before(moment: datetime) -> datetime:
    """The last hour of digests that is not after it."""
    today = datetime.combine(moment.astimezone(UTC).date(), HOUR)
    return today if today <= moment else today - _DAY


def hour_after(moment: datetime) -> datetime:
    """The first hour of digests after it."""
    return hour_before(moment) + _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """The digests of one day, and the kinds of error for which others could not be made."""

    digests: tuple[Digest, ...]
    failed: tuple[str, ...]


def digests_for(now: Now, digests: Digests, made_at: datetime) -> Morning:
    """The digests of one day. Who has nothing to hear gets none; one that cannot be made holds up no other."""
    items = [_item(each, now, digests) for each in now.findings if each.state == "open" and now.tells_of(each)]
    greenroom = tuple(_of_greenroom(now, digests))
    made: list[Digest] = []
    failed: list[str] = []
    for reader in readers(now.rules):
        try:
            told = _told(now, reader, items, greenroom)
            made += [] if told.is_empty else [_digest(reader, told, made_at)]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this reader's alone
            failed.append(type(error).__name__)
    return Morning(digests=tuple(made), failed=tuple(failed))


def readers(rules: PolicyFile) -> tuple[Reader, ...]:
    """Whom does policy name? Coordinators hear of everything, a tool's people of its repositories; each person once."""
    everything = {person.id: Reader(recipient=str(person), repos=None) for person in rules.coordinators.users}
    known: dict[int, Reader] = everything or {0: Reader(recipient=OPERATORS, repos=None)}

    def of(person: Person) -> Reader:
        return known.get(person.id) or Reader(recipient=str(person))

    for tool in rules.tools.values():
        for person in tool.users:
            before = of(person)
            repos = None if before.repos is None else before.repos | frozenset(tool.repositories)
            known[person.id] = replace(before, repos=repos)
    for exemption in rules.exemptions:
        before = of(exemption.owner)
        known[exemption.owner.id] = replace(before, accepted=(*before.accepted, exemption))
    return tuple(known.values())


def _digest(reader: Reader, told: Told, made_at: datetime) -> Digest:
    severity: Severity = "warning" if told.needs_somebody else "info"
    return Digest(recipient=reader.recipient, day=told.day, severity=severity, text=text_of(told), made_at=made_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """An open finding; how it may be called where others read it; whether it is mentioned today."""

    finding: Finding
    name: str
    is_public: bool
    is_due: bool


def _item(finding: Finding, now: Now, digests: Digests) -> _Item:
    key = PolicyKey(finding.repo, finding.policy)
    name = digests.hidden(key) if finding.embargoed else digests.pseudonym(key)
    return _Item(finding=finding, name=name, is_public=name == str(key), is_due=now.is_due(finding.since))


def _told(now: Now, reader: Reader, items: list[_Item], greenroom: tuple[str, ...]) -> Told:
    heard = [each for each in items if reader.hears_of(each.finding.repo)]
    public = [each for each in heard if each.is_public]
    told = Told(
        day=now.at.date(),
        mentions=tuple(_mention(each.finding, now) for each in public if each.is_due),
        others=sum(not each.is_due for each in public),
        endings=tuple(_endings(now, reader)),
    )
    if reader.repos is not None:
        return told  # to people of one tool even a pseudonym would say whose advisory it is
    unseen = [each for each in now.notices if each.kind == "cannot-see" and now.is_due(each.since)]
    return replace(
        told,
        embargoed=tuple(sorted(each.name for each in heard if each.is_due and not each.is_public)),
        unseen=tuple(notice.about for notice in unseen if notice.about != str(SWEEP)),
        unseen_since=min((notice.since for notice in unseen), default=None),
        is_blind=any(notice.about == str(SWEEP) for notice in unseen),
        greenroom=greenroom,
    )


def _mention(finding: Finding, now: Now) -> Mention:
    return Mention(
        policy=finding.policy,
        repository=str(finding.repo),
        since=finding.since.date(),
        is_new=finding.since >= now.last,
        seen=None if now.at - finding.observed_at < _DAY else finding.observed_at.date(),
    )


def _of_greenroom(now: Now, digests: Digests) -> Iterator[str]:
    """Notices, but for what cannot be seen, which is said together, and what a finding says already."""
    due = [each for each in now.notices if each.kind != "cannot-see" and now.is_due(each.since)]
    keys = [PolicyKey(each.repo, each.policy) for each in now.findings] if due else []
    said = {name(key).lower() for key in keys for name in (digests.pseudonym, digests.hidden)}
    yield from (each.text for each in due if each.kind not in OF_FINDINGS or each.about.lower() not in said)


def _endings(now: Now, reader: Reader) -> Iterator[Ending]:
    for each in now.rules.exemptions:
        if each not in reader.accepted and not reader.hears_of(each.repository):
            continue
        before, left = ((each.until - moment.date()).days for moment in (now.last, now.at))
        if any(left <= day < before for day in LEFT):
            yield Ending(
                policy=each.policy, repository=str(each.repository), by=each.owner.login, until=each.until, left=left
            )


def _is_a_day(day: int) -> bool:
    return day in DAYS or (day > max(DAYS) and day % _WEEK == 0)
