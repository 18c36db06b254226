"""Is a policy file valid, and if not, what would be right?"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from policies.config import Policies, PolicyFile, commit_of
from policies.nearest import Unknown
from policies.put_right import put_right
from policies.references import Wrong, wrong_references
from policies.unknown_names import wrong_names
from policies.yaml_lines import LARGEST_FILE, Document, Path, Unreadable, read_document

MOST_MISTAKES = 20  # as many as a person reads at once
LONGEST_MESSAGE = 500  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is wrong where. `where` is the path in the file, as in `tools.pip.users.0`; empty for all of it."""

    line: int
    where: str
    message: str
    meant: str | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class InvalidPolicy(ValueError):
    """The file cannot be used. The message has one line per mistake: file, line, what is wrong, what would be right.

    `mistakes` are the first of them; none where the file could not be read at all.
    """

    def __init__(self, message: str, mistakes: tuple[Mistake, ...] = ()) -> None:
        super().__init__(message)
        self.mistakes = mistakes


def text_of(content: bytes, name: str) -> str:
    """The text of a policy file. Raises InvalidPolicy where it is none, or too long to be looked at."""
    if len(content) > LARGEST_FILE:
        raise _invalid(name, [Mistake(line=1, where="", message=f"the file is larger than {LARGEST_FILE // 1024} KiB")])
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        mistake = Mistake(line=line, where="", message="not text in UTF-8; save the file as UTF-8")
        raise _invalid(name, [mistake]) from None


def load_policies(text: str, name: str, *, commit: str | None = None, most: int = MOST_MISTAKES) -> Policies:
    """Validate the text of a policy file. `name` is what messages call it, `commit` its version. Raises InvalidPolicy.

    Without a commit the version is a digest of the text. At most so many mistakes are told.
    """
    try:
        document = read_document(text)
    except Unreadable as error:
        raise _invalid(name, [Mistake(line=error.line, where="", message=str(error))]) from None
    try:
        file = PolicyFile.model_validate(document.data)
    except ValidationError as error:
        wrong = [*_shape_mistakes(error), *wrong_names(document.data)]
        raise _located(name, document, wrong, most) from None
    if mistakes := [*wrong_names(document.data), *wrong_references(file)]:
        raise _located(name, document, mistakes, most)
    return Policies(file=file, commit=commit or commit_of(text))


def _located(name: str, document: Document, wrong: Iterable[Wrong], most: int) -> InvalidPolicy:
    """In the order of the file. Only those that are told are put into words, which takes time."""
    found = sorted(((document.line_of(path), path, what) for path, what in wrong), key=lambda each: each[0])
    mistakes = [
        Mistake(
            line=line,
            where=_dotted(path),
            message=_on_one_line(f"{what!s:.{LONGEST_MESSAGE}}"),
            meant=what.meant if isinstance(what, Unknown) else None,
        )
        for line, path, what in found[:most]
    ]
    mistakes.sort(key=lambda each: (each.line, str(each)))
    return _invalid(name, mistakes, more=len(found) - len(mistakes))


def _invalid(name: str, mistakes: list[Mistake], *, more: int = 0) -> InvalidPolicy:
    told = [f"{name} line {each.line}: {each}" for each in mistakes]
    return InvalidPolicy("\n".join([*told, *([f"{name}: and {more} more mistakes"] if more else [])]), tuple(mistakes))


def _on_one_line(text: str) -> str:
    """What is quoted of a file could look like another line of a log, or steer a terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _shape_mistakes(error: ValidationError) -> Iterator[Wrong]:
    for mistake in error.errors(include_url=False):
        path: Path = mistake["loc"]
        if mistake["type"] == "extra_forbidden":
            yield path, Unknown("there is no such key", str(path[-1]), _keys_at(path[:-1]))
        else:
            yield path, put_right(mistake)


def _dotted(path: Path) -> str:
    return ".".join(f"{part!s:.80}" for part in path)


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
