"""What may a log say of what was done?"""

from __future__ import annotations

import pytest

from app.domain.ids import AdvisoryKey, CaseKey, Ghsa, Key, PolicyKey
from app.reconcile.reconciler import public_outcome
from tests.builders import PIP

CASE, ADVISORY = CaseKey(1), AdvisoryKey(PIP, Ghsa("GHSA-2222-3333-4444"))
SWITCH = PolicyKey(PIP, "private-reporting")
UNLISTED = "without effect: GitHub accepted the change and does not list uv-maintainer-1"


@pytest.mark.parametrize(
    ("key", "outcome", "told"),
    [
        (CASE, "done", "done"),
        (CASE, UNLISTED, "without effect"),
        (ADVISORY, UNLISTED, "without effect"),
        (ADVISORY, "held: Greenroom Hand is not installed on pypa/pip; installing it is the consent", "held"),
        (SWITCH, "refused: GitHub answered 403", "refused: GitHub answered 403"),
    ],
)
def test_a_log_never_says_who_is_in_a_case_or_where_an_advisory_is(key: Key, outcome: str, told: str) -> None:
    """Whose account could not be added tells which tools a case concerns. A setting of a repository is no secret."""
    assert public_outcome(key, outcome) == told
