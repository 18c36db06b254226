"""Which file of a repository is its security policy?

GitHub: "Adding a security policy to your repository" names the root, `.github` and `docs`; "Creating a default
community health file" says that the public repository `.github` of an organization serves all that have none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from app.domain.facts import CannotTell, Fact, Known, NotApplicable
from app.survey.found import SecurityPolicy

PLACES = ("", ".github", "docs")
DEFAULTS = ".github"  # the repository that has an organization's defaults

_NAMES = frozenset({"SECURITY.md", "SECURITY.rst"})
_ALIKE = re.compile(r"security(\.[a-z]+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What GitHub names in one of the places. `whole` is False where it may have left some out."""

    place: str
    files: frozenset[str]
    folders: frozenset[str] = frozenset()
    whole: bool = True


def own_policy(folders: Collection[Folder]) -> SecurityPolicy | CannotTell | None:
    """The repository's own, None where it has none."""
    paths = [posixpath.join(folder.place, name) for folder in folders for name in sorted(folder.files & _NAMES)]
    if paths:
        return SecurityPolicy(paths=tuple(paths))
    if not all(folder.whole for folder in folders):
        return CannotTell("it has a folder with more entries than GitHub lists")
    alike = [posixpath.join(each.place, name) for each in folders for name in each.files if _ALIKE.fullmatch(name)]
    if alike:
        return CannotTell(f"it has {min(alike)}, and whether GitHub shows a file of that name is not documented")
    return None


def as_default(own: Fact[SecurityPolicy | None]) -> Fact[SecurityPolicy | None]:
    """The policy of the repository `.github`, as it holds for the others of its organization."""
    match own:
        case Known(value=SecurityPolicy() as policy):
            return replace(own, value=replace(policy, source="organization default"))
        case CannotTell(reason=reason):
            return CannotTell(f"it has none of its own, and its organization's default cannot be told: {reason}")
        case _:
            return own


def effective(own: Fact[SecurityPolicy | None], default: Fact[SecurityPolicy | None]) -> Fact[SecurityPolicy | None]:
    """What a stranger is shown: the repository's own, else the organization's."""
    has_none = isinstance(own, Known) and own.value is None
    return default if has_none and not isinstance(default, NotApplicable) else own
