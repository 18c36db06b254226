"""Which routes of GitHub do the facts come from that policies read?

A policy says what it reads (`READS`), and here stands of each of these facts what tells it, in which repositories of
the world in `judged.py`, and for how long an answer serves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from policies.policy import Policy
from tests.e2e.judged import CASES, CLAIMS, GET_PIP, ISSUES, PIP, WHEEL, States

Stage = Literal["drafts", "issues", "long lists"]

EVERYWHERE = frozenset({"everywhere"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Routes that tell some facts of some repositories.

    `serves` is for how many minutes an answer counts. With a `query`, only requests that have it are meant. `afresh`:
    it is asked so seldom that the process has to be a new one. `says` are answers that are documented to say something,
    and how policies stand then ("" is: as before). `shared` is one pattern for all paths: a limit is told once and ends
    it. Sources of one `act` fail together, which saves time; no policy reads two of them.
    """

    name: str
    paths: tuple[str, ...]
    tells: frozenset[str]
    of: frozenset[str]
    method: str = "GET"
    query: str = ""
    serves: int = 1
    afresh: bool = False
    stage: Stage = "drafts"
    act: int = 0
    says: Mapping[str, str] = field(default_factory=dict)
    shared: str = ""

    def __str__(self) -> str:
        return self.name

    def concerns(self, policy: Policy, repo: str) -> bool:
        """Does what this policy says of that repository hang on this?"""
        here = repo in self.of or self.of is EVERYWHERE
        return here and bool(self.tells & {*policy.reads}) and (self.name, policy.name, repo) not in STILL_SEEN


def _source(name: str, *paths: str, tells: str, of: frozenset[str] | set[str], **more: object) -> Source:
    return Source(name=name, paths=paths, tells=frozenset(tells.split()), of=frozenset(of), **more)  # type: ignore[arg-type]


def _each(route: str, *repos: str) -> tuple[str, ...]:
    return tuple(f"/repos/{repo}/{route}" for repo in repos)


_REPORTING, _LIST = "private-vulnerability-reporting", "security-advisories"
_OWNED = {PIP, GET_PIP}
_LISTED = "advisories published readers embargoes"

SOURCES = (
    _source(
        "the switch",
        *_each(_REPORTING, PIP, GET_PIP),
        tells="private_reporting",
        act=1,
        of=_OWNED,
        shared=f"/repos/pypa/*/{_REPORTING}",
    ),
    _source("its guard", *_each("code-security-configuration", GET_PIP), tells="configuration", act=2, of={GET_PIP}),
    _source(
        "advisories",
        *_each(_LIST, PIP),
        *_each(f"{_LIST}*", GET_PIP, WHEEL),
        tells=_LISTED,
        act=3,
        of={*_OWNED, WHEEL},
        shared=f"/repos/pypa/*/{_LIST}*",
    ),
    _source("logins", "/users/*", tells="owners_roster", act=1, of=_OWNED, serves=61, says={"404": "finding"}),
    _source("a team", "/orgs/python/teams/psrt/members", tells="owners_roster readers", act=2, of=_OWNED, serves=61),
    _source("files", "/graphql", method="POST", tells="security_policy", act=2, of=_OWNED, serves=11),
    _source(
        "the global database",
        "/advisories/*",
        tells="embargoes",
        act=1,
        of={GET_PIP, WHEEL},
        serves=11,
        says={"404": ""},
    ),
    _source("the global database, by CVE id", "/advisories", tells="embargoes", act=2, of={GET_PIP, WHEEL}, serves=11),
    _source("the coordination repository", f"/repos/{CASES}", tells="coordination", act=1, of={CASES}),
    _source("its commits", *_each("commits", CASES), tells="coordination", act=2, of={CASES}),
    _source("its switch", *_each(_REPORTING, CASES), tells="coordination", act=3, of={CASES}),
    _source(
        "what it published", *_each(_LIST, CASES), query="state=published", tells="coordination", act=5, of={CASES}
    ),
    _source("mirrors", *_each(_LIST, CASES), tells="coordination readers", act=4, of={CASES}),
    _source("installations", "/app/installations", tells="coverage", act=1, of=EVERYWHERE, serves=16),
    _source(
        "what an installation sees", "/installation/repositories", tells="coverage", act=2, of=EVERYWHERE, serves=16
    ),
    _source("the webhook", "/app/hook/config", tells="coverage", act=3, of={CASES}, serves=16),
    _source("readers of issues", *_each("collaborators", ISSUES), tells="readers", act=6, of={ISSUES}, stage="issues"),
    _source(
        "what was published",
        *_each(_LIST, PIP),
        query="state=published",
        tells="published",
        act=7,
        of={PIP},
        serves=61,  # then it is asked again
        afresh=True,
        stage="long lists",
    ),
)

# Reviewed: what a policy says of these repositories does not hang on that route, though it does elsewhere.
STILL_SEEN = {
    ("the switch", "security-policy-routes", GET_PIP): "its text is wrong, whether the switch is on or off",
    ("its guard", "private-reporting", GET_PIP): "the switch was seen to be wrong; only what can be done is unknown",
    ("advisories", "private-reporting", GET_PIP): "the switch was seen to be wrong, whatever came in",
}
ALSO = {("its guard", "private-reporting", GET_PIP): "finding"}  # it is blocked as long as its guard is seen


def together(source: Source) -> tuple[Source, ...]:
    """All that fail with it."""
    return tuple(each for each in SOURCES if each.act == source.act)


def sources_of(policy: Policy) -> tuple[Source, ...]:
    """Those that tell what a policy reads."""
    return tuple(source for source in SOURCES if source.tells & {*policy.reads})


def claimed(policy: Policy, source: Source, before: States) -> set[tuple[str, str]]:
    """Of which repositories did the policy say something that hangs on this source?"""
    return {
        (repo, name)
        for (repo, name), state in before.items()
        if name == policy.name and state in CLAIMS and source.concerns(policy, repo)
    }
