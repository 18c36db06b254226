"""Can cases be kept, and can what is asked of GitHub be seen at all? Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.doctor.lines import Line
from app.doctor.seen import HomeSeen
from app.domain.facts import CoordinationRepository, Fact, Known
from app.domain.ids import RepoName
from app.domain.mirrors import Mirror
from app.github.roles import NO_HAND

COORDINATION, SIGHT = "Coordination", "What GitHub shows"


def of_home(home: HomeSeen | None) -> Iterator[Line]:
    if home is None:
        do = "name a repository under coordination in the policy file, once cases are to be kept"
        yield Line(group=COORDINATION, name="repository", state="ok", says="policy names none: no case is kept", do=do)
        return
    if not isinstance(home.found, Known):
        do = f"install Greenroom Hand on {home.repository}, and accept its permissions"
        yield Line(group=COORDINATION, name="repository", state="cannot tell", says=home.found.reason, do=do)
        return
    yield _store(home, allowed_stores(home.found.value, home.drafts))
    yield _comments(home)


def of_observing(enforced: tuple[str, ...]) -> Line:
    """Without a Hand. To observe is whole by itself; to have something enforced by nobody is not."""
    if not enforced:
        do = "greenroom setup --hand registers one, once cases are to be kept or something is to be enforced"
        return Line(group=COORDINATION, name="repository", state="ok", says=f"{NO_HAND}, and keeps no case", do=do)
    says = f"{NO_HAND}; policy enforces {', '.join(enforced)}, which nobody can carry out"
    do = "greenroom setup --hand registers a Hand; or say mode: report for these in the policy file"
    return Line(group=COORDINATION, name="repository", state="problem", says=says, do=do)


def allowed_stores(found: CoordinationRepository, drafts: Fact[tuple[Mirror, ...]]) -> dict[str, str | None]:
    """Each store, with what keeps the repository from being it.

    Whether a private one may have advisories depends on its owner's plan, so what counts is whether GitHub lists them.
    """
    repository = found.repository
    of_issues = [
        *(["it is archived"] if repository.archived else []),
        *(["it is public"] if not repository.private else []),
        *(["its issues are off"] if not repository.has_issues else []),
    ]
    open_to_all = repository.has_issues or repository.has_wiki or repository.has_pages or repository.has_discussions
    of_drafts = [
        *(["it is archived"] if repository.archived else []),
        *([f"it is private, and {drafts.reason}"] if repository.private and not isinstance(drafts, Known) else []),
        *(["it has content"] if found.has_commits else []),
        *(["an advisory was published in it"] if found.has_published_advisories else []),
        *(["private vulnerability reporting is on"] if found.private_reporting else []),
        *(["it has issues, a wiki, Pages or discussions"] if open_to_all and not repository.private else []),
    ]
    return {"issue": ", ".join(of_issues) or None, "advisory": ", ".join(of_drafts) or None}


def _store(home: HomeSeen, allowed: Mapping[str, str | None]) -> Line:
    wrong = allowed[home.store]
    may = [store for store, why_not in allowed.items() if why_not is None]
    says = f"{home.repository} may keep mirrors as: {', '.join(may) or 'nothing'}; policy says {home.store}"
    if wrong is None:
        return Line(group=COORDINATION, name="store", state="ok", says=says)
    do = f"mend this: {wrong}" + (f"; or say store: {may[0]} in the policy file" if may else "")
    return Line(group=COORDINATION, name="store", state="problem", says=says, do=do)


def _comments(home: HomeSeen) -> Line:
    if isinstance(home.comments, Known):
        return Line(group=COORDINATION, name="comments", state="ok", says="comments of mirrors can be read")
    why = home.comments.reason
    do = (
        "comments of advisories are a preview that GitHub may not offer here: people use the pages or the commands"
        if home.store == "advisory"
        else "look again once there is a case"
    )
    return Line(group=COORDINATION, name="comments", state="cannot tell", says=why, do=do)


def of_drafts(drafts: Mapping[str, str | bool]) -> Iterator[Line]:
    for account, shown in sorted(drafts.items()):
        name = f"drafts of {account}"
        if shown is True:
            yield Line(group=SIGHT, name=name, state="ok", says="shown")
        elif shown is False:
            do = (
                "is the sentinel a draft still? Else GitHub hides drafts there: advisories cannot be told before they "
                "are published, and no permission to write changes that; for what people hear of, open a case by hand"
            )
            yield Line(group=SIGHT, name=name, state="problem", says="not shown to a token that only reads", do=do)
        else:
            do = f"somebody of {account} makes a draft that stays, and policy names it as the sentinel of {account}"
            yield Line(group=SIGHT, name=name, state="cannot tell", says=shown, do=do)


def of_listing(listing: Mapping[str, str | bool]) -> Iterator[Line]:
    for account, offered in sorted(listing.items()):
        name = f"list of all advisories of {account}"
        if offered is True:
            yield Line(group=SIGHT, name=name, state="ok", says="offered: a sweep asks once for all repositories")
        elif offered is not False:
            do = "none needed: each repository is asked by itself"
            yield Line(group=SIGHT, name=name, state="cannot tell", says=offered, do=do)


def of_unused_lists(listing: Mapping[str, str | bool]) -> Iterator[Line]:
    """Together: that an App which only reads is not answered there is as it should be."""
    if unused := sorted(account for account, offered in listing.items() if offered is False):
        says = f"not used in {', '.join(unused)}: the App only reads there, so each repository is asked by itself"
        yield Line(group=SIGHT, name="lists of advisories", state="ok", says=says)


def of_configurations(found: tuple[tuple[RepoName, str, str], ...]) -> Iterator[Line]:
    """Those that fight a policy, one by one; the others together."""
    for repo, state, why in found:
        if state == "finding":
            do = "an owner attaches another configuration, leaves the switch “not set” in it, or ends its enforcement"
            yield Line(group="Security configurations", name=str(repo), state="problem", says=why, do=do)
    unclear = [(repo, why) for repo, state, why in found if state == "cannot tell"]
    if unclear:
        repo, why = unclear[0]
        says = f"of {len(unclear)} repositories, such as {repo}: {why}"
        do = "see the permissions and installations above"
        yield Line(group="Security configurations", name="others", state="cannot tell", says=says, do=do)
    agree = sum(state == "pass" for _, state, _ in found)
    if agree or not found:
        says = f"none fights policy in {agree} repositories" if found else "policy declares no owner of reports"
        yield Line(group="Security configurations", name="agreeing", state="ok", says=says)
