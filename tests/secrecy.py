"""Did anything under embargo get out?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from app.sandbox.pypa import CASES, PRIVATE_CASES
from policies.policy import all_policies
from tests.fake_github import FakeGitHub
from tests.places import place_in, rows

_OF_ADVISORIES = re.compile(
    "|".join([r"\bcases?[ /]\d", *(re.escape(policy.name) for policy in all_policies() if policy.about_advisories)])
)


def leaks(github: FakeGitHub, folder: Path, *outputs: str) -> list[str]:
    """Where a text or an unpublished id turned up outside GitHub. Files may hold ids, and no text; notices neither."""
    return [*_in_files(github, folder), *_in_outputs(github, (*outputs, *_notices(folder)))]


def whose(github: FakeGitHub, *logs: str) -> list[str]:
    """Lines that name a project's repository beside a case or a policy about advisories: whose they are is embargoed.

    The coordination repository may be named: everybody knows that it is there, and that cases are in it.
    """
    everywhere = {repository.full_name.lower() for repository in github.world.repositories.values()}
    names = everywhere - {CASES, PRIVATE_CASES}
    lines = [line for log in logs for line in log.splitlines() if _OF_ADVISORIES.search(line)]
    lines = [line for line in lines if "policy.invalid" not in line]  # mistakes list all policies, and name examples
    return [line for line in lines if any(name in line.lower() for name in names)]


def _in_files(github: FakeGitHub, folder: Path) -> Iterator[str]:
    secrets = github.canaries | set(github.world.user_tokens)
    contents = [(path.name, path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    for name, content in [*contents, *(("the database", each) for each in place_in(folder).elsewhere())]:
        yield from (f"{secret[:24]} in {name}" for secret in secrets if secret.encode() in content)


def _in_outputs(github: FakeGitHub, outputs: tuple[str, ...]) -> Iterator[str]:
    unpublished = [
        advisory
        for repository in github.world.repositories.values()
        for advisory in repository.advisories.values()
        if advisory.state not in {"published", "withdrawn"}
    ]
    ids = {each.ghsa for each in unpublished}
    ids |= {each.cve_id for each in unpublished if each.cve_id and each.cve_id not in github.world.public_cves}
    secrets = github.canaries | ids | {github.webhook_secret, "PRIVATE KEY", "ghs_", "ghu_", "ghr_"}
    yield from (f"{secret[:24]} in the output" for secret in secrets for output in outputs if secret in output)


def _notices(folder: Path) -> list[str]:
    """What people were told in this story: it may be sent anywhere."""
    place = place_in(folder)
    queries = ("SELECT kind, about, text FROM notices", "SELECT text FROM digests")
    return [" ".join(row) for query in queries for row in rows(place, query)] if place.exists() else []
