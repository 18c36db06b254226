"""On which line of a YAML file does a value stand?

Data only: no tags, no anchors and aliases (a few lines of them expand to gigabytes), no duplicate keys, and no number
that is one in YAML 1.1 and another in 1.2. What is too large, too deep or too much is refused before it costs time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn, TypeAlias

import yaml

Path: TypeAlias = tuple[str | int, ...]

LARGEST_FILE = 256 * 1024  # bytes; the policy of 6,000 repositories is smaller
DEEPEST = 20  # a value of the policy file stands six deep
MOST_VALUES = 60_000

# libyaml reads ten times as fast; where PyYAML was built without it, its own parser says the same.
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OLD = yaml.resolver.Resolver()  # which words YAML 1.1 takes for something else than text


class Unreadable(ValueError):
    """The text is no YAML that we read. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data and the line of each value in it."""

    data: Any
    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int:
        """The line of the value at that path, or of the nearest thing around it that exists."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_document(text: str) -> Document:
    """Read one YAML document. Raises Unreadable."""
    if len(text) > LARGEST_FILE or len(text.encode(errors="replace")) > LARGEST_FILE:
        raise Unreadable(1, f"the file is larger than {LARGEST_FILE // 1024} KiB")
    try:
        return _Reading(yaml.parse(text, Loader=_Parser)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # Where something is missing at the end, libyaml names the line after the last one.
        line = min(mark.line + 1, max(1, len(text.splitlines()))) if mark else 1
        raise Unreadable(line, f"not YAML: {error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        raise Unreadable(_line_of_character(text, error), f"not YAML: {_CHARACTER}") from None
    except Unreadable:
        raise
    except (OverflowError, ValueError, RecursionError):  # what PyYAML does not check, as half of a character
        raise Unreadable(1, f"not YAML: {_CHARACTER}") from None


_CHARACTER = "it holds a character that YAML does not allow"


class _Reading:
    """One pass over the events of a parser."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._lines: dict[Path, int] = {}
        self._values = 0

    def document(self) -> Document:
        found: Any = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Unreadable(_line(event), "not YAML: but found another document")
            elif isinstance(event, yaml.NodeEvent):
                found = self._value(event, ())
        return Document(found, self._lines)

    def _value(self, event: yaml.Event, path: Path) -> Any:
        self._check(event, path)
        self._lines[path] = _line(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(inside, (*path, index)) for index, inside in enumerate(self._until_end())]
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        event.value.encode()  # type: ignore[attr-defined] # half of a character is none
        is_plain = event.implicit[0] and not event.style  # type: ignore[attr-defined]
        return _plain(event) if is_plain else event.value  # type: ignore[attr-defined]

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in self._until_end():
            key = self._key(event)
            if key in found:
                raise Unreadable(_line(event), f'"{key:.40}" is written twice; keep one')
            found[key] = self._value(next(self._events), (*path, key))
            self._lines[*path, key] = _line(event)
        return found

    def _key(self, event: yaml.Event) -> str:
        """Whatever it looks like, it is the text that is written."""
        self._check(event, ())
        key = getattr(event, "value", None)
        if not isinstance(key, str) or not key.isprintable():
            raise Unreadable(_line(event), "a key has to be plain text")
        return key

    def _check(self, event: yaml.Event, path: Path) -> None:
        if getattr(event, "anchor", None) is not None:
            raise Unreadable(_line(event), "anchors and aliases are not read here; write the value out")
        if getattr(event, "tag", None) is not None:
            raise Unreadable(_line(event), "tags (!…) are not read here; write the plain value")
        if len(path) > DEEPEST:
            raise Unreadable(_line(event), "the file is nested too deeply")
        self._values += 1
        if self._values > MOST_VALUES:
            raise Unreadable(_line(event), f"the file holds more than {MOST_VALUES:,} values")

    def _until_end(self) -> Iterator[yaml.Event]:
        for event in self._events:
            if isinstance(event, yaml.CollectionEndEvent):
                return
            yield event


_NULL = {"", "~", "null", "Null", "NULL"}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_SHARE = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _plain(event: Any) -> Any:
    """What is written without quotes, as YAML 1.2 takes it; dates, too, which 1.2 leaves to the reader."""
    text: str = event.value
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if text[0] not in "+-.0123456789":
        return text
    try:
        return _figure(event, text)
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable(_line(event), f'"{text:.40}" looks like a date or a number and is none') from None


def _figure(event: Any, text: str) -> int | float | date | str:
    if _NUMBER.fullmatch(text):
        return int(text)
    if _SHARE.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        return date.fromisoformat(text)
    return text if _is_text(text) else _ambiguous(event)


def _is_text(text: str) -> bool:
    tag: str = _OLD.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return tag.endswith((":str", ":timestamp")) and not re.match(r"[-+]?0[ox]|[-+]?\.?[0-9]+[eE]", text)


def _ambiguous(event: Any) -> NoReturn:
    raise Unreadable(
        _line(event), f'"{event.value:.40}" is not the same number to every program; write digits, or put it in quotes'
    )


def _line_of_character(text: str, error: yaml.reader.ReaderError) -> int:
    """Where a reader stopped: that of libyaml counts bytes, PyYAML's own characters."""
    if _Parser is yaml.SafeLoader:
        return text.count("\n", 0, error.position) + 1
    return text.encode(errors="replace").count(b"\n", 0, error.position) + 1


def _line(marked: Any) -> int:
    return int(marked.start_mark.line) + 1
