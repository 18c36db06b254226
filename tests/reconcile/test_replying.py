"""What is answered to commands? Plain words, no mention, and nothing that somebody wrote."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.comments import Comment, Handled, Line
from app.domain.ids import Person
from app.reconcile.digests import Digests
from app.reconcile.marks import mark, marked, replies
from app.reconcile.replying import reply_to, worded

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
OLD, NEW = Digests.parse("one:" + "11" * 32), Digests.parse("two:" + "22" * 32 + ",one:" + "11" * 32)
GONE = Digests.parse("two:" + "22" * 32)


def comment(body: str, number: int = 5) -> Comment:
    return Comment(id=number, author=Person("bot", 1), body=body, created_at=NOW, updated_at=NOW, is_ours=True)


LINES: list[tuple[Line, str]] = [
    (("answered", "uv", "not-affected", "component_not_present"), "uv is not affected (component_not_present)."),
    (("same", "uv", "fixed"), "uv had answered that it is fixed"),
    (("answered-already", "uv", "mitigated"), "uv has answered already that it is mitigated at the index."),
    (("proposed", "4", "embargo", "2026-12-15T16:00Z"), "Proposal 4 (embargo 2026-12-15T16:00Z) waits"),
    (("proposed", "4", "link", "pypa/pip/GHSA-2222-3333-4444"), "Proposal 4 (an advisory to be linked) waits"),
    (("proposed", "4", "coordinator", "Carol:9"), "Proposal 4 (the coordinator Carol) waits"),
    (("help",), "`status TOOL STATUS [JUSTIFICATION]`"),
    (("not-in-it", "", "pip, uv"), "That tool takes no part in this case. There is `pip`, `uv`."),
    (("not-in-it", "pip", "pip, uv"), "did you mean `pip`? There is `pip`, `uv`."),
    (("not-yours", "pip", ""), "You speak for no tool of this case, so what is true of pip"),
    (("no-tool",), "name one"),
    (("unknown-command", "status", "ack, status"), "That is no command; did you mean `status`?"),
    (("unknown-tool", ""), "Policy knows no such tool."),
    (("unknown-status", "fixed", "fixed"), "did you mean `fixed`?"),
    (("no-reason", "fixed"), "fixed has none"),
    (
        ("justify", "uv", "", "component_not_present"),
        "Say why uv is not affected, with one of `component_not_present`.",
    ),
    (("there-already", "uv"), "uv takes part already."),
    (("no-coordinator", "", "Carol"), "There is `Carol`."),
    (("unknown-repository",), "belongs to no tool"),
    (("linked-already",), "linked to this case already"),
    (("hour-over",), "is over"),
    (("hour-far",), "more than five years"),
    (("usage", "embargo"), "Write it as `/greenroom embargo 2026-12-15T16:00Z`."),
    (("too-many", "10"), "first 10 commands"),
    (("too-long", "10000"), "more than 10000 characters"),
    (("too-many-proposals",), "Too many proposals"),
    (("edited",), "Write a new one"),
    (("stranger",), "nothing was done"),
    (("gone", "uv"), "uv takes no part any more"),
    (("of a later version", "uv"), "This was looked at."),
    (("same",), "This was looked at."),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_every_outcome_has_its_sentence_and_mentions_nobody(line: Line, words: str) -> None:
    """A mention would notify people, and ids of advisories are not for everybody who reads the mirror."""
    told = worded(line, 3)
    assert words in told
    assert "@" not in told
    assert "GHSA-2222" not in told


def test_a_reply_carries_the_mark_of_what_it_answers() -> None:
    """So it is found again where GitHub's answer to it was lost, also after the digest keys were changed."""
    handled = Handled(comment=41, outcome=(("same", "uv", "fixed"), ("help",)), reply=None, seen_at=NOW)
    body = reply_to(handled, 3, OLD)

    assert body.startswith("- uv had answered")
    assert body.count("\n- ") == 1
    assert replies([comment("Noted."), comment(body, 6), comment(body, 7)], 3, NEW) == {41: 6}


def test_a_mark_that_is_not_ours_is_none() -> None:
    """Pasted into another case, altered, of another kind, not at the end, or made with a key that is gone."""
    body = f"Noted.\n\n{mark('reply', 3, '41', OLD)}"

    assert marked("reply", 3, body, OLD) == "41"
    assert marked("reply", 4, body, OLD) is None
    assert marked("copy", 3, body, OLD) is None
    assert marked("reply", 3, body.replace("41", "42"), OLD) is None
    assert marked("reply", 3, body + "x" * 1000, OLD) is None
    assert marked("reply", 3, body, GONE) is None
