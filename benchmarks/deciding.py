"""What does deciding cost, once everything was observed?

It waits for nothing, so what is measured is the time of its core: on a quiet machine that is the time on the clock.
Of policies that cannot tell, or do not apply, deciding would cost little: so each one has to pass some repositories and
find something at others, or there is no figure.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from statistics import median
from typing import get_args

from app.domain.findings import State
from app.domain.ids import RepositoryKey
from app.reconcile.brakes import Brakes
from app.reconcile.decide import decide
from app.reconcile.digests import Digests
from app.reconcile.snapshot import RepositorySnapshot, Standpoint
from benchmarks import prepared
from benchmarks.extent import Extent
from benchmarks.figures import spread, table
from policies.policy import Policy, all_policies
from policies.reporting_routes import reading
from policies.vendoring import shipped

PROMISED = 1.0  # second for `extent.evaluations`
HEAD = """### Deciding

{evaluations:,} evaluations of (repository, policy) on prepared snapshots in memory, all {policies} policies; each of
{repositories:,} repositories has {open} open and {published} published advisories with their readers, a SECURITY.md of
its own, and a case with an embargo. Seconds of one core, medians (least–most) of {rounds} rounds. *first time*: no
SECURITY.md was read before; *again*: as at every look after the first, while the file stays as it is.
"""


class Hollow(Exception):
    """What was measured is not deciding. The message says which policy had nothing to say."""


def run(extent: Extent) -> str:
    """The section of the figures. Raises Hollow."""
    policies = all_policies()
    count = -(-extent.evaluations // len(policies))
    snapshots = [RepositorySnapshot(key=RepositoryKey(each.name), facts=each) for each in prepared.facts(count)]
    at, digests = _standpoint(count), Digests.parse(f"bench:{'be' * 32}")
    answers = {policy.name: _answers(policy, snapshots, at) for policy in policies}
    _refuse_hollow(answers)
    evaluations, plan = count * len(policies), partial(_plan, snapshots, at, digests)
    first, again = _timed(extent.rounds, plan, before=reading.cache_clear), _timed(extent.rounds, plan)
    rows = [_row("whole plans, first time", evaluations, first), _row("whole plans, again", evaluations, again)]
    rows += [
        _row(f"`{policy.name}` alone", count, _timed(extent.rounds, partial(_check, policy, snapshots, at)))
        for policy in policies
    ]
    head = HEAD.format(
        evaluations=evaluations,
        policies=len(policies),
        repositories=count,
        open=prepared.OPEN,
        published=prepared.PUBLISHED,
        rounds=extent.rounds,
    )
    parts = (
        head,
        table(("what", "evaluations", "seconds", "µs each"), rows),
        f"\n{_kept('first time', first, evaluations)}\n{_kept('again', again, evaluations)}\n",
        "What they answer:\n",
        table(("policy", *get_args(State)), [_counted(name, found) for name, found in answers.items()]),
    )
    return "\n".join(parts)


def _plan(snapshots: list[RepositorySnapshot], at: Standpoint, digests: Digests) -> None:
    for each in snapshots:
        decide(each, at, digests)


def _check(policy: Policy, snapshots: list[RepositorySnapshot], at: Standpoint) -> None:
    for each in snapshots:
        policy.check(each.facts, at.policies.file, at.now)


def _answers(policy: Policy, snapshots: Iterable[RepositorySnapshot], at: Standpoint) -> Counter[State]:
    return Counter(policy.check(each.facts, at.policies.file, at.now).state for each in snapshots)


def _refuse_hollow(answers: dict[str, Counter[State]]) -> None:
    silent = [name for name, found in answers.items() if not found["pass"] + found["finding"]]
    if silent:
        raise Hollow(f"never passed anything and never found anything: {', '.join(silent)}")


def _counted(name: str, found: Counter[State]) -> list[str]:
    return [f"`{name}`", *(str(found[state] or "") for state in get_args(State))]


def _timed(rounds: int, work: Callable[[], object], before: Callable[[], object] = lambda: None) -> list[float]:
    """Seconds of one core."""
    took = []
    for _ in range(rounds):
        before()
        started = time.process_time()
        work()
        took.append(time.process_time() - started)
    return took


def _row(what: str, count: int, took: Sequence[float]) -> tuple[str, str, str, str]:
    return what, f"{count:,}", spread(took, 3), spread((each / count * 1e6 for each in took), 1)


def _kept(what: str, took: Sequence[float], evaluations: int) -> str:
    """The promise is about ten thousand of them, whatever was measured."""
    of_promise = median(took) / evaluations * 10_000
    word = "kept" if of_promise < PROMISED else "missed"
    return f"* 10,000 in less than {PROMISED:.0f} s, {what}: {word}, {of_promise:.2f} s."


def _standpoint(repositories: int) -> Standpoint:
    return Standpoint(
        now=prepared.NOW,
        policies=prepared.policies(repositories),
        approvals={},
        writes_enabled=True,
        brakes=Brakes(watched=repositories),
        watch_every=timedelta(seconds=90),
        vendoring=shipped(),
    )
