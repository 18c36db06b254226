"""What does a reStructuredText say in words, paragraph by paragraph?

Not a parser: it knows titles, lists, fields, link targets, comments, literal blocks and admonitions, of which security
policies are made. What it does not know is read as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policies.passages import Passage, linked, without_keys

_UNDERLINE = re.compile(r"([=\-~`:'\"^_*+#<>.])\1{2,}\s*")
_TARGET = re.compile(r"\s*\.\. _`?([^:`]{1,100})`?:\s+(\S{1,500})\s*")
_ANONYMOUS_TARGET = re.compile(r"\s*(?:\.\. )?__:?\s+(\S{1,500})\s*")
_DIRECTIVE = re.compile(r"\.\. (?:\|[^|]{1,80}\| )?([A-Za-z][\w-]{0,40})::\s*(.*)")
_ITEM = re.compile(r"^(?:[*+•-]|\(?(?:\d{1,3}|[a-zA-Z#])[.)])\s+(?=\S)")
_FIELD = re.compile(r"^:([\w -]{1,40}):\s+(?=\S)")
_OPTION = re.compile(r"\s*:(target|alt):\s+(\S.{0,500})")
# Directives whose content is shown as it stands, or not at all. That of all others is read as words.
_UNSPOKEN = {
    *("code", "code-block", "sourcecode", "parsed-literal", "literalinclude", "highlight", "math", "doctest"),
    *("figure", "include", "contents", "toctree", "sectnum", "meta", "class", "role", "default-role", "replace"),
    *("unicode", "date", "index", "raw", "only", "ifconfig", "automodule", "autofunction", "graphviz", "mermaid"),
}
_DEEPEST = 6

_LITERAL = re.compile(r"``([^`]{1,500})``")
_EMBEDDED = re.compile(r"`([^`<>]{0,300})<([^`<>\s]{1,500})>`__?")
_REFERENCE = re.compile(r"`([^`<>]{1,200})`(__?)|\b([A-Za-z][\w.-]{0,60}?)(__?)(?![\w@])")
_ROLE = re.compile(r":[a-z][\w:-]{0,40}:`([^`]{1,300})`|(?<!`)`([^`]{1,300})`(?!`|_)")
_SUBSTITUTION = re.compile(r"\|([^|\s][^|]{0,80})\|(_{0,2})")
_STRONG = re.compile(r"\*{1,2}(?=\S)([^*]{1,500})\*{1,2}")


def rst_passages(text: str) -> Iterator[Passage]:
    """The passages of a reStructuredText. Never raises."""
    lines = without_keys(text.expandtabs(8)).split("\n")
    targets = {_named(found[1]): found[2] for line in lines if (found := _TARGET.fullmatch(line))}
    anonymous = [found[1] for line in lines if (found := _ANONYMOUS_TARGET.fullmatch(line))]
    return _Reader(targets, anonymous).passages(lines)


@dataclass(slots=True)
class _Reader:
    targets: dict[str, str]
    anonymous: list[str]
    heading: str = ""
    last: str = ""

    def passages(self, lines: Sequence[str], depth: int = 0) -> Iterator[Passage]:
        """The passages of lines, those of an indented block among them."""
        for block in _blocks(lines):
            first = block[0].strip()
            if _TARGET.fullmatch(block[0]) or _ANONYMOUS_TARGET.fullmatch(block[0]):
                continue
            if first == ".." or first.startswith(".. "):
                yield from self._explicit(first, block[1:], depth)
            elif block[0].startswith(" ") and self.last.endswith("::"):
                continue
            else:
                yield from self._paragraph(block)

    def _explicit(self, first: str, inside: Sequence[str], depth: int) -> Iterator[Passage]:
        """A directive or a comment, with the indented lines that belong to it."""
        directive = _DIRECTIVE.fullmatch(first)
        if directive is None:
            return
        name, argument = directive[1].lower(), directive[2]
        if name == "image":
            options = {found[1]: found[2] for line in inside if (found := _OPTION.fullmatch(line))}
            if "target" in options:
                yield self._passage(linked(options.get("alt", "image"), options["target"].strip()))
        elif name == "list-table":
            yield from self._rows(_dedented(inside))
        elif name not in _UNSPOKEN and depth < _DEEPEST:
            yield from self.passages([argument, *_dedented(inside)], depth + 1)

    def _rows(self, lines: Sequence[str]) -> Iterator[Passage]:
        """The rows of a table that is written as a list of lists."""
        row: list[str] = []
        for line in (each.strip() for each in lines if each.strip()):
            if line.startswith("* -"):
                yield from self._row(row)
                row = []
            row.append(line.lstrip("*- "))
        yield from self._row(row)

    def _row(self, cells: Sequence[str]) -> Iterator[Passage]:
        if cells:
            yield self._passage(" | ".join(self._words(cell) for cell in cells))

    def _paragraph(self, block: Sequence[str]) -> Iterator[Passage]:
        lines = [line for line in block if not line.strip().startswith("+-")]
        title = [line.strip() for line in lines if not _UNDERLINE.fullmatch(line.strip())]
        if len(title) < len(lines) and len(title) == 1:
            self.heading = self.last = self._words(title[0])
            yield Passage(text=self.heading, is_heading=True)
            return
        lead = self.last.rstrip(":") + ":" if self.last.endswith(":") else ""
        for item, is_item in _items(lines):
            yield self._passage(self._words(item), lead if is_item or lines[0].startswith(" ") else "")
            if is_item:
                self.last = lead or self.last

    def _passage(self, text: str, lead: str = "") -> Passage:
        self.last = text.rstrip()
        return Passage(text=self.last.replace("::", ":"), heading=self.heading, lead=lead)

    def _words(self, text: str) -> str:
        kept = _EMBEDDED.sub(lambda found: linked(found[1].strip(), found[2]), _LITERAL.sub(r"\1", text))
        kept = _SUBSTITUTION.sub(self._substitution, kept)
        return _STRONG.sub(r"\1", _ROLE.sub(lambda found: found[1] or found[2], _REFERENCE.sub(self._reference, kept)))

    def _substitution(self, found: re.Match[str]) -> str:
        target = self.targets.get(_named(found[1]))
        return linked(found[1], target) if target and found[2] else found[1]

    def _reference(self, found: re.Match[str]) -> str:
        words = found[1] or found[3]
        if (found[2] or found[4]) == "__":
            return linked(words, self.anonymous.pop(0)) if self.anonymous else words
        target = self.targets.get(_named(words))
        return linked(words, target) if target else found[0]


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Lines between blank ones; a directive or a comment keeps all that is indented under it."""
    block: list[str] = []
    for line in lines:
        explicit = bool(block) and (block[0].startswith(".. ") or block[0].rstrip() == "..")
        if explicit and (line.startswith(" ") or not line.strip()):
            block.append(line)
            continue
        if block and (explicit or not line.strip() or line.startswith(".. ")):
            yield block
            block = []
        if line.strip():
            block.append(line)
    if block:
        yield block


def _items(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The items of a list, the fields of a field list, the rows of a table; or the one paragraph."""
    spoken: list[str] = []
    is_item = False
    for line in lines:
        if _UNDERLINE.fullmatch(line.strip()):
            continue
        begins = _ITEM.match(line.strip()) or _FIELD.match(line.strip())
        if (begins or line.lstrip().startswith("|")) and spoken:
            yield " ".join(spoken), is_item
            spoken = []
        is_item = bool(begins) or (is_item and bool(spoken))
        spoken.append(_FIELD.sub(r"\1: ", _ITEM.sub("", line.strip(), count=1), count=1))
    if spoken:
        yield " ".join(spoken), is_item


def _dedented(lines: Sequence[str]) -> list[str]:
    """The lines of a block without its options and its indentation."""
    deep = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[deep:] for line in lines if not re.match(r"\s+:[\w-]+:(?:\s|$)", line)]


def _named(text: str) -> str:
    return " ".join(text.lower().split())
