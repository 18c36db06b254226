"""What stands in the files in which repositories write down what they ship or need?

One query of GraphQL asks for all places of all repositories of one owner.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any, TypeAlias

import msgspec

from app.clock import Clock
from app.domain.facts import CannotTell
from app.domain.ids import RepoName
from app.domain.manifests import NotReadable, is_folder, of_names, of_text, path_of
from app.github.asking import Asking
from app.github.errors import RetryLater
from app.github.graphql import Missing, Part, at_head, name_of, parts, query, question
from app.github.registration import Registration

Components: TypeAlias = Mapping[str, str | None]
Read: TypeAlias = Mapping[str, Components | CannotTell | None]  # place →, None where nothing is there
_FRAGMENTS = """
fragment Names on Tree { entries { name } }
fragment Text on Blob { text isTruncated }
"""


class _Entry(msgspec.Struct):
    name: str


class _Tree(msgspec.Struct):
    entries: list[_Entry] | None = None


class _Blob(msgspec.Struct, rename="camel"):
    text: str | None = None
    is_truncated: bool = False


class VendoredFiles:
    """Reads them as one registration. What is public any token may read."""

    def __init__(self, registration: Registration, clock: Clock) -> None:
        self._asking = Asking(registration, clock)

    async def read(self, wanted: Mapping[RepoName, Collection[str]]) -> dict[RepoName, Read]:
        """What each place of each repository says. Raises RetryLater."""
        found: dict[RepoName, Read] = {}
        by_owner = sorted(wanted, key=lambda repo: str(repo).lower())
        for _, group in groupby(by_owner, key=lambda repo: repo.owner.lower()):
            repos = list(group)
            places = sorted({place for repo in repos for place in wanted[repo]})
            for repo, part in (await self._of_owner(repos, places)).items():
                found[repo] = {place: _said(part, f"p{places.index(place)}", place) for place in wanted[repo]}
        return found

    async def _of_owner(self, repos: list[RepoName], places: list[str]) -> dict[RepoName, Part]:
        owner = repos[0].owner
        text, variables = question(repos, "Places", _fragments(places))
        reply = await self._asking.get_in(query(text, variables), owner, f"what repositories of {owner} ship")
        if isinstance(reply, CannotTell):
            return dict.fromkeys(repos, reply)
        if not reply.pages[0].ok:
            return dict.fromkeys(repos, self._asking.refusal(reply))
        names = {repo: name_of(number) for number, repo in enumerate(repos)}
        said = parts(reply.pages[0].body, names.values(), reply.pages[0].after)
        return {repo: said[name] for repo, name in names.items()}


def _fragments(places: Iterable[str]) -> str:
    fields = (
        at_head(f"p{number}", path_of(place), "Names" if is_folder(place) else "Text")
        for number, place in enumerate(places)
    )
    return "\n".join(["", "fragment Places on Repository {", *fields, "}"]) + _FRAGMENTS


def _said(part: Part, name: str, place: str) -> Components | CannotTell | None:
    if isinstance(part, CannotTell):
        return part
    if isinstance(part, Missing):
        return CannotTell("GitHub does not show the repository")
    answer = part.get(name)
    if answer is None:
        return None
    try:
        return _components(answer, place)
    except NotReadable as error:
        return CannotTell(f"{place}: {error}")


def _components(answer: Any, place: str) -> Components:
    try:
        if is_folder(place):
            return of_names(entry.name for entry in msgspec.convert(answer, _Tree).entries or ())
        blob = msgspec.convert(answer, _Blob)
    except (msgspec.ValidationError, RecursionError):
        # Not chained: the library's message may quote the value.
        raise RetryLater("GitHub sent something else than a file or a folder") from None
    if blob.text is None or blob.is_truncated:
        raise NotReadable("GitHub does not give all of its text")
    return of_text(place, blob.text)
