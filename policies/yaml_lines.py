"""On which line of a YAML file does a value stand?

Data only: no tags, no anchors and aliases (a few lines of them expand to gigabytes), no duplicate keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

Path: TypeAlias = tuple[str | int, ...]

LARGEST_FILE = 256 * 1024  # bytes; the policy of 6,000 repositories is smaller


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


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if event.anchor is not None:
            raise Unreadable(_line(event), "anchors and aliases are not read here; write the value out")
        if getattr(event, "tag", None) is not None:
            raise Unreadable(_line(event), "tags (!…) are not read here; write the plain value")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


def read_document(text: str) -> Document:
    """Read one YAML document. Raises Unreadable."""
    if len(text.encode(errors="replace")) > LARGEST_FILE:
        raise Unreadable(1, f"the file is larger than {LARGEST_FILE // 1024} KiB")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        lines: dict[Path, int] = {}
        return Document(None if node is None else _plain(loader, node, (), lines), lines)
    except RecursionError:
        raise Unreadable(1, "the file is nested too deeply") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(mark.line + 1 if mark else 1, f"not YAML: {error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(line, "not YAML: it holds a character that YAML does not allow") from None
    except Unreadable:
        raise
    except (OverflowError, ValueError):  # PyYAML does not check the numbers in "\UFFFFFFFF" and in %YAML
        raise Unreadable(1, "not YAML: it holds a character or a number that does not exist") from None


def _plain(loader: _Loader, node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    lines[path] = _line(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, child, (*path, index), lines) for index, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, lines)
    try:
        node.value.encode()
        return loader.construct_object(node)
    except UnicodeEncodeError:
        raise Unreadable(_line(node), "half of a character is escaped here, which is none") from None
    except ValueError:
        raise Unreadable(_line(node), f'"{node.value:.40}" looks like a date or a number and is none') from None


def _mapping(loader: _Loader, node: yaml.MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str) or not key.isprintable():
            raise Unreadable(_line(key_node), "a key has to be plain text")
        if key in found:
            raise Unreadable(_line(key_node), f'"{key}" is written twice; keep one')
        found[key] = _plain(loader, value_node, (*path, key), lines)
        lines[(*path, key)] = _line(key_node)
    return found


def _line(marked: Any) -> int:
    return int(marked.start_mark.line) + 1
