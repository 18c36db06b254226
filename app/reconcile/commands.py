"""Which commands does a comment hold?

A command is a line that begins with `/greenroom` and that people see as plain words: nothing in a quote, in code, in a
list, in HTML or in a link is one. What Markdown makes of a text is told by a parser (CommonMark, and GitHub's tables),
since whoever is quoted in a comment did not mean to command. Nothing here raises, whatever the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

PREFIX = "/greenroom"
LONGEST = 10_000  # characters of a comment that is looked at for commands
LONGEST_LINE = 300
MOST = 10  # commands in one comment

_BLOCKS = MarkdownIt("commonmark").enable("table").disable("inline")
_LINES = MarkdownIt("commonmark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One line: its first word and the others. Words are as somebody wrote them, so they are repeated nowhere."""

    word: str
    rest: tuple[str, ...]


def mentions_commands(body: str) -> bool:
    """Could there be any? A cheap look, which is right wherever it says no."""
    return body.startswith(PREFIX) or f"\n{PREFIX}" in body or f"\r{PREFIX}" in body


def is_too_long(body: str) -> bool:
    """Is it one that is not looked at?"""
    return len(body) > LONGEST


def commands_in(body: str) -> tuple[Command, ...]:
    """The commands of a comment, in order, at most `MOST` and one more; none where it is too long."""
    if not mentions_commands(body) or is_too_long(body):
        return ()
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    found: list[Command] = []
    for line in _plain_lines(text):
        words = line[:LONGEST_LINE].split()
        if words[0] == PREFIX:
            found.append(Command(word=words[1].lower() if len(words) > 1 else "", rest=tuple(words[2:])))
        if len(found) > MOST:
            break
    return tuple(found)


def _plain_lines(text: str) -> Iterator[str]:
    """Lines of plain words, outside of everything, that begin at the margin."""
    source = text.split("\n")
    for token, inline in _paragraphs(text):
        begin, end = token.map or (0, 0)
        at_margin = {line.rstrip() for line in source[begin:end] if line.startswith(PREFIX)}
        if at_margin:
            yield from (line for line in _words_of(inline) if line.rstrip() in at_margin)


def _paragraphs(text: str) -> Iterator[tuple[Token, str]]:
    tokens = _BLOCKS.parse(text)
    for opened, inline in pairwise(tokens):
        if opened.type == "paragraph_open" and opened.level == 0:
            yield opened, inline.content


def _words_of(paragraph: str) -> Iterator[str]:
    """Its lines that are nothing but text. Code, HTML, links and emphasis may go on over several lines."""
    line: list[Token] = []
    [inline] = _LINES.parseInline(paragraph)
    for token in [*(inline.children or ()), Token("softbreak", "br", 0)]:
        if token.type not in {"softbreak", "hardbreak"}:
            line.append(token)
            continue
        if line and all(each.type == "text" and each.level == 0 for each in line):
            yield "".join(each.content for each in line)
        line = []
