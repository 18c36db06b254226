"""Does everything that a policy file refers to exist in it, and does nothing in it contradict itself?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.config import PolicyFile, folded
from policies.nearest import nearest
from policies.policy import all_policies
from policies.yaml_lines import Path


def wrong_references(file: PolicyFile) -> Iterator[tuple[Path, str]]:
    """What only the whole file can tell: where, and what is wrong."""
    for tool_name, tool in file.tools.items():
        for index, tenure in enumerate(tool.report_owner):
            if tenure.owner not in file.report_owners:
                path: Path = ("tools", tool_name, "report_owner", index, "owner")
                yield path, f'is "{tenure.owner}"{nearest(tenure.owner, file.report_owners)}'
    known = [policy.name for policy in all_policies()]
    for policy in file.policies:
        if policy not in known:
            yield ("policies", policy), f'there is no policy "{policy}"{nearest(policy, known)}'
    for index, exemption in enumerate(file.exemptions):
        if exemption.policy not in known:
            yield ("exemptions", index, "policy"), f'is "{exemption.policy}"{nearest(exemption.policy, known)}'
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
            yield ("repository_ids", str(repo)), f"nothing names this repository{nearest(str(repo), map(str, named))}"


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
