"""What is in the folders of many repositories at once?

One GraphQL query asks for as many as it can, for whoever has a token. What it does not tell, for whatever reason, is
left out, and can be asked about each repository by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from app.domain.ids import RepoName
from app.survey.files import PLACES, Folder

AT_ONCE = 50  # a query may take GitHub ten seconds ("Rate limits and query limits for the GraphQL API")

_TREES = "\n".join(
    f'  place{number}: object(expression: "HEAD:{place}") {{ ...Names }}' for number, place in enumerate(PLACES)
)
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
    numbers = range(len(repos))
    declared = ", ".join(["$owner: String!", *(f"$n{number}: String!" for number in numbers)])
    asked = "\n".join(f"  r{number}: repository(owner: $owner, name: $n{number}) {{ ...Places }}" for number in numbers)
    variables = {"owner": repos[0].owner, **{f"n{number}": repo.name for number, repo in enumerate(repos)}}
    return f"query({declared}) {{\n{asked}\n}}{_FRAGMENTS}", variables


def told(body: Any, repos: Sequence[RepoName]) -> dict[RepoName, list[Folder]]:
    """The folders of those about which the answer says everything."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        return {}
    found = {repo: _folders(data.get(f"r{number}")) for number, repo in enumerate(repos)}
    return {repo: folders for repo, folders in found.items() if folders is not None}


def _folders(part: Any) -> list[Folder] | None:
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
