"""The configuration that we print is one that GitHub takes, and touches nothing but the reporting switch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator

from policies.config import ReportOwner
from policies.guarding import guarding
from tests.wire.specification import specification

REFERENCE = Path(__file__).parents[2] / "docs" / "reference.md"
CREATE = "/orgs/{org}/code-security/configurations"
PSRT = ReportOwner(takes_reports="email", contact="security@python.org")
OURS = ReportOwner(takes_reports="github")
EITHER = pytest.mark.parametrize("owner", [PSRT, OURS], ids=["off", "on"])


def _schema() -> dict[str, Any]:
    """What GitHub says a request has to look like that creates a configuration."""
    document = specification()
    request = document["paths"][CREATE]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return {**request, "components": document["components"]}


@EITHER
def test_github_takes_what_we_print(owner: ReportOwner) -> None:
    """Owners copy it, and a field or a value that GitHub does not know is refused with all others."""
    assert list(OAS30Validator(_schema()).iter_errors(guarding("psrt", owner))) == []


@EITHER
def test_whatever_can_be_left_alone_is_named_as_that(owner: ReportOwner) -> None:
    """GitHub takes what is left out for its default, which switches other features off where they were on."""
    neutral = {name for name, kind in _schema()["properties"].items() if "not_set" in kind.get("enum", ())}

    printed = guarding("psrt", owner)

    held = "private_vulnerability_reporting"
    assert {name for name, value in printed.items() if value == "not_set"} == neutral - {held}
    assert set(printed) == neutral | {"name", "description", "enforcement"}


def test_what_is_left_out_has_no_neutral_value_and_was_looked_at() -> None:
    """A field that GitHub adds turns this red, so that somebody decides what to say of it."""
    assert _schema()["properties"].keys() - guarding("psrt", PSRT).keys() == {
        "advanced_security",  # two other fields stand for it
        "dependency_graph_autosubmit_action_options",
        "code_scanning_options",
        "code_scanning_default_setup_options",
        "secret_scanning_delegated_bypass_options",
    }


@pytest.mark.parametrize(("owner", "state"), [(PSRT, "disabled"), (OURS, "enabled")], ids=["off", "on"])
def test_the_switch_is_held_where_its_owner_declares(owner: ReportOwner, state: str) -> None:
    """The other way round it would be what `configuration-agrees` finds."""
    printed = guarding("psrt", owner)

    assert (printed["private_vulnerability_reporting"], printed["enforcement"]) == (state, "enforced")


def test_a_long_contact_does_not_make_it_invalid() -> None:
    """Contacts are free text, and GitHub takes 255 characters."""
    talkative = ReportOwner(takes_reports="email", contact="security@python.org, or " * 20)

    assert list(OAS30Validator(_schema()).iter_errors(guarding("psrt", talkative))) == []


def test_the_reference_shows_that_very_one() -> None:
    """People copy it from there too."""
    text = REFERENCE.read_text(encoding="utf-8")
    [shown] = [part for part in text.split("```json\n")[1:] if '"private_vulnerability_reporting"' in part]

    assert json.loads(shown.split("```")[0]) == guarding("psrt", PSRT)
