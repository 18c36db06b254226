"""What is in the folders of many repositories at once?

One GraphQL query asks for as many as it can, for whoever has a token. What it does not tell, for whatever reason, is
left out, and can be asked about each repository by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from app.domain.ids import RepoName
from app.github import graphql
from app.github.errors import RetryLater
from app.survey.files import PLACES, Folder

AT_ONCE = 50  # a query may take GitHub ten seconds ("Rate limits and query limits for the GraphQL API")

_TREES = "\n".join(graphql.at_head(f"place{number}", place, "Names") for number, place in enumerate(PLACES))
_FRAGMENTS = f"""
fragment Places on Repository {{
  isEmpty
{_TREES}
}}
fragment Names on Tree {{ entries {{ name type }} }}
"""


class _Entry(msgspec.Struct):
    name: str
    type: str


class _Tree(msgspec.Struct):
    entries: list[_Entry] | None = None


class _Repository(msgspec.Struct, rename="camel"):
    is_empty: bool
    place0: _Tree | None
    place1: _Tree | None
    place2: _Tree | None


def question(repos: Sequence[RepoName]) -> tuple[str, dict[str, str]]:
    """A query about repositories of one owner, and its variables. Names stand in the variables, never in the text."""
    return graphql.question(repos, "Places", _FRAGMENTS)


def told(body: Any, repos: Sequence[RepoName]) -> dict[RepoName, list[Folder]]:
    """The folders of those about which the answer says everything."""
    names = {repo: graphql.name_of(number) for number, repo in enumerate(repos)}
    try:
        said = graphql.parts(body, names.values())
    except RetryLater:
        return {}
    found = {repo: _folders(said[name]) for repo, name in names.items()}
    return {repo: folders for repo, folders in found.items() if folders is not None}


def _folders(part: graphql.Part) -> list[Folder] | None:
    try:
        repo = msgspec.convert(part, _Repository)
    except msgspec.ValidationError:
        return None
    if repo.is_empty:
        return [Folder(place="", files=frozenset())]
    root, *others = repo.place0, repo.place1, repo.place2
    if root is None or root.entries is None:
        return None
    trees = zip(PLACES, (root, *others), strict=True)
    return [_folder(place, tree.entries) for place, tree in trees if tree is not None and tree.entries is not None]


def _folder(place: str, entries: list[_Entry]) -> Folder:
    return Folder(
        place=place,
        files=frozenset(each.name for each in entries if each.type == "blob"),
        folders=frozenset(each.name for each in entries if each.type == "tree"),
    )
