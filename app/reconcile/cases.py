"""Which advisories become cases, whose are they, and what does a case say of itself?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from app.domain.cases import SHOWN, DisclosedBy, Disclosure, Participant, StoredCase, Suggestion
from app.domain.facts import Advisory, Fact, Known, Roster
from app.domain.ids import AdvisoryKey, CaseKey, Person
from app.domain.mirrors import Store
from app.domain.records import KnownAdvisory
from app.reconcile import suggesting
from app.reconcile.plan import SMALLEST_CASE, Forget, LookAt, Moved, Note, OpenCase, Watch
from policies.config import PolicyFile
from policies.vendoring import Graph
from policies.who_else import affected_by, is_shipped_elsewhere

_WHO_READS: dict[Store, str] = {
    "advisory": "Everybody who reads this advisory reads all of it.",
    "issue": "Everybody who can read this repository reads every case in it.",
}
_PUBLIC_BY: dict[DisclosedBy, str] = {
    "published": "a linked advisory was published",
    "listed": "an id of it is in GitHub's global advisory database",
}


def notes_on(
    advisory: Advisory, rules: PolicyFile, graph: Graph, case: int | None, known: KnownAdvisory | None
) -> tuple[Note, ...]:
    """What to remember of an advisory; `known` is what we remembered of it before.

    While it is in triage everything in it was written by a reporter, so it opens nothing and names nobody. The state
    draft is the project's own people saying yes (GitHub: "Accept and open as draft").
    """
    if is_mirror(advisory, rules):
        return ()
    link = AdvisoryKey(advisory.repo, advisory.ghsa)
    if case is not None:
        return (Moved(link=link), LookAt(keys=frozenset({CaseKey(case)})))
    if not advisory.is_open:
        return (Forget(repo=advisory.repo, ghsa=advisory.ghsa),)
    tools = tools_of(advisory, rules)
    if advisory.state == "draft" and opens_a_case(advisory, rules, graph) and _may_open(advisory, rules, known):
        return (OpenCase(link=link, tools=tools),)
    shipped = _is_shipped(advisory, rules, graph)
    watch = Watch(
        repo=advisory.repo, ghsa=advisory.ghsa, state=advisory.state, tools=tools, is_shipped_elsewhere=shipped
    )
    return (watch,)


def opens_a_case(advisory: Advisory, rules: PolicyFile, graph: Graph) -> bool:
    """Does it concern several tools: because it names them, or because others ship copies of what it affects?"""
    return len(tools_of(advisory, rules)) >= SMALLEST_CASE or _is_shipped(advisory, rules, graph)


def _is_shipped(advisory: Advisory, rules: PolicyFile, graph: Graph) -> bool:
    tools = tools_of(advisory, rules)
    if not tools or (rules.coordination is not None and rules.coordination.copies == "suggest"):
        return False
    return is_shipped_elsewhere(affected_by([advisory], tools), rules, graph)


def _may_open(advisory: Advisory, rules: PolicyFile, known: KnownAdvisory | None) -> bool:
    """Did the project's own people say that it concerns these tools, and nobody else?

    Whoever collaborates on a draft can edit it. What was a draft already, and in no case, was accepted as a matter of
    fewer tools, or taken out of its case; so it opens one only where it names more and nobody from outside is in it.
    """
    if known is None or known.state != "draft":
        return True
    return not set(tools_of(advisory, rules)) <= set(known.tools) and _is_their_own(advisory, rules)


def _is_their_own(advisory: Advisory, rules: PolicyFile) -> bool:
    if advisory.reported_privately or advisory.hides_people or advisory.teams != ():
        return False
    tool = rules.tool_of(advisory.repo)
    own = {person.id for person in rules.tools[tool].users} if tool else set()
    return all(person.id in own for person in advisory.people)


def needs_a_person(
    advisory: Advisory, rules: PolicyFile, graph: Graph, case: int | None, known: KnownAdvisory | None
) -> str | None:
    """What only a person can settle of a draft: whether it concerns the others that it names by now."""
    is_loose = case is None and advisory.state == "draft" and not is_mirror(advisory, rules)
    if not is_loose or _may_open(advisory, rules, known) or not opens_a_case(advisory, rules, graph):
        return None
    return (
        "it concerns more tools, and was a draft of its own before: nobody is invited until somebody says so with "
        f"greenroom case open --link {advisory.repo}/{advisory.ghsa} --tool TOOL --by LOGIN"
    )


def is_mirror(advisory: Advisory, rules: PolicyFile) -> bool:
    """Advisories of the coordination repository are ours or people's notes, never a source."""
    return rules.coordination is not None and advisory.repo == rules.coordination.repository


def awaits_acceptance(advisory: Advisory, rules: PolicyFile, graph: Graph) -> bool:
    """Is this a candidate? GitHub does not tell when it is accepted, so it is looked at again and again."""
    in_triage = advisory.state == "triage" and not is_mirror(advisory, rules)
    return in_triage and opens_a_case(advisory, rules, graph)


def tools_of(advisory: Advisory, rules: PolicyFile) -> tuple[str, ...]:
    """The tool in whose repository an advisory is, and those whose packages it names.

    None at all where policy does not know the repository: anybody can install the App, and write what they like.
    """
    own = rules.tool_of(advisory.repo)
    return tuple(sorted({own} | rules.tools_named(advisory.vulnerabilities))) if own else ()


def block_of(
    case: StoredCase,
    sources: tuple[Advisory, ...],
    rules: PolicyFile,
    *,
    not_invited: Collection[str] = (),
    suggested: Collection[Suggestion] = (),
) -> str:
    """The coordination block of a mirror: who takes part, what is linked, when it may be public."""
    tools = "\n".join(f"| {each.tool} | {each.why} | {_status(each, not_invited)} |" for each in case.present)
    links = "\n".join(
        f"- {link.repo} {link.ghsa}: {source.state}" for link, source in zip(case.links, sources, strict=True)
    )
    who_reads = _WHO_READS[rules.coordination.store if rules.coordination else "advisory"]
    return (
        f"## Case {case.number}\n\n"
        f"| tool | here because | status |\n| --- | --- | --- |\n{tools}\n\n"
        f"{suggesting.shown(suggested)}"
        f"Linked advisories:\n{links or '- none yet'}\n\n"
        f"Embargo: {_embargo(case)}\n{_coordinators(case, rules)}.\n"
        f"{who_reads} {_keep_here(case)}\n"
    )


def _status(participant: Participant, not_invited: Collection[str]) -> str:
    if participant.tool in not_invited:
        return "not invited: not all of its people read this repository"
    if participant.status == "unknown":
        return f"unknown, asked until {participant.rsvp}" if participant.rsvp else "unknown"
    why = f" ({participant.justification})" if participant.justification else ""
    return f"{SHOWN[participant.status]}{why}"


def _coordinators(case: StoredCase, rules: PolicyFile) -> str:
    if case.coordinator is not None:
        return f"Coordinator: {case.coordinator.login}"
    named = ", ".join(person.login for person in rules.coordinators.users)
    return f"Coordinators: {named or 'nobody is named in policy'}"


def _embargo(case: StoredCase) -> str:
    if case.disclosure is not None:
        agreed = f" The agreed hour is {_hour(case.embargo_until)}." if case.embargo_until else ""
        return f"{_public(case.disclosure)}.{agreed}"
    if case.disclosed_at is not None:
        return f"a coordinator says that this is public ({_hour(case.disclosed_at)})."
    if case.embargo_until is None:
        return "no date is agreed yet."
    return f"nothing of this is public before {_hour(case.embargo_until)}."


def _public(disclosure: Disclosure) -> str:
    if disclosure.by == "said":
        return f"a coordinator says that this is public ({_hour(disclosure.since or disclosure.seen_at)})"
    since = f"since {_hour(disclosure.since)}" if disclosure.since else f"as was seen {_hour(disclosure.seen_at)}"
    return f"this is public {since}: {_PUBLIC_BY[disclosure.by]}"


def _keep_here(case: StoredCase) -> str:
    if case.disclosed_at is not None or case.disclosure is not None:
        return "What is said in it stays here."
    return "Keep it here until then." if case.embargo_until else "Keep it here until the tools agree on a date."


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def without_access(people: Mapping[str, Fact[Roster]], readers: Roster) -> dict[str, tuple[Person, ...]]:
    """Tools of which somebody is not among the readers of every case, tool → those people."""
    inside = {person.id for person in readers.people}
    found = {
        tool: tuple(sorted(each for each in (*fact.value.people, *fact.value.unconfirmed) if each.id not in inside))
        for tool, fact in people.items()
        if isinstance(fact, Known)
    }
    return {tool: missing for tool, missing in found.items() if missing}
