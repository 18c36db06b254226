"""Which repositories does policy mean, whatever they are called today?

People write names; GitHub's id is who a repository is. A name means the repository whose id people wrote beside it
(`repository_ids`), else the first that was seen under it. When that one is renamed or transferred, the rules go with
it. When the name belongs to another one, the rules do not: it stands *cannot tell* until people say that it is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.ids import AdvisoryKey, RepoName
from app.domain.records import Whereabouts
from policies.config import Policies, PolicyFile, Tool


def as_called_today(written: Policies, found: Mapping[RepoName, Whereabouts]) -> Policies:
    """The policy with its repositories by their names of today. What was not found elsewhere stays as it is written."""
    doubts = {name: _doubt(name, each) for name, each in found.items() if _is_doubtful(each, written.file)}
    moved = {name: each.called for name, each in _moved(written.file, found).items() if each.called}
    if not doubts and not moved:
        return written
    return replace(written, file=_renamed(written.file, moved, doubts), doubts=doubts)


def matters(written: Policies, found: Mapping[RepoName, Whereabouts]) -> dict[RepoName, str]:
    """What people have to be told of names in the policy file, by the name that it is about today."""
    moved = {
        each.called: f"policy names {name}, which is called {each.called} now. What policy says of it goes on holding "
        f"there, and for no other repository of the old name; write {each.called} into the policy file"
        for name, each in _moved(written.file, found).items()
        if each.called
    }
    return moved | dict(as_called_today(written, found).doubts)


def _moved(file: PolicyFile, found: Mapping[RepoName, Whereabouts]) -> dict[RepoName, Whereabouts]:
    """Repositories that are called otherwise now, and are not named so already."""
    return {name: each for name, each in found.items() if each.called and not _is_written(each.called, file)}


def _is_doubtful(found: Whereabouts, file: PolicyFile) -> bool:
    return found.holder is not None and (found.called is None or _is_written(found.called, file))


def _doubt(name: RepoName, found: Whereabouts) -> str:
    first = f"is called {found.called} now" if found.called else "is not to be seen any more"
    return (
        f"policy names {name}, which was the repository {found.first} and {first}; "
        f"the repository of that name is {found.holder}, so nothing is taken from the old one and nothing is written. "
        f"If it is meant, add it to repository_ids in the policy file: {name}: {found.holder}"
    )


def _is_written(name: RepoName, file: PolicyFile) -> bool:
    return name in file.repositories()


def _renamed(file: PolicyFile, moved: Mapping[RepoName, RepoName], doubts: Mapping[RepoName, str]) -> PolicyFile:
    """The file with other names. Names in doubt are in no tool, so whoever has them is a stranger to every rule."""

    def today(name: RepoName) -> RepoName | None:
        now = moved.get(name, name)
        return None if name in doubts or now in doubts else now

    def renamed(tool: Tool) -> Tool:
        called = filter(None, map(today, tool.repositories))
        return tool.model_copy(update={"repositories": tuple(dict.fromkeys(called))})

    tools = {name: renamed(tool) for name, tool in file.tools.items()}
    coordination = file.coordination
    if coordination is not None:
        place = today(coordination.repository)
        coordination = coordination.model_copy(update={"repository": place}) if place else None
    exemptions = tuple(
        each.model_copy(update={"repository": place}) for each in file.exemptions if (place := today(each.repository))
    )
    # One in doubt or out of its account stays as it is written: that it is not found there is what is to be told.
    sentinels = tuple(
        AdvisoryKey(place, each.ghsa) if (place := today(each.repo)) and place.owner == each.repo.owner else each
        for each in file.sentinels
    )
    named = {"tools": tools, "coordination": coordination, "exemptions": exemptions, "sentinels": sentinels}
    return PolicyFile.model_construct(**(dict(file) | named))  # a copy would keep what was looked up under old names
