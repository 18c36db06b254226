"""Does GitHub show what was sent?"""

from __future__ import annotations

from app.domain.actions import MirrorFields
from app.domain.facts import Advisory
from app.domain.ids import Person
from app.domain.mirrors import Mirror
from app.github.errors import Ambiguous


def what_differs(shown: Mirror | Advisory, sent: MirrorFields) -> tuple[str, ...]:
    """The fields in which it says something else."""
    is_shown = {
        "summary": sent.summary in {None, shown.summary},
        "description": sent.description is None or _lines(sent.description) == _lines(shown.description),
        "severity": sent.severity in {None, shown.severity} and sent.cvss_vector in {None, shown.cvss_vector},
        "cve": sent.cve_id in {None, shown.cve_id},
        "cwes": sent.cwe_ids is None or set(sent.cwe_ids) == set(shown.cwe_ids),
        "vulnerabilities": sent.vulnerabilities is None or set(sent.vulnerabilities) == set(shown.vulnerabilities),
        "a cleared CVE": not sent.clears_cve or shown.cve_id is None,
        "a cleared CVSS": not sent.clears_cvss or shown.cvss_vector is None,
    }
    return tuple(field for field, is_so in is_shown.items() if not is_so)


def unlike(shown: Mirror | Advisory, sent: MirrorFields) -> str | None:
    """Which of the fields that were sent does GitHub not show?"""
    differs = what_differs(shown, sent)
    return f"GitHub accepted the change and does not show it: {', '.join(differs)}" if differs else None


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.replace("\r\n", "\n").rstrip().split("\n")]


def shown_people(written: Mirror | Advisory) -> tuple[Person, ...]:
    """Who reads what was written. Raises Ambiguous where GitHub does not say: it was sent, and nobody is missing."""
    if written.hides_people:
        raise Ambiguous("it was sent, and GitHub does not say who reads it")
    return written.people


def absent(listed: tuple[Person, ...], wanted: tuple[Person, ...]) -> str | None:
    """Who was added and is not listed? None where everybody is."""
    inside = {person.id for person in listed}
    missing = [person.login for person in wanted if person.id not in inside]
    return f"GitHub accepted the change and does not list {', '.join(missing)}" if missing else None
