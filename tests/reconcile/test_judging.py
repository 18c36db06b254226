"""What does a command do, coming from whom? One table for each kind of person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.cases import Participant, StoredCase
from app.domain.comments import Answer, Doing, Propose, Tell
from app.domain.ids import AdvisoryKey, Ghsa, Person, RepoName
from app.reconcile.commands import commands_in
from app.reconcile.judging import Bench, Speaker, judged
from policies.config import PolicyFile

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ANN = Person("ann", 7)
ALL = "acknowledged, affected, not-affected, fixed, mitigated, embedded"
LINKED = "GHSA-2222-3333-4444"
RULES = PolicyFile.model_validate(
    {
        "version": 1,
        "coordinators": {"users": ["Carol:9"]},
        "tools": {
            "pip": {"repositories": ["pypa/pip"]},
            "uv": {"repositories": ["astral-sh/uv"]},
            "pipenv": {"repositories": ["pypa/pipenv"]},
        },
    }
)
CASE = StoredCase(
    number=3,
    state="open",
    opened_at=NOW,
    closed_at=None,
    mirror=None,
    mirror_in=None,
    sequence=1,
    links=(AdvisoryKey(RepoName("pypa", "pip"), Ghsa(LINKED)),),
    participants=(
        Participant(tool="pip", why="x", status="affected"),
        Participant(tool="uv", why="x"),
        Participant(tool="pipenv", why="x", left_at=NOW),
    ),
)
MAINTAINER = Speaker(person=ANN, tools=("uv",), coordinates=False)
COORDINATOR = Speaker(person=ANN, tools=(), coordinates=True)
BOTH_TOOLS = Speaker(person=ANN, tools=("pip", "uv"), coordinates=False)


def judge(line: str, speaker: Speaker = MAINTAINER) -> tuple[Doing, ...]:
    return judged(commands_in(line), speaker, Bench(case=CASE, rules=RULES, now=NOW))


def test_no_command_does_nothing() -> None:
    """The case where nothing is to be done."""
    assert judge("Thanks.") == ()


@pytest.mark.parametrize(
    ("line", "does"),
    [
        ("ack", Answer(tool="uv", status="acknowledged")),
        ("status uv affected", Answer(tool="uv", status="affected")),
        ("status UV Affected", Answer(tool="uv", status="affected")),
        (
            "status uv not-affected Vulnerable-code-not-present",
            Answer(tool="uv", status="not-affected", justification="vulnerable_code_not_present"),
        ),
        ("invite pipenv", Propose(what="invite", value="pipenv")),
        ("embargo 2026-12-15T16:00Z", Propose(what="embargo", value="2026-12-15T16:00Z")),
        ("coordinator @carol", Propose(what="coordinator", value="Carol:9")),
        (
            "link astral-sh/uv GHSA-5555-6666-7777",
            Propose(what="link", value="astral-sh/uv/GHSA-5555-6666-7777"),
        ),
        ("relay ON", Propose(what="relay", value="on")),
    ],
)
def test_a_maintainer_answers_for_her_tool_and_asks_for_the_rest(line: str, does: Doing) -> None:
    """What shows the case to more people, and an hour, are for a coordinator to confirm."""
    assert judge(f"/greenroom {line}") == (does,)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("status pip fixed", ("not-yours", "pip", "uv")),
        ("status pipenv fixed", ("not-in-it", "pip", "pip, uv")),
        ("status pop fixed", ("not-in-it", "pip", "pip, uv")),
        ("status uv", ("usage", "status")),
        ("status uv fixed because we did", ("usage", "status")),
        ("status uv fixd", ("unknown-status", "fixed", ALL)),
        ("status uv unknown", ("unknown-status", "", ALL)),
        ("status uv fixed component_not_present", ("no-reason", "fixed")),
        ("ack now", ("usage", "ack")),
        ("invite", ("usage", "invite")),
        ("invite pip", ("there-already", "pip")),
        ("invite pipenvv", ("unknown-tool", "pipenv")),
        ("embargo tomorrow", ("usage", "embargo")),
        ("embargo 2026-12-15T16:00+02:00", ("usage", "embargo")),
        ("embargo 0001-01-01T00:00Z", ("hour-over",)),
        ("embargo 9999-12-31T23:59Z", ("hour-far",)),
        ("coordinator @ann", ("no-coordinator", "", "Carol")),
        ("link nobody/knows GHSA-5555-6666-7777", ("unknown-repository",)),
        ("link ../x GHSA-5555-6666-7777", ("usage", "link")),
        (f"link pypa/pip {LINKED}", ("linked-already",)),
        ("relay maybe", ("usage", "relay")),
        ("help me", ("help",)),
    ],
)
def test_what_is_not_hers_or_not_right_is_told(line: str, told: tuple[str, ...]) -> None:
    """With what would be right, and without a word that she wrote."""
    assert judge(f"/greenroom {line}") == (Tell(line=told),)


def test_an_unknown_word_is_answered_with_the_nearest_valid_one() -> None:
    """And with all of them."""
    [told] = judge("/greenroom statsu uv fixed")
    assert isinstance(told, Tell)
    assert told.line[:2] == ("unknown-command", "status")
    [empty] = judge("/greenroom")
    assert isinstance(empty, Tell)
    assert empty.line[:2] == ("unknown-command", "")


def test_not_affected_says_why() -> None:
    """VEX asks for it, and so does everybody who has to believe it."""
    [told] = judge("/greenroom status uv not-affected vulnerable_code_not_presant")
    assert isinstance(told, Tell)
    assert told.line[:3] == ("justify", "uv", "vulnerable_code_not_present")


def test_a_coordinator_speaks_for_any_tool_and_acknowledges_for_none() -> None:
    """She is nobody's maintainer."""
    assert judge("/greenroom status pip fixed", COORDINATOR) == (Answer(tool="pip", status="fixed"),)
    assert judge("/greenroom ack", COORDINATOR) == (Tell(line=("no-tool",)),)


def test_an_acknowledgement_takes_back_no_answer() -> None:
    """Pip is affected, as its people said before."""
    assert judge("/greenroom ack", BOTH_TOOLS) == (
        Tell(line=("answered-already", "pip", "affected")),
        Answer(tool="uv", status="acknowledged"),
    )


def test_a_coordinator_is_not_asked_without_end() -> None:
    """Somebody who floods them hides what matters."""
    assert judge("/greenroom help\n" * 11)[-1] == Tell(line=("too-many", "10"))
