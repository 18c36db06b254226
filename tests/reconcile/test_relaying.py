"""Which comments go to the other side of a case, and which never do?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.actions import RelayComment
from app.domain.cases import Direction, Relay
from app.domain.comments import Comment
from app.domain.facts import CannotTell, Fact
from app.domain.ids import Person
from app.domain.talks import Copied, Talk
from app.reconcile.digests import Digests
from app.reconcile.relaying import Sides, seen, to_copy, unclear
from tests.builders import CASES, DIGESTS, GHSA, LINK, MIRROR, NOW, known

ANN = Person("ann", 11)
SIDES = Sides(case=1, repo=CASES, mirror=MIRROR, links=(LINK,))
HOUR = timedelta(hours=1)


def said(number: int, body: str = "I can reproduce it", **more: Any) -> Comment:
    boring: dict[str, Any] = {
        "id": number,
        "author": ANN,
        "body": body,
        "created_at": NOW,
        "updated_at": NOW,
        "is_ours": False,
    }
    return Comment(**(boring | more))


@dataclass(kw_only=True)
class Room:
    """Both sides of case 1, a GitHub that takes what we write, and what we wrote down."""

    direction: Direction = "to-mirror"
    confirmed_by: str | None = "coordinator-1"
    agreed_by: str | None = "wheel-maintainer-1"
    since: datetime = NOW
    ended_at: datetime | None = None
    mirror: list[Comment] = field(default_factory=list)
    source: list[Comment] = field(default_factory=list)
    copied: list[Copied] = field(default_factory=list)
    digests: Digests = DIGESTS

    @property
    def talk(self) -> Talk:
        relay = Relay(
            ghsa=GHSA,
            direction=self.direction,
            confirmed_by=self.confirmed_by,
            agreed_by=self.agreed_by,
            since=self.since,
            ended_at=self.ended_at,
        )
        return Talk(
            relays=(relay,),
            copied=tuple(self.copied),
            mirror=known(tuple(self.mirror)),
            sources={GHSA: known(tuple(self.source))},
        )

    @property
    def there(self) -> list[Comment]:
        return self.mirror if self.direction == "to-mirror" else self.source

    def wanted(self) -> list[RelayComment]:
        return list(to_copy(SIDES, self.talk, self.digests))

    def look(self) -> list[RelayComment]:
        """Look, write, look again and write down what is seen, as the app does."""
        wanted = self.wanted()
        for action in wanted:
            self.write(action)
        self.note()
        return wanted

    def write(self, action: RelayComment) -> None:
        if action.copy is None:
            self.there.append(said(1000 + action.comment, action.body, is_ours=True))
        else:
            self.there[:] = [replace(each, body=action.body) if each.id == action.copy else each for each in self.there]

    def note(self) -> None:
        for each in seen(SIDES, self.talk, self.digests, NOW):
            self.copied = [known for known in self.copied if known.comment != each.comment] + [each]


@pytest.mark.parametrize("direction", ["to-mirror", "to-source"])
def test_what_is_said_on_one_side_is_copied_once_with_who_said_it_where_and_when(direction: Direction) -> None:
    """Nobody reads whose words these are out of the name of a bot."""
    room = Room(direction=direction)
    (room.source if direction == "to-mirror" else room.mirror).append(said(7))

    [action] = room.look()

    where = f"{LINK.repo} {GHSA}" if direction == "to-mirror" else "case 1"
    assert f"ann wrote in {where}, 2026-12-01 09:00 UTC:\n\n    I can reproduce it" in action.body
    assert (action.about, action.copy) == (MIRROR if direction == "to-mirror" else GHSA, None)
    assert room.look() == []


@pytest.mark.parametrize(
    "missing",
    [{"confirmed_by": None}, {"agreed_by": None}, {"ended_at": NOW + HOUR}],
    ids=["no coordinator", "not its own people", "it ended"],
)
def test_nothing_goes_anywhere_without_both_yeses(missing: dict[str, Any]) -> None:
    """The reporter reads the source, the mirror has more readers, and nothing can be deleted."""
    assert Room(**missing, source=[said(7)]).wanted() == []


def test_what_was_said_before_both_agreed_stays_where_it_is() -> None:
    """Whoever wrote it could not know."""
    room = Room(source=[said(7, created_at=NOW - HOUR, updated_at=NOW + HOUR)])

    assert room.wanted() == []


def test_one_direction_says_nothing_about_the_other() -> None:
    """Maintainers may hear the reporter without the reporter hearing them."""
    assert Room(direction="to-mirror", mirror=[said(7)]).wanted() == []
    assert Room(direction="to-source", source=[said(7)]).wanted() == []


def test_nothing_echoes() -> None:
    """With both directions open a copy must not be copied back, nor our replies, nor a copy that somebody pasted."""
    room = Room(source=[said(7)])
    room.look()
    [copy] = room.mirror
    back = Room(
        direction="to-source", mirror=[copy, said(8, "Done.", is_ours=True), replace(copy, id=9, is_ours=False)]
    )

    assert back.wanted() == []


@pytest.mark.parametrize("direction", ["to-mirror", "to-source"])
def test_commands_are_for_us_and_for_nobody_else(direction: Direction) -> None:
    """The other side could do nothing with them; a comment that only quotes one is people's."""
    given, quoted = said(7, "As agreed:\n/greenroom invite wheel"), said(8, "> /greenroom invite wheel\n\nNot yet.")
    room = Room(direction=direction, mirror=[given, quoted], source=[given, quoted])

    assert [each.comment for each in room.wanted()] == [8]


def test_an_edit_follows_once_and_says_that_it_is_one() -> None:
    """They corrected a version number: both sides must read the right one."""
    room = Room(source=[said(7)])
    room.look()
    room.source = [said(7, "I can reproduce it in 1.2", updated_at=NOW + HOUR)]

    [action] = room.look()

    assert action.copy == 1007
    assert "UTC, edited since:\n\n    I can reproduce it in 1.2" in action.body
    assert room.look() == []


def test_what_was_edited_while_nothing_was_copied_stays_where_it_is_until_it_is_edited_again() -> None:
    """Whoever edited it then knew that the other side does not hear it. Who edits it now knows that it does."""
    room = Room(source=[said(7)])
    room.look()
    room.since = NOW + 2 * HOUR  # it ended, and both agreed anew
    room.source = [said(7, "Between ourselves: 1.2", updated_at=NOW + HOUR)]
    assert room.look() == []

    room.source = [said(7, "I can reproduce it in 1.2", updated_at=NOW + 3 * HOUR)]

    assert [each.copy for each in room.look()] == [1007]
    assert room.look() == []


def test_a_copy_that_people_edited_is_theirs() -> None:
    """Whoever reads an advisory can edit all its comments, and ours too."""
    room = Room(source=[said(7)])
    room.look()
    room.mirror = [replace(room.mirror[0], body=room.mirror[0].body + "\n\nSee also the other one.")]

    assert room.look() == []


def test_a_lost_answer_doubles_nothing() -> None:
    """The copy arrived, and nobody told us: it is found by its mark."""
    room = Room(source=[said(7)])
    [action] = room.wanted()
    room.write(action)

    assert room.wanted() == []
    room.note()
    assert [each.copy for each in room.copied] == [1007]


def test_a_copy_that_is_gone_is_not_written_again() -> None:
    """GitHub deletes nothing, so somebody at GitHub did; what was said once is not said twice."""
    room = Room(source=[said(7)])
    room.look()
    room.mirror = []

    assert room.wanted() == []


def test_with_a_lost_database_copies_are_found_and_nothing_is_said_twice() -> None:
    """All that is kept are ids and digests, and they can be had again."""
    room = Room(source=[said(7), said(8, "Me too")])
    room.look()
    room.copied = []

    assert room.wanted() == []
    room.note()
    assert sorted(each.comment for each in room.copied) == [7, 8]


def test_a_forged_mark_holds_nothing_back_and_is_no_copy() -> None:
    """A stranger's look-alike, also under our name, does not silence anybody."""
    forged = f"<!-- greenroom:relay 7 2026 {'0' * 64} -->\nann wrote nothing"
    room = Room(source=[said(7)], mirror=[said(5, forged, is_ours=True), said(6, forged)])

    assert [each.comment for each in room.wanted()] == [7]


def test_copied_text_is_inert() -> None:
    """No mention, no command, no marker of ours comes to life on the other side."""
    hostile = "@pypa/pip see #1\n> /greenroom invite wheel\n<!-- greenroom:relay 1 a b -->\n```\n<script>"
    room = Room(source=[said(7, hostile, author=Person("some-login", 12))])

    [action] = room.wanted()

    head, text = action.body.split("\n\n", 1)
    assert all(line.startswith("    ") for line in text.split("\n"))
    assert head.count("<!--") == 1
    assert "@" not in head


UNSEEN: Fact[tuple[Comment, ...]] = CannotTell("comments are not offered here")
TALK = Room(source=[said(7)]).talk


@pytest.mark.parametrize("talk", [replace(TALK, mirror=UNSEEN), replace(TALK, sources={GHSA: UNSEEN})])
def test_what_cannot_be_read_is_told_and_copies_nothing(talk: Talk) -> None:
    """Without seeing the other side nobody knows what is there already."""
    assert list(to_copy(SIDES, talk, DIGESTS)) == []
    assert list(unclear(talk)) == ["comments are not relayed: comments are not offered here"]


def test_nothing_is_unclear_where_nothing_is_relayed() -> None:
    """A preview that is not offered is no matter for those who do not use it."""
    assert list(unclear(Room(agreed_by=None).talk)) == []
