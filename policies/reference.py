"""What do people read about each policy? `docs/policies.md`, made of what the policies say of themselves.

Pure: text out of modules. A test holds the file to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.findings import State
from policies.permissions import HAND, NEEDS, WATCHER
from policies.policy import Policy, all_policies

MEANS: dict[State, str] = {
    "pass": "it is so",
    "finding": "it is not",
    "cannot tell": "GitHub did not say; nothing is concluded and nothing is written",
    "not applicable": "the question has no meaning there",
    "unmanaged": "nobody declared who takes the reports of the repository",
    "exempt": "it is not, and somebody accepted that until a day",
    "blocked": "what would mend it was tried, and GitHub refused it or changed nothing",
    "contested": "what would mend it was undone twice within a day, so it is left alone",
}
_MENDS = ("blocked", "contested")  # only what Greenroom mends itself

_HEAD = """\
# Policies

Each policy is one sentence that should be true of a repository, and one file in `policies/` that tells whether it is.
This page is made of those files by `greenroom policy docs`; change them, not this page.

A policy has a mode in the policy file: `observe` counts, `report` makes findings and notices, `enforce` also mends what
Greenroom can mend, once a coordinator approved the kind of remedy. One that the file does not name observes.

| policy | the sentence | mended by |
|---|---|---|
"""
_STATES = """
## States

How a repository stands with a policy is one of these:

"""
_EXEMPTIONS = """
## Exemptions

Somebody can accept a finding until a day that is at most 90 days ahead: an entry under `exemptions` with a policy, a
repository, an owner, a reason and `until`. It may name the kinds that are accepted, in the words of this page, as in
`kinds: [switched-on]`; where it names none it covers what was found when it came into force, and so nothing if all
was well. Of `no-unexpected-readers` it covers the accounts and teams that were found then, whether or not it names
kinds. What is found of another kind, or about another account, is a finding as if there were no exemption. While
something accepted is among what was found, nothing of that finding is mended. It lapses with its last day (UTC). What
pages somebody cannot be exempt, and patterns of repositories or policies are not offered.
"""


def reference() -> str:
    """The whole page."""
    policies = all_policies()
    table = "".join(_row(policy) for policy in policies)
    states = "".join(f"* **{state}**: {means}.\n" for state, means in MEANS.items())
    pages = "".join("".join(_page(policy)) for policy in policies)
    return f"{_HEAD}{table}{_STATES}{states}{_EXEMPTIONS}{pages}"


def lacks(policy: Policy) -> Iterator[str]:
    """Which parts does a policy not have?"""
    parts = {
        "a docstring that says why": policy.why,
        "STATES": policy.states,
        "KINDS": policy.kinds,
        "REMEDY": policy.remedy,
        "EXAMPLE": policy.example,
    }
    yield from (name for name, part in parts.items() if not part)


def _row(policy: Policy) -> str:
    by = "Greenroom or people" if _is_mended(policy) else "people"
    return f"| [{policy.name}](#{policy.name}) | {_plain(policy.sentence)} | {by} |\n"


def _page(policy: Policy) -> Iterator[str]:
    yield f"\n## {policy.name}\n\n**{_plain(policy.sentence)}**\n"
    yield f"\n{policy.why}\n" if policy.why else ""
    yield f"\n**It looks at** {_read(policy)}.\n"
    yield f"\n**It answers** {', '.join(_states(policy))}.\n"
    if policy.kinds:
        yield "\n**It finds**\n\n"
        yield from (f"* `{kind}`: {means}{_at_once(policy, kind)}.\n" for kind, means in policy.kinds.items())
    yield f"\n**What mends it.** {policy.remedy}\n" if policy.remedy else ""
    if policy.about_advisories:
        yield "\nThat it finds something is under embargo, as it says that there is an unpublished advisory.\n"
    yield f"\n```yaml\n{policy.example}```\n" if policy.example else ""


def _at_once(policy: Policy, kind: str) -> str:
    return " (pages somebody)" if kind in policy.pages else ""


def _read(policy: Policy) -> str:
    """Facts, and the permissions that they need."""
    if not policy.reads:
        return "the policy file alone, so no outage of GitHub hides anything of it"
    named = ", ".join(f"`{fact}`" for fact in policy.reads)
    needs = dict.fromkeys(each for fact in policy.reads for each in _needs(fact))
    return f"{named}, which needs {', '.join(needs)}" if needs else f"{named}, which needs no permission"


def _needs(fact: str) -> Iterator[str]:
    app, permissions = NEEDS[fact]
    asked = WATCHER if app == "Watcher" else HAND
    for permission in permissions:
        level = "read" if app == "Watcher" else min(asked[permission], "read")
        yield f"*{permission.replace('_', ' ')}: {level}*" + (" (Greenroom Hand)" if app == "Hand" else "")


def _states(policy: Policy) -> Iterator[str]:
    """Its own ones, and those that others make of a finding."""
    own = [state for state in MEANS if state in policy.states]
    yield from own
    if "finding" in own:
        yield from ["exempt"] if set(policy.kinds) - set(policy.pages) else []
        yield from _MENDS if _is_mended(policy) else ()


def _is_mended(policy: Policy) -> bool:
    return policy.remedy.startswith("Greenroom ")


def _plain(text: str) -> str:
    return text.replace("|", "\\|")
