"""What is wrong with the shape of a value in a policy file, and what would be right, in words for people?

pydantic finds it and speaks of tuples, patterns and instances; whoever edits the file knows lists and mappings.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType

from pydantic_core import ErrorDetails

from policies.nearest import Unknown
from policies.yaml_lines import Path

# What may stand at a key, as people would write it there; a test loads each of them.
EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "version": "1",
        "coordination": "{repository: psf/cases}",
        "always_readers": '{users: ["some-login:12345"]}',
        "coordinators": '{users: ["some-login:12345"]}',
        "users": '["some-login:12345"]',
        "teams": "[pypa/pip-committers]",
        "report_owners": "{psrt: {takes_reports: email}}",
        "takes_reports": "email",
        "clocks": "{finish: 90d}",
        "tools": "{pip: {repositories: [pypa/pip]}}",
        "repositories": "[pypa/pip]",
        "packages": '["pip:wheel"]',
        "report_owner": "[{from: 2024-01-01, owner: psrt}]",
        "from": "2024-01-01",
        "policies": "{private-reporting: {mode: report}}",
        "policy": "private-reporting",
        "exemptions": (
            '[{policy: private-reporting, repository: pypa/pip, owner: "some-login:12345", '
            "reason: moving house, until: 2027-01-31}]"
        ),
        "repository": "pypa/pip",
        "coordination.repository": "psf/cases",
        "owner": "psrt",
        "exemptions.owner": '"some-login:12345"',
        "reason": "moving house",
        "kinds": "[switched-on]",
        "repository_ids": "{pypa/pip: 1446474}",
        "sentinels": "[pypa/pip/GHSA-2222-3333-4444]",
    }
)
# What stands under a name that people chose, or in a list.
_ITEMS: Mapping[str, str] = MappingProxyType(
    {
        "report_owners": "{takes_reports: email}",
        "tools": "{repositories: [pypa/pip]}",
        "policies": "{mode: report}",
        "report_owner": "{from: 2024-01-01, owner: psrt}",
        "exemptions": EXAMPLES["exemptions"][1:-1],
    }
)


def put_right(mistake: ErrorDetails) -> str | Unknown:
    """The sentence for one of pydantic's errors."""
    kind, path = mistake["type"], mistake["loc"]
    if kind == "missing":
        example = _example(path)
        return f"this is missing; write it, as in {path[-1]}: {example}" if example else "this is missing"
    if kind == "literal_error":
        return _one_of(mistake)
    if kind not in _TYPES:
        return mistake["msg"].removeprefix("Value error, ")
    sentence = _TYPES[kind].format(**mistake.get("ctx", {}))
    example = _example(path) if kind in _COLLECTIONS else None
    return f"{sentence}, as in {example}" if example else sentence


_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "tuple_type": "write a list",
        "dict_type": "write a mapping",
        "model_type": "write a mapping",
        "string_type": 'write text; what looks like something else stands in quotes, as in "5"',
        "string_pattern_mismatch": "write it as ECOSYSTEM:NAME, as in pip:wheel",
        "string_too_short": "write more: {min_length} or more characters",
        "bool_type": "write true or false",
        "int_type": "write a whole number without quotes, as in 12345",
        "greater_than": "write a number above {gt}, as in 12345",
        "date_from_datetime_parsing": "there is no such day; write one as in 2027-01-31",
    }
)
_COLLECTIONS = {"tuple_type", "dict_type", "model_type"}


def _example(path: Path) -> str | None:
    """What could stand there."""
    if not path:
        return "version: 1"
    *above, last = path
    if above and above[-1] in _ITEMS and (len(above) == 1 or isinstance(last, int)):
        return _ITEMS[str(above[-1])]
    part = next((each for each in reversed(above) if isinstance(each, str)), "")
    return EXAMPLES.get(f"{part}.{last}") or EXAMPLES.get(str(last))


def _one_of(mistake: ErrorDetails) -> str | Unknown:
    """One word of a closed list. What is no word is not repeated."""
    if mistake["loc"] == ("version",):
        return "write version: 1"
    valid = [str(each) for each in ast.literal_eval(f"[{mistake['ctx']['expected'].replace(' or ', ', ')}]")]
    written = mistake["input"]
    if isinstance(written, str):
        return Unknown(f'is "{written:.80}"', written, valid)
    return f"write {' or '.join(valid)}"
