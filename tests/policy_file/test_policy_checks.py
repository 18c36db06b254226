"""What is a pull request told that changes the policy file?"""

from __future__ import annotations

import pytest

from app.domain.policy_files import NotRead
from app.domain.pulls import Told
from app.policy_file.checks import LONGEST, told

BEFORE = b"version: 1\ntools: {pip: {repositories: [pypa/pip]}}\n"
AFTER = b"version: 1\ntools: {pip: {repositories: [pypa/pip, pypa/get-pip]}}\n"
MISSING = NotRead(outcome="missing", reason="org/policy:greenroom.yml is not on the default branch")
LINK = NotRead(outcome="partial", reason="org/policy:greenroom.yml is a symbolic link, not a file")

VALID = (True, "The policy file is valid")
ONE_MISTAKE = (False, "Not valid, 1 mistake")


def answer(before: bytes | NotRead = BEFORE, after: bytes | NotRead = AFTER, *, is_fork: bool = False) -> Told:
    return told(before, after, path="greenroom.yml", is_fork=is_fork)


def test_the_same_file_changes_nothing() -> None:
    """The case where nothing is to be said."""
    assert answer(after=BEFORE).title == "Valid, and nothing changes"
    assert answer(after=BEFORE + b"# a comment\n").title == "Valid, and nothing changes"


@pytest.mark.parametrize(
    ("before", "after", "is_fork", "expected", "said"),
    [
        (BEFORE, AFTER, False, (True, "Valid, 1 change"), "- `pypa/get-pip` belongs to `pip`."),
        (BEFORE, AFTER, True, VALID, "comes from a fork"),
        (BEFORE, b"version: 2", False, ONE_MISTAKE, "    greenroom.yml line 1: version:"),
        (BEFORE, b"version: 2", True, (False, "The policy file is not valid"), "comes from a fork"),
        (BEFORE, b"", False, ONE_MISTAKE, "greenroom.yml line 1"),
        (BEFORE, MISSING, False, ONE_MISTAKE, "there is no greenroom.yml any more"),
        (BEFORE, LINK, False, ONE_MISTAKE, "is a symbolic link, not a file"),
        (BEFORE, b"\xff", False, ONE_MISTAKE, "not text in UTF-8"),
        (MISSING, AFTER, False, VALID, "cannot be told what changes"),
        (b"version: 2", AFTER, False, VALID, "cannot be told what changes"),
        (b"version: 2", b"version: 3", False, ONE_MISTAKE, "greenroom.yml line 1: version:"),
    ],
)
def test_the_table(
    before: bytes | NotRead,
    after: bytes | NotRead,
    is_fork: bool,  # noqa: FBT001 pytest's
    expected: tuple[bool, str],
    said: str,
) -> None:
    """Valid or not, with what changes or is wrong; from a fork nothing but the first."""
    found = answer(before, after, is_fork=is_fork)

    assert (found.is_valid, found.title) == expected
    assert said in found.summary


def test_mistakes_have_their_lines() -> None:
    """They are shown beside them."""
    found = answer(after=b"version: 1\nowners: {}\ntools: []\n")

    assert [mark.line for mark in found.marks] == [2, 3]
    assert "there is no such key" in found.marks[0].message


def test_a_fork_has_no_marks() -> None:
    """A mistake repeats what is in the file."""
    assert answer(after=b"version: 1\nowners: {}\n", is_fork=True).marks == ()


@pytest.mark.parametrize("after", [b"[" * 100_000, b"a: &a [*a]", b"x" * 300_000, b"'" * 1000, b"\x00"])
def test_hostile_bytes_are_not_valid_and_nothing_else(after: bytes) -> None:
    """Whoever may open a pull request chooses them."""
    assert not answer(after=after).is_valid
    assert not answer(before=after, after=after).is_valid


def test_a_change_of_thousands_fits_into_one_answer() -> None:
    """GitHub would refuse a longer one, and then nothing would be told."""
    names = ", ".join(f"pypa/{'long-name-' * 5}{number}" for number in range(2500))
    found = answer(after=f"version: 1\ntools: {{pip: {{repositories: [pypa/pip, {names}]}}}}\n".encode())

    assert found.title == "Valid, 2500 changes"
    assert len(found.summary) < LONGEST + 2_000
    assert "more changes." in found.summary


def test_an_answer_is_recognised_and_another_one_too() -> None:
    """What was said already is not said again; another answer to the same head is news."""
    prints = [answer().fingerprint, answer(is_fork=True).fingerprint, answer(after=b"version: 2").fingerprint]

    assert answer().fingerprint == prints[0]
    assert len({*prints}) == 3
    assert answer(before=BEFORE + b"# more\n").fingerprint == prints[0]
