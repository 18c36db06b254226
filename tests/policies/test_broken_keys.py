"""What is told of a key that does not exist, or holds what it cannot hold?"""

from __future__ import annotations

import pytest

from tests.policies.broken_files import EXEMPTIONS, KEYS, MAPPING, V, mistakes, tenure

# text → the messages, each with its line
UNKNOWN = {
    "unknown key": (V + "zzz: 1", [f"2: zzz: there is no such key; there is {KEYS}"]),
    "mistyped section": (V + "tols: {}", ['2: tols: there is no such key; did you mean "tools"?']),
    "wrong case": (V + "Tools: {}", ['2: Tools: there is no such key; did you mean "tools"?']),
    "mistyped key of a tool": (
        V + "tools:\n  pip:\n    repositores: [pypa/pip]",
        ['4: tools.pip.repositores: there is no such key; did you mean "repositories"?'],
    ),
    "mistyped key in a list": (
        tenure("from: 2024-01-01, owner: psrt, ownr: psrt"),
        ['6: tools.pip.report_owner.0.ownr: there is no such key; did you mean "owner"?'],
    ),
    "the name that we use for a key inside": (
        tenure("from_: 2024-01-01, owner: psrt"),
        [
            "6: tools.pip.report_owner.0.from: this is missing; write it, as in from: 2024-01-01",
            '6: tools.pip.report_owner.0.from_: there is no such key; did you mean "from"?',
        ],
    ),
    "mistyped key of an optional part": (
        V + "coordination: {repository: a/b, mod: observe}",
        ['2: coordination.mod: there is no such key; did you mean "mode"?'],
    ),
    "mistyped key far inside": (
        V + "report_owners:\n  psrt:\n    takes_reports: email\n    clocks:\n      finnish: 90d",
        ['6: report_owners.psrt.clocks.finnish: there is no such key; did you mean "finish"?'],
    ),
    "mistyped key of people": (
        V + "coordination:\n  repository: a/b\n  always_readers: {user: []}",
        ['4: coordination.always_readers.user: there is no such key; did you mean "users"?'],
    ),
}


@pytest.mark.parametrize(("text", "messages"), UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_key_is_told_with_the_one_that_was_meant(text: str, messages: list[str]) -> None:
    """Somebody has to mend it, and does not know our code."""
    assert mistakes(text) == messages


# text → the messages, each with its line
WRONG = {
    "tools as a list": (V + "tools: [pip]", [f"2: tools: {MAPPING} {{pip: {{repositories: [pypa/pip]}}}}"]),
    "a tool without anything": (V + "tools:\n  pip:\n", [f"3: tools.pip: {MAPPING} {{repositories: [pypa/pip]}}"]),
    "a tool as text": (V + "tools: {pip: pypa/pip}", [f"2: tools.pip: {MAPPING} {{repositories: [pypa/pip]}}"]),
    "repositories as text": (
        V + "tools: {pip: {repositories: pypa/pip}}",
        ["2: tools.pip.repositories: write a list, as in [pypa/pip]"],
    ),
    "a policy as its mode": (
        V + "policies: {private-reporting: enforce}",
        [f"2: policies.private-reporting: {MAPPING} {{mode: report}}"],
    ),
    "coordination as text": (V + "coordination: a/b", [f"2: coordination: {MAPPING} {{repository: psf/cases}}"]),
    "exemptions as a mapping": (V + "exemptions: {}", [f"2: exemptions: write a list, as in {EXEMPTIONS}"]),
    "boolean as text": (
        V + "report_owners: {psrt: {takes_reports: email, publishes_on_github: 'no'}}",
        ["2: report_owners.psrt.publishes_on_github: write true or false"],
    ),
    "boolean as a number": (
        V + "report_owners: {psrt: {takes_reports: email, publishes_on_github: 0}}",
        ["2: report_owners.psrt.publishes_on_github: write true or false"],
    ),
    "contact as a number": (
        V + "report_owners: {psrt: {takes_reports: email, contact: 110}}",
        ['2: report_owners.psrt.contact: write text; what looks like something else stands in quotes, as in "5"'],
    ),
}


@pytest.mark.parametrize(("text", "messages"), WRONG.values(), ids=WRONG)
def test_a_value_of_another_type_is_told(text: str, messages: list[str]) -> None:
    """YAML takes many a text for something else."""
    assert mistakes(text) == messages


# text → the messages, each with its line
CHOICES = {
    "no such mode": (
        V + "policies: {private-reporting: {mode: enforced}}",
        ['2: policies.private-reporting.mode: is "enforced"; did you mean "enforce"?'],
    ),
    "on is a boolean": (
        V + "policies: {private-reporting: {mode: on}}",
        ['2: policies.private-reporting.mode: is "on"; there is observe, report, enforce'],
    ),
    "no such route": (
        V + "report_owners: {psrt: {takes_reports: fax}}",
        ['2: report_owners.psrt.takes_reports: is "fax"; there is email, github'],
    ),
    "an owner without a route": (
        V + "report_owners: {psrt: {}}",
        ["2: report_owners.psrt.takes_reports: this is missing; write it, as in takes_reports: email"],
    ),
    "no such store": (
        V + "coordination: {repository: a/b, store: wiki}",
        ['2: coordination.store: is "wiki"; there is advisory, issue'],
    ),
    "issues that nobody is known to read": (
        V + "coordination: {repository: a/b, store: issue, always_readers: {users: []}}",
        [
            (
                "2: coordination: store: issue needs always_readers with at least one account or team: whoever can "
                "read the repository reads every case, so name all who can"
            )
        ],
    ),
}


@pytest.mark.parametrize(("text", "messages"), CHOICES.values(), ids=CHOICES)
def test_a_choice_that_there_is_not_is_told_with_those_that_there_are(text: str, messages: list[str]) -> None:
    """A mode or a route that nobody knows must not count as the mildest one."""
    assert mistakes(text) == messages
