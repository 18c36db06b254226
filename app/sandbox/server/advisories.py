"""Routes of repository security advisories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from starlette.responses import JSONResponse, Response

from app.sandbox import people
from app.sandbox.server.answers import Refusal, not_accessible, not_found, unprocessable
from app.sandbox.server.call import Call, Route
from app.sandbox.server.fields import changed_fields, draft_fields, report_fields
from app.sandbox.server.paging import cursor_page_of
from app.sandbox.state.advisories import Advisory, Unprocessable
from app.sandbox.state.apps import allows
from app.sandbox.state.outsiders import Outsider
from app.sandbox.state.reading import is_admin, readers
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World
from app.sandbox.wire import advisories as wire
from app.sandbox.wire.primitives import Json

Entry: TypeAlias = tuple[Repository, Advisory]
_STATES = {"triage", "draft", "published", "closed"}
_SORTS = {"created": "created_at", "updated": "updated_at", "published": "published_at"}


def list_of_repository(call: Call) -> Response:
    repo = call.repository()
    if repo.private:
        raise not_found()  # observed: private repositories have no advisories
    entries = [(repo, advisory) for advisory in repo.advisories.values() if _is_visible(call, repo, advisory)]
    return _listed(call, entries, path=f"/repositories/{repo.id}/security-advisories")


def list_of_organization(call: Call) -> Response:
    """GitHub asks for *write* here, though it only reads."""
    org = call.own_organization()
    repos = [repo for repo in call.world.repositories.values() if repo.owner is org and call.bearer.covers(repo)]
    entries = [(repo, advisory) for repo in repos if not repo.private for advisory in repo.advisories.values()]
    return _listed(call, entries, path=f"/organizations/{org.id}/security-advisories")


def get_advisory(call: Call) -> Response:
    return JSONResponse(_written(call, *entry_of(call)))


def create_draft(call: Call) -> Response:
    repo = call.covered_repository()
    if repo.private:
        raise not_found()
    _refuse_archived(repo)
    fields = draft_fields(call.world, repo, call.body)
    return JSONResponse(_written(call, repo, people.draft(call.world, repo, by=call.actor, fields=fields)), 201)


def create_report(call: Call) -> Response:
    repo = call.covered_repository()
    if not repo.can_report_privately or not repo.private_reporting:
        raise Refusal(403, "Repository does not have private vulnerability reporting enabled")
    fields = report_fields(call.world, repo, call.body)
    return JSONResponse(_written(call, repo, people.report(call.world, repo, by=call.actor, fields=fields)), 201)


def update_advisory(call: Call) -> Response:
    """Arrays are replaced, never added to."""
    repo, advisory = entry_of(call)
    if not call.bearer.covers(repo):
        raise not_accessible()
    _refuse_archived(repo)
    changes = changed_fields(call.world, repo, call.body)
    try:
        people.edit(call.world, repo, advisory, by=call.actor, changes=changes)
    except Unprocessable as error:
        raise unprocessable(str(error)) from error
    return JSONResponse(_written(call, repo, advisory))


def _refuse_archived(repo: Repository) -> None:
    if repo.archived:
        raise Refusal(403, "Repository was archived so is read-only.")


def entry_of(call: Call) -> Entry:
    """The advisory of the path, if the token may see it."""
    repo = call.repository()
    advisory = repo.advisories.get(call.path["ghsa_id"])
    if advisory is None or repo.private or not _is_visible(call, repo, advisory):
        raise not_found()
    return repo, advisory


def _is_visible(call: Call, repo: Repository, advisory: Advisory) -> bool:
    """Published ones are for everybody. The switches answer a question that GitHub's pages leave open."""
    if not advisory.is_unpublished:
        return True
    if call.outsider:
        return _is_read_by(call.world, call.outsider, repo, advisory)
    if not call.bearer.covers(repo):
        return False
    hidden = call.world.read_shows_no_drafts or call.bearer.installation.shows_no_drafts
    return call.bearer.may("repository_advisories", "write") or not hidden


def _is_read_by(world: World, person: Outsider, repo: Repository, advisory: Advisory) -> bool:
    """GitHub shows an unpublished one to whoever administers the repository or was let in, and to others a 404."""
    if person.app and not _reads_through(world, person, repo):
        return False
    return person.reads_advisories and world.users[person.id].login in readers(world, repo, advisory)


def _reads_through(world: World, person: Outsider, repo: Repository) -> bool:
    """A token that a person gave to an App reads what both may, and whether this includes drafts is not written."""
    may = any(
        each.app is person.app and each.covers(repo) and allows(each.permissions, "repository_advisories", "read")
        for each in world.installations.values()
        if each.suspended_at is None
    )
    shown = world.drafts_shown_to_user_tokens
    return may and (shown == "as their person" or (shown == "to administrators" and is_admin(repo, person.id)))


def _listed(call: Call, entries: Iterable[Entry], *, path: str) -> Response:
    query = call.query
    field, state = _SORTS.get(query.get("sort", "created")), query.get("state")
    if field is None or (state is not None and state not in _STATES):
        raise Refusal(400, "Bad Request")
    descending = query.get("direction", "desc") == "desc"
    chosen = [entry for entry in entries if state in {None, entry[1].state}]
    chosen.sort(key=lambda entry: _sort_key(entry, field), reverse=descending)
    page, headers = cursor_page_of(
        chosen,
        query,
        url=f"{call.world.api_url}{path}",
        key=lambda entry: _sort_key(entry, field),
        descending=descending,
    )
    return JSONResponse([_written(call, *entry) for entry in page], headers=headers)


def _sort_key(entry: Entry, field: str) -> str:
    moment = getattr(entry[1], field)
    return f"{moment.isoformat() if moment else ''} {entry[1].ghsa}"


def _written(call: Call, repo: Repository, advisory: Advisory) -> Json:
    if call.outsider and not advisory.is_unpublished:
        return wire.published(call.world, repo, advisory)
    shows_teams = call.outsider is not None or call.bearer.may("members", "read")
    return wire.advisory(call.world, repo, advisory, shows_teams=shows_teams)


_OF_REPOSITORY = "/repos/{owner}/{repo}/security-advisories"
_ONE = f"{_OF_REPOSITORY}/{{ghsa_id}}"
ROUTES = (
    Route("GET", _OF_REPOSITORY, list_of_repository, "token", ("repository_advisories", "read"), in_public=True),
    Route("GET", "/orgs/{org}/security-advisories", list_of_organization, "token", ("repository_advisories", "write")),
    Route("POST", f"{_OF_REPOSITORY}/reports", create_report, "token", ("repository_advisories", "write")),
    Route("POST", _OF_REPOSITORY, create_draft, "token", ("repository_advisories", "write")),
    Route("GET", _ONE, get_advisory, "token", ("repository_advisories", "read"), in_public=True),
    Route("PATCH", _ONE, update_advisory, "token", ("repository_advisories", "write")),
)
