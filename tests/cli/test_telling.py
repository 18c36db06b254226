"""How does a story read? Texts for people are written out here, so that a change of them is seen."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from app.cli.command import show_result
from app.shown.telling import explanation_for_people
from tests.cli.explained import IN_ORDER, read


def test_a_repository_in_order_is_told_in_few_words() -> None:
    """Whose it is, how it stands, and that nothing is to be done."""
    assert (
        read()
        == """\
pypa/pip
A repository of pip.
Since 2024-01-01 psrt takes its reports, by s@python.example.
From 2027-03-01 on maintainers takes them.

How it stands
  • private-reporting: pass (since 2026-11-01 09:00 UTC); off, as psrt declares. Policy enforces this.

Nothing is to be done now."""
    )


def test_what_cannot_be_told_says_how_old_our_knowledge_is() -> None:
    """An age that is not told looks like now."""
    unclear = IN_ORDER["states"][0] | {
        "state": "cannot tell",
        "message": "GitHub answered 502",
        "since": "2026-12-01T08:20:00+00:00",
        "seen_at": "2026-12-01T06:00:00+00:00",
    }
    never = unclear | {"policy": "reports-reach-owner", "seen_at": None}

    told = read(
        states=[unclear, never],
        cannot_tell=["GitHub answered 502"],
        unseen={"since": "2026-12-01T08:20:00+00:00", "looks": 3},
        notices=[
            {
                "text": "pypa/pip cannot be seen",
                "severity": "warning",
                "since": "2026-12-01T08:40:00+00:00",
                "kind": "cannot-see",
                "about": "pypa/pip",
            }
        ],
    )

    expected = """\
How it stands
  • private-reporting: cannot tell (since 2026-12-01 08:20 UTC); GitHub answered 502. Last really seen 2026-12-01 06:00 UTC, 3 hours ago. Policy enforces this.
  • reports-reach-owner: cannot tell (since 2026-12-01 08:20 UTC); GitHub answered 502. It was never seen. Policy enforces this.

What we cannot tell
  • GitHub answered 502
  • So it has been for the last 3 looks, since 2026-12-01 08:20 UTC (40 minutes).

What people were told
  • pypa/pip cannot be seen (warning, open since 2026-12-01 08:40 UTC)"""  # noqa: E501 - lines of a terminal
    assert told.partition("\n\n")[2] == expected


@pytest.mark.parametrize(
    ("gate", "why_not", "held", "then"),
    [
        ("go", "", None, "It is allowed, and the next look does it."),
        ("go", "", "the Hand is not installed", "It waits: the Hand is not installed."),
        ("observed", "policy says observe", None, "It waits: policy says observe."),
        ("off", "GREENROOM_WRITES is off", None, "It waits: GREENROOM_WRITES is off."),
        ("unapproved", "nobody said yes", "no Hand", "It waits: nobody said yes; no Hand."),
        (
            "blocked",
            "GitHub answered 403",
            None,
            "It was tried in vain, and is not tried again until something changes: GitHub answered 403.",
        ),
    ],
)
def test_what_would_be_done_says_what_it_waits_for(gate: str, why_not: str, held: str | None, then: str) -> None:
    """Whoever reads it wants to know what to do so that it happens, or does not."""
    step = {"kind": "open-mirror", "reason": "two tools", "scope": "mirror", "gate": gate, "why_not": why_not}

    told = read(would_do=[step | {"key": "case/1", "held": held}])

    assert f"  • open the mirror: two tools. {then}" in told.splitlines()
    assert ("greenroom approve PLAN_ID" in told) == (gate == "unapproved")


@pytest.mark.parametrize(
    ("outcome", "detail", "became"),
    [
        ("done", None, "it was done"),
        ("refused", "GitHub answered 403", "GitHub refused it: GitHub answered 403"),
        ("without effect", "blocked by configuration “X”", "GitHub accepted it and changed nothing: blocked by configuration “X”"),  # noqa: E501
        ("unknown", None, "the answer was lost, and nobody can know any more whether it happened"),
        ("something new", None, "something new"),
        (None, None, "announced, and not yet known whether it happened"),
    ],
)  # fmt: skip
def test_what_was_done_says_when_what_became_of_it_and_who_had_allowed_it(
    outcome: str | None, detail: str | None, became: str
) -> None:
    """One sentence for each write, the ones whose answer was lost included."""
    common: dict[str, Any] = {
        "at": "2026-12-01T08:00:00+00:00",
        "kind": "set-private-reporting",
        "scope": "private-reporting: off",
        "policy_commit": "c",
    }
    did = [common | {"row": 1, "phase": "intend", "of": None, "outcome": None, "detail": None, "allowed_by": "ann"}]
    if outcome:
        did += [common | {"row": 2, "phase": "conclude", "of": 1, "outcome": outcome, "detail": detail, "allowed_by": None}]  # noqa: E501  # fmt: skip

    told = read(did=did)

    line = f"  • 2026-12-01 08:00 UTC, switch private vulnerability reporting off: {became}."
    assert f"{line} ann had allowed “private-reporting: off”." in told.splitlines()


@pytest.mark.parametrize(
    ("last_good", "over_at", "actor", "line"),
    [
        (
            "2026-12-01T06:00:00+00:00",
            None,
            "unknown",
            "after 2026-12-01 06:00 UTC, seen 2026-12-01 08:00 UTC; it still is. Who did it is unknown.",
        ),
        (
            None,
            "2026-12-01T08:30:00+00:00",
            "ann:5",
            "before anybody looked, seen 2026-12-01 08:00 UTC; it was right again 2026-12-01 08:30 UTC. Who did it is ann:5.",  # noqa: E501
        ),
    ],
)
def test_what_went_wrong_says_between_which_looks(
    last_good: str | None, over_at: str | None, actor: str, line: str
) -> None:
    """A moment that nobody saw is not named, and what was not looked at before might be as old as the repository."""
    breach = {
        "repository": "pypa/pip",
        "policy": "private-reporting",
        "last_good": last_good,
        "first_bad": "2026-12-01T08:00:00+00:00",
        "over_at": over_at,
        "actor": actor,
    }

    told = read(breaches=[breach])

    assert told.partition("When it went wrong lately\n")[2].splitlines()[0] == f"  • private-reporting: {line}"


def test_the_configuration_that_would_hold_a_switch_can_be_copied_from_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line broken by the terminal's width would be no JSON any more."""
    configuration = {"name": "Private vulnerability reporting stays off", "description": "by mail to " + "x" * 200}
    monkeypatch.setattr("app.cli.command.out", Console(file=(file := StringIO()), width=60, color_system=None))

    guard = {"organization": "pypa", "configuration": configuration}
    show_result(as_json=False, data=IN_ORDER | {"guard": guard}, for_people=explanation_for_people)

    told = file.getvalue()
    assert "An owner of pypa creates this configuration" in told
    assert json.loads(told[told.index("{") : told.rindex("}") + 1]) == configuration
