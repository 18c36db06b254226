"""Which lines of a comment are commands? Only those that people see as plain words at the margin."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reconcile.commands import LONGEST, MOST, Command, commands_in, mentions_commands

ACK = (Command(word="ack", rest=()),)


@pytest.mark.parametrize("body", ["", "Thanks!", "see /greenroom ack", "/greenroomer ack", "greenroom ack"])
def test_most_comments_hold_none(body: str) -> None:
    """The case where nothing is to be done."""
    assert commands_in(body) == ()


@pytest.mark.parametrize(
    "body",
    [
        "/greenroom ack",
        "/greenroom   ACK  ",
        "/greenroom ack\r\n",
        "We look into it.\n\n/greenroom ack\n\nThanks.",
        "We look into it.\n/greenroom ack\nThanks.",
        "We look into it.\r/greenroom ack",
        "> does it concern uv?\n\n/greenroom ack",
        "```\nsome code\n```\n/greenroom ack",
        "# It does\n/greenroom ack",
        "- an item\n\n/greenroom ack",
        "Some `code` and <b>HTML</b>.\n/greenroom ack",
    ],
)
def test_a_line_of_its_own_is_a_command(body: str) -> None:
    """Wherever it stands among what people say."""
    assert commands_in(body) == ACK


@pytest.mark.parametrize(
    "body",
    [
        "> /greenroom ack",
        "> she wrote\n/greenroom ack",  # shown within the quote
        ">> /greenroom ack",
        "```\n/greenroom ack\n```",
        "```\n/greenroom ack",
        "~~~ text\n/greenroom ack\n```\n/greenroom ack\n~~~",
        "````\n```\n/greenroom ack\n```\n````",
        "    /greenroom ack",
        "\t/greenroom ack",
        " /greenroom ack",
        "- /greenroom ack",
        "1. ```\n   x\n   ```\n\n```\n/greenroom ack\n```",
        "`code\n/greenroom ack\nends`",
        "<!--\n/greenroom ack\n-->",
        "Look: <!--\n/greenroom ack\n-->",
        "<details>\n/greenroom ack\n</details>",
        "<pre>\n\n/greenroom ack\n\n</pre>",
        "[\n/greenroom ack\n](https://example.org)",
        "*emphasis\n/greenroom ack\nends*",
        "/greenroom ack\n===",
        "# /greenroom ack",
        "| a |\n| --- |\n/greenroom ack",
        "\\/greenroom ack",
        "/greenroom <b>ack</b>",
        "/greenroom <!-- ack -->",
        "&#47;greenroom ack",
        "/green\u2060room ack",
        "[/greenroom]: ack",
    ],
)
def test_what_is_quoted_shown_or_hidden_is_none(body: str) -> None:
    """Whoever quotes somebody, or shows how to type it, commands nothing; and what nobody sees is not said."""
    assert commands_in(body) == ()


def test_words_are_split_and_the_first_ignores_case() -> None:
    """Names may be written with capitals, and are compared where they are known."""
    body = "/greenroom Status  pip not-affected\tvulnerable_code_not_present\n/greenroom\n/greenroom coordinator @ann"
    assert commands_in(body) == (
        Command(word="status", rest=("pip", "not-affected", "vulnerable_code_not_present")),
        Command(word="", rest=()),
        Command(word="coordinator", rest=("@ann",)),
    )


def test_each_line_is_looked_at_by_itself() -> None:
    """One that is shown further in is none, though one at the margin is beside it."""
    assert commands_in("/greenroom ack\n  /greenroom help\n/greenroom `help`") == ACK


def test_there_is_an_end_to_what_one_comment_commands() -> None:
    """One more is told, so that people know that it did not run; a comment that is too long is not parsed at all."""
    assert len(commands_in("/greenroom ack\n" * 500)) == MOST + 1
    assert commands_in("/greenroom ack\n" + "x" * LONGEST) == ()


@given(st.text(alphabet="/greenroom ack`~>-*_[]()<>!&#\\|=1. \n\t\r", max_size=300))
def test_no_text_breaks_it(body: str) -> None:
    """And where the cheap look says that there is nothing, there is nothing."""
    found = commands_in(body)
    assert not found or mentions_commands(body)
    assert commands_in("".join(f"> {line}\n" for line in body.split("\n"))) == ()


@pytest.mark.parametrize("piece", ["[", "*a ", "`", "<", "![", "> ", "- ", "&", "\\", "_", "<!--", "](", "|a|\n|-|\n"])
def test_hostile_texts_take_no_longer_than_others(piece: str) -> None:
    """A comment is parsed while others wait. Seconds would be far too long, so half a second is no tight limit."""
    body = "/greenroom ack\n" + piece * ((LONGEST - 40) // len(piece)) + "\n/greenroom ack"
    began = time.process_time()
    commands_in(body)
    assert time.process_time() - began < 0.5
