"""How does GitHub write an entry of its global advisory database?"""

from __future__ import annotations

from datetime import datetime

from app.sandbox.state.advisories import Advisory
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World
from app.sandbox.wire.advisories import vulnerability
from app.sandbox.wire.primitives import Json, stamp
from app.sandbox.wire.repositories import api_url, web_url


def reviewed(world: World, repo: Repository, this: Advisory, at: datetime) -> Json:
    """What was published in a repository, once GitHub has reviewed it."""
    return _entry(world, this.ghsa, this.cve_id, at) | {
        "repository_advisory_url": f"{api_url(world, repo)}/security-advisories/{this.ghsa}",
        "source_code_location": web_url(world, repo),
        "summary": this.summary,
        "description": this.description,
        "type": "reviewed",
        "severity": this.severity or "unknown",
        "github_reviewed_at": stamp(at),
        "vulnerabilities": [_affected(vulnerability(each)) for each in this.vulnerabilities],
        "cwes": [],
    }


def unreviewed(world: World, ghsa: str, cve_id: str, since: datetime) -> Json:
    """What came in with a CVE id from elsewhere."""
    return _entry(world, ghsa, cve_id, since) | {"nvd_published_at": stamp(since)}


def _entry(world: World, ghsa: str, cve_id: str | None, at: datetime) -> Json:
    identifiers = [{"type": "GHSA", "value": ghsa}]
    if cve_id:
        identifiers.append({"type": "CVE", "value": cve_id})
    return {
        "ghsa_id": ghsa,
        "cve_id": cve_id,
        "url": f"{world.api_url}/advisories/{ghsa}",
        "html_url": f"{world.web_url}/advisories/{ghsa}",
        "repository_advisory_url": None,
        "source_code_location": None,
        "summary": "A record from elsewhere",
        "description": None,
        "type": "unreviewed",
        "severity": "unknown",
        "identifiers": identifiers,
        "references": [],
        "published_at": stamp(at),
        "updated_at": stamp(at),
        "github_reviewed_at": None,
        "nvd_published_at": None,
        "withdrawn_at": None,
        "vulnerabilities": [],
        "cvss": {"vector_string": None, "score": None},
        "cwes": [],
        "credits": [],
    }


def _affected(this: Json) -> Json:
    return {
        "package": this["package"],
        "vulnerable_version_range": this["vulnerable_version_range"],
        "first_patched_version": this["patched_versions"],
        "vulnerable_functions": this["vulnerable_functions"],
    }
