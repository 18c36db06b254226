"""Is what was written down under an older digest key recognised? Nothing is done twice because a key was added."""

from __future__ import annotations

from datetime import timedelta

from app.domain.actions import InviteToMirror
from app.domain.records import Attempt, Effect, Freeze, Intent
from app.reconcile.brakes import Brakes
from app.reconcile.digests import Digests
from app.reconcile.gates import conclusions, fingerprint, gated
from app.reconcile.plan import Step
from tests.builders import DIGESTS, NOW, standpoint
from tests.reconcile.looks import KEY
from tests.reconcile.test_brakes import INVITE

ROTATED = Digests.parse(f"2027:{'27' * 32},2026:{'26' * 32}")
ALONE = Digests.parse(f"2027:{'27' * 32}")
OLD, NEW = fingerprint(INVITE, DIGESTS), fingerprint(INVITE, ROTATED)


def _gate(digests: Digests, *, attempts: tuple[Attempt, ...] = (), brakes: Brakes | None = None) -> str:
    return gated(INVITE, "enforce", standpoint(brakes=brakes or Brakes(watched=40)), attempts, digests).gate


def test_the_fingerprint_is_of_the_newest_key() -> None:
    """So that the old one is needed less and less."""
    assert OLD != NEW
    assert fingerprint(INVITE, ALONE) == NEW


def test_what_was_tried_in_vain_is_not_tried_again() -> None:
    """GitHub accepted it without effect; another key changes nothing about that."""
    tried = Attempt(key=KEY, fingerprint=OLD, outcome="without effect", reason="held", at=NOW)

    assert _gate(ROTATED, attempts=(tried,)) == "blocked"
    assert _gate(ALONE, attempts=(tried,)) != "blocked"


def test_what_was_frozen_stays_frozen() -> None:
    """Else a new key would end an armistice."""
    brakes = Brakes(watched=40, freezes=(Freeze(key=KEY, thing=OLD, scope=INVITE.scope, since=NOW),))

    assert _gate(ROTATED, brakes=brakes) == _gate(DIGESTS, brakes=brakes) == "frozen"


def test_what_was_undone_is_counted_over_both_keys() -> None:
    """Once before and once after the key came is twice."""
    both = tuple(
        Effect(kind=InviteToMirror.kind, scope=INVITE.scope, fingerprint=each, at=NOW - timedelta(hours=1))
        for each in (OLD, NEW)
    )

    assert _gate(ROTATED, brakes=Brakes(watched=40, effects=both)) == "frozen"


def test_a_write_whose_answer_was_lost_is_recognised() -> None:
    """If the same is still wanted it did not happen."""
    lost = Intent(id=1, at=NOW, key=KEY, kind=INVITE.kind, scope=INVITE.scope, fingerprint=OLD)
    wanted = Step(action=INVITE, gate="go")

    assert [each.outcome for each in conclusions((lost,), (wanted,), ROTATED)] == ["no effect seen"]
