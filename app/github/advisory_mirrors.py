"""How are mirrors kept as draft advisories?

Drafts are private, also in a public repository, and each names its own readers. GitHub: "About repository security
advisories".
"""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from app.domain.actions import MirrorFields
from app.domain.facts import Advisory, CannotTell, Fact, Vulnerability
from app.domain.ids import Ghsa, MirrorId, RepoName
from app.domain.mirrors import Mirror, state_as_mirror
from app.github import parse, routes
from app.github.asking import Asking
from app.github.errors import Held
from app.github.routes import Call

Body = dict[str, Any]
_NEWEST = {"sort": "updated", "direction": "desc", "per_page": "100"}
_LISTED = ("draft", "closed")


class AdvisoryMirrors:
    """The store `advisory`."""

    writes_with = "repository_advisories"

    async def every(self, repo: RepoName, asking: Asking) -> Fact[tuple[Mirror, ...]]:
        calls = tuple(routes.ADVISORIES.of(repo, query={**_NEWEST, "state": state}) for state in _LISTED)
        reply = await asking.get_as_writer(calls, repo)
        if isinstance(reply, CannotTell):
            return reply
        return asking.facts(reply, partial(_mirrors, sees_teams=reply.sees_teams))

    async def one(self, repo: RepoName, mirror: MirrorId, asking: Asking) -> Fact[Mirror]:
        call = routes.ADVISORY.of(repo, ghsa_id=mirror)
        reply = await asking.get(call, repo)
        if isinstance(reply, CannotTell) or not reply.pages[0].ok:
            # A draft that is shown is shown. Where it is not, that may be because this token only reads.
            reply = await asking.get_as_writer((call,), repo)
        if isinstance(reply, CannotTell):
            return reply
        return asking.fact(reply, partial(_mirror, sees_teams=reply.sees_teams))

    def opening(self, repo: RepoName, fields: MirrorFields) -> Call:
        if fields.summary is None or fields.description is None or not fields.vulnerabilities:
            raise Held("GitHub opens an advisory only with a summary, a description and an affected package")
        return routes.CREATE_ADVISORY.of(repo, body=_body(fields))

    def created(self, answer: Any) -> Ghsa:
        return parse.created_advisory(answer)

    def updating(self, repo: RepoName, mirror: MirrorId, fields: MirrorFields) -> tuple[Call, ...]:
        body = _body(fields)
        return (routes.UPDATE_ADVISORY.of(repo, ghsa_id=mirror, body=body),) if body else ()

    def closing(self, repo: RepoName, mirror: MirrorId) -> Call:
        return routes.UPDATE_ADVISORY.of(repo, ghsa_id=mirror, body=_state("closed"))


def _mirrors(json: Any, *, sees_teams: bool) -> tuple[Mirror, ...]:
    return tuple(_of(advisory) for advisory in parse.advisories(json, sees_teams=sees_teams))


def _mirror(json: Any, *, sees_teams: bool) -> Mirror:
    return _of(parse.advisory(json, sees_teams=sees_teams))


def _of(advisory: Advisory) -> Mirror:
    """Only people who administer the repository open advisories in it, so whose it is does not matter."""
    return Mirror(
        repo=advisory.repo,
        id=advisory.ghsa,
        state=state_as_mirror(advisory.state),
        summary=advisory.summary,
        description=advisory.description,
        severity=advisory.severity,
        cvss_vector=advisory.cvss_vector,
        cve_id=advisory.cve_id,
        cwe_ids=advisory.cwe_ids,
        vulnerabilities=advisory.vulnerabilities,
        people=advisory.people,
        hides_people=advisory.hides_people,
        teams=advisory.teams,
        comments=advisory.comments,
        created_at=advisory.created_at,
        updated_at=advisory.updated_at,
    )


def _state(state: Literal["draft", "closed"]) -> Body:
    """The one place where the state of an advisory is written, and `published` is not of its type."""
    return {"state": state}


def _body(fields: MirrorFields) -> Body:
    """What to send. GitHub takes a severity or a CVSS vector, never both in one request."""
    body: Body = {}
    if fields.summary is not None:
        body["summary"] = fields.summary
    if fields.description is not None:
        body["description"] = fields.description
    if fields.cve_id is not None or fields.clears_cve:
        body["cve_id"] = fields.cve_id
    if fields.cwe_ids is not None:
        body["cwe_ids"] = list(fields.cwe_ids)
    if fields.vulnerabilities is not None:
        body["vulnerabilities"] = [_vulnerability(item) for item in fields.vulnerabilities]
    if fields.cvss_vector is not None or fields.clears_cvss:
        body["cvss_vector_string"] = fields.cvss_vector
    elif fields.severity is not None:
        body["severity"] = fields.severity
    return body


def _vulnerability(item: Vulnerability) -> Body:
    return {
        "package": {"ecosystem": item.ecosystem, "name": item.package or None},
        "vulnerable_version_range": item.vulnerable_version_range,
        "patched_versions": item.patched_versions,
        "vulnerable_functions": list(item.vulnerable_functions),
    }
