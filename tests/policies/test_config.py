"""What does the policy file say of a time, a repository, a package?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.domain.ids import Ghsa, RepoName
from policies.config import commit_of
from tests.builders import NOW, PIP, WHEEL, affects, rules

OWNERS = """\
version: 1
report_owners: {psrt: {takes_reports: email}, maintainers: {takes_reports: github}}
tools:
  pip:
    repositories: [pypa/pip, pypa/get-pip]
    packages: ["pip:pip"]
    report_owner: [{from: 2027-01-01, owner: maintainers}, {from: 2024-01-01, owner: psrt}]
  readme_renderer: {repositories: [pypa/readme_renderer], packages: ["pip:readme-renderer"]}
  warehouse: {packages: ["other:warehouse", "other:PyPI"]}
"""
MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def owner(repo: str, now: datetime) -> str | None:
    found = rules(OWNERS).report_owner_of(RepoName.parse(repo), now)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("now", "who"),
    [
        (datetime(2024, 1, 1, tzinfo=UTC) - MOMENT, None),
        (datetime(2024, 1, 1, tzinfo=UTC), "psrt"),
        (MIDNIGHT - MOMENT, "psrt"),
        (MIDNIGHT, "maintainers"),
        (MIDNIGHT.astimezone(timezone(timedelta(hours=-8))), "maintainers"),
        ((MIDNIGHT - MOMENT).astimezone(timezone(timedelta(hours=8))), "psrt"),
        (datetime(2400, 2, 29, tzinfo=UTC), "maintainers"),
    ],
)
def test_the_owner_is_the_latest_that_has_begun_whatever_the_order_in_the_file(now: datetime, who: str | None) -> None:
    """Days are days in UTC, so that nobody has to ask whose midnight was meant."""
    assert owner("pypa/pip", now) == who


def test_repositories_compare_as_github_compares_them() -> None:
    """GitHub ignores case in names, so `PyPA/Get-Pip` is pip's as well."""
    assert owner("PyPA/Get-Pip", NOW) == "psrt"
    assert rules(OWNERS).tool_of(RepoName("PYPA", "PIP")) == "pip"


def test_a_repository_of_nobody_has_no_owner() -> None:
    """Undeclared means unmanaged, never a default."""
    assert owner("pypa/pipx", NOW) is None
    assert owner("pypa/readme_renderer", NOW) is None
    assert rules(OWNERS).tool_of(RepoName("pypa", "pipx")) is None


@pytest.mark.parametrize(
    ("packages", "tools"),
    [
        ((), set()),
        (("pip",), {"pip"}),
        (("PIP",), {"pip"}),
        (("readme_renderer",), {"readme_renderer"}),
        (("Readme.-_Renderer",), {"readme_renderer"}),
        (("other:pypi",), {"warehouse"}),
        (("rust:pip",), set()),
        (("npm:warehouse",), set()),
        (("pip-audit", "pipx"), set()),
        (("pip", "readme-renderer", "other:warehouse", "numpy"), {"pip", "readme_renderer", "warehouse"}),
    ],
)
def test_packages_compare_by_pep_503(packages: tuple[str, ...], tools: set[str]) -> None:
    """PyPI takes `Readme_Renderer` and `readme-renderer` for the same project; another ecosystem is another package."""
    assert rules(OWNERS).tools_named(affects(*packages)) == tools


EXEMPT = """\
version: 1
exemptions:
  - {policy: private-reporting, repository: pypa/pip, owner: "alice:1", reason: moving, until: 2026-12-31}
"""
LAST_MOMENT = MIDNIGHT - MOMENT


@pytest.mark.parametrize(
    ("policy", "repo", "now", "holds"),
    [
        ("private-reporting", PIP, NOW, True),
        ("private-reporting", RepoName("PyPA", "PIP"), NOW, True),
        ("private-reporting", WHEEL, NOW, False),
        ("private-reporting", RepoName("pypa", "pip2"), NOW, False),
        ("coordination-private", PIP, NOW, False),
        ("private-reporting", PIP, LAST_MOMENT, True),
        ("private-reporting", PIP, MIDNIGHT, False),
        ("private-reporting", PIP, LAST_MOMENT.astimezone(timezone(timedelta(hours=14))), True),
        ("private-reporting", PIP, MIDNIGHT.astimezone(timezone(timedelta(hours=-12))), False),
    ],
)
def test_an_exemption_covers_one_policy_of_one_repository_until_its_day_is_over(
    policy: str, repo: RepoName, now: datetime, *, holds: bool
) -> None:
    """It ends with its last day in UTC, and nothing else rides along."""
    assert (rules(EXEMPT).exemption(policy, repo, now) is not None) == holds


def test_a_policy_that_the_file_does_not_mention_observes() -> None:
    """Enforcement is something that people wrote down."""
    file = rules("version: 1\npolicies: {private-reporting: {mode: enforce}, coordination-private: {}}")

    assert file.mode_of("private-reporting") == "enforce"
    assert file.mode_of("coordination-private") == "observe"
    assert rules("version: 1").mode_of("private-reporting") == "observe"


def test_a_sentinel_is_that_of_its_account() -> None:
    """GitHub ignores case in the names of accounts. Where people made none there is none."""
    file = rules("version: 1\nsentinels: [PyPA/wheel/GHSA-2222-3333-4444, astral-sh/uv/GHSA-2222-3333-5555]")

    assert file.sentinel_of("pypa") == file.sentinels[0]
    assert file.sentinel_of("astral-sh") == file.sentinels[1]
    assert file.sentinel_of("conda") is None
    assert file.is_sentinel(Ghsa("GHSA-2222-3333-5555"))
    assert not file.is_sentinel(Ghsa("GHSA-2222-3333-6666"))


def test_what_is_not_written_is_the_safe_choice() -> None:
    """Nobody is named, nothing is enforced, no mirror is kept."""
    file = rules("version: 1")

    assert file.coordination is None
    assert (file.coordinators.users, file.coordinators.teams, file.tools, file.exemptions) == ((), (), {}, ())
    assert rules("version: 1\ncoordination: {repository: a/b}").coordination.mode == "observe"  # type: ignore[union-attr]


def test_every_version_of_a_file_has_its_own_name() -> None:
    """An approval says under which rules it was given."""
    assert commit_of("version: 1") == commit_of("version: 1")
    assert commit_of("version: 1") != commit_of("version: 1\n")
    assert commit_of("version: 1").startswith("sha256:")
