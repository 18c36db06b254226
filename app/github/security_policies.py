"""Which file does GitHub show to who wants to report a vulnerability in a repository?

One query asks for a hundred repositories, and for the organization's defaults. GitHub: "Adding a security policy to
your repository" names the root, `docs` and `.github`; "Creating a default community health file" says that a public
repository `.github` serves all that have none. Which of several files is shown is not documented, nor what becomes of a
name in other letters: that cannot be told.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeAlias

import msgspec

from app.clock import Clock
from app.domain.facts import CannotTell, Fact, Known, NotApplicable, SecurityPolicy
from app.domain.ids import RepoName
from app.github.asking import Asking
from app.github.errors import RetryLater
from app.github.graphql import Missing, Part, at_head, name_of, parts, query, question
from app.github.routes import Call

AT_ONCE = 100
PLACES = (".github", "", "docs")
NAMES = ("SECURITY.md", "SECURITY.rst")
FILES = tuple(posixpath.join(place, name) for place in PLACES for name in NAMES)

_SYMLINK = 0o120000
_ALIKE = re.compile(r"security(\.[a-z]+)?", re.IGNORECASE)
_HOPS = 3  # of links to links
_FIELDS = "\n".join(
    [
        *(at_head(f"t{number}", place, "Names") for number, place in enumerate(PLACES)),
        *(at_head(f"f{number}", path, "Text") for number, path in enumerate(FILES)),
    ]
)
_FRAGMENTS = f"""
fragment Policy on Repository {{
  isPrivate
  isEmpty
{_FIELDS}
}}
fragment Names on Tree {{ entries {{ name mode type }} }}
fragment Text on Blob {{ text isTruncated }}
"""

Found: TypeAlias = Fact[SecurityPolicy | None]
_Answered: TypeAlias = SecurityPolicy | NotApplicable | CannotTell | None


class _Entry(msgspec.Struct):
    name: str
    mode: int
    type: str


class _Tree(msgspec.Struct):
    entries: list[_Entry] | None = None


class _Blob(msgspec.Struct, rename="camel"):
    text: str | None
    is_truncated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    path: str
    text: str | None
    truncated: bool
    is_link: bool


class SecurityPolicies:
    """Reads them as one registration."""

    def __init__(self, asking: Asking, clock: Clock) -> None:
        self._asking, self._clock = asking, clock

    async def of(self, repos: Iterable[RepoName]) -> dict[RepoName, Found]:
        """The security policy of each, None where there is none. Raises RetryLater."""
        found: dict[RepoName, Found] = {}
        by_owner = sorted(set(repos), key=lambda repo: str(repo).lower())
        for _, group in groupby(by_owner, key=lambda repo: repo.owner.lower()):
            of_owner = list(group)
            for begin in range(0, len(of_owner), AT_ONCE):
                found |= await self._of_some(of_owner[begin : begin + AT_ONCE])
        return found

    async def _of_some(self, repos: list[RepoName]) -> dict[RepoName, Found]:
        """Of repositories of one owner, which one installation covers."""
        owner = repos[0].owner
        reply = await self._asking.get_in(_question(repos), owner, f"the security policies of {owner}")
        if isinstance(reply, CannotTell):
            return dict.fromkeys(repos, reply)
        if not reply.pages[0].ok:
            return dict.fromkeys(repos, self._asking.refusal(reply))
        names = {repo: name_of(number) for number, repo in enumerate(repos)}
        said = parts(reply.pages[0].body, [*names.values(), "defaults"], reply.pages[0].after)
        default = _default(said["defaults"], RepoName(owner, ".github"))
        return {repo: self._known(said[name], repo, default) for repo, name in names.items()}

    def _known(self, part: Part, repo: RepoName, default: _Answered) -> Found:
        """The repository's own, else the organization's."""
        if isinstance(part, Missing):
            app = self._asking.registration.name
            return CannotTell(f"{repo} is not visible any more to {app}, or it never was")
        own = _own(part, repo)
        policy = default if own is None else own
        if isinstance(policy, NotApplicable | CannotTell):
            return policy
        return Known(value=policy, observed_at=self._clock.now())


def _question(repos: list[RepoName]) -> Call:
    default = '  defaults: repository(owner: $owner, name: ".github") { ...Policy }'
    return query(*question(repos, "Policy", _FRAGMENTS, [default]))


def _default(part: Part, repo: RepoName) -> _Answered:
    """What holds for repositories without one of their own. Only a public `.github` counts."""
    if isinstance(part, Missing):
        return None
    match _own(part, repo):
        case NotApplicable() | None:
            return None
        case SecurityPolicy() as policy:
            return replace(policy, source="organization default")
        case CannotTell(reason=reason, lasts=lasts):
            return CannotTell(f"the organization's default: {reason}", lasts=lasts)


def _own(part: Mapping[str, Any] | CannotTell, repo: RepoName) -> _Answered:
    if isinstance(part, CannotTell):
        return part
    if part.get("isPrivate") is not False:
        return NotApplicable(f"{repo} is private, so that strangers report nothing to it")
    trees = [_parsed(part.get(f"t{number}"), _Tree) for number in range(len(PLACES))]
    root = trees[PLACES.index("")]
    if root is None or root.entries is None:
        return None if part.get("isEmpty") is True else CannotTell(f"GitHub does not show the files of {repo}")
    modes = dict(_modes(trees))
    files = {path: _file(part.get(f"f{FILES.index(path)}"), path, modes[path]) for path in FILES if path in modes}
    return _shown(files, sorted(modes.keys() - files.keys()), repo)


def _modes(trees: list[_Tree | None]) -> Iterator[tuple[str, int]]:
    """The files that are called like a security policy, with their modes."""
    for place, tree in zip(PLACES, trees, strict=True):
        for entry in (tree.entries or []) if tree else []:
            if entry.type == "blob" and _ALIKE.fullmatch(entry.name):
                yield posixpath.join(place, entry.name), entry.mode


def _file(json: Any, path: str, mode: int) -> _File | None:
    blob = _parsed(json, _Blob)
    if blob is None:
        return None
    return _File(path=path, text=blob.text, truncated=blob.is_truncated, is_link=mode == _SYMLINK)


def _shown(files: Mapping[str, _File | None], alike: list[str], repo: RepoName) -> _Answered:
    if any(file is None for file in files.values()):
        return CannotTell(f"GitHub names a security policy of {repo} and does not show it")
    there = {path: file for path, file in files.items() if file is not None}
    policies = [_followed(file, there) for file in there.values()]
    if not policies:
        return _undocumented(alike, repo) if alike else None
    if len({(each.text, each.symlink_target) for each in policies}) > 1:
        return CannotTell(
            f"{repo} has security policies that differ ({', '.join(there)}),"
            " and which of them GitHub shows is not documented; keep one",
            lasts=True,
        )
    return policies[0]


def _undocumented(alike: list[str], repo: RepoName) -> CannotTell:
    return CannotTell(
        f"{repo} has {', '.join(alike)}, and whether GitHub shows a file of that name is not documented;"
        " call it SECURITY.md",
        lasts=True,
    )


def _followed(file: _File, there: Mapping[str, _File]) -> SecurityPolicy:
    """The policy, with the text that a symbolic link leads to where we have read that, too."""
    last = file
    for _ in range(_HOPS):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(last.path), (last.text or "").strip()))
        if not last.is_link or target not in there:
            break
        last = there[target]
    target_of_link = (last.text or "").strip() if last.is_link else None
    return SecurityPolicy(path=file.path, text=last.text, symlink_target=target_of_link, truncated=last.truncated)


def _parsed(json: Any, kind: type[Any]) -> Any:
    """An object of git. Nothing where there is none, or one of another kind."""
    if not json:
        return None
    try:
        return msgspec.convert(json, kind)
    except msgspec.ValidationError:
        raise RetryLater("GitHub sent a security policy that cannot be read") from None
