"""What is a policy, and which are there?

A policy is a module of this folder with a docstring, its sentence, and one pure function:

    def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict

Its name is the file's name with hyphens. Nothing has to be registered. The rest of the docstring says why, with its
sources. What else people should know of it (docs/policies.md is made of it) stands in constants:

    READS = ("advisories", "owners_people")           the fields of RepositoryFacts that it looks at, besides the name
    STATES = ("pass", "finding", "cannot tell", …)    what it answers
    KINDS = {"reports-unseen": "those who take …"}    the words in its findings that exemptions name, and what they mean
    REMEDY = "…"                                      what mends a finding, and who does it; one paragraph
    EXAMPLE = "report_owners: {psrt: …}"              what of the policy file it holds a repository against, as YAML

One that finds something only where an advisory is open says `ABOUT_ADVISORIES = True`: that it is looked at, or
blocked, is then under embargo like the advisory. Kinds that a person must see at once stand in `PAGES` too.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import TypeAlias

import policies
from app.domain.facts import RepositoryFacts
from app.domain.findings import State, Verdict
from policies.config import PolicyFile

Check: TypeAlias = Callable[[RepositoryFacts, PolicyFile, datetime], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One thing that should be true of a repository, and the function that tells whether it is."""

    name: str
    sentence: str
    check: Check
    why: str = ""
    reads: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    remedy: str = ""
    example: str = ""
    about_advisories: bool = False
    pages: tuple[str, ...] = ()


@cache
def all_policies() -> tuple[Policy, ...]:
    """Every policy of this folder, by name."""
    modules = (importlib.import_module(f"policies.{found.name}") for found in pkgutil.iter_modules(policies.__path__))
    return tuple(_policy_of(module) for module in modules if hasattr(module, "check"))


def _policy_of(module: ModuleType) -> Policy:
    sentence, _, why = (module.__doc__ or "").partition("\n")
    return Policy(
        name=module.__name__.removeprefix("policies.").replace("_", "-"),
        sentence=sentence,
        check=module.check,
        why=why.strip(),
        reads=getattr(module, "READS", ()),
        states=getattr(module, "STATES", ()),
        kinds=getattr(module, "KINDS", {}),
        remedy=getattr(module, "REMEDY", ""),
        example=getattr(module, "EXAMPLE", ""),
        about_advisories=getattr(module, "ABOUT_ADVISORIES", False),
        pages=getattr(module, "PAGES", ()),
    )


@cache
def about_advisories() -> frozenset[str]:
    """Policies that find something only where an advisory is open."""
    return frozenset(policy.name for policy in all_policies() if policy.about_advisories)


def policy_named(name: str) -> Policy:
    """The policy of that name. Raises KeyError with the names there are."""
    for policy in all_policies():
        if policy.name == name:
            return policy
    known = ", ".join(policy.name for policy in all_policies())
    raise KeyError(f'there is no policy "{name}"; there are {known}')
