"""What does GitHub's JSON say of a comment? Whose it is decides whether it can command."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.ids import Person
from app.github.comments import parsed, said
from app.github.parse import Malformed

BOT = "greenroom-hand[bot]"


def comment(**told: Any) -> dict[str, Any]:
    """One of a person, without all that we do not need."""
    moment = "2026-12-01T09:00:00Z"
    boring = {"id": 5, "body": "Noted.", "user": {"login": "ann", "id": 7, "type": "User"}}
    return boring | {"created_at": moment, "updated_at": moment} | told


def test_a_persons_comment_has_the_number_of_the_account() -> None:
    """A login can be renamed, and what else GitHub tells of a preview may change."""
    found = parsed(comment(reactions={}, minimized=None), bot=BOT)
    assert (found.author, found.is_ours, found.is_edited) == (Person("ann", 7), False, False)
    assert parsed(comment(updated_at="2026-12-01T09:00:01Z"), bot=BOT).is_edited
    assert (parsed(comment(user=None, body=None), bot=BOT).author, repr(found)) == (None, "Comment(under embargo)")


@pytest.mark.parametrize(
    ("user", "bot", "is_ours"),
    [
        ({"login": "Greenroom-Hand[bot]", "id": 1, "type": "Bot"}, BOT, True),
        ({"login": "dependabot[bot]", "id": 2, "type": "Bot"}, BOT, False),
        ({"login": "dependabot[bot]", "id": 2, "type": "Bot"}, None, True),
        ({"login": "greenroom-hand", "id": 3, "type": "User"}, BOT, False),
        ({"login": "ann", "id": 7}, None, False),
    ],
)
def test_ours_is_what_our_bot_wrote(user: dict[str, Any], bot: str | None, *, is_ours: bool) -> None:
    """Where GitHub does not say as whom we act, every bot might be us, and none may command."""
    assert parsed(comment(user=user), bot=bot).is_ours == is_ours


@pytest.mark.parametrize(
    "lacking", [{"id": None}, {"id": 0}, {"created_at": "yesterday"}, {"updated_at": None}, {"user": {"login": "ann"}}]
)
def test_a_comment_that_lacks_what_we_need_is_garbage(lacking: dict[str, Any]) -> None:
    """And what it says is in no message."""
    with pytest.raises(Malformed, match="a comment that lacks what we need"):
        parsed(comment(**lacking), bot=BOT)


@pytest.mark.parametrize("answer", [None, {}, {"id": "5"}, {"id": 0}, []])
def test_an_answer_without_an_id_is_none(answer: Any) -> None:
    """Then nobody knows whether it was said."""
    with pytest.raises(Malformed):
        said(answer)
    assert said({"id": 5}) == 5
