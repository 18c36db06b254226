"""What is told of a repository, a person, a team or a package that is none?"""

from __future__ import annotations

import pytest

from tests.policies.broken_files import NAME, PACKAGE, PERSON, REPO, TEAM, V, mistakes

# text → the messages, each with its line
REPOSITORIES = {
    "a repository without owner": (
        V + "coordination: {repository: cases}",
        [f'2: coordination.repository: "cases" {REPO}'],
    ),
    "a repository as a URL": (
        V + "tools: {pip: {repositories: ['https://github.com/pypa/pip']}}",
        [f'2: tools.pip.repositories.0: "https://github.com/pypa/pip" {REPO}'],
    ),
    "a repository with .git and a space": (
        V + "tools: {pip: {repositories: [pypa/pip , 'pypa/p ip']}}",
        [f'2: tools.pip.repositories.1: "pypa/p ip" {REPO}'],
    ),
    "a pattern": (V + "tools: {pip: {repositories: ['pypa/*']}}", [f'2: tools.pip.repositories.0: "pypa/*" {REPO}']),
    "a path upwards": (
        V + "tools: {pip: {repositories: [pypa/..]}}",
        [f'2: tools.pip.repositories.0: "pypa/.." {REPO}'],
    ),
    "a repository in parts": (
        V + "coordination: {repository: {owner: ../../user, name: x}}",
        [f"""2: coordination.repository: "{{'owner': '../../user', 'name': 'x'}}" {REPO}"""],
    ),
    "no repository": (V + "coordination: {repository: null}", [f'2: coordination.repository: "None" {REPO}']),
}


@pytest.mark.parametrize(("text", "messages"), REPOSITORIES.values(), ids=REPOSITORIES)
def test_what_is_no_repository_is_told(text: str, messages: list[str]) -> None:
    """A file names repositories by hand, and a pattern or a path upwards would name others."""
    assert mistakes(text) == messages


# text → the messages, each with its line
PEOPLE = {
    "a login alone": (V + "coordinators: {users: [alice]}", [f"2: coordinators.users.0: {PERSON}"]),
    "a login with an at sign": (
        V + "coordinators: {users: ['@alice:1']}",
        [f"2: coordinators.users.0: {PERSON}"],
    ),
    "an id with a fraction": (
        V + "coordinators: {users: [alice:1.5]}",
        [f"2: coordinators.users.0: {PERSON}"],
    ),
    "an id of nothing": (V + "coordinators: {users: [alice:0]}", [f"2: coordinators.users.0: {PERSON}"]),
    "a negative id": (V + "coordinators: {users: ['alice:-1']}", [f"2: coordinators.users.0: {PERSON}"]),
    "a login and an id as a mapping": (
        V + "coordinators: {users: [alice: 1]}",
        [f"""2: coordinators.users.0: {PERSON}"""],
    ),
    "a person in parts": (
        V + "coordinators: {users: [{login: a/b, id: -1}]}",
        [f"""2: coordinators.users.0: {PERSON}"""],
    ),
    "digits that YAML takes for a time": (
        V + "coordinators: {users: [1234:56]}",
        ['2: "1234:56" is not the same number to every program; write digits, or put it in quotes'],
    ),
    "users as text": (
        V + "coordinators: {users: alice:1}",
        ['2: coordinators.users: write a list, as in ["some-login:12345"]'],
    ),
    "half a character in a login": (
        V + 'coordinators: {users: ["\\ud800:1"]}',
        ["2: not YAML: found invalid Unicode character escape code"],
    ),
    "a team without organization": (V + "coordinators: {teams: [pip]}", [f'2: coordinators.teams.0: "pip" {TEAM}']),
    "a team by its title": (
        V + "coordinators: {teams: ['pypa/Pip committers']}",
        [f'2: coordinators.teams.0: "pypa/Pip committers" {TEAM}'],
    ),
}


@pytest.mark.parametrize(("text", "messages"), PEOPLE.values(), ids=PEOPLE)
def test_what_is_no_person_or_team_is_told(text: str, messages: list[str]) -> None:
    """A login alone is not enough: a stranger may have it tomorrow."""
    assert mistakes(text) == messages


# text → the messages, each with its line
REST = {
    "a package without ecosystem": (V + "tools: {pip: {packages: [pip]}}", [f"2: tools.pip.packages.0: {PACKAGE}"]),
    "a package with a space": (V + "tools: {pip: {packages: ['pip:a b']}}", [f"2: tools.pip.packages.0: {PACKAGE}"]),
    "a tool without a name": (V + 'tools: {"": {repositories: [pypa/pip]}}', [f"2: tools.: {NAME}"]),
    "a tool whose name is a table cell": (V + 'tools: {"a|b": {}}', [f"2: tools.a|b: {NAME}"]),
    "an owner whose name is a mention": (
        V + 'report_owners: {"@psrt": {takes_reports: email}}',
        [f"2: report_owners.@psrt: {NAME}"],
    ),
}


@pytest.mark.parametrize(("text", "messages"), REST.values(), ids=REST)
def test_what_is_no_package_and_no_name_is_told(text: str, messages: list[str]) -> None:
    """Names end in tables, messages and logs, so they hold nothing that means something there."""
    assert mistakes(text) == messages
