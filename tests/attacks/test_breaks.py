from __future__ import annotations

import pytest

from tests.attacks.breaks import ROOT, Break, all_breaks


@pytest.mark.parametrize("each", all_breaks(), ids=lambda each: each.name)
def test_every_break_of_the_list_can_still_be_made(each: Break) -> None:
    """A break whose text has gone would be made nowhere, and then be reported as something nobody noticed."""
    assert each.is_possible(ROOT)
    assert each.find != each.put
    assert all((ROOT / folder).exists() for folder in each.tests)
