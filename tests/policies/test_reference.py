"""What people read about each policy is what the policies say and do."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from app.domain.facts import Known, RepositoryFacts
from app.domain.findings import Verdict
from policies.config import PolicyFile
from policies.loading import load_policies
from policies.policy import Policy, all_policies
from policies.reference import MEANS, lacks, reference
from tests.builders import HIDDEN, NOW, rules
from tests.policies.worlds import RICH, silent, worlds

PAGE = Path(__file__).parents[2] / "docs" / "policies.md"
MANY = 1500
CERTAIN = {"pass", "finding"}
NEED_NO_ANSWER = {"exemptions-fresh"}  # they look at the policy file alone; reviewed: nothing of GitHub is in there
EVERY = pytest.mark.parametrize("policy", all_policies(), ids=[policy.name for policy in all_policies()])


class Watched:
    """Facts that remember which of them were looked at."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self._facts = facts
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.read.add(name)
        return getattr(self._facts, name)


def judged(policy: Policy, facts: RepositoryFacts, file: PolicyFile) -> tuple[Verdict, set[str]]:
    """The verdict, and what was looked at for it."""
    watched = Watched(facts)
    return policy.check(cast("RepositoryFacts", watched), file, NOW), watched.read - {"name"}


def test_the_page_is_what_the_policies_say() -> None:
    """`greenroom policy docs > docs/policies.md` makes it anew."""
    assert PAGE.read_text(encoding="utf-8") == reference()


def test_the_page_has_a_place_for_each_policy_and_leads_there() -> None:
    """People look for one of them."""
    text = reference()

    for policy in all_policies():
        assert f"| [{policy.name}](#{policy.name}) |" in text
        assert f"\n## {policy.name}\n" in text
        assert all(f"* `{kind}`: " in text for kind in policy.kinds)


@EVERY
def test_a_policy_says_all_that_people_have_to_know(policy: Policy) -> None:
    """Why, what it answers, what it finds, what mends that, and an example."""
    assert list(lacks(policy)) == []
    assert set(policy.states) <= {*MEANS} - {"exempt", "blocked", "contested"}
    assert policy.remedy.endswith(".")
    assert not any(means.endswith(".") or not means.strip() for means in policy.kinds.values())


@EVERY
def test_the_example_of_a_policy_is_valid_in_a_policy_file(policy: Policy) -> None:
    """People copy it."""
    example = yaml.safe_load(policy.example)
    wanted = {tenure["owner"] for tool in example.get("tools", {}).values() for tenure in tool.get("report_owner", [])}
    owners = {name: {"takes_reports": "github"} for name in wanted}
    whole = {"version": 1, **example, "report_owners": owners | example.get("report_owners", {})}

    load_policies(yaml.safe_dump(whole), f"the example of {policy.name}")


@EVERY
def test_a_policy_reads_what_it_says_and_nothing_else(policy: Policy) -> None:
    """What it reads decides which permissions are asked of people, so it has to be so."""
    file, read = rules(RICH), set[str]()
    for world in worlds(MANY):
        read |= judged(policy, world, file)[1]

    assert read == set(policy.reads)
    assert read <= {field.name for field in fields(RepositoryFacts)}


@EVERY
def test_a_policy_answers_and_finds_what_it_says(policy: Policy) -> None:
    """Every finding has a kind, else an exemption of one thing would cover another."""
    file, seen, found = rules(RICH), set[str](), set[str]()
    mends = False
    for world in worlds(MANY):
        verdict, _ = judged(policy, world, file)
        seen.add(verdict.state)
        found.update(verdict.kinds)
        mends = mends or bool(verdict.remedies)
        assert bool(verdict.kinds) == (verdict.state == "finding")
        assert len(set(verdict.kinds)) == len(verdict.kinds)
        assert verdict.pages == bool(set(verdict.kinds) & set(policy.pages))

    assert seen == set(policy.states)
    assert found
    assert found <= set(policy.kinds)
    assert mends == policy.remedy.startswith("Greenroom ")


@EVERY
def test_where_github_says_nothing_no_policy_claims_anything(policy: Policy) -> None:
    """For every policy there is, whatever the repository: no pass, no finding, nothing to mend."""
    file = rules(RICH)
    for world in worlds(MANY // 10):
        verdict, _ = judged(policy, silent(world), file)
        if policy.name not in NEED_NO_ANSWER:
            assert verdict.state in {"cannot tell", "not applicable", "unmanaged"}
        assert verdict.remedies == ()


@EVERY
def test_what_is_not_known_of_a_fact_makes_nothing_certain(policy: Policy) -> None:
    """Whoever sees less claims no more: no pass or finding that was none, and nothing to mend that was not to be."""
    file, hidden = rules(RICH), set[str]()
    for world in worlds(MANY // 5):
        before, looked_at = judged(policy, world, file)
        for fact in policy.reads:
            if not isinstance(getattr(world, fact), Known):
                continue
            hidden.add(fact)
            after, _ = judged(policy, _without(world, fact), file)
            if fact not in looked_at:
                assert after == before
            if after.state in CERTAIN:
                assert after.state == before.state, f"{fact} hidden: {after.message}"
            assert set(after.kinds) <= set(before.kinds)
            assert set(after.remedies) <= set(before.remedies)

    assert hidden == set(policy.reads)


def _without(world: RepositoryFacts, fact: str) -> RepositoryFacts:
    said = {field.name: getattr(world, field.name) for field in fields(world)}
    return RepositoryFacts(**(said | {fact: HIDDEN}))


def test_those_that_need_no_answer_of_github_are_named() -> None:
    """They go on telling while GitHub is down, so somebody has to have looked at each of them."""
    assert {policy.name for policy in all_policies() if not policy.reads} == NEED_NO_ANSWER
