"""Is every broken file told by its line and in useful words, and at once?"""

from __future__ import annotations

import time

import pytest

from policies.loading import InvalidPolicy, load_policies, text_of
from tests.policies.broken_table import TABLE, Broken
from tests.policies.broken_writing import exempt, tenures

LONGEST = 0.5  # seconds, on a machine that does other things as well


def test_there_are_enough_of_them() -> None:
    """What other programs of this kind took down is in there, and more."""
    assert len(TABLE) >= 150


@pytest.mark.parametrize("broken", TABLE.values(), ids=TABLE)
def test_a_broken_file_is_refused_with_its_line(broken: Broken) -> None:
    """None of them loads, none takes long, and none is told as something else than it is."""
    for _ in range(2):  # the garbage of other tests may be collected once
        begun = time.process_time()
        with pytest.raises(InvalidPolicy) as refused:
            load_policies(text_of(broken.content, "greenroom.yml"), "greenroom.yml")
        if (took := time.process_time() - begun) < LONGEST:
            break

    [first, *_] = str(refused.value).split("\n")
    assert first.startswith(f"greenroom.yml line {broken.line}: ")
    assert broken.words in first
    assert took < LONGEST
    assert len(str(refused.value)) < 20_000  # it is logged, and told


@pytest.mark.parametrize(
    "text",
    [
        exempt(),
        tenures("from: 2024-01-01, owner: psrt", "from: 2025-01-01, owner: maintainers"),
        tenures('from: "2024-01-01", owner: psrt'),
    ],
)
def test_what_the_broken_ones_were_made_of_is_valid(text: str) -> None:
    """Or they would be refused for another reason than the one they are about."""
    load_policies(text, "greenroom.yml")
