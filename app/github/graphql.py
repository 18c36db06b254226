"""What does an answer of GitHub's GraphQL say about each of the things that were asked for at once?

GraphQL answers 200 also where it failed: what it could not answer is null, with an error that names its path. So each
thing is asked for under a name of its own, and an error about one of them makes that one *cannot tell*, and no other.
Source: GitHub, "Rate limits and query limits for the GraphQL API".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

import msgspec

from app.domain.facts import CannotTell
from app.domain.ids import RepoName
from app.github.errors import RetryLater
from app.github.limits import UNNAMED_WAIT
from app.github.routes import Call, Route

# A query reads what is public with any token; more than that needs the permission of what is read.
GRAPHQL = Route("POST", "/graphql")
NOT_FOUND = "NOT_FOUND"
_LIMITS = {"RATE_LIMITED", "RATE_LIMIT", "MAX_NODE_LIMIT_EXCEEDED"}


class _Error(msgspec.Struct):
    type: str = "an error without a type"
    path: tuple[str | int, ...] = ()


class _Answer(msgspec.Struct):
    data: dict[str, Any] | None = None
    errors: tuple[_Error, ...] = ()


class Missing:
    """GitHub knows nothing of that name, or does not show it to us."""


Part: TypeAlias = Mapping[str, Any] | Missing | CannotTell


def query(text: str, variables: Mapping[str, str]) -> Call:
    """A query, as a call. What changes from one to the next stands in `variables`, never in the text."""
    return GRAPHQL.call(body={"query": text, "variables": dict(variables)})


def question(
    repos: Sequence[RepoName], shown: str, fragments: str, more: Sequence[str] = ()
) -> tuple[str, dict[str, str]]:
    """What to ask of repositories of one owner: the text of a query, and its variables.

    `shown` names what is asked of each, which is answered under `name_of` its number; `more` is asked besides.
    """
    asked = [
        f"  {name_of(number)}: repository(owner: $owner, name: $n{number}) {{ ...{shown} }}"
        for number in range(len(repos))
    ]
    declared = ", ".join(["$owner: String!", *(f"$n{number}: String!" for number in range(len(repos)))])
    lines = "\n".join([*asked, *more])
    variables = {"owner": repos[0].owner, **{f"n{number}": repo.name for number, repo in enumerate(repos)}}
    return f"query({declared}) {{\n{lines}\n}}{fragments}", variables


def name_of(number: int) -> str:
    """Under which name one of the repositories is answered."""
    return f"r{number}"


def at_head(name: str, path: str, shown: str) -> str:
    """A line that asks for a file or a folder of the default branch."""
    return f'  {name}: object(expression: "HEAD:{path}") {{ ...{shown} }}'


def parts(json: Any, names: Iterable[str], after: timedelta | None = None) -> dict[str, Part]:
    """What was answered under each name. Raises RetryLater where nothing was.

    `after` is until when the headers say that the limit is used up: it is another one than that of everything else.
    """
    try:
        answer = msgspec.convert(json, _Answer)
    except msgspec.ValidationError:
        raise RetryLater(f"GitHub sent something that is no answer to {GRAPHQL}") from None
    if any(error.type in _LIMITS for error in answer.errors):
        raise RetryLater(f"GitHub limits {GRAPHQL}", after=after or UNNAMED_WAIT)
    if answer.data is None:
        raise RetryLater(f"GitHub answered nothing to {GRAPHQL}")
    return {name: _part(name, answer.data.get(name), answer.errors) for name in names}


def _part(name: str, value: Any, errors: tuple[_Error, ...]) -> Part:
    ours = [error for error in errors if not error.path or error.path[0] == name]
    if value is None and any(error.type == NOT_FOUND and error.path == (name,) for error in ours):
        return Missing()
    if ours:
        return CannotTell(f"GitHub answered {ours[0].type} to a part of {GRAPHQL}")
    if not isinstance(value, dict):
        return CannotTell(f"GitHub left out a part of {GRAPHQL} and does not say why")
    return value
