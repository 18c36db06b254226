"""Boring cases of which something may leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.domain.cases import CaseEvent, Justification, Participant, Status, StoredCase
from app.domain.facts import Advisory, Vulnerability
from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.exports.matter import Linked, Matter, Publisher, linked, matter
from app.exports.packages import Package
from tests.builders import NOW, PIP, advisory, case, rules

PUBLISHER = Publisher(name="packaging-security", web="https://github.example")
UV = RepoName("astral-sh", "uv")
OF_PIP, OF_UV = Ghsa("GHSA-2222-3333-4444"), Ghsa("GHSA-5555-6666-7777")
POLICY = """\
version: 1
coordination: {repository: packaging-security/cases}
tools:
  pip: {repositories: [pypa/pip], packages: ["pip:pip"]}
  uv: {repositories: [astral-sh/uv], packages: ["pip:uv", "rust:uv"]}
  pipenv: {repositories: [pypa/pipenv], packages: ["pip:pipenv"]}
  virtualenv: {repositories: [pypa/virtualenv], packages: ["pip:virtualenv"]}
  conda: {repositories: [conda/conda], packages: ["conda:conda"]}
  pypi: {repositories: [pypi/warehouse], packages: ["other:warehouse"]}
  build: {repositories: [pypa/build]}
"""


def days(number: float) -> timedelta:
    return timedelta(days=number)


def line(package: str, versions: str | None = None, patched: str | None = None) -> Vulnerability:
    """`pip` or `rust:uv`."""
    ecosystem, _, name = package.rpartition(":")
    return Vulnerability(
        ecosystem=ecosystem or "pip", package=name, vulnerable_version_range=versions, patched_versions=patched
    )


def of_pip(**said: Any) -> Advisory:
    """The advisory of pip, published a week after the case was opened."""
    boring: dict[str, Any] = {
        "repo": PIP,
        "ghsa": OF_PIP,
        "state": "published",
        "summary": "Entry points escape the scheme",
        "description": "A wheel can write a script anywhere.",
        "cve_id": "CVE-2026-1000",
        "cvss_vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H",
        "cwe_ids": ("CWE-22",),
        "vulnerabilities": (line("pip", ">= 20.0, < 26.1", "26.1"),),
        "credited": (("finder-1", "finder"),),
        "created_at": NOW,
        "updated_at": NOW + days(8),
        "published_at": NOW + days(7),
    }
    return advisory(**(boring | said))


def of_uv(**said: Any) -> Advisory:
    """uv's, with a CVE id of its own, published a day before pip's."""
    boring = {
        "repo": UV,
        "ghsa": OF_UV,
        "summary": "uv: entry points escape",
        "cve_id": "CVE-2026-1001",
        "vulnerabilities": (line("pip:uv", "< 0.9.1", "0.9.1"), line("rust:uv", "< 0.9.1", "0.9.1")),
        "credited": (),
        "published_at": NOW + days(6),
    }
    return of_pip(**(boring | said))


def answer(tool: str, status: Status, justification: Justification | None = None) -> Participant:
    """Given a day after the case was opened, unless it is none."""
    at = None if status == "unknown" else NOW + days(1)
    return Participant(
        tool=tool, why="named in the advisory", status=status, justification=justification, answered_at=at
    )


def answered(tool: str, status: str, *, after: float = 1) -> CaseEvent:
    return CaseEvent(at=NOW + days(after), what="answered", tool=tool, detail=status, by="somebody-of-it:7")


def told(
    *participants: Participant,
    advisories: tuple[Advisory, ...] = (),
    events: tuple[CaseEvent, ...] = (),
    copies: dict[str, tuple[Package, ...]] | None = None,
    with_ids: bool = False,
    **said: Any,
) -> Matter:
    """What may be told of a case: of one about pip's advisory, unless a test says otherwise."""
    found: tuple[Linked, ...] = tuple(linked(each) for each in advisories or (of_pip(),))
    return matter(
        stored(*participants, links=tuple(AdvisoryKey(each.repo, each.ghsa) for each in found), **said),
        events,
        found,
        rules=rules(POLICY),
        copies=copies or {},
        publisher=PUBLISHER,
        is_public=said.get("disclosed_at") is not None or all(each.is_public for each in found),
        with_ids=with_ids,
    )


def stored(*participants: Participant, **said: Any) -> StoredCase:
    return case(number=12, participants=participants, **said)


def cluster(**said: Any) -> Matter:
    """Every answer there is, about two advisories."""
    return told(
        answer("build", "acknowledged"),
        answer("conda", "unknown"),
        answer("pip", "fixed"),
        answer("pipenv", "not-affected", "vulnerable_code_not_in_execute_path"),
        answer("pypi", "mitigated"),
        answer("uv", "fixed"),
        answer("virtualenv", "embedded"),
        advisories=(of_pip(), of_uv()),
        events=(
            CaseEvent(at=NOW, what="opened"),
            CaseEvent(at=NOW + days(0.5), what="invited", tool="virtualenv", by="carol"),
            answered("pipenv", "not-affected (vulnerable_code_not_in_execute_path)", after=2),
            answered("uv", "fixed", after=3),
            answered("pip", "affected", after=1),
            answered("pip", "fixed", after=6.5),
        ),
        copies={"virtualenv": (Package(ecosystem="pip", name="pip"),)},
        embargo_until=NOW + days(7),
        **said,
    )
