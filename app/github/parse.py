"""What does GitHub's JSON say, in our own words?

Unknown keys are ignored and optional ones may be missing or null. Where something that we need is absent or of the
wrong type, Malformed is raised: it says which kind of thing it was, never what stood in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from app.domain.facts import Advisory, Configuration, Repository, Vulnerability, Webhook
from app.domain.ids import Ghsa, InvalidName, IssueNumber, Person, RepoName
from app.domain.mirrors import Mirror
from app.github import shapes
from app.github.errors import RetryLater
from app.github.installations import Installation

S = TypeVar("S")
T = TypeVar("T")
_ADVISORY_URL = re.compile(r"https?://[^/?#]+(?:/api/v3)?/repos/([^/?#]+/[^/?#]+)/security-advisories/[^/?#]+")
_REPOSITORY_URL = re.compile(r"https?://[^/?#]+(?:/api/v3)?/repos/([^/?#]+/[^/?#]+)")
_IN_FORCE = {"attached", "enforced"}  # the others are on their way, or have failed


class Malformed(ValueError):
    """GitHub's answer does not have what we need."""


def well_formed(parse: Callable[[Any], T], json: Any) -> T:
    """What was parsed. Raises RetryLater where it is garbage, since the next answer may not be."""
    try:
        return parse(json)
    except Malformed as malformed:
        raise RetryLater(f"GitHub sent {malformed}") from None


def installation(json: Any) -> Installation:
    raw = _convert(json, shapes.Installation, "an installation")
    return Installation(
        id=raw.id,
        account=(raw.account and (raw.account.login or raw.account.slug)) or "",
        is_of_person=raw.account is not None and raw.account.type == "User",
        suspended=raw.suspended_at is not None,
        permissions=raw.permissions,
        repository_selection=raw.repository_selection,
        app_slug=raw.app_slug,
        app_id=raw.app_id,
        events=tuple(sorted(raw.events)),
    )


def app(json: Any) -> shapes.Registered:
    return _convert(json, shapes.Registered, "an App")


def webhook(json: Any) -> Webhook:
    """How the App's webhook is set up. GitHub writes `insecure_ssl` as a number or as text."""
    raw = _convert(json, shapes.Webhook, "the settings of a webhook")
    return Webhook(url=raw.url, verifies=str(raw.insecure_ssl) in {"0", "0.0"})


def minted_token(json: Any) -> shapes.MintedToken:
    return _convert(json, shapes.MintedToken, "an installation token")


def repository(json: Any) -> Repository:
    return _repository(_convert(json, shapes.Repository, "a repository"))


def complete_repository(json: Any) -> Repository:
    """A repository of which every place where people can write must be known to be on or off."""
    raw = _convert(json, shapes.Repository, "a repository")
    if None in (raw.has_issues, raw.has_wiki, raw.has_pages, raw.has_discussions):
        raise Malformed("a repository without its features")
    return _repository(raw)


def repositories(json: Any) -> tuple[Repository, ...]:
    """A page of the repositories of an installation."""
    items = json.get("repositories") if isinstance(json, dict) else None
    return tuple(repository(item) for item in _list(items, "repositories"))


def private_reporting(json: Any) -> bool:
    return _convert(json, shapes.Enabled, "the status of private vulnerability reporting").enabled


def configuration(json: Any) -> Configuration | None:
    """The configuration in force. None where there is none (204), or where it is not attached, or not yet."""
    if json is None:
        return None
    attachment = _convert(json, shapes.Attachment, "a code security configuration")
    if attachment.status not in _IN_FORCE:
        return None
    raw = _convert(attachment.configuration, shapes.Security, "a code security configuration")
    return Configuration(
        id=raw.id,
        name=raw.name,
        enforced=raw.enforcement == "enforced",
        private_vulnerability_reporting=raw.private_vulnerability_reporting,
    )


def person(json: Any) -> Person:
    return _person(_convert(json, shapes.User, "an account"))


def people(json: Any) -> tuple[Person, ...]:
    return tuple(person(item) for item in _list(json, "accounts"))


def has_items(json: Any) -> bool:
    """Is there anything in this list?"""
    return bool(_list(json, "things"))


def advisories(json: Any, *, sees_teams: bool) -> tuple[Advisory, ...]:
    return tuple(advisory(item, sees_teams=sees_teams) for item in _list(json, "advisories"))


def advisory(json: Any, *, sees_teams: bool) -> Advisory:
    """An advisory. Without *Members: read* GitHub answers with no teams, so then we do not know them."""
    raw = _convert(json, shapes.Advisory, "an advisory")
    return Advisory(
        repo=_repo_of(raw.url),
        ghsa=_ghsa(raw.ghsa_id),
        state=raw.state,
        summary=raw.summary,
        description=raw.description or "",
        severity=raw.severity,
        cvss_vector=_vector(raw),
        cve_id=raw.cve_id,
        cwe_ids=_cwes(raw),
        vulnerabilities=tuple(_vulnerability(item) for item in raw.vulnerabilities or ()),
        credits=_credits(raw),
        credited=_accepted(raw),
        author=_person(raw.author) if raw.author else None,
        people=tuple(_person(user) for user in raw.collaborating_users or ()),
        hides_people=raw.collaborating_users is None,
        comments=raw.comments,
        teams=tuple(team.slug for team in raw.collaborating_teams or ()) if sees_teams else None,
        reported_privately=raw.submission is not None,
        was_refused=raw.state == "closed" and raw.submission is not None and raw.submission.get("accepted") is not True,
        created_at=raw.created_at,
        updated_at=raw.updated_at,
        published_at=raw.published_at,
    )


def collaborators(json: Any) -> tuple[Person, ...]:
    """Who may read and edit an advisory. The list must be there: it is about to be replaced by a longer one.

    GitHub writes null to readers from whom it hides the list, as those of a published advisory.
    """
    told = json.get("collaborating_users") if isinstance(json, dict) else None
    if told is None:
        raise Malformed("an advisory without its collaborators")
    return people(told)


def created_advisory(json: Any) -> Ghsa:
    """The id of an advisory that GitHub has just made."""
    ghsa = json.get("ghsa_id") if isinstance(json, dict) else None
    return _ghsa(ghsa if isinstance(ghsa, str) else "")


def issues(json: Any, *, bot: str) -> tuple[Mirror, ...]:
    """A page of issues. Lists of issues hold pull requests as well, which have a key of that name."""
    found = (_convert(item, shapes.Issue, "an issue") for item in _list(json, "issues"))
    return tuple(_issue(raw, bot) for raw in found if raw.pull_request is None)


def issue(json: Any, *, bot: str) -> Mirror:
    return _issue(_convert(json, shapes.Issue, "an issue"), bot)


def created_issue(json: Any) -> IssueNumber:
    """The number of an issue that GitHub has just made."""
    number = json.get("number") if isinstance(json, dict) else None
    if isinstance(number, int) and number > 0:
        return IssueNumber(number)
    raise Malformed("an issue without its number")


def _issue(raw: shapes.Issue, bot: str) -> Mirror:
    match = _REPOSITORY_URL.fullmatch(raw.repository_url)
    return Mirror(
        repo=_repo_name(match[1] if match else ""),
        id=IssueNumber(raw.number),
        state=raw.state,
        summary=raw.title,
        description=raw.body or "",
        is_ours=_is_by(raw, bot),
        comments=raw.comments,
        created_at=raw.created_at,
        updated_at=raw.updated_at,
    )


def _is_by(raw: shapes.Issue, bot: str) -> bool:
    """Was it opened by the App's own bot? What a person does through the App is told by another author."""
    if raw.user is None or raw.pull_request is not None:
        return False
    via = raw.performed_via_github_app
    through_another = via is not None and via.slug is not None and f"{via.slug}[bot]".lower() != bot.lower()
    return raw.user.type == "Bot" and raw.user.login.lower() == bot.lower() and not through_another


def _repository(raw: shapes.Repository) -> Repository:
    return Repository(
        id=raw.id,
        name=_repo_name(raw.full_name),
        private=raw.private,
        archived=raw.archived,
        fork=raw.fork,
        has_issues=raw.has_issues is True,
        has_wiki=raw.has_wiki is True,
        has_pages=raw.has_pages is True,
        has_discussions=raw.has_discussions is True,
        created_at=raw.created_at,
        updated_at=raw.updated_at,
    )


def _person(raw: shapes.User) -> Person:
    return Person(raw.login, raw.id)


def _vulnerability(raw: shapes.Vulnerability) -> Vulnerability:
    package = raw.package or shapes.Package(ecosystem="other")  # GitHub: null where nobody said which package it is
    return Vulnerability(
        ecosystem=package.ecosystem,
        package=package.name or "",
        vulnerable_version_range=raw.vulnerable_version_range,
        patched_versions=raw.patched_versions,
        vulnerable_functions=raw.vulnerable_functions or (),
    )


def _vector(raw: shapes.Advisory) -> str | None:
    """The newest CVSS vector there is. `cvss` is gone from API version 2026-03-10 on."""
    both = raw.cvss_severities or shapes.CvssSeverities()
    vectors = (cvss.vector_string for cvss in (both.cvss_v4, both.cvss_v3, raw.cvss) if cvss is not None)
    return next((vector for vector in vectors if vector), None)


def _cwes(raw: shapes.Advisory) -> tuple[str, ...]:
    if raw.cwe_ids is not None:
        return raw.cwe_ids
    return tuple(cwe.cwe_id for cwe in raw.cwes or ())


def _credits(raw: shapes.Advisory) -> tuple[tuple[str, str], ...]:
    if raw.credits_detailed is not None:
        return tuple((credit.user.login, credit.type) for credit in raw.credits_detailed if credit.user)
    return tuple((credit.login, credit.type) for credit in raw.credits or () if credit.login and credit.type)


def _accepted(raw: shapes.Advisory) -> tuple[tuple[str, str], ...]:
    """GitHub shows a credit to others once it was accepted (GitHub: "Editing a repository security advisory")."""
    given = raw.credits_detailed or ()
    return tuple((credit.user.login, credit.type) for credit in given if credit.user and credit.state == "accepted")


def _repo_of(url: str) -> RepoName:
    """An advisory has no field for its repository; its address is the only place that names it."""
    match = _ADVISORY_URL.fullmatch(url)
    return _repo_name(match[1] if match else "")


def _repo_name(text: str) -> RepoName:
    try:
        return RepoName.parse(text)
    except InvalidName:
        raise Malformed("something without the name of a repository") from None


def _ghsa(text: str) -> Ghsa:
    try:
        return Ghsa.parse(text)
    except InvalidName:
        raise Malformed("an advisory without its id") from None


def _list(json: Any, what: str) -> list[Any]:
    if isinstance(json, list):
        return json
    raise Malformed(f"no list of {what}")


def _convert(json: Any, shape: type[S], what: str) -> S:
    try:
        return msgspec.convert(json, shape)
    except (msgspec.ValidationError, OverflowError, RecursionError):
        # Not chained: the library's message may quote the value.
        raise Malformed(f"{what} that lacks what we need") from None
