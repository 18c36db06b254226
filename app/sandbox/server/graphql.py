"""GitHub's GraphQL, as far as it was taught: repositories and the files of their default branch.

GitHub: "Forming calls with GraphQL". It answers 200 also where it refuses, with `errors` that name the path of what is
null. What it was never taught is an error as GitHub words it for a field that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import Refusal
from app.sandbox.server.call import Call, Route
from app.sandbox.state.files import SUBMODULE, File
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World
from app.sandbox.wire.graphql import Document, Selection, Unreadable, read

LONGEST_TEXT = 512 * 1024  # bytes; seen by others, and documented nowhere
_TREE_MODE = 0o40000
_TYPES = {_TREE_MODE: "tree", int(SUBMODULE, 8): "commit"}

Json = dict[str, Any]


class Undefined(ValueError):
    """The schema has no such field, or the field wants something else."""


def answer(call: Call) -> Response:
    """A query's data, and errors beside it. Visitors are refused (GitHub: "Forming calls with GraphQL")."""
    if call.outsider and not call.outsider.login:
        raise Refusal(401, "This endpoint requires you to be authenticated.")
    asked = call.body if isinstance(call.body, dict) else {}
    try:
        document = read(str(asked.get("query", "")), asked.get("variables") or {})
        data, errors = _Query(call, document).answer()
    except (Unreadable, Undefined) as error:
        return JSONResponse({"errors": [{"message": str(error)}]})
    return JSONResponse({"data": data} | ({"errors": errors} if errors else {}))


def limited(headers: Mapping[str, str]) -> Response:
    """Its own limit is used up: 200 all the same (GitHub: "Rate limits and query limits for the GraphQL API")."""
    error = {"type": "RATE_LIMITED", "message": "API rate limit exceeded for installation."}
    return JSONResponse({"errors": [error]}, headers={**headers, "x-ratelimit-resource": "graphql"})


class _Query:
    def __init__(self, call: Call, document: Document) -> None:
        self._call, self._document = call, document
        self._errors: list[Json] = []

    def answer(self) -> tuple[Json, list[Json]]:
        data = {field.alias: self._repository(field) for field in self._fields(self._document.asked, "Query")}
        return data, self._errors

    def _fields(self, selections: tuple[Selection, ...], kind: str) -> Iterator[Selection]:
        """The fields that are asked of a type, fragments opened."""
        for selection in selections:
            if selection.name:
                yield selection
                continue
            fragment = self._document.fragments.get(selection.fragment, selection)
            if not fragment.on:
                raise Undefined(f"Fragment {selection.fragment} was used, but not defined")
            if fragment.on == kind:
                yield from self._fields(fragment.inside, kind)

    def _repository(self, field: Selection) -> Json | None:
        if field.name != "repository" or field.arguments.keys() != {"owner", "name"}:
            raise Undefined(f"Field '{field.name}' doesn't exist on type 'Query'")
        full_name = f"{field.arguments['owner']}/{field.arguments['name']}"
        repo = _visible(self._call, full_name)
        if repo is None:
            self._errors.append(_not_found(field.alias, full_name))
            return None
        return {each.alias: self._of_repository(each, repo) for each in self._fields(field.inside, "Repository")}

    def _of_repository(self, field: Selection, repo: Repository) -> Any:
        match field.name:
            case "nameWithOwner":
                return repo.full_name
            case "isPrivate":
                return repo.private
            case "isEmpty":
                return repo.commits == 0
            case "object":
                return self._object(field, repo)
            case name:
                raise Undefined(f"Field '{name}' doesn't exist on type 'Repository'")

    def _object(self, field: Selection, repo: Repository) -> Json | None:
        """`HEAD:` and a path: a file or a folder; nothing where neither is there."""
        revision, _, path = field.arguments["expression"].partition(":")
        if revision != "HEAD" or repo.commits == 0:
            return None
        if path in repo.files:
            return {each.alias: _of_blob(each, repo.files[path]) for each in self._fields(field.inside, "Blob")}
        entries = dict(_entries(repo, path))
        if path and not entries:
            return None
        return {each.alias: self._of_tree(each, entries) for each in self._fields(field.inside, "Tree")}

    def _of_tree(self, field: Selection, entries: dict[str, int]) -> list[Json]:
        if field.name != "entries":
            raise Undefined(f"Field '{field.name}' doesn't exist on type 'Tree'")
        asked = [each.name for each in self._fields(field.inside, "TreeEntry")]
        if unknown := set(asked) - {"name", "mode", "type"}:
            raise Undefined(f"Field '{min(unknown)}' doesn't exist on type 'TreeEntry'")
        found = ({"name": name, "mode": mode, "type": _TYPES.get(mode, "blob")} for name, mode in entries.items())
        return [{name: entry[name] for name in asked} for entry in found]


def _of_blob(field: Selection, file: File) -> Any:
    match field.name:
        case "text":
            return None if file.is_binary else file.content[:LONGEST_TEXT].decode(errors="ignore")
        case "isTruncated":
            return len(file.content) > LONGEST_TEXT
        case "isBinary":
            return file.is_binary
        case "byteSize":
            return len(file.content)
        case name:
            raise Undefined(f"Field '{name}' doesn't exist on type 'Blob'")


def _entries(repo: Repository, folder: str) -> Iterator[tuple[str, int]]:
    """The names in a folder, with the modes of git."""
    inside = f"{folder}/" if folder else ""
    for path, file in repo.files.items():
        if path.startswith(inside):
            name, _, deeper = path[len(inside) :].partition("/")
            yield name, _TREE_MODE if deeper else int(file.mode, 8)


def _visible(call: Call, full_name: str) -> Repository | None:
    """A repository that the token may know of, by its present or a former name."""
    repo = call.world.find_repository(full_name) or _moved(call.world, full_name)
    return repo if repo is not None and call.sees(repo) else None


def _moved(world: World, full_name: str) -> Repository | None:
    number = world.moved.get(full_name.lower())
    return world.repositories.get(number) if number else None


def _not_found(alias: str, full_name: str) -> Json:
    message = f"Could not resolve to a Repository with the name '{full_name}'."
    return {"type": "NOT_FOUND", "path": [alias], "locations": [], "message": message}


ROUTES = (Route("POST", "/graphql", answer, "token", ("metadata", "read"), in_public=True),)
