"""How are mirrors kept as issues of a private repository?

Everybody who can read the repository can open issues there and copy ours, so only what our own App opened is ours. What
an App does with an installation token is done by its bot, whose login ends with `[bot]`, as no person's can. GitHub:
"About creating GitHub Apps", "REST API endpoints for issues".
"""

from __future__ import annotations

from functools import partial
from typing import Any

from app.domain.actions import MirrorFields
from app.domain.facts import CannotTell, Fact, Known
from app.domain.ids import IssueNumber, MirrorId, RepoName
from app.domain.mirrors import Mirror
from app.github import parse, routes
from app.github.asking import Asking, Reply
from app.github.errors import Held
from app.github.routes import Call

_ALL = {"state": "all", "sort": "created", "direction": "asc", "per_page": "100"}


class IssueMirrors:
    """The store `issue`."""

    writes_with = "issues"

    async def every(self, repo: RepoName, asking: Asking) -> Fact[tuple[Mirror, ...]]:
        reply = await asking.get_all(routes.ISSUES.of(repo, query=_ALL), repo)
        if isinstance(reply, CannotTell):
            return reply
        bot = reply.installation.bot
        return asking.facts(reply, partial(parse.issues, bot=bot)) if bot else _nobody(reply)

    async def one(self, repo: RepoName, mirror: MirrorId, asking: Asking) -> Fact[Mirror]:
        reply = await asking.get(routes.ISSUE.of(repo, issue_number=_number(mirror)), repo)
        if isinstance(reply, CannotTell):
            return reply
        bot = reply.installation.bot
        found = asking.fact(reply, partial(parse.issue, bot=bot)) if bot else _nobody(reply)
        if isinstance(found, Known) and (found.value.repo, found.value.id) != (repo, mirror):
            return CannotTell(f"the mirror is not in {repo} any more: somebody moved the issue to another repository")
        return found

    def opening(self, repo: RepoName, fields: MirrorFields) -> Call:
        if fields.summary is None or fields.description is None:
            raise Held("an issue is opened only with a title and a body")
        return routes.CREATE_ISSUE.of(repo, body={"title": fields.summary, "body": fields.description})

    def created(self, answer: Any) -> IssueNumber:
        return parse.created_issue(answer)

    def updating(self, repo: RepoName, mirror: MirrorId, fields: MirrorFields) -> tuple[Call, ...]:
        texts = {"title": fields.summary, "body": fields.description}
        body = {name: text for name, text in texts.items() if text is not None}
        return (routes.UPDATE_ISSUE.of(repo, issue_number=_number(mirror), body=body),) if body else ()

    def closing(self, repo: RepoName, mirror: MirrorId) -> Call:
        return routes.UPDATE_ISSUE.of(repo, issue_number=_number(mirror), body={"state": "closed"})


def _number(mirror: MirrorId) -> str:
    return str(mirror).removeprefix("#")


def _nobody(reply: Reply) -> CannotTell:
    return CannotTell(f"GitHub did not say as whom we act, so issues of {reply.about} cannot be told from look-alikes")
