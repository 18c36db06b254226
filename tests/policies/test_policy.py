"""Which policies are there? Found by scanning the folder, so the folder has to be in order."""

from __future__ import annotations

import inspect
from datetime import datetime
from pathlib import Path

import pytest

import policies
from app.domain.facts import RepositoryFacts
from app.domain.findings import Verdict
from policies.config import PolicyFile
from policies.policy import Policy, all_policies, policy_named

FOLDER = Path(policies.__file__).parent
NAMES = [policy.name for policy in all_policies()]


def test_policies_are_found_by_name_and_in_order() -> None:
    """Nothing has to be registered, and what people see has a stable order."""
    assert sorted(NAMES) == NAMES
    assert {"private-reporting", "coordination-private"} <= set(NAMES)


@pytest.mark.parametrize("policy", all_policies(), ids=NAMES)
def test_a_policy_is_one_sentence_one_file_and_one_table_test(policy: Policy) -> None:
    """A stranger has to find all of a policy by its name."""
    file = policy.name.replace("-", "_")

    assert (FOLDER / f"{file}.py").is_file()
    assert "def test_the_table(" in (Path(__file__).parent / f"test_{file}.py").read_text(encoding="utf-8")
    assert policy.sentence.endswith(".")
    assert policy.sentence[0].isupper()
    assert len(policy.sentence.split()) >= 5


@pytest.mark.parametrize("policy", all_policies(), ids=NAMES)
def test_a_policy_is_pure_by_its_shape(policy: Policy) -> None:
    """Facts, rules and the time go in, a verdict comes out, and nothing is awaited."""
    signature = inspect.signature(policy.check, eval_str=True)

    assert [each.annotation for each in signature.parameters.values()] == [RepositoryFacts, PolicyFile, datetime]
    assert signature.return_annotation is Verdict
    assert not inspect.iscoroutinefunction(policy.check)


def test_a_policy_is_told_by_its_name() -> None:
    """The name is what people type behind the `#` of a key."""
    assert [policy_named(name).name for name in NAMES] == NAMES


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    """Somebody mistyped it; the message says what there is."""
    with pytest.raises(KeyError, match='there is no policy "private-report"; there are coordination-private, '):
        policy_named("private-report")
