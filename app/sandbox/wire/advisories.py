"""How does GitHub write an advisory?"""

from __future__ import annotations

from app.sandbox.state.advisories import Advisory, Credit, Vulnerability
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World
from app.sandbox.wire.accounts import simple_user, team
from app.sandbox.wire.primitives import Json, stamp, stamp_or_none
from app.sandbox.wire.repositories import api_url, web_url

# MITRE: "Common Weakness Enumeration", those that advisories of packaging tools name.
_WEAKNESSES = {
    "CWE-20": "Improper Input Validation",
    "CWE-22": "Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')",
    "CWE-59": "Improper Link Resolution Before File Access ('Link Following')",
    "CWE-78": "Improper Neutralization of Special Elements used in an OS Command ('OS Command Injection')",
    "CWE-94": "Improper Control of Generation of Code ('Code Injection')",
    "CWE-436": "Interpretation Conflict",
    "CWE-1333": "Inefficient Regular Expression Complexity",
}


def advisory(world: World, repo: Repository, this: Advisory, *, shows_teams: bool) -> Json:
    """An advisory as a reader gets it. Without *Members: read* the teams look like none at all."""
    teams = this.collaborating_teams if shows_teams else []
    return (
        _identity(world, repo, this)
        | _rating(this)
        | {
            "summary": this.summary,
            "description": this.description,
            "author": simple_user(world, world.users[this.author]),
            "publisher": simple_user(world, world.users[this.publisher]) if this.publisher else None,
            "state": this.state,
            "created_at": stamp(this.created_at),
            "updated_at": stamp(this.updated_at),
            "published_at": stamp_or_none(this.published_at),
            "closed_at": stamp_or_none(this.closed_at),
            "withdrawn_at": None,
            "submission": {"accepted": this.accepted} if this.reported else None,
            "vulnerabilities": [vulnerability(each) for each in this.vulnerabilities],
            "cwe_ids": list(this.cwe_ids),
            "cwes": [{"cwe_id": cwe, "name": _WEAKNESSES.get(cwe, cwe)} for cwe in this.cwe_ids],
            "credits": [{"login": world.users[each.user].login, "type": each.type} for each in this.credits],
            "credits_detailed": [_credit(world, each) for each in this.credits],
            "collaborating_users": [simple_user(world, world.users[id_]) for id_ in this.collaborating_users],
            "collaborating_teams": [team(world, repo.owner, repo.owner.teams[slug]) for slug in teams],
            "private_fork": None,
        }
    )


def published(world: World, repo: Repository, this: Advisory) -> Json:
    """A published advisory as everybody gets it: who worked on it is not told."""
    told = advisory(world, repo, this, shows_teams=False)
    return told | {"collaborating_users": None, "collaborating_teams": None}


def _identity(world: World, repo: Repository, this: Advisory) -> Json:
    identifiers = [{"type": "GHSA", "value": this.ghsa}]
    if this.cve_id:
        identifiers.append({"type": "CVE", "value": this.cve_id})
    url = f"{api_url(world, repo)}/security-advisories/{this.ghsa}"
    return {
        "ghsa_id": this.ghsa,
        "cve_id": this.cve_id,
        "url": url,
        "html_url": f"{web_url(world, repo)}/security/advisories/{this.ghsa}",
        "identifiers": identifiers,
    } | _discussion(world, this, url)


def _discussion(world: World, this: Advisory, url: str) -> Json:
    """GitHub: "Repository security advisory comments API in public preview"; nobody comments on a published one."""
    if world.no_advisory_comments:
        return {}
    return {"comments": len(this.comments), "comments_url": f"{url}/comments" if this.is_unpublished else None}


def _rating(this: Advisory) -> Json:
    scores = this.scores
    v3 = {"vector_string": scores.v3_vector, "score": scores.v3_score}
    v4 = {"vector_string": scores.v4_vector, "score": None}
    return {
        "severity": this.severity,
        "cvss": v4 if scores.v4_vector else v3,
        "cvss_severities": {"cvss_v3": v3, "cvss_v4": v4},
    }


def vulnerability(this: Vulnerability) -> Json:
    return {
        "package": {"ecosystem": this.ecosystem, "name": this.package},
        "vulnerable_version_range": this.vulnerable_version_range,
        "patched_versions": this.patched_versions,
        "vulnerable_functions": list(this.vulnerable_functions or []),
    }


def _credit(world: World, this: Credit) -> Json:
    return {"user": simple_user(world, world.users[this.user]), "type": this.type, "state": this.state}
