"""Do editors refuse what the loader refuses, and nothing that it takes?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from policies.loading import InvalidPolicy, load_policies
from policies.policy import all_policies
from policies.schema import DRAFT, json_schema
from policies.yaml_lines import Unreadable, read_document
from tests.policies.broken_table import TABLE
from tests.policies.broken_values import REFERENCES
from tests.policies.broken_writing import exempt, tenures
from tests.policies.shipped import DEFAULT

VALIDATOR = Draft202012Validator(json_schema())
FULL = """
version: 1
coordination:
  repository: packaging-security/cases
  store: issue
  mode: report
  always_readers: {users: ["coordinator:1001"], teams: [packaging-security/coordinators]}
coordinators: {users: ["coordinator:1001", "some[bot]:5"]}
report_owners:
  psrt:
    takes_reports: email
    contact: security@python.org
    publishes_on_github: false
    clocks: {coordinator: 3d, finish: 90d}
    users: ["psrt-member:2001"]
  maintainers: {takes_reports: github}
tools:
  pip:
    repositories: [pypa/pip, pypa/get-pip]
    packages: ["pip:pip", "npm:@scope/name"]
    report_owner:
      - {from: 2024-01-01, owner: psrt}
      - {from: "2027-01-01", owner: maintainers}
policies:
  private-reporting: {mode: enforce}
  reports-reach-owner: {}
exemptions:
  - {policy: private-reporting, repository: pypa/get-pip, owner: "a:1", reason: archived soon, until: 2027-01-31}
repository_ids: {pypa/pip: 123456789}
sentinels: ["pypa/pip/GHSA-2222-3333-4444"]
"""
VALID = {
    "all of it": FULL,
    "the shipped file": DEFAULT,
    "nothing but a version": "version: 1",
    "two tenures": tenures("from: 2024-01-01, owner: psrt", "from: 2025-01-01, owner: maintainers"),
    "an exemption": exempt(),
}
# The loader alone knows these: which days and ids there are, what stands elsewhere in the file, what two keys say at
# once, that spaces are no reason, and that a date without quotes is no text. Whether `$` leaves a last line end over,
# and that two dots are no name, is beyond patterns that all editors read alike.
STRICTER = (
    "repository with a line end",
    "repository with a way up",
    "exemption with a date as reason",
    "no such day in quotes",
    "person with an endless id",
    "id without end",
    "id with a fraction",
    "issues without readers",
    "version with a fraction",
    "exemption with a blank reason",
)


def _as_an_editor_sees_it(data: Any) -> Any:
    """JSON has no dates; editors check how they are written."""
    return json.loads(json.dumps(data, default=lambda day: day.isoformat() if isinstance(day, date) else None))


def test_it_is_a_schema_of_its_draft() -> None:
    """Editors take it by its first line."""
    assert json_schema()["$schema"] == DRAFT
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("text", VALID.values(), ids=VALID)
def test_both_take_what_is_valid(text: str) -> None:
    """A red line under what is right teaches people to look away."""
    load_policies(text, "greenroom.yml")

    assert [error.message for error in VALIDATOR.iter_errors(_as_an_editor_sees_it(read_document(text).data))] == []


def _plain_data() -> dict[str, Any]:
    """Of the broken files those that are YAML at all."""
    found = {}
    for name, broken in TABLE.items():
        try:
            found[name] = read_document(broken.content.decode()).data
        except (Unreadable, UnicodeDecodeError):
            continue
    return found


def test_what_the_loader_refuses_by_its_shape_the_schema_refuses_too() -> None:
    """Except for what only the loader can know, which is listed."""
    references = {name for name in TABLE if _is_about_references(name)}
    taken = {name for name, data in _plain_data().items() if VALIDATOR.is_valid(_as_an_editor_sees_it(data))}

    assert taken - references <= set(STRICTER)
    assert set(STRICTER) <= taken


def _is_about_references(name: str) -> bool:
    """Is it valid by its shape, and wrong about names that stand elsewhere?"""
    return name in REFERENCES or name == "many unknown owners"


MUTATIONS: tuple[Any, ...] = (None, True, False, 0, 1, -1, 1.5, "", "x", "a/b", "a:1", "3d", [], ["x"], {}, {"x": 1})


def _mutated(data: Any) -> list[Any]:
    """The same with one value, anywhere, that is another one, and with one key more."""
    if isinstance(data, dict):
        own = [data | {key: other} for key in data for other in MUTATIONS]
        inside = [data | {key: changed} for key, value in data.items() for changed in _mutated(value)]
        return [*own, *inside, data | {"zebra": 1}, *({k: v for k, v in data.items() if k != key} for key in data)]
    if isinstance(data, list):
        more = [[*data, other] for other in MUTATIONS]
        return [*more, *([*data[:i], made, *data[i + 1 :]] for i, each in enumerate(data) for made in _mutated(each))]
    return []


@pytest.mark.slow
def test_what_the_schema_refuses_the_loader_refuses() -> None:
    """Hundreds of files, each with one thing otherwise: an editor never warns of what then comes into force."""
    files = _mutated(yaml.safe_load(FULL))
    assert len(files) > 800
    for data in files:
        if VALIDATOR.is_valid(_as_an_editor_sees_it(data)):
            continue
        with pytest.raises(InvalidPolicy):
            load_policies(yaml.safe_dump(data, sort_keys=False), "greenroom.yml")


def test_names_of_policies_are_offered() -> None:
    """Nobody has to look them up."""
    offered = json_schema()["properties"]["policies"]["propertyNames"]

    assert offered["enum"] == [policy.name for policy in all_policies()]
    assert all(policy.sentence in offered["description"] for policy in all_policies())
