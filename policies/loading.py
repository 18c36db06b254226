"""Is a policy file valid, and if not, what would be right?"""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterable, Iterator
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from policies.config import Policies, PolicyFile, commit_of, folded
from policies.policy import all_policies
from policies.yaml_lines import Document, Path, Unreadable, read_document

MOST_MISTAKES = 20  # as many as a person reads at once


class InvalidPolicy(ValueError):
    """The file cannot be used. The message has one line per mistake: file, line, what is wrong, what would be right."""


def load_policies(text: str, name: str) -> Policies:
    """Validate the text of a policy file. `name` is what messages call it. Raises InvalidPolicy."""
    try:
        document = read_document(text)
    except Unreadable as error:
        raise InvalidPolicy(f"{name} line {error.line}: {error}") from None
    try:
        file = PolicyFile.model_validate(document.data)
    except ValidationError as error:
        raise InvalidPolicy(_lines(name, document, _shape_mistakes(error))) from None
    if mistakes := list(_wrong_references(file)):
        raise InvalidPolicy(_lines(name, document, mistakes))
    return Policies(file=file, commit=commit_of(text))


def _lines(name: str, document: Document, mistakes: Iterable[tuple[Path, str]]) -> str:
    located = sorted((document.line_of(path), f"{_dotted(path)}{message}") for path, message in mistakes)
    told = [f"{name} line {line}: {message}" for line, message in located[:MOST_MISTAKES]]
    more = len(located) - len(told)
    return "\n".join([*told, *([f"{name}: and {more} more mistakes"] if more else [])])


def _shape_mistakes(error: ValidationError) -> Iterator[tuple[Path, str]]:
    for mistake in error.errors(include_url=False):
        path: Path = mistake["loc"]
        if mistake["type"] == "extra_forbidden":
            yield path, f"there is no such key{_nearest(str(path[-1]), _keys_at(path[:-1]))}"
        else:
            yield path, mistake["msg"].removeprefix("Value error, ")


def _wrong_references(file: PolicyFile) -> Iterator[tuple[Path, str]]:
    for tool_name, tool in file.tools.items():
        for index, tenure in enumerate(tool.report_owner):
            if tenure.owner not in file.report_owners:
                path: Path = ("tools", tool_name, "report_owner", index, "owner")
                yield path, f'is "{tenure.owner}"{_nearest(tenure.owner, file.report_owners)}'
    known = [policy.name for policy in all_policies()]
    for policy in file.policies:
        if policy not in known:
            yield ("policies", policy), f'there is no policy "{policy}"{_nearest(policy, known)}'
    for index, exemption in enumerate(file.exemptions):
        if exemption.policy not in known:
            yield ("exemptions", index, "policy"), f'is "{exemption.policy}"{_nearest(exemption.policy, known)}'
    for kind, names in (("report_owners", file.report_owners), ("tools", file.tools)):
        for name in names:
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
                yield (kind, name), "a name has letters, digits, dots, hyphens and underscores only, and at most 64"
    yield from _ids_of_nothing(file)
    yield from _shared(file)
    yield from _second_sentinels(file)


def _ids_of_nothing(file: PolicyFile) -> Iterator[tuple[Path, str]]:
    """An id beside a name that nothing mentions is a slip of the pen, and would go unnoticed."""
    named = file.repositories()
    for repo in file.repository_ids:
        if repo not in named:
            yield ("repository_ids", str(repo)), f"nothing names this repository{_nearest(str(repo), map(str, named))}"


def _shared(file: PolicyFile) -> Iterator[tuple[Path, str]]:
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


def _second_sentinels(file: PolicyFile) -> Iterator[tuple[Path, str]]:
    accounts = [sentinel.repo.owner.lower() for sentinel in file.sentinels]
    for index, account in enumerate(accounts):
        if account in accounts[:index]:
            yield ("sentinels", index), f"{account} has a sentinel already; keep one for each account"


def _nearest(word: str, valid: Iterable[str]) -> str:
    choices = list(valid)
    if close := difflib.get_close_matches(word, choices, n=1, cutoff=0.5):
        return f'; did you mean "{close[0]}"?'
    return f"; there is {', '.join(choices)}" if choices else ""


def _dotted(path: Path) -> str:
    return f"{'.'.join(str(part) for part in path)}: " if path else ""


def _keys_at(path: Path) -> list[str]:
    """The keys that are valid at a place in the file."""
    place: Any = PolicyFile
    for part in path:
        place = _inside(place, str(part))
    return list(_fields(place))


def _inside(place: Any, part: str) -> Any:
    """The type of what stands under `part` in a model, a mapping or a list."""
    if fields := _fields(place):
        return fields.get(part)
    arguments = [argument for argument in get_args(place) if argument is not Ellipsis]
    return arguments[-1] if arguments else None


def _fields(place: Any) -> dict[str, Any]:
    if get_origin(place) in {Union, types.UnionType}:
        place = get_args(place)[0]
    if not (isinstance(place, type) and issubclass(place, BaseModel)):
        return {}
    return {field.alias or name: field.annotation for name, field in place.model_fields.items()}
