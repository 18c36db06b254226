"""Is only our own table a table on the page of a case, and everything else the text that somebody wrote?"""

from __future__ import annotations

import pytest

from app.dashboard.mirror_text import Piece, pieces
from app.reconcile.body import BLOCK, SOURCE

HEAD = "| tool | here because | status |\n| --- | --- | --- |\n"
TABLE = f"{HEAD}| pip | reported in pypa/pip | affected |\n| uv | named | unknown, asked until 2026-03-01 |\n"
ROWS = (("pip", "reported in pypa/pip", "affected"), ("uv", "named", "unknown, asked until 2026-03-01"))
RECORD = '<!-- greenroom:record {"v": 1} -->'


def _mirror(block: str, source: str = "A **bold** claim.", after: str = "Write here.\n") -> str:
    ours = "\n".join((BLOCK[0], block, RECORD, BLOCK[1]))
    return f"{SOURCE[0]}\n{source}\n{SOURCE[1]}\n{ours}\n\n{after}"


def test_our_table_is_one_and_what_stands_around_it_is_text_without_marks() -> None:
    """People read who takes part at a glance; what is for machines is a comment on GitHub, too."""
    found = pieces(_mirror(f"## Case 1\n\n{TABLE}\nLinked advisories:\n- none yet\n"))

    assert [piece.rows for piece in found] == [(), ROWS, ()]
    assert found[0].text == "A **bold** claim.\n\n## Case 1"
    assert found[2].text == "Linked advisories:\n- none yet\n\n\n\nWrite here."


@pytest.mark.parametrize(
    "body",
    [
        _mirror("## Case 1\n", source=TABLE),
        _mirror("## Case 1\n", after=TABLE),
        _mirror(TABLE) + BLOCK[0],
        f"{BLOCK[1]}\n{TABLE}\n{BLOCK[0]}",
        _mirror(f"{HEAD}| pip | a | b | affected |\n"),
        _mirror("| tool | more |\n| --- | --- |\n| pip | affected |\n"),
        TABLE,
        "",
    ],
    ids=["in the source", "of people", "a marker twice", "turned around", "a bar in a cell", "another one", "bare", ""],
)
def test_what_is_not_as_we_write_it_stays_text(body: str) -> None:
    """Nobody's Markdown becomes HTML, also not what looks like ours."""
    assert [piece.rows for piece in pieces(body) if piece.rows] == []


def test_lines_as_browsers_send_them_make_no_difference() -> None:
    """Whoever edited a mirror on GitHub left carriage returns."""
    body = _mirror(f"## Case 1\n\n{TABLE}\n")

    assert pieces(body.replace("\n", "\r\n")) == pieces(body)


def test_what_a_mirror_says_gets_into_no_traceback() -> None:
    """It is under embargo, and so are the rows, which say whom it concerns."""
    assert repr(Piece(text="a secret")) == repr(Piece(rows=ROWS)) == "Piece()"
