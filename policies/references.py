"""Does nothing in a policy file contradict something else in it, and does nothing speak of what is not there?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from app.domain.ids import Person
from policies.config import People, PolicyFile, folded
from policies.nearest import Unknown
from policies.yaml_lines import Path

Wrong: TypeAlias = tuple[Path, str | Unknown]  # where, and what is wrong


def wrong_references(file: PolicyFile) -> Iterator[Wrong]:
    """What only the whole file can tell: where, and what is wrong."""
    yield from _same_day(file)
    yield from _two_ids(file)
    yield from _excused_twice(file)
    yield from _elsewhere(file)
    yield from _ids_of_nothing(file)
    yield from _shared(file)
    yield from _second_sentinels(file)


def _ids_of_nothing(file: PolicyFile) -> Iterator[Wrong]:
    """An id beside a name that nothing mentions is a slip of the pen, and would go unnoticed."""
    named = file.repositories()
    for repo in file.repository_ids:
        if repo not in named:
            names = [str(each) for each in named]
            yield ("repository_ids", str(repo)), Unknown("nothing names this repository", str(repo), names)


def _shared(file: PolicyFile) -> Iterator[Wrong]:
    """A repository or a package of two tools would make it unclear whose people see what."""
    seen: dict[str, str] = {}
    for tool_name, tool in file.tools.items():
        same: dict[str, list[str]] = {
            "repositories": [str(repo).lower() for repo in tool.repositories],
            "packages": [folded(package) for package in tool.packages],
        }
        for kind, names in same.items():
            for index, name in enumerate(names):
                other = seen.setdefault(f"{kind}:{name}", tool_name)
                if other != tool_name:
                    yield ("tools", tool_name, kind, index), f"{name} belongs to {other} already; keep it in one tool"


def _second_sentinels(file: PolicyFile) -> Iterator[Wrong]:
    accounts = [sentinel.repo.owner.lower() for sentinel in file.sentinels]
    for index, account in enumerate(accounts):
        if account in accounts[:index]:
            yield ("sentinels", index), f"{account} has a sentinel already; keep one for each account"


def _same_day(file: PolicyFile) -> Iterator[Wrong]:
    """Which of two owners takes the reports from a day on would be a matter of chance."""
    for name, tool in file.tools.items():
        days = [tenure.from_ for tenure in tool.report_owner]
        for index, day in enumerate(days):
            if day in days[:index]:
                path: Path = ("tools", name, "report_owner", index, "from")
                yield path, f"another owner begins on {day} already; keep one for each day"


def _two_ids(file: PolicyFile) -> Iterator[Wrong]:
    """Who is meant is the id, so one of two beside the same login is a stranger's."""
    seen: dict[str, int] = {}
    for path, person in _people(file):
        if seen.setdefault(person.login.lower(), person.id) != person.id:
            yield path, "this login stands elsewhere in the file with another id; one of them is somebody else's"


def _people(file: PolicyFile) -> Iterator[tuple[Path, Person]]:
    groups: list[tuple[Path, People]] = [(("coordinators",), file.coordinators)]
    if file.coordination:
        groups.append((("coordination", "always_readers"), file.coordination.always_readers))
    groups += [(("report_owners", name), owner) for name, owner in file.report_owners.items()]
    groups += [(("tools", name), tool) for name, tool in file.tools.items()]
    for path, group in groups:
        yield from (((*path, "users", index), person) for index, person in enumerate(group.users))
    yield from ((("exemptions", index, "owner"), each.owner) for index, each in enumerate(file.exemptions))


def _excused_twice(file: PolicyFile) -> Iterator[Wrong]:
    """Word for word the same: one of them is what somebody forgot to change."""
    seen: list[object] = []
    for index, exemption in enumerate(file.exemptions):
        if exemption in seen:
            yield ("exemptions", index), "this exemption is written twice; keep one"
        seen.append(exemption)


def _elsewhere(file: PolicyFile) -> Iterator[Wrong]:
    """An account of which nothing else speaks is a slip of the pen: what is excused there is never looked at."""
    accounts = {repo.owner.lower() for repo in file.repositories()}
    for index, exemption in enumerate(file.exemptions):
        owner = exemption.repository.owner
        if accounts and owner.lower() not in accounts:
            yield ("exemptions", index, "repository"), Unknown(f'nothing else names "{owner}"', owner, sorted(accounts))
