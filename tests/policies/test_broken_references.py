"""What is told of a name that means nothing, or means something twice?"""

from __future__ import annotations

import pytest

from tests.policies.broken_files import PERSON, SENTINEL, SHARED, TOO_LARGE, V, exempt, mistakes, tenure

# text → the messages, each with its line
NOBODY = {
    "no such owner": (
        tenure("from: 2024-01-01, owner: psrt-team"),
        ['6: tools.pip.report_owner.0.owner: is "psrt-team"; did you mean "psrt"?'],
    ),
    "an owner where there is none": (
        V + "tools: {pip: {report_owner: [{from: 2024-01-01, owner: psrt}]}}",
        ['2: tools.pip.report_owner.0.owner: is "psrt"'],
    ),
    "no such policy": (
        V + "policies:\n  private_reporting: {}",
        ['3: policies.private_reporting: there is no policy "private_reporting"; did you mean "private-reporting"?'],
    ),
    "exempt from no such policy": (
        exempt("private-reporting", "privat-reporting"),
        ['2: exemptions.0.policy: is "privat-reporting"; did you mean "private-reporting"?'],
    ),
    "exempt for nothing that this policy finds": (
        exempt("until:", "kinds: [switched-on, swiched-off], until:"),
        ['2: exemptions.0.kinds.1: private-reporting finds nothing called "swiched-off"; did you mean "switched-off"?'],
    ),
    "the id of a repository that nothing names": (
        V + "tools: {pip: {repositories: [pypa/pip]}}\nrepository_ids: {pypa/pipp: 7}",
        ['3: repository_ids.pypa/pipp: nothing names this repository; did you mean "pypa/pip"?'],
    ),
}


@pytest.mark.parametrize(("text", "messages"), NOBODY.values(), ids=NOBODY)
def test_a_reference_to_nothing_is_told(text: str, messages: list[str]) -> None:
    """One letter is enough for a policy that holds nowhere."""
    assert mistakes(text) == messages


# text → the messages, each with its line
IDS = {
    "an id that is none": (
        V + "tools: {pip: {repositories: [pypa/pip]}}\nrepository_ids: {pypa/pip: seven}",
        ["3: repository_ids.pypa/pip: write a whole number without quotes, as in 12345"],
    ),
    "an id that no database keeps": (
        V + f"tools: {{pip: {{repositories: [pypa/pip]}}}}\nrepository_ids: {{pypa/pip: {2**63}}}",
        [f"3: repository_ids.pypa/pip: {TOO_LARGE}"],
    ),
    "an id without end": (
        V + f"tools: {{pip: {{repositories: [pypa/pip]}}}}\nrepository_ids: {{pypa/pip: {'9' * 5_000}}}",
        [f'3: "{"9" * 40}" looks like a date or a number and is none'],
    ),
    "an id below all": (
        V + f"tools: {{pip: {{repositories: [pypa/pip]}}}}\nrepository_ids: {{pypa/pip: {-(10**19)}}}",
        ["3: repository_ids.pypa/pip: write a number above 0, as in 12345"],
    ),
    "a person whose id no database keeps": (
        V + f"coordinators:\n  users: ['a:{2**63 - 1}', 'a:{2**63}', 'a:{'9' * 5_000}', 'a:²']",
        [
            f"3: coordinators.users.1: {TOO_LARGE}",
            f"3: coordinators.users.2: {TOO_LARGE}",
            f"3: coordinators.users.3: {PERSON}",
        ],
    ),
}


@pytest.mark.parametrize(("text", "messages"), IDS.values(), ids=IDS)
def test_an_id_that_github_cannot_have_given_is_told(text: str, messages: list[str]) -> None:
    """It is kept in a database, and is compared with what GitHub says."""
    assert mistakes(text) == messages


# text → the messages, each with its line
TWICE = {
    "a repository of two tools": (
        V + "tools:\n  a: {repositories: [pypa/pip]}\n  b: {repositories: [x/y, PyPA/Pip]}",
        [f"4: tools.b.repositories.1: pypa/pip {SHARED}"],
    ),
    "a package of two tools": (
        V + "tools:\n  a: {packages: ['pip:readme_renderer']}\n  b: {packages: ['pip:Readme-Renderer']}",
        [f"4: tools.b.packages.0: pip:readme-renderer {SHARED}"],
    ),
}


@pytest.mark.parametrize(("text", "messages"), TWICE.values(), ids=TWICE)
def test_what_belongs_to_two_tools_is_told(text: str, messages: list[str]) -> None:
    """Nobody could say whose rules it follows."""
    assert mistakes(text) == messages


# text → the messages, each with its line
SENTINELS = {
    "a sentinel that is no advisory": (V + "sentinels: [pypa/pip]", [f"2: sentinels.0: {SENTINEL}"]),
    "a sentinel with a mistyped id": (
        V + "sentinels:\n  - pypa/pip/GHSA-2222-3333-4444\n  - astral-sh/uv/GHSA-2222-3333-44l4",
        [f"4: sentinels.1: {SENTINEL}"],
    ),
    "a sentinel without its repository": (V + "sentinels: [GHSA-2222-3333-4444]", [f"2: sentinels.0: {SENTINEL}"]),
    "sentinels as text": (
        V + "sentinels: pypa/pip/GHSA-2222-3333-4444",
        ["2: sentinels: write a list, as in [pypa/pip/GHSA-2222-3333-4444]"],
    ),
    "two sentinels of one account": (
        V + "sentinels:\n  - pypa/pip/GHSA-2222-3333-4444\n  - a/b/GHSA-2222-3333-4444\n"
        "  - PyPA/wheel/GHSA-2222-3333-5555",
        ["5: sentinels.2: pypa has a sentinel already; keep one for each account"],
    ),
}


@pytest.mark.parametrize(("text", "messages"), SENTINELS.values(), ids=SENTINELS)
def test_what_is_no_sentinel_is_told_without_its_id(text: str, messages: list[str]) -> None:
    """The id of a draft is not repeated."""
    assert mistakes(text) == messages
