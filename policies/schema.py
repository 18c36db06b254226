"""What may stand in a policy file, for editors: as a JSON Schema?

What the schema refuses the loader refuses. The loader is stricter: it also holds names against each other, and knows
which days there are.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from app.domain.ids import AdvisoryKey, Person, RepoName, Team
from policies.config import PolicyFile
from policies.policy import all_policies

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_REPO = r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]{1,100}"
_PATTERNS: dict[type, tuple[str, str]] = {
    RepoName: (rf"^{_REPO}$", "OWNER/REPO, as in pypa/pip"),
    Team: (r"^[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[a-z0-9_-]+$", "ORG/TEAM-SLUG, as in pypa/pip-committers"),
    Person: (
        r"^[A-Za-z0-9][A-Za-z0-9_-]{0,38}(\[bot\])?:[1-9][0-9]*$",
        "LOGIN:NUMERIC_ID; https://api.github.com/users/LOGIN tells the id",
    ),
    AdvisoryKey: (rf"^{_REPO}/GHSA(-[23456789cfghjmpqrvwx]{{4}}){{3}}$", "OWNER/REPO/GHSA-xxxx-xxxx-xxxx"),
}
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"  # of a tool, or of a report owner


def json_schema() -> dict[str, Any]:
    """The schema, in draft 2020-12, with the names of the policies there are."""
    schema = PolicyFile.model_json_schema(by_alias=True, schema_generator=_Generator)
    policies: dict[str, Any] = {
        "enum": [policy.name for policy in all_policies()],
        "description": "; ".join(f"{policy.name}: {policy.sentence}" for policy in all_policies()),
    }
    properties = schema["properties"]
    properties["policies"]["propertyNames"] = policies
    for kind in ("tools", "report_owners"):
        properties[kind]["propertyNames"] = {"pattern": NAME}
    properties["repository_ids"]["propertyNames"] = {"pattern": _PATTERNS[RepoName][0]}
    exemption = schema["$defs"]["Exemption"]
    exemption["properties"]["policy"] |= policies
    exemption["required"] = sorted({*exemption["required"], "until"})  # its absence has words of its own
    exemption["properties"]["until"].pop("default", None)
    return {"$schema": DRAFT, "title": "Greenroom's policy file"} | {
        name: part for name, part in schema.items() if name != "title"
    }


class _Generator(GenerateJsonSchema):
    """How our own values are written."""

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        if schema["cls"] not in _PATTERNS:
            return super().dataclass_schema(schema)
        pattern, description = _PATTERNS[schema["cls"]]
        return {"type": "string", "pattern": pattern, "description": description}

    def timedelta_schema(self, schema: core_schema.TimedeltaSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "string", "pattern": "^[1-9][0-9]{0,3}d$", "description": 'a number of days, as in "90d"'}

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:  # noqa: ARG002
        pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
        return {"type": "string", "format": "date", "pattern": pattern, "description": "a day (UTC), as in 2027-01-31"}
