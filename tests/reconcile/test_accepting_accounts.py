"""Whom does an acceptance cover, where it is of accounts?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.findings import Account, State
from app.reconcile import accepting
from app.reconcile.digests import Digests
from tests.builders import OTHER_DIGESTS, ROTATED, rules
from tests.reconcile.accepted import (
    ANY,
    BY,
    CAROL,
    KEY,
    MALLORY,
    NAMED,
    ONLY,
    TEAM,
    exempt,
    first_look,
    judged,
    reads,
)


@pytest.mark.parametrize("text", [ANY, NAMED], ids=["no kinds", "kinds"])
@pytest.mark.parametrize(
    ("now", "told"),
    [
        ((CAROL, TEAM), ("exempt", BY)),
        ((CAROL,), ("exempt", BY)),
        ((replace(CAROL, name="carola"),), ("exempt", BY)),
        ((CAROL, MALLORY), ("finding", f"they read it; not {BY}: mallory{ONLY}")),
        ((MALLORY,), ("finding", f"they read it; not {BY}: mallory{ONLY}")),
        ((replace(CAROL, id="user 4"),), ("finding", f"they read it; not {BY}: carol{ONLY}")),
    ],
    ids=["the same", "less", "one was renamed", "one more", "another", "another took the login"],
)
def test_who_accepted_one_account_did_not_accept_another(
    text: str, now: tuple[Account, ...], told: tuple[State, str]
) -> None:
    """It covers those who were found when it came into force, whether or not it names their kind."""
    [exemption] = rules(text).exemptions
    first = {(KEY.policy, accepting.name_of(exemption)): first_look(reads(CAROL, TEAM), text)}

    verdict = judged(reads(*now), text, first)

    assert (verdict.state, verdict.message) == told


@pytest.mark.parametrize(("digests", "state"), [(ROTATED, "exempt"), (OTHER_DIGESTS, "finding")])
def test_accounts_are_known_again_while_their_key_is(digests: Digests, state: str) -> None:
    """A new key still knows them; where theirs is gone nobody can tell who they were, so nobody is covered."""
    first = {(KEY.policy, "3 2026-12-20"): first_look(reads(CAROL))}

    assert judged(reads(CAROL), ANY, first, digests=digests).state == state


def test_nobody_is_named_in_what_is_remembered() -> None:
    """The database holds no list of who reads what, and not even that two exemptions are about the same account."""
    kept = [first_look(reads(CAROL), exempt(until=f"2026-12-{day}")) for day in (20, 21)]

    assert "carol" not in str(kept)
    assert "user 3" not in str(kept)
    found = [each.accounts for each in kept if each]
    assert [len(each) for each in found] == [1, 1]
    assert not found[0] & found[1]
