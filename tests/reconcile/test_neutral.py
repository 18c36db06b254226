"""Copied text is shown to people who trust the place where they read it, so nothing in it is active."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.reconcile.body import Body, Record
from app.reconcile.neutral import LONGEST_TITLE, neutral_line, quote
from tests.builders import DIGESTS

JOINER = "\u2060"
PIECES = """\
@alice|@org/team|#1|GH-1|pypa/pip#1|<img src=x>|<!--|-->|![x](https://e.example)|[a]: https://e.example
https://e.example|www.e.example|```|~~~|````|    |- |1. |> |# |***|---|&commat;alice|\\@alice|<details>
<!-- greenroom:source:end -->|<!-- greenroom:case:begin -->""".replace("\n", "|").split("|")
UNSEEN = ["\n", "\r", "\r\n", "\t", "\0", "\u0085", "\u200b", "\u202e", "\u2028", "|a|b|\n|-|-|\n"]
HOSTILE = st.lists(st.one_of(st.text(max_size=8), st.sampled_from([*PIECES, *UNSEEN])), max_size=12).map("".join)
ROOM = st.integers(60, 400)
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


def tokens(text: str) -> Iterator[Token]:
    """What is shown, as CommonMark reads it."""
    for token in MARKDOWN.parse(text):
        yield token
        yield from token.children or ()


def kinds(text: str) -> set[str]:
    return {token.type for token in tokens(text)}


def test_an_empty_text_is_nothing() -> None:
    """Not every report has a description."""
    assert quote("", 100) == ""


def test_harmless_text_stays_readable() -> None:
    """Line by line, only moved to the right."""
    assert (
        quote("A wheel can\n\nwrite anywhere.  \r\nReally.", 1000)
        == "    A wheel can\n\n    write anywhere.\n    Really."
    )


def test_a_carriage_return_alone_ends_a_line() -> None:
    """CommonMark counts it as one, so what follows it has to be moved to the right as well."""
    assert quote("one\r# two", 100) == "    one\n    # two"


def test_what_does_not_fit_is_cut_at_a_line_and_says_so() -> None:
    """GitHub takes 65,535 characters; what is missing has to be visible."""
    cut = quote("\n".join(f"line {number}" for number in range(100)), 150)

    assert cut.split("\n")[:2] == ["    line 0", "    line 1"]
    assert cut.split("\n")[-1] == "    […cut here. The whole text is in the linked advisory.]"
    assert len(cut) <= 150


@given(HOSTILE, ROOM)
def test_a_quoted_text_is_code_and_nothing_else(text: str, room: int) -> None:
    """Behind our own line there is one block of code: no link, no image, no HTML, no list, no heading."""
    shown = kinds(f"Copied from pypa/pip.\n\n{quote(text, room)}\n")

    assert shown <= {"paragraph_open", "inline", "text", "paragraph_close", "code_block"}


@given(HOSTILE, ROOM)
def test_no_line_of_a_quoted_text_begins_before_the_fifth_column(text: str, room: int) -> None:
    """Four blanks make code of it, and our markers stand at the first column alone."""
    assert [line for line in quote(text, room).split("\n") if line.strip() and not line.startswith("    ")] == []


@given(HOSTILE, ROOM)
def test_a_quoted_text_fits_and_is_always_the_same(text: str, room: int) -> None:
    """What is compared with the mirror at every look must not change by itself, nor by being copied again."""
    quoted = quote(text, room)

    assert len(quoted) <= room
    assert quote(text, room) == quoted
    assert quoted == "\n".join(line.rstrip() for line in quoted.split("\n"))


def test_sixty_thousand_characters_of_fences_are_cut_and_stay_code() -> None:
    """A fence that was cut in its middle would swallow all that stands below it."""
    quoted = quote("```\n" * 15_000, 48_000)

    assert len(quoted) <= 48_000
    assert kinds(f"ours\n\n{quoted}\n\nours again") == {
        "paragraph_open",
        "inline",
        "text",
        "paragraph_close",
        "code_block",
    }


@given(HOSTILE)
def test_nobody_gets_out_of_the_copied_region(text: str) -> None:
    """Forged markers do not stand where markers stand, so the regions are found again as they were."""
    record = Record(case=1, mirror=None, sequence=1, links=())
    body = Body.new(quote(text, 48_000), "## Case 1", record)

    assert Body.parse(body.text(DIGESTS), DIGESTS) == body
    shown = [token.content.strip().split("\n")[0] for token in tokens(body.text(DIGESTS)) if "html" in token.type]
    assert shown[:2] == ["<!-- greenroom:source:begin -->", "<!-- greenroom:source:end -->"]
    assert "<img" not in "".join(shown)


TITLES = {
    "Path traversal": "Path traversal",
    "": "(no title)",
    " \u200b\n": "(no title)",
    "two\nlines\tand  blanks ": "two lines and blanks",
    "ask @alice and @pypa/pip-committers": f"ask @{JOINER}alice and @{JOINER}pypa/pip-committers",
    "@\u200balice": f"@{JOINER}alice",
    "as in #1 and pypa/pip#23, not C#": f"as in #{JOINER}1 and pypa/pip#{JOINER}23, not C#",
    "as in GH-1, gh-2": f"as in GH{JOINER}-1, gh{JOINER}-2",
    "<img src=x>": f"<{JOINER}img src=x>",
    "<!-- greenroom:source:end -->": f"<{JOINER}!{JOINER}-- greenroom:source:end -->",
    "&commat;alice": f"&{JOINER}commat;alice",
    "![x](y)": f"!{JOINER}[{JOINER}x]{JOINER}(y)",
    "[x][y]": f"[{JOINER}x]{JOINER}[{JOINER}y]",
    "[x]: y": f"[{JOINER}x]{JOINER}: y",
    "`code`": f"`{JOINER}code`{JOINER}",
    "https://e.example HTTP://e.example www.e.example": (
        f"https{JOINER}://e.example HTTP{JOINER}://e.example www{JOINER}.e.example"
    ),
    "left\u202eright": "leftright",
    "a\0b\x1bc": "abc",
}


@pytest.mark.parametrize(("title", "shown"), TITLES.items(), ids=map(repr, TITLES))
def test_titles(title: str, shown: str) -> None:
    """Everything can still be read, and nothing of it does anything."""
    assert neutral_line(title) == shown


@given(HOSTILE)
def test_a_title_mentions_nobody_and_refers_to_nothing(text: str) -> None:
    """A mention notifies strangers, a reference leaves a trace in public."""
    line = neutral_line(text)

    assert not re.search(r"@\w|#\d|\bGH-\d|<\w|<!|</|!\[|https?://|\bwww\.|&\w", line, re.IGNORECASE)
    assert "\n" not in line
    assert "\r" not in line
    assert 0 < len(line) <= LONGEST_TITLE
    assert kinds(line) & {"link_open", "image", "html_inline", "html_block"} == set()


@given(HOSTILE)
def test_a_title_that_was_copied_once_stays_as_it_is(text: str) -> None:
    """Neutral text is a fixed point, so nothing is written over and over."""
    line = neutral_line(text)

    assert neutral_line(text) == line
    assert neutral_line(line) == line


def test_a_title_of_60_kilobytes_is_cut() -> None:
    """GitHub takes 1,024 characters."""
    assert len(neutral_line("@a" * 30_000)) == LONGEST_TITLE
