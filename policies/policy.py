"""What is a policy, and which are there?

A policy is a module of this folder with a docstring, its sentence, and one pure function:

    def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict

Its name is the file's name with hyphens. Nothing has to be registered. One that finds something only where an advisory
is open says `ABOUT_ADVISORIES = True`: that it is looked at, or blocked, is then under embargo like the advisory.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeAlias

import policies
from app.domain.facts import RepositoryFacts
from app.domain.findings import Verdict
from policies.config import PolicyFile

Check: TypeAlias = Callable[[RepositoryFacts, PolicyFile, datetime], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One thing that should be true of a repository, and the function that tells whether it is."""

    name: str
    sentence: str
    check: Check
    about_advisories: bool = False


@cache
def all_policies() -> tuple[Policy, ...]:
    """Every policy of this folder, by name."""
    modules = (importlib.import_module(f"policies.{found.name}") for found in pkgutil.iter_modules(policies.__path__))
    return tuple(
        Policy(
            name=module.__name__.removeprefix("policies.").replace("_", "-"),
            sentence=(module.__doc__ or "").split("\n", 1)[0],
            check=module.check,
            about_advisories=getattr(module, "ABOUT_ADVISORIES", False),
        )
        for module in modules
        if hasattr(module, "check")
    )


def policy_named(name: str) -> Policy:
    """The policy of that name. Raises KeyError with the names there are."""
    for policy in all_policies():
        if policy.name == name:
            return policy
    known = ", ".join(policy.name for policy in all_policies())
    raise KeyError(f'there is no policy "{name}"; there are {known}')
