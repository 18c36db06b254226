"""What shape do GitHub's requests and answers have? Its own description, with what that leaves out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_METHODS = ("get", "put", "post", "delete", "patch")
_BASIC_ERROR = {
    "description": "",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/basic-error"}}},
}

Schema = dict[str, Any]


def specification() -> Schema:
    """One OpenAPI 3.0 document, closed and completed."""
    wire: Schema = json.loads((_HERE / "github-wire.json").read_text(encoding="utf-8"))
    overlay = json.loads((_HERE / "overlay.json").read_text(encoding="utf-8"))
    _add_schemas(wire, overlay["schemas"])
    _add_paths(wire, overlay["paths"])
    _add_properties(wire, overlay["properties"])
    _replace_answers(wire, overlay["answers"])
    _add_aliases(wire, overlay["aliases"])
    _add_queries(wire, overlay["queries"])
    _add_statuses(wire, overlay["statuses"])
    parts = set(_parts_of_compositions(wire))
    for name, schema in wire["components"]["schemas"].items():
        if name not in parts:
            _close(schema)
    _close(wire["paths"])
    _admit_null(wire)
    return wire


def query_names(wire: Schema, operation: Schema) -> frozenset[str]:
    """What an operation may be asked in the query."""
    return frozenset(parameter["name"] for parameter in _asked_in_the_query(wire, operation))


def _add_schemas(wire: Schema, entries: list[Schema]) -> None:
    for entry in entries:
        wire["components"]["schemas"][entry["name"]] = entry["schema"]


def _add_paths(wire: Schema, entries: list[Schema]) -> None:
    """Routes that the description we keep leaves out; they read unless they say otherwise."""
    for entry in entries:
        named = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"\{(\w+)\}", entry["path"])
        ]
        asked = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in entry["query"]]
        method, status = entry.get("method", "get"), entry.get("status", "200")
        operation: Schema = {
            "operationId": f"{method} {entry['path']}",
            "parameters": [*named, *asked],
            "responses": {status: {"description": ""}},
        }
        if "schema" in entry:
            operation["responses"][status]["content"] = {"application/json": {"schema": entry["schema"]}}
        if "request" in entry:
            content = {"application/json": {"schema": entry["request"]}}
            operation["requestBody"] = {"required": True, "content": content}
        wire["paths"].setdefault(entry["path"], {})[method] = operation


def _add_properties(wire: Schema, entries: list[Schema]) -> None:
    for entry in entries:
        wire["components"]["schemas"][entry["schema"]]["properties"][entry["name"]] = entry["value"]


def _replace_answers(wire: Schema, entries: list[Schema]) -> None:
    for entry in entries:
        answer = wire["paths"][entry["path"]][entry["method"]]["responses"][entry["status"]]
        answer["content"]["application/json"]["schema"] = entry["schema"]


def _add_aliases(wire: Schema, entries: list[Schema]) -> None:
    """The same operation under another path, whose parameters are plain."""
    for entry in entries:
        named = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"\{(\w+)\}", entry["path"])
        ]
        operations = wire["paths"][entry["like"]]
        wire["paths"][entry["path"]] = {
            method: operations[method]
            | {"parameters": [*named, *_asked_in_the_query(wire, operations[method])], "operationId": f"{method} alias"}
            for method in entry["methods"]
        }


def _add_queries(wire: Schema, entries: list[Schema]) -> None:
    """What is no part of the REST description at all."""
    for entry in entries:
        content = {"application/json": {"schema": entry["answer"]}}
        wire["paths"][entry["path"]] = {
            entry["method"]: {
                "operationId": entry["path"],
                "requestBody": {"content": {"application/json": {"schema": entry["request"]}}},
                "responses": {"200": {"description": "", "content": content}},
            }
        }


def _asked_in_the_query(wire: Schema, operation: Schema) -> list[Schema]:
    resolved = [_resolve(wire, parameter) for parameter in operation.get("parameters", [])]
    return [parameter for parameter in resolved if parameter["in"] == "query"]


def _resolve(wire: Schema, parameter: Schema) -> Schema:
    if "$ref" not in parameter:
        return parameter
    found: Schema = wire["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
    return found


def _add_statuses(wire: Schema, entries: list[Schema]) -> None:
    for operations in wire["paths"].values():
        for method in _METHODS:
            for entry in entries if method in operations else []:
                operations[method]["responses"].setdefault(entry["status"], _BASIC_ERROR)


def _parts_of_compositions(node: Any) -> list[str]:
    """Names of schemas that `allOf` joins with others: those cannot be closed one by one."""
    if isinstance(node, list):
        return [name for each in node for name in _parts_of_compositions(each)]
    if not isinstance(node, dict):
        return []
    joined = node.get("allOf", [])
    names = [part["$ref"].rpartition("/")[2] for part in joined if "$ref" in part] if len(joined) > 1 else []
    return names + [name for each in node.values() for name in _parts_of_compositions(each)]


def _close(node: Any) -> None:
    if isinstance(node, list):
        for each in node:
            _close(each)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("properties"), dict) and node["properties"] and "allOf" not in node:
        node.setdefault("additionalProperties", False)
    for name, each in node.items():
        if name != "allOf" or len(each) == 1:
            _close(each)


def _admit_null(node: Any) -> None:
    """GitHub writes `nullable` beside an `enum` and means both."""
    if isinstance(node, list):
        for each in node:
            _admit_null(each)
    if not isinstance(node, dict):
        return
    if node.get("nullable") is True and isinstance(node.get("enum"), list) and None not in node["enum"]:
        node["enum"].append(None)
    for each in node.values():
        _admit_null(each)
