"""Which files are valid, and how are many mistakes told?"""

from __future__ import annotations

import pytest

from policies.config import commit_of
from policies.loading import MOST_MISTAKES, InvalidPolicy, load_policies
from tests.builders import NOW, PIP, WHEEL
from tests.policies.broken_files import PERSON, V, mistakes
from tests.policies.shipped import DEFAULT


def test_the_shipped_file_asserts_only_pip() -> None:
    """Every other project opts in itself; nothing is enforced, and nobody is named."""
    loaded = load_policies(DEFAULT, "pypa.yml")

    managed = [repo for tool in loaded.file.tools.values() for repo in tool.repositories if tool.report_owner]
    assert [str(repo) for repo in managed] == ["pypa/pip", "pypa/get-pip"]
    owner = loaded.file.report_owner_of(PIP, NOW)
    assert owner is not None
    assert (owner[0], owner[1].wants_private_reporting) == ("psrt", False)
    assert loaded.file.report_owner_of(WHEEL, NOW) is None
    assert {settings.mode for settings in loaded.file.policies.values()} <= {"observe", "report"}
    assert ":" not in "".join(str(person) for tool in loaded.file.tools.values() for person in tool.users)
    assert loaded.commit == commit_of(DEFAULT)


@pytest.mark.parametrize("text", [DEFAULT.replace("\n", "\r\n"), "\ufeff" + DEFAULT], ids=["CRLF", "byte order mark"])
def test_files_from_windows_are_the_same(text: str) -> None:
    """Editors there write them so."""
    assert load_policies(text, "pypa.yml").file == load_policies(DEFAULT, "pypa.yml").file


def test_a_tool_may_name_a_repository_twice() -> None:
    """That is untidy and harms nobody."""
    load_policies(V + "tools: {a: {repositories: [pypa/pip, PyPA/pip]}}", "greenroom.yml")


def test_many_mistakes_are_told_as_one_notice() -> None:
    """A file of another program is not worth ten thousand lines of log."""
    text = V + "".join(f"key{number}: 1\n" for number in range(MOST_MISTAKES + 7))

    with pytest.raises(InvalidPolicy) as refused:
        load_policies(text, "greenroom.yml")

    lines = str(refused.value).split("\n")
    assert len(lines) == MOST_MISTAKES + 1
    assert lines[-1] == "greenroom.yml: and 7 more mistakes"


def test_mistakes_are_told_in_the_order_of_the_file() -> None:
    """Whoever mends a file goes through it from the top."""
    text = V + "coordinators: {users: [alice]}\ntols: {}\npolicies: {private-reporting: {mode: off}}"

    assert mistakes(text) == [
        f"2: coordinators.users.0: {PERSON}",
        '3: tols: there is no such key; did you mean "tools"?',
        '4: policies.private-reporting.mode: is "off"; there is observe, report, enforce',
    ]
