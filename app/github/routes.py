"""Which of GitHub's routes do we use, and which permission does each need?

Permissions: GitHub, "Permissions required for GitHub Apps". `needs` is None where the App speaks for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode

from app.domain.ids import RepoName

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Level = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path with its blanks. It is what logs and errors may name: ids of advisories are blanks."""

    method: Method
    path: str
    needs: tuple[str, Level] | None = ("metadata", "read")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def creates(self) -> bool:
        """Does it create what people see? GitHub limits that too. Tokens, which the App makes for itself, are not."""
        return self.method == "POST" and self.needs is not None

    def call(self, *, query: Mapping[str, str] | None = None, body: Any = None, **blanks: object) -> Call:
        return Call(route=self, blanks=blanks, query=query or {}, body=body)

    def of(self, repo: RepoName, *, query: Mapping[str, str] | None = None, body: Any = None, **more: object) -> Call:
        """A call about a repository."""
        return self.call(query=query, body=body, owner=repo.owner, repo=repo.name, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to be made. Only its route may be shown."""

    route: Route
    blanks: Mapping[str, object] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)

    def __str__(self) -> str:
        return str(self.route)

    @property
    def target(self) -> str:
        """Path and query with the blanks filled in. It may hold the id of an advisory: never show it."""
        path = self.route.path.format(**{name: _segment(str(value)) for name, value in self.blanks.items()})
        return f"{path}?{urlencode(self.query)}" if self.query else path


def _segment(value: str) -> str:
    if value in {"", ".", ".."}:  # these would change which route it is
        raise ValueError("not a name: it has no place in a path")
    return quote(value, safe="")


# As the App itself
INSTALLATIONS = Route("GET", "/app/installations", None)
INSTALLATION_OF = Route("GET", "/repos/{owner}/{repo}/installation", None)
MINT = Route("POST", "/app/installations/{installation_id}/access_tokens", None)

APP = Route("GET", "/app", None)
WEBHOOK = Route("GET", "/app/hook/config", None)
SET_WEBHOOK = Route("PATCH", "/app/hook/config", None)
DELIVERY_LOG = Route("GET", "/app/hook/deliveries", None)

# As a person who signed in
ME = Route("GET", "/user", None)
MY_INSTALLATIONS = Route("GET", "/user/installations", None)
MY_REPOSITORIES = Route("GET", "/user/installations/{installation_id}/repositories")

# Reading
REVOKE = Route("DELETE", "/installation/token")
REPOSITORIES = Route("GET", "/installation/repositories")
REPOSITORIES_OF_ORGANIZATION = Route("GET", "/orgs/{org}/repos")
REPOSITORIES_OF_PERSON = Route("GET", "/users/{username}/repos")
REPOSITORY = Route("GET", "/repos/{owner}/{repo}")
PERSON = Route("GET", "/users/{username}")
TEAM_MEMBERS = Route("GET", "/orgs/{org}/teams/{team_slug}/members", ("members", "read"))
ORGANIZATION_MEMBERS = Route("GET", "/orgs/{org}/members", ("members", "read"))
COMMITS = Route("GET", "/repos/{owner}/{repo}/commits", ("contents", "read"))
FOLDER = Route("GET", "/repos/{owner}/{repo}/contents", ("contents", "read"))  # the outermost
FILE = Route("GET", "/repos/{owner}/{repo}/contents/{path}", ("contents", "read"))  # or a folder
PRIVATE_REPORTING = Route("GET", "/repos/{owner}/{repo}/private-vulnerability-reporting")
CONFIGURATION = Route("GET", "/repos/{owner}/{repo}/code-security-configuration", ("administration", "read"))
ADVISORIES = Route("GET", "/repos/{owner}/{repo}/security-advisories", ("repository_advisories", "read"))
ADVISORY = Route("GET", "/repos/{owner}/{repo}/security-advisories/{ghsa_id}", ("repository_advisories", "read"))
ISSUES = Route("GET", "/repos/{owner}/{repo}/issues", ("issues", "read"))
ISSUE = Route("GET", "/repos/{owner}/{repo}/issues/{issue_number}", ("issues", "read"))
GLOBAL_ADVISORIES = Route("GET", "/advisories")
GLOBAL_ADVISORY = Route("GET", "/advisories/{ghsa_id}")
COLLABORATORS = Route("GET", "/repos/{owner}/{repo}/collaborators")
ADVISORIES_OF_ORGANIZATION = Route("GET", "/orgs/{org}/security-advisories", ("repository_advisories", "write"))
PULLS = Route("GET", "/repos/{owner}/{repo}/pulls", ("pull_requests", "read"))
PULL_FILES = Route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", ("pull_requests", "read"))
CHECK_RUNS = Route("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", ("checks", "read"))
CHECK_SUITES = Route("GET", "/repos/{owner}/{repo}/commits/{ref}/check-suites", ("checks", "read"))
_COMMENTS = "/repos/{owner}/{repo}/security-advisories/{ghsa_id}/comments"
_ISSUE_COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments"
_ISSUE_COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
ADVISORY_COMMENTS = Route("GET", _COMMENTS, ("repository_advisories", "read"))
ISSUE_COMMENTS = Route("GET", _ISSUE_COMMENTS, ("issues", "read"))

# Writing
_REPORTING = "/repos/{owner}/{repo}/private-vulnerability-reporting"
_MAY_ADMINISTER: tuple[str, Level] = ("administration", "write")
_MAY_ADVISE: tuple[str, Level] = ("repository_advisories", "write")
ENABLE_REPORTING = Route("PUT", _REPORTING, _MAY_ADMINISTER)
DISABLE_REPORTING = Route("DELETE", _REPORTING, _MAY_ADMINISTER)
CREATE_ADVISORY = Route("POST", "/repos/{owner}/{repo}/security-advisories", _MAY_ADVISE)
UPDATE_ADVISORY = Route("PATCH", "/repos/{owner}/{repo}/security-advisories/{ghsa_id}", _MAY_ADVISE)
CREATE_ISSUE = Route("POST", "/repos/{owner}/{repo}/issues", ("issues", "write"))
UPDATE_ISSUE = Route("PATCH", "/repos/{owner}/{repo}/issues/{issue_number}", ("issues", "write"))
CREATE_CHECK_RUN = Route("POST", "/repos/{owner}/{repo}/check-runs", ("checks", "write"))
COMMENT_ON_ADVISORY = Route("POST", _COMMENTS, _MAY_ADVISE)
EDIT_ADVISORY_COMMENT = Route("PATCH", f"{_COMMENTS}/{{comment_id}}", _MAY_ADVISE)
COMMENT_ON_ISSUE = Route("POST", _ISSUE_COMMENTS, ("issues", "write"))
EDIT_ISSUE_COMMENT = Route("PATCH", _ISSUE_COMMENT, ("issues", "write"))
