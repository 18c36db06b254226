"""What is each person to be told today? Pure.

Kept: at most one digest a day for each person; a finding is mentioned by the first digest after it was opened, and 1,
3, 7 and 14 days and every week after that one, and by the first after it became blocked or contested; the end of an
exemption 14 and 3 days before it, and once it has come. What fell into days on which nobody worked is mentioned once,
by the first digest after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType

from app.domain.findings import State
from app.domain.ids import SWEEP, Person, PolicyKey, RepoName
from app.domain.records import Digest, Finding, Notice, NoticeKind, Severity
from app.reconcile.digests import Digests
from app.reconcile.wording import Ending, Mention, Told, Urgency, Veiled, text_of
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

    def is_news(self, since: datetime) -> bool:
        """Is this the first digest after then?"""
        return self.last <= since < self.at

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


def digests_for(now: Now, digests: Digests, made_at: datetime, tools: frozenset[str] = frozenset()) -> Morning:
    """The digests of one day. Who has nothing to hear gets none; one that cannot be made holds up no other.

    `tools`: those whose people share a channel, for which there is one, too.
    """
    turned = {each.about.lower(): each.since for each in now.notices if each.kind in OF_FINDINGS}
    items = [_item(each, now, digests, turned) for each in now.findings if each.state == "open" and now.tells_of(each)]
    greenroom = tuple(_of_greenroom(now, items, digests))
    made: list[Digest] = []
    failed: list[str] = []
    for reader in (*readers(now.rules, now.at), *_shared(now.rules, tools)):
        try:
            told = _told(now, reader, items, greenroom)
            made += [] if told.is_empty else [_digest(reader, told, made_at)]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this reader's alone
            failed.append(type(error).__name__)
    return Morning(digests=tuple(made), failed=tuple(failed))


def readers(rules: PolicyFile, at: datetime) -> tuple[Reader, ...]:
    """Whom does policy name? Coordinators hear of everything; a tool's people of its repositories, and so do the people

    of whoever takes their reports at that time. Each person once.
    """
    everything = {person.id: Reader(recipient=str(person), repos=None) for person in rules.coordinators.users}
    known: dict[int, Reader] = everything or {0: Reader(recipient=OPERATORS, repos=None)}

    def of(person: Person) -> Reader:
        return known.get(person.id) or Reader(recipient=str(person))

    for person, repos in _responsible(rules, at):
        before = of(person)
        known[person.id] = before if before.repos is None else replace(before, repos=before.repos | repos)
    for exemption in rules.exemptions:
        before = of(exemption.owner)
        known[exemption.owner.id] = replace(before, accepted=(*before.accepted, exemption))
    return tuple(known.values())


def _shared(rules: PolicyFile, tools: frozenset[str]) -> Iterator[Reader]:
    """Channels that the people of a tool share hear what each of them does."""
    for name in sorted(tools & rules.tools.keys()):
        yield Reader(recipient=f"tool/{name}", repos=frozenset(rules.tools[name].repositories))


def _responsible(rules: PolicyFile, at: datetime) -> Iterator[tuple[Person, frozenset[RepoName]]]:
    """People, and the repositories that they have to do with."""
    for tool in rules.tools.values():
        yield from ((person, frozenset(tool.repositories)) for person in tool.users)
        for repo in tool.repositories:
            if declared := rules.report_owner_of(repo, at):
                yield from ((person, frozenset({repo})) for person in declared[1].users)


def _digest(reader: Reader, told: Told, made_at: datetime) -> Digest:
    severity: Severity = "page" if told.pages else "warning" if told.needs_somebody else "info"
    return Digest(
        recipient=reader.recipient,
        day=told.day,
        severity=severity,
        text=text_of(told),
        made_at=made_at,
        hears_all=reader.repos is None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """An open finding; how it may be called where others read it; whether it is mentioned today."""

    finding: Finding
    name: str
    is_public: bool
    is_due: bool

    @property
    def urgency(self) -> Urgency:
        if self.finding.pages:
            return "page"
        return _URGENT.get(self.finding.verdict, "finding")


_URGENT: Mapping[State, Urgency] = MappingProxyType({"contested": "contested", "blocked": "blocked"})


def _item(finding: Finding, now: Now, digests: Digests, turned: Mapping[str, datetime]) -> _Item:
    """`turned`: since when something was told to be blocked or contested, or paged, by its name in small letters."""
    key = PolicyKey(finding.repo, finding.policy)
    names = (digests.pseudonym(key), digests.hidden(key))
    name = names[1] if finding.embargoed else names[0]
    since = [turned[each.lower()] for each in names if each.lower() in turned]
    is_due = now.is_due(finding.since) or any(map(now.is_news, since))
    return _Item(finding=finding, name=name, is_public=name == str(key), is_due=is_due)


def _told(now: Now, reader: Reader, items: list[_Item], greenroom: tuple[Notice, ...]) -> Told:
    heard = [each for each in items if reader.hears_of(each.finding.repo)]
    public = [each for each in heard if each.is_public]
    told = Told(
        day=now.at.date(),
        mentions=tuple(_mention(each, now) for each in public if each.is_due),
        others=sum(not each.is_due for each in public),
        endings=tuple(_endings(now, reader)),
    )
    if reader.repos is not None:
        return told  # to people of one tool even a pseudonym would say whose advisory it is
    unseen = [each for each in now.notices if each.kind == "cannot-see" and now.is_due(each.since)]
    veiled = [Veiled(name=each.name, urgency=each.urgency) for each in heard if each.is_due and not each.is_public]
    return replace(
        told,
        embargoed=tuple(sorted(veiled, key=lambda each: each.name)),
        unseen=tuple(notice.about for notice in unseen if notice.about != str(SWEEP)),
        unseen_since=min((notice.since for notice in unseen), default=None),
        is_blind=any(notice.about == str(SWEEP) for notice in unseen),
        paged=tuple(each.text for each in greenroom if each.severity == "page"),
        greenroom=tuple(each.text for each in greenroom if each.severity != "page"),
    )


def _mention(item: _Item, now: Now) -> Mention:
    finding = item.finding
    return Mention(
        policy=finding.policy,
        repository=str(finding.repo),
        urgency=item.urgency,
        since=finding.since.date(),
        is_new=finding.since >= now.last,
        seen=None if now.at - finding.observed_at < _DAY else finding.observed_at.date(),
    )


def _of_greenroom(now: Now, items: list[_Item], digests: Digests) -> Iterator[Notice]:
    """Notices, but for what cannot be seen, which is said together, and what a finding says already."""
    due = [each for each in now.notices if each.kind != "cannot-see" and now.is_due(each.since)]
    keys = [PolicyKey(each.finding.repo, each.finding.policy) for each in items] if due else []
    said = {name(key).lower() for key in keys for name in (digests.pseudonym, digests.hidden)}
    left = [each for each in due if each.kind not in OF_FINDINGS or each.about.lower() not in said]
    yield from sorted(left, key=lambda each: each.kind not in OF_FINDINGS)


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
