"""Is every text of an advisory one that stories look for outside GitHub?"""

from __future__ import annotations

import pytest

from tests.fake_github import FakeGitHub
from tests.secrecy import leaks


@pytest.mark.parametrize("verb", ["report", "draft"])
def test_every_text_of_an_advisory_is_looked_for(github: FakeGitHub, verb: str) -> None:
    """Also after its packages were edited. Names of packages that policy knows may be told."""
    advisory = getattr(github.repo("pypa/pip"), verb)("Path traversal", affects=["pip"])
    for _ in range(2):
        [affected] = advisory.vulnerabilities
        thanked = [github.world.users[each.user].login for each in advisory.credits]
        texts = [advisory.summary, advisory.description, affected.vulnerable_version_range, affected.patched_versions]
        for text in (*texts, *affected.vulnerable_functions, *thanked):
            assert any(canary in text for canary in github.canaries), text
        advisory.edit(affects=["pip"])


def test_what_people_type_is_looked_for_as_well(github: FakeGitHub) -> None:
    """Texts that are long enough to occur nowhere else by chance."""
    advisory = github.repo("pypa/pip").draft("Path traversal")
    advisory.edit(
        vulnerabilities=[
            {
                "package": {"ecosystem": "pip", "name": "pip"},
                "vulnerable_version_range": "< 26.4 with --no-deps",
                "patched_versions": "26.4, of which nobody knows",
                "vulnerable_functions": ["pip._internal.secret"],
            }
        ]
    )

    assert {"< 26.4 with --no-deps", "26.4, of which nobody knows", "pip._internal.secret"} <= github.canaries


def test_a_cve_id_of_an_unpublished_advisory_is_looked_for_until_it_is_public(
    github: FakeGitHub, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """That there is one tells that something is coming."""
    folder = tmp_path_factory.mktemp("empty")
    advisory = github.repo("pypa/pip").draft("Path traversal", cve_id="CVE-2026-12345")
    assert leaks(github, folder, "it is CVE-2026-12345") == ["CVE-2026-12345 in the output"]

    advisory.publish()

    assert leaks(github, folder, "it is CVE-2026-12345") == []
