"""Which policies are there? Found by scanning the folder, so the folder has to be in order."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

import policies
from app.domain.facts import RepositoryFacts
from app.domain.findings import Verdict
from app.domain.ids import PolicyKey, RepositoryKey, parse_key
from app.reconcile.decide import decide
from app.reconcile.plan import LookAt
from app.reconcile.snapshot import RepositorySnapshot
from policies.config import PolicyFile
from policies.loading import load_policies
from policies.policy import Policy, all_policies, policy_named
from tests.builders import DIGESTS, PIP, POLICY, facts, standpoint

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
    with pytest.raises(KeyError, match='there is no policy "private-report"; there are app-covers, configuration-agr'):
        policy_named("private-report")


DROPPED_IN = '''\
"""Releases carry attestations, as PEP 740 describes."""

from datetime import datetime

from app.domain.actions import SetPrivateReporting
from app.domain.facts import RepositoryFacts
from app.domain.findings import Verdict
from policies.config import PolicyFile


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    remedy = SetPrivateReporting(repo=facts.name, enabled=True, under=None, reason="for show")
    return Verdict(state="finding", message=f"{facts.name} has none", remedies=(remedy,))
'''


@pytest.fixture
def dropped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Somebody puts a file into the folder."""
    (tmp_path / "pep_740_attested.py").write_text(DROPPED_IN, encoding="utf-8")
    monkeypatch.setattr(policies, "__path__", [*policies.__path__, str(tmp_path)])
    all_policies.cache_clear()
    yield "pep-740-attested"
    sys.modules.pop("policies.pep_740_attested", None)
    all_policies.cache_clear()


def test_a_file_in_the_folder_is_all_that_a_policy_needs(dropped_in: str) -> None:
    """It is found, held against repositories, marked where it has a remedy, and switched on in the policy file."""
    key = PolicyKey(PIP, dropped_in)
    text = POLICY.replace("policies:\n", f"policies:\n  {dropped_in}: {{mode: enforce}}\n")
    at = standpoint(policies=load_policies(text, "greenroom.yml"))

    looked = decide(RepositorySnapshot(key=RepositoryKey(PIP), facts=facts()), at, DIGESTS)
    mended = decide(RepositorySnapshot(key=key, facts=facts()), at, DIGESTS)

    assert policy_named(dropped_in).sentence == "Releases carry attestations, as PEP 740 describes."
    assert (PIP, dropped_in, "finding") in [(repo, policy, verdict.state) for repo, policy, verdict in looked.verdicts]
    assert looked.notes == (LookAt(keys=frozenset({key})),)
    assert [step.gate for step in mended.ready] == ["go"]


def test_the_name_of_a_file_is_a_key(dropped_in: str) -> None:
    """People type it behind the `#`, and the work set keeps it as text. Names of standards have digits."""
    assert parse_key(f"pypa/pip#{dropped_in}") == PolicyKey(PIP, dropped_in)
    assert parse_key(str(PolicyKey(PIP, dropped_in))) == PolicyKey(PIP, dropped_in)
