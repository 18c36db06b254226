from __future__ import annotations

from typing import Any

import pytest

from app.domain.facts import Vulnerability
from app.exports.osv import osv, untold
from tests.exports.matters import answer, line, of_pip, of_uv, told
from tests.exports.validity import mistakes

CANNOT_READ = "GHSA-2222-3333-4444: the range of versions of pip:pip cannot be read, so it is told as it is written"


def record(*lines: Vulnerability, **said: Any) -> dict[str, Any]:
    [made] = osv(told(answer("pip", "fixed"), advisories=(of_pip(vulnerabilities=lines, **said),)))
    assert mistakes("osv", made) == []
    return made


def events(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"ranges": [{"type": "ECOSYSTEM", "events": [{name: version} for name, version in pairs]}]}


@pytest.mark.parametrize(
    ("versions", "patched", "said"),
    [
        ("< 26.1", "26.1", events(("introduced", "0"), ("fixed", "26.1"))),
        ("< 26.1", None, events(("introduced", "0"), ("fixed", "26.1"))),
        (">= 20.0, < 26.1", "26.1.1", events(("introduced", "20.0"), ("fixed", "26.1"))),
        ("<= 26.0", None, events(("introduced", "0"), ("last_affected", "26.0"))),
        ("<= 26.0", "26.1", events(("introduced", "0"), ("fixed", "26.1"))),
        ("<= 26.0", "26.1, 25.3.2", events(("introduced", "0"), ("last_affected", "26.0"))),
        ("<= 26.0", "soon", events(("introduced", "0"), ("last_affected", "26.0"))),
        (">= 20.0", "26.1", events(("introduced", "20.0"), ("fixed", "26.1"))),
        (">= 20.0", "26.1, 25.3.2", events(("introduced", "20.0"))),
        ("= 26.0", "26.1", {"versions": ["26.0"]}),
        ("> 20.0", "26.1", {}),
        ("", "26.1", {}),
        (None, None, {}),
    ],
)
def test_ranges_are_what_the_advisory_says_and_no_more(
    versions: str | None, patched: str | None, said: dict[str, Any]
) -> None:
    """OSV takes one end of a range; where several are fixed, none of them ends it for all."""
    [affected] = record(line("pip", versions, patched))["affected"]
    assert {name: affected[name] for name in ("ranges", "versions") if name in affected} == said
    assert affected["package"] == {"ecosystem": "PyPI", "name": "pip", "purl": "pkg:pypi/pip"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((line("pip", "< 26.1", "26.1"),), []),
        ((line("pip", "anything before 26.1", "26.1"),), [CANNOT_READ]),
        ((line("pip", None, "26.1"),), [CANNOT_READ]),
        (
            (line("pip", "< 26.1", "soon"),),
            ["GHSA-2222-3333-4444: the fixed versions of pip:pip cannot be read, so they are told as written"],
        ),
        ((line("other:warehouse"),), ["GHSA-2222-3333-4444: OSV has no words for other:warehouse, so it is left out"]),
        ((line("conda:conda"),), ["GHSA-2222-3333-4444: OSV has no words for conda:conda, so it is left out"]),
        (
            (Vulnerability(ecosystem="pip", package=""),),
            ["GHSA-2222-3333-4444: OSV has no words for pip:a package without a name, so it is left out"],
        ),
    ],
)
def test_what_cannot_be_read_is_said_and_told_as_it_is_written(
    lines: tuple[Vulnerability, ...], said: list[str]
) -> None:
    """A guess would be believed."""
    matter = told(answer("pip", "fixed"), advisories=(of_pip(vulnerabilities=lines),))
    assert list(untold(matter)) == said
    for affected in osv(matter)[0]["affected"]:
        [written] = [each for each in lines if each.package]
        assert affected["database_specific"].get("vulnerable_version_range") == written.vulnerable_version_range
        assert affected["database_specific"].get("patched_versions") == written.patched_versions


def test_a_vector_that_is_not_whole_is_left_out_and_said() -> None:
    """Readers of OSV refuse a record for it."""
    matter = told(answer("pip", "fixed"), advisories=(of_pip(cvss_vector="CVSS:3.1/AV:N"),))
    assert list(untold(matter)) == ["GHSA-2222-3333-4444: its CVSS vector is not whole, so it is left out"]
    assert "severity" not in osv(matter)[0]


def test_advisories_with_one_cve_id_are_aliases_and_others_are_related() -> None:
    """Aliases are the same vulnerability; the same bug in another tool is a related one."""
    both = (of_pip(), of_uv(cve_id="CVE-2026-1000"))
    pip, uv = osv(told(answer("pip", "fixed"), advisories=both))
    assert pip["aliases"] == ["CVE-2026-1000", uv["id"]]
    assert "related" not in pip

    pip, uv = osv(told(answer("pip", "fixed"), advisories=(of_pip(cve_id=None), of_uv(cve_id=None))))
    assert (pip["related"], uv["related"]) == ([uv["id"]], [pip["id"]])
    assert "aliases" not in pip


def test_credits_are_those_that_were_accepted() -> None:
    """By their GitHub login, and in OSV's words; one that OSV does not know is another."""
    made = record(line("pip", "< 26.1"), credits=(("declined", "finder"),), credited=(("a", "tool"), ("b", "new-kind")))
    assert [(each["name"], each["type"]) for each in made["credits"]] == [("a", "TOOL"), ("b", "OTHER")]
    assert "credits" not in record(line("pip", "< 26.1"), credits=(("declined", "finder"),), credited=())
