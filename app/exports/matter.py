"""What of a case may be told, and is it public?

An advisory that is not published is nothing but its ids here: no document can hold a text of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.cases import CaseEvent, Participant, StoredCase
from app.domain.facts import Advisory
from app.domain.ids import Ghsa, RepoName
from app.exports.packages import Package
from app.reconcile.ending import awaited
from policies.config import PolicyFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who answers for the documents: the account of the coordination repository. `web` is where its pages are."""

    name: str
    web: str

    @property
    def namespace(self) -> str:
        return f"{self.web}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An advisory of a case, and which of its ids are public. `text` is None unless it is published.

    `is_closed`: nobody will ever publish it.
    """

    repo: RepoName
    ghsa: Ghsa
    cve_id: str | None
    public_ids: frozenset[str]
    is_closed: bool
    text: Advisory | None

    @property
    def is_public(self) -> bool:
        return bool(self.public_ids)

    def told(self, *, with_ids: bool) -> Linked | None:
        """With no id but those that may be told; None where none may."""
        allowed = self._ids if with_ids and not self.is_closed else self.public_ids
        cve_id = self.cve_id if self.cve_id in allowed else None
        return replace(self, cve_id=cve_id, public_ids=allowed) if allowed else None

    @property
    def _ids(self) -> frozenset[str]:
        return frozenset(filter(None, [str(self.ghsa), self.cve_id]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A tool that takes part, its packages, and the copies of others' packages that it ships, as far as is known.

    `texts` are its own advisories that are published.
    """

    said: Participant
    packages: tuple[Package, ...]
    copies: tuple[Package, ...] = ()
    texts: tuple[Advisory, ...] = ()

    @property
    def tool(self) -> str:
        return self.said.tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Vulnerability:
    """What goes by one CVE id, or by one GHSA id where it has none. `tools` are those whose answer is about it."""

    name: str
    cve_id: str | None
    ghsas: tuple[Ghsa, ...]
    texts: tuple[Advisory, ...]
    tools: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """All that documents are made of. `linked` are those of which an id may be told; without publication, by a yes."""

    case: StoredCase
    publisher: Publisher
    is_public: bool
    linked: tuple[Linked, ...]
    tools: tuple[Answered, ...]
    events: tuple[CaseEvent, ...]
    vulnerabilities: tuple[Vulnerability, ...]

    @property
    def name(self) -> str:
        return f"case-{self.case.number}"

    @property
    def texts(self) -> tuple[Advisory, ...]:
        """What is published."""
        return tuple(each.text for each in self.linked if each.text is not None)

    def named(self, names: Iterable[str]) -> tuple[Answered, ...]:
        wanted = set(names)
        return tuple(each for each in self.tools if each.tool in wanted)


def linked(advisory: Advisory, disclosed: frozenset[str] = frozenset()) -> Linked:
    """What documents may know of an advisory. `disclosed` are ids of it that are public, though its text is not."""
    is_out = advisory.state in {"published", "withdrawn"}
    return Linked(
        repo=advisory.repo,
        ghsa=advisory.ghsa,
        cve_id=advisory.cve_id,
        public_ids=frozenset(filter(None, [str(advisory.ghsa), advisory.cve_id])) if is_out else disclosed,
        is_closed=advisory.state == "closed",
        text=advisory if advisory.state == "published" else None,
    )


def recorded_cve(case: StoredCase, advisory: Advisory, rules: PolicyFile) -> str | None:
    """The id that an advisory shows, where people recorded it for this one or for its tool; None where nobody did.

    What a draft merely shows was typed by whoever may edit it, its reporter included, and may be an old public id.
    """
    tool = rules.tool_of(advisory.repo)
    meant = {
        each.cve_id
        for each in case.cves
        if each.is_held and (each.ghsa == advisory.ghsa or (each.ghsa is None and each.tool == tool))
    }
    return advisory.cve_id if advisory.cve_id in meant else None


def why_not_public(case: StoredCase, found: Iterable[Linked], *, rules: PolicyFile, now: datetime) -> str | None:
    """None where it is: every linked advisory was published, or a person said that all of it is known.

    Other tools have an embargo, too, though no advisory of theirs is linked: one that publishes does not end it.
    """
    number, published = case.number, [each for each in found if not each.is_closed]
    if case.unconfirmed_since is not None:
        return f"case {number} came back from its mirror, which may be old, and no coordinator confirmed it"
    if case.disclosed_at is not None:
        return None
    if not published:
        return f"no advisory of case {number} is published"
    if hidden := sum(not each.is_public for each in published):
        return f"{hidden} of {len(published)} advisories of case {number} are not published"
    if case.embargo_until is not None and now < case.embargo_until:
        return f"the hour that is agreed for case {number} has not come"
    waiting = ", ".join(each.tool for each in awaited(case, rules, now)) if case.state == "open" else ""
    return f"case {number} waits for {waiting}, and no hour is agreed" if waiting else None


def matter(
    case: StoredCase,
    events: Iterable[CaseEvent],
    found: Iterable[Linked],
    *,
    rules: PolicyFile,
    copies: Mapping[str, tuple[Package, ...]],
    publisher: Publisher,
    is_public: bool,
    with_ids: bool,
) -> Matter:
    """Put together what may be told. `with_ids`: a coordinator said yes to ids of what is not published yet."""
    found = tuple(found)
    told = tuple(each for link in found if (each := link.told(with_ids=with_ids)) is not None)
    tools = tuple(_answered(each, told, rules, copies) for each in case.present)
    return Matter(
        case=replace(case, mirror=None, links=()),  # neither is for anybody's eyes but those of its readers
        publisher=publisher,
        is_public=is_public,
        linked=told,
        tools=tools,
        events=tuple(events),
        vulnerabilities=_vulnerabilities(case, told, tools, rules),
    )


def _answered(
    said: Participant, told: Iterable[Linked], rules: PolicyFile, copies: Mapping[str, tuple[Package, ...]]
) -> Answered:
    """A tool without packages is what is in its repositories."""
    named = rules.tools.get(said.tool)
    packages = [Package.parse(each) for each in named.packages] if named else []
    if named and not packages:
        packages = [Package(ecosystem="github", name=str(repo)) for repo in named.repositories]
    if not packages:
        packages = [Package(ecosystem="other", name=said.tool)]
    texts = tuple(each.text for each in told if each.text is not None and rules.tool_of(each.repo) == said.tool)
    return Answered(said=said, packages=tuple(packages), copies=copies.get(said.tool, ()), texts=texts)


def _vulnerabilities(
    case: StoredCase, told: tuple[Linked, ...], tools: tuple[Answered, ...], rules: PolicyFile
) -> tuple[Vulnerability, ...]:
    groups: dict[str, list[Linked]] = {}
    for each in told:
        groups.setdefault(each.cve_id or str(each.ghsa), []).append(each)
    about = {name: _tools_of(group, tools, rules) for name, group in groups.items()}
    everywhere = {each.tool for each in tools} - {tool for named in about.values() for tool in named}
    if not groups:
        return (_vulnerability(f"case-{case.number}", [], [each.tool for each in tools]),)
    return tuple(
        _vulnerability(name, group, [each.tool for each in tools if each.tool in about[name] | everywhere])
        for name, group in groups.items()
    )


def _tools_of(group: Iterable[Linked], tools: Iterable[Answered], rules: PolicyFile) -> set[str]:
    """Whose advisory it is, whose packages it names where it is published, and who ships a copy of one of these.

    The others answered about all of it.
    """
    group, tools = tuple(group), tuple(tools)
    homes = {rules.tool_of(each.repo) for each in group}
    lines = [line for each in group if each.text for line in each.text.vulnerabilities]
    named = {Package(ecosystem=line.ecosystem, name=line.package).key for line in lines}
    named |= {package.key for each in tools if each.tool in homes for package in each.packages}
    return {each.tool for each in tools if any(package.key in named for package in (*each.packages, *each.copies))}


def _vulnerability(name: str, group: list[Linked], tools: list[str]) -> Vulnerability:
    return Vulnerability(
        name=name,
        cve_id=group[0].cve_id if group else None,
        ghsas=tuple(each.ghsa for each in group if str(each.ghsa) in each.public_ids),
        texts=tuple(each.text for each in group if each.text is not None),
        tools=tuple(tools),
    )
