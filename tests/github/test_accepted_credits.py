from __future__ import annotations

from typing import Any

import pytest

from app.github import parse

USER = {"login": "finder-1", "id": 7}


def advisory(**said: Any) -> dict[str, Any]:
    return {
        "ghsa_id": "GHSA-2222-3333-4444",
        "url": "https://api.github.example/repos/pypa/pip/security-advisories/GHSA-2222-3333-4444",
        "state": "published",
        "summary": "Entry points escape",
        **said,
    }


@pytest.mark.parametrize(
    ("credit", "credited"),
    [
        ({"user": USER, "type": "finder", "state": "accepted"}, (("finder-1", "finder"),)),
        ({"user": USER, "type": "finder", "state": "pending"}, ()),
        ({"user": USER, "type": "finder", "state": "declined"}, ()),
        ({"user": USER, "type": "finder"}, ()),
        ({"user": None, "type": "finder", "state": "accepted"}, ()),
    ],
)
def test_only_who_accepted_a_credit_is_credited_in_public(credit: dict[str, Any], credited: object) -> None:
    """GitHub shows a credit to others once it was accepted; who declined it wants to be named nowhere."""
    read = parse.advisory(advisory(credits_detailed=[credit]), sees_teams=False)
    assert read.credited == credited


def test_a_list_that_does_not_say_who_accepted_credits_nobody() -> None:
    """The short list has the type and no state."""
    read = parse.advisory(advisory(credits=[{"login": "finder-1", "type": "finder"}]), sees_teams=False)
    assert (read.credits, read.credited) == ((("finder-1", "finder"),), ())
