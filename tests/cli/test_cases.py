"""Can people work on cases from a terminal?"""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run, RunningSandbox

BY = ("--by", "coordinator-1")


def test_a_case_by_hand_from_its_beginning_to_its_end(greenroom: Run, sandbox: RunningSandbox) -> None:
    """What a coordinator types on the day on which a mail arrives."""
    writes = len(sandbox.writes)
    opened = greenroom("case", "open", "--tool", "pip", *BY, "--json")
    assert opened.exit_code == 0, opened.output
    number = str(json.loads(opened.stdout)["case"])

    assert greenroom("case", "invite", number, "uv", "--rsvp", "2030-01-01", *BY).exit_code == 0
    told = greenroom("case", "status", number, "uv", "not-affected", "component-not-present", "--by", "uv-maintainer-1")
    assert told.exit_code == 0, told.output
    assert (
        greenroom("case", "coordinator", number, f"coordinator-1:{_id(sandbox, 'coordinator-1')}", *BY).exit_code == 0
    )

    shown = json.loads(greenroom("case", "show", number, "--json").stdout)
    uv = next(each for each in shown["participants"] if each["tool"] == "uv")
    assert (uv["status"], uv["justification"], uv["rsvp"]) == ("not-affected", "component_not_present", "2030-01-01")
    assert [each["what"] for each in shown["history"]] == ["opened", "invited", "answered", "coordinator"]
    assert shown["coordinator"].startswith("coordinator-1:")

    assert greenroom("case", "leave", number, "uv", *BY).exit_code == 0
    assert greenroom("case", "close", number, *BY).exit_code == 0
    assert len(sandbox.writes) == writes  # the mirror is for the worker, and for a coordinator's yes


@pytest.mark.slow
def test_cases_for_people_name_tools_answers_and_hours(greenroom: Run) -> None:
    """A list that a coordinator reads in the morning."""
    greenroom("case", "open", "--tool", "pip", "--tool", "uv", *BY)
    greenroom("case", "embargo", "1", "2030-01-02T16:00Z", *BY)

    listed, shown = greenroom("case", "list"), greenroom("case", "show", "1")

    assert ("case/1" in listed.stdout, "pip: unknown, uv: unknown" in listed.stdout) == (True, True)
    assert "Nothing is public before 2030-01-02 16:00 UTC." in shown.stdout


@pytest.mark.slow
def test_who_reads_a_case_is_asked_of_github_where_somebody_wants_to_know(greenroom: Run) -> None:
    """Here there is no mirror yet, so nobody reads it. Without the option nothing is asked."""
    greenroom("case", "open", "--tool", "pip", *BY)

    told = json.loads(greenroom("case", "show", "1", "--readers", "--json").stdout)
    shown = greenroom("case", "show", "1", "--readers")

    assert (told["readers"], told["readers_unclear"]) == ([], [])
    assert "Who reads it" in shown.stdout
    assert "readers" not in json.loads(greenroom("case", "show", "1", "--json").stdout)
    assert greenroom("case", "show", "7", "--readers").exit_code == 2  # there is no such case


@pytest.mark.slow
def test_what_is_mistyped_is_answered_with_what_would_be_right(greenroom: Run) -> None:
    """Exit code 2, and nothing is written down."""
    greenroom("case", "open", "--tool", "pip", *BY)
    for words, right in (
        (("show", "7"), "there is no case 7"),
        (("open", "--tool", "pipp", *BY), 'did you mean "pip"'),
        (("open", *BY), "name at least one tool"),
        (("status", "1", "pip", "safe", *BY), "acknowledged, affected, not-affected"),
        (("status", "1", "pip", "not-affected", "because", *BY), "vulnerable_code_not_in_execute_path"),
        (("status", "1", "uv", "fixed", *BY), "uv takes no part in case 1; pip does"),
        (("invite", "1", "uv", "--rsvp", "tomorrow", *BY), "write it as 2026-12-15"),
        (("link", "1", "pypa/pip", *BY), "write OWNER/REPO/GHSA-xxxx-xxxx-xxxx"),
        (("coordinator", "1", "coordinator-1:1", *BY), "policy names coordinator-1:"),
    ):
        answer = greenroom("case", *words)
        assert (answer.exit_code, right in " ".join(answer.output.split())) == (2, True), answer.output
    shown = json.loads(greenroom("case", "list", "--all", "--json").stdout)
    assert [(each["case"], len(each["participants"])) for each in shown["cases"]] == [(1, 1)]


def _id(sandbox: RunningSandbox, login: str) -> str:
    return str(sandbox.look("world")["people"][login])
