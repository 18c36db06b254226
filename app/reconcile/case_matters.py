"""What about a case can only people settle?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from app.domain.cases import SHOWN
from app.domain.facts import Known
from app.reconcile import doubles, ending
from app.reconcile.cases import tools_of
from app.reconcile.matter import Matter
from app.reconcile.mirror import Sync
from app.reconcile.snapshot import CaseSnapshot


def refused(matter: Matter) -> Iterator[str]:
    """An issue has no readers of its own: inviting somebody would show them every case."""
    if matter.is_done:
        return
    repo = matter.coordination.repository
    for tool, missing in matter.not_invited.items():
        logins = ", ".join(person.login for person in missing)
        yield (
            f"{tool} is not invited: whoever reads {repo} reads every case, and policy does not list {logins} under "
            "always_readers; list them there and give them access to the repository, or use store: advisory"
        )


def to_settle(matter: Matter, sync: Sync) -> Iterator[str]:
    case = matter.snapshot.case
    if case.unconfirmed_since is not None and not matter.is_done:
        yield (
            f"case {case.number} came back from its mirror, so nobody is let in; greenroom case restore {case.number} "
            "--by LOGIN confirms who takes part"
        )
    # A collaborator, the reporter among them, can edit a draft: naming a tool there invites nobody.
    invited = {each.tool for each in matter.snapshot.case.participants}
    named = chain.from_iterable(tools_of(each, matter.at.policies.file) for each in matter.sources.copied)
    if new := sorted(set(named) - invited):
        yield f"the source names tools that were not there when it was accepted: {', '.join(new)}"
    yield from waits_for(matter)
    yield from doubles.for_people(matter.snapshot)
    for each in matter.snapshot.case.present:
        if each.is_silent(matter.at.now.date()):
            yield f"{each.tool} was asked to answer until {each.rsvp}, and did not"
    if sync.diverged:
        yield f"the mirror says something else than its source, and is kept: {', '.join(sync.diverged)}"
    if sync.conflicts:
        yield f"the mirror and its source were both edited, nothing is overwritten: {', '.join(sync.conflicts)}"
    for tool, fact in matter.snapshot.people.items():
        if isinstance(fact, Known) and fact.value.unconfirmed:
            logins = ", ".join(person.login for person in fact.value.unconfirmed)
            yield f"logins that policy names for {tool} cannot be confirmed as the accounts it means: {logins}"


def waits_for(matter: Matter) -> Iterator[str]:
    """What was published or closed does not end a case while a tool is in it that did not say so of itself."""
    if matter.is_done or not ending.is_out(matter.snapshot):
        return
    case = matter.snapshot.case
    waiting = ending.awaited(case, matter.at.policies.file, matter.at.now)
    names = ", ".join(f"{each.tool} ({SHOWN[each.status]})" for each in waiting)
    answer, end = f"case status {case.number} TOOL STATUS --by LOGIN", f"case close {case.number} --by LOGIN"
    how = f"greenroom {answer} answers, greenroom {end} ends it"
    yield f"every linked advisory is done, and it waits for {names}; {how}"


def unknown_people(snapshot: CaseSnapshot) -> Iterator[str]:
    for tool, fact in snapshot.people.items():
        if not isinstance(fact, Known):
            yield f"who takes part for {tool}: {fact.reason}"
