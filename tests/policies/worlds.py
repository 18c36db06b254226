"""Worlds of every kind for policies to look at, in which each fact is known, unknown or has no meaning."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.domain.facts import (
    Coverage,
    Embargo,
    NotApplicable,
    Presence,
    Public,
    Readers,
    RepositoryFacts,
    SecurityPolicy,
    Webhook,
)
from app.domain.ids import RepoName
from policies.permissions import HAND, WATCHER
from tests.builders import (
    ALICE,
    BOB,
    CASES,
    HIDDEN,
    NOW,
    PIP,
    POLICY,
    WHEEL,
    advisory,
    configuration,
    coordination,
    facts,
    known,
    report,
    roster,
)

UV = RepoName("astral-sh", "uv")
REPOS = (PIP, UV, WHEEL, CASES)
NOTHING = NotApplicable("it has no meaning here")
OLD = NOW - timedelta(days=400)
_PSRT = "email, clocks: {triage: 14d, coordinator: 3d, finish: 90d}, cna: PSF, escalation: the PSF, contact"
_OTHERS = 'github, users: ["alice:1", "bob:2"]'
RICH = f"""\
{POLICY.replace("email, contact", _PSRT).replace("github}", _OTHERS + "}")}
exemptions:
  - {{policy: private-reporting, repository: pypa/wheel, owner: "carol:3", reason: moving, until: 2026-12-01}}
  - {{policy: private-reporting, repository: pypa/pip, owner: "carol:3", reason: moving, until: 2036-12-01}}
"""

_SEES = Presence(suspended=False, selected=False, permissions=tuple(WATCHER.items()), sees=True)
_WRITES = replace(_SEES, permissions=tuple(HAND.items()), sees=None)
_HOOK = known(Webhook(url="https://greenroom.example/webhooks/github", verifies=True))
_COVERED = Coverage(watcher=_SEES, hand=known(_WRITES), webhook=_HOOK)
_DRAFT = advisory(repo=PIP, created_at=OLD, updated_at=OLD)
_OUT = advisory(repo=PIP, state="published", created_at=OLD, published_at=NOW - timedelta(days=1))
_FACTS: dict[str, tuple[Any, ...]] = {
    "private_reporting": (known(True), known(False)),
    "configuration": (known(None), known(configuration("enabled")), known(configuration("disabled"))),
    "advisories": (
        known(()),
        known((report(created_at=OLD), _DRAFT)),
        known((replace(_DRAFT, people=(ALICE, BOB), credits=(("alice", "coordinator"),)),)),
        known((replace(_DRAFT, created_at=None),)),
    ),
    "owners_people": (roster(ALICE, BOB), roster(ALICE, unconfirmed=(BOB,)), roster()),
    "published": (known(()), known((_OUT,)), known((replace(_OUT, published_at=None),))),
    "coordination": (known(coordination()), known(coordination(private=True)), known(coordination(commits=True))),
    "security_policy": (
        known(None),
        known(SecurityPolicy(path="SECURITY.md", text="Mail security@python.org, please.\n")),
        known(SecurityPolicy(path="SECURITY.md", text="Open an issue.\n")),
    ),
    "owners_roster": (roster(ALICE, BOB), roster(unconfirmed=(ALICE, BOB))),
    "readers": (
        known(()),
        known((Readers(people=(ALICE,), teams=(), named=frozenset({ALICE.id})),)),
        known((Readers(people=(ALICE,), teams=("core",), named=frozenset()),)),
        known((Readers(people=None, teams=None, named=frozenset()),)),
    ),
    "embargoes": (
        known(()),
        known((Embargo(case=1, until=NOW + timedelta(days=1), public=known(Public(since=NOW))),)),
        known((Embargo(case=1, until=NOW - timedelta(days=1), public=known(None)),)),
        known((Embargo(case=1, until=NOW + timedelta(days=1), public=HIDDEN),)),
        known((Embargo(case=1, until=NOW + timedelta(days=1), public=known(None)),)),
    ),
    "coverage": (known(_COVERED), known(replace(_COVERED, watcher=None)), known(replace(_COVERED, webhook=HIDDEN))),
}


def worlds(count: int, *, seed: int = 7) -> Iterator[RepositoryFacts]:
    """So many, the same ones each time."""
    chance = random.Random(seed)  # noqa: S311 - worlds, not secrets
    for _ in range(count):
        said = {name: chance.choice([*values, *values, HIDDEN, NOTHING]) for name, values in _FACTS.items()}
        yield facts(chance.choice(REPOS), **said)


def silent(world: RepositoryFacts, fact: Any = HIDDEN) -> RepositoryFacts:
    """The same where GitHub says nothing at all."""
    return replace(world, **dict.fromkeys(_FACTS, fact))
