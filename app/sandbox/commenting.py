"""What do people say about an advisory or an issue? GitHub tells nobody of comments of advisories."""

from __future__ import annotations

from app.sandbox.people import Impossible
from app.sandbox.state.accounts import User
from app.sandbox.state.advisories import Advisory
from app.sandbox.state.comments import Comment
from app.sandbox.state.issues import Issue
from app.sandbox.state.world import World


def comment(world: World, about: Advisory | Issue, *, by: User, body: str, via: int | None = None) -> Comment:
    """Say something. Whether that makes an advisory newer GitHub's pages leave open; the sandbox says no."""
    now = world.now()
    said = Comment(id=world.next_id(), author=by.id, body=body, created_at=now, updated_at=now, via=via)
    about.comments.append(said)
    if isinstance(about, Issue):
        about.updated_at = now
    return said


def edit_comment(world: World, about: Advisory | Issue, number: int, body: str) -> Comment:
    """Change what somebody said. Who reads it may; there is no trace of who did. Raises Impossible."""
    said = next((each for each in about.comments if each.id == number), None)
    if said is None:
        raise Impossible(f"there is no comment {number}; there is {[each.id for each in about.comments]}")
    said.change(body, at=world.now())
    return said
