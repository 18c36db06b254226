"""What do people say about a mirror? And how is something said there?

Comments of advisories are a preview (GitHub: "Repository security advisory comments API in public preview"), which may
not be offered everywhere; those of issues are not (GitHub: "REST API endpoints for issue comments"). GitHub sends no
webhook for the former.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec

from app.domain.comments import Comment
from app.domain.facts import CannotTell, Fact
from app.domain.ids import Ghsa, MirrorId, Person, RepoName
from app.github import routes
from app.github.asking import Asking, Reply
from app.github.parse import Malformed
from app.github.routes import Call
from app.github.shapes import App, Id, Instant, Text

NOT_OFFERED = "comments are not offered here"


class Author(msgspec.Struct):
    """Who wrote it."""

    login: Text
    id: Id
    type: str = "User"


class Written(msgspec.Struct):
    """A comment, as far as both kinds have the same."""

    id: Id
    created_at: Instant
    updated_at: Instant
    body: str | None = None
    user: Author | None = None  # an account that was deleted
    performed_via_github_app: App | None = None


class Comments:
    """Reads as one registration."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def of(self, repo: RepoName, about: MirrorId, *, since: datetime | None = None) -> Fact[tuple[Comment, ...]]:
        """What was said or edited since then; all of it without."""
        query = {"per_page": "100"} | ({"since": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"} if since else {})
        if isinstance(about, Ghsa):
            call = routes.ADVISORY_COMMENTS.of(repo, ghsa_id=about, query=query)
        else:
            call = routes.ISSUE_COMMENTS.of(repo, issue_number=about.number, query=query)
        reply = await self._ask(call, repo, about)
        if isinstance(reply, CannotTell):
            return reply
        return self._asking.facts(reply, partial(_comments, bot=reply.installation.bot))

    async def _ask(self, call: Call, repo: RepoName, about: MirrorId) -> Reply | CannotTell:
        """A draft that a token which only reads is not shown has no comments for it either."""
        reply = await self._asking.get_all(call, repo)
        if isinstance(about, Ghsa) and not isinstance(reply, CannotTell) and reply.status == 404:  # noqa: PLR2004
            reply = await self._asking.get_as_writer((call,), repo)
        if isinstance(reply, CannotTell) or reply.status not in {404, 410}:
            return reply
        return CannotTell(f"{NOT_OFFERED}: GitHub answered {reply.status} to {reply.route} of {repo}", lasts=True)


def saying(repo: RepoName, about: MirrorId, body: str) -> Call:
    """What posts a comment."""
    if isinstance(about, Ghsa):
        return routes.COMMENT_ON_ADVISORY.of(repo, ghsa_id=about, body={"body": body})
    return routes.COMMENT_ON_ISSUE.of(repo, issue_number=about.number, body={"body": body})


def correcting(repo: RepoName, about: MirrorId, comment: int, body: str) -> Call:
    """What replaces the text of a comment."""
    if isinstance(about, Ghsa):
        return routes.EDIT_ADVISORY_COMMENT.of(repo, ghsa_id=about, comment_id=comment, body={"body": body})
    return routes.EDIT_ISSUE_COMMENT.of(repo, comment_id=comment, body={"body": body})


def said(answer: Any) -> int:
    """The id of a comment that GitHub has just made. Raises Malformed."""
    number = answer.get("id") if isinstance(answer, dict) else None
    if isinstance(number, int) and number > 0:
        return number
    raise Malformed("a comment without its id")


def parsed(json: Any, *, bot: str | None) -> Comment:
    """A comment; `bot` is the login as which we act, where GitHub said it. Raises Malformed."""
    try:
        raw = msgspec.convert(json, Written)
    except (msgspec.ValidationError, OverflowError, RecursionError):
        raise Malformed("a comment that lacks what we need") from None  # the library's message may quote the text
    return Comment(
        id=raw.id,
        author=Person(raw.user.login, raw.user.id) if raw.user else None,
        body=raw.body or "",
        created_at=raw.created_at,
        updated_at=raw.updated_at,
        is_ours=_is_by(raw, bot),
    )


def _comments(json: Any, *, bot: str | None) -> tuple[Comment, ...]:
    if not isinstance(json, list):
        raise Malformed("no list of comments")
    return tuple(parsed(item, bot=bot) for item in json)


def _is_by(raw: Written, bot: str | None) -> bool:
    """No person's account is of that type, or can have the login of a bot. Where GitHub does not say, all bots are."""
    return raw.user is not None and raw.user.type == "Bot" and (bot is None or raw.user.login.lower() == bot.lower())
