"""Is a security policy that the rule was not written with read as people read it?"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.policies.unseen_files import TAKEN_AT, batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How a batch is answered, of each file once for each owner."""

    answers: int
    right: int  # passes that people let pass
    wrong: int  # passes that they would not
    missed: int  # findings where they let it pass
    left: int  # answered with "cannot tell" where they could tell
    left_though_right: int  # those of them that people let pass

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of what was answered."""
        return self.right / (self.right + self.missed)

    @property
    def recall_of_all(self) -> float:
        """With what was left to people counted as missed."""
        return self.right / (self.right + self.missed + self.left_though_right)

    @property
    def left_to_people(self) -> float:
        return self.left / self.answers

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}, recall {self.recall:.3f} of what was answered and"
            f" {self.recall_of_all:.3f} of all, cannot tell {self.left_to_people:.3f}, of {self.answers} answers"
        )


def measured(name: str) -> Figures:
    """The figures of one batch."""
    answers = [(file.wanted(owner), file.said(owner).state) for file in batch(name) for owner in TAKEN_AT]
    return Figures(
        answers=len(answers),
        right=answers.count(("pass", "pass")),
        wrong=sum(said == "pass" for wanted, said in answers if wanted != "pass"),
        missed=answers.count(("pass", "finding")),
        left=sum(said == "cannot tell" for wanted, said in answers if wanted != "cannot tell"),
        left_though_right=answers.count(("pass", "cannot tell")),
    )


# What was measured when nothing had been mended with the batch yet stands at the head of its file.
FLOORS = {"first": 0.95, "second": 0.85, "third": 0.92}


@pytest.mark.parametrize(("name", "of_all"), FLOORS.items())
def test_files_that_were_not_seen_are_read_as_people_read_them(name: str, of_all: float) -> None:
    """A wrong mailbox that passes leaks a report, a right one that is found is noise, and people have other work."""
    figures = measured(name)
    print(f"security policies, {name} batch: {figures}")  # noqa: T201

    assert figures.precision >= 0.98
    assert figures.recall >= 0.98
    assert figures.recall_of_all >= of_all
    assert figures.left_to_people <= 0.10


@pytest.mark.parametrize("name", FLOORS)
def test_a_file_that_only_names_another_document_is_left_to_people(name: str) -> None:
    """What stands in the other document was not read, so nobody can say whether it is right."""
    pointers = [(file, owner) for file in batch(name) for owner in TAKEN_AT if file.wanted(owner) == "cannot tell"]

    assert pointers
    assert [file.name for file, owner in pointers if file.said(owner).state != "cannot tell"] == []


def test_the_batches_are_large_and_no_file_is_in_two_of_them() -> None:
    """Few files say little, and the same one twice says nothing more."""
    files = [file for name in FLOORS for file in batch(name)]

    assert {name: len(batch(name)) >= 60 for name in FLOORS} == dict.fromkeys(FLOORS, True)
    assert len({file.text for file in files}) == len(files)
