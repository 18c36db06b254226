"""Can people keep track of CVE ids from a terminal?"""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run

BY = ("--by", "coordinator-1")
CVE = "CVE-2026-12345"


def test_an_id_from_the_request_to_the_reason_why_it_is_not_used(greenroom: Run) -> None:
    """What a member of the PSRT and a coordinator type on different days, and what the case shows of it."""
    assert greenroom("case", "open", "--tool", "pip", *BY).exit_code == 0

    asked = greenroom("case", "cve", "1", "request", "pip", "--by", "psrt-member-1", "--json")
    assert asked.exit_code == 0, asked.output
    [request] = json.loads(asked.stdout)["cves"]
    assert (request["cna"], request["state"], request["id"]) == ("GitHub", "asked", None)
    assert request["proof"] == f"policy names {request['asked_by']} for psrt, which takes its reports"

    assert greenroom("case", "cve", "1", "record", "pip", CVE, *BY).exit_code == 0
    shown = greenroom("case", "show", "1").stdout
    assert (CVE in shown, "recorded" in shown, "psrt-member-1" in shown) == (True, True, True)
    assert CVE not in greenroom("case", "list").stdout

    dropped = greenroom("case", "cve", "1", "drop", CVE, "published-elsewhere", *BY, "--json")
    assert [each["state"] for each in json.loads(dropped.stdout)["cves"]] == ["published-elsewhere"]


@pytest.mark.slow
def test_what_is_mistyped_is_answered_with_what_would_be_right(greenroom: Run) -> None:
    """Exit code 2, and nothing is written down."""
    greenroom("case", "open", "--tool", "pip", *BY)
    for words, right in (
        (("1", "request", "pipp", "--by", "pip-maintainer-1"), 'did you mean "pip"'),
        (("1", "request", "pip", *BY), "coordinator-1 is not known to speak for pip"),
        (("1", "request", "uv", "--by", "uv-maintainer-1"), "uv takes no part in case 1; pip does"),
        (("7", "request", "pip", "--by", "pip-maintainer-1"), "there is no case 7"),
        (("1", "record", "pip", "12345", *BY), "write it as CVE-2026-12345"),
        (("1", "write", "pip", "--by", "pip-maintainer-1"), "record it first"),
        (("1", "drop", CVE, "unused", *BY), "rejected, duplicate, returned-to-cna, published-elsewhere"),
    ):
        answer = greenroom("case", "cve", *words)
        assert (answer.exit_code, right in " ".join(answer.output.split())) == (2, True), answer.output
    assert json.loads(greenroom("case", "show", "1", "--json").stdout)["cves"] == []


@pytest.mark.slow
def test_a_case_that_is_public_is_listed_as_that(greenroom: Run) -> None:
    """Its line says so before anybody asks about it."""
    greenroom("case", "open", "--tool", "pip", *BY)
    said = greenroom("case", "disclosed", "1", *BY, "--json")

    assert said.exit_code == 0, said.output
    shown = json.loads(said.stdout)
    assert (shown["disclosed"] is None, shown["disclosed_at"] is None) == (True, False)
    assert "A coordinator said" in greenroom("case", "show", "1").stdout

    refused = greenroom("case", "disclosed", "1", "--none", "--by", "nobody-in-policy")
    assert (refused.exit_code, "is no coordinator" in refused.output) == (2, True)
    back = greenroom("case", "disclosed", "1", "--none", *BY, "--json")
    assert (back.exit_code, json.loads(back.stdout)["disclosed_at"]) == (0, None)
    assert "A coordinator said" not in greenroom("case", "show", "1").stdout
    assert greenroom("case", "disclosed", "1", "--none", *BY).exit_code == 2
