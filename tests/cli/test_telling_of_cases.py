"""How does the story of a case or of an advisory read? Texts for people are written out here."""

from __future__ import annotations

import pytest

from tests.cli.explained import read

CASE = {
    "number": 1,
    "state": "open",
    "opened_at": "2026-11-30T10:00:00+00:00",
    "closed_at": None,
    "embargo_until": None,
    "disclosed_at": None,
    "mirror": "#7",
    "mirror_state": "open",
    "repository": "packaging-security/cases",
    "mode": "report",
    "linked": ["pypa/wheel/GHSA-2222-3333-4444"],
    "sources": ["cannot tell: GitHub answered 502"],
    "participants": [
        {
            "tool": "uv",
            "why": "named in the advisory",
            "status": "not-affected",
            "justification": "component_not_present",
        },
    ],
}


def test_a_case_is_told_with_its_tools_links_mirror_and_readers() -> None:
    """Everything that a coordinator needs to answer for it."""
    told = read(
        key="case/1", repository=None, case=CASE, states=[], readers=[{"login": "ann", "why": "takes part for uv"}]
    )

    assert (
        told
        == """\
case/1
Opened 2026-11-30 10:00 UTC; it is open.
No hour is agreed before which nothing of it may be public.
uv takes part, named in the advisory; its answer: not affected (component_not_present).
Linked is pypa/wheel/GHSA-2222-3333-4444; its state cannot be told now.
Its mirror is packaging-security/cases #7; its state is open.
Policy says report for mirrors, so nothing is written.

Who reads the mirror, or will
  • ann, who takes part for uv

Nothing is to be done now."""
    )


def test_a_case_says_which_hour_was_agreed_and_that_it_is_public() -> None:
    """Whoever asks about a case wants to know first until when to keep quiet, and whether that is over."""
    agreed = CASE | {"embargo_until": "2026-12-04T14:00:00+00:00", "disclosed_at": "2026-12-01T08:00:00+00:00"}

    told = read(key="case/1", repository=None, case=agreed, states=[])

    assert told.splitlines()[2:4] == [
        "Nothing of it is public before 2026-12-04 14:00 UTC, as its tools agreed.",
        "A coordinator said 2026-12-01 08:00 UTC that it is public.",
    ]


@pytest.mark.parametrize(
    ("case", "candidate", "line"),
    [
        (
            None,
            True,
            "It names uv, wheel: a candidate, and nobody is invited until the project's own people accept it.",
        ),
        (None, False, "It names uv, wheel, so it concerns nobody else."),
        ("case/3", False, "It belongs to case/3."),
    ],
)
def test_an_advisory_says_what_it_is_to_us(case: str | None, candidate: bool, line: str) -> None:  # noqa: FBT001
    """A candidate, a matter of one tool, or part of a case."""
    told = read(
        repository=None,
        state="triage",
        candidate=candidate,
        tools=["uv", "wheel"],
        first_seen="2026-12-01T08:00:00+00:00",
        case=case,
        states=[],
    )

    assert told.splitlines()[1:4] == ["Its state is triage.", line, "First seen 2026-12-01 08:00 UTC."]
