"""What would another policy file change: what is done, how things stand, who reads what?

Pure: compares what `app.policy_file.foreseeing` saw under each. It names advisories, so it is for coordinators.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from app.domain.actions import MIRROR_SCOPES, InviteTeam, InviteToMirror, SetCollaborators
from app.domain.ids import CaseKey, RepoName
from app.policy_file.changes import changes
from app.policy_file.foreseen import EVERY_CASE, Foreseen, Reads
from app.reconcile.brakes import counts, is_of_cases, limit_of, too_many
from app.reconcile.plan import PLANNED, Step, identity

Json = dict[str, Any]
STAYS = "goes on reading it until a person takes them off: Greenroom removes nobody"


def difference(old: Foreseen, new: Foreseen, *, watched: int, open_cases: int) -> Json:
    """All of it. `watched` is how many repositories there are, `open_cases` how many cases, for how many may be changed

    at once.
    """
    of = {scope: open_cases if is_of_cases(scope) else watched for scope in _reach(new)}
    many = {scope: count for scope, count in _reach(new).items() if count > limit_of(of[scope])}
    new = _braked(new, many)
    before, after = _steps(old), _steps(new)
    return {
        "old": old.policies.commit,
        "new": new.policies.commit,
        "changes": list(changes(old.policies.file, new.policies.file)),
        "would_do": [_shown(step, before.get(key)) for key, step in after.items() if _is_more(before.get(key), step)],
        "only_wanted": [
            _shown(step, before.get(key)) for key, step in after.items() if _is_only_wanted(before.get(key), step)
        ],
        "no_longer": [
            _shown(step, None) | {"when": _why_not(after.get(key))}
            for key, step in before.items()
            if _is_more(after.get(key), step)
        ],
        "too_many": [too_many(scope, count, of[scope]) for scope, count in sorted(many.items())],
        "opens": list(_opens(old, new, many)),
        "states": list(_states(old, new)),
        "gains": [_gain(reads, new) for reads in _only_in(new, old)],
        "loses": [_loss(reads) for reads in _only_in(old, new)],
        "cannot_tell": [{"key": key, "reason": why} for key, why in sorted(old.cannot_tell | new.cannot_tell)],
    }


_ONLY_WIDE = "only after greenroom approve PLAN_ID --by LOGIN --wide"


def differs(shown: Json) -> bool:
    """Is anything else under the new file?"""
    told = ("changes", "would_do", "only_wanted", "no_longer", "opens", "states", "gains", "loses")
    return any(shown[name] for name in told)


def _steps(foreseen: Foreseen) -> dict[str, Step]:
    return {identity(step.action): step for step in foreseen.steps}


def _braked(foreseen: Foreseen, many: Collection[str]) -> Foreseen:
    """With all that would be found together: each by itself was looked at as if it were the only one."""
    steps = [
        replace(step, gate="capped") if step.gate in ("go", "looking") and step.action.scope in many else step
        for step in foreseen.steps
    ]
    return replace(foreseen, steps=tuple(steps))


def _is_more(before: Step | None, after: Step) -> bool:
    """Is something done, at once or after a yes, that was not done before?"""
    return after.gate in PLANNED and (before is None or before.gate not in PLANNED)


def _is_only_wanted(before: Step | None, after: Step) -> bool:
    return after.gate not in PLANNED and (before is None or before.gate != after.gate)


def _shown(step: Step, before: Step | None) -> Json:
    action = step.action
    shown = {"key": str(action.key), "kind": action.kind, "scope": action.scope}
    return shown | {"reason": action.reason, "when": _when(step)} | ({"before": _when(before)} if before else {})


def _when(step: Step) -> str:
    match step.gate:
        case "go":
            return "at once, as its kind is approved"
        case "looking":
            return "after everything was looked at, as its kind is approved"
        case "capped":
            what = (
                "too many cases would be shown to more people"
                if is_of_cases(step.action.scope)
                else "it would be done in too many repositories"
            )
            return f"{_ONLY_WIDE}, as {what} at once"
        case "unapproved":
            return f"once a coordinator approves “{step.action.scope}”"
        case _:
            return f"not now: {step.why_not}"


def _why_not(step: Step | None) -> str:
    return "it is not wanted any more" if step is None else _when(step)


def _reach(new: Foreseen) -> dict[str, int]:
    """In how many repositories would each kind of remedy be done, or how many cases would it show to more people?"""
    found: dict[str, set[RepoName | CaseKey | str]] = defaultdict(set)
    for step in new.steps:
        if step.gate in PLANNED and (about := counts(step.action)) is not None:
            found[step.action.scope].add(about)
    coordination = new.policies.file.coordination
    if coordination is not None and coordination.mode == "enforce" and new.opens:
        found[MIRROR_SCOPES[coordination.store]] |= set(new.opens)  # each becomes a case of its own
    return {scope: len(reached) for scope, reached in found.items()}


def _opens(old: Foreseen, new: Foreseen, many: Collection[str]) -> Iterator[Json]:
    for key, tools in sorted(new.opens.items()):
        if key not in old.opens:
            yield {"key": key, "tools": list(tools), "how": f"becomes a case; {_mirror_of_it(new, many)}"}


def _mirror_of_it(new: Foreseen, many: Collection[str]) -> str:
    coordination = new.policies.file.coordination
    if coordination is None or coordination.mode != "enforce":
        return "no mirror is opened"
    if MIRROR_SCOPES[coordination.store] in many:
        return f"its mirror is opened {_ONLY_WIDE}, as there would be too many at once"
    return "its mirror is opened once a coordinator approved that"


def _states(old: Foreseen, new: Foreseen) -> Iterator[Json]:
    for key in sorted({*old.verdicts, *new.verdicts}, key=str):
        before, after = old.verdicts.get(key), new.verdicts.get(key)
        if any(each is not None and each.unasked for each in (before, after)):
            continue  # it was not its turn to be asked, whatever policy says
        states = [each.state if each else "not looked at" for each in (before, after)]
        is_other = states[0] != states[1]
        is_other_finding = after is not None and states[1] == "finding" and before != after
        if is_other or is_other_finding:
            message = after.message if after else ""
            yield {"key": str(key), "before": states[0], "after": states[1], "message": message}


def _only_in(one: Foreseen, other: Foreseen) -> list[Reads]:
    only = (reads for identity, reads in one.reads.items() if identity not in other.reads)
    return sorted(only, key=lambda reads: (reads.key, reads.who))


def _gain(reads: Reads, new: Foreseen) -> Json:
    return {"key": reads.key, "who": reads.who, "why": reads.why, "how": _how(reads, new)}


def _how(reads: Reads, new: Foreseen) -> str:
    if reads.key == EVERY_CASE:
        return "policy only says so: whoever owns the repository lets them in"
    if reads.is_inside:
        return "reads it already"
    if reads.key in new.opens:
        return "is invited when its mirror is there"
    for step in new.steps:
        if _adds(step, reads):
            return f"is added {_when(step)}" if step.gate in PLANNED else f"is not added: {step.why_not}"
    return "is not added by Greenroom"


def _adds(step: Step, reads: Reads) -> bool:
    action = step.action
    if not isinstance(action, SetCollaborators | InviteToMirror | InviteTeam) or str(action.key) != reads.key:
        return False
    people = action.members if isinstance(action, InviteTeam) else action.add
    return reads.account in {person.id for person in people}


def _loss(reads: Reads) -> Json:
    how = STAYS if reads.is_inside and reads.key != EVERY_CASE else "is not to be added any more"
    if reads.key == EVERY_CASE:
        how = "policy only says so: whoever owns the repository has to take them off"
    return {"key": reads.key, "who": reads.who, "why": f"no longer {reads.why}", "how": how}
