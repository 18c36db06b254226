"""How does a plan read? One golden text for each kind of change and for each gate, in tests/cli/snapshots/plan."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from app.domain.actions import (
    Action,
    BlankMirror,
    CloseMirror,
    InviteTeam,
    InviteToMirror,
    MirrorFields,
    OpenMirror,
    RemoveFromMirror,
    RemoveTeam,
    SetCollaborators,
    SetPrivateReporting,
    UpdateMirror,
)
from app.domain.ids import Ghsa, Person, RepoName, Team
from app.reconcile.plan import Gate
from app.shown.terminal import plan_for_people

GOLDEN = Path(__file__).parent / "snapshots" / "plan"
PIP, CASES = RepoName("pypa", "pip"), RepoName("packaging-security", "cases")
GHSA, MIRROR = Ghsa("GHSA-2222-3333-4444"), Ghsa("GHSA-5555-6666-7777")
SOMEBODY = (Person(login="psrt-member-1", id=7),)
OFF = SetPrivateReporting(repo=PIP, enabled=False, under=None, reason="psrt takes its reports by security@python.org")
ON = SetPrivateReporting(repo=PIP, enabled=True, under=None, reason="maintainers take its reports on GitHub")
ADD = SetCollaborators(
    repo=PIP,
    ghsa=GHSA,
    add=SOMEBODY,
    scope="reports-reach-owner: add the owner's people",
    reason="psrt takes the reports of pypa/pip, and psrt-member-1 cannot see this one",
)
_MIRROR: dict[str, Any] = {"case": 12, "repo": CASES, "mirror": MIRROR}
KINDS: dict[str, Action] = {
    "private-reporting-off": OFF,
    "private-reporting-on": ON,
    "set-collaborators": ADD,
    "open-mirror": OpenMirror(
        case=12,
        repo=CASES,
        store="advisory",
        fields=MirrorFields(),
        reason="case 12 is of pip and uv, and has no mirror",
    ),
    "remove-team-from-mirror": RemoveTeam(
        **_MIRROR, team=Team("packaging-security", "uv"), reason="uv takes no part any more"
    ),
    "invite-team-to-mirror": InviteTeam(
        **_MIRROR, team=Team("packaging-security", "uv"), reason="the team takes part for uv"
    ),
    "remove-from-mirror": RemoveFromMirror(**_MIRROR, remove=SOMEBODY, reason="uv takes no part any more: ann"),
    "invite-to-mirror": InviteToMirror(**_MIRROR, add=SOMEBODY, reason="psrt-member-1 takes part for pip"),
    "update-mirror": UpdateMirror(**_MIRROR, fields=MirrorFields(), reason="its source changed: severity"),
    "close-mirror": CloseMirror(**_MIRROR, reason="everything linked to the case is done"),
    "blank-mirror": BlankMirror(**_MIRROR, reason="its repository is public"),
}
WHY_NOT: dict[Gate, str] = {
    "go": "",
    "unapproved": "no coordinator has approved “private-reporting: off” yet",
    "looking": "17 of the repositories that policy speaks of are still to be looked at in astral-sh",
    "capped": (
        "“private-reporting: off” would change 14 repositories at once (23 % of the 60 watched); the limit is 3; "
        "greenroom approve PLAN_ID --by LOGIN --wide allows it"
    ),
    "off": "coordinator-1 switched writes off at 2026-12-01 09:00 UTC; greenroom writes on --by LOGIN ends it",
    "observed": "policy says observe",
    "frozen": "it was mended 2 times within a day and undone each time, so it is left alone",
    "blocked": "GitHub answered 204, and a look afterwards saw the switch as it was",
}
BESIDE: dict[Gate, str] = {"observed": "would", "frozen": "frozen", "blocked": "blocked"}
NOTHING: dict[str, Any] = {
    "plan_id": "0123456789ab",
    "policy_commit": "sha256:abc",
    "actions": [],
    "reach": [],
    "writes_off": None,
    "held": [],
    "always_readers": [],
    "readers_of_all": None,
    "would": [],
    "blocked": [],
    "frozen": [],
    "people_must": [],
    "cannot_tell": [],
}


def _plan(action: Action, gate: Gate) -> dict[str, Any]:
    """What `greenroom plan --json` prints of one change."""
    shown = {"key": str(action.key), "kind": action.kind, "scope": action.scope, "reason": action.reason}
    if gate in BESIDE:
        reason = action.reason if gate == "observed" else WHY_NOT[gate]
        return NOTHING | {BESIDE[gate]: [shown | {"reason": reason}]}
    shown |= {"gate": gate, "why_not": WHY_NOT[gate]}
    return NOTHING | {"actions": [shown], "writes_off": WHY_NOT["off"] if gate == "off" else None}


def _read(plan: dict[str, Any]) -> str:
    console = Console(file=StringIO(), width=240, color_system=None)
    console.print(plan_for_people(plan))
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


PLANS: dict[str, dict[str, Any]] = {
    "nothing": NOTHING,
    **{f"kind-{name}": _plan(action, "unapproved") for name, action in KINDS.items()},
    **{f"gate-{gate}": _plan(OFF, gate) for gate in WHY_NOT},
    "opens-an-issue": _plan(KINDS["open-mirror"], "unapproved")
    | {
        "always_readers": ["coordinator-1", "uv-maintainer-1"],
        "readers_of_all": (
            "everybody who can read packaging-security/private-cases reads every case, whatever tools it concerns"
        ),
    },
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_reads_as_it_was_reviewed(name: str) -> None:
    """Somebody says yes to this text. A change of it is seen in review, as a change of the file."""
    assert _read(PLANS[name]) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_every_text_is_of_a_plan() -> None:
    """What nothing makes any more is not kept."""
    assert {path.stem for path in GOLDEN.iterdir()} == set(PLANS)
