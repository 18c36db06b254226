"""Is a policy file valid, and if not, what would be right?"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from policies.config import Policies, PolicyFile, commit_of
from policies.nearest import nearest
from policies.references import wrong_references
from policies.yaml_lines import LARGEST_FILE, Document, Path, Unreadable, read_document

MOST_MISTAKES = 20  # as many as a person reads at once


class InvalidPolicy(ValueError):
    """The file cannot be used. The message has one line per mistake: file, line, what is wrong, what would be right."""


def text_of(content: bytes, name: str) -> str:
    """The text of a policy file. Raises InvalidPolicy where it is none, or too long to be looked at."""
    if len(content) > LARGEST_FILE:
        raise InvalidPolicy(f"{name} line 1: the file is larger than {LARGEST_FILE // 1024} KiB")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidPolicy(f"{name} line {line}: not text in UTF-8; save the file as UTF-8") from None


def load_policies(text: str, name: str, *, commit: str | None = None) -> Policies:
    """Validate the text of a policy file. `name` is what messages call it, `commit` its version. Raises InvalidPolicy.

    Without a commit the version is a digest of the text.
    """
    try:
        document = read_document(text)
    except Unreadable as error:
        raise InvalidPolicy(f"{name} line {error.line}: {error}") from None
    try:
        file = PolicyFile.model_validate(document.data)
    except ValidationError as error:
        raise InvalidPolicy(_lines(name, document, _shape_mistakes(error))) from None
    if mistakes := list(wrong_references(file)):
        raise InvalidPolicy(_lines(name, document, mistakes))
    return Policies(file=file, commit=commit or commit_of(text))


def _lines(name: str, document: Document, mistakes: Iterable[tuple[Path, str]]) -> str:
    located = sorted((document.line_of(path), f"{_dotted(path)}{message}") for path, message in mistakes)
    told = [f"{name} line {line}: {message}" for line, message in located[:MOST_MISTAKES]]
    more = len(located) - len(told)
    return "\n".join([*told, *([f"{name}: and {more} more mistakes"] if more else [])])


def _shape_mistakes(error: ValidationError) -> Iterator[tuple[Path, str]]:
    for mistake in error.errors(include_url=False):
        path: Path = mistake["loc"]
        if mistake["type"] == "extra_forbidden":
            yield path, f"there is no such key{nearest(str(path[-1]), _keys_at(path[:-1]))}"
        else:
            yield path, mistake["msg"].removeprefix("Value error, ")


def _dotted(path: Path) -> str:
    return f"{'.'.join(str(part) for part in path)}: " if path else ""


def _keys_at(path: Path) -> list[str]:
    """The keys that are valid at a place in the file."""
    place: Any = PolicyFile
    for part in path:
        place = _inside(place, str(part))
    return list(_fields(place))


def _inside(place: Any, part: str) -> Any:
    """The type of what stands under `part` in a model, a mapping or a list."""
    if fields := _fields(place):
        return fields.get(part)
    arguments = [argument for argument in get_args(place) if argument is not Ellipsis]
    return arguments[-1] if arguments else None


def _fields(place: Any) -> dict[str, Any]:
    if get_origin(place) in {Union, types.UnionType}:
        place = get_args(place)[0]
    if not (isinstance(place, type) and issubclass(place, BaseModel)):
        return {}
    return {field.alias or name: field.annotation for name, field in place.model_fields.items()}
